import Type, { type Static } from 'typebox'
import { ID_PATTERN } from '../../../core/ids.ts'

/** One unit of a Modbus line that the driver reads by itself. */
export const ModbusUnitConfig = Type.Object(
  {
    id: Type.String({ pattern: ID_PATTERN }),
    model: Type.String({ maxLength: 60 }),
    unit: Type.Integer({ minimum: 1, maximum: 255 }),
    /** How often it is asked; left out, as its definition says. */
    poll_s: Type.Optional(Type.Number({ minimum: 0.5, maximum: 86_400 })),
  },
  { additionalProperties: false },
)
export type ModbusUnitConfig = Static<typeof ModbusUnitConfig>
