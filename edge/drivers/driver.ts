import type { Mono, Utc } from '../../core/clock.ts'
import type { Fault } from '../../core/errors.ts'
import type { DeviceId } from '../../core/ids.ts'
import type { Instant } from '../../core/reading.ts'
import type { Result } from '../../core/result.ts'
import type { OutputRequest, Telemetry } from '../../devices/define.ts'

/** What a driver tells the agent. Handlers must not throw and return at once. */
export interface DriverSink {
  telemetry(report: TelemetryReport): void
  /** Something was refused; counted by its code. `device` where it is known. */
  refused(problem: Fault, device?: DeviceId): void
  /** A request for an output left towards the device, was confirmed by it, or was given up. */
  output(progress: OutputProgress): void
  /** Numbers about the link or the driver itself, told as points: `gateway-…/rssi`, `dh-level/link_snr`. */
  health(report: HealthReport): void
  /** A network or a gateway told the time. */
  time?(report: TimeReport): void
  /** A neighbouring node's modem was heard: sealed for the hub, and passed on as it is. */
  relayed?(frame: RelayedFrame): void
}

/** At `mono` the true UTC lay within `error_ms` of `utc`. */
export interface TimeReport {
  readonly source: 'lorawan' | 'gnss'
  readonly utc: Utc
  readonly mono: Mono
  readonly error_ms: number
}

export interface RelayedFrame {
  /** The neighbour's edge id, as the configuration has it for that modem. */
  readonly from: string
  readonly bytes: Uint8Array
}

export interface TelemetryReport {
  readonly device: DeviceId
  readonly time: Instant
  readonly telemetry: Telemetry
  readonly failed: Readonly<Record<string, string>>
  /** The node asked for it in its own rhythm: what is as before need not be told again. */
  readonly asked?: true
}

export interface OutputProgress {
  readonly device: DeviceId
  readonly requests: readonly OutputRequest[]
  readonly stage: 'sent' | 'confirmed' | 'failed'
  readonly time: Instant
  readonly problem?: Fault
}

export interface HealthReport {
  readonly source: string
  readonly values: Readonly<Record<string, number>>
}

export interface Driver {
  readonly name: string
  start(): Promise<void>
  /** False while it can serve none of its devices: no gateway, no broker. Absent where a driver cannot tell. */
  working?(): boolean
  /** Drives nothing any more, releases every port. Idempotent. */
  stop(): Promise<void>
  /** Sends the hub's sealed word to a neighbouring node's modem. Absent where a driver has no such neighbours. */
  relay?(to: string, bytes: Uint8Array): Result<void>
  /**
   * Queues requests towards a device of this driver, newest per output wins. `urgent` goes before anything else.
   * Synchronous, so that a siren waits for nothing: refused at once when the device cannot do it.
   */
  drive(device: DeviceId, requests: readonly OutputRequest[], urgency: 'urgent' | 'normal'): Result<void>
}
