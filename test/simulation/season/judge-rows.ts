import type { SqlStore } from '../../../core/ports/sql-store.ts'
import { createAccounts, placeOf } from './accounts.ts'
import { type Made, madeOf, type PointChronicle } from './chronicle.ts'
import { toldByCopies } from './copies.ts'
import type { Findings } from './findings.ts'
import {
  type HubRow,
  type HubStream,
  type HubSummary,
  pointsOf,
  readingsOf,
  spanAt,
  streamsOf,
} from './hub-tables.ts'
import type { Pole, Season } from './season.ts'

/** Each durable reading exactly once, in order, dated within its bounds, or accounted for. Returns the rows at the hub. */
export function judgeRows(season: Season, sql: SqlStore, findings: Findings): number {
  let rows = 0
  for (const pole of season.poles) rows += judgePole(season, pole, sql, findings)
  return rows
}

function judgePole(season: Season, pole: Pole, sql: SqlStore, findings: Findings): number {
  const streams = streamsOf(sql, pole.id)
  const points = pointsOf(sql, pole.id)
  let rows = 0
  let summed = 0
  for (const stream of streams) {
    if (stream.lane !== 'live') continue
    const order = orderKeeper(pole, stream, findings)
    for (const row of readingsOf(sql, stream.id)) {
      rows++
      summed += (row.summary?.count ?? 1) - 1
      const point = pole.chronicle.points.get(points.get(row.point) ?? '')
      const made = point && identify(point, row, order.near(point))
      if (made === undefined) {
        findings.add(
          'duplicated',
          pole.id,
          `${nameOf(stream, row)}: a row that was never made (${row.value})`,
        )
        continue
      }
      cover(pole, stream, row, made, findings)
      order.see(made, row)
      judgeDate(pole, stream, row, made, findings)
    }
  }
  judgeMissing(season, pole, streams, summed, findings)
  for (const wrong of pole.chronicle.wrong) findings.add('clock-bounds-wrong', pole.id, wrong)
  return rows
}

function identify(point: PointChronicle, row: HubRow, near: number): Made | undefined {
  const steps = Math.round(row.value * Math.round(1 / point.resolution))
  const made = madeOf(point, steps, near)
  return made?.steps === steps && made.flag === row.flag ? made : undefined
}

/** A row stands for its reading, a summary for as many of the same mark, up to the row's own, as it counts. */
function cover(pole: Pole, stream: HubStream, row: HubRow, made: Made, findings: Findings): void {
  const { epoch } = stream
  const { summary } = row
  const once = (one: Made): void => {
    one.covers.push({ epoch, summary: summary !== undefined })
    if (one.covers.length === 1) return
    if (toldByCopies(pole, one, one.covers))
      findings.saw('readings that a copy of the disk told, and the node otherwise')
    else
      findings.add(
        'duplicated',
        pole.id,
        `${nameOf(stream, row)}: ${one.point.key} #${one.serial} again, in ${epochsOf(one)}`,
      )
  }
  if (summary === undefined) {
    once(made)
    return
  }
  findings.saw('rows that stand for thinned readings')
  findings.saw('readings in them', summary.count)
  const readings = MEANT.map((may) => partsOf(made, summary.count, (one) => may(one, made, epoch)))
  const parts = readings.find((some) => isSumOf(made.point, some, summary)) ?? [made]
  for (const part of parts) once(part)
  if (isSumOf(made.point, parts, summary)) return
  const { sum, min, max, count } = summary
  const values = parts.map(({ steps }) => steps * made.point.resolution)
  findings.add(
    'wrong-summary',
    pole.id,
    `${nameOf(stream, row)}: says ${[sum, min, max]} of ${count}, was of ${values.join(' ')}`,
  )
}

function epochsOf({ covers }: Made): string {
  return covers.map((one) => `${one.epoch}${one.summary ? ' (summary)' : ''}`).join(', ')
}

/**
 * Which readings a summary may mean; the first of these that gives its sum to the last digit is what it means. Mostly
 * those of one life that nothing else stands for; a copy of the disk may have told them, too; and of rows that were saved
 * out of a damaged database without its list of lives nobody knows from which one they are.
 */
const MEANT: readonly ((one: Made, made: Made, epoch: string) => boolean)[] = [
  (one, made) => one.life === made.life && one.covers.length === 0,
  (one, made, epoch) => one.life === made.life && isOutside(one, epoch),
  (one) => one.covers.length === 0,
  (one, _made, epoch) => isOutside(one, epoch),
]

function isOutside({ covers }: Made, epoch: string): boolean {
  return covers.every((one) => one.epoch !== epoch)
}

/** The newest so many of the same mark that `may` be meant, from `made` backwards. */
function partsOf(made: Made, count: number, may: (one: Made) => boolean): Made[] {
  const parts = [made]
  for (let serial = made.serial - 1; serial >= 0 && parts.length < count; serial--) {
    const one = made.point.made[serial]
    if (one === undefined || one.homes.length === 0 || !may(one)) continue
    if (one.flag === made.flag && one.quality === made.quality) parts.push(one)
  }
  return parts
}

