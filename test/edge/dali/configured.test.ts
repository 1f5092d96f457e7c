import { afterEach, expect, test } from 'vitest'
import { fakeClock } from '../../../core/fakes/fake-clock.ts'
import { seededRandom } from '../../../core/fakes/seeded-random.ts'
import { deviceId } from '../../../core/ids.ts'
import { silentLog } from '../../../core/log.ts'
import { systemClock } from '../../../core/node/system-clock.ts'
import { tcpStream } from '../../../core/node/tcp-stream.ts'
import { ok } from '../../../core/result.ts'
import { daliDrivers } from '../../../edge/configured/dali.ts'
import { modbusLines } from '../../../edge/configured/modbus-lines.ts'
import { loadEdgeConfig } from '../../../edge/load-config.ts'
import { createRefusals } from '../../../edge/refusals.ts'
import { daliLampLine } from '../../../sim/dali/lamp-line.ts'
import { serveTcp } from '../../../sim/modbus/serve.ts'
import { polesOf } from './street.ts'

/** From the text of edge.yaml over a real TCP connection to a lamp: the way that a node takes. */

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

const configuration = (port: number) => `
site: dong-ha
edge: hung-vuong
name: { vi: Nút, en: Node }
dataDir: data
hub: { url: mqtt://127.0.0.1:1883, keyFile: key }
modbus:
  - { id: tu-dien, tcp: { host: 127.0.0.1, port: ${port} } }
dali:
  - id: lo-2
    gateway: { model: resi-dali, modbus: tu-dien, unit: 7 }
    fade_s: 0
    devices:
      - { id: hv-21, model: dali-d4i-luminaire, address: 0 }
      - { id: hv-22, model: dali-luminaire, address: 1 }
`

test('a lamp of edge.yaml is dimmed over Modbus TCP and a DALI gateway, and confirms it', async () => {
  const lamps = polesOf(fakeClock(), 2)
  const wall = systemClock()
  const { gateway } = daliLampLine(new Map(lamps.entries()), wall)
  const server = await serveTcp(0, { units: new Map([[7, gateway]]), clock: wall })
  stops.push(() => server.close())
  const loaded = loadEdgeConfig('edge.yaml', () => ok(configuration(server.port)))
  if (!loaded.ok) throw new Error(loaded.error.code)

  const refusals = createRefusals({ clock: wall, log: silentLog })
  const stages: string[] = []
  const powers: number[] = []
  const parts = {
    ...{ clock: fakeClock(), wall, random: seededRandom(1), log: silentLog, refusals, tcp: tcpStream },
    sink: {
      telemetry: ({ telemetry }: { telemetry: Readonly<Record<string, number>> }) =>
        void powers.push(...(telemetry.power === undefined ? [] : [telemetry.power])),
      refused: () => {},
      output: ({ stage }: { stage: string }) => void stages.push(stage),
      health: () => {},
    },
    serial: () => tcpStream({ host: '127.0.0.1', port: 1 }),
  }
  const modbus = modbusLines(loaded.value.config.modbus, parts)
  const [serving] = daliDrivers(loaded.value, { ...parts, modbus })
  if (serving === undefined) throw new Error('no driver')
  const device = deviceId('hv-21')
  if (!device.ok) throw new Error('no id')
  expect(serving.devices).toEqual(['hv-21', 'hv-22'])
  stops.push(() => serving.driver.stop())
  await serving.driver.start()
  serving.driver.drive(device.value, [{ output: 'level', value: 60 }], 'normal')
  await expect.poll(() => stages, { timeout: 10_000 }).toContain('confirmed')
  await expect.poll(() => powers.length, { timeout: 10_000 }).toBeGreaterThan(0)
  expect([Math.round(lamps[0]?.level() ?? 0), Math.round(lamps[1]?.level() ?? 0)]).toEqual([60, 100])
  expect(powers[0]).toBeCloseTo(lamps[0]?.power_W() ?? 0, 0)
}, 30_000)
