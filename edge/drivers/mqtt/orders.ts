import type { Cancel, Clock } from '../../../core/clock.ts'
import { type Fault, fault } from '../../../core/errors.ts'
import type { DeviceId } from '../../../core/ids.ts'
import { err, ok, type Result } from '../../../core/result.ts'
import type { DeviceDefinition, MqttBinding, OutputRequest, Telemetry } from '../../../devices/define.ts'
import type { OutputProgress } from '../driver.ts'

/** A device answers a command within a second; it is told again after this long. */
const ANSWER_WITHIN_MS = 3_000
/** A request is not carried out later than this: whoever wants it still says so again. */
const REQUEST_LIFE_MS = 10 * 60_000

export interface Orders {
  drive(requests: readonly OutputRequest[]): Result<void>
  presence(connected: boolean): void
  connected(): boolean
  readBack(telemetry: Telemetry): void
  /** Gives nothing up: it only stops. */
  end(): void
}

export interface OrdersParts {
  readonly clock: Clock
  readonly tries: number
  readonly device: DeviceId
  readonly definition: DeviceDefinition
  readonly binding: MqttBinding
  publish(topic: string, payload: Uint8Array): boolean
  refused(problem: Fault): void
  progress(progress: Pick<OutputProgress, 'requests' | 'stage' | 'problem'>): void
}

/** What one device is told: newest per output, again until it reads back, while it is connected. */
export function createOrders(parts: OrdersParts): Orders {
  const { clock, device, definition, binding, progress } = parts
  const wanted = new Map<string, OutputRequest>()
  let here = false
  let tries = 0
  let told = false
  let cancelTry: Cancel = () => {}
  let cancelLife: Cancel = () => {}

  const close = (): readonly OutputRequest[] => {
    cancelTry()
    cancelLife()
    const requests = [...wanted.values()]
    wanted.clear()
    return requests
  }
  const giveUp = () => {
    const problem = fault('MQTT_UNCONFIRMED', { device, tries })
    parts.refused(problem)
    progress({ requests: close(), stage: 'failed', problem })
  }
  const send = () => {
    cancelTry()
    if (wanted.size === 0 || !here) return
    if (tries >= parts.tries) return giveUp()
    const requests = [...wanted.values()]
    const messages = binding.encode?.(requests)
    if (messages?.ok !== true) return giveUp()
    const left = messages.value.every(({ topic, payload }) => parts.publish(topic, payload))
    tries++
    cancelTry = clock.after(ANSWER_WITHIN_MS, send)
    if (!left || told) return
    told = true
    progress({ requests, stage: 'sent' })
  }

  return {
    drive(requests) {
      const sound = check(definition, binding, requests)
      if (!sound.ok) return sound
      for (const request of requests) wanted.set(request.output, request)
      tries = 0
      told = false
      cancelLife()
      cancelLife = clock.after(REQUEST_LIFE_MS, giveUp)
      send()
      return ok(undefined)
    },
    presence(connected) {
      here = connected
      tries = 0
      // It subscribes a moment after it has connected.
      cancelTry()
      if (connected && wanted.size > 0) cancelTry = clock.after(1_000, send)
    },
    connected: () => here,
    readBack(telemetry) {
      if (!told || wanted.size === 0) return
      const requests = [...wanted.values()]
      if (!requests.every((request) => shows(definition, request, telemetry))) return
      progress({ requests: close(), stage: 'confirmed' })
    },
    end() {
      cancelTry()
      cancelLife()
    },
  }
}

function shows(
  { outputs }: DeviceDefinition,
  { output, value }: OutputRequest,
  telemetry: Telemetry,
): boolean {
  const { readBack, readBackWithin = 0 } = outputs[output] ?? {}
  const read = readBack === undefined ? undefined : telemetry[readBack]
  return read !== undefined && Math.abs(read - value) <= readBackWithin
}

function check(
  { model, outputs }: DeviceDefinition,
  binding: MqttBinding,
  requests: readonly OutputRequest[],
): Result<void> {
  for (const { output, value, forS = 0 } of requests) {
    const known = Object.hasOwn(outputs, output) ? outputs[output] : undefined
    const sane = known !== undefined && value >= known.min && value <= known.max && forS >= 0
    if (!sane) return err(fault('ACTION_UNSUPPORTED', { model, output }))
  }
  const encoded = requests.length === 0 ? undefined : binding.encode?.(requests)
  if (encoded === undefined)
    return err(fault('ACTION_UNSUPPORTED', { model, output: requests[0]?.output ?? '' }))
  return encoded.ok ? ok(undefined) : encoded
}