function isSumOf(
  point: PointChronicle,
  parts: readonly Made[],
  { count, sum, min, max }: HubSummary,
): boolean {
  const perUnit = Math.round(1 / point.resolution)
  const steps = parts.map((one) => one.steps)
  const told = [sum, min, max].map((value) => Math.round(value * perUnit))
  const was = [steps.reduce((all, step) => all + step, 0), Math.min(...steps), Math.max(...steps)]
  return count === parts.length && told.every((value, index) => value === was[index])
}

/**
 * Within a stream, what one machine made comes in the order in which it made it. Rows that came out of a damaged or
 * forked database have new numbers between those of newer rows: they are in order among themselves.
 */
function orderKeeper(pole: Pole, stream: HubStream, findings: Findings) {
  const last = new Map<string, Made>()
  const near = new Map<PointChronicle, number>()
  return {
    near: (point: PointChronicle) => near.get(point) ?? 0,
    see(made: Made, row: HubRow) {
      near.set(made.point, made.serial)
      const machine = made.life.slice(0, made.life.lastIndexOf('-b'))
      const moved = made.homes[0]?.epoch !== stream.epoch
      // What is saved from a database comes between what is newer there already, and keeps that place when saved again.
      const origin = moved ? made.homes[0]?.epoch : ''
      const key = `${machine} ${origin} ${row.summary === undefined ? '' : made.point.key}`
      const before = last.get(key)
      last.set(key, made)
      if (before === undefined || before.ordinal < made.ordinal) return
      // A frozen frame that turns out to be forked gives its rows back long after those behind it were saved.
      if (moved && pole.copies.length > 0 && made.homes[0]?.epoch === before.homes[0]?.epoch)
        return findings.saw('rows that a fork moved behind newer ones')
      findings.add(
        'misordered',
        pole.id,
        `${nameOf(stream, row)}: ${made.point.key} #${made.serial} after ${before.point.key} #${before.serial}`,
      )
    },
  }
}

/** Rounding, and the driver's own way from a measurement to its reading. */
const SLACK_MS = 100

const NEVER = { first: Number.POSITIVE_INFINITY, last: Number.POSITIVE_INFINITY, widest: 0 }
/** What a crystal may be off, as the node reckons with it. */
const DRIFT = 200e-6 / (1 - 200e-6)

/**
 * A time is as good as the bounds that the node had when it was told it, and the drift from there to the row; or as
 * the row's undated range.
 */
function judgeDate(pole: Pole, stream: HubStream, row: HubRow, made: Made, findings: Findings): void {
  const { first, last, widest } = pole.chronicle.knowledge(made.life) ?? NEVER
  const away = Math.max(Math.abs(made.madeAt - first), Math.abs(made.madeAt - last))
  const slack = SLACK_MS + (Number.isFinite(away) ? widest + DRIFT * away : 0)
  const undated = spanAt(stream.undated, row.seq)
  const early = undated === undefined ? row.at : undated.after
  const late = undated === undefined ? row.at : undated.before
  if (undated !== undefined) findings.saw('rows that no clock dated')
  if (made.madeAt >= early - slack && made.madeAt <= late + slack) return
  const said = undated === undefined ? iso(row.at) : `${iso(early)} to ${iso(late)}`
  findings.add(
    'misdated',
    pole.id,
    `${nameOf(stream, row)}: made ${iso(made.madeAt)} (${made.quality}, in ${made.life}), says ${said}, bounds ${slack} ms`,
  )
}

/**
 * Durable readings that no row stands for: each lies in a gap whose reason can be true, or is counted in one, or is lost.
 * `summed`: how many readings are in summaries beside the rows themselves.
 */
function judgeMissing(
  season: Season,
  pole: Pole,
  streams: readonly HubStream[],
  summed: number,
  findings: Findings,
): void {
  const accounts = createAccounts(season, pole, streams, 'live', summed)
  const points = [...pole.chronicle.points.values()]
  const missing = points.flatMap(({ made }) =>
    made.filter(({ durableAt, covers }) => durableAt !== undefined && covers.length === 0),
  )
  const unnamed = missing.filter(({ homes }) => {
    const reason = accounts.named(homes)
    if (reason !== undefined) findings.account(reason)
    return reason === undefined
  })
  for (const { point, serial, madeAt, homes } of unnamed) {
    const reason = accounts.counted()
    const places = homes.map((home) => placeOf(streams, 'live', home))
    if (reason !== undefined) findings.account(reason)
    else findings.add('lost', pole.id, `${point.key} #${serial}, made ${iso(madeAt)}, was ${places}`)
  }
}

function nameOf({ epoch }: HubStream, { seq }: HubRow): string {
  return `${epoch}/${seq}`
}

function iso(utc: number): string {
  return Number.isFinite(utc) ? new Date(utc).toISOString() : String(utc)
}
