import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ClockQuality, Mono } from '../../../core/clock.ts'
import { openSqlite } from '../../../core/node/sqlite.ts'
import { decodeAlarmRow } from '../../../core/wire/decoders.ts'
import type { Outbox } from '../../../edge/outbox/outbox.ts'
import { alarmEvent, cutAll, frameAt, level, outboxRig, type Rig } from './rig.ts'

const T = Date.UTC(2026, 9, 1)
/** What a node without a clock believes. */
const FLOOR = Date.UTC(2026, 8, 20)

let rig: Rig
beforeEach(() => {
  rig = outboxRig()
})
afterEach(() => rig.remove())

/** A reading at so many ms after the boot's start, with what the clock said then. */
function measure(outbox: Outbox, mono: number, at: number, quality: ClockQuality, value = mono / 1000): void {
  const reading = { device: level, channel: 'distance', at, value, flag: 1 } as const
  outbox.readings([reading], { at, mono: mono as Mono, quality })
  outbox.flush()
}

function raise(outbox: Outbox, mono: number, at: number, quality: ClockQuality): void {
  void outbox.alarm({ ...alarmEvent(1), at }, { at, mono: mono as Mono, quality })
  outbox.flush()
}

function liveFrame(outbox: Outbox) {
  cutAll(outbox)
  const [first] = outbox.frames('live')
  const frame = frameAt(outbox, 'live', first?.first ?? 0)
  if (frame.lane !== 'live') throw new Error('not a live frame')
  return frame
}

describe('a row written before the time was known', () => {
  test('keeps its date when the clock is corrected for its drift since, and takes a better one', async () => {
    const outbox = rig.open()
    measure(outbox, 5_000, FLOOR, 'unknown')
    outbox.dated(T)
    await rig.clock.advance(3_600_000)
    outbox.dated(T + 3_000)
    measure(outbox, 3_700_000, T + 3_703_000, 'synced')
    expect(liveFrame(outbox).readings[0]?.at).toBe(T + 5_000)
    measure(outbox, 6_000, FLOOR, 'unknown')
    outbox.dated(T + 60_000)
    cutAll(outbox)
    const frame = frameAt(outbox, 'live', outbox.frames('live').at(-1)?.first ?? 0)
    expect(frame.lane === 'live' && frame.readings[0]?.at).toBe(T + 66_000)
  })

  test('is dated by the monotonic clock once it is', () => {
    const outbox = rig.open()
    measure(outbox, 5_000, FLOOR, 'unknown')
    outbox.dated(T)
    measure(outbox, 9_000, T + 9_000, 'synced')
    const frame = liveFrame(outbox)
    expect(frame.readings.map(({ at }) => at)).toEqual([T + 5_000, T + 9_000])
    expect(frame.undated).toBeUndefined()
  })

  test('is dated by the readings that came after it, where nobody said more', () => {
    const outbox = rig.open()
    measure(outbox, 5_000, FLOOR, 'unknown')
    measure(outbox, 9_000, T + 9_000, 'synced')
    expect(liveFrame(outbox).readings.map(({ at }) => at)).toEqual([T + 5_000, T + 9_000])
  })

  test('of the lane of alarms is dated inside as well', () => {
    const outbox = rig.open()
    raise(outbox, 5_000, FLOOR, 'unknown')
    outbox.dated(T)
    const [range] = outbox.unframed('alarm')
    if (range !== undefined) outbox.cut('alarm', range, 1)
    const frame = frameAt(outbox, 'alarm', 0)
    const [row] = frame.lane === 'alarm' ? frame.events : []
    const body = decodeAlarmRow(row?.body ?? new Uint8Array())
    expect(row?.at).toBe(T + 5_000)
    expect(body).toMatchObject({ ok: true, value: { kind: 'alarm', event: { at: T + 5_000 } } })
    expect(body).toMatchObject({ value: { event: { text: alarmEvent(1).text } } })
  })

  test('of a command is dated inside as well', () => {
    const outbox = rig.open()
    const outcome = { v: 1, command: 'c-1', outcome: 'done', at: FLOOR } as const
    void outbox.alarm(outcome, { at: FLOOR, mono: 7_000 as Mono, quality: 'unknown' })
    outbox.flush()
    outbox.dated(T)
    const [range] = outbox.unframed('alarm')
    if (range !== undefined) outbox.cut('alarm', range, 1)
    const frame = frameAt(outbox, 'alarm', 0)
    const [row] = frame.lane === 'alarm' ? frame.events : []
    expect(decodeAlarmRow(row?.body ?? new Uint8Array())).toMatchObject({
      value: { kind: 'outcome', outcome: { command: 'c-1', at: T + 7_000 } },
    })
  })

  test('is dated when the database could not be opened at the moment when the time was told', async () => {
    const outbox = rig.open()
    measure(outbox, 5_000, FLOOR, 'unknown')
    outbox.close()
    const after = rig.open()
    measure(after, 1_000, FLOOR, 'unknown', 2)
    after.dated(T)
    expect(
      liveFrame(after)
        .readings.map(({ at }) => at)
        .at(-1),
    ).toBe(T + 1_000)
  })

  test('is dated in the state of now', () => {
    const outbox = rig.open()
    measure(outbox, 5_000, FLOOR, 'unknown')
    outbox.dated(T)
    outbox.snapshot()
    const frame = frameAt(outbox, 'state', 0)
    expect(frame.lane === 'state' && frame.readings.map(({ at }) => at)).toEqual([T + 5_000])
  })

  test('is the oldest by its right date', () => {
    const outbox = rig.open()
    measure(outbox, 5_000, FLOOR, 'unknown')
    outbox.dated(T)
    expect(outbox.ledger().oldestAt).toBe(T + 5_000)
  })

  test('keeps its distance when it was measured earlier than it was told', () => {
    const outbox = rig.open()
    const reading = { device: level, channel: 'distance', at: FLOOR - 60_000, value: 1, flag: 1 } as const
    outbox.readings([reading], { at: FLOOR, mono: 100_000 as Mono, quality: 'unknown' })
    outbox.flush()
    outbox.dated(T)
    expect(liveFrame(outbox).readings.map(({ at }) => at)).toEqual([T + 40_000])
  })

  test('does not stay the newest for being measured under a clock that was ahead', () => {
    const outbox = rig.open()
    measure(outbox, 1_000, T + 10 ** 9, 'unknown', 1)
    measure(outbox, 2_000, T, 'synced', 2)
    outbox.snapshot()
    const frame = frameAt(outbox, 'state', 0)
    expect(frame.lane === 'state' && frame.readings.map(({ value }) => value)).toEqual([2000])
  })
})

