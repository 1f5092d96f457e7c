import type { Cancel } from '../clock.ts'

export interface Address {
  readonly host: string
  readonly port: number
}

/** A bound UDP socket. Sending never throws: a datagram that cannot leave is lost, as datagrams are. */
export interface Datagram {
  readonly local: Address
  send(bytes: Uint8Array, to: Address): void
  onMessage(handler: (bytes: Uint8Array, from: Address) => void): Cancel
  close(): Promise<void>
}

export interface DatagramNetwork {
  /** Port 0 picks a free one. Rejects with a FaultError when the address cannot be bound. */
  bind(address: Address): Promise<Datagram>
}
