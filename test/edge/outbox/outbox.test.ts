import { statSync } from 'node:fs'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FaultError, fault } from '../../../core/errors.ts'
import { sqliteSource } from '../../../core/node/sqlite-source.ts'
import type { SqlSource } from '../../../core/ports/sql-source.ts'
import type { Outbox } from '../../../edge/outbox/outbox.ts'
import {
  alarmEvent,
  cutAll,
  frameAt,
  instant,
  lane,
  ledgerProblem,
  outboxRig,
  type Rig,
  readings,
} from './rig.ts'

let rig: Rig

beforeEach(() => {
  rig = outboxRig()
})
afterEach(() => rig.remove())

describe('group commit', () => {
  test('alarms of one owner have it write their places down once, before they are committed', async () => {
    const outbox = rig.open()
    const diary: string[] = []
    const write = () => void diary.push(`written ${outbox.lanes()[0]?.next}`)
    for (let count = 0; count < 3; count++)
      void outbox.alarm(alarmEvent(count), instant(), ({ seq }) => {
        diary.push(`placed ${seq}`)
        return write
      })
    await rig.clock.advance(1)
    expect(diary).toEqual(['placed 0', 'placed 1', 'placed 2', 'written 0'])
    expect(outbox.lanes()[0]?.next).toBe(3)
  })

  test('readings are on disk within 50 ms', async () => {
    const outbox = rig.open()
    outbox.readings(readings(20), instant())
    expect(lane(outbox, 'live').stored).toBe(0)
    await rig.clock.advance(50)
    const after = rig.openAt(rig.photograph())
    expect(lane(after, 'live').stored).toBe(20)
  })

  test('an alarm is on disk when its promise resolves, and takes waiting readings along', async () => {
    const outbox = rig.open()
    outbox.readings(readings(3), instant())
    const told = outbox.alarm(alarmEvent(1), instant())
    await rig.clock.advance(0)
    expect(await told).toEqual({ ok: true, value: 0 })
    const after = rig.openAt(rig.photograph())
    expect([lane(after, 'alarm').stored, lane(after, 'live').stored]).toEqual([1, 3])
  })

  test('what was not committed is gone after a power cut, and its numbers are given again', async () => {
    const outbox = rig.open()
    outbox.readings(readings(5), instant())
    outbox.flush()
    outbox.readings(readings(7), instant())
    const after = rig.openAt(rig.photograph())
    after.readings(readings(1), instant())
    after.flush()
    expect(lane(after, 'live').produced).toBe(6)
  })

  test('more readings than the queue holds: the oldest are dropped and recorded', async () => {
    const outbox = rig.open({ limits: { queuedReadings: 100 } })
    for (let batch = 0; batch < 15; batch++) outbox.readings(readings(10, batch * 10), instant())
    outbox.flush()
    expect(lane(outbox, 'live')).toMatchObject({ produced: 150, stored: 100, lost: { dropped: 50 } })
  })

  test('a value that its resolution cannot hold is refused by name and the rest is stored', () => {
    const outbox = rig.open()
    const [good, bad] = readings(2)
    if (good === undefined || bad === undefined) throw new Error('no readings')
    outbox.readings([good, { ...bad, value: Number.NaN }], instant())
    outbox.flush()
    expect(rig.faults.map(({ code }) => code)).toEqual(['READING_UNSTORABLE'])
    expect(lane(outbox, 'live').stored).toBe(1)
  })
})

describe('frames', () => {
  test('are the same bytes after a restart', () => {
    const outbox = rig.open()
    outbox.readings(readings(2500), instant())
    outbox.flush()
    cutAll(outbox)
    const before = outbox.frames('live').map(({ first }) => outbox.bytes('live', first))
    outbox.close()
    const after = rig.open()
    expect(after.frames('live').map(({ first }) => after.bytes('live', first))).toEqual(before)
  })

  test('are on disk before their bytes can be had', () => {
    const outbox = rig.open()
    outbox.readings(readings(10), instant())
    outbox.flush()
    cutAll(outbox)
    const after = rig.openAt(rig.photograph())
    expect(after.bytes('live', 0)).toEqual(outbox.bytes('live', 0))
  })

  test('carry values in steps of the resolution', () => {
    const outbox = rig.open()
    outbox.readings(readings(3, 40), instant())
    outbox.flush()
    cutAll(outbox)
    const frame = frameAt(outbox, 'live', 0)
    expect(frame.lane === 'live' && frame.readings.map(({ value }) => value)).toEqual([40, 41, 42])
  })
})

