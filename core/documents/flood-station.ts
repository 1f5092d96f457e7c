import Type, { type Static } from 'typebox'
import { ID_PATTERN } from '../ids.ts'

/**
 * A flood station as a document: where it stands, what it measures with, when it alarms and how.
 * Everything that a province, a river or a bridge decides is here and nothing of it is in code.
 * Lengths in metres, rain in millimetres, durations as the key's suffix says.
 */

const Id = Type.String({ pattern: ID_PATTERN })
const Words = Type.Object({ vi: Type.String(), en: Type.String() }, { additionalProperties: false })
const strict = { additionalProperties: false } as const
const ClockTime = Type.String({ pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$' })

const LevelSource = Type.Object(
  {
    device: Id,
    channel: Type.String(),
    /** `distance`: from the sensor down to the water; `stage` or `depth`: already a height. */
    measures: Type.Union([Type.Literal('distance'), Type.Literal('stage')]),
    /** Elevation of the sensor (for `distance`) or of the gauge zero (for `stage`), in the station's datum. */
    datum_m: Type.Number(),
    /** Angle of the sensor's beam from the vertical. */
    tilt_deg: Type.Number({ minimum: 0, maximum: 45, default: 0 }),
    correction_m: Type.Number({ default: 0 }),
    /** Gross range of a believable stage. */
    range_m: Type.Tuple([Type.Number(), Type.Number()]),
    /** How often the sensor is set to report. */
    every_s: Type.Number({ minimum: 1 }),
    /** After this long without a good reading the sensor is lost. */
    silent_s: Type.Number({ minimum: 1 }),
    spike: Type.Object({ suspect_m: Type.Number(), fail_m: Type.Number() }, strict),
    /** Fastest believable change. */
    rate_m_per_h: Type.Number({ exclusiveMinimum: 0 }),
    /** The same value (within `tolerance_m`) for this long means a stuck sensor; 0 turns the check off. */
    stuck: Type.Object(
      { after_h: Type.Number({ minimum: 0 }), tolerance_m: Type.Number({ minimum: 0 }) },
      strict,
    ),
  },
  strict,
)

const Pattern = Type.Object(
  {
    /** Seconds sounding and seconds quiet, repeated; `off_s` 0 sounds without pause. */
    on_s: Type.Number({ minimum: 1 }),
    off_s: Type.Number({ minimum: 0 }),
  },
  strict,
)

const AlarmOutput = Type.Object(
  {
    device: Id,
    output: Type.String(),
    place: Type.Union([Type.Literal('indoor'), Type.Literal('outdoor')]),
    means: Type.Union([Type.Literal('siren'), Type.Literal('beacon')]),
    /** What each báo động level does; a level that is not named does what the one below it does, none means quiet. */
    patterns: Type.Object(
      { '1': Type.Optional(Pattern), '2': Type.Optional(Pattern), '3': Type.Optional(Pattern) },
      strict,
    ),
  },
  strict,
)

export const FloodStation = Type.Object(
  {
    kind: Type.Literal('flood-station'),
    id: Id,
    name: Words,
    water: Type.Object(
      {
        type: Type.Union([Type.Literal('river'), Type.Literal('stream'), Type.Literal('reservoir')]),
        name: Words,
      },
      strict,
    ),
    location: Type.Object({ lat: Type.Number(), lon: Type.Number() }, strict),
    timeZone: Type.String({ default: 'Asia/Ho_Chi_Minh' }),
    level: LevelSource,
    /** Báo động 1 to 3 in rising order. */
    levels: Type.Array(
      Type.Object({ level: Type.Integer({ minimum: 1, maximum: 3 }), stage_m: Type.Number() }, strict),
      { minItems: 1, maxItems: 3 },
    ),
    /** Raised once `need` of the last `of` good samples (at most 20) are at or above the stage. */
    raise: Type.Object({ need: Type.Integer({ minimum: 1 }), of: Type.Integer({ minimum: 1 }) }, strict),
    /** Lowered once the stage has stayed `below_m` under the level for `hold_min`. */
    clear: Type.Object(
      { below_m: Type.Number({ minimum: 0 }), hold_min: Type.Number({ minimum: 0 }) },
      strict,
    ),
    rise: Type.Optional(
      Type.Object(
        { m_per_h: Type.Number({ exclusiveMinimum: 0 }), over_min: Type.Number({ minimum: 5 }) },
        strict,
      ),
    ),
    rain: Type.Optional(
      Type.Object(
        {
          device: Id,
          /** A counter that only grows: tips of the bucket, or millimetres in all. */
          channel: Type.String(),
          /** Millimetres per count: the bucket of a tipping gauge, 1 where the channel is in millimetres. */
          mm_per_count: Type.Number({ exclusiveMinimum: 0 }),
          /** Most counts per hour that are believed; more is contact bounce. */
          mm_per_h_max: Type.Number({ exclusiveMinimum: 0, default: 300 }),
          limits: Type.Array(
            Type.Object(
              {
                /** A sliding window, or the hydrological day from 19:00 to 19:00. */
                over: Type.Union([
                  Type.Literal('5min'),
                  Type.Literal('15min'),
                  Type.Literal('1h'),
                  Type.Literal('12h'),
                  Type.Literal('24h'),
                  Type.Literal('day'),
                ]),
                mm: Type.Number({ exclusiveMinimum: 0 }),
                /** How grave the alarm is; sirens and beacons follow the water alone. */
                level: Type.Integer({ minimum: 0, maximum: 3 }),
              },
              strict,
            ),
            { maxItems: 12 },
          ),
        },
        strict,
      ),
    ),
    alarms: Type.Array(AlarmOutput, { maxItems: 16 }),
    /** Every day at this local time each alarm output sounds for `pulse_s` and must be read back. */
    selfTest: Type.Object({ at: ClockTime, pulse_s: Type.Number({ minimum: 1, maximum: 10 }) }, strict),
    /** Every hop (sensor, gateway, siren) must have been proven within this long. */
    provenWithin_h: Type.Number({ minimum: 1, default: 24 }),
    silence: Type.Object(
      {
        /** A manual silence ends by itself after this long. */
        longest_min: Type.Number({ minimum: 1 }),
        /** A push button on site: a channel that reads 1 while pressed. */
        button: Type.Optional(Type.Object({ device: Id, channel: Type.String() }, strict)),
      },
      strict,
    ),
  },
  strict,
)
export type FloodStation = Static<typeof FloodStation>
export type AlarmOutput = Static<typeof AlarmOutput>
export type Pattern = Static<typeof Pattern>
