import type { Fault } from '../../../core/errors.ts'

/** The node's own broker as the driver sees it: one side is devices that have proven who they are. */
export interface DeviceBroker {
  /** Opens the port. Rejects with a FaultError PORT_UNAVAILABLE. */
  start(): Promise<{ readonly port: number }>
  stop(): Promise<void>
  /** To whoever subscribed; nothing is kept for who is not there. False when the broker is closed. */
  publish(topic: string, payload: Uint8Array): boolean
}

export interface DeviceBrokerOptions {
  readonly host: string
  readonly port: number
  readonly logins: readonly DeviceLogin[]
  /** A message of a device, below its own topic. */
  received(device: string, topic: string, payload: Uint8Array): void
  /** The device's first connection came, or its last has gone. */
  presence(device: string, connected: boolean): void
  refused(problem: Fault, device?: string): void
}

export interface DeviceLogin {
  readonly device: string
  readonly username: string
  readonly password: string
  /** The device may publish and hear what is below this, and nothing else. */
  readonly topic: string
}

export type OpenDeviceBroker = (options: DeviceBrokerOptions) => Promise<DeviceBroker>
