import { afterEach, describe, expect, test } from 'vitest'
import { type FakeClock, fakeClock } from '../../../core/fakes/fake-clock.ts'
import { memoryLine } from '../../../core/fakes/memory-byte-stream.ts'
import { seededRandom } from '../../../core/fakes/seeded-random.ts'
import { silentLog } from '../../../core/log.ts'
import { ok } from '../../../core/result.ts'
import type { DeviceDefinition } from '../../../devices/define.ts'
import geoluxLx80 from '../../../devices/flood/geolux-lx-80.ts'
import type { HealthReport, TelemetryReport } from '../../../edge/drivers/driver.ts'
import { createSerialDriver } from '../../../edge/drivers/serial/serial-driver.ts'
import { type RadarGauge, startRadarGauge } from '../../../sim/serial/radar-gauge.ts'

/** A gauge on a serial line is heard through noise and unplugging, and missed when it falls silent. */

const SECOND = 1_000
const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

function driverOn(
  wire: ReturnType<typeof memoryLine>,
  clock: FakeClock,
  definition: DeviceDefinition,
  device: { readonly silent_s?: number; readonly least_s?: number } = {},
) {
  const telemetry: TelemetryReport[] = []
  const refused: string[] = []
  const health: HealthReport[] = []
  const { model } = definition
  const driver = createSerialDriver({
    config: [{ id: 'rs232', device: { id: 'gauge', model, silent_s: 20, least_s: 1, ...device } }],
    devices: new Map([['gauge', definition]]),
    stream: () => wire.near,
    clock,
    wall: clock,
    log: silentLog,
    sink: {
      telemetry: (report) => void telemetry.push(report),
      refused: ({ code }) => void refused.push(code),
      output: () => {},
      health: (report) => void health.push(report),
    },
  })
  stops.push(() => driver.stop())
  return { driver, telemetry, refused, health }
}

async function gaugeSite(options: { readonly checkSums?: boolean; readonly least_s?: number } = {}) {
  const clock = fakeClock()
  const wire = memoryLine(clock)
  const water = { distance_m: 3.22 }
  const gauge: RadarGauge = await startRadarGauge({
    stream: wire.far,
    clock,
    random: seededRandom(1),
    distance_m: () => water.distance_m,
    checkSums: options.checkSums ?? false,
  })
  const { least_s = 1 } = options
  return { clock, wire, water, gauge, ...driverOn(wire, clock, geoluxLx80, { least_s }) }
}

