import Type, { type Static } from 'typebox'
import { ID_PATTERN } from '../ids.ts'

/**
 * A lighting street as a document: its cabinet, feeders and lamps, how it is lit on which night, and what it reacts to.
 * Levels are percent of light (not of power); lengths in metres, powers in watts, durations as the key's suffix says.
 */

const strict = { additionalProperties: false } as const
const Id = Type.String({ pattern: ID_PATTERN })
const Channel = Type.String({ maxLength: 60 })
const Words = Type.Object(
  { vi: Type.String({ minLength: 1, maxLength: 120 }), en: Type.String({ minLength: 1, maxLength: 120 }) },
  strict,
)
const Percent = Type.Number({ minimum: 0, maximum: 100 })
const ClockTime = Type.String({ pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$' })
const Day = Type.String({ pattern: '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$' })
const Point = Type.Object({ device: Id, channel: Channel }, strict)
/** In the unit of its channel: W or Wh unless it says otherwise. */
const PowerPoint = Type.Object(
  { device: Id, channel: Channel, unit: Type.Optional(Type.Union([Type.Literal('W'), Type.Literal('kW')])) },
  strict,
)
const EnergyPoint = Type.Object(
  {
    device: Id,
    channel: Channel,
    unit: Type.Optional(Type.Union([Type.Literal('Wh'), Type.Literal('kWh')])),
  },
  strict,
)
/** A sensor that has not been heard for this long is lost. */
const SilentMin = Type.Optional(Type.Number({ minimum: 1, maximum: 10_080 }))

/** A contact of the cabinet; left out, its device is missed like the meter. A radio that speaks seldom needs longer. */
const Contact = Type.Object({ device: Id, channel: Channel, silent_min: SilentMin }, strict)

export const LAMPS_MAX = 400

/** EN 13201-2: M classes for motor traffic (luminance), P classes for walking and slow streets (illuminance). */
export const LightingClass = Type.Enum([
  'M1',
  'M2',
  'M3',
  'M4',
  'M5',
  'M6',
  'P1',
  'P2',
  'P3',
  'P4',
  'P5',
  'P6',
])
export type LightingClass = Static<typeof LightingClass>

/** A luminaire type: what a catalogue says of it and how it stands. */
const Luminaire = Type.Object(
  {
    /** What it draws at full light, and what its gear draws with the lamp out. */
    rated_W: Type.Number({ exclusiveMinimum: 0, maximum: 5_000 }),
    standby_W: Type.Number({ minimum: 0, maximum: 100 }),
    flux_lm: Type.Number({ exclusiveMinimum: 0, maximum: 500_000 }),
    /** Share of the flux that reaches the road. */
    utilisation: Type.Number({ exclusiveMinimum: 0, maximum: 1 }),
    /** Share of the first light that is left at the end of `life_h`, dirt included. */
    maintenance: Type.Number({ exclusiveMinimum: 0, maximum: 1 }),
    life_h: Type.Number({ exclusiveMinimum: 0, maximum: 500_000 }),
    height_m: Type.Number({ exclusiveMinimum: 0, maximum: 40 }),
    /** Least level that it can hold without flicker. */
    least: Type.Number({ minimum: 0, maximum: 100, default: 10 }),
    /** Intensity straight down, for the check by the point method; left out, there is none. */
    intensity_cd: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
    /** Keeps the light the same over the lamp's age, by giving less while it is new. */
    constantLight: Type.Boolean({ default: false }),
  },
  strict,
)

const Feeder = Type.Object(
  {
    id: Id,
    name: Words,
    /** `always`: power stays on by day, as power-line links and daytime reading need it. `night`: with the lamps. */
    closed: Type.Union([Type.Literal('always'), Type.Literal('night')], { default: 'night' }),
    contactor: Type.Optional(
      Type.Object(
        {
          device: Id,
          output: Channel,
          /** Its auxiliary contact: 1 while the contacts are closed. */
          feedback: Type.Optional(Contact),
        },
        strict,
      ),
    ),
    /** Active power of this feeder, and its energy counter. */
    power: Type.Optional(PowerPoint),
    energy: Type.Optional(EnergyPoint),
    /** Of the phase that it hangs on, or behind its contactor. */
    voltage: Type.Optional(Point),
  },
  strict,
)

const Lamp = Type.Object(
  {
    id: Id,
    /** What is painted on the pole. */
    pole: Type.String({ minLength: 1, maxLength: 40 }),
    device: Id,
    output: Type.String({ default: 'level', maxLength: 60 }),
    feeder: Id,
    luminaire: Id,
    lat: Type.Number({ minimum: -90, maximum: 90 }),
    lon: Type.Number({ minimum: -180, maximum: 180 }),
    /** Along the street from its beginning: who is a neighbour of whom. */
    at_m: Type.Number({ minimum: 0 }),
    /** Burning hours when it was put up, for a lamp that does not count its own. */
    hours: Type.Number({ minimum: 0, default: 0 }),
  },
  strict,
)

/** When a step begins: by the sun, or by the clock of the night (evening hours first, hours before noon the next day). */
const StepTime = Type.Union([
  Type.Object(
    {
      sun: Type.Union([Type.Literal('sunset'), Type.Literal('sunrise')]),
      offset_min: Type.Number({ minimum: -180, maximum: 180, default: 0 }),
    },
    strict,
  ),
  Type.Object({ clock: ClockTime }, strict),
])

/** One night from noon to noon: steps in their order; the last puts the lamps out (level 0). */
export const LightingProfile = Type.Object(
  {
    id: Id,
    name: Words,
    steps: Type.Array(Type.Object({ at: StepTime, level: Percent }, strict), { minItems: 1, maxItems: 24 }),
  },
  strict,
)
export type LightingProfile = Static<typeof LightingProfile>

/** Which profile on which night, by the date of its evening: an exception before the weekday before the usual one. */
export const LightingCalendar = Type.Object(
  {
    usual: Id,
    week: Type.Object(
      {
        mon: Type.Optional(Id),
        tue: Type.Optional(Id),
        wed: Type.Optional(Id),
        thu: Type.Optional(Id),
        fri: Type.Optional(Id),
        sat: Type.Optional(Id),
        sun: Type.Optional(Id),
      },
      { ...strict, default: {} },
    ),
    exceptions: Type.Array(
      Type.Object(
        {
          id: Id,
          name: Words,
          from: Day,
          to: Day,
          /** Every year; then the year of `from` and `to` does not count. */
          yearly: Type.Boolean({ default: false }),
          profile: Id,
        },
        strict,
      ),
      { maxItems: 100, default: [] },
    ),
  },
  strict,
)
export type LightingCalendar = Static<typeof LightingCalendar>

const Motion = Type.Object(
  {
    /** Sensors, each with where it stands along the street; 1 means motion. */
    sensors: Type.Array(
      Type.Object({ device: Id, channel: Channel, at_m: Type.Number({ minimum: 0 }) }, strict),
      { minItems: 1, maxItems: 100 },
    ),
    level: Percent,
    /** Lamps within this distance of the sensor are raised, and so far again ahead of whoever moves. */
    within_m: Type.Number({ minimum: 0, maximum: 500 }),
    ahead_m: Type.Number({ minimum: 0, maximum: 1_000 }),
    hold_s: Type.Number({ minimum: 5, maximum: 3_600 }),
    fade_s: Type.Number({ minimum: 0, maximum: 600 }),
    silent_min: SilentMin,
  },
  strict,
)

const Photocell = Type.Object(
  {
    device: Id,
    channel: Channel,
    /** Lit early below `dark_lx`, put out early above `light_lx`; within `margin_min` of the sun's own times. */
    dark_lx: Type.Number({ minimum: 0 }),
    light_lx: Type.Number({ exclusiveMinimum: 0 }),
    margin_min: Type.Number({ minimum: 0, maximum: 180, default: 60 }),
    silent_min: SilentMin,
  },
  strict,
)

/** While `channel` is at or above (or, with `below`, under) the limit, the street is lit so many classes better. */
const Raise = Type.Object(
  {
    id: Id,
    why: Type.Union([
      Type.Literal('rain'),
      Type.Literal('fog'),
      Type.Literal('traffic'),
      Type.Literal('wind'),
    ]),
    device: Id,
    channel: Channel,
    limit: Type.Number(),
    below: Type.Boolean({ default: false }),
    classes: Type.Integer({ minimum: 1, maximum: 3 }),
    hold_min: Type.Number({ minimum: 0, maximum: 240 }),
    silent_min: SilentMin,
  },
  strict,
)

export const LightingStreet = Type.Object(
  {
    kind: Type.Literal('lighting-street'),
    id: Id,
    name: Words,
    location: Type.Object({ lat: Type.Number(), lon: Type.Number() }, strict),
    timeZone: Type.String({ default: 'Asia/Ho_Chi_Minh' }),
    road: Type.Object(
      {
        width_m: Type.Number({ exclusiveMinimum: 0, maximum: 100 }),
        /** Mean distance between poles of one row, and how many rows light the road. */
        spacing_m: Type.Number({ exclusiveMinimum: 0, maximum: 200 }),
        rows: Type.Integer({ minimum: 1, maximum: 4, default: 1 }),
        class: LightingClass,
        /** Lux that make one cd/m² on this surface: what turns an M class into illuminance. */
        lx_per_cd: Type.Number({ minimum: 5, maximum: 30, default: 15 }),
        /** The class may be eased by so many when a profile dims (less traffic at night); 0 holds it all night. */
        easedClasses: Type.Integer({ minimum: 0, maximum: 3, default: 2 }),
      },
      strict,
    ),
    luminaires: Type.Record(Id, Luminaire),
    cabinet: Type.Object(
      {
        door: Type.Optional(Contact),
        /** 1 means tripped. */
        rcd: Type.Optional(Contact),
        /** Voltage of each phase. */
        phases: Type.Array(Point, { maxItems: 3, default: [] }),
        phaseLost_V: Type.Number({ minimum: 0, default: 100 }),
        /** The meter as a device: silent for this long, it is missed; likewise who reads the contacts. */
        meter: Type.Optional(Id),
        silent_min: Type.Number({ minimum: 1, maximum: 1_440, default: 10 }),
      },
      { ...strict, default: {} },
    ),
    feeders: Type.Array(Feeder, { minItems: 1, maxItems: 24 }),
    lamps: Type.Array(Lamp, { minItems: 1, maxItems: LAMPS_MAX }),
    groups: Type.Array(
      Type.Object(
        { id: Id, name: Words, lamps: Type.Array(Id, { minItems: 1, maxItems: LAMPS_MAX }) },
        strict,
      ),
      { maxItems: 50, default: [] },
    ),
    profiles: Type.Array(LightingProfile, { minItems: 1, maxItems: 24 }),
    calendar: LightingCalendar,
    photocell: Type.Optional(Photocell),
    motion: Type.Optional(Motion),
    raises: Type.Array(Raise, { maxItems: 12, default: [] }),
    /** How power tells a fault: shares of what is expected, so many samples, quiet after a change. */
    faults: Type.Object(
      {
        failed: Type.Number({ minimum: 0, maximum: 1, default: 0.15 }),
        low: Type.Number({ minimum: 0, maximum: 1, default: 0.8 }),
        high: Type.Number({ minimum: 1, maximum: 5, default: 1.2 }),
        samples: Type.Integer({ minimum: 1, maximum: 20, default: 3 }),
        quiet_min: Type.Number({ minimum: 0, maximum: 60, default: 5 }),
        silent_min: Type.Number({ minimum: 1, maximum: 1_440, default: 60 }),
      },
      { ...strict, default: {} },
    ),
  },
  strict,
)
export type LightingStreet = Static<typeof LightingStreet>
export type Lamp = Static<typeof Lamp>
export type Feeder = Static<typeof Feeder>
export type Luminaire = Static<typeof Luminaire>

/**
 * The channel of a lamp's device that says this of the lamp. A module with several outputs numbers them: `level3` is
 * read back on `level3`, and its power, where it tells one, stands on `power3`.
 */
export function lampChannel({ output }: Pick<Lamp, 'output'>, name: string): string {
  return output.startsWith('level') ? name + output.slice('level'.length) : name
}
