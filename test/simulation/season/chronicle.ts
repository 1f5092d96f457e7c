import type { ClockQuality, UtcBounds } from '../../../core/clock.ts'
import type { PointShape } from '../../../core/documents/points.ts'
import type { SqlValue } from '../../../core/ports/sql-store.ts'
import type { Flag, Instant, Reading } from '../../../core/reading.ts'
import { decodeCbor } from '../../../core/wire/cbor.ts'
import type { Insertion } from './mortal-store.ts'

/**
 * What one identity has produced, as the world knows it, and which of it was durable. It does not ask the product: rows
 * are noted at the door of the outbox, and called durable when the transaction that inserted them returned.
 *
 * Every reading is stamped at that door: digits below its point's resolution count the readings of the point. So a row
 * is known again wherever it turns up, under whatever number and time.
 */

export const STAMPS = 100_000
const ROUNDING_MS = 2

export interface Made {
  readonly point: PointChronicle
  readonly serial: number
  /** Counts all readings of the identity. */
  readonly ordinal: number
  /** In steps of the stamped resolution, the stamp among them. */
  readonly steps: number
  readonly flag: Flag
  readonly quality: ClockQuality
  /** The life that made it, on whichever disk. */
  readonly life: string
  /** True UTC at which it was made,. */
  readonly madeAt: number
  /** Where it was inserted first in each epoch: numbers as the outbox gave them. */
  readonly homes: Home[]
  /** True UTC at which it was durable first; undefined while it is only on its way. */
  durableAt: number | undefined
  /** It was given another number in its database, when those before it were thinned. */
  moved: boolean
  /** Rows at the hub that it is in: filled in by who judges. */
  readonly covers: Cover[]
}

/** A row at the hub that stands for a reading, alone or in a summary. */
export interface Cover {
  readonly epoch: string
  readonly summary: boolean
}

export interface Home {
  readonly disk: string
  readonly epoch: string
  readonly seq: number
  /** True UTC at which it was written there. */
  readonly at: number
}

export interface PointChronicle {
  readonly key: string
  /** Of the stamped value. */
  readonly resolution: number
  /** By serial number. */
  readonly made: Made[]
}

/** A row of the alarm lane, known by its bytes and, until it is in a frame, its monotonic time, whichever number it has. */
export interface MadeAlarm {
  /** What it says, but for the time, which may be corrected on its way. */
  readonly text: string
  readonly homes: Home[]
  /** Undefined while only a commit that nobody was told of may have kept it. */
  durableAt: number | undefined
}

export interface Chronicle {
  readonly points: ReadonlyMap<string, PointChronicle>
  readonly alarms: ReadonlyMap<string, MadeAlarm>
  /** Stamps readings on their way into the outbox. */
  stamp(batch: readonly Reading[], time: Instant, life: string): Reading[]
  /** What a life believed of the time at one moment; it is held against the truth. */
  believed(life: string, bounds: UtcBounds, learnt: boolean): void
  /** What a life has learnt of the time: the rows of it are dated by that, whenever they were made. */
  knowledge(life: string): Knowledge | undefined
  /** Lives whose bounds did not hold the true time, with by how much. */
  readonly wrong: readonly string[]
  /** The lookup with room for stamps below each resolution. */
  shape(lookup: Lookup): Lookup
  /** Of the database that was opened last on a disk. */
  epochOn(disk: string): string | undefined
  /** The database that was opened last on a disk was found damaged; it can be opened still, or not even that. */
  putAside(disk: string, opens: boolean): void
  /** Epochs of such databases. */
  readonly aside: ReadonlyMap<string, { readonly opens: boolean }>
  /** Watches one open database of a disk: what its transactions inserted is durable. */
  watch(disk: string, opened: Known): (insertions: readonly Insertion[], certain: boolean) => void
}

/** What a database held when it was opened. */
export interface Known {
  readonly epoch: string
  readonly series: readonly { readonly id: number; readonly device: string; readonly channel: string }[]
}

/** First and last true UTC at which a life was told the time, and the widest bounds that it then had, in ms. */
export interface Knowledge {
  readonly first: number
  readonly last: number
  readonly widest: number
}

type Lookup = (device: string, channel: string) => PointShape

