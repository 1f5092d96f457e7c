import { type Cancel, type Clock, every, type Utc } from '../../core/clock.ts'
import type { Random } from '../../core/random.ts'
import type { MulticastAddress } from '../lorawan/multicast.ts'
import type { EndDevice } from '../lorawan-device.ts'
import type { DeviceSnapshot, FaultName, OutputSnapshot, VirtualDevice } from './virtual-device.ts'

/** What a device asks of its radio; the city knows its keys, its place and its clocks. */
export interface RadioWishes {
  readonly class: 'A' | 'C'
  battery(): number
  /** Groups that it listens to. */
  readonly multicast?: readonly MulticastAddress[]
  onDownlink(payload: { readonly fPort: number; readonly bytes: Uint8Array; readonly group: boolean }): void
  onJoined(): void
}
export type ConnectRadio = (wishes: RadioWishes) => EndDevice

/** What is the same for every piece of equipment: where it is told of time, radio and power. */
export interface Fitting {
  readonly id: string
  readonly every_s: number
  /** The clock that its measurements follow; it may be accelerated. */
  readonly clock: Clock
  readonly random: Random
  readonly connect: ConnectRadio
}

export interface Equipment {
  readonly model: string
  readonly class: 'A' | 'C'
  readonly fPort: number
  readonly canFail: readonly FaultName[]
  /** Its events are what it is now: of those that wait only the newest is told. */
  readonly tellsNewest?: true
  /** 0 on external power, 1 (empty) to 254 (full). */
  battery(faults: ReadonlySet<FaultName>): number
  /** What it says when it has joined, before its first report. */
  readonly announcement?: Uint8Array
  /** Measures and encodes. */
  report(faults: Set<FaultName>, at: Utc): Uint8Array
  values(): Readonly<Record<string, number>>
  outputs?(faults: ReadonlySet<FaultName>): readonly OutputSnapshot[]
  onDownlink?(bytes: Uint8Array, fPort: number, faults: ReadonlySet<FaultName>): void
  onFault?(name: FaultName, at: Utc): void
  onPowerLost?(): void
}

export interface Fitted extends VirtualDevice {
  /** Reports at once, apart from the rhythm. Each event that is told is sent, in order, until it is acknowledged. */
  reportNow(): void
}

/** Each routine measurement comes up to this share of the rhythm late, so that devices do not meet on the air for ever. */
const SCATTER = 0.5
/** Routine reports wait under one key: only the newest is worth sending. */
const ROUTINE = 'routine'
const EVENT = 'event'

/** Puts equipment in its place: joins, reports in its rhythm, fails on demand. */
export function install(fitting: Fitting, equipment: Equipment): Fitted {
  const { id, clock, every_s, random } = fitting
  const faults = new Set<FaultName>()
  let cancelRhythm: Cancel = () => {}
  let cancelNext: Cancel = () => {}
  let lastReportAt: Utc | null = null
  let events = 0
  let powered = false

  const cancelTimers = () => {
    cancelRhythm()
    cancelNext()
  }
  const send = (key: string, confirmed: boolean) => {
    lastReportAt = clock.now()
    radio.send(key, {
      fPort: equipment.fPort,
      bytes: equipment.report(faults, lastReportAt),
      confirmed,
    })
  }
  const radio = fitting.connect({
    class: equipment.class,
    battery: () => equipment.battery(faults),
    onDownlink: ({ bytes, fPort }) => equipment.onDownlink?.(bytes, fPort, faults),
    onJoined() {
      cancelTimers()
      const { announcement } = equipment
      if (announcement !== undefined) {
        radio.send('announcement', { fPort: equipment.fPort, bytes: announcement, confirmed: false })
      }
      send(ROUTINE, false)
      const period_ms = every_s * 1_000
      cancelRhythm = every(clock, period_ms, () => {
        cancelNext = clock.after(random.next() * SCATTER * period_ms, () => send(ROUTINE, false))
      })
    },
  })
  const powerOff = () => {
    powered = false
    cancelTimers()
    radio.stop()
    equipment.onPowerLost?.()
  }
  const powerOn = () => {
    powered = true
    radio.start()
  }

  return {
    id,
    model: equipment.model,
    start() {
      if (!powered && !faults.has('silent')) powerOn()
    },
    stop: powerOff,
    fault(name) {
      if (name === 'none') {
        faults.clear()
        if (!powered) powerOn()
        return true
      }
      if (!equipment.canFail.includes(name)) return false
      faults.add(name)
      equipment.onFault?.(name, clock.now())
      if (name === 'silent') powerOff()
      return true
    },
    reportNow: () => send(equipment.tellsNewest === true ? EVENT : `event-${events++}`, true),
    snapshot: (): DeviceSnapshot => ({
      id,
      model: equipment.model,
      faults: [...faults],
      radio: radio.state(),
      lastReportAt,
      values: equipment.values(),
      ...(equipment.outputs === undefined ? {} : { outputs: equipment.outputs(faults) }),
    }),
  }
}
