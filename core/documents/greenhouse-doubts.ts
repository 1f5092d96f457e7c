import { type Fault, fault } from '../errors.ts'
import type { Text } from '../text.ts'
import { type LocalClock, localClock } from '../time-zone.ts'
import { asIfBegun, plannedDays, SOME_DAY, timeOf } from './check-greenhouse-programs.ts'
import type { Greenhouse, Program, Zone } from './greenhouse.ts'
import {
  clockTimeMs,
  type PlannedTurn,
  type ProgramStart,
  programLasts,
  runSize,
  startsBetween,
  turnsOf,
} from './greenhouse-plan.ts'
import { words } from './greenhouse-words.ts'

/**
 * What a sound greenhouse's programs will do that whoever wrote them may not expect. Nothing here is refused: it is told
 * before it is saved.
 */

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000
/** A week holds every weekday. */
const DAYS = 7
/** Share of a zone's daily ceiling from which little is left for whoever waters by hand. */
const MOST_OF_DAY = 0.8
/** So much later a program may end, for those before it, without a word, ms. */
const LATE_MS = 30 * MINUTE_MS
/** Told at once; nobody reads more. The rest is left out, the last programs first. */
export const DOUBTS_MAX = 12
/** Programs that are named as those which are waited for. */
const OTHERS_MAX = 3

export interface SensorPoint {
  readonly device: string
  readonly channel: string
}

/**
 * Doubts about a document in which `checkGreenhouse` finds nothing wrong; `at` is where they lie, as a JSON pointer.
 * `isSilent` tells of a sensor whether it measures nothing at the moment; left out, nobody knows (a hub).
 */
export function greenhouseDoubts(
  written: Greenhouse,
  isSilent: (point: SensorPoint) => boolean = () => false,
): readonly Fault[] {
  const house = asIfBegun(written)
  const clock = localClock(house.timeZone)
  const own = house.programs.flatMap((program, index) =>
    program.on
      ? [...silentDoubts(house, program, index, isSilent), ...tankDoubts(house, program, index)]
      : [],
  )
  return [...own, ...timeDoubts(house, clock), ...dayDoubts(house, clock)].slice(0, DOUBTS_MAX)
}

/** What a program goes by, and what each is in words. */
function sensorsOf(
  house: Greenhouse,
  { start, amount, zones, recipe: id, rain_mm }: Program,
): readonly (readonly [Text, readonly SensorPoint[]])[] {
  const { weather, fertiliser } = house
  const recipe = house.recipes.find((one) => one.id === id)
  const byProbe = start.by === 'moisture' || (start.by === 'clock' && 'missing' in amount)
  const one = (vi: string, en: string, point: SensorPoint | undefined, used: boolean) =>
    used && point !== undefined ? [[{ vi, en }, [point]] as const] : []
  return [
    // One probe of a zone that still measures is enough.
    ...zonesOf(house, zones)
      .filter(({ soil }) => byProbe && soil.moisture.length > 0)
      .map(
        ({ name, soil }) =>
          [{ vi: `độ ẩm ${name.vi}`, en: `moisture of ${name.en}` }, soil.moisture] as const,
      ),
    ...one('nhiệt độ ngoài trời', 'temperature outside', weather.temperature, start.by === 'balance'),
    ...one('mưa', 'rain', weather.rain, rain_mm !== undefined),
    ...one('EC nước tưới', 'EC of the water', fertiliser?.ec, recipe?.ec !== undefined),
    ...one('pH nước tưới', 'pH of the water', fertiliser?.ph, recipe?.ph !== undefined),
  ]
}

function silentDoubts(
  house: Greenhouse,
  program: Program,
  index: number,
  isSilent: (point: SensorPoint) => boolean,
): readonly Fault[] {
  return sensorsOf(house, program)
    .filter(([, points]) => points.every(isSilent))
    .map(([what, points]) =>
      fault('GREENHOUSE_SENSOR_SILENT', {
        ...{ house: house.id, at: `/programs/${index}/start`, ...words('program', nameOf(program)) },
        ...{ sensor: points.map(({ device }) => device).join(', '), ...words('what', what) },
      }),
    )
}

/** All zones of one start together. */
function tankDoubts(house: Greenhouse, program: Program, index: number): readonly Fault[] {
  const holds = house.water.tank?.holds_L
  const litres = zonesOf(house, program.zones).reduce(
    (sum, zone) => sum + runSize(program.amount, zone).litres,
    0,
  )
  if (holds === undefined || litres <= holds) return []
  const about = { house: house.id, at: `/programs/${index}/amount`, ...words('program', nameOf(program)) }
  return [fault('GREENHOUSE_OVER_TANK', { ...about, litres: Math.round(litres), holds: Math.round(holds) })]
}

