import type { Gap, GapReason } from '../../core/wire/frame.ts'

/**
 * What became of the sequence numbers that hold no row any more. All others below `next` are stored.
 * So every number ever produced is in exactly one place, and loss is a number with a reason.
 */
export type Fate = 'acknowledged' | GapReason

export interface Range {
  readonly first: number
  readonly last: number
}

export interface Span extends Range {
  readonly fate: Fate
  /** The hub has committed it: a row that it stored, or a gap that it recorded. */
  readonly told: boolean
}

export type Mark = Pick<Span, 'fate' | 'told'>

/** Told spans beyond this many are folded, oldest first. */
export const SPANS_MAX = 1000

/**
 * Spans with [first, last] marked anew. `change` is given the mark that a part has (undefined for stored rows) and
 * returns the one it shall have; undefined leaves the part as it is. Untouched spans stay the same objects.
 */
export function mark(
  spans: readonly Span[],
  first: number,
  last: number,
  change: (was: Mark | undefined) => Mark | undefined,
): Span[] {
  const marked: Span[] = []
  const put = (from: number, to: number, as: Mark | undefined) => {
    if (as !== undefined && from <= to) join(marked, { first: from, last: to, fate: as.fate, told: as.told })
  }
  let next = first
  for (const span of spans) {
    if (span.last < first) {
      marked.push(span)
      continue
    }
    if (span.first > next && next <= last) put(next, Math.min(span.first - 1, last), change(undefined))
    if (span.first > last) {
      join(marked, span)
      next = Math.max(next, span.last + 1)
      continue
    }
    put(span.first, first - 1, span)
    put(Math.max(span.first, first), Math.min(span.last, last), change(span) ?? span)
    put(last + 1, span.last, span)
    next = span.last + 1
  }
  if (next <= last) put(next, last, change(undefined))
  return marked
}

function join(spans: Span[], span: Span): void {
  const before = spans.at(-1)
  if (before?.last === span.first - 1 && before.fate === span.fate && before.told === span.told) {
    spans[spans.length - 1] = { ...before, last: span.last }
  } else spans.push(span)
}

/** The parts of [first, last] outside `taken`, which is sorted by its starts; its ranges may overlap. */
export function outside(taken: readonly Range[], first: number, last: number): Range[] {
  const free: Range[] = []
  let next = first
  for (const range of taken) {
    if (range.last < next) continue
    if (range.first > last) break
    if (range.first > next) free.push({ first: next, last: range.first - 1 })
    next = Math.max(next, range.last + 1)
  }
  if (next <= last) free.push({ first: next, last })
  return free
}

/** The parts of [first, last] inside `ranges`, which is sorted and disjoint. */
export function inside<R extends Range>(ranges: readonly R[], first: number, last: number): R[] {
  return ranges
    .filter((range) => range.last >= first && range.first <= last)
    .map((range) => ({ ...range, first: Math.max(range.first, first), last: Math.min(range.last, last) }))
}

/** The gaps that a frame over [first, last] has to state. */
export function gapsIn(spans: readonly Span[], first: number, last: number): Gap[] {
  return inside(spans, first, last).flatMap(({ first: from, last: to, fate }) =>
    fate === 'acknowledged' ? [] : [{ first: from, last: to, reason: fate }],
  )
}

export function count(ranges: readonly Range[]): number {
  return ranges.reduce((sum, range) => sum + range.last - range.first + 1, 0)
}

/**
 * Keeps the ledger short: while there are too many spans, the two oldest neighbours that the hub knows become one
 * `acknowledged` span. `folded` says how many numbers lost their reason by it.
 */
export function fold(spans: readonly Span[]): { spans: Span[]; folded: Partial<Record<GapReason, number>> } {
  const kept = [...spans]
  const folded: Partial<Record<GapReason, number>> = {}
  for (let index = 0; kept.length > SPANS_MAX && index + 1 < kept.length; ) {
    const [one, two] = [kept[index], kept[index + 1]]
    if (!one?.told || !two?.told || one.last + 1 !== two.first) {
      index++
      continue
    }
    for (const { fate, first, last } of [one, two]) {
      if (fate !== 'acknowledged') folded[fate] = (folded[fate] ?? 0) + last - first + 1
    }
    kept.splice(index, 2, { first: one.first, last: two.last, fate: 'acknowledged', told: true })
  }
  return { spans: kept, folded }
}
