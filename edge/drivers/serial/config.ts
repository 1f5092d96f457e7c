import Type, { type Static } from 'typebox'
import { fault } from '../../../core/errors.ts'
import { ID_PATTERN } from '../../../core/ids.ts'
import { err, ok, type Result } from '../../../core/result.ts'

const strict = { additionalProperties: false } as const
const Id = Type.String({ pattern: ID_PATTERN })

/** A serial port of the node. */
export const SerialPortConfig = Type.Object(
  {
    /** `/dev/serial/by-id/…`: the same whichever socket the adapter is plugged into. */
    path: Type.String({ minLength: 1, maxLength: 200 }),
    baud: Type.Integer({ minimum: 300, maximum: 921_600 }),
    parity: Type.Optional(Type.Union([Type.Literal('none'), Type.Literal('even'), Type.Literal('odd')])),
    stopBits: Type.Optional(Type.Union([Type.Literal(1), Type.Literal(2)])),
  },
  strict,
)

/** A serial server that carries the bytes of a line over TCP. */
export const SerialServerConfig = Type.Object(
  {
    host: Type.String({ minLength: 1, maxLength: 253 }),
    port: Type.Integer({ minimum: 1, maximum: 65_535 }),
  },
  strict,
)

/** Lines with one device each, which speaks in frames of its own. */
export const SerialConfig = Type.Array(
  Type.Object(
    {
      id: Id,
      /** Exactly one of both. */
      serial: Type.Optional(SerialPortConfig),
      tcp: Type.Optional(SerialServerConfig),
      device: Type.Object(
        {
          id: Id,
          model: Type.String({ maxLength: 60 }),
          /** Without a whole frame for so long it is missed. */
          silent_s: Type.Number({ minimum: 1, maximum: 86_400, default: 60 }),
          /** Of a device that speaks faster than anybody needs, what comes sooner after the last is passed over. */
          least_s: Type.Number({ minimum: 0, maximum: 3_600, default: 1 }),
        },
        strict,
      ),
    },
    strict,
  ),
  { maxItems: 32 },
)
export type SerialConfig = Static<typeof SerialConfig>
export type SerialLineConfig = SerialConfig[number]

/** SERIAL_LINE_CHOICE for a line that leads nowhere, or to two places. */
export function checkSerial(lines: SerialConfig): Result<void> {
  const wrong = lines.find(({ serial, tcp }) => (serial === undefined) === (tcp === undefined))
  return wrong === undefined ? ok(undefined) : err(fault('SERIAL_LINE_CHOICE', { line: wrong.id }))
}
