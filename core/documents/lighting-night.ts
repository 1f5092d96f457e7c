import type { Utc } from '../clock.ts'
import { type NightSun, nightSun } from '../sun.ts'
import type { Text } from '../text.ts'
import { type LocalClock, localClock } from '../time-zone.ts'
import type { LightingCalendar, LightingProfile, LightingStreet } from './lighting-street.ts'

/** The nights of a street: which profile lights each of them, and when its steps begin. */

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000
const NIGHTS_KEPT = 4

/** What of a street's document the nights depend on. */
export type NightPlan = Pick<LightingStreet, 'location' | 'timeZone' | 'profiles' | 'calendar'>

export interface LightingNight {
  /** Local date of its evening, `2026-09-02`. */
  readonly date: string
  /** Local noon before it and after it. */
  readonly from: Utc
  readonly to: Utc
  readonly profile: LightingProfile
  /** The calendar's exception that it comes from; null for a usual night or a weekday's. */
  readonly exception: { readonly id: string; readonly name: Text } | null
  readonly dark: 'some' | 'all' | 'none'
  readonly sunset: Utc | null
  readonly sunrise: Utc | null
  /** In order of time; none where the profile goes by a sun that does not set. */
  readonly steps: readonly { readonly at: Utc; readonly level: number }[]
}

export type NightFinder = (at: Utc) => LightingNight

/** The night that holds a moment: before noon that of the evening before. Remembers the last few. */
export function nightFinder(plan: NightPlan): NightFinder {
  const clock = localClock(plan.timeZone)
  const known = new Map<number, LightingNight>()
  return (at) => {
    let day = Math.floor((clock.shown(at) - 12 * HOUR_MS) / DAY_MS) * DAY_MS
    // Where a zone skips or repeats its noon, the noons themselves decide.
    if (at < clock.moment(day + 12 * HOUR_MS)) day -= DAY_MS
    else if (at >= clock.moment(day + 36 * HOUR_MS)) day += DAY_MS
    const before = known.get(day)
    if (before !== undefined) return before
    if (known.size >= NIGHTS_KEPT) known.clear()
    const night = planNight(plan, frameNight(plan.location, clock, day))
    known.set(day, night)
    return night
  }
}

/** As `nightFinder`, for who asks once. */
export function nightOf(plan: NightPlan, at: Utc): LightingNight {
  return nightFinder(plan)(at)
}

/** Level of the step in force, percent of light; 0 before the first. */
export function levelAt({ steps }: LightingNight, at: Utc): number {
  return steps.findLast((step) => step.at <= at)?.level ?? 0
}

/** From the first step to the last: the time that the street is lit by its profile. Null where it is not. */
export function litSpan({ steps }: LightingNight): { readonly from: Utc; readonly to: Utc } | null {
  const [first] = steps
  const last = steps.at(-1)
  return first === undefined || last === undefined ? null : { from: first.at, to: last.at }
}

/** The profile of the night whose evening is `day` (UTC midnight of the local date): exception, weekday, usual. */
export function profileOn(
  { calendar, profiles }: Pick<NightPlan, 'calendar' | 'profiles'>,
  day: number,
): Pick<LightingNight, 'profile' | 'exception'> {
  const exception = calendar.exceptions.find((one) => covers(one, day)) ?? null
  const id = exception?.profile ?? calendar.week[weekday(day)] ?? calendar.usual
  const profile = profiles.find((one) => one.id === id) ?? profiles[0]
  if (profile === undefined) throw new Error('the schema asks for a profile')
  return { profile, exception: exception === null ? null : { id: exception.id, name: exception.name } }
}

type Exception = LightingCalendar['exceptions'][number]

/** Dates compare as text. A yearly 29 February is the 28th in a year that has none, and a range may go over New Year. */
function covers({ from, to, yearly }: Exception, day: number): boolean {
  const date = dateText(day)
  if (!yearly) return from <= date && date <= to
  const leap = new Date(Date.UTC(Number(date.slice(0, 4)), 1, 29)).getUTCDate() === 29
  const within = (text: string) => (text.slice(5) === '02-29' && !leap ? '02-28' : text.slice(5))
  const [first, last, own] = [within(from), within(to), date.slice(5)]
  return first <= last ? first <= own && own <= last : own >= first || own <= last
}

function weekday(day: number): keyof LightingCalendar['week'] {
  const names = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const
  return names[new Date(day).getUTCDay()] ?? 'sun'
}

function dateText(day: number): string {
  return new Date(day).toISOString().slice(0, 10)
}

/** A night before anybody lights it: its noons, its sun, and when a clock shows a time in it. */
export interface NightFrame extends NightSun {
  readonly date: string
  readonly day: number
  readonly from: Utc
  readonly to: Utc
  /** When the clock shows so many ms after the midnight of the evening's date. */
  moment(ofDay: number): Utc
}

/** `day` is UTC midnight of the local date of its evening. */
export function frameNight(place: NightPlan['location'], clock: LocalClock, day: number): NightFrame {
  const moment = (ofDay: number) => clock.moment(day + ofDay)
  const from = moment(12 * HOUR_MS)
  const to = moment(36 * HOUR_MS)
  return { date: dateText(day), day, from, to, moment, ...nightSun(place, from, to) }
}

/** When each step of a profile begins by its own words, in their order. */
export function plannedSteps({ steps }: LightingProfile, frame: NightFrame): readonly Utc[] {
  const { from, to, sunset, sunrise, moment } = frame
  return steps.map(({ at }) => {
    if ('clock' in at) return moment(clockMs(at.clock))
    return (at.sun === 'sunset' ? (sunset ?? from) : (sunrise ?? to)) + at.offset_min * MINUTE_MS
  })
}

/** Without a night, a profile that goes by the sun has nothing to light; one that goes by the clock alone is obeyed. */
export function isIdle({ steps }: LightingProfile, { dark }: NightSun): boolean {
  return dark === 'none' && steps.some(({ at }) => 'sun' in at)
}

function planNight(plan: NightPlan, frame: NightFrame): LightingNight {
  const { date, day, from, to, dark, sunset, sunrise } = frame
  const chosen = profileOn(plan, day)
  const planned = plannedSteps(chosen.profile, frame)
  let latest = from
  const steps = chosen.profile.steps.map(({ level }, index) => {
    // A step that would begin before the one that it follows begins with it, and takes its place.
    latest = Math.min(to, Math.max(latest, planned[index] ?? latest))
    return { at: latest, level }
  })
  const night = { date, from, to, ...chosen, dark, sunset, sunrise }
  return { ...night, steps: isIdle(chosen.profile, frame) ? [] : steps }
}

/** From the midnight of the evening's date: hours before noon are the next morning's. */
export function clockMs(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number)
  return (hours < 12 ? hours + 24 : hours) * HOUR_MS + minutes * MINUTE_MS
}
