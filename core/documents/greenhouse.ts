import Type, { type Static } from 'typebox'
import { CHANNEL_PATTERN, ID_PATTERN } from '../ids.ts'

/**
 * A greenhouse (or a field) as a document: its water, zones, fertiliser, climate, and the programs by which it is
 * watered. Water in litres and L/min, depths in mm, soil moisture in percent of volume, durations as the key's suffix
 * says. What may never happen is not written here: interlocks stand beside the equipment, in the node's configuration.
 */

const strict = { additionalProperties: false } as const
const Id = Type.String({ pattern: ID_PATTERN })
const Channel = Type.String({ maxLength: 60, pattern: CHANNEL_PATTERN })
const Words = Type.Object(
  { vi: Type.String({ minLength: 1, maxLength: 120 }), en: Type.String({ minLength: 1, maxLength: 120 }) },
  strict,
)
/** What people call a thing here, in whatever language they speak to each other. */
const Called = Type.String({ minLength: 1, maxLength: 60 })
export const ClockTime = Type.String({ pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$' })
const Day = Type.String({ pattern: '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$' })
const Weekday = Type.Enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])
const Percent = Type.Number({ minimum: 0, maximum: 100 })
const Point = Type.Object({ device: Id, channel: Channel }, strict)
const Output = Type.Object({ device: Id, output: Channel }, strict)
/** What holds where a document leaves it out, for the node that does it and the hub that shows it. */
export const USUAL = {
  longest_min: 60,
  soil: { fieldCapacity: 32, wilting: 15, depletion: 0.4 },
  silent_min: { water: 10, soil: 120, climate: 15 },
} as const

/** A sensor that has not been heard for this long is lost. */
const silentMin = (usual: number) => Type.Number({ minimum: 1, maximum: 10_080, default: usual })

export const ZONES_MAX = 32
export const PROGRAMS_MAX = 64

const Water = Type.Object(
  {
    /** What the pump or the main gives all zones together, L/min: programs that want more take turns. */
    gives_Lmin: Type.Number({ exclusiveMinimum: 0, maximum: 10_000 }),
    pump: Type.Optional(
      Type.Object(
        {
          ...Output.properties,
          /** Of a pump with variable speed: percent of its full flow at each percent of speed are taken as the same. */
          variable: Type.Boolean({ default: false }),
          /** The valve is open this long before the pump begins. */
          lead_s: Type.Number({ minimum: 0, maximum: 60, default: 3 }),
        },
        strict,
      ),
    ),
    /** Of all zones together: L/min, and a counter in litres. */
    flow: Type.Optional(Point),
    volume: Type.Optional(Point),
    /** kPa. */
    pressure: Type.Optional(Point),
    /** Percent of the tank that is full, and the litres that it holds; one that `refills` may stand full while it is used. */
    tank: Type.Optional(
      Type.Object(
        {
          ...Point.properties,
          ...{ holds_L: Type.Number({ exclusiveMinimum: 0 }), low: Percent },
          refills: Type.Optional(Type.Boolean()),
        },
        strict,
      ),
    ),
    silent_min: silentMin(USUAL.silent_min.water),
    /** A valve that has not said for so long that it does as it was told is taken for broken; left out, 120. */
    answer_s: Type.Optional(Type.Number({ minimum: 5, maximum: 3_600 })),
  },
  strict,
)

/** FAO-56: a crop's need against that of the reference grass, stage by stage from the day of planting; the last one lasts. */
const Crop = Type.Object(
  {
    name: Called,
    planted: Day,
    stages: Type.Array(
      Type.Object(
        {
          name: Called,
          days: Type.Integer({ minimum: 1, maximum: 730 }),
          kc: Type.Number({ exclusiveMinimum: 0, maximum: 2 }),
          root_m: Type.Number({ exclusiveMinimum: 0, maximum: 3 }),
        },
        strict,
      ),
      { minItems: 1, maxItems: 8 },
    ),
  },
  strict,
)
export type Crop = Static<typeof Crop>

