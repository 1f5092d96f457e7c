import type { Cancel } from '../../core/clock.ts'
import { type Fitted, type Fitting, install } from './equipment.ts'
import { announcement, battery, field, frame, MILESIGHT_PORT, u16, u32 } from './milesight-frame.ts'
import type { VirtualDevice } from './virtual-device.ts'

export interface ValveControllerOptions extends Fitting {
  readonly serial: readonly number[]
  /** The coil of valve 1 or 2: what the valve does is another matter. */
  drive(valve: number, open: boolean): void
  /** Litres that the water meter behind a valve has counted. */
  litres(valve: number): number
  pressure_kPa(): number
}

const VALVES = [1, 2] as const
const BATTERY_PERCENT = 92
const TASK_BYTES = 11
const TIMED = 0x80
const COUNTED = 0x40
const OPEN = 0x20
const INDEX = 0x07
const ALL = 7

interface Valve {
  open: boolean
  /** Number of the task that was carried out last: the same one is not carried out again. */
  task: number
  cancel: Cancel
}

/**
 * A Milesight UC511 with two latching solenoids and a water meter behind each, one pulse a litre: class C, carries out
 * valve tasks (`FF1D control sequence time(3) pulses(4)`), shuts by itself when their time is over or their pulses are
 * counted, and says at once how its valves stand: not how they stood when a busy channel let it wait.
 */
export function createValveController(options: ValveControllerOptions): VirtualDevice {
  const { clock } = options
  const valves = new Map<number, Valve>(
    VALVES.map((number) => [number, { open: false, task: 0, cancel: () => {} }]),
  )
  const set = (number: number, valve: Valve, open: boolean) => {
    valve.open = open
    options.drive(number, open)
  }
  const shutLater = (number: number, valve: Valve, seconds: number) => {
    valve.cancel = clock.after(seconds * 1_000, () => {
      set(number, valve, false)
      device.reportNow()
    })
  }
  const carryOut = (bytes: Uint8Array): boolean => {
    const [tag = 0, type = 0, control = 0, sequence = 0] = bytes
    if (tag !== 0xff || type !== 0x1d || bytes.length !== TASK_BYTES || (control & COUNTED) !== 0)
      return false
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const seconds = view.getUint32(4, true) & 0xffffff
    const open = (control & OPEN) !== 0
    const index = control & INDEX
    for (const [number, valve] of valves) {
      if (index !== ALL && index !== number - 1) continue
      if (sequence !== 0 && sequence === valve.task) continue
      valve.task = sequence
      valve.cancel()
      set(number, valve, open)
      if (open && (control & TIMED) !== 0) shutLater(number, valve, seconds)
    }
    return true
  }

  const device: Fitted = install(options, {
    model: 'milesight-uc511',
    class: 'C',
    fPort: MILESIGHT_PORT,
    canFail: ['silent'],
    tellsNewest: true,
    announcement: announcement(options.serial, 'C'),
    battery: () => Math.round((BATTERY_PERCENT / 100) * 254),
    report: () =>
      frame(
        battery(BATTERY_PERCENT),
        field(0x03, 0x01, Number(valves.get(1)?.open ?? false)),
        field(0x04, 0xc8, ...u32(Math.floor(options.litres(1)))),
        field(0x05, 0x01, Number(valves.get(2)?.open ?? false)),
        field(0x06, 0xc8, ...u32(Math.floor(options.litres(2)))),
        field(0x09, 0x7b, ...u16(options.pressure_kPa())),
      ),
    values: () =>
      Object.fromEntries([...valves].map(([number, { open }]) => [`valve${number}`, Number(open)])),
    onDownlink(bytes, fPort) {
      if (fPort === MILESIGHT_PORT && carryOut(bytes)) device.reportNow()
    },
  })
  return {
    ...device,
    /** Its clock goes on by its battery, heard of or not: only with the world it ends. */
    stop() {
      for (const { cancel } of valves.values()) cancel()
      device.stop()
    },
  }
}
