import type { Clock } from '../../core/clock.ts'
import { type Fitting, install } from './equipment.ts'
import { announcement, field, frame, MILESIGHT_PORT } from './milesight-frame.ts'
import type { VirtualDevice } from './virtual-device.ts'

export interface PushButtonOptions extends Fitting {
  readonly serial: readonly number[]
  /** A finger moves in real time: the radio's clock. */
  readonly handClock: Clock
}

export interface PushButton extends VirtualDevice {
  /** Pressed and let go a second later. */
  press(): void
}

const PRESSED_MS = 1_000

/** A push button on digital input 1 of a Milesight UC300, which tells each change at once. */
export function createPushButton(options: PushButtonOptions): PushButton {
  let pressed = 0
  const device = install(options, {
    model: 'milesight-uc300',
    class: 'C',
    fPort: MILESIGHT_PORT,
    canFail: ['stuck', 'silent', 'dead'],
    announcement: announcement(options.serial, 'C'),
    battery: () => 0,
    report: (faults) => {
      const closed = faults.has('dead') ? 0 : faults.has('stuck') ? 1 : pressed
      return frame(
        field(0x03, 0x00, closed),
        field(0x04, 0x00, 0),
        field(0x05, 0x00, 0),
        field(0x06, 0x00, 0),
      )
    },
    values: () => ({ pressed }),
  })
  return {
    ...device,
    press() {
      pressed = 1
      device.reportNow()
      options.handClock.after(PRESSED_MS, () => {
        pressed = 0
        device.reportNow()
      })
    },
  }
}