describe('rows of a boot that never knew the time', () => {
  /** Three boots: one that knew the time, one that never did, and another that does. */
  function threeBoots(): Outbox {
    const before = rig.open()
    measure(before, 1_000, T, 'synced')
    before.close()
    const dark = rig.open()
    measure(dark, 1_000, FLOOR, 'unknown')
    measure(dark, 500_000, FLOOR + 499_000, 'unknown')
    measure(dark, 900_000, T + 10 ** 10, 'unknown')
    dark.close()
    const now = rig.open()
    measure(now, 1_000, FLOOR, 'unknown')
    now.dated(T + 3_600_000)
    return now
  }

  test('lie between the boots around them, in order, and say so', () => {
    const frame = liveFrame(threeBoots())
    const end = T + 3_601_000
    expect(frame.undated).toEqual([{ first: 1, last: 3, after: T, before: end }])
    expect(frame.readings.map(({ at }) => at)).toEqual([T, T, T, end, end])
  })

  test('are not thought older for an alarm of a former boot that is told only now', () => {
    const outbox = threeBoots()
    void outbox.alarm(
      { ...alarmEvent(1), at: T - 7_200_000 },
      { at: T + 3_650_000, mono: 50_000 as Mono, quality: 'synced' },
    )
    outbox.flush()
    expect(liveFrame(outbox).undated).toEqual([{ first: 1, last: 3, after: T, before: T + 3_601_000 }])
  })

  test("say the same under new numbers, when their frame turns out to be another node's", async () => {
    const outbox = threeBoots()
    const undated = liveFrame(outbox).undated
    const [frozen] = outbox.frames('live')
    const former = outbox.epoch() ?? ''
    measure(outbox, 2_000_000, T + 5_600_000, 'synced')
    cutAll(outbox)
    const later = outbox.frames('live').at(-1)
    outbox.fork('live', later?.first ?? 0, later?.crc ?? 0)
    await rig.clock.advance(1_000)
    const next = outbox.lanes().find(({ lane }) => lane === 'live')?.next ?? 0
    outbox.former.fork(former, 'live', frozen?.first ?? 0, frozen?.crc ?? 0)
    const frames = outbox.cut('live', { first: next, last: next + 4 }, 1)
    const frame = frameAt(outbox, 'live', frames[0]?.first ?? 0)
    expect(undated).toEqual([{ first: 1, last: 3, after: T, before: T + 3_601_000 }])
    expect(frame.undated).toEqual([{ first: next + 1, last: next + 3, after: T, before: T + 3_601_000 }])
    outbox.close()
    expect(frameAt(rig.open(), 'live', frame.first).undated).toEqual(frame.undated)
  })

  test('know what lay before them though those rows are with the hub already', () => {
    const outbox = threeBoots()
    const known = outbox.cut('live', { first: 0, last: 0 }, 1)
    outbox.release('live', known)
    outbox.close()
    const after = rig.open()
    expect(liveFrame(after).undated).toMatchObject([{ after: T }])
  })

  test('are not mixed up with the boot before, though its monotonic times are the same', () => {
    const outbox = threeBoots()
    outbox.snapshot()
    const frame = frameAt(outbox, 'state', 0)
    expect(frame.lane === 'state' && frame.readings.map(({ at }) => at)).toEqual([T + 3_601_000])
  })

  test('without any other boot are told as they are', () => {
    const outbox = rig.open()
    measure(outbox, 1_000, FLOOR, 'unknown')
    const frame = liveFrame(outbox)
    expect(frame.readings.map(({ at }) => at)).toEqual([FLOOR])
    expect(frame.undated).toMatchObject([{ first: 0, last: 0, after: 0 }])
  })
})

