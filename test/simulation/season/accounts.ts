import { openSqlite } from '../../../core/node/sqlite.ts'
import type { Home } from './chronicle.ts'
import { SCHEMA } from './damage.ts'
import { type HubStream, spanAt, streamsOf } from './hub-tables.ts'
import type { Pole, Season } from './season.ts'

/** Says why a row is not there, where the hub's ledger has a reason that the world knows to be possible. */
export interface Accounts {
  /** By one of its numbers, or by what became of the database that it was last in. */
  named(homes: readonly Home[]): string | undefined
  /**
   * Of what lost its numbers on the way: summed up in one database and given up, or unreadable, in another. As many as
   * the hub's ledger counts and nothing named accounts for; so ask only once `named` was asked of all.
   */
  counted(): string | undefined
}

/** The table of what became of numbers without a row, until the hub has been told. */
const LEDGER = 'spans'
const DROPPED = 'dropped, the disk was full'
const UNREADABLE = 'unreadable after damage'

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
  const wasThere = abandonedRows(season, pole, lane)

  const byNumber = ({ epoch, seq }: Home): string | undefined => {
    const stream = byEpoch.get(epoch)
    const gap = stream && spanAt(stream.gaps, seq)
    if (stream === undefined || gap === undefined) return undefined
    const isDropped = gap.reason === 'dropped' || (gap.reason === 'thinned' && summaryGone(stream, gap.last))
    if (isDropped && lane === 'live') {
      dropped--
      return DROPPED
    }
    if (gap.reason === 'released' && wasThere(epoch, seq)) return 'released, then the hub was restored'
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
