import type { SqlRow, SqlStore } from '../../core/ports/sql-store.ts'
import { FLAG, type Flag } from '../../core/reading.ts'
import type { Frame, FrameEvent, FrameReading } from '../../core/wire/frame.ts'
import { FRAME_AT_MAX, FRAME_VALUE_MAX } from '../../core/wire/frame-body.ts'
import { encodeFrame } from '../../core/wire/frame-codec.ts'
import type { Lane } from '../../core/wire/topics.ts'
import type { LaneStore } from './lane-store.ts'
import { gapsIn, inside, outside, type Range, type Span } from './ledger.ts'
import type { NewestValues } from './newest.ts'
import { FRAME_BYTES, FRAME_ROWS } from './outbox.ts'
import { flagOf } from './tables.ts'

export interface CutterOptions {
  readonly store: SqlStore
  readonly epoch: string
  readonly lanes: Readonly<Record<Lane, LaneStore>>
  readonly newest: NewestValues
  readonly seriesCount: () => number
}

/** Turns rows into frozen frames. Runs inside the disk's transaction: a frame is on disk before anybody can send it. */
export function cutter({ store, epoch, lanes, newest, seriesCount }: CutterOptions) {
  const read = {
    alarm: store.prepare('SELECT * FROM alarm WHERE seq BETWEEN ? AND ? ORDER BY seq LIMIT ?'),
    live: store.prepare('SELECT * FROM live WHERE seq BETWEEN ? AND ? ORDER BY seq LIMIT ?'),
  }
  const remove = {
    alarm: store.prepare('DELETE FROM alarm WHERE seq BETWEEN ? AND ?'),
    live: store.prepare('DELETE FROM live WHERE seq BETWEEN ? AND ?'),
  }

  const cutOne = (name: 'alarm' | 'live', range: Range): Range => {
    const lane = lanes[name]
    const found = read[name].all(range.first, range.last, FRAME_ROWS)
    const rows = name === 'alarm' ? upToBytes(found) : found
    const whole = rows.length === found.length && found.length < FRAME_ROWS
    const lastRow = rows.at(-1)?.seq
    const last = whole || typeof lastRow !== 'number' ? range.last : lastRow
    const events = name === 'alarm' ? rows.flatMap(frameEvent) : []
    const readings = name === 'live' ? rows.flatMap((row) => frameReading(row, seriesCount())) : []
    // A number below `next` without a row and without a reason, or with a row that makes no sense: the disk lost it.
    for (const hole of holes(name === 'alarm' ? events : readings, lane.spans(), range.first, last)) {
      remove[name].run(hole.first, hole.last)
      lane.mark(hole.first, hole.last, (was) => was ?? { fate: 'corrupt', told: false })
    }
    const head = { epoch, first: range.first, last, gaps: gapsIn(lane.spans(), range.first, last) }
    return lane.freeze(name === 'alarm' ? { ...head, lane: name, events } : { ...head, lane: name, readings })
  }

  return {
    cut(name: 'alarm' | 'live', range: Range, frames: number): Range[] {
      const cut: Range[] = []
      for (let first = range.first; cut.length < frames && first <= range.last; ) {
        const frame = cutOne(name, { first, last: range.last })
        cut.push(frame)
        first = frame.last + 1
      }
      return cut
    },

    /** State rows live in their frames alone: what was never sent is superseded by what is newer. */
    snapshot(neverSent: (first: number) => boolean): Range[] {
      const lane = lanes.state
      const known = lanes.live.spans().filter((span) => span.told)
      const values = newest.all().filter(({ seq }) => outside(known, seq, seq).length > 0)
      if (values.length === 0) return []
      const stale = neverSentTail(lane, neverSent)
      lane.thaw(stale)
      for (const { first, last } of stale) lane.mark(first, last, () => ({ fate: 'superseded', told: false }))
      let first = stale[0]?.first ?? lane.next()
      const cut: Range[] = []
      for (let from = 0; from < values.length; from += FRAME_ROWS) {
        const part = values.slice(from, from + FRAME_ROWS)
        const start = lane.advance(part.length)
        const readings = part.map(({ series, at, value, flag }, index) => {
          return { seq: start + index, series, at, value, flag: knownFlag(flag) ?? FLAG.notEvaluated }
        })
        const last = start + part.length - 1
        const gaps = gapsIn(lane.spans(), first, last)
        cut.push(lane.freeze({ epoch, lane: 'state', first, last, gaps, readings }))
        first = last + 1
      }
      lane.save()
      return cut
    },

    account(name: Lane, range: Range): Uint8Array[] {
      const lane = lanes[name]
      // What is still held in a frame comes as that frame; said to be gone first, it would not be stored any more.
      const told = inside(lane.spans(), range.first, range.last)
        .filter((span) => span.told)
        .flatMap((span) =>
          outside(lane.frames(), span.first, span.last).map((part) => ({ ...span, ...part })),
        )
      return neighbours(told).map((spans) => encodeFrame(farewell(name, epoch, spans)))
    },
  }
}

