import { type Fault, fault } from '../errors.ts'
import { localClock } from '../time-zone.ts'
import { clockMs, frameNight, isIdle, type NightFrame, plannedSteps } from './lighting-night.ts'
import type { LightingProfile, LightingStreet } from './lighting-street.ts'

/** What a schema cannot say about a street's calendar and profiles. */

const DAY_MS = 86_400_000
/** A leap year, so that every date there is comes in it. */
const YEAR_FROM = Date.UTC(2028, 0, 1)
const YEAR_DAYS = 366

export function calendarFaults(street: LightingStreet): readonly Fault[] {
  const dates = dateFaults(street)
  const year = yearOf(street)
  return [
    ...nameFaults(street),
    ...dates,
    ...(dates.length > 0 ? [] : overlapFaults(street)),
    ...street.profiles.flatMap((profile) => endFaults(street, profile, year)),
  ]
}

/** Profiles that a calendar names and nobody has written. */
function nameFaults({ id: street, calendar, profiles }: LightingStreet): readonly Fault[] {
  const known = new Set(profiles.map(({ id }) => id))
  const named = [
    ['calendar.usual', calendar.usual] as const,
    ...Object.entries(calendar.week).map(([day, profile]) => [`calendar.week.${day}`, profile] as const),
    ...calendar.exceptions.map(({ id, profile }) => [`calendar.exceptions ${id}`, profile] as const),
  ]
  return named
    .filter(([, profile]) => profile !== undefined && !known.has(profile))
    .map(([where, profile]) => fault('STREET_PROFILE_UNKNOWN', { street, where, profile: profile ?? '' }))
}

function dateFaults({ id: street, calendar }: LightingStreet): readonly Fault[] {
  return calendar.exceptions.flatMap(({ id, from, to, yearly }) => {
    const impossible = [from, to].find((day) => !isDate(day))
    if (impossible !== undefined)
      return [fault('STREET_DATE_IMPOSSIBLE', { street, exception: id, date: impossible })]
    if (!yearly && to < from) return [fault('STREET_DATES_REVERSED', { street, exception: id, from, to })]
    return []
  })
}

function isDate(text: string): boolean {
  const at = Date.parse(`${text}T00:00:00Z`)
  return Number.isFinite(at) && new Date(at).toISOString().startsWith(text)
}

type Exception = LightingStreet['calendar']['exceptions'][number]

/** Two exceptions of one date: nobody could say which of them counts. */
function overlapFaults({ id: street, calendar }: LightingStreet): readonly Fault[] {
  const faults: Fault[] = []
  const tell = (one: Exception, other: Exception, date: string) =>
    faults.push(fault('STREET_EXCEPTIONS_OVERLAP', { street, one: one.id, other: other.id, date }))
  const once = calendar.exceptions
    .filter(({ yearly }) => !yearly)
    .toSorted((a, b) => (a.from < b.from ? -1 : 1))
  let latest: Exception | undefined
  for (const exception of once) {
    if (latest !== undefined && exception.from <= latest.to) tell(latest, exception, exception.from)
    if (latest === undefined || exception.to > latest.to) latest = exception
  }
  const owners = new Map<string, Exception>()
  for (const exception of [...calendar.exceptions.filter(({ yearly }) => yearly), ...once]) {
    const met = new Set<Exception>()
    for (const day of daysOf(exception)) {
      const owner = owners.get(day)
      if (owner === undefined) {
        if (exception.yearly) owners.set(day, exception)
      } else if (!met.has(owner)) {
        met.add(owner)
        tell(owner, exception, day)
      }
    }
  }
  return faults
}

/** The days of a year that an exception covers, `09-02`; a yearly 29 February is the 28th in other years. */
function daysOf({ from, to, yearly }: Exception): readonly string[] {
  const first = yearly ? yearDay(from) : Date.parse(from)
  const last = yearly ? yearDay(to) : Date.parse(to)
  const length = yearly && last < first ? last + YEAR_DAYS * DAY_MS - first : last - first
  const count = Math.min(YEAR_DAYS, Math.round(length / DAY_MS) + 1)
  const days: string[] = []
  for (let day = 0; day < count; day++) days.push(new Date(first + day * DAY_MS).toISOString().slice(5, 10))
  return yearly && days.includes('02-29') && !days.includes('02-28') ? [...days, '02-28'] : days
}

function yearDay(date: string): number {
  return Date.parse(`${new Date(YEAR_FROM).getUTCFullYear()}-${date.slice(5)}`)
}

/** A profile must put its lamps out, and its steps must follow each other on every night that it is used. */
function endFaults(
  street: LightingStreet,
  profile: LightingProfile,
  year: readonly NightFrame[],
): readonly Fault[] {
  const { id, steps } = profile
  const faults: Fault[] = []
  if (steps.at(-1)?.level !== 0)
    faults.push(fault('STREET_PROFILE_ENDLESS', { street: street.id, profile: id }))
  const clocks = steps.flatMap(({ at }) => ('clock' in at ? [at.clock] : []))
  const wrong = clocks.findIndex(
    (clock, index) => index > 0 && clockMs(clock) <= clockMs(clocks[index - 1] ?? clock),
  )
  if (wrong > 0) {
    const [before = '', step = ''] = [clocks[wrong - 1], clocks[wrong]]
    return [...faults, fault('STREET_STEPS_REVERSED', { street: street.id, profile: id, before, step })]
  }
  const crossed = crossedStep(street, profile, year)
  return crossed === undefined
    ? faults
    : [...faults, fault('STREET_STEPS_CROSS', { street: street.id, profile: id, ...crossed })]
}

/** The first night of the year in use on which a step would begin before the one that it follows. */
function crossedStep(street: LightingStreet, profile: LightingProfile, year: readonly NightFrame[]) {
  const used = nightsOf(street, profile.id)
  for (const frame of year) {
    const date = frame.date.slice(5)
    if (frame.dark !== 'some' || isIdle(profile, frame) || !used(date)) continue
    const planned = plannedSteps(profile, frame)
    const at = planned.findIndex((time, index) => index > 0 && time < (planned[index - 1] ?? time))
    if (at > 0) return { step: at + 1, date }
  }
  return undefined
}

function yearOf({ location, timeZone }: LightingStreet): readonly NightFrame[] {
  const clock = localClock(timeZone)
  return Array.from({ length: YEAR_DAYS }, (_, day) => frameNight(location, clock, YEAR_FROM + day * DAY_MS))
}

/** Whether the calendar ever uses a profile on a day of the year; one that it never names is held against all of them. */
function nightsOf({ calendar }: LightingStreet, profile: string): (day: string) => boolean {
  const own = new Set(calendar.exceptions.filter((one) => one.profile === profile).flatMap(daysOf))
  const always = calendar.usual === profile || Object.values(calendar.week).includes(profile)
  if (!always && own.size > 0) return (day) => own.has(day)
  const others = calendar.exceptions.filter((one) => one.yearly && one.profile !== profile)
  const taken = new Set(others.flatMap(daysOf))
  return (day) => own.has(day) || !taken.has(day)
}
