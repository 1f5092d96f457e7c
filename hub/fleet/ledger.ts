import type { LedgerView } from '../api/schema.ts'
import type { Range } from '../store/ranges.ts'
import type { HubStore } from '../store/store.ts'
import type { StreamState } from '../store/streams.ts'

type LaneLedger = LedgerView['epochs'][number]['lanes'][number]
type LedgerGap = LaneLedger['gaps'][number]

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
  view(edge: string, epoch: string | null, window: Window | undefined): LedgerView
}

/** What the hub can prove about an edge's rows: what is here, what is not, and why. */
export function createLedger(store: HubStore): Ledger {
  /** Numbers that the node gave and that are not here: still to come, or no longer there to be sent. */
  const absent = (stream: StreamState): LedgerGap[] => {
    if (stream.next === 0) return []
    return store.ranges
      .missing(stream.id, 0, stream.next - 1, LISTED_MAX)
      .flatMap(([first, last]) => split([first, last], stream.oldest))
  }
  const gapsOf = (stream: StreamState): LedgerGap[] =>
    [...store.rows.gaps(stream.id, LISTED_MAX), ...absent(stream)].sort((a, b) => a.first - b.first)

  /** A gap's own time is unknown; the rows around it bound it. */
  const within = (stream: StreamState, window: Window) => (gap: LedgerGap) => {
    const { after, before } = store.zones.around(stream.id, gap.first, gap.last)
    return after <= window.to && before >= window.from
  }
  const laneView = (stream: StreamState, window: Window | undefined): LaneLedger => {
    const all = gapsOf(stream)
    const gaps = window === undefined ? all : all.filter(within(stream, window))
    return {
      lane: stream.lane,
      produced: stream.next,
      stored: stream.stored,
      expired: stream.expired,
      ranges: store.ranges
        .list(stream.id, 0, LISTED_MAX)
        .map(([first, last]): [number, number] => [first, last]),
      gaps: gaps.slice(0, LISTED_MAX),
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
        complete: streams.length > 0 && streams.every((stream) => gapsOf(stream).length === 0),
        behind: behind.reduce((sum, numbers) => sum + numbers, 0),
      }
    },
    view(edge, epoch, window) {
      const streams = store.streams.of(edge)
      const names = [...new Set(streams.map((stream) => stream.epoch))]
      const epochs = names.map((name) => ({
        epoch: name,
        current: name === epoch,
        lanes: streams.filter((stream) => stream.epoch === name).map((stream) => laneView(stream, window)),
      }))
      const listed = epochs.every(({ lanes }) => lanes.every(({ gaps }) => gaps.length === 0))
      const cutOff = streams.some((stream) => gapsOf(stream).length >= LISTED_MAX)
      return { edge, complete: epochs.length > 0 && listed && !cutOff, epochs }
    },
  }
}

/** Below `oldest` the node has nothing left to send; from there on it is on its way. */
function split([first, last]: Range, oldest: number): LedgerGap[] {
  const gaps: LedgerGap[] = []
  if (first < oldest) gaps.push({ first, last: Math.min(last, oldest - 1), reason: 'released' })
  if (last >= oldest) gaps.push({ first: Math.max(first, oldest), last, reason: 'waiting' })
  return gaps
}
