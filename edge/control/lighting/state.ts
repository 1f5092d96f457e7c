import Type, { type Static } from 'typebox'
import { LAMPS_MAX, LightingStreet } from '../../../core/documents/lighting-street.ts'
import { fault } from '../../../core/errors.ts'
import { err, ok, type Result } from '../../../core/result.ts'
import { checker } from '../../../core/schema.ts'
import { isTimeZone } from '../../../core/time-zone.ts'

/**
 * Everything that a street's controller remembers, as plain JSON: it is written to disk and read back after a power
 * cut. All `…T` and `t` are milliseconds on the street's own timeline (edge/control/timeline.ts); `…At` are UTC.
 */

/** Orders in force at once: what comes beyond them is not taken. Of these so many are kept free for emergencies. */
export const HOLDS_MAX = 40
export const HOLDS_FOR_EMERGENCIES = 8
/** Times at which a lamp went out by itself, the newest. */
export const DROPS_MAX = 8
/** Faults of one street that are in force or suspected at once: three of each lamp, and those of the cabinet. */
export const FAULTS_MAX = 3 * LAMPS_MAX + 200

const Time = Type.Number()
const Maybe = <S extends Parameters<typeof Type.Union>[0][number]>(schema: S) =>
  Type.Union([schema, Type.Null()])

const Hold = Type.Object({
  command: Type.String(),
  order: Type.Number(),
  who: Type.String(),
  why: Type.String(),
  /** Ids of its lamps, as the street was when it was asked. */
  lamps: Type.Array(Type.String(), { maxItems: LAMPS_MAX }),
  level: Type.Number({ minimum: 0, maximum: 100 }),
  untilT: Maybe(Time),
  emergency: Type.Boolean(),
  override: Type.Boolean(),
})

/** With whose right it was last told; null for the plan's. */
const Right = Maybe(Type.Union([Type.Literal('emergency'), Type.Literal('override')]))

const LampMemory = Type.Object({
  id: Type.String(),
  /** Percent of light that it was told; null before it was told anything. */
  level: Maybe(Type.Number()),
  right: Right,
  /** When `level` last changed, or its supply came back: its power is not judged for a while. */
  changedT: Time,
  /** When its claim was last told. */
  toldT: Time,
  /** What its driver was last known to be told, by whomever; null where that is `level`, or not known: then it is too. */
  driven: Maybe(Type.Number()),
  /** Read back, or confirmed by its driver, since `changedT`; null for not yet. */
  shown: Maybe(Type.Number()),
  /** What it read back last, or its driver confirmed, since `changedT`, be it what it was told or not; null for not yet. */
  reads: Maybe(Type.Number()),
  /** It has said its level before, so it will again: until then nobody knows what it should draw. */
  tells: Type.Boolean(),
  /** When its device was last heard, or first listened for. */
  heardT: Time,
  power_W: Maybe(Type.Number()),
  powerT: Time,
  /** Share of its rated power that its light really takes, and of how many samples it was learnt. */
  load: Maybe(Type.Object({ share: Type.Number(), samples: Type.Integer() })),
  /** It was told to burn, and its last sample says that it does not. */
  dark: Type.Boolean(),
  dropsT: Type.Array(Time, { maxItems: DROPS_MAX }),
  /** Somebody moves near it until then. */
  motionT: Time,
  /** Its own counter when it was last heard, and what it should have counted since: in case it is never heard again. */
  count: Maybe(
    Type.Object({ Wh: Type.Number(), t: Time, reckoned_Wh: Type.Optional(Type.Number({ minimum: 0 })) }),
  ),
  energy_Wh: Type.Number(),
  hours: Type.Number(),
  /** Until when hours and energy are reckoned, and when the energy was last told. */
  settledT: Time,
  energyToldT: Time,
})

