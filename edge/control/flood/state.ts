import Type, { type Static } from 'typebox'
import { FloodStation } from '../../../core/documents/flood-station.ts'
import { fault } from '../../../core/errors.ts'
import { err, ok, type Result } from '../../../core/result.ts'
import { checker } from '../../../core/schema.ts'

/**
 * Everything that the flood controller remembers, as plain JSON: it is written to disk and read back after a power
 * cut. All `…T` and `t` are milliseconds on the station's own timeline, which runs with the monotonic clock and, over
 * a reboot, with whatever the wall clock says has passed (never backwards); see `advanceTimeline`.
 */

const Time = Type.Number()
const Maybe = <S extends Parameters<typeof Type.Union>[0][number]>(schema: S) =>
  Type.Union([schema, Type.Null()])

const Sample = Type.Object({ t: Time, stage_m: Type.Number() })

const LevelMemory = Type.Object({
  /** Báo động in force, 0 for none. */
  inForce: Type.Integer({ minimum: 0, maximum: 3 }),
  /** For báo động 1, 2 and 3: since when the stage has stayed far enough under it. */
  underT: Type.Tuple([Maybe(Time), Maybe(Time), Maybe(Time)]),
  /** The last `raise.of` good samples. */
  window: Type.Array(Sample, { maxItems: 64 }),
})

const QualityMemory = Type.Object({
  /** The last sample that was believed. */
  good: Maybe(Sample),
  /** Jumps in a row to one side of `good`, oldest first, that wait for the next sample to agree with them. */
  pending: Type.Array(Sample, { maxItems: 2 }),
  /** Time of the newest sample heard, believed or not: an older one is a duplicate or late. */
  newestT: Maybe(Time),
  /** Since when the stage has not moved. */
  flat: Maybe(Sample),
  /** When a believed sample was last heard; starts with the station. */
  goodT: Time,
  /** What the device itself last said was wrong with the channel; null once it measures again. */
  failed: Maybe(Type.String()),
})

const RiseMemory = Type.Object({
  /** Good samples of the window, oldest first. */
  history: Type.Array(Sample, { maxItems: 256 }),
  /** Consecutive estimates at or above the limit. */
  over: Type.Integer({ minimum: 0 }),
  underT: Maybe(Time),
})

/** Rain of one or more report intervals, taken as even between `fromT` and `toT`. */
const RainSpell = Type.Object({
  fromT: Time,
  toT: Time,
  mm: Type.Number({ minimum: 0 }),
  reports: Type.Integer({ minimum: 1 }),
})

const RainMemory = Type.Object({
  counter: Maybe(Type.Object({ t: Time, count: Type.Number() })),
  spells: Type.Array(RainSpell, { maxItems: 4000 }),
  /** UTC bounds of the hydrological day being summed. */
  day: Maybe(Type.Object({ from: Type.Number(), to: Type.Number() })),
  /** The last report was refused as contact bounce. */
  bounced: Type.Boolean(),
  /** When the windows were last summed. */
  summedT: Time,
})

const ActiveAlarm = Type.Object({ id: Type.String(), level: Type.Integer({ minimum: 0, maximum: 5 }) })

const OutputMemory = Type.Object({
  value: Type.Union([Type.Literal(0), Type.Literal(1)]),
  toldT: Time,
  /** When the pattern began that it was told of. */
  patternT: Type.Optional(Time),
  /** How often this value was told without a confirmation. */
  tries: Type.Integer({ minimum: 0 }),
  confirmed: Type.Boolean(),
  /** When the output was last switched on and a confirmation of it came back. */
  soundedT: Maybe(Time),
  /** Since when it is feared (no answer to an alarm) or `heard` (read back) that the output does otherwise. */
  contrary: Maybe(Type.Object({ t: Time, heard: Type.Boolean() })),
})

export const FloodStateSchema = Type.Object({
  v: Type.Literal(1),
  station: FloodStation,
  /** `mono` is null after a restore: the next step starts a new stretch of the timeline. */
  timeline: Type.Object({ t: Time, mono: Maybe(Type.Number()), at: Maybe(Type.Number()) }),
  level: LevelMemory,
  quality: QualityMemory,
  rise: RiseMemory,
  rain: RainMemory,
  alarms: Type.Object({
    next: Type.Integer({ minimum: 1 }),
    active: Type.Record(Type.String(), ActiveAlarm),
  }),
  silence: Maybe(Type.Object({ untilT: Time, who: Type.String() })),
  /** Last value of the push button; null until it has been heard once. */
  button: Maybe(Type.Number()),
  selfTest: Type.Object({
    /** UTC at which the next one is due. */
    dueAt: Maybe(Type.Number()),
    /** UTC at which `dueAt` was worked out; a clock behind it was stepped, and the due time is worked out again. */
    plannedAt: Type.Number(),
    /** When it last began by itself, or was first planned: on the timeline, which no setting of a clock moves. */
    ranT: Type.Optional(Time),
    running: Maybe(Type.Object({ startT: Time, skipPulse: Type.Boolean() })),
  }),
  /** Hop → when it was last proven. */
  hops: Type.Record(Type.String(), Time),
  unproven: Type.Array(Type.String()),
  /** `device/output` → what it was told. */
  outputs: Type.Record(Type.String(), OutputMemory),
  /** Outputs that `output-fault` has told of. */
  disobeying: Type.Array(Type.String()),
  /** Start of the running alarm pattern: it is not restarted by a tick, only by a change of level. */
  patternT: Time,
  /** Last told value and flag of each derived point. */
  told: Type.Record(Type.String(), Type.String()),
})

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T

