import type { SqlRow, SqlStore } from '../../core/ports/sql-store.ts'
import type { Frame, FrameReading, Undated } from '../../core/wire/frame.ts'
import { encodeFrame } from '../../core/wire/frame-codec.ts'
import type { Lane } from '../../core/wire/topics.ts'
import type { Boots, Bounds, RowTime } from './boots.ts'
import type { LaneStore } from './lane-store.ts'
import { gapsIn, inside, outside, type Range, type Span } from './ledger.ts'
import type { NewestValues } from './newest.ts'
import { FRAME_BYTES, FRAME_ROWS, type FrozenFrame } from './outbox.ts'
import { alarmLine, frameEvent, frameReading, liveRow } from './rows.ts'
import type { LiveRow } from './thinning.ts'

export interface CutterOptions {
  readonly store: SqlStore
  readonly epoch: string
  readonly lanes: Readonly<Record<Lane, LaneStore>>
  readonly newest: NewestValues
  readonly boots: Boots
  readonly seriesCount: () => number
  /** CRC-32C of the first so many entries of the dictionary. */
  readonly dictionaryCrc: (entries: number) => number
}

/** Turns rows into frozen frames. Runs inside the disk's transaction: a frame is on disk before anybody can send it. */
export function cutter(options: CutterOptions) {
  const { store, epoch, lanes, newest, boots, seriesCount } = options
  const read = {
    alarm: store.prepare('SELECT * FROM alarm WHERE seq BETWEEN ? AND ? ORDER BY seq LIMIT ?'),
    live: store.prepare('SELECT * FROM live WHERE seq BETWEEN ? AND ? ORDER BY seq LIMIT ?'),
  }
  const remove = {
    alarm: store.prepare('DELETE FROM alarm WHERE seq BETWEEN ? AND ?'),
    live: store.prepare('DELETE FROM live WHERE seq BETWEEN ? AND ?'),
  }

  /** A number below `next` without a row and without a reason, or with a row that makes no sense: the disk lost it. */
  const markCorrupt = (name: 'alarm' | 'live', rows: readonly { readonly seq: number }[], range: Range) => {
    for (const { first, last } of holes(rows, lanes[name].spans(), range.first, range.last)) {
      remove[name].run(first, last)
      lanes[name].mark(first, last, (was) => was ?? { fate: 'corrupt', told: false })
    }
  }
  const cutAlarm = (range: Range): FrozenFrame => {
    const found = read.alarm.all(range.first, range.last, FRAME_ROWS)
    const lines = upToBytes(found)
    const last = lastNumber(range, lines, lines.length === found.length && found.length < FRAME_ROWS)
    const rows = lines.flatMap((row) => alarmLine(row) ?? [])
    markCorrupt('alarm', rows, { first: range.first, last })
    const { gaps, undated } = accounts('alarm', range.first, last, rows)
    const events = rows.map((row) => frameEvent(row, boots.date(row)))
    return lanes.alarm.freeze({ epoch, lane: 'alarm', first: range.first, last, gaps, undated, events })
  }
  const cutLive = (range: Range): FrozenFrame => {
    const found = read.live.all(range.first, range.last, FRAME_ROWS)
    const last = lastNumber(range, found, found.length < FRAME_ROWS)
    const rows = found.flatMap((row) => liveRow(row, seriesCount()) ?? [])
    markCorrupt('live', rows, { first: range.first, last })
    return lanes.live.freeze(readingsFrame('live', range.first, last, rows))
  }
  const accounts = (name: Lane, first: number, last: number, rows: readonly (RowTime & Numbered)[]) => {
    const gaps = gapsIn(lanes[name].spans(), first, last)
    return { gaps, undated: undatedRanges(rows.map((row) => [row.seq, boots.date(row).bounds])) }
  }
  const readingsFrame = (
    lane: 'state' | 'live',
    first: number,
    last: number,
    rows: readonly LiveRow[],
  ): Frame => {
    const readings: FrameReading[] = rows.map((row) => frameReading(row, boots.date(row)))
    const series = readings.reduce((most, reading) => Math.max(most, reading.series + 1), 0)
    const known = series === 0 ? {} : { dictionary: options.dictionaryCrc(series) }
    return { epoch, lane, first, last, ...accounts(lane, first, last, rows), readings, ...known }
  }

  return {
    cut(name: 'alarm' | 'live', range: Range, frames: number): FrozenFrame[] {
      const cut: FrozenFrame[] = []
      for (let first = range.first; cut.length < frames && first <= range.last; ) {
        const rest = { first, last: range.last }
        const frame = name === 'alarm' ? cutAlarm(rest) : cutLive(rest)
        cut.push(frame)
        first = frame.last + 1
      }
      return cut
    },

    /** State rows live in their frames alone: what was never sent is superseded by what is newer. */
    snapshot(neverSent: (first: number) => boolean): FrozenFrame[] {
      const lane = lanes.state
      const known = lanes.live.spans().filter((span) => span.told)
      const values = newest.all().filter(({ seq }) => outside(known, seq, seq).length > 0)
      if (values.length === 0) return []
      const stale = neverSentTail(lane, neverSent)
      lane.thaw(stale)
      for (const { first, last } of stale) lane.mark(first, last, () => ({ fate: 'superseded', told: false }))
      let first = stale[0]?.first ?? lane.next()
      const cut: FrozenFrame[] = []
      for (let from = 0; from < values.length; from += FRAME_ROWS) {
        const part = values.slice(from, from + FRAME_ROWS)
        const start = lane.advance(part.length)
        const last = start + part.length - 1
        const rows = part.map((value, index) => ({ ...value, seq: start + index }))
        cut.push(lane.freeze(readingsFrame('state', first, last, rows)))
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

interface Numbered {
  readonly seq: number
}

/** Rows that follow each other within the same bounds become one range. */
function undatedRanges(rows: readonly (readonly [number, Bounds | undefined])[]): Undated[] {
  const ranges: Undated[] = []
  let open: Bounds | undefined
  for (const [seq, bounds] of rows) {
    const before = ranges.at(-1)
    if (bounds !== undefined && bounds === open && before !== undefined) {
      ranges[ranges.length - 1] = { ...before, last: seq }
    } else if (bounds !== undefined) ranges.push({ first: seq, last: seq, ...bounds })
    open = bounds
  }
  return ranges
}

/** `whole`: the rows are all that there are in the range. */
function lastNumber(range: Range, rows: readonly SqlRow[], whole: boolean): number {
  const last = rows.at(-1)?.seq
  return whole || typeof last !== 'number' ? range.last : last
}

function upToBytes(rows: readonly SqlRow[]): SqlRow[] {
  let bytes = 0
  return rows.filter(({ body }, index) => {
    bytes += body instanceof Uint8Array ? body.length : 0
    return index === 0 || bytes <= FRAME_BYTES
  })
}

export function holes(
  rows: readonly Numbered[],
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