describe('state', () => {
  test('is the newest value of each point that the hub does not have', () => {
    const outbox = rig.open()
    outbox.readings(readings(6), instant())
    outbox.flush()
    outbox.snapshot()
    const frame = frameAt(outbox, 'state', 0)
    expect(frame.lane === 'state' && frame.readings.map(({ value }) => value)).toEqual([4, 5])
  })

  test('that was never sent is superseded by a newer one', () => {
    const outbox = rig.open()
    outbox.readings(readings(2), instant())
    outbox.flush()
    outbox.snapshot()
    outbox.readings(readings(2, 10), instant())
    outbox.flush()
    outbox.snapshot()
    expect(frameAt(outbox, 'state', 0)).toMatchObject({
      last: 3,
      gaps: [{ first: 0, last: 1, reason: 'superseded' }],
    })
    expect(ledgerProblem(outbox)).toBeUndefined()
  })

  test('that may have been sent stays as it is', () => {
    const outbox = rig.open()
    outbox.readings(readings(2), instant())
    outbox.flush()
    outbox.snapshot()
    const sent = outbox.bytes('state', 0)
    outbox.readings(readings(2, 10), instant())
    outbox.flush()
    outbox.snapshot()
    expect(outbox.bytes('state', 0)).toEqual(sent)
    expect(outbox.frames('state')).toHaveLength(2)
  })
})

describe('acknowledgement', () => {
  test('deletes rows and frames', () => {
    const outbox = rig.open()
    outbox.readings(readings(1500), instant())
    outbox.flush()
    cutAll(outbox)
    outbox.release('live', outbox.frames('live'))
    expect(lane(outbox, 'live')).toMatchObject({ produced: 1500, stored: 0, acknowledged: 1500 })
    expect(outbox.frames('live')).toEqual([])
  })

  test('twice is the same as once', () => {
    const outbox = rig.open()
    outbox.readings(readings(10), instant())
    outbox.flush()
    cutAll(outbox)
    const frames = outbox.frames('live')
    outbox.release('live', frames)
    outbox.release('live', frames)
    expect(lane(outbox, 'live').acknowledged).toBe(10)
  })

  test("of another's frame over the same numbers deletes nothing", () => {
    const outbox = rig.open()
    outbox.readings(readings(10), instant())
    outbox.flush()
    cutAll(outbox)
    outbox.release('live', [{ first: 0, last: 9, crc: 0xdeadbeef }])
    expect(lane(outbox, 'live').stored).toBe(10)
  })

  test('of a frame that was cut otherwise deletes nothing', () => {
    const outbox = rig.open()
    outbox.readings(readings(10), instant())
    outbox.flush()
    cutAll(outbox)
    const [frame] = outbox.frames('live')
    outbox.release('live', [{ first: 0, last: 8, crc: frame?.crc ?? 0 }])
    expect(lane(outbox, 'live').stored).toBe(10)
  })

  test('of everything does not give its numbers free', () => {
    const outbox = rig.open()
    outbox.readings(readings(10), instant())
    outbox.flush()
    cutAll(outbox)
    outbox.release('live', outbox.frames('live'))
    outbox.close()
    const after = rig.open()
    after.readings(readings(1), instant())
    after.flush()
    expect(after.unframed('live')).toEqual([{ first: 10, last: 10 }])
  })
})

test('rows that are still held are never given away as released', () => {
  const outbox = rig.open()
  outbox.readings(readings(10), instant())
  outbox.flush()
  cutAll(outbox)
  expect(outbox.account('live', { first: 0, last: 9 })).toEqual([])
})

