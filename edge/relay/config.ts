import Type, { type Static } from 'typebox'

const strict = { additionalProperties: false } as const
const hexDigits = (digits: number) => Type.String({ pattern: `^[0-9A-Fa-f]{${digits}}$` })

/** A LoRa modem through which a node without a network tells its alarms to a neighbour's gateway. */
export const RelayConfig = Type.Object(
  {
    /** The serial port, best by a name that stays: `/dev/serial/by-id/…`; or a serial server's address. */
    modem: Type.Union([
      Type.Object({ path: Type.String(), baud: Type.Integer({ minimum: 1_200, default: 115_200 }) }, strict),
      Type.Object({ host: Type.String(), port: Type.Integer({ minimum: 1, maximum: 65_535 }) }, strict),
    ]),
    /** File with the key shared with the hub, mode 0600: `tram key EDGE --relay`. */
    keyFile: Type.String(),
    devEui: hexDigits(16),
    joinEui: hexDigits(16),
    /** File with the key shared with the neighbour's network, mode 0600. */
    appKeyFile: Type.String(),
    region: Type.Union(
      [Type.Literal('AS923-1'), Type.Literal('AS923-2'), Type.Literal('AS923-3'), Type.Literal('AS923-4')],
      { default: 'AS923-2' },
    ),
    /** C listens all the time and is answered at once; A saves power and is answered when it has spoken. */
    class: Type.Union([Type.Literal('A'), Type.Literal('C')], { default: 'C' }),
    /** DR2 reaches farthest and carries alarms alone; from DR3 on the state is told as well. */
    dataRate: Type.Integer({ minimum: 2, maximum: 5, default: 3 }),
    /** Speaks when the hub has been out of reach for so long. */
    after_s: Type.Integer({ minimum: 10, maximum: 86_400, default: 120 }),
    /** A summary of the present this often while the hub is out of reach; 0 for none. */
    state_min: Type.Integer({ minimum: 0, maximum: 1_440, default: 30 }),
    /** Most of an hour that the modem may transmit; half of it is kept for alarms. */
    dutyCycle_percent: Type.Number({ exclusiveMinimum: 0, maximum: 100, default: 1 }),
  },
  strict,
)
export type RelayConfig = Static<typeof RelayConfig>
