import Type, { type Static } from 'typebox'
import { Greenhouse, PROGRAMS_MAX, ZONES_MAX } from '../../../core/documents/greenhouse.ts'
import { fault } from '../../../core/errors.ts'
import { err, ok, type Result } from '../../../core/result.ts'
import { checker } from '../../../core/schema.ts'
import { isTimeZone } from '../../../core/time-zone.ts'
import { NO_WEATHER } from './balance/weather-day.ts'
import { NO_MIST } from './climate/misting.ts'

/**
 * Everything that a greenhouse's controller remembers, as plain JSON: it is written to disk and read back after a power
 * cut. All `…T` and `t` are milliseconds on the greenhouse's own timeline (edge/control/timeline.ts); `…At` are UTC.
 */

/** Runs that wait, soak or water. One more is refused, and told. */
export const RUNS_MAX = 4 * ZONES_MAX
/** Runs that are over, the newest. */
export const JOURNAL_MAX = 200
/** Whole days of each zone's water before today. */
export const DAYS_KEPT = 6
/** Movements of the volume counter from which its flow is reckoned. */
export const COUNTS_MAX = 16
const FAULTS_MAX = 400
const INTERLOCKS_MAX = 200

const Time = Type.Number()
const Amount = Type.Number({ minimum: 0 })
const Name = Type.String({ maxLength: 100 })
const Maybe = <S extends Parameters<typeof Type.Union>[0][number]>(schema: S) =>
  Type.Union([schema, Type.Null()])
const Words = Type.Object({ vi: Type.String({ maxLength: 400 }), en: Type.String({ maxLength: 400 }) })

/** Why it waters: a program by its start, a program without its probe or its balance, or a person. */
export const RUN_CAUSES = ['clock', 'moisture', 'balance', 'fallback', 'person'] as const
export type RunCause = (typeof RUN_CAUSES)[number]

/** Why it ended, or never began. */
export const RUN_ENDS = [
  'done',
  'moist',
  'limit',
  'time',
  'stopped',
  'taken',
  'cut',
  'interlock',
  'burst',
  'no-flow',
  'valve',
  'missed',
  'skipped',
  'rain',
  'edited',
] as const
export type RunEnd = (typeof RUN_ENDS)[number]

/** `queued` waits for its turn, `soaking` for the next of its cycles; the valve is away from shut in the other three. */
const Phase = Type.Enum(['queued', 'soaking', 'opening', 'watering', 'closing'])

/** What is learnt of the water of one run, however many turns it has. */
const Fed = Type.Object({
  /** How strong nutrients are dosed against the recipe's ratio. */
  trim: Type.Number(),
  /** Acid or base: the other is out of the question for the rest of the run. */
  side: Maybe(Type.Enum(['acid', 'base'])),
  /** Measurements in a row that missed their target. */
  ecMissed: Type.Integer({ minimum: 0 }),
  phMissed: Type.Integer({ minimum: 0 }),
})

const Run = Type.Object({
  id: Type.Integer({ minimum: 1 }),
  zone: Name,
  program: Maybe(Name),
  /** Id of the command that asks it. */
  order: Maybe(Name),
  who: Maybe(Type.String({ maxLength: 120 })),
  cause: Type.Enum([...RUN_CAUSES]),
  recipe: Maybe(Name),
  /** It is over as soon as one of these is reached: seconds of water, litres, percent of moisture. */
  wants: Type.Object({ s: Amount, L: Maybe(Amount), moisture: Maybe(Type.Number()) }),
  cycles: Maybe(Type.Object({ run_s: Amount, soak_s: Amount })),
  phase: Phase,
  /** When the phase began, and before when a soaking one does not go on. */
  phaseT: Time,
  readyT: Time,
  queuedT: Time,
  beganAt: Maybe(Type.Number()),
  /** In this turn, and in all. */
  turn_s: Amount,
  s: Amount,
  L: Amount,
  /** Since when plain water rinses the pipe at the end of a turn with a recipe. */
  afterT: Maybe(Time),
  mL: Amount,
  /** What its doser has learnt in the turns before; left out before the first that was fed. */
  fed: Type.Optional(Fed),
  /** Moisture that it found when it began; null where no probe tells. */
  found: Type.Optional(Maybe(Type.Number())),
  /** Of one that closes: what it ends as; null to soak and go on. */
  end: Maybe(Type.Enum([...RUN_ENDS])),
  detail: Maybe(Words),
})

