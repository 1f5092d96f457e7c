import type { PointShape } from '../../core/documents/points.ts'
import { type Fault, fault } from '../../core/errors.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { checker } from '../../core/schema.ts'
import { dictionaryCrc } from '../../core/wire/dictionary-crc.ts'
import { FRAME_SERIES_MAX } from '../../core/wire/frame-limits.ts'
import { Series } from '../../core/wire/messages.ts'
import type { SeriesEntry } from './outbox.ts'

export interface Point {
  readonly id: number
  readonly resolution: number
}

/** Points and their ids. An id never changes its meaning: a point whose unit or resolution changed gets a new one. */
export interface Dictionary {
  readonly entries: readonly SeriesEntry[]
  /** The point's id, given now if it has none. */
  point(device: string, channel: string): Result<Point>
  /** The id of exactly this entry. */
  adopt(entry: SeriesEntry): Result<Point>
  /** CRC-32C of the first `count` entries: which dictionary a frame's rows are to be read by. */
  crc(count: number): number
}

const checkEntry = checker(Series.properties.entries.items)

/** `entries` is extended in place; whoever owns it writes what was added to disk. */
export function dictionary(
  entries: SeriesEntry[],
  shape: (device: string, channel: string) => PointShape,
): Dictionary {
  const points = new Map<string, Map<string, Result<Point>>>()
  const known = new Map<string, Point>()
  /** Of the first 0, 1, 2 … entries. */
  const crcs = [0]
  for (const [id, entry] of entries.entries()) known.set(keyOf(entry), { id, resolution: entry.resolution })

  const adopt = (entry: SeriesEntry): Result<Point> => {
    const old = known.get(keyOf(entry))
    if (old !== undefined) return ok(old)
    const checked = checkEntry(entry)
    if (!checked.ok) return err(unstorable(entry, `${checked.problem.path} ${checked.problem.message}`))
    if (entries.length >= FRAME_SERIES_MAX) return err(unstorable(entry, 'too many points'))
    const point = { id: entries.length, resolution: entry.resolution }
    entries.push(entry)
    known.set(keyOf(entry), point)
    return ok(point)
  }
  const lookUp = (device: string, channel: string): Result<Point> => {
    const { unit, resolution } = shape(device, channel)
    return adopt({ device, channel, unit, resolution })
  }

  return {
    entries,
    adopt,
    crc(count) {
      for (const entry of entries.slice(crcs.length - 1, count)) {
        crcs.push(dictionaryCrc([entry], crcs.at(-1)))
      }
      return crcs[count] ?? 0
    },
    point(device, channel) {
      const known = points.get(device)?.get(channel)
      if (known !== undefined) return known
      const point = lookUp(device, channel)
      // A refusal is not kept: names that nobody declared must not fill the memory.
      if (point.ok) points.set(device, (points.get(device) ?? new Map()).set(channel, point))
      return point
    },
  }
}

function keyOf({ device, channel, unit, resolution }: SeriesEntry): string {
  return `${device} ${channel} ${unit} ${resolution}`
}

function unstorable(entry: SeriesEntry, reason: string): Fault {
  const { device, channel } = entry
  return fault('READING_UNSTORABLE', { device, channel, value: '-', reason: reason.trim() })
}