describe('a database that grows to its limit', () => {
  const limits = { maxBytes: 1024 * 1024, queuedReadings: 1_000_000 }

  /** One of each point a day: thinning leaves them as they are. */
  const days = (count: number, from: number) =>
    readings(count, from).map((reading, index) => {
      return { ...reading, at: Date.UTC(2026, 0, 1) + Math.floor((from + index) / 2) * 86_400_000 }
    })

  test('thins readings, and keeps every one of them counted', async () => {
    const outbox = rig.open({ limits, source: sqliteSource(rig.file, limits) })
    for (let batch = 0; batch < 60; batch++) {
      outbox.readings(readings(1000, batch * 1000), instant())
      await rig.clock.advance(1000)
    }
    const { lost, produced } = lane(outbox, 'live')
    expect(lost.thinned).toBeGreaterThan(10_000)
    expect(lost.dropped).toBeUndefined()
    cutAll(outbox)
    const counts = outbox.frames('live').map(({ first }) => {
      const frame = frameAt(outbox, 'live', first)
      const rows = frame.lane === 'alarm' ? [] : frame.readings
      return rows.reduce((sum, { summary }) => sum + (summary?.count ?? 1), 0)
    })
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(produced)
  })

  test('drops the oldest readings that cannot be thinned in whole ranges, with their reason, and keeps alarms', async () => {
    const outbox = rig.open({ limits, source: sqliteSource(rig.file, limits) })
    void outbox.alarm(alarmEvent(0), instant())
    for (let batch = 0; batch < 60; batch++) {
      outbox.readings(days(1000, batch * 1000), instant())
      await rig.clock.advance(1000)
    }
    void outbox.alarm(alarmEvent(1), instant())
    await rig.clock.advance(0)
    expect(lane(outbox, 'live').lostRanges).toHaveLength(1)
    expect(lane(outbox, 'live').lostRanges[0]).toMatchObject({ first: 0, reason: 'dropped' })
    expect(lane(outbox, 'alarm').stored).toBe(2)
    expect(ledgerProblem(outbox)).toBeUndefined()
    expect(rig.faults).toEqual([])
  })

  test('drops when readings come faster than they can be thinned', () => {
    const outbox = rig.open({ limits, source: sqliteSource(rig.file, limits) })
    for (let batch = 0; batch < 60; batch++) {
      outbox.readings(days(1_000, batch * 1_000), instant())
      outbox.flush()
    }
    expect(lane(outbox, 'live').lost.dropped).toBeGreaterThan(10_000)
    expect(outbox.ledger().bytes.used).toBeLessThan(limits.maxBytes)
    expect(ledgerProblem(outbox)).toBeUndefined()
  })

  test('full of alarms can still be emptied by the hub, and then takes those that waited in memory', async () => {
    const outbox = rig.open({ limits, source: sqliteSource(rig.file, limits) })
    const told: Promise<unknown>[] = []
    for (let count = 0; count < 8_000; count++) {
      told.push(outbox.alarm(alarmEvent(count), instant()))
      if (count % 100 === 0) outbox.flush()
    }
    outbox.flush()
    expect(rig.faults.map(({ code }) => code)).toEqual(['STORE_FULL'])
    expect(outbox.ledger().queued.alarms).toBeGreaterThan(0)
    for (let range = outbox.unframed('alarm')[0]; range !== undefined; range = outbox.unframed('alarm')[0]) {
      const cut = outbox.cut('alarm', range, 1)
      expect(cut).toHaveLength(1)
      outbox.release('alarm', cut)
      await rig.clock.advance(1)
    }
    expect(outbox.ledger().queued.alarms).toBe(0)
    expect(lane(outbox, 'alarm')).toMatchObject({ produced: 8_000, acknowledged: 8_000 })
    expect(await Promise.all(told)).toHaveLength(8_000)
  })

  test('tells the hub what was dropped', async () => {
    const outbox = rig.open({ limits, source: sqliteSource(rig.file, limits) })
    for (let batch = 0; batch < 60; batch++) {
      outbox.readings(days(1000, batch * 1000), instant())
      await rig.clock.advance(1000)
    }
    const dropped = lane(outbox, 'live').lostRanges[0]
    cutAll(outbox)
    expect(frameAt(outbox, 'live', 0).gaps).toEqual([dropped])
  })

  test('gets shorter when the hub has fetched what filled it', async () => {
    const outbox = rig.open({ source: sqliteSource(rig.file) })
    outbox.readings(readings(100_000), instant())
    outbox.flush()
    await rig.clock.advance(1000)
    const full = statSync(rig.file).size
    cutAll(outbox)
    outbox.release('live', outbox.frames('live'))
    await rig.clock.advance(60_000)
    expect(full).toBeGreaterThan(2_000_000)
    expect(statSync(rig.file).size).toBeLessThan(full / 3)
    expect(rig.clock.pending()).toBe(0)
  })

  test('foretells how long there is room', async () => {
    const outbox = rig.open({ limits })
    for (let second = 0; second < 60; second++) {
      outbox.readings(readings(10), instant())
      await rig.clock.advance(1000)
    }
    const { rowsPerSecond, hoursLeft } = outbox.ledger()
    expect(rowsPerSecond).toBeCloseTo(10, 0)
    expect(hoursLeft).toBeGreaterThan(0.5)
    expect(hoursLeft).toBeLessThan(2)
  })
})

