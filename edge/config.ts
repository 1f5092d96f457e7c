import Type, { type Static } from 'typebox'
import { ID_PATTERN } from '../core/ids.ts'
import { ChirpstackConfig } from './drivers/chirpstack/config.ts'
import { DaliConfig } from './drivers/dali/config.ts'
import { FirmataConfig } from './drivers/firmata/config.ts'
import { LorawanConfig } from './drivers/lorawan/config.ts'
import { MqttConfig } from './drivers/mqtt/config.ts'
import { SerialConfig } from './drivers/serial/config.ts'
import { EquipmentConfig } from './equipment.ts'
import { ModbusConfig } from './modbus/config.ts'
import { PanelConfig } from './panel-config.ts'
import { RelayConfig } from './relay/config.ts'

const strict = { additionalProperties: false } as const
const Words = Type.Object({ vi: Type.String(), en: Type.String() }, strict)

/** One edge node: edge.yaml. docs/operations.md shows it with comments. Paths are relative to the file itself. */
export const EdgeConfig = Type.Object(
  {
    site: Type.String({ pattern: ID_PATTERN }),
    edge: Type.String({ pattern: ID_PATTERN }),
    name: Words,
    dataDir: Type.String(),
    /** The site's, as the hub has it: readings that give way to others for want of room are summed up by its days. */
    timeZone: Type.String({ default: 'Asia/Ho_Chi_Minh' }),
    hub: Type.Object(
      {
        /** mqtts://host:8883, or mqtt:// on the loopback alone unless `allowPlain` says otherwise. */
        url: Type.String({ pattern: '^(mqtt|mqtts|ws|wss)://' }),
        /** http(s)://host:port/db/site: where the hub keeps documents; left out, they are not replicated. */
        documents: Type.Optional(Type.String({ pattern: '^https?://' })),
        /** File with the node's key, mode 0600, made by `tram key`. */
        keyFile: Type.String(),
        ca: Type.Optional(Type.String()),
        cert: Type.Optional(Type.String()),
        certKey: Type.Optional(Type.String()),
        allowPlain: Type.Boolean({ default: false }),
        /** How often a quiet line is tried; dead for one and a half times as long, it is given up and dialled anew. */
        keepalive_s: Type.Integer({ minimum: 2, maximum: 3_600, default: 15 }),
      },
      strict,
    ),
    lorawan: Type.Optional(LorawanConfig),
    /** A way to tell alarms without a network. */
    relay: Type.Optional(RelayConfig),
    chirpstack: Type.Optional(ChirpstackConfig),
    /** Modbus lines: the units that are read by themselves, and the way to gateways of other buses. */
    modbus: ModbusConfig,
    /** Local devices that speak MQTT to the node itself. */
    mqtt: Type.Optional(MqttConfig),
    /** Lines of dimmable lamps behind a DALI gateway. */
    dali: Type.Optional(DaliConfig),
    /** Devices with a serial line of their own. */
    serial: Type.Optional(SerialConfig),
    /** Boards that run StandardFirmata. */
    firmata: Type.Optional(FirmataConfig),
    /** What hangs on outputs of these devices, with the interlocks that it needs. */
    equipment: EquipmentConfig,
    /** Files of flood stations; what is in them is a first edition, edited afterwards as documents. */
    stations: Type.Array(Type.String(), { default: [] }),
    /** Files of lighting streets, likewise. */
    streets: Type.Array(Type.String(), { default: [] }),
    /** Files of greenhouses, likewise. */
    greenhouses: Type.Array(Type.String(), { default: [] }),
    /** The farmer's panel; left out, there is none. */
    panel: Type.Optional(PanelConfig),
    limits: Type.Object(
      {
        /** The outbox never grows beyond this. */
        outbox_mb: Type.Number({ minimum: 8, maximum: 65_536, default: 512 }),
        /** The local history never grows beyond this; full, it keeps less long. */
        history_mb: Type.Number({ minimum: 8, maximum: 65_536, default: 256 }),
        /** Largest share of the link for history while new readings flow, in percent. */
        history_percent: Type.Number({ minimum: 5, maximum: 95, default: 50 }),
      },
      { ...strict, default: {} },
    ),
    logLevel: Type.Union(
      [Type.Literal('debug'), Type.Literal('info'), Type.Literal('warn'), Type.Literal('error')],
      { default: 'info' },
    ),
    time: Type.Object(
      {
        /** Whether the machine's wall clock is believed: only while it says that it is synchronized, or as said. */
        trustSystem: Type.Union([Type.Literal('auto'), Type.Literal('always'), Type.Literal('never')], {
          default: 'auto',
        }),
      },
      { ...strict, default: {} },
    ),
    /** Demonstrations alone: a clock that runs faster than the world. */
    clock: Type.Optional(
      Type.Object(
        {
          speed: Type.Number({ minimum: 1, maximum: 3600 }),
          origin: Type.Integer(),
          from: Type.Integer(),
        },
        strict,
      ),
    ),
  },
  strict,
)
export type EdgeConfig = Static<typeof EdgeConfig>
