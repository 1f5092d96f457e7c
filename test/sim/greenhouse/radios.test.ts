import { describe, expect, test } from 'vitest'
import { fakeClock } from '../../../core/fakes/fake-clock.ts'
import { seededRandom } from '../../../core/fakes/seeded-random.ts'
import type { Decoded, OutputRequest } from '../../../devices/define.ts'
import { findDefinition } from '../../../devices/registry.ts'
import type { ConnectRadio, RadioWishes } from '../../../sim/devices/equipment.ts'
import { createSoilProbe, type SoilModel } from '../../../sim/devices/soil-probe.ts'
import { createValveController } from '../../../sim/devices/valve-controller.ts'
import type { FaultName } from '../../../sim/devices/virtual-device.ts'

/** A radio that hears and is heard at once. */
function openAir(model: string) {
  const found = findDefinition(model)
  if (!found.ok || found.value.via.lorawan === undefined) throw new Error(model)
  const { lorawan } = found.value.via
  const heard: Decoded[] = []
  const refused: string[] = []
  /** What would wait while the channel is busy: the newest under each key, in order. */
  const waiting = new Map<string, Decoded>()
  let wishes: RadioWishes | undefined
  const connect: ConnectRadio = (asked) => {
    wishes = asked
    return {
      start: () => asked.onJoined(),
      stop: () => {},
      send(key, { fPort, bytes }) {
        const decoded = lorawan.decode(bytes, fPort ?? 0)
        if (!decoded.ok) return void refused.push(decoded.error.code)
        heard.push(decoded.value)
        waiting.delete(key)
        waiting.set(key, decoded.value)
      },
      state: () => ({ joined: true }),
    } as ReturnType<ConnectRadio>
  }
  const tell = (requests: readonly OutputRequest[]) => {
    const downlinks = lorawan.encode?.(requests)
    if (downlinks?.ok !== true) throw new Error('not encoded')
    for (const { fPort, bytes } of downlinks.value) wishes?.onDownlink({ fPort, bytes, group: false })
  }
  return { connect, heard, refused, tell, waiting }
}

const fitting = { every_s: 600, serial: [1, 2, 3, 4, 5, 6, 7, 8], random: seededRandom(5) }

function valves() {
  const clock = fakeClock()
  const radio = openAir('milesight-uc511')
  const open = new Map<number, boolean>()
  const device = createValveController({
    ...fitting,
    ...{ id: 'gh-valves-1', clock, connect: radio.connect },
    drive: (valve, now) => void open.set(valve, now),
    litres: (valve) => 10 * valve + 0.9,
    pressure_kPa: () => 271.4,
  })
  device.start()
  return { clock, device, ...radio, open }
}

describe('a valve controller', () => {
  test('opens for the time that it is told, says so at once, and shuts by itself', async () => {
    const { clock, heard, tell, open } = valves()
    tell([{ output: 'valve1', value: 1, forS: 60 }])
    expect(open.get(1)).toBe(true)
    expect(heard.at(-1)?.telemetry).toMatchObject({ valve1: 1, valve2: 0, pulses1: 10, pressure: 271 })
    await clock.advance(59_000)
    expect(open.get(1)).toBe(true)
    await clock.advance(1_100)
    expect(open.get(1)).toBe(false)
    expect(heard.at(-1)?.telemetry).toMatchObject({ valve1: 0 })
  })

  test('begins its time anew when it is told again', async () => {
    const { clock, tell, open } = valves()
    tell([{ output: 'valve2', value: 1, forS: 60 }])
    await clock.advance(50_000)
    tell([{ output: 'valve2', value: 1, forS: 60 }])
    await clock.advance(50_000)
    expect(open.get(2)).toBe(true)
    await clock.advance(11_000)
    expect(open.get(2)).toBe(false)
  })

  test('shuts at once when it is told, and stays shut after the time of before', async () => {
    const { clock, tell, open } = valves()
    tell([{ output: 'valve1', value: 1, forS: 60 }])
    tell([{ output: 'valve1', value: 0 }])
    expect(open.get(1)).toBe(false)
    await clock.advance(120_000)
    expect(open.get(1)).toBe(false)
  })

  test('tells last how it stands now, and nothing between, where a busy channel let it wait', () => {
    const { tell, waiting } = valves()
    waiting.clear()
    tell([{ output: 'valve1', value: 1, forS: 60 }])
    tell([{ output: 'valve1', value: 0 }])
    tell([{ output: 'valve1', value: 1, forS: 60 }])
    expect([...waiting.values()].map(({ telemetry }) => telemetry.valve1)).toEqual([1])
  })

  test('shuts after its time though it has fallen silent, and waits for nothing once its world has ended', async () => {
    const { clock, device, tell, open } = valves()
    tell([{ output: 'valve1', value: 1, forS: 60 }])
    device.fault('silent')
    await clock.advance(61_000)
    expect(open.get(1)).toBe(false)
    device.fault('none')
    tell([{ output: 'valve1', value: 1, forS: 60 }])
    device.stop()
    expect(clock.pending()).toBe(0)
  })

  test('leaves the other valve as it is', () => {
    const { tell, open } = valves()
    tell([{ output: 'valve2', value: 1, forS: 60 }])
    tell([{ output: 'valve1', value: 0 }])
    expect(open.get(2)).toBe(true)
  })
})

describe.each(['dragino-lse01', 'milesight-em500-smtc'] as const)('a probe %s', (model) => {
  const probe = (fault?: FaultName) => {
    const clock = fakeClock()
    const radio = openAir(model satisfies SoilModel)
    const soil = () => ({ moisture: 27.31, temperature_C: 26.42, conductivity: 1_530 })
    const device = createSoilProbe({
      ...fitting,
      ...{ id: 'k1-soil', model, clock, connect: radio.connect, soil },
    })
    if (fault !== undefined) device.fault(fault)
    device.start()
    return { device, ...radio }
  }

  test('tells its bed through its maker’s frame', () => {
    const { heard } = probe()
    const { telemetry } = heard.at(-1) ?? { telemetry: {} }
    expect(telemetry.moisture).toBe(27.31)
    expect(telemetry.temperature).toBeCloseTo(26.4, 1)
    expect(telemetry.conductivity).toBe(1_530)
  })

  test('reads 0 when it is stuck there, as a value like any other', () => {
    expect(probe('stuck0').heard.at(-1)?.telemetry.moisture).toBe(0)
  })

  test('reads 100 % when it is stuck there', () => {
    expect(probe('stuck100').heard.at(-1)?.telemetry.moisture).toBe(100)
  })

  test('is not believed when all its bits are ones', () => {
    const { heard, refused } = probe('stuck65535')
    const said = heard.at(-1)
    expect(said?.telemetry.moisture).toBeUndefined()
    expect(refused.length > 0 || said?.failed?.moisture === 'sensor-fault').toBe(true)
  })

  test('says that its probe is lost', () => {
    expect(probe('lost').heard.at(-1)?.failed).toMatchObject({ moisture: 'sensor-fault' })
  })
})
