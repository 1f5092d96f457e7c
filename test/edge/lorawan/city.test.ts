import { expect, test } from 'vitest'
import { fakeClock } from '../../../core/fakes/fake-clock.ts'
import { memoryNetwork } from '../../../core/fakes/memory-datagram.ts'
import { seededRandom } from '../../../core/fakes/seeded-random.ts'
import { silentLog } from '../../../core/log.ts'
import { openSqlite } from '../../../core/node/sqlite.ts'
import { findDefinition } from '../../../devices/registry.ts'
import type { OutputProgress } from '../../../edge/drivers/driver.ts'
import { createLorawanDriver } from '../../../edge/drivers/lorawan/lorawan-driver.ts'
import { createCity } from '../../../sim/city.ts'
import { memoryNonces } from '../../../sim/nonces.ts'
import type { CitySpec, DeviceSpec } from '../../../sim/spec.ts'
import { neverDialled } from '../../sim/never-dialled.ts'
import { id, siteConfig } from './site.ts'

/** The driver against the simulator's equipment, which was written apart from it, over a network that loses packets. */

const common = { joinEui: '24e124c0002a0001', x_m: 50, y_m: 20 }
const DEVICES: readonly DeviceSpec[] = [
  {
    ...common,
    role: 'level',
    id: 'level',
    model: 'milesight-em500-udl',
    devEui: '24e1240000010001',
    appKey: '01'.repeat(16),
    every_s: 60,
    datum_m: 4.1,
    tilt_deg: 8,
  },
  {
    ...common,
    role: 'relays',
    id: 'siren',
    model: 'milesight-ws558',
    devEui: '24e1240000010005',
    appKey: '05'.repeat(16),
    every_s: 900,
    loads: { relay1: 'siren', relay2: 'beacon' },
  },
]

async function scene(loss: number) {
  const clock = fakeClock()
  const random = seededRandom(3)
  const network = memoryNetwork({ clock, random })
  const spec: CitySpec = {
    begin_utc: clock.now(),
    loss,
    streets: [],
    greenhouses: [],
    stations: [
      {
        id: 'khe-lau',
        edge: { host: '127.0.0.1', port: 1700 },
        gateways: [{ eui: 'aa555a0000000001', x_m: 0, y_m: 0 }],
        hydrograph: {
          kind: 'generator',
          seed: 7,
          water: 'stream',
          base_m: 0.35,
          peak_m: 1.95,
          dry_h: 0.05,
          storm_h: 0.6,
          storm_mm: 62,
          lag_h: 0.4,
          period_h: 8,
        },
        devices: [...DEVICES],
      },
    ],
  }
  const config = siteConfig({
    gateways: [{ eui: 'aa555a0000000001' }],
    devStatusEvery_h: 24,
    adr: { on: true, margin_dB: 10, dataRateMax: 5 },
    tries: 8,
    devices: DEVICES.map(({ id: name, model, devEui, appKey, joinEui }) => ({
      id: name,
      model,
      activation: { otaa: { devEui, joinEui, appKey } },
    })),
  })
  const definitions = DEVICES.map(({ id: name, model }) => {
    const found = findDefinition(model)
    if (!found.ok) throw new Error(model)
    return [name, found.value] as const
  })
  const heard: string[] = []
  const refused: string[] = []
  const outputs: OutputProgress[] = []
  const driver = createLorawanDriver({
    config,
    devices: new Map(definitions),
    clock,
    radioClock: clock,
    random,
    log: silentLog,
    network,
    store: openSqlite(':memory:'),
    sink: {
      telemetry: (report) => void heard.push(report.device),
      refused: (problem) => void refused.push(problem.code),
      output: (progress) => void outputs.push(progress),
      health: () => {},
    },
  })
  await driver.start()
  const city = createCity(spec, {
    clock,
    radioClock: clock,
    speed: 1,
    random,
    network,
    dial: neverDialled,
    nonces: memoryNonces(),
    log: silentLog,
    read: () => ({ ok: true, value: '' }),
  })
  if (!city.ok) throw new Error(city.error.code)
  await city.value.start()
  await clock.advance(120_000)
  return { clock, network, driver, heard, refused, outputs }
}

const SIREN = id('siren')

test('virtual equipment joins and is heard, and nothing of it is refused', async () => {
  const site = await scene(0)
  await site.clock.advance(3_600_000)
  expect(site.heard.filter((device) => device === 'level').length).toBeGreaterThan(55)
  expect(site.heard).toContain('siren')
  expect(site.refused).toEqual([])
})

test('a siren is switched and confirmed', async () => {
  const site = await scene(0)
  site.driver.drive(SIREN, [{ output: 'relay1', value: 1, forS: 300 }], 'urgent')
  await site.clock.advance(5_000)
  expect(site.outputs.map((progress) => progress.stage)).toEqual(['sent', 'confirmed'])
})

test('through loss on the air and on the wire every request is confirmed within a minute', async () => {
  const site = await scene(0.2)
  site.network.setWeather({ loss: 0.1, duplication: 0.1, jitterMs: 30 })
  await site.clock.advance(600_000)
  for (let index = 0; index < 20; index++) {
    site.driver.drive(SIREN, [{ output: 'relay1', value: index % 2, forS: 300 }], 'urgent')
    await site.clock.advance(60_000)
  }
  const stages = site.outputs.map((progress) => progress.stage)
  expect(stages.filter((stage) => stage === 'confirmed').length).toBe(20)
}, 60_000)