interface Started extends ProgramStart {
  readonly turns: readonly PlannedTurn[]
  /** Of its last turn, among all others and by itself. */
  readonly ends: number
  readonly alone: number
}

/** Programs that others keep from ending in time, or that are too long for their hours: each told once. */
function timeDoubts(house: Greenhouse, clock: LocalClock): readonly Fault[] {
  const started = weekOf(house, clock)
  return house.programs.flatMap((program, index) => {
    const mine = started.filter((one) => one.program === program)
    const found = mine
      .map((one) => timeDoubt(house, one, started, clock, index))
      .find((doubt) => doubt !== undefined)
    return found === undefined ? [] : [found]
  })
}

function timeDoubt(
  house: Greenhouse,
  one: Started,
  started: readonly Started[],
  clock: LocalClock,
  index: number,
): Fault | undefined {
  const { program, at, ends, alone } = one
  const { start } = program
  const about = { house: house.id, at: `/programs/${index}/start`, ...words('program', nameOf(program)) }
  const others = () => words('others', othersOf(one, started))
  if (start.by !== 'moisture')
    return ends - alone > LATE_MS
      ? fault('GREENHOUSE_QUEUES_LATE', {
          ...{ ...about, ...others(), one: timeOf(clock, at), until: timeOf(clock, ends) },
          minutes: Math.round((ends - alone) / MINUTE_MS),
        })
      : undefined
  const { from, to } = start
  const window = windowOf(start)
  if (alone - at > window)
    return fault('GREENHOUSE_WINDOW_SHORT', {
      ...{ ...about, from, to, window: window / MINUTE_MS, minutes: Math.ceil((alone - at) / MINUTE_MS) },
    })
  if (ends - at <= window) return undefined
  return fault('GREENHOUSE_WINDOW_CROWDED', { ...about, ...others(), to, until: timeOf(clock, ends) })
}

/** A week in which every soil is dry at the beginning of its hours. */
function weekOf(house: Greenhouse, clock: LocalClock): readonly Started[] {
  const starts = house.programs
    .filter(({ on }) => on)
    .flatMap((program): readonly ProgramStart[] => {
      const { start } = program
      const asClock = start.by === 'moisture' ? { by: 'clock' as const, times: [start.from] } : start
      const times = startsBetween(asClock, clock, SOME_DAY - 1, SOME_DAY + DAYS * DAY_MS)
      return times.map((at) => ({ program, at }))
    })
  const turns = new Map<string, PlannedTurn[]>()
  for (const turn of turnsOf(house, starts)) {
    const key = `${turn.program} ${turn.due}`
    const known = turns.get(key)
    if (known === undefined) turns.set(key, [turn])
    else known.push(turn)
  }
  const lasts = new Map(house.programs.map((program) => [program, programLasts(house, program)]))
  return starts.flatMap((one) => {
    const own = turns.get(`${one.program.id} ${one.at}`) ?? []
    if (own.length === 0) return []
    const ends = Math.max(...own.map(({ at, minutes }) => at + minutes * MINUTE_MS))
    return [{ ...one, turns: own, ends, alone: one.at + (lasts.get(one.program) ?? 0) }]
  })
}

/** Who waters between a program's start and its end. */
function othersOf(one: Started, started: readonly Started[]): Text {
  const beside = started.filter(
    (other) =>
      other.program !== one.program &&
      other.turns.some(({ at, minutes }) => at < one.ends && at + minutes * MINUTE_MS > one.at),
  )
  const names = [...new Set(beside.map(({ program }) => `"${program.name}"`))].slice(0, OTHERS_MAX)
  return { vi: names.join(', '), en: names.join(', ') }
}

function windowOf({ from, to }: Extract<Program['start'], { by: 'moisture' }>): number {
  return (clockTimeMs(to) - clockTimeMs(from) + DAY_MS) % DAY_MS
}

/** Each zone's fullest day. */
function dayDoubts(house: Greenhouse, clock: LocalClock): readonly Fault[] {
  const days = plannedDays(house, clock)
  return house.zones.flatMap(({ id, name, daily_L }) => {
    const litres = Math.max(0, ...days.map(({ zones }) => zones.get(id) ?? 0))
    if (litres < MOST_OF_DAY * daily_L) return []
    return [
      fault('GREENHOUSE_MOST_OF_DAY', {
        ...{ house: house.id, at: '/programs', litres: Math.round(litres), daily: Math.round(daily_L) },
        ...{ left: Math.max(0, Math.round(daily_L - litres)), ...words('zone', name) },
      }),
    ]
  })
}

function zonesOf(house: Greenhouse, ids: readonly string[]): readonly Zone[] {
  return house.zones.filter(({ id }) => ids.includes(id))
}

function nameOf({ name }: Program): Text {
  return { vi: `chương trình "${name}"`, en: `program "${name}"` }
}
