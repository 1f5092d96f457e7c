import { type Fault, fault } from '../errors.ts'
import { type LocalClock, localClock } from '../time-zone.ts'
import type { Greenhouse, Program, Zone } from './greenhouse.ts'
import { DOSING_LEAST_S, dosesOf, dosingShare } from './greenhouse-dosing.ts'
import { type PlannedTurn, planOf, programLasts, startsBetween, wantedSeconds } from './greenhouse-plan.ts'
import { programWords, words } from './greenhouse-words.ts'

/** What a schema cannot say about programs: what they name, and whether water and time suffice for them. */

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
/** A month holds every weekday and every rhythm that a program may have. */
const DAYS = 32
/** Any month will do; this one begins at midnight UTC on a Monday, and no zone changes its clocks in it. */
export const SOME_DAY = Date.UTC(2026, 0, 5)

export function programFaults(written: Greenhouse): readonly Fault[] {
  const named = written.programs.flatMap((program, index) =>
    nameFaults(written, program, `/programs/${index}`),
  )
  if (named.length > 0) return named
  const house = asIfBegun(written)
  const clock = localClock(house.timeZone)
  const own = house.programs.flatMap((program, index) => [
    ...startFaults(house, program, `/programs/${index}`),
    ...amountFaults(house, program, `/programs/${index}`),
    ...(program.on ? overlapFaults(house, program, clock, `/programs/${index}`) : []),
  ])
  return own.length > 0 ? own : dayFaults(house, clock)
}

/** With every rhythm of days carried back to before `SOME_DAY`: what begins next year is looked at by the days of any other. */
export function asIfBegun(house: Greenhouse): Greenhouse {
  const first = SOME_DAY / DAY_MS - 1
  const programs = house.programs.map((program): Program => {
    const { start } = program
    if (start.by !== 'clock' || start.every === undefined) return program
    const { days, from } = start.every
    const day = Date.parse(`${from}T00:00:00Z`) / DAY_MS
    const back = day - Math.max(0, Math.ceil((day - first) / days)) * days
    const begun = new Date(back * DAY_MS).toISOString().slice(0, 10)
    return { ...program, start: { ...start, every: { days, from: begun } } }
  })
  return { ...house, programs }
}

function nameFaults(house: Greenhouse, program: Program, at: string): readonly Fault[] {
  const where = words('where', programWords(program))
  const { recipe } = program
  return [
    ...program.zones
      .filter((zone) => !house.zones.some(({ id }) => id === zone))
      .map((zone) =>
        fault('GREENHOUSE_ZONE_UNKNOWN', { house: house.id, zone, at: `${at}/zones`, ...where }),
      ),
    ...(recipe !== undefined && !house.recipes.some(({ id }) => id === recipe)
      ? [fault('GREENHOUSE_RECIPE_UNKNOWN', { house: house.id, recipe, at: `${at}/recipe`, ...where })]
      : []),
  ]
}

function zonesOf(house: Greenhouse, program: Program): readonly Zone[] {
  return house.zones.filter(({ id }) => program.zones.includes(id))
}

/** A start needs what it goes by. */
function startFaults(house: Greenhouse, program: Program, at: string): readonly Fault[] {
  const { start, amount } = program
  const about = { house: house.id, program: program.id, at: `${at}/start` }
  const zones = zonesOf(house, program)
  const dry = zones.filter(({ soil }) => soil.moisture.length === 0)
  const bare = zones.filter(({ crop }) => crop === undefined)
  const missing = (which: readonly Zone[]) =>
    which.map(({ id: zone }) => fault('GREENHOUSE_CROP_MISSING', { ...about, zone }))
  const air =
    house.weather.temperature === undefined
      ? [
          fault('GREENHOUSE_SENSOR_MISSING', {
            ...{ house: house.id, at: `${at}/start` },
            ...words('what', programWords(program)),
            ...words('needs', { vi: 'nhiệt độ ngoài trời', en: 'the temperature outside' }),
          }),
        ]
      : []
  switch (start.by) {
    case 'clock':
      return 'missing' in amount ? missing(bare.filter(({ soil }) => soil.moisture.length === 0)) : []
    case 'balance':
      return [...missing(bare), ...air]
    case 'moisture': {
      const { below, until, from, to } = start
      const what = words('what', programWords(program))
      return [
        ...dry.map(({ id: zone }) => fault('GREENHOUSE_PROBE_MISSING', { ...about, zone })),
        ...(below < until
          ? []
          : [fault('GREENHOUSE_LIMITS_REVERSED', { ...about, low: below, high: until, ...what })]),
        ...(from === to ? [fault('GREENHOUSE_HOURS_EMPTY', { ...about, from, to, ...what })] : []),
      ]
    }
  }
}

