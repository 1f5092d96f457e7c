import Type from 'typebox'
import { fault } from '../../../core/errors.ts'
import { err, ok, type Result } from '../../../core/result.ts'
import { checker } from '../../../core/schema.ts'
import type { Downlink } from '../../../devices/define.ts'

/** ChirpStack v4's MQTT integration in JSON (api/proto/integration/integration.proto). Protobuf's zeros may be absent. */

export const UP_FILTER = 'application/+/device/+/event/up'
export const ACK_FILTER = 'application/+/device/+/event/ack'

const EVENT_BYTES_MAX = 64 * 1024
const RECEPTIONS_MAX = 64

const DeviceInfo = Type.Object({ devEui: Type.String({ pattern: '^[0-9A-Fa-f]{16}$' }) })
const RxInfo = Type.Object({ rssi: Type.Optional(Type.Number()), snr: Type.Optional(Type.Number()) })

const UpJson = Type.Object({
  deduplicationId: Type.String({ maxLength: 64 }),
  deviceInfo: DeviceInfo,
  fCnt: Type.Optional(Type.Integer({ minimum: 0 })),
  fPort: Type.Optional(Type.Integer({ minimum: 0, maximum: 255 })),
  data: Type.Optional(Type.String({ maxLength: 400, pattern: '^[A-Za-z0-9+/]*={0,2}$' })),
  rxInfo: Type.Optional(Type.Array(RxInfo, { maxItems: RECEPTIONS_MAX })),
})
const AckJson = Type.Object({
  deviceInfo: DeviceInfo,
  queueItemId: Type.String({ maxLength: 64 }),
  acknowledged: Type.Optional(Type.Boolean()),
})
const checkUp = checker(UpJson)
const checkAck = checker(AckJson)

export interface UpEvent {
  readonly application: string
  readonly devEui: string
  /** ChirpStack's name of this uplink: MQTT may bring it twice. */
  readonly deduplicationId: string
  readonly fCnt: number
  readonly fPort: number
  readonly bytes: Uint8Array
  /** Best of the gateways that heard it. */
  readonly rssi: number | undefined
  readonly snr: number | undefined
}

export interface AckEvent {
  readonly devEui: string
  readonly queueItemId: string
  readonly acknowledged: boolean
}

/** Error: CHIRPSTACK_INVALID. */
export function parseUp(topic: string, payload: Uint8Array): Result<UpEvent> {
  const json = parseJson(payload)
  if (!json.ok) return json
  const checked = checkUp(json.value)
  if (!checked.ok) return invalid(checked.problem.path, checked.problem.message)
  const { deviceInfo, deduplicationId, fCnt = 0, fPort = 0, data = '', rxInfo = [] } = checked.value
  const [, application = '', , named = ''] = topic.split('/')
  const devEui = deviceInfo.devEui.toLowerCase()
  if (named.toLowerCase() !== devEui) return invalid('/deviceInfo/devEui', 'differs from the topic')
  const best = rxInfo.toSorted((a, b) => (b.snr ?? 0) - (a.snr ?? 0))[0]
  const bytes = new Uint8Array(Buffer.from(data, 'base64'))
  return ok({
    application,
    devEui,
    deduplicationId,
    fCnt,
    fPort,
    bytes,
    rssi: best?.rssi,
    snr: best?.snr,
  })
}

/** Error: CHIRPSTACK_INVALID. */
export function parseAck(payload: Uint8Array): Result<AckEvent> {
  const json = parseJson(payload)
  if (!json.ok) return json
  const checked = checkAck(json.value)
  if (!checked.ok) return invalid(checked.problem.path, checked.problem.message)
  const { deviceInfo, queueItemId, acknowledged = false } = checked.value
  return ok({ devEui: deviceInfo.devEui.toLowerCase(), queueItemId, acknowledged })
}

export function downTopic(application: string, devEui: string): string {
  return `application/${application}/device/${devEui}/command/down`
}

/** A confirmed downlink; the acknowledgement's event names `id` again. */
export function downCommand(id: string, devEui: string, { fPort, bytes }: Downlink): Uint8Array {
  const data = Buffer.from(bytes).toString('base64')
  return Buffer.from(JSON.stringify({ id, devEui, confirmed: true, fPort, data }))
}

function parseJson(payload: Uint8Array): Result<unknown> {
  if (payload.length > EVENT_BYTES_MAX) return invalid('', 'is too large')
  try {
    const parsed: unknown = JSON.parse(Buffer.from(payload).toString('utf8'))
    return ok(parsed)
  } catch {
    return invalid('', 'is not JSON')
  }
}

function invalid(key: string, reason: string) {
  return err(fault('CHIRPSTACK_INVALID', { key: key.slice(0, 60), reason }))
}