const FeederMemory = Type.Object({
  id: Type.String(),
  /** Told to be closed. */
  closed: Type.Boolean(),
  right: Right,
  /** What its contactor's driver was last known to be told, by whomever; null for not known: then it is `closed`. */
  driven: Maybe(Type.Boolean()),
  changedT: Time,
  /** When its driver confirmed that it has acted on that; null for not yet. */
  actedT: Maybe(Time),
  toldT: Time,
  /** Its power when it was last told to open. */
  before_W: Maybe(Type.Number()),
  /** Since when no lamp of it is wanted. */
  idleT: Maybe(Time),
  /** What its contactor's own contact says, its power and its voltage, and when each was last heard. */
  contact: Maybe(Type.Boolean()),
  power_W: Maybe(Type.Number()),
  powerT: Time,
  voltage_V: Maybe(Type.Number()),
  voltageT: Time,
  count: Maybe(Type.Object({ Wh: Type.Number(), t: Time })),
  energy_Wh: Type.Number(),
  baseline_Wh: Type.Number(),
})

const SensorMemory = Type.Object({
  value: Maybe(Type.Number()),
  heardT: Time,
  /** What is believed: dark, motion, bad weather. */
  on: Type.Boolean(),
  /** Since when the value speaks against what is believed; of motion, since when it lasts. */
  turnT: Maybe(Time),
})

const FaultMemory = Type.Object({
  /** Of its alarm; null while it is only suspected. */
  alarm: Maybe(Type.String()),
  /** Samples in a row that speak for it before it is in force, against it afterwards. */
  samples: Type.Integer({ minimum: 0 }),
})

export const LightingStateSchema = Type.Object({
  v: Type.Literal(1),
  street: LightingStreet,
  /** `mono` is null after a restore: the next step starts a new stretch of the timeline. */
  timeline: Type.Object({ t: Time, mono: Maybe(Type.Number()), at: Maybe(Type.Number()) }),
  /** When this boot of the node began. */
  bootT: Time,
  holds: Type.Array(Hold, { maxItems: HOLDS_MAX }),
  lamps: Type.Array(LampMemory, { maxItems: LAMPS_MAX }),
  feeders: Type.Array(FeederMemory, { maxItems: 24 }),
  /** By `device/channel`. */
  sensors: Type.Record(Type.String(), SensorMemory),
  /** Who moves which way: the last sensor that saw somebody, and the direction along the street. */
  passer: Maybe(
    Type.Object({
      at_m: Type.Number(),
      t: Time,
      ahead: Type.Union([Type.Literal(-1), Type.Literal(0), Type.Literal(1)]),
    }),
  ),
  meterT: Time,
  /** When each module that reads contacts was last heard, or first listened for; an older edition did not ask. */
  modulesT: Type.Optional(Type.Record(Type.String(), Time)),
  phases_V: Type.Array(Maybe(Type.Number()), { maxItems: 3 }),
  /** What the last step made of night, weather and traffic. */
  scene: Type.Object({
    lit: Type.Boolean(),
    /** Of the profile, percent. */
    level: Type.Number(),
    /** Classes by which the street must be brighter (or may be darker) than its own. */
    brighter: Type.Integer(),
    raised: Type.Integer(),
  }),
  faults: Type.Record(Type.String(), FaultMemory),
  nextAlarm: Type.Integer({ minimum: 1 }),
  energy: Type.Object({
    /** UTC up to which energy is reckoned, null before the time was known; and in which boot it was. */
    upToAt: Maybe(Type.Number()),
    upToT: Time,
    bootT: Maybe(Time),
  }),
  /** Warnings about the document that were told. */
  warned: Type.String(),
  /** Last told value of each derived point, by `device/channel`, and when. */
  told: Type.Record(Type.String(), Type.Object({ value: Type.Number(), t: Time })),
})

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T

export type LightingState = DeepReadonly<Omit<Static<typeof LightingStateSchema>, 'street' | 'modulesT'>> & {
  readonly street: LightingStreet
  readonly modulesT: Readonly<Record<string, number>>
}
export type Hold = LightingState['holds'][number]
export type LampMemory = LightingState['lamps'][number]
export type FeederMemory = LightingState['feeders'][number]
export type SensorMemory = DeepReadonly<Static<typeof SensorMemory>>
export type FaultMemory = DeepReadonly<Static<typeof FaultMemory>>

