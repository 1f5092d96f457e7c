import Type, { type Static } from 'typebox'
import { fault } from '../../../core/errors.ts'
import { ID_PATTERN } from '../../../core/ids.ts'
import { DEFAULT_REGION, REGIONS, type Region } from '../../../core/lorawan/as923.ts'
import { err, ok, type Result } from '../../../core/result.ts'

const strict = { additionalProperties: false } as const
const Id = Type.String({ pattern: ID_PATTERN })
const hexDigits = (digits: number) => Type.String({ pattern: `^[0-9A-Fa-f]{${digits}}$` })
const Frequency = Type.Number({ minimum: 400, maximum: 1000 })

const Otaa = Type.Object(
  {
    otaa: Type.Object(
      {
        devEui: hexDigits(16),
        joinEui: hexDigits(16),
        /** File with the key, mode 0600; or the key itself in `appKey`. */
        appKeyFile: Type.Optional(Type.String()),
        appKey: Type.Optional(hexDigits(32)),
      },
      strict,
    ),
  },
  strict,
)

const Abp = Type.Object(
  {
    abp: Type.Object(
      {
        devAddr: hexDigits(8),
        nwkSKeyFile: Type.Optional(Type.String()),
        nwkSKey: Type.Optional(hexDigits(32)),
        appSKeyFile: Type.Optional(Type.String()),
        appSKey: Type.Optional(hexDigits(32)),
      },
      strict,
    ),
  },
  strict,
)

/** Lamps that hear one address of their own together. Its keys are set in each of them at commissioning. */
const Multicast = Type.Object(
  {
    id: Id,
    devAddr: hexDigits(8),
    nwkSKeyFile: Type.Optional(Type.String()),
    nwkSKey: Type.Optional(hexDigits(32)),
    appSKeyFile: Type.Optional(Type.String()),
    appSKey: Type.Optional(hexDigits(32)),
    /** Where its members listen, set in them as well; left out, where the region's class C devices do. */
    frequency_MHz: Type.Optional(Frequency),
    dataRate: Type.Optional(Type.Integer({ minimum: 0, maximum: 6 })),
    /** How often one command is sent: whoever heard it takes the others for repetitions. */
    copies: Type.Integer({ minimum: 1, maximum: 5, default: 2 }),
    /** Members say by themselves within this time how they stand after a change; 0 where they do not. */
    reports_s: Type.Number({ minimum: 0, maximum: 900, default: 90 }),
    devices: Type.Array(Id, { minItems: 1, maxItems: 500 }),
  },
  strict,
)
export type MulticastConfig = Static<typeof Multicast>

