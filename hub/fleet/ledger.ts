import type { LedgerView } from '../api/schema.ts'
import type { Range } from '../store/ranges.ts'
import type { Around } from '../store/rows.ts'
import type { HubStore } from '../store/store.ts'
import type { StreamState } from '../store/streams.ts'
import { type AbsenceReason, GAP_TEXTS, type HubReason } from './gap-reasons.ts'

type LaneLedger = LedgerView['epochs'][number]['lanes'][number]

interface Absence {
  readonly first: number
  readonly last: number
  readonly reason: AbsenceReason
}

export interface Window {
  readonly from: number
  readonly to: number
}

export interface Standing {
  /** Nothing that was produced is missing, and nothing was lost on the way. */
  readonly complete: boolean
  /** Rows that the node still has and the hub does not. */
  readonly behind: number
}

/** Ranges and gaps listed for one lane; more are cut off, and what was cut off is never called complete. */
const LISTED_MAX = 1_000

export interface Ledger {
  standing(edge: string, epoch: string | null): Standing
  /** Numbers that hold no row, over all epochs. */
  lost(edge: string): { readonly thinned: number; readonly dropped: number }
  /** `epochs`: the one of the newest hello, then those of which it says that frames are still to come; none before it. */
  view(
    edge: string,
    epochs: readonly string[],
    window: Window | undefined,
  ): Pick<LedgerView, 'edge' | 'complete' | 'epochs' | 'reasons'>
}

/** What the hub can prove about an edge's rows: what is here, what is not, and why. */
export function createLedger(store: HubStore): Ledger {
  /** Numbers that the node gave and that are not here: still to come, or no longer there to be sent. */
  const absent = (stream: StreamState, over: boolean): Absence[] => {
    if (stream.next === 0) return []
    return store.ranges
      .missing(stream.id, 0, stream.next - 1, LISTED_MAX)
      .flatMap((range) => split(range, stream.oldest, over ? 'replaced' : 'waiting'))
  }
  const absencesOf = (stream: StreamState, over: boolean): Absence[] =>
    [...store.rows.gaps(stream.id, LISTED_MAX), ...absent(stream, over)].sort((a, b) => a.first - b.first)

  const whole = ({ id, next }: StreamState): boolean =>
    Object.keys(store.rows.lost(id)).length === 0 &&
    (next === 0 || store.ranges.missing(id, 0, next - 1, 1).length === 0)

  /** A gap's own time is unknown; the rows around it bound it. */
  const bounded =
    (stream: StreamState, ended = Number.POSITIVE_INFINITY) =>
    (gap: Absence) => {
      const { after, before } = around(stream, gap)
      return { ...gap, after, before: Math.min(before, ended) }
    }
  const around = ({ id, lane }: StreamState, { first, last }: Absence): Around =>
    lane === 'state' ? store.zones.around(id, first, last) : store.rows.around(lane, id, first, last)
  /** `ended`: when an epoch was that is over; infinite where nobody knows. */
  const laneView = (stream: StreamState, window: Window | undefined, ended?: number): LaneLedger => {
    const overlaps = ({ after, before }: { readonly after: number; readonly before: number }) =>
      window === undefined || (after <= window.to && before >= window.from)
    const gaps = absencesOf(stream, ended !== undefined)
      .map(bounded(stream, ended))
      .filter(overlaps)
    const lost = store.rows.lost(stream.id)
    return {
      lane: stream.lane,
      produced: stream.next,
      stored: stream.stored,
      acknowledged: stream.next === 0 ? 0 : store.ranges.held(stream.id, 0, stream.next - 1),
      thinned: lost.thinned ?? 0,
      dropped: lost.dropped ?? 0,
      superseded: stream.superseded,
      lost,
      expired: stream.expired,
      ranges: store.ranges
        .list(stream.id, 0, LISTED_MAX)
        .map(([first, last]): [number, number] => [first, last]),
      gaps: gaps.slice(0, LISTED_MAX).map((gap) => ({
        ...gap,
        after: Number.isFinite(gap.after) ? gap.after : null,
        before: Number.isFinite(gap.before) ? gap.before : null,
      })),
      undated: store.rows.undated(stream.id, LISTED_MAX).filter(overlaps),
      ...store.zones.span(stream.id),
    }
  }
  return {
    standing(edge, epoch) {
      const streams = store.streams.of(edge)
      const behind = streams
        .filter((stream) => stream.epoch === epoch)
        .map(({ id, oldest, next }) => next - oldest - store.ranges.held(id, oldest, next - 1))
      return {
        complete: streams.length > 0 && streams.every(whole),
        behind: behind.reduce((sum, numbers) => sum + numbers, 0),
      }
    },
    lost(edge) {
      const all = store.streams.of(edge).map(({ id }) => store.rows.lost(id))
      return {
        thinned: all.reduce((sum, { thinned = 0 }) => sum + thinned, 0),
        dropped: all.reduce((sum, { dropped = 0 }) => sum + dropped, 0),
      }
    },
    view(edge, speaking, window) {
      const streams = store.streams.of(edge)
      /** All that it gave was given before the next one was heard of. */
      const endOf = ({ epoch, since }: StreamState) => {
        if (speaking.length === 0 || speaking.includes(epoch)) return undefined
        return Math.min(...streams.map((next) => next.since).filter((next) => next > since))
      }
      const names = [...new Set(streams.map((stream) => stream.epoch))]
      const epochs = names.map((name) => ({
        epoch: name,
        current: name === speaking[0],
        lanes: streams
          .filter((stream) => stream.epoch === name)
          .map((stream) => laneView(stream, window, endOf(stream))),
      }))
      const gaps = epochs.flatMap(({ lanes }) => lanes.flatMap((lane) => lane.gaps))
      const cutOff = streams.some((stream) => absencesOf(stream, false).length >= LISTED_MAX)
      const complete = epochs.length > 0 && gaps.length === 0 && !cutOff
      return { edge, complete, epochs, reasons: sentences(new Set(gaps.map(({ reason }) => reason))) }
    },
  }
}

function sentences(reasons: ReadonlySet<string>): LedgerView['reasons'] {
  return Object.fromEntries(
    Object.entries(GAP_TEXTS)
      .filter(([reason]) => reasons.has(reason))
      .map(([reason, text]) => [reason, { ...text }]),
  )
}

/** Below `oldest` the node has nothing left to send; from there on they are `beyond`. */
function split([first, last]: Range, oldest: number, beyond: HubReason): Absence[] {
  const gaps: Absence[] = []
  if (first < oldest) gaps.push({ first, last: Math.min(last, oldest - 1), reason: 'released' })
  if (last >= oldest) gaps.push({ first: Math.max(first, oldest), last, reason: beyond })
  return gaps
}
