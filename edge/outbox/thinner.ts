import type { SqlStore } from '../../core/ports/sql-store.ts'
import type { DayStart } from '../../core/time-zone.ts'
import type { Boots } from './boots.ts'
import { holes } from './cutting.ts'
import type { LaneStore } from './lane-store.ts'
import { count, inside, outside, type Range } from './ledger.ts'
import type { NewestValues } from './newest.ts'
import { liveRow } from './rows.ts'
import { meta } from './tables.ts'
import {
  countOf,
  encodeStanding,
  giver,
  type IntervalStart,
  intervalStarts,
  type LiveRow,
  TIERS,
  thin,
} from './thinning.ts'

/** Rows read in one step: some 20 ms of work between two of control's. */
const STEP_ROWS = 5_000
const DROP_ROWS_MIN = 100
const DROP_SHARE = 0.05

export interface ThinnerOptions {
  readonly store: SqlStore
  readonly lane: LaneStore
  readonly boots: Boots
  readonly newest: NewestValues
  readonly dayStart: DayStart
  readonly seriesCount: () => number
}

/**
 * Makes room among live readings that are in no frame. Numbers run with age, so the tiers lie one behind the other:
 * days, hours, quarters, minutes, readings as they came. A *frontier* is the first number that has not reached a tier;
 * lost, it only costs looking again at rows that cannot be thinned any more.
 */
export interface Thinner {
  /** Rows in each tier, finest first. */
  tiers(): readonly number[]
  /** The tier with the most rows gives from its oldest end. False when there is nothing to give. Inside a transaction. */
  step(): boolean
  /** Gives the oldest rows up. False when there are none. Inside a transaction. */
  drop(): boolean
}

