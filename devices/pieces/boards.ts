import type { Text } from '../../core/text.ts'
import type { FirmataRead, Output } from '../define.ts'

/**
 * What hangs on a board that runs Firmata holds what it was told for ever: its node alone ends it, and when the node
 * ends, or is lost, a watchdog relay does.
 */
const DEAD_MAN_S = 60

/** On (1) or off. */
export function switched(label: Text): Output {
  return { label, min: 0, max: 1, safe: 0, powerUp: 0, deadManS: DEAD_MAN_S }
}

/** Percent, 0 for at rest. */
export function throttled(label: Text): Output {
  return { label, min: 0, max: 100, safe: 0, powerUp: 0, deadManS: DEAD_MAN_S }
}

/** Percent of the way that a servo drives something; it stays where it is when its node ends. */
export function positioned(label: Text): Output {
  return { label, min: 0, max: 100, safe: 0, powerUp: 0, deadManS: 0 }
}

const VOLTS = 5
/** 220 Ω in the loop: 4 mA are 0.88 V, 20 mA 4.4 V. */
const OHM = 220

/**
 * A transmitter with 4 to 20 mA over 220 Ω at analog input A`pin`. NAMUR NE 43: below 3.6 mA the wire is broken, above
 * 21 mA the transmitter says that its probe is.
 */
export function currentLoop(pin: number, from: number, to: number): Extract<FirmataRead, { kind: 'analog' }> {
  const volts = (mA: number) => (mA * OHM) / 1_000
  return {
    ...{ kind: 'analog', pin, full_V: VOLTS },
    curve: [
      [volts(4), from],
      [volts(20), to],
    ],
    sound_V: [volts(3.6), volts(21)],
  }
}

/** A ratiometric transducer with 0.5 to 4.5 V, which breaks to either end. */
export function halfToFourAndAHalf(
  pin: number,
  from: number,
  to: number,
): Extract<FirmataRead, { kind: 'analog' }> {
  return {
    ...{ kind: 'analog', pin, full_V: VOLTS },
    curve: [
      [0.5, from],
      [4.5, to],
    ],
    sound_V: [0.3, 4.7],
  }
}
