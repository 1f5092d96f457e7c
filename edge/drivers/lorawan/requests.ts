import { type Fault, fault } from '../../../core/errors.ts'
import { payloadMax, type Region } from '../../../core/lorawan/as923.ts'
import { err, ok, type Result } from '../../../core/result.ts'
import type { OutputRequest, Telemetry } from '../../../devices/define.ts'
import type { Delivery, DeviceLink } from './session.ts'

/** Refuses at once what the device cannot do, or what its receive window cannot carry. */
export function checkRequests(
  link: DeviceLink,
  requests: readonly OutputRequest[],
  region: Region,
): Result<void> {
  const { definition, binding } = link
  for (const { output, value, forS } of requests) {
    const known = Object.hasOwn(definition.outputs, output) ? definition.outputs[output] : undefined
    const sane = known !== undefined && value >= known.min && value <= known.max && (forS ?? 0) >= 0
    if (!sane) return err(fault('ACTION_UNSUPPORTED', { model: definition.model, output }))
  }
  if (binding.encode === undefined || requests.length === 0) {
    return err(fault('ACTION_UNSUPPORTED', { model: definition.model, output: requests[0]?.output ?? '' }))
  }
  const frames = binding.encode(requests)
  if (!frames.ok) return frames
  const dataRate = link.active?.radio.rx2DataRate ?? region.rx2.dataRate
  const limit = link.class === 'C' ? payloadMax(region, dataRate, 'down') : Number.POSITIVE_INFINITY
  const longest = Math.max(0, ...frames.value.map((frame) => frame.bytes.length))
  return longest > limit ? err(tooLong(link, longest, limit)) : ok(undefined)
}

export function tooLong(link: DeviceLink, bytes: number, limit: number): Fault {
  return fault('LORAWAN_DOWNLINK_TOO_LONG', { device: link.id, bytes, limit })
}

/** The same is on its way already. */
export function underWay(
  delivery: Delivery | undefined,
  requests: readonly OutputRequest[],
  urgency: 'urgent' | 'normal',
): boolean {
  if (delivery === undefined || (urgency === 'urgent' && !delivery.urgent)) return false
  return requests.every(({ output, value, forS }) =>
    delivery.requests.some(
      (other) => other.output === output && other.value === value && other.forS === forS,
    ),
  )
}

/**
 * The device last showed otherwise. Of one that is told to do for a time what it may do already, that it does so says
 * nothing of that time: its valve would shut under a pump that counts on it.
 */
export function changes(link: DeviceLink, request: OutputRequest): boolean {
  const { readBack } = link.definition.outputs[request.output] ?? {}
  const known = readBack !== undefined && link.shown?.telemetry[readBack] !== undefined
  return known && !isReadBack(link, [request], link.shown?.telemetry ?? {})
}

/** The telemetry shows every one of these outputs as it was asked for. */
export function isReadBack(
  { definition }: DeviceLink,
  requests: readonly OutputRequest[],
  telemetry: Telemetry,
): boolean {
  return requests.every(({ output, value }) => {
    const { readBack, readBackWithin = 0 } = definition.outputs[output] ?? {}
    const read = readBack === undefined ? undefined : telemetry[readBack]
    return read !== undefined && Math.abs(read - value) <= readBackWithin
  })
}

/**
 * A lamp: nothing in it counts down. What it holds it holds until it is told otherwise, so that telling it again what it
 * shows is only airtime.
 */
export function staysAsTold({ definition }: DeviceLink, requests: readonly OutputRequest[]): boolean {
  if (definition.kind !== 'luminaire') return false
  return requests.every(({ output, forS }) => {
    const known = definition.outputs[output]
    return forS === undefined && known?.deadManS === 0 && known.readBack !== undefined
  })
}