export type FloodState = DeepReadonly<Omit<Static<typeof FloodStateSchema>, 'station'>> & {
  readonly station: FloodStation
}
export type Sample = DeepReadonly<Static<typeof Sample>>
export type RainSpell = DeepReadonly<Static<typeof RainSpell>>
export type OutputMemory = DeepReadonly<Static<typeof OutputMemory>>

/** A station that has seen nothing yet. Its first step tells every output to rest. */
export function createFloodState(station: FloodStation): FloodState {
  return {
    v: 1,
    station,
    timeline: { t: 0, mono: null, at: null },
    level: { inForce: 0, underT: [null, null, null], window: [] },
    quality: { good: null, pending: [], newestT: null, flat: null, goodT: 0, failed: null },
    rise: { history: [], over: 0, underT: null },
    rain: { counter: null, spells: [], day: null, bounced: false, summedT: 0 },
    alarms: { next: 1, active: {} },
    silence: null,
    button: null,
    selfTest: { dueAt: null, plannedAt: 0, running: null },
    hops: {},
    unproven: [],
    outputs: {},
    disobeying: [],
    patternT: 0,
    told: {},
  }
}

const check = checker(FloodStateSchema)

/**
 * Takes up a persisted state after a restart, for the station's present document (give it as a `document` input when
 * it has changed). Alarms, serial numbers and silences go on; hold timers begin again, because nobody watched the
 * water meanwhile; every output is told anew, because a reboot may have changed what the hardware does.
 * Fault: FLOOD_STATE_UNREADABLE, upon which the caller begins with `createFloodState`.
 */
export function restoreFloodState(saved: unknown): Result<FloodState> {
  const checked = check(saved)
  if (!checked.ok) {
    const { path, message } = checked.problem
    return err(fault('FLOOD_STATE_UNREADABLE', { path: path === '' ? '/' : path, reason: message }))
  }
  const state: FloodState = checked.value
  const { t } = state.timeline
  if (
    ![t, ...timesIn(state), ...Object.values(state.hops)].every(
      (time) => time <= t && Number.isSafeInteger(Math.round(time)),
    )
  )
    return err(
      fault('FLOOD_STATE_UNREADABLE', { path: '/timeline', reason: 'lies before what it remembers' }),
    )
  return ok({
    ...state,
    timeline: { ...state.timeline, mono: null },
    level: { ...state.level, underT: [null, null, null] },
    quality: { ...state.quality, flat: 'sensor-stuck' in state.alarms.active ? state.quality.flat : null },
    silence: shortened(state),
    button: null,
    rise: { ...state.rise, over: 0, underT: null },
    selfTest: { ...state.selfTest, dueAt: null, running: null },
    outputs: rested(state),
    told: {},
  })
}

/** Every time of the timeline in a part of the state, by the names that times have there. */
function timesIn(part: unknown): readonly number[] {
  if (typeof part !== 'object' || part === null) return []
  return Object.entries(part).flatMap(([key, value]) => {
    if (typeof value === 'number')
      return (key === 't' || key.endsWith('T')) && key !== 'untilT' ? [value] : []
    return timesIn(value)
  })
}

/** A silence never lasts longer than the station allows, whatever the disk says. */
function shortened({ silence, station, timeline }: FloodState): FloodState['silence'] {
  if (silence === null) return null
  return { ...silence, untilT: Math.min(silence.untilT, timeline.t + station.silence.longest_min * 60_000) }
}

/** Before any time of the timeline; finite, because JSON knows no infinity. */
const LONG_AGO = Number.MIN_SAFE_INTEGER

/** Keeps the proofs, and the faults that people know of; forgets what was told, so that all is told again. */
function rested({ outputs, disobeying }: FloodState): FloodState['outputs'] {
  return Object.fromEntries(
    Object.entries(outputs).map(([key, memory]) => {
      const contrary = disobeying.includes(key) ? memory.contrary : null
      return [key, { ...memory, toldT: LONG_AGO, tries: 0, confirmed: false, contrary }]
    }),
  )
}