const JournalEntry = Type.Object({
  at: Type.Number(),
  until: Maybe(Type.Number()),
  zone: Name,
  program: Maybe(Name),
  order: Maybe(Name),
  who: Maybe(Type.String({ maxLength: 120 })),
  cause: Type.Enum([...RUN_CAUSES]),
  end: Type.Enum([...RUN_ENDS]),
  detail: Maybe(Words),
  L: Amount,
  s: Amount,
  recipe: Maybe(Name),
  mL: Amount,
})

const ZoneMemory = Type.Object({
  id: Name,
  /** Over its life, since midnight, on the whole days before (the newest first), and since its crop was planted. */
  total_L: Amount,
  today_L: Amount,
  days_L: Type.Array(Amount, { maxItems: DAYS_KEPT }),
  season: Type.String({ maxLength: 20 }),
  season_L: Amount,
  total_mL: Amount,
  /** What it takes when all is well, from so many sound runs, with the flow that the document gave it then. */
  usual: Type.Object({ Lmin: Amount, runs: Type.Integer({ minimum: 0 }), of_Lmin: Amount }),
  last_Lmin: Maybe(Amount),
  /** Moisture before water that must show, since when it is looked for, and how often it did not. */
  probe: Type.Object({
    before: Maybe(Type.Number()),
    sinceT: Time,
    unmoved: Type.Integer({ minimum: 0 }),
    stuckAt: Maybe(Type.Number()),
  }),
})

const ChannelMemory = Type.Object({
  id: Name,
  total_mL: Amount,
  today_mL: Amount,
  season_mL: Amount,
})

const SensorMemory = Type.Object({
  /** Last value that could be believed, and when it was heard, or first listened for. */
  value: Maybe(Type.Number()),
  goodT: Time,
  /** When anything was heard of it, and the last value that could not be believed. */
  heardT: Maybe(Time),
  wrong: Maybe(Type.Number()),
})

const OutputMemory = Type.Object({
  /** What it was asked, since when, and when the claim was last told. */
  asked: Type.Number(),
  askedT: Time,
  toldT: Time,
  /** When the device itself was last asked, not its claim renewed. */
  troubledT: Time,
  /** When its hardware is to end by itself. */
  untilT: Maybe(Time),
  /** What it was last known to do; null for not known. */
  known: Maybe(Type.Number()),
  knownT: Time,
  /** What its driver sent last in this boot, whoever asked for it; null or left out before that. */
  sent: Type.Optional(Maybe(Type.Number())),
  /** The last asking was given up by its driver. */
  failed: Type.Boolean(),
})

/** What one program remembers of one of its zones. */
const StartMemory = Type.Object({
  /** When its last run ended. */
  endedT: Maybe(Time),
  /** What its runs usually give. */
  usual_L: Maybe(Amount),
  /** Local day (days since 1970) of the last start without its probe or balance. */
  blindDay: Maybe(Type.Number()),
})

const DoserMemory = Type.Object({
  /** Of which run and turn it is. */
  run: Type.Integer(),
  /** The channel that gives now, and until when. */
  active: Maybe(Name),
  sinceT: Time,
  untilT: Time,
  /** When each channel last stopped; what it still has to give. */
  endedT: Type.Record(Type.String(), Time),
  owed_mL: Type.Record(Type.String(), Type.Number()),
  /** EC or pH is measured when this is over; null while nothing waits for it. */
  mixUntilT: Maybe(Time),
  ...Fed.properties,
})

/** Of the sensors that ET0 is reckoned from: edge/control/greenhouse/balance/weather-day.ts. */
const Extremes = Type.Object({
  range: Maybe(Type.Object({ max: Type.Number(), min: Type.Number() })),
  heardT: Time,
  seenMs: Amount,
})
const Integral = Type.Object({ value: Amount, heardT: Time, sum: Amount, seenMs: Amount })

const BalanceMemory = Type.Object({
  weather: Type.Object({
    temperature: Maybe(Extremes),
    humidity: Maybe(Extremes),
    wind: Maybe(Integral),
    radiation: Maybe(Integral),
  }),
  /** Local day (days since 1970) that is being gathered. */
  day: Maybe(Type.Number()),
  /** Whole days before it, the newest first; null where too little was measured. */
  days: Type.Array(Type.Object({ day: Type.Number(), et0_mm: Maybe(Amount) }), { maxItems: 14 }),
  /** By zone: water missing in its roots, what may be missing, and the crop that it is of. */
  zones: Type.Record(
    Type.String(),
    Type.Object({ deficit_mm: Amount, readily_mm: Amount, planted: Type.String({ maxLength: 20 }) }),
  ),
})

const ClimateMemory = Type.Object({
  mist: Type.Object({ thirsty: Type.Boolean(), pulseT: Maybe(Time) }),
  /** By id. */
  shade: Type.Record(Type.String(), Type.Object({ closed: Type.Boolean(), movedT: Maybe(Time) })),
})

