import type { Clock } from '../../core/clock.ts'
import { NODE_SILENCE_S, nodePoint } from '../../core/documents/node-points.ts'
import type { Vitals } from './vitals.ts'

/** Points that are watched; there are a few dozen. What comes beyond is told each time. */
const WATCHED_MAX = 500

/**
 * What of the node's own numbers says something new: sixty days without a hub would otherwise fill the outbox with
 * "as before". A point is told when it moved by its dead band, and every quarter of an hour in any case.
 */
export function worthTelling(clock: Clock): (values: Vitals) => Vitals {
  const told = new Map<string, { readonly value: number; readonly mono: number }>()
  return (values) => {
    const mono = clock.monotonic()
    const news = Object.entries(values).filter(([channel, value]) => {
      const last = told.get(channel)
      if (last === undefined || mono - last.mono >= NODE_SILENCE_S * 1000) return true
      return Math.abs(value - last.value) >= (nodePoint(channel)?.deadBand ?? 1)
    })
    for (const [channel, value] of news) {
      if (told.has(channel) || told.size < WATCHED_MAX) told.set(channel, { value, mono })
    }
    return Object.fromEntries(news)
  }
}