const Soil = Type.Object(
  {
    /** Volume percent; where there are several probes their middle value counts. */
    moisture: Type.Array(Point, { maxItems: 4, default: [] }),
    temperature: Type.Optional(Point),
    /** Of the soil's water, µS/cm as its probe tells it. */
    ec: Type.Optional(Point),
    ph: Type.Optional(Point),
    /** Volume percent at field capacity and at the wilting point; the share of what lies between that may be used up. */
    fieldCapacity: Type.Number({ exclusiveMinimum: 0, maximum: 100, default: USUAL.soil.fieldCapacity }),
    wilting: Type.Number({ minimum: 0, maximum: 100, default: USUAL.soil.wilting }),
    depletion: Type.Number({ exclusiveMinimum: 0, maximum: 1, default: USUAL.soil.depletion }),
    silent_min: silentMin(USUAL.silent_min.soil),
  },
  { ...strict, default: {} },
)

const Zone = Type.Object(
  {
    id: Id,
    name: Words,
    valve: Output,
    area_m2: Type.Number({ exclusiveMinimum: 0, maximum: 1_000_000 }),
    /** What its drippers give together. */
    flow_Lmin: Type.Number({ exclusiveMinimum: 0, maximum: 10_000 }),
    /** Share of the water that reaches the roots. */
    efficiency: Type.Number({ exclusiveMinimum: 0, maximum: 1, default: 0.9 }),
    /** Share of the rain that falls outside that reaches its soil: 0 under a roof. */
    rained: Type.Number({ minimum: 0, maximum: 1, default: 0 }),
    soil: Soil,
    crop: Type.Optional(Crop),
    /** Of one run, and of a day from midnight to midnight, by whomever it is asked. */
    longest_min: Type.Number({ exclusiveMinimum: 0, maximum: 240, default: USUAL.longest_min }),
    daily_L: Type.Number({ exclusiveMinimum: 0, maximum: 10_000_000 }),
  },
  strict,
)
export type Zone = Static<typeof Zone>

const Fertiliser = Type.Object(
  {
    channels: Type.Array(
      Type.Object(
        {
          id: Id,
          name: Words,
          /** What stands in its tank: A and B curdle together, acid and base boil. */
          part: Type.Enum(['a', 'b', 'acid', 'base', 'other']),
          pump: Output,
          /** What its dosing pump gives while it runs. */
          rate_mLmin: Type.Number({ exclusiveMinimum: 0, maximum: 100_000 }),
          /** Of a day, by whomever it is asked. */
          daily_mL: Type.Number({ exclusiveMinimum: 0, maximum: 10_000_000 }),
        },
        strict,
      ),
      { minItems: 1, maxItems: 8 },
    ),
    /** Of the water behind the dosing: mS/cm at 25 °C, and pH. */
    ec: Type.Optional(Point),
    ph: Type.Optional(Point),
    silent_min: silentMin(5),
    /** One pulse and the time in which it mixes before it is measured: what a correction by EC or pH is made of. */
    pulse_s: Type.Number({ minimum: 1, maximum: 60, default: 5 }),
    mix_s: Type.Number({ minimum: 5, maximum: 600, default: 30 }),
    /** Water alone between two stocks that must not meet; no less than the interlocks of their pumps ask. Left out, 30. */
    flush_s: Type.Optional(Type.Number({ minimum: 5, maximum: 3_600 })),
  },
  strict,
)

/** What is fed with the water of one run. Dosed by ratio, and corrected towards EC and pH where they are given. */
export const Recipe = Type.Object(
  {
    id: Id,
    name: Called,
    /** Plain water before the first dose and after the last one, within the run. */
    before_min: Type.Number({ minimum: 0, maximum: 60, default: 2 }),
    after_min: Type.Number({ minimum: 0.5, maximum: 60, default: 3 }),
    doses: Type.Array(
      Type.Object({ channel: Id, mL_per_L: Type.Number({ exclusiveMinimum: 0, maximum: 100 }) }, strict),
      { maxItems: 8, default: [] },
    ),
    /** mS/cm; never dosed above `target` + `band`. */
    ec: Type.Optional(
      Type.Object(
        {
          target: Type.Number({ exclusiveMinimum: 0, maximum: 10 }),
          band: Type.Number({ exclusiveMinimum: 0, maximum: 2, default: 0.2 }),
        },
        strict,
      ),
    ),
    ph: Type.Optional(
      Type.Object(
        {
          target: Type.Number({ minimum: 3, maximum: 10 }),
          band: Type.Number({ exclusiveMinimum: 0, maximum: 2, default: 0.3 }),
        },
        strict,
      ),
    ),
  },
  strict,
)
export type Recipe = Static<typeof Recipe>