const FaultMemory = Type.Object({
  /** Of its alarm; null while it is only suspected. */
  alarm: Maybe(Name),
  /** Since when it is suspected, or over; UTC at which it was raised. */
  sinceT: Maybe(Time),
  at: Type.Number(),
  /** As it was told. */
  text: Words,
  zone: Maybe(Name),
})

const InterlockMemory = Type.Object({
  name: Name,
  alarm: Maybe(Name),
  latched: Type.Boolean(),
  /** It is taken to hold its output back now. */
  holds: Type.Boolean(),
  sinceT: Time,
  /** When it is over by itself; null or left out where nobody knows. */
  untilT: Type.Optional(Maybe(Time)),
  /** Since when it holds nothing back; left out while its alarm does not outlast it. */
  freeT: Type.Optional(Time),
  at: Type.Number(),
  level: Type.Integer({ minimum: 0, maximum: 5 }),
  text: Words,
})

export const GreenhouseStateSchema = Type.Object({
  v: Type.Literal(1),
  house: Greenhouse,
  /** `mono` is null after a restore: the next step starts a new stretch of the timeline. */
  timeline: Type.Object({ t: Time, mono: Maybe(Type.Number()), at: Maybe(Type.Number()) }),
  /** When this boot of the node began. */
  bootT: Time,
  clock: Type.Object({
    /** The last time that somebody vouched for. */
    known: Maybe(Type.Object({ at: Type.Number(), t: Time })),
    /** What the node's clock showed first, which nobody vouched for. */
    first: Maybe(Type.Object({ at: Type.Number(), t: Time })),
    /** Up to when starts by the clock have been looked for, UTC. */
    lookedAt: Maybe(Type.Number()),
    /** Local day (days since 1970) of today's accounts. */
    day: Maybe(Type.Number()),
  }),
  paused: Maybe(Type.Object({ at: Type.Number(), who: Type.String({ maxLength: 120 }) })),
  runs: Type.Array(Run, { maxItems: RUNS_MAX }),
  nextRun: Type.Integer({ minimum: 1 }),
  journal: Type.Array(JournalEntry, { maxItems: JOURNAL_MAX }),
  zones: Type.Array(ZoneMemory, { maxItems: ZONES_MAX }),
  channels: Type.Array(ChannelMemory, { maxItems: 8 }),
  /** By `device/channel`. */
  sensors: Type.Record(Type.String(), SensorMemory),
  /** By `device/output`. */
  outputs: Type.Record(Type.String(), OutputMemory),
  /** By `program/zone`, and who wants the next start of a program left out. */
  starts: Type.Record(Type.String(), StartMemory),
  skips: Type.Record(Type.String(), Type.String({ maxLength: 120 })),
  doser: Maybe(DoserMemory),
  flow: Type.Object({
    /** Where counting began, and since then what the volume counter stood at each time that it had moved: the newest. */
    counts: Type.Array(Type.Object({ L: Type.Number(), t: Time }), { maxItems: COUNTS_MAX }),
    /** Ids of the zones that take water, since when, and what was measured of them once it had settled. */
    group: Type.String({ maxLength: 2_000 }),
    sinceT: Time,
    measured: Type.Object({ L: Amount, s: Amount }),
  }),
  /** Percent of the tank when its level last moved, and what all zones had had by then; left out in older states. */
  tank: Type.Optional(Maybe(Type.Object({ percent: Type.Number(), poured_L: Amount }))),
  rain: Type.Object({
    count: Maybe(Type.Number()),
    /** mm of each hour that had rain, by the hour on the timeline. */
    hours: Type.Array(Type.Object({ hour: Type.Integer(), mm: Amount }), { maxItems: 25 }),
    /** Since midnight. */
    day_mm: Amount,
  }),
  balance: BalanceMemory,
  climate: ClimateMemory,
  faults: Type.Record(Type.String(), FaultMemory),
  interlocks: Type.Record(Type.String(), InterlockMemory),
  /** By `device/output name`: how often an alarm of theirs came within an hour; left out in older states. */
  comings: Type.Optional(
    Type.Record(Type.String(), Type.Object({ times: Type.Integer({ minimum: 1 }), sinceT: Time })),
  ),
  nextAlarm: Type.Integer({ minimum: 1 }),
  /** Last told value of each point, and when. */
  told: Type.Record(Type.String(), Type.Object({ value: Type.Number(), t: Time })),
})

export const LIMITS = { FAULTS_MAX, INTERLOCKS_MAX, STARTS_MAX: PROGRAMS_MAX * ZONES_MAX } as const

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T