describe('a store that fails', () => {
  /** A source whose disk can be taken away. */
  function fragile(): SqlSource & { broken: boolean } {
    const real = sqliteSource(rig.file)
    const source = {
      broken: false,
      open() {
        if (source.broken) throw new FaultError(fault('STORE_UNWRITABLE', { file: rig.file, reason: 'test' }))
        const store = real.open()
        return {
          ...store,
          transaction<T>(work: () => T): T {
            return store.transaction(() => {
              const result = work()
              // Fails at the very end, as a full disk does at commit.
              if (source.broken) throw new FaultError(fault('STORE_FULL', { file: rig.file }))
              return result
            })
          },
        }
      },
      moveAside: () => real.moveAside(),
      openAside: () => real.openAside(),
    }
    return source
  }

  test('keeps readings and alarms in memory and writes them when it returns', async () => {
    const source = fragile()
    const outbox = rig.open({ source })
    source.broken = true
    outbox.readings(readings(5), instant())
    const told = outbox.alarm(alarmEvent(1), instant())
    await rig.clock.advance(1000)
    expect(outbox.ledger().queued).toEqual({ alarms: 1, readings: 5 })
    source.broken = false
    await rig.clock.advance(10_000)
    expect(await told).toEqual({ ok: true, value: 0 })
    expect(lane(outbox, 'live').stored).toBe(5)
    expect(outbox.ledger().fault).toBeUndefined()
  })

  test('is reported once for each kind of failure', async () => {
    const source = fragile()
    const outbox = rig.open({ source })
    source.broken = true
    outbox.readings(readings(5), instant())
    await rig.clock.advance(60_000)
    expect(rig.faults.map(({ code }) => code)).toEqual(['STORE_FULL', 'STORE_UNWRITABLE'])
  })

  test('from the start keeps the node going', async () => {
    const source = fragile()
    source.broken = true
    const outbox = rig.open({ source })
    outbox.readings(readings(5), instant())
    await rig.clock.advance(30_000)
    expect(outbox.epoch()).toBeUndefined()
    source.broken = false
    await rig.clock.advance(10_000)
    expect(lane(outbox, 'live').stored).toBe(5)
  })

  test('refuses alarms only when memory holds too many', async () => {
    const source = fragile()
    source.broken = true
    const outbox = rig.open({ source, limits: { queuedAlarms: 2 } })
    void outbox.alarm(alarmEvent(1), instant())
    void outbox.alarm(alarmEvent(2), instant())
    expect(await outbox.alarm(alarmEvent(3), instant())).toMatchObject({
      error: { code: 'ALARM_QUEUE_FULL' },
    })
  })
})

describe('the ledger', () => {
  type Step =
    | { readonly do: 'readings' | 'alarm' | 'flush' | 'crash' | 'close' | 'snapshot' }
    | { readonly do: 'cut' | 'release'; readonly from: number; readonly size: number }

  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.record({ do: fc.constantFrom('readings', 'alarm', 'flush', 'crash', 'close', 'snapshot') }),
    fc.record({
      do: fc.constantFrom('cut', 'release'),
      from: fc.nat(4),
      size: fc.integer({ min: 1, max: 200 }),
    }),
  )

  test('holds over any order of writing, cutting, acknowledging, crashing and reopening', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 40 }), (steps) => {
        const own = outboxRig()
        let outbox = own.open()
        try {
          const produced = new Map<string, number>()
          for (const next of steps) {
            outbox = take(own, outbox, next)
            expect(ledgerProblem(outbox)).toBeUndefined()
            for (const { lane: name, next: number } of outbox.lanes()) {
              // Never given again, whatever was deleted: what was committed stays below `next`.
              expect(number).toBeGreaterThanOrEqual(produced.get(name) ?? 0)
              produced.set(name, number)
            }
            for (const name of ['alarm', 'state', 'live'] as const) {
              for (const { first, last } of outbox.frames(name)) {
                expect(frameAt(outbox, name, first)).toMatchObject({ first, last, epoch: outbox.epoch() })
              }
            }
          }
        } finally {
          outbox.close()
          own.remove()
        }
      }),
      { numRuns: 40 },
    )
  })

  function take(own: Rig, outbox: Outbox, next: Step): Outbox {
    switch (next.do) {
      case 'readings':
        outbox.readings(readings(30), instant())
        return outbox
      case 'alarm':
        void outbox.alarm(alarmEvent(1), instant())
        return outbox
      case 'flush':
        outbox.flush()
        return outbox
      case 'snapshot':
        outbox.snapshot()
        return outbox
      case 'cut': {
        const range = outbox.unframed('live')[0]
        if (range !== undefined) {
          outbox.cut('live', { ...range, last: Math.min(range.last, range.first + next.size) }, 3)
        }
        const alarms = outbox.unframed('alarm')[0]
        if (alarms !== undefined) outbox.cut('alarm', alarms, 1)
        return outbox
      }
      case 'release':
        for (const name of ['alarm', 'state', 'live'] as const) {
          outbox.release(name, outbox.frames(name).slice(next.from, next.from + next.size))
        }
        return outbox
      case 'close':
        outbox.close()
        return own.open()
      case 'crash': {
        const left = own.photograph()
        outbox.close()
        return own.openAt(left)
      }
    }
  }
})
