import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Mono } from '../../../core/clock.ts'
import { type FakeClock, fakeClock } from '../../../core/fakes/fake-clock.ts'
import { type AirPlan, createAirPlan } from '../../../edge/drivers/lorawan/air-plan.ts'
import { createAirtimeBudget } from '../../../edge/drivers/lorawan/airtime-budget.ts'
import {
  createTransmitter,
  type Outgoing,
  PRIORITY,
  type Priority,
} from '../../../edge/drivers/lorawan/transmitter.ts'

let antennas = 0

function antenna(
  options: { readonly online?: boolean; readonly clock?: FakeClock; readonly plan?: AirPlan } = {},
) {
  const clock = options.clock ?? fakeClock()
  const onAir: { readonly from: number; readonly until: number }[] = []
  const dropped: string[] = []
  const transmitter = createTransmitter({
    antenna: `antenna-${antennas++}`,
    plan: options.plan ?? createAirPlan(),
    clock,
    budget: createAirtimeBudget({ percent: 100, urgentReserve_percent: 0 }),
    emit: () => options.online ?? true,
    exhausted: () => {},
    overflowed: () => {},
  })
  const frame = (name: string, priority: Priority, bytes = 20, startsAt?: number): Outgoing => ({
    priority,
    frequency_Hz: 921_400_000,
    modulation: { spreadingFactor: 10, bandwidth_kHz: 125 },
    power_dBm: 16,
    bytes,
    build: () => new Uint8Array(bytes),
    sent: (until) => void onAir.push({ from: startsAt ?? clock.monotonic(), until }),
    failed: (reason) => void dropped.push(`${name} ${reason}`),
  })
  return { clock, transmitter, frame, onAir, dropped }
}

describe('one antenna', () => {
  test('whatever is asked when, two downlinks never overlap', async () => {
    const wish = fc.record({
      wait: fc.nat(800),
      scheduled: fc.option(fc.integer({ min: 0, max: 3000 }), { nil: undefined }),
      bytes: fc.integer({ min: 12, max: 60 }),
      priority: fc.constantFrom(PRIORITY.urgent, PRIORITY.answer, PRIORITY.normal),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(wish, { maxLength: 30 }), async (wishes) => {
        const { clock, transmitter, frame, onAir } = antenna()
        for (const { wait, scheduled, bytes, priority } of wishes) {
          await clock.advance(wait)
          if (scheduled === undefined) transmitter.soon(frame('now', priority, bytes))
          else {
            const startsAt = (clock.monotonic() + scheduled) as Mono
            transmitter.at(frame('window', priority, bytes, startsAt), { tmst_us: 0, startsAt })
          }
        }
        await clock.advance(60_000)
        const sorted = onAir.toSorted((a, b) => a.from - b.from)
        for (const [index, { until }] of sorted.entries()) {
          const next = sorted[index + 1]
          if (next !== undefined) expect(next.from).toBeGreaterThanOrEqual(until)
        }
      }),
      { numRuns: 300 },
    )
  })

  test('a full queue drops the least urgent', () => {
    const { transmitter, frame, dropped } = antenna()
    for (let index = 0; index < 65; index++) transmitter.soon(frame(`normal-${index}`, PRIORITY.normal))
    transmitter.soon(frame('urgent', PRIORITY.urgent))
    expect(dropped).toEqual(['normal-64 QUEUE_FULL'])
  })

  test('what is taken back does not leave', async () => {
    const { clock, transmitter, frame, onAir } = antenna()
    transmitter.soon(frame('first', PRIORITY.normal))
    transmitter.soon(frame('second', PRIORITY.normal))()
    await clock.advance(5000)
    expect(onAir.length).toBe(1)
  })

  test('what cannot be handed over is said to have failed, and takes no time', () => {
    const { transmitter, frame, onAir, dropped } = antenna({ online: false })
    transmitter.soon(frame('first', PRIORITY.normal))
    expect([onAir, dropped]).toEqual([[], ['first OFFLINE']])
  })

  test('however many windows are asked for, an urgent frame finds room between two of their answers', async () => {
    const { clock, transmitter, frame, onAir } = antenna()
    for (let at = 1_000; at < 20_000; at += 100) {
      const startsAt = at as Mono
      transmitter.at(frame('answer', PRIORITY.answer, 33, startsAt), { tmst_us: 0, startsAt })
    }
    const answers = onAir.length
    expect(answers).toBeGreaterThan(15)
    await clock.advance(5_000)
    transmitter.soon(frame('siren', PRIORITY.urgent, 22))
    await clock.advance(1_200)
    expect(onAir.length).toBe(answers + 1)
  })

  test('a window that has passed is refused', async () => {
    const { clock, transmitter, frame } = antenna()
    await clock.advance(1000)
    expect(transmitter.at(frame('late', PRIORITY.answer), { tmst_us: 0, startsAt: 500 as Mono })).toBe(false)
  })
})

describe('two antennas of one site', () => {
  test('whatever is asked of them when, their frames to devices that always listen never overlap', async () => {
    const wish = fc.record({
      wait: fc.nat(400),
      second: fc.boolean(),
      bytes: fc.integer({ min: 12, max: 60 }),
      priority: fc.constantFrom(PRIORITY.urgent, PRIORITY.answer, PRIORITY.normal),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(wish, { maxLength: 30 }), async (wishes) => {
        const clock = fakeClock()
        const plan = createAirPlan()
        const [first, other] = [antenna({ clock, plan }), antenna({ clock, plan })]
        for (const { wait, second, bytes, priority } of wishes) {
          await clock.advance(wait)
          const { transmitter, frame } = second ? other : first
          transmitter.soon(frame('now', priority, bytes))
        }
        await clock.advance(120_000)
        const sorted = [...first.onAir, ...other.onAir].toSorted((a, b) => a.from - b.from)
        expect(sorted.length).toBe(wishes.length)
        for (const [index, { until }] of sorted.entries()) {
          const next = sorted[index + 1]
          if (next !== undefined) expect(next.from).toBeGreaterThanOrEqual(until)
        }
      }),
      { numRuns: 100 },
    )
  })

  test('an answer in a device’s window does not wait for the other antenna', () => {
    const clock = fakeClock()
    const plan = createAirPlan()
    const [first, other] = [antenna({ clock, plan }), antenna({ clock, plan })]
    const startsAt = clock.monotonic()
    first.transmitter.soon(first.frame('now', PRIORITY.normal))
    expect(other.transmitter.at(other.frame('window', PRIORITY.answer), { tmst_us: 0, startsAt })).toBe(true)
  })
})