describe('a gauge that speaks by itself', () => {
  test.each([false, true])('is heard (with check sums: %s)', async (checkSums) => {
    const { driver, clock, telemetry } = await gaugeSite({ checkSums })
    await driver.start()
    await clock.advance(5 * SECOND)
    expect(telemetry.at(-1)?.telemetry).toEqual({
      distance: 3.22,
      distance_mean: 3.22,
      temperature: 28.5,
      signal: 38.2,
    })
  })

  test('faster than anybody needs, is told once a while', async () => {
    const { driver, clock, telemetry } = await gaugeSite({ least_s: 5 })
    await driver.start()
    await clock.advance(60 * SECOND)
    expect(telemetry.length).toBeGreaterThanOrEqual(11)
    expect(telemetry.length).toBeLessThanOrEqual(13)
  })

  test('is heard through garbage between its sentences', async () => {
    const { driver, clock, gauge, telemetry } = await gaugeSite({ least_s: 0 })
    await driver.start()
    gauge.trouble('noise')
    await clock.advance(30 * SECOND)
    expect(telemetry.length).toBeGreaterThanOrEqual(58)
    expect(telemetry.every(({ telemetry: told }) => told.distance === 3.22)).toBe(true)
  })

  test('whose sentences are cut is told as missing, once, and found again', async () => {
    const { driver, clock, gauge, telemetry, refused } = await gaugeSite()
    await driver.start()
    await clock.advance(5 * SECOND)
    gauge.trouble('cut')
    await clock.advance(90 * SECOND)
    expect(telemetry.at(-1)).toMatchObject({
      telemetry: {},
      failed: { distance: 'silent', signal: 'silent' },
    })
    expect(refused.filter((code) => code === 'SERIAL_SILENT')).toHaveLength(1)
    gauge.trouble('none')
    await clock.advance(90 * SECOND)
    expect(telemetry.at(-1)).toMatchObject({ telemetry: { distance: 3.22 }, failed: {} })
  })

  test('without power is missed after the time that was set, and its line is told as silent', async () => {
    const { driver, clock, gauge, telemetry, health } = await gaugeSite()
    gauge.trouble('silent')
    await driver.start()
    await clock.advance(19 * SECOND)
    const before = telemetry.length
    await clock.advance(2 * SECOND)
    expect([before, telemetry.length, health.at(-1)?.values.silent]).toEqual([0, 1, 1])
  })

  test('is found again when its cable was pulled and plugged in', async () => {
    const { driver, clock, wire, telemetry, refused } = await gaugeSite()
    await driver.start()
    await clock.advance(5 * SECOND)
    wire.unplug()
    await clock.advance(10 * SECOND)
    expect([driver.working?.(), refused.filter((code) => code === 'STREAM_LOST').length]).toEqual([false, 1])
    const before = telemetry.length
    wire.plug()
    await wire.far.open()
    await clock.advance(20 * SECOND)
    expect([driver.working?.(), telemetry.length > before]).toEqual([true, true])
  })

  test('half a sentence before the cable was pulled does not spoil the first after', async () => {
    const clock = fakeClock()
    const wire = memoryLine(clock)
    await wire.far.open()
    const { driver, telemetry, refused } = driverOn(wire, clock, geoluxLx80)
    await driver.start()
    void wire.far.write(Buffer.from('$LVX,9999,99'))
    await clock.advance(50)
    wire.unplug()
    wire.plug()
    await wire.far.open()
    await clock.advance(3 * SECOND)
    void wire.far.write(Buffer.from('$LVX,3220,3220,28,1,1,38\r\n'))
    await clock.advance(SECOND)
    expect(telemetry.map(({ telemetry: told }) => told.distance)).toEqual([3.22])
    expect(refused).not.toContain('SERIAL_CHECKSUM')
  })

  test('nonsense in a whole sentence is refused, and nothing is told', async () => {
    const { driver, clock, water, telemetry, refused } = await gaugeSite()
    water.distance_m = 99
    await driver.start()
    await clock.advance(5 * SECOND)
    expect([telemetry.length, new Set(refused)]).toEqual([0, new Set(['PAYLOAD_OUT_OF_RANGE'])])
  })

  test('cannot be driven', async () => {
    const { driver, clock, telemetry } = await gaugeSite()
    await driver.start()
    await clock.advance(5 * SECOND)
    const device = telemetry[0]?.device
    if (device === undefined) throw new Error('nothing was heard')
    expect(driver.drive(device, [{ output: 'level', value: 1 }], 'normal')).toMatchObject({
      error: { code: 'ACTION_UNSUPPORTED' },
    })
  })
})

describe('a device that is asked', () => {
  /** Answers three bytes to `?`; made for this test. */
  const asked: DeviceDefinition = {
    ...geoluxLx80,
    model: 'asked',
    via: {
      serial: {
        framing: { kind: 'binary', start: 'A5', length: { always: 4 }, checksum: 'sum8' },
        poll: { bytes: '3F', every_s: 5 },
        decode: (frame) => ok({ telemetry: { distance: (frame[0] ?? 0) + (frame[1] ?? 0) / 100 } }),
      },
    },
  }

  test('is asked as often as its definition says, and its answer is read', async () => {
    const clock = fakeClock()
    const wire = memoryLine(clock)
    await wire.far.open()
    let questions = 0
    wire.far.onBytes((bytes) => {
      questions += bytes.length
      void wire.far.write(Uint8Array.of(0xa5, 3, 22, (0xa5 + 3 + 22) & 0xff))
    })
    const { driver, telemetry } = driverOn(wire, clock, asked)
    await driver.start()
    await clock.advance(30 * SECOND + 100)
    expect([questions, telemetry.length]).toEqual([7, 7])
    expect(telemetry[0]?.telemetry).toEqual({ distance: 3.22 })
  })

  test('that answers half is not mistaken for its next answer', async () => {
    const clock = fakeClock()
    const wire = memoryLine(clock)
    await wire.far.open()
    let turn = 0
    wire.far.onBytes(() => {
      const whole = Uint8Array.of(0xa5, 3, 22, (0xa5 + 3 + 22) & 0xff)
      void wire.far.write(turn++ % 2 === 0 ? whole.slice(0, 3) : whole)
    })
    const { driver, telemetry, refused } = driverOn(wire, clock, asked)
    await driver.start()
    await clock.advance(30 * SECOND + 500)
    expect(telemetry).toHaveLength(3)
    expect(refused.filter((code) => code === 'SERIAL_CHECKSUM')).toHaveLength(4)
  })
})

test('stopped, it leaves no timer behind', async () => {
  const { driver, clock, gauge } = await gaugeSite()
  await driver.start()
  await clock.advance(3 * SECOND)
  await driver.stop()
  await gauge.close()
  await clock.advance(SECOND)
  expect(clock.pending()).toBe(0)
})
