import Type, { type Static } from 'typebox'
import { WordText } from '../../core/wire/messages.ts'
import { Nullable, Problem } from './schema.ts'

/**
 * What the hub returns under /api/v1/farms. Water in litres and L/min, depths in mm (litres per square metre are the
 * same figure), fertiliser in mL, soil moisture in percent of volume, times UTC milliseconds; `null` means "not known".
 */

const Name = Type.Object({ id: Type.String(), name: WordText })
const Value = Nullable(Type.Number())

export const FarmZone = Type.Object({
  ...Name.properties,
  area_m2: Type.Number(),
  crop: Nullable(Type.String()),
  moisture: Value,
  /** It has moisture probes, and none of them has said anything that soil can be for as long as they may be silent. */
  lost: Type.Boolean(),
  /** Volume percent at field capacity and at the wilting point, and the share of what lies between that may be used up. */
  fieldCapacity: Type.Number(),
  wilting: Type.Number(),
  depletion: Type.Number(),
  soilTemperature_C: Value,
  ec_uScm: Value,
  ph: Value,
  /** Water that is missing in the root zone. */
  deficit_mm: Value,
  /** Seconds that it still waters; 0 while it does not. */
  left_s: Value,
  /** When a program waters it next; null for none that is known. */
  next: Nullable(Type.Integer()),
  today_L: Value,
  /** Of one run, and of a day. */
  longest_min: Type.Number(),
  daily_L: Type.Number(),
  /** What it takes when all is well, as learnt. */
  usual_Lmin: Value,
})
export type FarmZone = Static<typeof FarmZone>

export const FarmProblem = Type.Object({
  /** POST /api/v1/alerts/{alarm}/acknowledge says that somebody has taken it. */
  alarm: Type.String(),
  rule: Type.String(),
  /** 0 to know, to 3: the crop or the pump is in danger. */
  level: Type.Integer(),
  since: Type.Integer(),
  /** Null while it is there. */
  until: Nullable(Type.Integer()),
  text: WordText,
  /** What to do about it. */
  next: WordText,
  device: Nullable(Type.String()),
  /** Of that device, what is held back: named under `outputs`. Null where an older node did not say. */
  output: Nullable(Type.String()),
  zone: Nullable(Type.String()),
  acknowledgedBy: Nullable(Type.String()),
  acknowledgedAt: Nullable(Type.Integer()),
})
export type FarmProblem = Static<typeof FarmProblem>

/** GET /api/v1/farms has all of them, GET /api/v1/farms/{edge}/{id} one. */
export const FarmView = Type.Object({
  edge: Type.String(),
  online: Type.Boolean(),
  lastSeen: Nullable(Type.Integer()),
  ...Name.properties,
  location: Type.Object({ lat: Type.Number(), lon: Type.Number() }),
  timeZone: Type.String(),
  area_m2: Type.Number(),
  /** Zones that are being watered now. */
  running: Nullable(Type.Integer()),
  /** A person has stopped all water. */
  paused: Nullable(Type.Boolean()),
  pump: Nullable(Type.Boolean()),
  flow_Lmin: Value,
  pressure_kPa: Value,
  /** Null where it has none. */
  tank: Nullable(Type.Object({ percent: Value, litres: Value, low: Type.Boolean() })),
  climate: Type.Object({
    temperature_C: Value,
    humidity: Value,
    vpd_kPa: Value,
    co2_ppm: Value,
    light_lx: Value,
  }),
  /** Reference evapotranspiration of the last whole day. */
  et0_mm: Value,
  today_L: Value,
  zones: Type.Array(FarmZone),
  recipes: Type.Array(Type.Object({ id: Type.String(), name: Type.String() })),
  /** All that it drives: what an interlock may hold. */
  outputs: Type.Array(Type.Object({ device: Type.String(), output: Type.String(), name: WordText })),
  /** What is wrong now, the worst first. */
  problems: Type.Array(FarmProblem),
})
export type FarmView = Static<typeof FarmView>

export const UseBy = Type.Enum(['day', 'week', 'month'])
export type UseBy = Static<typeof UseBy>

const Used = Type.Object({
  water_L: Value,
  /** Over the area: millimetres, which are litres per square metre. */
  water_mm: Value,
  fertiliser_mL: Value,
  fertiliser_mLm2: Value,
})
export type Used = Static<typeof Used>

const Use = {
  ...Name.properties,
  area_m2: Type.Number(),
  /** One for each period. */
  used: Type.Array(Used),
  /** Over all periods, of what is known. */
  total: Used,
} as const
export const UsedBy = Type.Object(Use)
export type UsedBy = Static<typeof UsedBy>

/**
 * GET /api/v1/farms/use?by=day|week|month&from=&to=&edge=&farm= ; days, weeks (from Monday) and months are those of the
 * hub's zone; the first and the last may be parts of theirs.
 */
export const FarmUse = Type.Object({
  by: UseBy,
  timeZone: Type.String(),
  periods: Type.Array(Type.Object({ from: Type.Integer(), to: Type.Integer() })),
  farms: Type.Array(
    Type.Object({
      edge: Type.String(),
      ...Use,
      zones: Type.Array(UsedBy),
      /** Of each period: it is over, and every counter of water was heard on each of its days. */
      complete: Type.Array(Type.Boolean()),
    }),
  ),
})
export type FarmUse = Static<typeof FarmUse>

const ProblemAt = Type.Object({
  ...Problem.properties,
  /** Where it lies, as a JSON pointer; left out where it is about more than one place. */
  at: Type.Optional(Type.String()),
})

/** POST /api/v1/farms/{edge}/{id}/check: what is wrong with a document that is being written, and what it would water. */
export const FarmCheck = Type.Object({
  problems: Type.Array(ProblemAt),
  /** What may be saved and will surprise; none where it has problems. */
  warnings: Type.Array(ProblemAt),
  /** The document with what it leaves out filled in; null where it is no greenhouse's. */
  house: Nullable(Type.Record(Type.String(), Type.Unknown())),
  /** The next 24 h by this document; empty where it has problems. */
  plan: Type.Array(
    Type.Object({
      program: Type.String(),
      zone: Type.String(),
      at: Type.Integer(),
      minutes: Type.Number(),
      litres: Type.Number(),
    }),
  ),
})
export type FarmCheck = Static<typeof FarmCheck>
