import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Mono } from '../../../core/clock.ts'
import { ok } from '../../../core/result.ts'
import { memoryValue } from '../../../devices/codecs/dali-memory.ts'
import type { DaliLine } from '../../../edge/drivers/dali/line.ts'
import { recall, rememberedBy } from '../../../edge/drivers/dali/memory.ts'
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

/** A gear with one counter of four bytes that counts on by `step` with every frame. */
function countingLine(start: number, step: number): { readonly line: DaliLine; held(): number } {
  let held = start
  let at = 0
  const line: DaliLine = {
    where: 'test',
    start: () => Promise.resolve(),
    stop: () => Promise.resolve(),
    working: () => true,
    send(forward) {
      held += step
      if (forward >> 8 === 0xa3) at = forward & 0xff
      return Promise.resolve(ok(undefined))
    },
    query() {
      held += step
      const value = Math.floor(held / 256 ** (3 - at++)) % 256
      return Promise.resolve(ok({ kind: 'answer', value }))
    },
  }
  return { line, held: () => held }
}

test('a counter that counts on while it is read is told as a value that it had, or not at all', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(200_000_000), fc.integer({ min: 0, max: 300 }), async (start, step) => {
      const { line, held } = countingLine(start, step)
      const memory = { energy: { bank: 202, at: 0, bytes: 4 } }
      const dali = { curve: 'logarithmic', poll_s: 1, memory } as const
      const [item] = rememberedBy({ via: { dali }, telemetry: {} }, 0 as Mono)
      if (item === undefined) throw new Error('nothing to read')
      let found = await recall(line, 0, item)
      while (found.ok && found.value.kind === 'again') found = await recall(line, 0, item)
      if (!found.ok || found.value.kind !== 'value') return
      expect(found.value.value).toBeGreaterThanOrEqual(start)
      expect(found.value.value).toBeLessThanOrEqual(held())
      if (step > 0) expect((found.value.value - start) % step).toBe(0)
    }),
    { numRuns: 3_000 },
  )
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
  await clock.advance(45 * MINUTE)
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
  expect(energies.length).toBeGreaterThan(80)
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

test('what a lamp draws is told though it does not obey and is told again and again', async () => {
  const { driver, drive, clock, lamps, telemetry } = await createStreet({
    lamps: 2,
    model: 'dali-d4i-luminaire',
    config: { memory_s: 10, fade_s: 0.7 },
  })
  await driver.start()
  await clock.advance(MINUTE)
  lamps[0]?.fault('on')
  const from = telemetry.length
  for (let second = 0; second < 60; second++) {
    drive(0, 0)
    await clock.advance(1_000)
  }
  const drawn = valuesOf(
    telemetry.slice(from).filter(({ device }) => device === 'lamp-0'),
    'power',
  )
  expect(drawn.length).toBeGreaterThanOrEqual(5)
  expect(drawn.at(-1)).toBeCloseTo(lamps[0]?.power_W() ?? 0, 0)
})

test('what a lamp measures is read four times as often as what it counts', async () => {
  const { driver, clock, telemetry } = await createStreet({ lamps: 1, model: 'dali-d4i-luminaire' })
  await driver.start()
  await clock.advance(8 * 60 * MINUTE)
  const often = (channel: string) => valuesOf(telemetry, channel).length
  expect(often('power')).toBeCloseTo(8 * 12, -1)
  expect(often('energy')).toBeCloseTo(often('power') / 4, -1)
  expect(often('hours')).toBe(often('energy'))
  expect(often('voltage')).toBe(often('power'))
})

test('so it is on a line that is too slow to read all as often as it should', async () => {
  const { driver, clock, telemetry } = await createStreet({
    lamps: 20,
    model: 'dali-d4i-luminaire',
    config: { memory_s: 1, poll_s: 10 },
  })
  await driver.start()
  await clock.advance(2 * MINUTE)
  telemetry.length = 0
  await clock.advance(10 * MINUTE)
  const often = (channel: string) => valuesOf(telemetry, channel).length / 20
  expect(often('power')).toBeGreaterThan(25)
  expect(often('energy') / often('power')).toBeCloseTo(0.25, 1)
})
