import Type, { type Static, type TProperties } from 'typebox'
import { ID_PATTERN } from '../core/ids.ts'
import { LEVEL_MODELS } from './devices/level-sensor.ts'
import { RAIN_MODELS } from './devices/rain-gauge.ts'
import { RELAY_MODELS } from './devices/relay-dialect.ts'
import { SOIL_MODELS } from './devices/soil-probe.ts'

/**
 * A virtual city as data. Lengths in metres, keys and EUIs in hexadecimal. Radio happens in real time; only what the
 * sensors measure follows the city's own clock.
 */

const strict = { additionalProperties: false } as const
const Id = Type.String({ pattern: ID_PATTERN })
const Eui = Type.String({ pattern: '^[0-9a-f]{16}$' })
const Key = Type.String({ pattern: '^[0-9a-f]{32}$' })
const oneOf = <const T extends (string | number)[]>(names: readonly [...T]) => Type.Enum(names)

const Hydrograph = Type.Union([
  Type.Object(
    {
      kind: Type.Literal('csv'),
      /** Columns time_utc and stage_m; its first row is played at `begin_utc`. */
      file: Type.String({ minLength: 1 }),
      afterEnd: oneOf(['loop', 'hold']),
    },
    strict,
  ),
  Type.Object(
    {
      kind: Type.Literal('generator'),
      seed: Type.Integer({ minimum: 0 }),
      water: oneOf(['river', 'stream', 'reservoir']),
      base_m: Type.Number(),
      peak_m: Type.Number(),
      dry_h: Type.Number({ minimum: 0 }),
      storm_h: Type.Number({ exclusiveMinimum: 0 }),
      storm_mm: Type.Number({ minimum: 0 }),
      lag_h: Type.Number({ exclusiveMinimum: 0 }),
      period_h: Type.Number({ exclusiveMinimum: 0 }),
      crest_m: Type.Optional(Type.Number()),
    },
    strict,
  ),
])
export type Hydrograph = Static<typeof Hydrograph>

const place = { x_m: Type.Number(), y_m: Type.Number() }

const device = <P extends TProperties>(properties: P) =>
  Type.Object(
    {
      id: Id,
      devEui: Eui,
      joinEui: Eui,
      appKey: Key,
      ...place,
      /** Between routine reports, of the city's clock. */
      every_s: Type.Number({ minimum: 1 }),
      ...properties,
    },
    strict,
  )

const DeviceSpec = Type.Union([
  device({
    role: Type.Literal('level'),
    model: oneOf(LEVEL_MODELS),
    datum_m: Type.Number(),
    tilt_deg: Type.Number({ minimum: 0, maximum: 45 }),
  }),
  device({
    role: Type.Literal('rain'),
    model: oneOf(RAIN_MODELS),
    bucket_mm: Type.Number({ exclusiveMinimum: 0 }),
  }),
  device({
    role: Type.Literal('relays'),
    model: oneOf(RELAY_MODELS),
    /** By output: `relay1`. */
    loads: Type.Record(Type.String({ pattern: '^relay[1-8]$' }), oneOf(['siren', 'beacon'])),
  }),
  device({ role: Type.Literal('button'), model: Type.Literal('milesight-uc300') }),
])
export type DeviceSpec = Static<typeof DeviceSpec>

const StationSpec = Type.Object(
  {
    id: Id,
    /** Where the station's node listens for gateways. */
    edge: Type.Object(
      { host: Type.String({ minLength: 1 }), port: Type.Integer({ minimum: 1, maximum: 65_535 }) },
      strict,
    ),
    gateways: Type.Array(Type.Object({ eui: Eui, ...place }, strict), { minItems: 1, maxItems: 8 }),
    hydrograph: Hydrograph,
    devices: Type.Array(DeviceSpec, { maxItems: 200 }),
  },
  strict,
)
export type StationSpec = Static<typeof StationSpec>

const Watts = Type.Number({ minimum: 0, maximum: 5_000 })
const FeederId = Id
const TcpPort = Type.Object({ port: Type.Integer({ minimum: 1, maximum: 65_535 }) }, strict)

/** Where a lamp hangs: on the air, on the DALI line, or on a 0–10 V module of the street's Modbus line. */
const LampWire = Type.Union([
  Type.Object(
    {
      kind: Type.Literal('lorawan'),
      devEui: Eui,
      joinEui: Eui,
      appKey: Key,
      ...place,
      every_s: Type.Number({ minimum: 1 }),
    },
    strict,
  ),
  Type.Object({ kind: Type.Literal('dali'), address: Type.Integer({ minimum: 0, maximum: 63 }) }, strict),
  Type.Object(
    {
      kind: Type.Literal('analog'),
      unit: Type.Integer({ minimum: 1, maximum: 247 }),
      output: Type.String({ pattern: '^level[1-8]$' }),
    },
    strict,
  ),
])

