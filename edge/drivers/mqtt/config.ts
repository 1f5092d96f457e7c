import Type, { type Static } from 'typebox'
import { fault } from '../../../core/errors.ts'
import { ID_PATTERN } from '../../../core/ids.ts'
import { err, ok, type Result } from '../../../core/result.ts'

const strict = { additionalProperties: false } as const

/** Local devices that speak MQTT to the node itself: on its loopback, or on the site's own network. */
export const MqttConfig = Type.Object(
  {
    /** Where devices connect to. Anything but the loopback must be a network that the site owns: MQTT here is plain. */
    host: Type.String({ minLength: 1, maxLength: 253, default: '127.0.0.1' }),
    port: Type.Integer({ minimum: 0, maximum: 65_535, default: 1883 }),
    /** How often a request is sent before it is given up. */
    tries: Type.Integer({ minimum: 1, maximum: 32, default: 5 }),
    devices: Type.Array(
      Type.Object(
        {
          id: Type.String({ pattern: ID_PATTERN }),
          model: Type.String({ maxLength: 60 }),
          /** The device's own topic: it may touch what is below it, and nothing else. Left out, its id. */
          topic: Type.Optional(
            Type.String({ pattern: '^[A-Za-z0-9_-]{1,60}(?:/[A-Za-z0-9_-]{1,60}){0,3}$' }),
          ),
          username: Type.String({ pattern: '^[A-Za-z0-9_.@-]{1,60}$' }),
          /** File with the device's password, mode 0600. */
          passwordFile: Type.String({ minLength: 1 }),
        },
        strict,
      ),
      { minItems: 1, maxItems: 200 },
    ),
  },
  strict,
)
export type MqttConfig = Static<typeof MqttConfig>
export type MqttDeviceConfig = MqttConfig['devices'][number]

/** The topic below which a device lives. */
export const topicOf = ({ id, topic }: MqttDeviceConfig): string => topic ?? id

/** No device may stand on another's topic, below it, or use its name: MQTT_TOPIC_OVERLAP. */
export function checkMqtt({ devices }: Pick<MqttConfig, 'devices'>): Result<void> {
  for (const device of devices) {
    const other = devices.find((candidate) => candidate !== device && overlaps(device, candidate))
    if (other !== undefined) return err(fault('MQTT_TOPIC_OVERLAP', { device: device.id, other: other.id }))
  }
  return ok(undefined)
}

function overlaps(device: MqttDeviceConfig, other: MqttDeviceConfig): boolean {
  const [topic, above] = [topicOf(device), topicOf(other)]
  return topic === above || topic.startsWith(`${above}/`) || device.username === other.username
}
