import type { Utc } from '../../../core/clock.ts'
import type { Draft } from './draft.ts'
import { DAYS_KEPT, type GreenhouseState } from './state.ts'

/**
 * What time it is in the greenhouse. While the node knows the time, that. A crop cannot wait 60 days for a clock, so
 * without one the days go on as they last went: from the last time that somebody vouched for, by the monotonic clock;
 * the time that the node was off is counted as far as its clock can tell, so programs may come later in the day by what
 * it was off, and never twice. A node that has never been told the time waits a day for it, then counts its days from
 * what its clock showed first: at a wrong hour perhaps, but once a day.
 */

const DAY_MS = 86_400_000
/** So long a greenhouse waits to be told the time for the first time. */
export const FIRST_TIME_MS = DAY_MS
/** The clock was set back by more than this: what was looked for until then lies in a time that never was. */
const BACK_MAX_MS = DAY_MS + 3_600_000

/** Null while nobody can say. */
export function houseTime({
  clock,
  t,
  at,
  clockKnown,
}: Pick<Draft, 'clock' | 't' | 'at' | 'clockKnown'>): Utc | null {
  if (clockKnown) return at
  const { known, first } = clock
  if (known !== null) return known.at + (t - known.t)
  if (first === null || t - first.t < FIRST_TIME_MS) return null
  return first.at + (t - first.t)
}

/** Learns the time, and turns the day's accounts over at midnight. */
export function followClock(draft: Draft): void {
  const { t, at, clockKnown, clock } = draft
  if (clockKnown) draft.clock = { ...clock, known: { at, t } }
  else if (clock.first === null) draft.clock = { ...clock, first: { at, t } }
  const now = houseTime(draft)
  if (now !== null) {
    const { lookedAt } = draft.clock
    if (lookedAt === null || lookedAt - now > BACK_MAX_MS) draft.clock = { ...draft.clock, lookedAt: now }
  }
  turnDay(draft, dayOf(draft))
}

/** Local day, as days since 1970; before anybody knows the time, whole days of the timeline, all of them negative. */
export function dayOf(draft: Draft): number {
  const now = houseTime(draft)
  if (now === null) return Math.floor(draft.t / DAY_MS) - 1_000_000
  return Math.floor(draft.layout.clock.shown(now) / DAY_MS)
}

/** Local date, `2026-11-21`; null while nobody knows the time. */
export function dateOf(draft: Draft): string | null {
  const now = houseTime(draft)
  return now === null ? null : new Date(draft.layout.clock.shown(now)).toISOString().slice(0, 10)
}

function turnDay(draft: Draft, day: number): void {
  const before = draft.clock.day
  // A clock that is set back by hours does not give the same day's budget twice.
  if (before !== null && (day === before || (day < before && before - day <= 2))) {
    turnSeasons(draft)
    return
  }
  draft.clock = { ...draft.clock, day }
  // Nor does one that comes back from a time that never was: its budget returns with the next midnight.
  if (before !== null && day > before) {
    const missed = Math.min(DAYS_KEPT, Math.max(0, day - before - 1))
    const quiet = Array.from({ length: missed }, () => 0)
    draft.zones = draft.zones.map((zone) => ({
      ...zone,
      today_L: 0,
      days_L: [...quiet, zone.today_L, ...zone.days_L].slice(0, DAYS_KEPT),
    }))
    draft.channels = draft.channels.map((channel) => ({ ...channel, today_mL: 0 }))
  }
  turnSeasons(draft)
}

/** A zone's season begins with its crop; without one, with the year. The channels' begins with the first of them. */
function turnSeasons(draft: Draft): void {
  const year = dateOf(draft)?.slice(0, 4)
  let turned = false
  draft.zones = draft.zones.map((zone, index) => {
    const season = draft.house.zones[index]?.crop?.planted ?? year ?? zone.season
    if (season === zone.season) return zone
    turned ||= zone.season !== ''
    // What was given before anybody knew the time is this season's.
    return { ...zone, season, season_L: zone.season === '' ? zone.season_L : 0 }
  })
  if (turned) draft.channels = draft.channels.map((channel) => ({ ...channel, season_mL: 0 }))
}

/** Whether the time is known, carried on from when it was, guessed, or not there at all. */
export function clockState(
  state: Pick<GreenhouseState, 'clock'> & { readonly t: number },
  clockKnown: boolean,
): 'known' | 'carried' | 'guessed' | 'none' {
  if (clockKnown) return 'known'
  if (state.clock.known !== null) return 'carried'
  const { first } = state.clock
  return first !== null && state.t - first.t >= FIRST_TIME_MS ? 'guessed' : 'none'
}
