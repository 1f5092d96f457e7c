import Type, { type Static } from 'typebox'
import { ID_PATTERN } from '../../../core/ids.ts'

const strict = { additionalProperties: false } as const

/** The MQTT broker of a ChirpStack v4 that already serves the site's devices. */
export const ChirpstackConfig = Type.Object(
  {
    url: Type.String({ pattern: '^(mqtt|mqtts|ws|wss)://' }),
    username: Type.Optional(Type.String()),
    /** File with the broker's password, mode 0600. */
    passwordFile: Type.Optional(Type.String()),
    ca: Type.Optional(Type.String()),
    /** Needed to drive a device that has not spoken since the start; learnt from its first uplink otherwise. */
    applicationId: Type.Optional(Type.String({ pattern: '^[0-9A-Za-z-]{1,64}$' })),
    /** How often a request is sent before it is given up. */
    tries: Type.Integer({ minimum: 1, maximum: 32, default: 8 }),
    devices: Type.Array(
      Type.Object(
        {
          id: Type.String({ pattern: ID_PATTERN }),
          model: Type.String({ maxLength: 60 }),
          devEui: Type.String({ pattern: '^[0-9A-Fa-f]{16}$' }),
        },
        strict,
      ),
      { minItems: 1, maxItems: 500 },
    ),
  },
  strict,
)
export type ChirpstackConfig = Static<typeof ChirpstackConfig>
