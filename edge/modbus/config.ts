import Type, { type Static } from 'typebox'
import { ID_PATTERN } from '../../core/ids.ts'
import { ModbusUnitConfig } from '../drivers/modbus/config.ts'

const strict = { additionalProperties: false } as const

/** A Modbus line: exactly one of `serial` and `tcp` (`lineFault`), and the units that the modbus driver serves on it. */
export const ModbusLineConfig = Type.Object(
  {
    id: Type.String({ pattern: ID_PATTERN }),
    serial: Type.Optional(
      Type.Object(
        {
          /** `/dev/serial/by-id/…` where there is one: it stays when the adapter is plugged in elsewhere. */
          path: Type.String(),
          baud: Type.Integer({ minimum: 1_200, maximum: 921_600, default: 9_600 }),
          /** The standard says even; most devices leave the works with none. */
          parity: Type.Union([Type.Literal('none'), Type.Literal('even'), Type.Literal('odd')], {
            default: 'none',
          }),
          stopBits: Type.Union([Type.Literal(1), Type.Literal(2)], { default: 1 }),
        },
        strict,
      ),
    ),
    tcp: Type.Optional(
      Type.Object(
        {
          host: Type.String({ minLength: 1, maxLength: 253 }),
          port: Type.Integer({ minimum: 1, maximum: 65_535, default: 502 }),
          /** A serial server that passes RTU frames as they are, at this speed; left out, it speaks Modbus TCP. */
          rtu_baud: Type.Optional(Type.Integer({ minimum: 1_200, maximum: 921_600 })),
        },
        strict,
      ),
    ),
    /** How long a unit may take before it begins to answer. */
    answer_ms: Type.Integer({ minimum: 20, maximum: 10_000, default: 300 }),
    devices: Type.Array(ModbusUnitConfig, { maxItems: 247, default: [] }),
  },
  strict,
)
export type ModbusLineConfig = Static<typeof ModbusLineConfig>

export const ModbusConfig = Type.Array(ModbusLineConfig, { maxItems: 16, default: [] })
