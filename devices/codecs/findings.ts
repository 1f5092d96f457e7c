import { fault } from '../../core/errors.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { Channel, Decoded } from '../define.ts'

/** What a frame has said so far. Of two words about the same channel the later one stands. */
export interface Findings {
  readonly telemetry: Map<string, number>
  readonly failed: Map<string, string>
}

export function noFindings(): Findings {
  return { telemetry: new Map(), failed: new Map() }
}

export function measured(findings: Findings, channel: string, value: number): void {
  findings.failed.delete(channel)
  findings.telemetry.set(channel, value)
}

export function outOfOrder(findings: Findings, channel: string, reason: string): void {
  findings.telemetry.delete(channel)
  findings.failed.set(channel, reason)
}

/** Every value against its channel: a value outside refuses the frame with PAYLOAD_OUT_OF_RANGE, NaN included. */
export function withinRange(
  model: string,
  channels: Readonly<Record<string, Channel>>,
  findings: Findings,
): Result<Decoded> {
  for (const [name, value] of findings.telemetry) {
    const channel = channels[name]
    if (channel === undefined) throw new Error(`${model} decodes ${name}, which it does not declare`)
    const { min, max } = channel
    if (!(value >= min && value <= max))
      return err(fault('PAYLOAD_OUT_OF_RANGE', { model, channel: name, value, min, max }))
  }
  const telemetry = Object.fromEntries(findings.telemetry)
  if (findings.failed.size === 0) return ok({ telemetry })
  return ok({ telemetry, failed: Object.fromEntries(findings.failed) })
}