export function createChronicle(now: () => number, lookup: Lookup): Chronicle {
  const points = new Map<string, PointChronicle>()
  const alarms = new Map<string, MadeAlarm>()
  const known = new Map<string, Knowledge>()
  const wrong: string[] = []
  const epochs = new Map<string, string>()
  const aside = new Map<string, { readonly opens: boolean }>()
  let ordinal = 0
  const stamped: Lookup = (device, channel) => {
    const { unit, resolution } = lookup(device, channel)
    return { unit, resolution: stampedResolution(resolution) }
  }
  const pointOf = (device: string, channel: string): PointChronicle => {
    const key = `${device}/${channel}`
    const known = points.get(key)
    if (known !== undefined) return known
    const point = { key, resolution: stamped(device, channel).resolution, made: [] }
    points.set(key, point)
    return point
  }
  return {
    points,
    alarms,
    wrong,
    believed(life, { earliest, latest }, learnt) {
      const truth = now()
      if (Number.isFinite(latest)) {
        const { first, last, widest } = known.get(life) ?? { first: truth, last: truth, widest: 0 }
        const width = Math.max(widest, latest - earliest)
        known.set(life, { first, last: learnt ? truth : last, widest: width })
      }
      const off = Math.max(earliest - truth, truth - latest)
      if (off > ROUNDING_MS) wrong.push(`${life}: off by ${off} ms at ${new Date(truth).toISOString()}`)
    },
    knowledge: (life) => known.get(life),
    epochOn: (disk) => epochs.get(disk),
    aside,
    putAside(disk, opens) {
      const epoch = epochs.get(disk)
      if (epoch !== undefined) aside.set(epoch, { opens })
    },
    shape: () => stamped,
    stamp(batch, { quality }, life) {
      return batch.map((reading) => {
        const point = pointOf(reading.device, reading.channel)
        const serial = point.made.length
        const base = Math.round(reading.value / (point.resolution * STAMPS))
        const steps = base * STAMPS + (serial % STAMPS)
        point.made.push({
          ...{ point, serial, steps, ordinal: ordinal++, flag: reading.flag, quality, life },
          ...{ madeAt: now(), homes: [], durableAt: undefined, moved: false, covers: [] },
        })
        return { ...reading, value: steps / Math.round(1 / point.resolution) }
      })
    },
    watch(disk, opened) {
      let { epoch } = opened
      // One that cannot be read is the one that was there before.
      if (epoch !== '') epochs.set(disk, epoch)
      const series: PointChronicle[] = []
      for (const { id, device, channel } of opened.series) series[id] = pointOf(device, channel)
      const settle = (made: Durable, row: Row, certain: boolean): void => {
        if (certain) made.durableAt ??= now()
        const seq = Number(row('seq'))
        const here = made.homes.find((home) => home.epoch === epoch && home.disk === disk)
        if (here === undefined) made.homes.push({ disk, epoch, seq, at: now() })
        else if (here.seq !== seq) made.moved = true
      }
      const reading = (row: Row, certain: boolean) => {
        const point = series[Number(row('series'))]
        const made = point && madeOf(point, Number(row('value')), point.made.length)
        if (made !== undefined) settle(made, row, certain)
      }
      /** What is taken out of a frame again has its date, also in what it says, and no monotonic time. */
      const outOfFrame = (text: string, row: Row): MadeAlarm | undefined => {
        if (row('mono') !== row('at')) return undefined
        const same = [...alarms.values()].filter((made) => made.text === text)
        const isHere = ({ homes }: MadeAlarm) =>
          homes.some((home) => home.epoch === epoch && home.disk === disk)
        return same.find((made) => !isHere(made)) ?? same[0]
      }
      const alarm = (row: Row, certain: boolean) => {
        const body = row('body')
        if (!(body instanceof Uint8Array)) return
        const key = `${Buffer.from(body).toString('hex')} ${row('mono')}`
        const text = alarmText(body)
        const known = alarms.get(key) ?? outOfFrame(text, row)
        const made = known ?? { text, homes: [], durableAt: undefined }
        if (known === undefined) alarms.set(key, made)
        settle(made, row, certain)
      }
      const take: Readonly<Record<string, (row: Row, certain: boolean) => void>> = {
        meta: (row) => {
          if (row('key') !== 'epoch') return
          epoch = String(row('value'))
          epochs.set(disk, epoch)
        },
        series: (row) => {
          series[Number(row('id'))] = pointOf(String(row('device')), String(row('channel')))
        },
        live: reading,
        alarm,
      }
      return (insertions, certain) => {
        for (const table of ['meta', 'series', 'live', 'alarm'])
          for (const insertion of insertions) each(insertion, table, (row) => take[table]?.(row, certain))
      }
    },
  }
}

interface Durable {
  moved?: boolean
  readonly homes: Home[]
  durableAt: number | undefined
}

/** An alarm row without its time, which is corrected once the time is known. */
export function alarmText(body: Uint8Array): string {
  const decoded = decodeCbor(body)
  if (!decoded.ok || typeof decoded.value !== 'object') return Buffer.from(body).toString('hex')
  return JSON.stringify({ ...decoded.value, at: undefined })
}

type Row = (column: string) => SqlValue | undefined

const shapes = new Map<string, { readonly table: string; readonly columns: readonly string[] }>()

/** Calls `take` with each row that the statement inserted, where it is one of `table`. */
function each({ sql, values }: Insertion, table: string, take: (row: Row) => void): void {
  const shape = shapes.get(sql) ?? shapeOf(sql)
  shapes.set(sql, shape)
  if (shape.table !== table) return
  for (let from = 0; from < values.length; from += shape.columns.length)
    take((column) => values[from + shape.columns.indexOf(column)])
}

function shapeOf(sql: string) {
  const found = /INSERT INTO (\w+) \(([^)]*)\)/i.exec(sql)
  return { table: found?.[1] ?? '', columns: (found?.[2] ?? '').split(',').map((name) => name.trim()) }
}

function stampedResolution(resolution: number): number {
  return 1 / Math.round(STAMPS / resolution)
}

/** The reading of a point that a stored value is. */
export function madeOf(point: PointChronicle, steps: number, near: number): Made | undefined {
  const stamp = ((steps % STAMPS) + STAMPS) % STAMPS
  // Stamps begin again after so many: the one that is nearest to where we are.
  let best: Made | undefined
  for (let serial = stamp; serial < point.made.length; serial += STAMPS) {
    const made = point.made[serial]
    if (made === undefined) continue
    if (best === undefined || Math.abs(serial - near) < Math.abs(best.serial - near)) best = made
  }
  return best
}