const StreetSpec = Type.Object(
  {
    id: Id,
    edge: StationSpec.properties.edge,
    gateways: StationSpec.properties.gateways,
    location: Type.Object({ lat: Type.Number(), lon: Type.Number() }, strict),
    length_m: Type.Number({ exclusiveMinimum: 0 }),
    cabinet: Id,
    meter: Id,
    /** Contactor `relay{n}` of the cabinet's module is that of the n-th feeder; its break contact is on `input{n+2}`. */
    feeders: Type.Array(
      Type.Object({ id: FeederId, phase: Type.Integer({ minimum: 0, maximum: 2 }) }, strict),
      { minItems: 1, maxItems: 6 },
    ),
    lamps: Type.Array(
      Type.Object(
        {
          id: Id,
          feeder: FeederId,
          rated_W: Watts,
          standby_W: Watts,
          hours: Type.Number({ minimum: 0 }),
          wire: LampWire,
        },
        strict,
      ),
      { maxItems: 400 },
    ),
    /** Of every LoRaWAN lamp: the address that they share. */
    multicast: Type.Object(
      { devAddr: Type.String({ pattern: '^[0-9a-f]{8}$' }), nwkSKey: Key, appSKey: Key },
      strict,
    ),
    /** The street's Modbus lines on TCP ports of this machine; units are numbered as below. */
    modbus: TcpPort,
    /** That of the DALI gateway: who waits for a slow wire must not keep the meter waiting. */
    dali: TcpPort,
    /** Motion sensors on the node's own broker. */
    mqtt: Type.Object(
      {
        port: Type.Integer({ minimum: 1, maximum: 65_535 }),
        motion: Type.Array(
          Type.Object(
            { id: Id, username: Type.String(), password: Type.String(), at_m: Type.Number() },
            strict,
          ),
          { maxItems: 32 },
        ),
        /** Mean time between people who pass. */
        passers_s: Type.Number({ exclusiveMinimum: 0 }),
      },
      strict,
    ),
  },
  strict,
)
export type StreetSpec = Static<typeof StreetSpec>
/** Units of a street's Modbus line, whose other numbers are its 0–10 V modules, and the gateway on its DALI line. */
export const STREET_UNITS = { meter: 1, cabinet: 2, photocell: 3, dali: 1 } as const

const radio = {
  id: Id,
  devEui: Eui,
  joinEui: Eui,
  appKey: Key,
  ...place,
  every_s: Type.Number({ minimum: 1 }),
}
const Positive = Type.Number({ exclusiveMinimum: 0 })

const GreenhouseSpec = Type.Object(
  {
    id: Id,
    edge: StationSpec.properties.edge,
    gateways: StationSpec.properties.gateways,
    location: Type.Object({ lat: Type.Number(), lon: Type.Number() }, strict),
    /** Of its weather and of what its probes add by themselves. */
    seed: Type.Integer({ minimum: 0 }),
    tank: Type.Object(
      { holds_L: Positive, percent: Type.Number({ minimum: 0, maximum: 100 }), refill_Lmin: Positive },
      strict,
    ),
    /** mL/min of each dosing pump. */
    dose_mLmin: Positive,
    zones: Type.Array(
      Type.Object(
        {
          id: Id,
          area_m2: Positive,
          depth_m: Positive,
          fieldCapacity: Positive,
          wilting: Positive,
          kc: Positive,
          flow_Lmin: Positive,
          /** Of its substrate, as the story begins. */
          moisture: Positive,
        },
        strict,
      ),
      { minItems: 1, maxItems: 32 },
    ),
    /** Controllers of two valves each, by the zones that hang on them. */
    valves: Type.Array(
      Type.Object({ ...radio, zones: Type.Array(Id, { minItems: 1, maxItems: 2 }) }, strict),
      { maxItems: 16 },
    ),
    soils: Type.Array(Type.Object({ ...radio, model: oneOf(SOIL_MODELS), zone: Id }, strict), {
      maxItems: 32,
    }),
    weather: Type.Object(radio, strict),
    /** Its Modbus line on a TCP port of this machine; units are numbered as below. */
    modbus: Type.Object(
      {
        port: Type.Integer({ minimum: 1, maximum: 65_535 }),
        /** Zone of the probe on the line. */
        soilZone: Id,
      },
      strict,
    ),
    /** Its Arduino behind a TCP serial server. */
    board: Type.Object(
      { id: Id, model: Type.String(), port: Type.Integer({ minimum: 1, maximum: 65_535 }) },
      strict,
    ),
  },
  strict,
)
export type GreenhouseSpec = Static<typeof GreenhouseSpec>
/** Units of a greenhouse's Modbus line. */
export const HOUSE_UNITS = { air: 1, par: 2, light: 3, tank: 4, soil: 5, fan: 6 } as const

export const CitySpec = Type.Object(
  {
    /** The city's time: UTC `from` at real UTC `origin`, `speed` times as fast. Real time where absent. */
    clock: Type.Optional(
      Type.Object(
        {
          speed: Type.Number({ minimum: 1, maximum: 3_600 }),
          origin: Type.Number(),
          from: Type.Number(),
        },
        strict,
      ),
    ),
    /** City time at which every hydrograph begins. */
    begin_utc: Type.Integer(),
    /** Share of frames lost on the air for no other reason. */
    loss: Type.Number({ minimum: 0, maximum: 1 }),
    /** Unix socket for faults and snapshots; none where absent. */
    control: Type.Optional(Type.String({ minLength: 1 })),
    stations: Type.Array(StationSpec, { maxItems: 100 }),
    streets: Type.Array(StreetSpec, { maxItems: 20, default: [] }),
    greenhouses: Type.Array(GreenhouseSpec, { maxItems: 20, default: [] }),
  },
  strict,
)
export type CitySpec = Static<typeof CitySpec>