/** A frame without rows: numbers whose rows the hub once acknowledged are `released`, others keep their reason. */
function farewell(lane: Lane, epoch: string, spans: readonly Span[]): Frame {
  const gaps = spans.map(({ first, last, fate }) => {
    return { first, last, reason: fate === 'acknowledged' ? ('released' as const) : fate }
  })
  const head = { epoch, first: spans[0]?.first ?? 0, last: spans.at(-1)?.last ?? 0, gaps }
  return lane === 'alarm' ? { ...head, lane, events: [] } : { ...head, lane, readings: [] }
}

function neighbours(spans: readonly Span[]): Span[][] {
  const groups: Span[][] = []
  for (const span of spans) {
    const group = groups.at(-1)
    if (group?.at(-1)?.last === span.first - 1) group.push(span)
    else groups.push([span])
  }
  return groups
}

/** The newest frames, without a hole up to the next number, that nobody has seen. */
function neverSentTail(lane: LaneStore, neverSent: (first: number) => boolean): Range[] {
  const tail: Range[] = []
  let next = lane.next()
  for (const frame of lane.frames().toReversed()) {
    if (frame.last !== next - 1 || !neverSent(frame.first)) break
    tail.unshift(frame)
    next = frame.first
  }
  return tail
}

function upToBytes(rows: readonly SqlRow[]): SqlRow[] {
  let bytes = 0
  return rows.filter(({ body }, index) => {
    bytes += body instanceof Uint8Array ? body.length : 0
    return index === 0 || bytes <= FRAME_BYTES
  })
}

function holes(
  rows: readonly { readonly seq: number }[],
  spans: readonly Span[],
  first: number,
  last: number,
): Range[] {
  const taken = [...rows.map(({ seq }) => ({ first: seq, last: seq })), ...inside(spans, first, last)]
  return outside(
    taken.sort((one, two) => one.first - two.first),
    first,
    last,
  )
}

function frameReading(row: SqlRow, seriesCount: number): FrameReading[] {
  const { seq, series, at, value, mark } = row
  if (!whole(seq, 0, Number.MAX_SAFE_INTEGER) || !whole(series, 0, seriesCount - 1)) return []
  if (!whole(at, 0, FRAME_AT_MAX) || !whole(value, -FRAME_VALUE_MAX, FRAME_VALUE_MAX)) return []
  const flag = typeof mark === 'number' ? knownFlag(flagOf(mark)) : undefined
  return flag === undefined ? [] : [{ seq, series, at, value, flag }]
}

function frameEvent({ seq, at, body }: SqlRow): FrameEvent[] {
  if (!whole(seq, 0, Number.MAX_SAFE_INTEGER) || !whole(at, 0, FRAME_AT_MAX)) return []
  return body instanceof Uint8Array ? [{ seq, at, body }] : []
}

function whole(value: unknown, from: number, to: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to
}

const FLAGS: readonly Flag[] = Object.values(FLAG)

function knownFlag(code: number): Flag | undefined {
  return FLAGS.find((flag) => flag === code)
}