/** A street that has seen nothing yet. */
export function createLightingState(street: LightingStreet): LightingState {
  return {
    v: 1,
    street,
    timeline: { t: 0, mono: null, at: null },
    bootT: 0,
    holds: [],
    lamps: street.lamps.map((lamp) => createLamp(lamp, 0)),
    feeders: street.feeders.map((feeder) => createFeeder(feeder, 0)),
    sensors: {},
    passer: null,
    meterT: 0,
    modulesT: {},
    phases_V: [],
    scene: { lit: false, level: 0, brighter: 0, raised: 0 },
    faults: {},
    nextAlarm: 1,
    energy: { upToAt: null, upToT: 0, bootT: null },
    warned: '',
    told: {},
  }
}

/** Before any time of the timeline; finite, because JSON knows no infinity. */
export const LONG_AGO = Number.MIN_SAFE_INTEGER

/** A lamp of which nothing is known yet. */
export function createLamp(
  { id, hours }: { readonly id: string; readonly hours: number },
  t: number,
): LampMemory {
  return {
    id,
    level: null,
    right: null,
    changedT: t,
    toldT: LONG_AGO,
    driven: null,
    shown: null,
    tells: false,
    reads: null,
    heardT: t,
    power_W: null,
    powerT: LONG_AGO,
    load: null,
    dark: false,
    dropsT: [],
    motionT: LONG_AGO,
    count: null,
    energy_Wh: 0,
    hours,
    settledT: t,
    energyToldT: t,
  }
}

/** A feeder is taken to be closed until it is told otherwise: that is how its contactor stands without a node. */
export function createFeeder({ id }: { readonly id: string }, t: number): FeederMemory {
  return {
    id,
    closed: true,
    right: null,
    driven: null,
    changedT: t,
    actedT: null,
    toldT: LONG_AGO,
    before_W: null,
    idleT: null,
    contact: null,
    power_W: null,
    powerT: LONG_AGO,
    voltage_V: null,
    voltageT: LONG_AGO,
    count: null,
    energy_Wh: 0,
    baseline_Wh: 0,
  }
}

const check = checker(LightingStateSchema)

/**
 * Takes up a persisted state after a restart, for the street's present document (give it as a `document` input when it
 * has changed). Holds, faults, counters and levels go on; every claim is told anew.
 * Fault: LIGHTING_STATE_UNREADABLE, upon which the caller begins with `createLightingState`.
 */
export function restoreLightingState(saved: unknown): Result<LightingState> {
  const checked = check(saved)
  if (!checked.ok) {
    const { path, message } = checked.problem
    return err(fault('LIGHTING_STATE_UNREADABLE', { path: path === '' ? '/' : path, reason: message }))
  }
  const state: LightingState = { ...checked.value, modulesT: checked.value.modulesT ?? {} }
  const { street, lamps, feeders, timeline } = state
  const fits =
    lamps.length === street.lamps.length &&
    lamps.every(({ id }, index) => id === street.lamps[index]?.id) &&
    feeders.length === street.feeders.length &&
    feeders.every(({ id }, index) => id === street.feeders[index]?.id)
  if (!fits)
    return err(fault('LIGHTING_STATE_UNREADABLE', { path: '/lamps', reason: 'are not those of the street' }))
  if (!isTimeZone(street.timeZone))
    return err(fault('LIGHTING_STATE_UNREADABLE', { path: '/street/timeZone', reason: 'is no time zone' }))
  if (!Number.isFinite(timeline.t))
    return err(fault('LIGHTING_STATE_UNREADABLE', { path: '/timeline/t', reason: 'is not a time' }))
  return ok({
    ...state,
    timeline: { ...timeline, mono: null },
    lamps: lamps.map((lamp) => ({ ...lamp, toldT: LONG_AGO })),
    feeders: feeders.map((feeder) => ({ ...feeder, toldT: LONG_AGO })),
    told: {},
  })
}
