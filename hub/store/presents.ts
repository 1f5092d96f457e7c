import type { SqlStore } from '../../core/ports/sql-store.ts'
import { number, numberOrNull, text } from './columns.ts'

export interface Present {
  readonly at: number
  readonly value: number
  readonly flag: number
}

/** Newest values of an edge, by device and channel. */
export interface EdgePresents {
  get(device: string, channel: string): Present | undefined
  /** Of one device, for who asks for several of its channels. */
  of(device: string): (channel: string) => Present | undefined
}

/**
 * The newest value of every point. Written through to the database; those of an edge that was asked for are in memory,
 * so that a page of thousands of lamps is no query for each.
 */
export interface Presents {
  of(edge: string): EdgePresents
  /** A time beyond `horizon` came from a wrong clock and does not stay newest. In a transaction. */
  put(row: Present & { readonly point: number }, horizon: number): void
  /** The edge has points that it did not have before. */
  grew(edge: string): void
  /** Drops what is remembered of a transaction that was rolled back. */
  forget(): void
}

/** Points kept in memory; beyond, the edge that was not asked for longest is read again. */
const CACHED_POINTS_MAX = 400_000

interface Slot {
  newest: Present | undefined
}

interface Loaded extends EdgePresents {
  readonly points: readonly number[]
}

export function createPresents(sql: SqlStore): Presents {
  const put = sql.prepare(
    `INSERT INTO present (point, at, value, flag) VALUES (?, ?, ?, ?)
     ON CONFLICT (point) DO UPDATE SET at = excluded.at, value = excluded.value, flag = excluded.flag
     WHERE excluded.at >= at OR at > ?`,
  )
  const ofEdge = sql.prepare(
    `SELECT id, device, channel, at, value, flag FROM point LEFT JOIN present ON present.point = point.id
     WHERE edge = ?`,
  )
  const slots = new Map<number, Slot>()
  /** The edge that was asked for last stands last. */
  const edges = new Map<string, Loaded>()

  const load = (edge: string): Loaded => {
    const points: number[] = []
    const devices = new Map<string, Map<string, Slot[]>>()
    for (const row of ofEdge.iterate(edge)) {
      const id = number(row, 'id')
      const at = numberOrNull(row, 'at')
      const newest = at === null ? undefined : { at, value: number(row, 'value'), flag: number(row, 'flag') }
      const slot: Slot = { newest }
      slots.set(id, slot)
      points.push(id)
      const device = text(row, 'device')
      const channels = devices.get(device) ?? new Map<string, Slot[]>()
      devices.set(device, channels)
      const channel = text(row, 'channel')
      channels.set(channel, [...(channels.get(channel) ?? []), slot])
    }
    return {
      points,
      get: (device, channel) => newestOf(devices.get(device)?.get(channel)),
      of(device) {
        const channels = devices.get(device)
        return (channel) => newestOf(channels?.get(channel))
      },
    }
  }
  const drop = (edge: string) => {
    for (const point of edges.get(edge)?.points ?? []) slots.delete(point)
    edges.delete(edge)
  }
  return {
    of(edge) {
      const loaded = edges.get(edge) ?? load(edge)
      edges.delete(edge)
      edges.set(edge, loaded)
      for (const [oldest] of edges) {
        if (slots.size <= CACHED_POINTS_MAX || oldest === edge) break
        drop(oldest)
      }
      return loaded
    },
    put({ point, at, value, flag }, horizon) {
      put.run(point, at, value, flag, horizon)
      const slot = slots.get(point)
      if (slot === undefined) return
      const { newest } = slot
      if (newest === undefined || at >= newest.at || newest.at > horizon) slot.newest = { at, value, flag }
    },
    grew: drop,
    forget() {
      slots.clear()
      edges.clear()
    },
  }
}

/** A channel whose unit changed is two points: the one that spoke last. */
function newestOf(slots: readonly Slot[] | undefined): Present | undefined {
  let best = slots?.[0]?.newest
  if (slots === undefined || slots.length === 1) return best
  for (const { newest } of slots)
    if (newest !== undefined && (best === undefined || newest.at >= best.at)) best = newest
  return best
}
