import { openSqlite } from '../../../core/node/sqlite.ts'
import type { Home } from './chronicle.ts'
import { SCHEMA } from './damage.ts'
import { type HubStream, readingsOf, spanAt, streamsOf } from './hub-tables.ts'
import type { Pole, Season } from './season.ts'

/** Says why a row is not there, where the hub's ledger has a reason that the world knows to be possible. */
export interface Accounts {
  /** By one of its numbers, or by what became of the database that it was last in. */
  named(homes: readonly Home[]): string | undefined
  /**
   * Of what lost its numbers on the way: summed up in one database and given up, unreadable or released in another. As
   * many as the hub's ledger counts and nothing named accounts for; so ask only once `named` was asked of all.
   */
  counted(): string | undefined
}

/** The table of what became of numbers without a row, until the hub has been told. */
const LEDGER = 'spans'
const DROPPED = 'dropped, the disk was full'
const UNREADABLE = 'unreadable after damage'
const RELEASED = 'released, then the hub was restored'

/** `summed`: how many readings are in summaries at the hub, beside the rows themselves. */
export function createAccounts(
  season: Season,
  pole: Pole,
  streams: readonly HubStream[],
  lane: 'alarm' | 'live',
  summed = 0,
): Accounts {
  const own = streams.filter((stream) => stream.lane === lane)
  const byEpoch = new Map(own.map((stream) => [stream.epoch, stream]))
  const told = (...reasons: string[]) =>
    own
      .flatMap(({ gaps }) => gaps)
      .filter(({ reason }) => reasons.includes(reason))
      .reduce((sum, { first, last }) => sum + last - first + 1, 0)
  const damaged = pole.node.spoils.length > 0
  let dropped = lane === 'live' ? told('dropped') : 0
  let unreadable = damaged ? told('unreadable', 'corrupt') : 0
  // What was thinned is in a summary; where there are fewer, these were on pages that could not be read.
  let unsummed = damaged ? told('thinned') - summed : 0
  const abandoned = abandonedRows(season, pole, lane)
  const { wasThere } = abandoned
  let forgotten = abandoned.summed((epoch, seq) => {
    const stream = byEpoch.get(epoch)
    if (stream === undefined || spanAt(stream.held, seq) === undefined) return true
    return spanAt(stream.gaps, seq)?.reason === 'released'
  })

  const byNumber = ({ epoch, seq }: Home): string | undefined => {
    const stream = byEpoch.get(epoch)
    const gap = stream && spanAt(stream.gaps, seq)
    if (stream === undefined || gap === undefined) return undefined
    const isDropped = gap.reason === 'dropped' || (gap.reason === 'thinned' && summaryGone(stream, gap.last))
    if (isDropped && lane === 'live') {
      dropped--
      return DROPPED
    }
    if (gap.reason === 'released' && wasThere(epoch, seq)) return RELEASED
    if (gap.reason !== 'unreadable' || unreadable <= 0) return undefined
    unreadable--
    return UNREADABLE
  }
  const byDatabase = ({ epoch }: Home): string | undefined => {
    const aside = pole.chronicle.aside.get(epoch)
    const lostPageOf = (table: string) =>
      pole.node.spoils.some((spoil) => spoil.epoch === epoch && spoil.table === table)
    if (aside?.opens === false && lostPageOf(SCHEMA)) return 'in a database that lost its first page'
    if (aside?.opens === true && lane === 'live' && lostPageOf(LEDGER))
      return 'dropped by a database that lost the page of its ledger'
    return undefined
  }
  return {
    named(homes) {
      for (const home of homes.toReversed()) {
        const reason = byNumber(home)
        if (reason !== undefined) return reason
      }
      const last = homes.at(-1)
      const reason = last && byDatabase(last)
      if (reason !== undefined) return reason
      // Both disasters at once: whoever could say so is gone, and the hub was put back to before it had heard of it.
      if (homes.some(({ epoch, seq }) => wasThere(epoch, seq)))
        return 'told, before the hub was restored and by a database that is gone'
      return homes.every(({ disk }) => pole.node.retired.has(disk)) ? 'left on a replaced disk' : undefined
    },
    counted() {
      if (unreadable-- > 0) return UNREADABLE
      if (dropped-- > 0) return DROPPED
      if (forgotten-- > 0) return RELEASED
      return unsummed-- > 0 ? 'thinned, into a summary that was unreadable after damage' : undefined
    },
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

/** What the databases held that restores of the hub put aside. */
function abandonedRows({ hub }: Season, pole: Pole, lane: 'alarm' | 'live') {
  const held: ReadonlyMap<string, HubStream>[] = []
  /** By epoch and number, how many readings a row stood for beside its own. */
  const sums = new Map<string, { readonly epoch: string; readonly seq: number; readonly others: number }>()
  for (const { file } of hub.abandoned) {
    const sql = openSqlite(file)
    try {
      const streams = streamsOf(sql, pole.id).filter((stream) => stream.lane === lane)
      held.push(new Map(streams.map((stream) => [stream.epoch, stream])))
      for (const { id, epoch } of lane === 'live' ? streams : [])
        for (const { seq, summary } of readingsOf(sql, id))
          if (summary !== undefined) sums.set(`${epoch} ${seq}`, { epoch, seq, others: summary.count - 1 })
    } finally {
      sql.close()
    }
  }
  return {
    wasThere: (epoch: string, seq: number) =>
      held.some((epochs) => spanAt(epochs.get(epoch)?.held ?? [], seq) !== undefined),
    summed: (isGone: (epoch: string, seq: number) => boolean) =>
      [...sums.values()]
        .filter(({ epoch, seq }) => isGone(epoch, seq))
        .reduce((sum, { others }) => sum + others, 0),
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