/** A run must fit into its zone's limits, and a recipe into the run. */
function amountFaults(house: Greenhouse, program: Program, at: string): readonly Fault[] {
  const recipe = house.recipes.find(({ id }) => id === program.recipe)
  return zonesOf(house, program).flatMap((zone) => {
    const about = { house: house.id, program: program.id, zone: zone.id, at: `${at}/amount` }
    const seconds = wantedSeconds(program.amount, zone)
    const minutes = round(seconds / 60)
    if (minutes > zone.longest_min)
      return [fault('GREENHOUSE_RUN_TOO_LONG', { ...about, minutes, longest: zone.longest_min })]
    if (recipe === undefined) return []
    const turn_s = Math.min(seconds, (program.cycles?.run_min ?? Number.POSITIVE_INFINITY) * 60)
    const needs_s = (recipe.before_min + recipe.after_min) * 60 + DOSING_LEAST_S
    if (turn_s < needs_s)
      return [
        fault('GREENHOUSE_FEED_TOO_SHORT', {
          ...{ ...about, recipe: recipe.id, minutes: round(turn_s / 60), needs: round(needs_s / 60) },
        }),
      ]
    const share = dosingShare(house, recipe, zone)
    if (share > 1)
      return [
        fault('GREENHOUSE_DOSE_TOO_FAST', {
          ...{ house: house.id, recipe: recipe.id, zone: zone.id, at, share: Math.round(share * 100) },
        }),
      ]
    const turns = Math.ceil(seconds / turn_s - 1e-9)
    const fed_L = ((seconds - turns * (recipe.before_min + recipe.after_min) * 60) / 60) * zone.flow_Lmin
    return dosesOf(house, recipe)
      .filter(({ channel, mL_per_L }) => mL_per_L * fed_L > channel.daily_mL)
      .map(({ channel, mL_per_L }) =>
        fault('GREENHOUSE_DOSE_OVER_CEILING', {
          ...{ ...about, channel: channel.id, needs: Math.round(mL_per_L * fed_L), daily: channel.daily_mL },
        }),
      )
  })
}

/** A program must be through before it begins again. */
function overlapFaults(house: Greenhouse, program: Program, clock: LocalClock, at: string): readonly Fault[] {
  const { start } = program
  if (start.by !== 'clock') return []
  const about = { house: house.id, program: program.id, at: `${at}/start/times`, minutes: 0, gap: 0 }
  const lasts = programLasts(house, program)
  const twice = start.times.find((time, index) => start.times.indexOf(time) !== index)
  if (twice !== undefined)
    return [
      fault('GREENHOUSE_PROGRAM_OVERLAPS', {
        ...{ ...about, minutes: Math.ceil(lasts / MINUTE_MS), one: twice, other: twice },
      }),
    ]
  const starts = startsBetween(start, clock, SOME_DAY, SOME_DAY + DAYS * DAY_MS)
  const wrong = starts.findIndex((next, index) => index > 0 && next - (starts[index - 1] ?? next) < lasts)
  const [one, other] = [starts[wrong - 1], starts[wrong]]
  if (one === undefined || other === undefined) return []
  return [
    fault('GREENHOUSE_PROGRAM_OVERLAPS', {
      ...{ ...about, minutes: Math.ceil(lasts / MINUTE_MS), gap: Math.floor((other - one) / MINUTE_MS) },
      ...{ one: timeOf(clock, one), other: timeOf(clock, other) },
    }),
  ]
}

/** All programs of a day together: the pump must keep up, and no zone get more than a day allows. */
function dayFaults(house: Greenhouse, clock: LocalClock): readonly Fault[] {
  for (const { ends, zones } of plannedDays(house, clock)) {
    // What begins late in the evening may well end after midnight: a queue that grows from day to day may not.
    if (ends > 2 * DAY_MS)
      return [
        fault('GREENHOUSE_DAY_TOO_SHORT', {
          ...{ house: house.id, hours: Math.ceil(ends / 3_600_000), at: '/programs' },
        }),
      ]
    for (const [zone, litres] of zones) {
      const daily = house.zones.find(({ id }) => id === zone)?.daily_L ?? Number.POSITIVE_INFINITY
      if (litres > daily + 0.5)
        return [
          fault('GREENHOUSE_OVER_DAILY', {
            ...{ house: house.id, zone, litres: Math.round(litres), daily, at: '/programs' },
          }),
        ]
    }
  }
  return []
}

interface PlannedDay {
  /** From its midnight until the last turn of the programs that began on it is over, ms. */
  readonly ends: number
  readonly zones: ReadonlyMap<string, number>
}

/** What the programs of each day of a month water. */
export function plannedDays(house: Greenhouse, clock: LocalClock): readonly PlannedDay[] {
  return daysOf(planOf(house, SOME_DAY, DAYS * 24), house, clock)
}

/** Turns by the day on which their program was due; those that the zone's own limits decide do not count as litres. */
function daysOf(turns: readonly PlannedTurn[], house: Greenhouse, clock: LocalClock): readonly PlannedDay[] {
  const programs = new Map(house.programs.map((program) => [program.id, program]))
  const days = new Map<number, { ends: number; zones: Map<string, number> }>()
  for (const { program: id, zone, at, due, minutes, litres } of turns) {
    const program = programs.get(id)
    const day = Math.floor(clock.shown(due) / DAY_MS) * DAY_MS
    const known = days.get(day) ?? { ends: 0, zones: new Map<string, number>() }
    known.ends = Math.max(known.ends, clock.shown(at) + minutes * MINUTE_MS - day)
    if (program !== undefined && !('missing' in program.amount))
      known.zones.set(zone, (known.zones.get(zone) ?? 0) + litres)
    days.set(day, known)
  }
  return [...days.values()]
}

export function timeOf(clock: LocalClock, at: number): string {
  return new Date(clock.shown(at)).toISOString().slice(11, 16)
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
