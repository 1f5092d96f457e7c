import type { Clock, NodeClock } from '../../core/clock.ts'
import type { Log } from '../../core/log.ts'
import type { DialBroker } from '../../core/ports/broker.ts'
import type { ByteStream } from '../../core/ports/byte-stream.ts'
import type { Address, DatagramNetwork } from '../../core/ports/datagram.ts'
import type { SqlStore } from '../../core/ports/sql-store.ts'
import type { Random } from '../../core/random.ts'
import type { Result } from '../../core/result.ts'
import type { DeviceDefinition } from '../../devices/define.ts'
import type { Driver, DriverSink } from '../drivers/driver.ts'
import type { LoadedEdge } from '../load-config.ts'
import type { ModbusBus } from '../modbus/bus.ts'
import type { Refusals } from '../refusals.ts'

/** The world that drivers are built into. */
export interface DriverParts {
  readonly sink: DriverSink
  readonly clock: NodeClock
  /** Real time, by which radios and wires go. */
  readonly wall: Clock
  readonly random: Random
  readonly log: Log
  readonly store: SqlStore
  readonly network: DatagramNetwork
  readonly dial: DialBroker
  /** Opens a serial port; no parity and one stop bit where they are left out. */
  serial(port: {
    readonly path: string
    readonly baud: number
    readonly parity?: 'none' | 'even' | 'odd'
    readonly stopBits?: 1 | 2
  }): ByteStream
  tcp(address: Address): ByteStream
  /** What stands in a file that its owner alone may read; SECRET_UNREADABLE says why not. */
  readSecret(file: string): Result<string>
  readonly refusals: Refusals
}

export interface ServingDriver {
  readonly driver: Driver
  /** Ids of the devices that it serves. */
  readonly devices: readonly string[]
}

/** The same with the Modbus lines of the configuration, by id: several kinds of driver may share one. */
export interface WiredParts extends DriverParts {
  readonly modbus: ReadonlyMap<string, ModbusBus>
}

/** The drivers of one kind that the configuration asks for. May throw a FaultError for a file that cannot be read. */
export type DriverBuilder = (loaded: LoadedEdge, parts: WiredParts) => readonly ServingDriver[]

/** The definitions of these devices, by id. */
export function definitionsOf(
  loaded: Pick<LoadedEdge, 'definitions'>,
  devices: readonly { readonly id: string }[],
): ReadonlyMap<string, DeviceDefinition> {
  return new Map(
    devices.flatMap(({ id }) => {
      const definition = loaded.definitions.get(id)
      return definition === undefined ? [] : [[id, definition] as const]
    }),
  )
}