const Start = Type.Union([
  /** At these times, on these days; every day where none is named, or every so many days from `from`. */
  Type.Object(
    {
      by: Type.Literal('clock'),
      times: Type.Array(ClockTime, { minItems: 1, maxItems: 24 }),
      days: Type.Optional(Type.Array(Weekday, { minItems: 1, maxItems: 7, uniqueItems: true })),
      every: Type.Optional(
        Type.Object({ days: Type.Integer({ minimum: 2, maximum: 30 }), from: Day }, strict),
      ),
    },
    strict,
  ),
  /** When a zone is drier than `below`, between these times, until it is as moist as `until`; then a pause at least. */
  Type.Object(
    {
      by: Type.Literal('moisture'),
      below: Percent,
      until: Percent,
      from: ClockTime,
      to: ClockTime,
      pause_min: Type.Number({ minimum: 5, maximum: 1_440, default: 60 }),
    },
    strict,
  ),
  /** At this time, where the water balance (ET0, crop, rain) says that a zone has used up what it may. */
  Type.Object({ by: Type.Literal('balance'), at: ClockTime }, strict),
])

const Amount = Type.Union([
  Type.Object({ minutes: Type.Number({ minimum: 0.5, maximum: 240 }) }, strict),
  Type.Object({ litres: Type.Number({ minimum: 1, maximum: 1_000_000 }) }, strict),
  /** Depth on the zone's area. */
  Type.Object({ mm: Type.Number({ minimum: 0.1, maximum: 100 }) }, strict),
  /** What is missing: by the balance, or until the moisture is reached. Never beyond `most_min`. */
  Type.Object({ missing: Type.Literal(true), most_min: Type.Number({ minimum: 1, maximum: 240 }) }, strict),
])

export const Program = Type.Object(
  {
    id: Id,
    name: Called,
    on: Type.Boolean({ default: true }),
    /** Watered in this order, as many at once as the water allows. */
    zones: Type.Array(Id, { minItems: 1, maxItems: ZONES_MAX, uniqueItems: true }),
    start: Start,
    amount: Amount,
    /** In turns with pauses in which the soil takes it in; left out, in one go. */
    cycles: Type.Optional(
      Type.Object(
        {
          run_min: Type.Number({ minimum: 0.5, maximum: 120 }),
          soak_min: Type.Number({ minimum: 1, maximum: 240 }),
        },
        strict,
      ),
    ),
    recipe: Type.Optional(Id),
    /** Left out when at least so much rain has reached the zone in the last 24 h. */
    rain_mm: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 200 })),
  },
  strict,
)
export type Program = Static<typeof Program>

/** Between these times, local; over midnight where `to` is before `from`. */
const Hours = Type.Object({ from: ClockTime, to: ClockTime }, strict)

