import { fault } from '../../core/errors.ts'
import type { SqlStore } from '../../core/ports/sql-store.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { dictionaryCrc } from '../../core/wire/dictionary-crc.ts'
import { FRAME_SERIES_MAX } from '../../core/wire/frame-limits.ts'
import type { Series } from '../../core/wire/messages.ts'
import { number, text } from './columns.ts'
import type { Present } from './presents.ts'

type SeriesEntry = Series['entries'][number]

/** What a frame's series index stands for. */
export interface SeriesPoint {
  readonly point: number
  /** Turns a frame's integer into the channel's unit. */
  readonly scale: (integer: number) => number
  /** Checksum of the dictionary up to and with this entry. */
  readonly crc: number
}

export interface Point {
  readonly id: number
  readonly unit: string
}

/**
 * Points (channels of devices of edges, the same over all epochs), their series, and their newest value. A channel
 * whose unit changed is another point: metres and centimetres are never averaged. The one that spoke last is found.
 */
export interface Points {
  /** Takes a dictionary part; entries that would change a known meaning are refused. */
  learn(edge: string, epochId: number, part: Series): Result<void>
  /** How many series are known, counting from 0 without a hole. */
  known(epochId: number): number
  /** The epoch's dictionary, by series index. */
  dictionary(epochId: number): readonly SeriesPoint[]
  find(edge: string, device: string, channel: string): Point | undefined
  present(edge: string, device: string, channel: string): Present | undefined
  /** Newest values of all channels of a device. */
  presentOf(edge: string, device: string): ReadonlyMap<string, Present>
  forget(): void
}

/** Entries of dictionaries kept in memory; beyond, what was not used for longest is read again. */
const CACHED_ENTRIES_MAX = 200_000

/** `grew` is told of an edge that has points that it did not have before. */
export function createPoints(sql: SqlStore, grew: (edge: string) => void = () => {}): Points {
  const putPoint = sql.prepare(
    `INSERT INTO point (edge, device, channel, unit) VALUES (?, ?, ?, ?)
     ON CONFLICT (edge, device, channel, unit) DO UPDATE SET unit = excluded.unit RETURNING id`,
  )
  const putSeries = sql.prepare('INSERT INTO series (epoch, idx, point, resolution) VALUES (?, ?, ?, ?)')
  const ofEpoch = sql.prepare(
    `SELECT point, device, channel, unit, resolution FROM series JOIN point ON point.id = point
     WHERE epoch = ? ORDER BY idx`,
  )
  const entryAt = sql.prepare(
    `SELECT device, channel, unit, resolution FROM series JOIN point ON point.id = point WHERE epoch = ? AND idx = ?`,
  )
  const findPoint = sql.prepare(
    `SELECT id, unit FROM point LEFT JOIN present ON present.point = point.id
     WHERE edge = ? AND device = ? AND channel = ? ORDER BY at DESC, id DESC LIMIT 1`,
  )
  const presentAt = sql.prepare(
    `SELECT at, value, flag FROM present JOIN point ON point.id = present.point
     WHERE edge = ? AND device = ? AND channel = ? ORDER BY at DESC LIMIT 1`,
  )
  const presentOf = sql.prepare(
    `SELECT channel, at, value, flag FROM present JOIN point ON point.id = present.point
     WHERE edge = ? AND device = ? ORDER BY at`,
  )
  /** That of the epoch that was used last stands last. */
  const dictionaries = new Map<number, SeriesPoint[]>()

  const dictionary = (epochId: number): SeriesPoint[] => {
    const cached = dictionaries.get(epochId)
    const found = cached ?? load(epochId)
    dictionaries.delete(epochId)
    dictionaries.set(epochId, found)
    if (cached === undefined) forgetOldest(epochId)
    return found
  }
  const load = (epochId: number): SeriesPoint[] => {
    const loaded: SeriesPoint[] = []
    for (const row of ofEpoch.all(epochId)) loaded.push(next(loaded, number(row, 'point'), entryFrom(row)))
    return loaded
  }
  const forgetOldest = (used: number) => {
    let entries = 0
    for (const [epochId, { length }] of [...dictionaries].toReversed()) {
      entries += length
      if (entries > CACHED_ENTRIES_MAX && epochId !== used) dictionaries.delete(epochId)
    }
  }
  const next = (known: readonly SeriesPoint[], point: number, entry: SeriesEntry): SeriesPoint => ({
    point,
    scale: scaleBy(entry.resolution),
    crc: dictionaryCrc([entry], known.at(-1)?.crc),
  })
  const changesMeaning = (epochId: number, index: number, entry: SeriesEntry): boolean => {
    const row = entryAt.get(epochId, index)
    if (row === undefined) return false
    const same = text(row, 'device') === entry.device && text(row, 'channel') === entry.channel
    return !same || text(row, 'unit') !== entry.unit || number(row, 'resolution') !== entry.resolution
  }
  return {
    dictionary,
    known: (epochId) => dictionary(epochId).length,
    learn(edge, epochId, part) {
      const known = dictionary(epochId)
      // A part that begins beyond what is known would leave a hole; the hub asks for what is between.
      if (part.from > known.length) return ok(undefined)
      if (part.from + part.entries.length > FRAME_SERIES_MAX)
        return err(fault('INGEST_LIMIT', { edge, limit: FRAME_SERIES_MAX, what: 'series' }))
      for (const [offset, entry] of part.entries.entries()) {
        const index = part.from + offset
        if (index < known.length) {
          if (changesMeaning(epochId, index, entry))
            return err(fault('INGEST_SERIES_CONFLICT', { edge, series: index }))
          continue
        }
        const row = putPoint.get(edge, entry.device, entry.channel, entry.unit)
        if (row === undefined) throw new Error('INSERT … RETURNING returned nothing')
        const point = number(row, 'id')
        putSeries.run(epochId, index, point, entry.resolution)
        known.push(next(known, point, entry))
        grew(edge)
      }
      return ok(undefined)
    },
    find(edge, device, channel) {
      const row = findPoint.get(edge, device, channel)
      return row === undefined ? undefined : { id: number(row, 'id'), unit: text(row, 'unit') }
    },
    present(edge, device, channel) {
      const row = presentAt.get(edge, device, channel)
      return row === undefined ? undefined : presentFrom(row)
    },
    presentOf: (edge, device) =>
      new Map(presentOf.all(edge, device).map((row) => [text(row, 'channel'), presentFrom(row)])),
    forget: () => dictionaries.clear(),
  }
}

function entryFrom(row: Parameters<typeof number>[0]): SeriesEntry {
  return {
    device: text(row, 'device'),
    channel: text(row, 'channel'),
    unit: text(row, 'unit'),
    resolution: number(row, 'resolution'),
  }
}

function presentFrom(row: Parameters<typeof number>[0]): Present {
  return { at: number(row, 'at'), value: number(row, 'value'), flag: number(row, 'flag') }
}

/** 1234 at a resolution of 0.001 is 1.234 exactly as written: dividing by 1000 rounds once, multiplying twice. */
function scaleBy(resolution: number): (integer: number) => number {
  const perUnit = Math.round(1 / resolution)
  const whole = perUnit >= 1 && Math.abs(1 / resolution - perUnit) < 1e-6 * perUnit
  return whole ? (integer) => integer / perUnit : (integer) => integer * resolution
}
