import { type Cancel, type Clock, every } from '../../core/clock.ts'
import type { VirtualLamp } from '../lighting/virtual-lamp.ts'
import type { MulticastAddress } from '../lorawan/multicast.ts'
import type { Fitting } from './equipment.ts'
import { u16, u32 } from './milesight-frame.ts'
import type { DeviceSnapshot, VirtualDevice } from './virtual-device.ts'

export interface LuminaireOptions extends Fitting {
  readonly lamp: VirtualLamp
  /** Of the radio, real time: supply, start and notices happen by it. */
  readonly radioClock: Clock
  readonly multicast: readonly MulticastAddress[]
  /** After a change that nobody asked it about it reports within this time (its dim notification). */
  readonly notice_s: number
  /** After a supply returns it joins within this time, so that a street does not join at once (its boot delay). */
  readonly boot_s: number
}

const PORT = { status: 23, usage: 26, command: 60, event: 61, system: 99 } as const
const DIM = 0x01
const BROADCAST = 0xfe
const OWN_METER = 0xff
/** Energy, power, power factor, voltage, burning time. */
const USAGE_MASK = 0b1011_0011
const MANUAL = 253
const RELAY_CLOSED = 0x80
const LAMP_FAILED = 0x02
const LAMP_ON = 0x04
const FULL_FACTOR = 0.96
const TEMPERATURE_C = 41
const SERIAL = [0x0d, 0x00, 0x83, 0x50]
/** How soon a lost supply, its return and a broken lamp are noticed. */
const WATCH_MS = 1_000
const NOBODY_ASKED_WITHIN = 0.5

/**
 * A NAS UL20xx controller on its pole: class C, dims its gear on port 60, says what it did in the same words, tells its
 * status (23) and its meter (26) in its rhythm and after a change, and a broken lamp at once (61). Without supply it is
 * gone; with it it starts anew and its lamp burns in full.
 */
export function createLuminaire(options: LuminaireOptions): VirtualDevice {
  const { id, clock, radioClock, random, every_s, lamp } = options
  let installed = false
  let powered = false
  let failureTold = false
  let lastReportAt: number | null = null
  let cancels: Cancel[] = []
  let cancelWatch: Cancel = () => {}
  let cancelNotice: Cancel = () => {}

  const send = (fPort: number, bytes: readonly number[], confirmed = false) => {
    lastReportAt = clock.now()
    radio.send(`port-${fPort}`, { fPort, bytes: Uint8Array.from(bytes), confirmed })
  }
  const report = () => {
    send(PORT.status, status(lamp, Math.floor(clock.now() / 1_000)))
    send(PORT.usage, usage(lamp))
  }
  const notice = () => {
    cancelNotice()
    const wait_ms = random.next() * options.notice_s * 1_000
    cancelNotice = radioClock.after(wait_ms, () =>
      send(PORT.status, status(lamp, Math.floor(clock.now() / 1_000))),
    )
  }
  const obey = (bytes: Uint8Array): boolean => {
    const [command, ...pairs] = bytes
    if (command !== DIM || pairs.length === 0 || pairs.length % 2 === 1) return false
    const levels = pairs.filter((_, index) => index % 2 === 1)
    if (levels.some((level) => level > 100)) return false
    for (const level of levels) lamp.command(level)
    return true
  }
  const radio = options.connect({
    class: 'C',
    multicast: options.multicast,
    battery: () => 0,
    onDownlink({ fPort, bytes, group }) {
      if (fPort !== PORT.command || lamp.dead()) return
      const obeyed = obey(bytes)
      if (group) return obeyed ? notice() : undefined
      if (obeyed) send(PORT.command, [...bytes])
      else send(PORT.system, [0x13, fPort, 0x0a])
    },
    onJoined() {
      for (const cancel of cancels) cancel()
      // A street that joins at once drowns first words: this one is said until it is acknowledged.
      send(PORT.system, boot(Math.floor(clock.now() / 1_000)), true)
      report()
      const period_ms = every_s * 1_000
      let cancelNext: Cancel = () => {}
      const cancelRhythm = every(clock, period_ms, () => {
        cancelNext = clock.after(random.next() * NOBODY_ASKED_WITHIN * period_ms, report)
      })
      cancels = [cancelRhythm, () => cancelNext()]
    },
  })

  const powerOff = () => {
    powered = false
    for (const cancel of cancels) cancel()
    cancels = []
    cancelNotice()
    radio.stop()
  }
  const powerOn = () => {
    powered = true
    failureTold = false
    cancels = [radioClock.after(random.next() * options.boot_s * 1_000, () => radio.start())]
  }
  const watch = () => {
    if (powered && lamp.dead()) return powerOff()
    if (!powered && !lamp.dead()) return powerOn()
    if (lamp.lampFailed() && powered && !failureTold) {
      send(PORT.event, [0x83, 0x20, BROADCAST, gearStatus(lamp)], true)
    }
    failureTold = lamp.lampFailed()
  }

  return {
    id,
    model: 'nas-ul20xx',
    start() {
      if (installed) return
      installed = true
      cancelWatch = every(radioClock, WATCH_MS, watch)
      watch()
    },
    stop() {
      installed = false
      cancelWatch()
      powerOff()
    },
    // What breaks in a street breaks in its lamps, fuses and contactors.
    fault: () => false,
    snapshot: (): DeviceSnapshot => ({
      id,
      model: 'nas-ul20xx',
      faults: [],
      radio: radio.state(),
      lastReportAt,
      values: { level: lamp.level(), power_W: lamp.power_W() },
    }),
  }
}

function gearStatus(lamp: VirtualLamp): number {
  if (lamp.lampFailed()) return LAMP_FAILED
  return lamp.level() > 0 ? LAMP_ON : 0
}

function status(lamp: VirtualLamp, utc_s: number): readonly number[] {
  const heard = [60, 8, TEMPERATURE_C]
  const gear = [BROADCAST, MANUAL, Math.round(lamp.level()), gearStatus(lamp)]
  return [0x01, ...u32(utc_s), RELAY_CLOSED, 0x00, ...heard, 0x00, 0x00, ...gear]
}

function usage(lamp: VirtualLamp): readonly number[] {
  const factor = lamp.power_W() > 0 ? FULL_FACTOR : 0
  return [
    0x00,
    OWN_METER,
    USAGE_MASK,
    ...u32(Math.round(lamp.energy_Wh())),
    ...u16(Math.round(lamp.power_W())),
    Math.round(factor * 100),
    Math.min(254, Math.round(lamp.voltage_V())),
    ...u32(Math.round(lamp.lampHours() * 3_600)),
  ]
}

function boot(utc_s: number): readonly number[] {
  return [0x00, ...SERIAL, 1, 1, 5, ...u32(utc_s), 0x00, 0x20, 0x7e, 0x01, 0x00]
}
