import { describe, expect, test } from 'vitest'
import { memoryValue } from '../../../devices/codecs/dali-memory.ts'
import { createStreet } from './street.ts'

/** What a D4i driver keeps in its memory banks is read whole, or said to be unknown. */

const MINUTE = 60_000

describe('a number in a memory bank', () => {
  const power = { bank: 202, at: 0x0c, bytes: 4, tenfoldAt: 0x0b }
  test('is its bytes, the most significant first, by its power of ten', () => {
    expect(memoryValue(power, [0, 0, 5, 0xdc], 0xff)).toBe(150)
  })
  test('may be multiplied', () => {
    expect(memoryValue(power, [0, 0, 0, 3], 2)).toBe(300)
  })
  test.each([
    ['masked', [255, 255, 255, 255], 0],
    ['masked for the time being', [255, 255, 255, 254], 0],
    ['too short', [1, 2], 0],
    ['of an impossible power of ten', [0, 0, 0, 1], 7],
  ])('is unknown when it is %s', (_why, bytes, tenfold) => {
    expect(memoryValue(power, bytes, tenfold)).toBeUndefined()
  })
})

const valuesOf = (reports: Awaited<ReturnType<typeof createStreet>>['telemetry'], channel: string) =>
  reports.flatMap(({ telemetry }) => telemetry[channel] ?? [])

test('power, energy, voltage and hours of a lamp are told', async () => {
  const { driver, drive, clock, lamps, telemetry } = await createStreet({
    lamps: 1,
    model: 'dali-d4i-luminaire',
  })
  await driver.start()
  drive(0, 60)
  await clock.advance(30 * MINUTE)
  expect(valuesOf(telemetry, 'power').at(-1)).toBeCloseTo(lamps[0]?.power_W() ?? 0, 0)
  expect(valuesOf(telemetry, 'voltage').at(-1)).toBeCloseTo(230, 5)
  expect(valuesOf(telemetry, 'hours').at(-1)).toBeCloseTo(1_000.5, 0)
  expect(valuesOf(telemetry, 'energy').at(-1)).toBeGreaterThan(20)
})

test('a counter is never told lower than before, and never ahead of the lamp', async () => {
  const { driver, clock, lamps, telemetry } = await createStreet({
    lamps: 1,
    model: 'dali-d4i-luminaire',
    config: { memory_s: 10 },
  })
  await driver.start()
  await clock.advance(60 * MINUTE)
  const energies = valuesOf(telemetry, 'energy')
  expect(energies.length).toBeGreaterThan(150)
  expect(energies).toEqual(energies.toSorted((a, b) => a - b))
  expect(energies.at(-1)).toBeLessThanOrEqual((lamps[0]?.energy_Wh() ?? 0) + 0.1)
})

test('a gear without such banks is told as not answering, and is driven all the same', async () => {
  const { driver, drive, clock, lamps, bus, telemetry } = await createStreet({
    lamps: 1,
    model: 'dali-d4i-luminaire',
    banks: false,
  })
  await driver.start()
  drive(0, 60)
  await clock.advance(10 * MINUTE)
  expect(telemetry.some(({ failed }) => failed.power === 'no-answer')).toBe(true)
  expect([valuesOf(telemetry, 'power'), Math.round(lamps[0]?.level() ?? 0)]).toEqual([[], 60])
  expect(bus.frames()).toBeLessThan(250)
})