export type GreenhouseState = DeepReadonly<
  Omit<Static<typeof GreenhouseStateSchema>, 'house' | 'tank' | 'comings'>
> & {
  readonly house: Greenhouse
  readonly tank: { readonly percent: number; readonly poured_L: number } | null
  readonly comings: Readonly<Record<string, { readonly times: number; readonly sinceT: number }>>
}
export type Run = GreenhouseState['runs'][number]
export type JournalEntry = GreenhouseState['journal'][number]
export type ZoneMemory = GreenhouseState['zones'][number]
export type ChannelMemory = GreenhouseState['channels'][number]
export type SensorMemory = DeepReadonly<Static<typeof SensorMemory>>
export type OutputMemory = DeepReadonly<Static<typeof OutputMemory>>
export type StartMemory = DeepReadonly<Static<typeof StartMemory>>
export type Fed = DeepReadonly<Static<typeof Fed>>
export type DoserMemory = DeepReadonly<Static<typeof DoserMemory>>
export type FaultMemory = DeepReadonly<Static<typeof FaultMemory>>
export type InterlockMemory = DeepReadonly<Static<typeof InterlockMemory>>

/** A greenhouse that has seen nothing yet. */
export function createGreenhouseState(house: Greenhouse): GreenhouseState {
  return {
    v: 1,
    house,
    timeline: { t: 0, mono: null, at: null },
    bootT: 0,
    clock: { known: null, first: null, lookedAt: null, day: null },
    paused: null,
    runs: [],
    nextRun: 1,
    journal: [],
    zones: house.zones.map(createZone),
    channels: (house.fertiliser?.channels ?? []).map(createChannel),
    sensors: {},
    outputs: {},
    starts: {},
    skips: {},
    doser: null,
    flow: { counts: [], group: '', sinceT: 0, measured: { L: 0, s: 0 } },
    tank: null,
    rain: { count: null, hours: [], day_mm: 0 },
    balance: { weather: NO_WEATHER, day: null, days: [], zones: {} },
    climate: { mist: NO_MIST, shade: {} },
    faults: {},
    interlocks: {},
    comings: {},
    nextAlarm: 1,
    told: {},
  }
}

/** Before any time of the timeline; finite, because JSON knows no infinity. */
export const LONG_AGO = Number.MIN_SAFE_INTEGER

export function createZone({ id }: { readonly id: string }): ZoneMemory {
  return {
    id,
    total_L: 0,
    today_L: 0,
    days_L: [],
    season: '',
    season_L: 0,
    total_mL: 0,
    usual: { Lmin: 0, runs: 0, of_Lmin: 0 },
    last_Lmin: null,
    probe: { before: null, sinceT: 0, unmoved: 0, stuckAt: null },
  }
}

export function createChannel({ id }: { readonly id: string }): ChannelMemory {
  return { id, total_mL: 0, today_mL: 0, season_mL: 0 }
}

const check = checker(GreenhouseStateSchema)

/**
 * Takes up a persisted state after a restart, for the greenhouse's present document (give it as a `document` input when
 * it has changed). Budgets, counters, the journal and what is learnt go on; a run that watered when the power went is
 * ended by the next step. Fault: GREENHOUSE_STATE_UNREADABLE, upon which the caller begins with `createGreenhouseState`.
 */
export function restoreGreenhouseState(saved: unknown): Result<GreenhouseState> {
  const unreadable = (path: string, reason: string) =>
    err(fault('GREENHOUSE_STATE_UNREADABLE', { path: path === '' ? '/' : path, reason }))
  const checked = check(saved)
  if (!checked.ok) return unreadable(checked.problem.path, checked.problem.message)
  const { tank = null, comings = {}, ...rest } = checked.value
  const state: GreenhouseState = { ...rest, tank, comings }
  const { house, zones, channels, timeline } = state
  const places = house.fertiliser?.channels ?? []
  if (!isSame(zones, house.zones)) return unreadable('/zones', 'are not those of the greenhouse')
  if (!isSame(channels, places)) return unreadable('/channels', 'are not those of the greenhouse')
  if (!isTimeZone(house.timeZone)) return unreadable('/house/timeZone', 'is no time zone')
  if (!Number.isFinite(timeline.t)) return unreadable('/timeline/t', 'is not a time')
  const outputs = Object.entries(state.outputs).map(([key, output]) => [key, { ...output, toldT: LONG_AGO }])
  return ok({
    ...state,
    timeline: { ...timeline, mono: null },
    outputs: Object.fromEntries(outputs),
    told: {},
  })
}

function isSame(one: readonly { readonly id: string }[], other: readonly { readonly id: string }[]): boolean {
  return one.length === other.length && one.every(({ id }, index) => id === other[index]?.id)
}