export function thinner({ store, lane, boots, newest, dayStart, seriesCount }: ThinnerOptions): Thinner {
  const starts = intervalStarts(dayStart)
  const note = meta(store, 'tiers')
  const frontiers = parseFrontiers(note.read())
  const sql = {
    read: store.prepare('SELECT * FROM live WHERE seq BETWEEN ? AND ? ORDER BY seq LIMIT ?'),
    remove: store.prepare('DELETE FROM live WHERE seq BETWEEN ? AND ?'),
    put: store.prepare(
      'INSERT INTO live (seq, series, at, value, mono, mark, summary) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ),
  }

  /** A tier's numbers: from where the coarser one ends to where it ends itself. */
  const region = (tier: number): Range => ({
    first: tier + 1 < TIERS ? (frontiers[tier + 1] ?? 0) : 0,
    last: (tier === 0 ? lane.next() : (frontiers[tier] ?? 0)) - 1,
  })
  const tiers = () => {
    const rows = lane.sheddable()
    return Array.from({ length: TIERS }, (_, tier) => {
      const { first, last } = region(tier)
      return count(inside(rows, first, last))
    })
  }
  /** Around `seq`, the numbers of rows and of what was thinned to them: neither framed nor lost otherwise. */
  const fieldOf = (seq: number): Range => {
    const taken = [...lane.frames(), ...lane.spans().filter(({ fate, told }) => told || fate !== 'thinned')]
    taken.sort((one, two) => one.first - two.first)
    const field = outside(taken, 0, lane.next() - 1).find(({ first, last }) => first <= seq && seq <= last)
    return field ?? { first: seq, last: seq }
  }
  /** Rows from the start of `range`, and whether there are more; undefined when some are gone, which is then noted. */
  const readRows = (range: Range, limit: number) => {
    const found = sql.read.all(range.first, range.last, limit)
    const more = found.length === limit
    const rows = found.flatMap((row) => liveRow(row, seriesCount()) ?? [])
    const end = found.at(-1)?.seq
    const last = more && typeof end === 'number' ? end : range.last
    const gone = holes(rows, lane.spans(), range.first, last)
    for (const hole of gone) {
      sql.remove.run(hole.first, hole.last)
      lane.mark(hole.first, hole.last, (was) => was ?? { fate: 'corrupt', told: false })
    }
    return gone.length > 0 ? undefined : { rows, more, last }
  }
  /** The rows take the last numbers that rows had, so that what was thinned is one gap before them. */
  const rewrite = (rows: readonly LiveRow[], thinned: readonly LiveRow[], last: number): LiveRow[] => {
    const first = rows[0]?.seq ?? last
    const places = rows.slice(rows.length - thinned.length)
    const moved = thinned.map((row, index) => ({ ...row, seq: places[index]?.seq ?? row.seq }))
    sql.remove.run(first, last)
    for (const { seq, series, at, value, mono, mark, standing } of moved) {
      const summary = standing === undefined ? null : encodeStanding(standing)
      sql.put.run(seq, series, at, value, mono, mark, summary)
    }
    lane.mark(first, (places[0]?.seq ?? first) - 1, (was) => was ?? { fate: 'thinned', told: false })
    for (const [index, row] of moved.entries()) newest.moved(row, thinned[index]?.seq ?? row.seq)
    return moved
  }

  const thinTier = (tier: number, start: IntervalStart) => {
    const { first, last } = region(tier)
    const oldest = inside(lane.sheddable(), first, last)[0]?.first ?? first
    const found = readRows({ first: oldest, last: Math.min(last, fieldOf(oldest).last) }, STEP_ROWS)
    if (found === undefined) return
    const { rows, more } = found
    const intervalOf = (row: LiveRow) => start(boots.estimate(row))
    const thinned = thin(rows, start, boots.estimate)
    const fewer = thinned.length < rows.length
    const now = fewer ? rewrite(rows, thinned, found.last) : rows
    // An interval that goes on beyond the rows read is finished in the next step.
    const open = rows.at(-1)
    const unfinished = more && open ? now.find((row) => intervalOf(row) >= intervalOf(open)) : undefined
    const stuck = !fewer && unfinished === now[0]
    frontiers[tier + 1] = unfinished === undefined || stuck ? found.last + 1 : unfinished.seq
    note.write(JSON.stringify(frontiers))
  }
  const drop = (): boolean => {
    const free = lane.sheddable()
    const oldest = free[0]
    if (oldest === undefined) return false
    const field = fieldOf(oldest.first)
    const size = Math.min(STEP_ROWS, Math.max(DROP_ROWS_MIN, Math.ceil(count(free) * DROP_SHARE)))
    const found = readRows({ first: oldest.first, last: field.last }, size)
    const last = found?.rows.at(-1)?.seq
    if (found === undefined || last === undefined) return true
    sql.remove.run(oldest.first, last)
    // With a row goes what it stood for: so many numbers are dropped, and what is left stays thinned to what is left.
    const readings = found.rows.reduce((sum, row) => sum + countOf(row), 0)
    const end = Math.min(last, field.first + readings - 1)
    lane.mark(field.first, end, () => ({ fate: 'dropped', told: false }))
    if (end < last) lane.mark(end + 1, last, (was) => was ?? { fate: 'thinned', told: false })
    return true
  }

  return {
    tiers,
    drop,
    step() {
      const rows = tiers()
      const tier = giver(rows)
      const start = starts[tier]
      if (rows[tier] === 0) return false
      if (start === undefined) return drop()
      thinTier(tier, start)
      return true
    },
  }
}

/** Of tiers 0 (unused) to the last. */
function parseFrontiers(json: string | undefined): number[] {
  const none = Array.from({ length: TIERS }, () => 0)
  try {
    const parsed: unknown = JSON.parse(json ?? '[]')
    if (!Array.isArray(parsed)) return none
    const numbers = none.map((_, tier) => Number(parsed[tier] ?? 0))
    const falling = numbers.slice(1).every((number, index) => index === 0 || number <= (numbers[index] ?? 0))
    return falling && numbers.every((number) => Number.isSafeInteger(number) && number >= 0) ? numbers : none
  } catch {
    return none
  }
}
