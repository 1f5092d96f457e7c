import { DAY_MS, MINUTE_MS, WIDTHS } from '../store/rollups.ts'
import type { RawValue } from '../store/rows.ts'
import type { HubStore } from '../store/store.ts'
import type { SeriesView } from './schema.ts'

export const BUCKETS_MAX = 2_000
/** Raw rows are looked for over at most this span; beyond it minutes are finer than any screen. */
const RAW_SPAN_MS = 12 * 3_600_000

export interface SeriesQuery {
  readonly edge: string
  readonly device: string
  readonly channel: string
  readonly from: number
  readonly to: number
  readonly buckets: number
}

/** Raw readings where they fit into `buckets`, otherwise the narrowest rollup that does; undefined for no such point. */
export function readSeries(store: HubStore, query: SeriesQuery): SeriesView | undefined {
  const { edge, from, to, buckets } = query
  const point = store.points.find(edge, query.device, query.channel)
  if (point === undefined) return undefined
  const { unit } = point
  if (to - from <= RAW_SPAN_MS) {
    const streams = store.streams
      .of(edge)
      .filter(({ lane }) => lane === 'live')
      .map(({ id }) => id)
    const rows = store.rows.raw(streams, point, from, to, buckets)
    if (rows !== undefined) {
      return { unit, step: 0, ...columnsOf(rows) }
    }
  }
  const width =
    WIDTHS.find((candidate) => candidate >= MINUTE_MS && (to - from) / candidate <= buckets) ?? DAY_MS
  // The bucket that holds `from` began before it; a local day's start is not a multiple of its width.
  const found = store.rollups.read(point.id, width, from - width + 1, to, buckets + 1)
  return { unit, step: width, ...columnsOf(found) }
}

function columnsOf(values: readonly RawValue[]): Pick<SeriesView, 'at' | 'min' | 'max' | 'mean'> {
  return {
    at: values.map(({ at }) => at),
    min: values.map(({ min }) => min),
    max: values.map(({ max }) => max),
    mean: values.map(({ mean }) => mean),
  }
}