const Climate = Type.Object(
  {
    temperature: Type.Optional(Point),
    humidity: Type.Optional(Point),
    co2: Type.Optional(Point),
    /** lx, and µmol/(m²·s). */
    light: Type.Optional(Point),
    par: Type.Optional(Point),
    silent_min: silentMin(USUAL.silent_min.climate),
    /** From here on the crop cooks or freezes, and somebody must come. */
    hot_C: Type.Number({ minimum: 20, maximum: 60, default: 42 }),
    cold_C: Type.Number({ minimum: -20, maximum: 25, default: 8 }),
    misting: Type.Optional(
      Type.Object(
        {
          ...Output.properties,
          on: Type.Boolean({ default: true }),
          /** kPa of vapour pressure deficit: pulses begin above, and end below. */
          above_kPa: Type.Number({ exclusiveMinimum: 0, maximum: 6, default: 1.2 }),
          below_kPa: Type.Number({ exclusiveMinimum: 0, maximum: 6, default: 0.8 }),
          pulse_s: Type.Number({ minimum: 1, maximum: 300, default: 20 }),
          pause_s: Type.Number({ minimum: 10, maximum: 3_600, default: 120 }),
          /** Never above this humidity. */
          most_humidity: Type.Number({ minimum: 40, maximum: 98, default: 90 }),
          hours: Type.Optional(Hours),
        },
        strict,
      ),
    ),
    fans: Type.Array(
      Type.Object(
        {
          id: Id,
          name: Words,
          ...Output.properties,
          on: Type.Boolean({ default: true }),
          /** What the output holds when it is on in full: 1 of a relay, 100 of one in percent. */
          full: Type.Number({ exclusiveMinimum: 0, maximum: 100, default: 1 }),
          above_C: Type.Number({ minimum: 0, maximum: 60 }),
          below_C: Type.Number({ minimum: 0, maximum: 60 }),
          /** Also above this humidity. */
          above_humidity: Type.Optional(Percent),
          /** Of a fan with variable speed: this at `above_C`, rising to `full` at `full_C`. */
          least: Type.Optional(Percent),
          full_C: Type.Optional(Type.Number({ minimum: 0, maximum: 60 })),
          /** With its sensor lost: heat kills sooner than wind. */
          blind: Type.Enum(['on', 'off'], { default: 'on' }),
        },
        strict,
      ),
      { maxItems: 12, default: [] },
    ),
    shade: Type.Array(
      Type.Object(
        {
          id: Id,
          name: Words,
          /** 0 drawn away, `full` closed. */
          ...Output.properties,
          on: Type.Boolean({ default: true }),
          /** What the output holds when it is on in full: 1 of a relay, 100 of one in percent. */
          full: Type.Number({ exclusiveMinimum: 0, maximum: 100, default: 1 }),
          above_lx: Type.Number({ exclusiveMinimum: 0 }),
          below_lx: Type.Number({ exclusiveMinimum: 0 }),
          /** Stays as it is for at least so long: clouds come and go. */
          hold_min: Type.Number({ minimum: 1, maximum: 240, default: 15 }),
          /** Drawn away above this wind. */
          most_wind_ms: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 60 })),
        },
        strict,
      ),
      { maxItems: 8, default: [] },
    ),
    lamps: Type.Array(
      Type.Object(
        {
          id: Id,
          name: Words,
          ...Output.properties,
          on: Type.Boolean({ default: true }),
          /** What the output holds when it is on in full: 1 of a relay, 100 of one in percent. */
          full: Type.Number({ exclusiveMinimum: 0, maximum: 100, default: 1 }),
          /** Daylight and lamplight together: lamps lengthen the day, half before sunrise and half after sunset. */
          day_h: Type.Number({ minimum: 0, maximum: 24 }),
          /** Also within that day, while it is darker than this. */
          below_lx: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
        },
        strict,
      ),
      { maxItems: 12, default: [] },
    ),
  },
  { ...strict, default: {} },
)

/** The air outside, from which ET0 is reckoned (FAO-56); what is not measured is estimated as that paper says. */
const Weather = Type.Object(
  {
    temperature: Type.Optional(Point),
    humidity: Type.Optional(Point),
    wind: Type.Optional(
      Type.Object({ ...Point.properties, height_m: Type.Number({ minimum: 0.5, maximum: 20 }) }, strict),
    ),
    /** W/m². */
    radiation: Type.Optional(Point),
    /** Counter in mm. */
    rain: Type.Optional(Point),
    silent_min: silentMin(60),
  },
  { ...strict, default: {} },
)

export const Greenhouse = Type.Object(
  {
    kind: Type.Literal('greenhouse'),
    id: Id,
    name: Words,
    location: Type.Object(
      {
        lat: Type.Number(),
        lon: Type.Number(),
        elevation_m: Type.Number({ minimum: -400, maximum: 5_000, default: 10 }),
      },
      strict,
    ),
    timeZone: Type.String({ default: 'Asia/Ho_Chi_Minh' }),
    water: Water,
    zones: Type.Array(Zone, { minItems: 1, maxItems: ZONES_MAX }),
    fertiliser: Type.Optional(Fertiliser),
    recipes: Type.Array(Recipe, { maxItems: 24, default: [] }),
    programs: Type.Array(Program, { maxItems: PROGRAMS_MAX, default: [] }),
    climate: Climate,
    weather: Weather,
    /** How flow tells a fault, as shares of what a zone usually takes, which is learnt from `learn` sound runs. */
    faults: Type.Object(
      {
        burst: Type.Number({ minimum: 1.05, maximum: 5, default: 1.4 }),
        blocked: Type.Number({ minimum: 0.05, maximum: 0.95, default: 0.7 }),
        /** Flow while nothing is watered. */
        leak_Lmin: Type.Number({ exclusiveMinimum: 0, maximum: 100, default: 0.5 }),
        learn: Type.Integer({ minimum: 1, maximum: 50, default: 5 }),
        /** After a change the flow settles. */
        settle_s: Type.Number({ minimum: 5, maximum: 600, default: 45 }),
        for_s: Type.Number({ minimum: 5, maximum: 3_600, default: 30 }),
      },
      { ...strict, default: {} },
    ),
  },
  strict,
)
export type Greenhouse = Static<typeof Greenhouse>
