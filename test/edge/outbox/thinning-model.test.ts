import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Mono } from '../../../core/clock.ts'
import { sqliteSource } from '../../../core/node/sqlite-source.ts'
import type { Reading } from '../../../core/reading.ts'
import type { Frame } from '../../../core/wire/frame.ts'
import type { Outbox } from '../../../edge/outbox/outbox.ts'
import { alarmEvent, device, frameAt, lane, ledgerProblem, outboxRig } from './rig.ts'

/**
 * A node on a disk so small that it thins, against a plain list of what it measured. It thins once 85 % of the disk are
 * full: the larger one takes some 10,000 readings until then, so that few of the orders fill it, but those thin in steps;
 * the smaller one nearly all of them fill.
 */

const T0 = Date.UTC(2026, 9, 1)
/** The same orders in every run, and how many readings they must thin to prove anything. */
const DISKS = [
  { maxBytes: 400_000, seed: 7, thins: 10_000 },
  { maxBytes: 200_000, seed: 106, thins: 50_000 },
] as const
const POINTS = Array.from({ length: 5 }, (_, index) => ({ device: device(`d-${index}`), channel: 'level' }))

interface Measured {
  readonly count: number
  readonly sum: number
  readonly min: number
  readonly max: number
}

const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('measure' as const), rows: fc.nat(2_000) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat(50) }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('cut' as const), frames: fc.integer({ min: 1, max: 4 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('acknowledge' as const), skip: fc.nat(2) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom('reopen' as const, 'crash' as const, 'alarm' as const) }),
  },
)

/** What a hub makes of the frames: every number once, and the readings of each point. */
function hubOf(frames: readonly Frame[], next: number) {
  const numbers = new Array<number>(next).fill(0)
  const points = new Map<number, Measured>()
  for (const frame of frames) {
    if (frame.lane === 'alarm') throw new Error('not a frame of readings')
    for (const { first, last } of frame.gaps) {
      for (let seq = first; seq <= last; seq++) numbers[seq] = (numbers[seq] ?? 0) + 1
    }
    for (const { seq, series, value, summary } of frame.readings) {
      numbers[seq] = (numbers[seq] ?? 0) + 1
      const told = summary ?? { count: 1, sum: value, min: value, max: value }
      points.set(series, together(points.get(series), told))
    }
  }
  return { twiceOrNever: numbers.filter((times) => times !== 1).length, points }
}

function together(one: Measured | undefined, two: Measured): Measured {
  if (one === undefined) return { count: two.count, sum: two.sum, min: two.min, max: two.max }
  return {
    count: one.count + two.count,
    sum: one.sum + two.sum,
    min: Math.min(one.min, two.min),
    max: Math.max(one.max, two.max),
  }
}

test.each(DISKS)(
  'any order of measuring, thinning, cutting, acknowledging, crashing and reopening keeps every reading counted ($maxBytes bytes)',
  async ({ maxBytes, seed, thins }) => {
    const limits = { maxBytes, queuedReadings: 1_000_000 }
    let thinned = 0
    let whole = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
        const rig = outboxRig()
        const open = (file: string) => rig.open({ limits, source: sqliteSource(file, limits) })
        let file = rig.file
        let outbox = open(file)
        let measured = 0
        const produced = new Map<number, Measured>()
        const told: Frame[] = []
        const acknowledge = (some: Outbox, skip: number) => {
          const frames = some.frames('live').filter((_, index) => skip === 0 || index % (skip + 1) !== 0)
          for (const { first } of frames) told.push(frameAt(some, 'live', first))
          some.release('live', frames)
        }
        const measure = async (rows: number) => {
          for (let from = 0; from < rows; from += 100) {
            const batch = Array.from({ length: Math.min(100, rows - from) }, (): Reading => {
              const value = (measured * 7919) % 1000
              const series = measured % POINTS.length
              produced.set(
                series,
                together(produced.get(series), { count: 1, sum: value, min: value, max: value }),
              )
              const point = POINTS[series] ?? { device: device('d-0'), channel: 'level' }
              return { ...point, at: T0 + measured++ * 4_000, value: value / 1000, flag: 1 }
            })
            const at = T0 + measured * 4_000
            outbox.readings(batch, { at, mono: at as Mono, quality: 'synced' })
            outbox.flush()
            // A turn between, in which readings are thinned; faster than that they would be dropped.
            await rig.clock.advance(0)
          }
        }
        try {
          for (const one of steps) {
            if (one.do === 'measure') await measure(one.rows)
            else if (one.do === 'wait') await rig.clock.advance(one.ms)
            else if (one.do === 'cut') {
              const [range] = outbox.unframed('live')
              if (range !== undefined) outbox.cut('live', range, one.frames)
            } else if (one.do === 'acknowledge') acknowledge(outbox, one.skip)
            else if (one.do === 'alarm')
              void outbox.alarm(alarmEvent(1), { at: T0, mono: 0 as Mono, quality: 'synced' })
            else if (one.do === 'reopen') {
              outbox.close()
              outbox = open(file)
            } else {
              outbox.flush()
              // As it would be found after a power cut: what was committed, and nothing of what was not.
              if (file === rig.file) file = rig.photograph()
              outbox.close()
              outbox = open(file)
            }
            expect(ledgerProblem(outbox)).toBeUndefined()
            expect(rig.faults).toEqual([])
            expect(outbox.ledger().bytes.used).toBeLessThan(maxBytes)
          }
          const lost = lane(outbox, 'live').lost
          thinned += lost.thinned ?? 0
          for (const range of outbox.unframed('live')) outbox.cut('live', range, 1000)
          acknowledge(outbox, 0)
          const hub = hubOf(told, lane(outbox, 'live').produced)
          expect(hub.twiceOrNever).toBe(0)
          const missing = measured - [...hub.points.values()].reduce((sum, { count }) => sum + count, 0)
          // Where frames that nobody acknowledges fill the disk, the rest has to go in the end: told, and not more than told.
          expect(missing).toBeGreaterThanOrEqual(lost.dropped ?? 0)
          expect(missing).toBeLessThanOrEqual((lost.dropped ?? 0) + (lost.thinned ?? 0))
          if (lost.dropped !== undefined) return
          whole++
          expect(hub.points).toEqual(produced)
        } finally {
          rig.remove()
        }
      }),
      { numRuns: 40, seed, endOnFailure: true },
    )
    expect(thinned).toBeGreaterThan(thins)
    expect(whole).toBeGreaterThan(20)
  },
  120_000,
)