/** The radio side of a node. Frequencies in MHz, as data sheets and gateways print them. */
export const LorawanConfig = Type.Object(
  {
    /** Where packet forwarders send to. The protocol has no authentication: bind to the gateway's own network. */
    bind: Type.Object(
      {
        host: Type.String({ default: '127.0.0.1' }),
        port: Type.Integer({ minimum: 0, maximum: 65_535, default: 1700 }),
      },
      { ...strict, default: {} },
    ),
    /** Gateways that are listened to; every other EUI is refused. */
    gateways: Type.Array(Type.Object({ eui: hexDigits(16) }, strict), { minItems: 1, maxItems: 32 }),
    region: Type.Union(
      [Type.Literal('AS923-1'), Type.Literal('AS923-2'), Type.Literal('AS923-3'), Type.Literal('AS923-4')],
      { default: DEFAULT_REGION },
    ),
    /** What a licence or a city's radio plan sets otherwise than the region. */
    overrides: Type.Object(
      {
        /** 400 ms limit on one transmission, told to the devices as well. */
        dwell: Type.Optional(Type.Object({ up: Type.Boolean(), down: Type.Boolean() }, strict)),
        eirpMax_dBm: Type.Optional(Type.Number({ minimum: 0, maximum: 36 })),
        rx1Delay_s: Type.Optional(Type.Integer({ minimum: 1, maximum: 15 })),
        rx2: Type.Optional(
          Type.Object(
            { frequency_MHz: Frequency, dataRate: Type.Integer({ minimum: 0, maximum: 6 }) },
            strict,
          ),
        ),
        defaultChannels_MHz: Type.Optional(Type.Array(Frequency, { minItems: 1, maxItems: 2 })),
        extraChannels_MHz: Type.Optional(Type.Array(Frequency, { maxItems: 5 })),
      },
      { ...strict, default: {} },
    ),
    netId: Type.String({ pattern: '^[0-9A-Fa-f]{6}$', default: '000000' }),
    dutyCycle: Type.Object(
      {
        /** Most of an hour that one gateway may transmit. */
        percent: Type.Number({ exclusiveMinimum: 0, maximum: 100, default: 10 }),
        /** Share of it that only urgent downlinks may use. */
        urgentReserve_percent: Type.Number({ minimum: 0, maximum: 100, default: 50 }),
      },
      { ...strict, default: {} },
    ),
    adr: Type.Object(
      {
        on: Type.Boolean({ default: true }),
        /** Kept above the demodulation floor: fading, rain, leaves. */
        margin_dB: Type.Number({ minimum: 0, maximum: 30, default: 10 }),
        dataRateMax: Type.Integer({ minimum: 0, maximum: 5, default: 5 }),
      },
      { ...strict, default: {} },
    ),
    /** How often each device is asked for its battery; 0 never. */
    devStatusEvery_h: Type.Number({ minimum: 0, default: 24 }),
    /** How often a request is sent before it is given up. */
    tries: Type.Integer({ minimum: 1, maximum: 32, default: 8 }),
    devices: Type.Array(
      Type.Object(
        {
          id: Id,
          model: Type.String({ maxLength: 60 }),
          activation: Type.Union([Otaa, Abp]),
          /** Where the device was set otherwise than its model's default. */
          class: Type.Optional(Type.Union([Type.Literal('A'), Type.Literal('C')])),
          adr: Type.Optional(Type.Boolean()),
        },
        strict,
      ),
      { maxItems: 500 },
    ),
    /** Groups of class C devices that one downlink reaches. A device may be in several. */
    multicast: Type.Optional(Type.Array(Multicast, { maxItems: 32 })),
    /** Modems of neighbouring nodes, whose sealed frames are passed on to the hub. */
    relays: Type.Optional(
      Type.Array(
        Type.Object(
          {
            /** The neighbour's edge id. */
            edge: Id,
            devEui: hexDigits(16),
            joinEui: hexDigits(16),
            appKeyFile: Type.Optional(Type.String()),
            appKey: Type.Optional(hexDigits(32)),
            /** C where the modem has power to listen all the time: the hub's answer then comes at once. */
            class: Type.Union([Type.Literal('A'), Type.Literal('C')], { default: 'C' }),
          },
          strict,
        ),
        { maxItems: 32 },
      ),
    ),
  },
  strict,
)
export type LorawanConfig = Static<typeof LorawanConfig>
export type LorawanDeviceConfig = LorawanConfig['devices'][number]

/** Groups name devices of this node, and no two share an address: LORAWAN_MULTICAST_MEMBER, LORAWAN_MULTICAST_TWICE. */
export function checkMulticast({ devices, multicast = [] }: LorawanConfig): Result<void> {
  const known = new Set(devices.map(({ id }) => id))
  for (const [index, group] of multicast.entries()) {
    const device = group.devices.find((id) => !known.has(id))
    if (device !== undefined) return err(fault('LORAWAN_MULTICAST_MEMBER', { group: group.id, device }))
    const address = group.devAddr.toLowerCase()
    const other = multicast
      .slice(0, index)
      .find(({ id, devAddr }) => id === group.id || devAddr.toLowerCase() === address)
    if (other !== undefined) {
      return err(fault('LORAWAN_MULTICAST_TWICE', { group: group.id, other: other.id, devAddr: address }))
    }
  }
  return ok(undefined)
}

const hertz = (frequency_MHz: number) => Math.round(frequency_MHz * 1e6)

/** The configured region with the site's own rules laid over it. */
export function regionOf(config: LorawanConfig): Region {
  const base: Region = REGIONS[config.region]
  const { dwell, eirpMax_dBm, rx1Delay_s, rx2, defaultChannels_MHz, extraChannels_MHz } = config.overrides
  return {
    ...base,
    dwell: dwell ?? base.dwell,
    eirpMax_dBm: eirpMax_dBm ?? base.eirpMax_dBm,
    rx1Delay_s: rx1Delay_s ?? base.rx1Delay_s,
    rx2: rx2 === undefined ? base.rx2 : { frequency_Hz: hertz(rx2.frequency_MHz), dataRate: rx2.dataRate },
    defaultChannels_Hz: defaultChannels_MHz?.map(hertz) ?? base.defaultChannels_Hz,
    extraChannels_Hz: extraChannels_MHz?.map(hertz) ?? base.extraChannels_Hz,
  }
}
