import type { SqlStore } from '../../core/ports/sql-store.ts'
import { type Frame, GAP_REASONS, type GapReason } from '../../core/wire/frame.ts'
import { decodeFrame, encodeFrame, frameCrc } from '../../core/wire/frame-codec.ts'
import type { Lane } from '../../core/wire/topics.ts'
import { clipped } from './clip.ts'
import { count, fold, type Mark, mark, outside, type Range, type Span } from './ledger.ts'
import type { FrameName, FrozenFrame, SeriesEntry } from './outbox.ts'
import { blob, damaged, laneCode, type Opened } from './tables.ts'

/**
 * One lane of an open database: its next number, what became of numbers without a row, and its frozen frames.
 * Every method that changes something runs inside the caller's transaction. After a failed transaction the memory is
 * ahead of the disk: the whole database is then closed and read again.
 */
export interface LaneStore {
  readonly lane: Lane
  next(): number
  /** Gives out `size` numbers; returns the first. */
  advance(size: number): number
  spans(): readonly Span[]
  frames(): readonly FrozenFrame[]
  lost(): Partial<Record<GapReason, number>>
  /** Lowest number that the hub does not know. */
  oldest(): number
  unframed(): Range[]
  /** Numbers that hold a row which is in no frame. */
  sheddable(): Range[]
  mark(first: number, last: number, change: (was: Mark | undefined) => Mark | undefined): void
  freeze(frame: Frame): FrozenFrame
  /** Takes frames back that were never sent. */
  thaw(frames: readonly Range[]): void
  bytes(first: number): Uint8Array | undefined
  /** The hub has committed exactly these frames; those that are not held here are another's. Returns rows to delete. */
  release(named: readonly FrameName[]): readonly Range[]
  /** What lies below `at` is a frame of its own from now on; the rest are rows without a frame again. */
  split(frame: FrozenFrame, at: number, series: readonly SeriesEntry[]): void
  save(): void
}

export function laneStore(store: SqlStore, lane: Lane, opened: Opened['lanes'][Lane]): LaneStore {
  const code = laneCode(lane)
  let { next, spans, frames } = opened
  const folded = parseFolded(opened.folded)
  const sql = {
    next: store.prepare('UPDATE lanes SET next = ?, folded = ? WHERE lane = ?'),
    forget: store.prepare('DELETE FROM spans WHERE lane = ? AND first = ?'),
    note: store.prepare('INSERT INTO spans (lane, first, last, fate, told) VALUES (?, ?, ?, ?, ?)'),
    freeze: store.prepare('INSERT INTO frames (lane, first, last, bytes) VALUES (?, ?, ?, ?)'),
    thaw: store.prepare('DELETE FROM frames WHERE lane = ? AND first = ?'),
    bytes: store.prepare('SELECT bytes FROM frames WHERE lane = ? AND first = ?'),
  }
  const save = () => void sql.next.run(next, JSON.stringify(folded), code)
  const setSpans = (marked: readonly Span[]) => {
    const short = fold(marked)
    const kept = new Set(short.spans)
    const had = new Set(spans)
    for (const span of spans) if (!kept.has(span)) sql.forget.run(code, span.first)
    for (const span of short.spans) {
      if (!had.has(span)) sql.note.run(code, span.first, span.last, span.fate, span.told ? 1 : 0)
    }
    spans = short.spans
    for (const reason of reasons(short.folded)) {
      folded[reason] = (folded[reason] ?? 0) + (short.folded[reason] ?? 0)
    }
    if (reasons(short.folded).length > 0) save()
  }
  const told = () => spans.filter((span) => span.told)
  const thaw = (thawed: readonly Range[]) => {
    for (const { first } of thawed) sql.thaw.run(code, first)
    frames = frames.filter((frame) => !thawed.includes(frame))
  }
  const freeze = (frame: Frame): FrozenFrame => {
    const bytes = encodeFrame(frame)
    sql.freeze.run(code, frame.first, frame.last, bytes)
    const frozen = { first: frame.first, last: frame.last, crc: frameCrc(bytes) }
    frames = byStart([...frames, frozen])
    return frozen
  }

  return {
    lane,
    next: () => next,
    advance(size) {
      const first = next
      next += size
      return first
    },
    spans: () => spans,
    frames: () => frames,
    lost() {
      const sums = { ...folded }
      for (const span of spans) {
        if (span.fate !== 'acknowledged') sums[span.fate] = (sums[span.fate] ?? 0) + count([span])
      }
      return sums
    },
    oldest: () => outside(told(), 0, next - 1)[0]?.first ?? next,
    unframed: () => outside(byStart([...told(), ...frames]), 0, next - 1),
    sheddable: () => outside(byStart([...spans, ...frames]), 0, next - 1),
    mark: (first, last, change) => setSpans(mark(spans, first, last, change)),
    freeze,
    thaw,
    bytes(first) {
      if (!frames.some((frame) => frame.first === first)) return undefined
      const bytes = blob(sql.bytes.get(code, first), 'bytes')
      // The hub would refuse it for ever; its rows are still here and can be saved.
      if (!decodeFrame(bytes).ok) throw damaged('a frame is not what was written')
      return bytes
    },
    release(named) {
      const arrived = frames.filter((frame) => named.some((name) => isNamed(frame, name)))
      const rows = arrived.flatMap(({ first, last }) => outside(spans, first, last))
      for (const { first, last } of arrived) setSpans(mark(spans, first, last, acknowledge))
      thaw(arrived)
      return rows
    },
    split(frame, at, series) {
      const whole = decodeFrame(blob(sql.bytes.get(code, frame.first), 'bytes'))
      if (!whole.ok) throw damaged('a frame is not what was written')
      thaw([frame])
      if (at > frame.first) freeze(clipped(whole.value, Math.min(frame.last, at - 1), series))
    },
    save,
  }
}

export function isNamed(frame: FrameName, { first, last, crc }: FrameName): boolean {
  return frame.first === first && frame.last === last && frame.crc === crc
}

function acknowledge(was: Mark | undefined): Mark {
  return { fate: was?.fate ?? 'acknowledged', told: true }
}

function byStart<R extends Range>(ranges: R[]): R[] {
  return ranges.sort((one, two) => one.first - two.first)
}

function reasons(sums: Partial<Record<GapReason, number>>): GapReason[] {
  return GAP_REASONS.filter((reason) => sums[reason] !== undefined)
}

function parseFolded(json: string): Partial<Record<GapReason, number>> {
  const sums: Partial<Record<GapReason, number>> = {}
  try {
    const parsed: unknown = JSON.parse(json)
    if (typeof parsed !== 'object' || parsed === null) return sums
    for (const [reason, value] of Object.entries(parsed)) {
      const known = GAP_REASONS.find((name) => name === reason)
      if (known !== undefined && typeof value === 'number') sums[known] = value
    }
  } catch {
    // Only a tally of what the hub already knows: not worth a database.
  }
  return sums
}
