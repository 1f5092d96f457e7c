import { openSqlite } from '../../../core/node/sqlite.ts'
import type { SqlStore } from '../../../core/ports/sql-store.ts'
import { type Home, type Made, madeOf, type PointChronicle } from './chronicle.ts'
import type { Findings } from './findings.ts'
import { type HubRow, type HubStream, pointsOf, readingsOf, spanAt, streamsOf } from './hub-tables.ts'
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
  for (const stream of streams) {
    if (stream.lane !== 'live') continue
    const order = orderKeeper(pole, stream, findings)
    for (const row of readingsOf(sql, stream.id)) {
      rows++
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
  judgeMissing(season, pole, streams, findings)
  for (const wrong of pole.chronicle.wrong) findings.add('clock-bounds-wrong', pole.id, wrong)
  return rows
}

function identify(point: PointChronicle, row: HubRow, near: number): Made | undefined {
  const steps = Math.round(row.value * Math.round(1 / point.resolution))
  const made = madeOf(point, steps, near)
  return made?.steps === steps && made.flag === row.flag ? made : undefined
}

/** A row stands for its reading, a summary for as many before it of the same mark as it counts. */
function cover(pole: Pole, stream: HubStream, row: HubRow, made: Made, findings: Findings): void {
  const once = (one: Made) => {
    one.covered++
    if (one.covered > 1)
      findings.add('duplicated', pole.id, `${nameOf(stream, row)}: ${one.point.key} #${one.serial} again`)
  }
  once(made)
  const { summary } = row
  if (summary === undefined) return
  findings.saw('rows that stand for thinned readings')
  findings.saw('readings in them', summary.count)
  const parts = [made]
  for (let serial = made.serial - 1; serial >= 0 && parts.length < summary.count; serial--) {
    const one = made.point.made[serial]
    if (one === undefined || one.homes.length === 0 || one.covered > 0) continue
    if (one.life !== made.life || one.flag !== made.flag || one.quality !== made.quality) continue
    once(one)
    parts.push(one)
  }
  const perUnit = Math.round(1 / made.point.resolution)
  const steps = parts.map((one) => one.steps)
  const sums = [
    steps.reduce((sum, step) => sum + step, 0),
    Math.min(...steps),
    Math.max(...steps),
    parts.length,
  ]
  const told = [summary.sum, summary.min, summary.max].map((value) => Math.round(value * perUnit))
  if ([...told, summary.count].some((value, index) => value !== sums[index]))
    findings.add(
      'wrong-summary',
      pole.id,
      `${nameOf(stream, row)}: says ${told} of ${summary.count}, was ${sums}`,
    )
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
      if (moved && pole.clones > 0 && made.homes[0]?.epoch === before.homes[0]?.epoch)
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

/** Durable readings that no row stands for: each lies in a gap whose reason can be true, or is lost. */
function judgeMissing(season: Season, pole: Pole, streams: readonly HubStream[], findings: Findings): void {
  const accounts = accountant(season, pole, streams, 'live')
  for (const point of pole.chronicle.points.values())
    for (const made of point.made) {
      if (made.durableAt === undefined || made.covered > 0) continue
      const reason = accounts(made.homes)
      if (reason !== undefined) findings.account(reason)
      else
        findings.add(
          'lost',
          pole.id,
          `${point.key} #${made.serial}, made ${iso(made.madeAt)}, was ${made.homes.map((home) => placeOf(streams, 'live', home))}`,
        )
    }
}

/** Where a row was, with what the hub says of that number. */
export function placeOf(
  streams: readonly HubStream[],
  lane: 'alarm' | 'live',
  { disk, epoch, seq }: Home,
): string {
  const stream = streams.find((one) => one.lane === lane && one.epoch === epoch)
  return `${disk} ${epoch}/${seq} (${stream === undefined ? 'an epoch that the hub never heard of' : said(stream, seq)})`
}

function said(stream: HubStream, seq: number): string {
  const gap = spanAt(stream.gaps, seq)
  if (gap !== undefined) return gap.reason
  if (spanAt(stream.held, seq) !== undefined) return 'another row'
  return seq >= stream.next ? 'unknown' : seq < stream.oldest ? 'released' : 'waiting'
}

/** Says why a row is not there, where the hub's ledger has a reason that the world knows to be possible. */
export function accountant(
  season: Season,
  pole: Pole,
  streams: readonly HubStream[],
  lane: 'alarm' | 'live',
): (homes: Made['homes']) => string | undefined {
  const byEpoch = new Map(
    streams.filter((stream) => stream.lane === lane).map((stream) => [stream.epoch, stream]),
  )
  const unreadable = streams
    .filter((stream) => stream.lane === lane)
    .flatMap(({ gaps }) => gaps)
    .filter(({ reason }) => reason === 'unreadable' || reason === 'corrupt')
  let unread = unreadable.reduce((sum, { first, last }) => sum + last - first + 1, 0)
  const wasThere = abandonedRows(season, pole, lane)
  return (homes) => {
    for (const { epoch, seq } of homes.toReversed()) {
      const stream = byEpoch.get(epoch)
      const gap = stream && spanAt(stream.gaps, seq)
      if (stream === undefined || gap === undefined) continue
      if (gap.reason === 'dropped' && lane === 'live') return 'dropped, the disk was full'
      if (gap.reason === 'thinned' && summaryGone(stream, gap.last)) return 'dropped, the disk was full'
      if (gap.reason === 'released' && wasThere(epoch, seq)) return 'released, then the hub was restored'
      if (gap.reason === 'unreadable' && pole.node.spoiled > 0 && unread > 0) {
        unread--
        return 'unreadable after damage'
      }
    }
    // Both disasters at once: whoever could say so is gone, and the hub was put back to before it had heard of it.
    if (homes.some(({ epoch, seq }) => wasThere(epoch, seq)))
      return 'told, before the hub was restored and by a database that is gone'
    if (homes.every(({ disk }) => pole.node.retired.has(disk))) return 'left on a replaced disk'
    if (pole.node.spoiled > 0 && unread > 0) {
      unread--
      return 'unreadable after damage'
    }
    return undefined
  }
}

/** A thinned row's summary has the next number that is not thinned: where that was dropped, all of it was. */
function summaryGone(stream: HubStream, last: number): boolean {
  for (let next = last + 1; ; ) {
    const gap = spanAt(stream.gaps, next)
    if (gap === undefined) return false
    if (gap.reason === 'dropped') return true
    next = gap.last + 1
  }
}

/** Whether a database that a restore put aside held a number. */
function abandonedRows(
  season: Season,
  pole: Pole,
  lane: 'alarm' | 'live',
): (epoch: string, seq: number) => boolean {
  const held = season.hub.abandoned.map(({ file }) => {
    const sql = openSqlite(file)
    try {
      const streams = streamsOf(sql, pole.id).filter((stream) => stream.lane === lane)
      return new Map(streams.map((stream) => [stream.epoch, stream.held]))
    } finally {
      sql.close()
    }
  })
  return (epoch, seq) => held.some((epochs) => spanAt(epochs.get(epoch) ?? [], seq) !== undefined)
}

function nameOf({ epoch }: HubStream, { seq }: HubRow): string {
  return `${epoch}/${seq}`
}

function iso(utc: number): string {
  return Number.isFinite(utc) ? new Date(utc).toISOString() : String(utc)
}
