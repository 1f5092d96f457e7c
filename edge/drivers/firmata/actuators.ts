import type { FirmataBinding, FirmataWrite } from '../../../devices/define.ts'
import type { IoPlugin } from './io-plugin.ts'
import type { FiveBoard, JohnnyFive } from './libraries.ts'

/** Each output's component of johnny-five, told in the pin's terms: 0 or 1, 0 to 255 of PWM, degrees of a servo. */
export interface Actuators {
  set(output: string, raw: number): void
  /** johnny-five keeps boards for ever; this one is let go of. */
  forget(): void
}

/** Pulses of 0 and 180 degrees, in microseconds: those of the servo library of an Arduino. */
const SERVO_PULSES = [544, 2_400] as const

export function createActuators(
  five: JohnnyFive,
  plugin: IoPlugin,
  { write = {} }: Pick<FirmataBinding, 'write'>,
): Actuators {
  // Without its prompt, its words on the console and its hand on Ctrl+C.
  const board = new five.Board({ io: plugin.io, repl: false, debug: false, sigint: false })
  const setters = new Map(
    Object.entries(write).map(([output, place]) => [output, setterOf(five, board, place)] as const),
  )
  return {
    set: (output, raw) => setters.get(output)?.(raw),
    forget() {
      const index = five.Board.cache.indexOf(board)
      if (index >= 0) five.Board.cache.splice(index, 1)
    },
  }
}

function setterOf(five: JohnnyFive, board: FiveBoard, { kind, pin }: FirmataWrite): (raw: number) => void {
  switch (kind) {
    case 'digital': {
      const relay = new five.Relay({ board, pin })
      return (raw) => (raw > 0 ? relay.close() : relay.open())
    }
    case 'pwm': {
      const dimmed = new five.Led({ board, pin })
      return (raw) => dimmed.brightness(raw)
    }
    case 'servo': {
      const servo = new five.Servo({ board, pin, pwmRange: SERVO_PULSES })
      return (raw) => servo.to(raw)
    }
  }
}