describe('a database that is put aside', () => {
  test('hands its boots on: its rows are dated with those of the new one', async () => {
    const outbox = rig.open()
    measure(outbox, 5_000, FLOOR, 'unknown')
    outbox.dated(T)
    outbox.close()
    const store = openSqlite(rig.file)
    store.exec("UPDATE meta SET value = '9' WHERE key = 'format'")
    store.close()
    const after = rig.open()
    await rig.clock.advance(1_000)
    expect(liveFrame(after).readings.map(({ at }) => at)).toEqual([T + 5_000])
  })

  test('leaves rows of a boot that never knew the time older than those of the present one', async () => {
    const outbox = rig.open()
    measure(outbox, 1_000, T, 'synced')
    outbox.close()
    const dark = rig.open()
    measure(dark, 1_000, FLOOR, 'unknown')
    dark.close()
    const store = openSqlite(rig.file)
    store.exec("UPDATE meta SET value = '9' WHERE key = 'format'")
    store.close()
    const after = rig.open()
    measure(after, 1_000, T + 60_000, 'synced')
    await rig.clock.advance(1_000)
    expect(liveFrame(after).undated).toMatchObject([{ after: T, before: T + 60_000 }])
  })
})

test('a database made before rows could be dated later opens, and keeps its rows', () => {
  const outbox = rig.open()
  measure(outbox, 5_000, T, 'synced')
  outbox.close()
  const store = openSqlite(rig.file)
  for (const column of ['offset', 'first', 'last']) store.exec(`ALTER TABLE boots DROP COLUMN ${column}`)
  store.exec("ALTER TABLE live DROP COLUMN summary; DELETE FROM meta WHERE key = 'tiers'")
  store.close()
  const after = rig.open()
  measure(after, 1_000, T + 60_000, 'synced')
  expect(liveFrame(after).readings.map(({ at }) => at)).toEqual([T, T + 60_000])
  expect(rig.faults).toEqual([])
})
