import Type, { type Static } from 'typebox'
import { fault } from '../../../core/errors.ts'
import { ID_PATTERN } from '../../../core/ids.ts'
import { err, ok, type Result } from '../../../core/result.ts'
import { isCurve } from '../../../devices/check-firmata.ts'
import type { DeviceDefinition } from '../../../devices/define.ts'

const strict = { additionalProperties: false } as const

/** Boards that run StandardFirmata: each is one device. */
export const FirmataConfig = Type.Array(
  Type.Object(
    {
      id: Type.String({ pattern: ID_PATTERN }),
      model: Type.String({ maxLength: 60 }),
      /** Exactly one of both. */
      serial: Type.Optional(
        Type.Object(
          {
            /** `/dev/serial/by-id/…`: the same whichever socket the board is plugged into. */
            path: Type.String({ minLength: 1, maxLength: 200 }),
            baud: Type.Integer({ minimum: 300, maximum: 921_600, default: 57_600 }),
          },
          strict,
        ),
      ),
      /** A board with a network of its own, or behind a serial server. */
      tcp: Type.Optional(
        Type.Object(
          {
            host: Type.String({ minLength: 1, maxLength: 253 }),
            port: Type.Integer({ minimum: 1, maximum: 65_535 }),
          },
          strict,
        ),
      ),
      /** Of analog channels, as their probes were calibrated on site; left out, as the definition says. */
      calibration: Type.Optional(
        Type.Record(
          Type.String({ maxLength: 60 }),
          Type.Object(
            {
              /** Volts at the pin and the value that they stand for, in rising volts. */
              curve: Type.Array(Type.Tuple([Type.Number(), Type.Number()]), { minItems: 2, maxItems: 32 }),
            },
            strict,
          ),
        ),
      ),
      /** How often analog pins are read; left out, as the definition says. */
      sample_ms: Type.Optional(Type.Integer({ minimum: 10, maximum: 16_383 })),
    },
    strict,
  ),
  { maxItems: 16 },
)
export type FirmataConfig = Static<typeof FirmataConfig>
export type FirmataBoardConfig = FirmataConfig[number]

/** FIRMATA_LINE_CHOICE for a board that is reached by nothing or by two ways, FIRMATA_CALIBRATION. */
export function checkFirmata(
  boards: FirmataConfig,
  find: (model: string) => Result<DeviceDefinition>,
): Result<void> {
  for (const { id, model, serial, tcp, calibration = {} } of boards) {
    if ((serial === undefined) === (tcp === undefined))
      return err(fault('FIRMATA_LINE_CHOICE', { board: id }))
    const found = find(model)
    if (!found.ok) return found
    const read = found.value.via.firmata?.read
    if (read === undefined) return err(fault('DEVICE_UNKNOWN_MODEL', { model: model.slice(0, 60) }))
    const wrong = Object.entries(calibration).find(
      ([channel, { curve }]) =>
        !Object.hasOwn(read, channel) || read[channel]?.kind !== 'analog' || !isCurve(curve),
    )
    if (wrong !== undefined) return err(fault('FIRMATA_CALIBRATION', { board: id, channel: wrong[0] }))
  }
  return ok(undefined)
}
