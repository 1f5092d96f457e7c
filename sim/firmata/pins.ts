/** What a pin can do, as Firmata numbers it (protocol 2.5). */
export const MODE = { input: 0, output: 1, analog: 2, pwm: 3, servo: 4, i2c: 6, pullUp: 11 } as const
export type PinMode = (typeof MODE)[keyof typeof MODE]

/** Of each mode, its resolution in bits. */
const BITS: Readonly<Record<PinMode, number>> = {
  [MODE.input]: 1,
  [MODE.output]: 1,
  [MODE.analog]: 10,
  [MODE.pwm]: 8,
  [MODE.servo]: 14,
  [MODE.i2c]: 1,
  [MODE.pullUp]: 1,
}

export interface BoardPins {
  readonly count: number
  /** The first of the analog pins: A0. */
  readonly firstAnalog: number
  readonly analogs: number
  modesOf(pin: number): readonly PinMode[]
}

const between = (pin: number, first: number, last: number) => pin >= first && pin <= last

/** 54 digital pins, 16 analog ones behind them; pins 0 and 1 are its serial line. */
export const MEGA: BoardPins = {
  count: 70,
  firstAnalog: 54,
  analogs: 16,
  modesOf(pin) {
    if (pin < 2 || pin >= 70) return []
    const { input, output, analog, pwm, servo, i2c, pullUp } = MODE
    const usual = [input, pullUp, output]
    if (pin >= 54) return [...usual, analog]
    return [
      ...usual,
      ...(between(pin, 2, 13) || between(pin, 44, 46) ? [pwm] : []),
      servo,
      ...(between(pin, 20, 21) ? [i2c] : []),
    ]
  },
}

/** 14 digital pins, 6 analog ones behind them. */
export const UNO: BoardPins = {
  count: 20,
  firstAnalog: 14,
  analogs: 6,
  modesOf(pin) {
    if (pin < 2 || pin >= 20) return []
    const { input, output, analog, pwm, servo, i2c, pullUp } = MODE
    const usual = [input, pullUp, output]
    if (pin >= 14) return [...usual, analog, ...(between(pin, 18, 19) ? [i2c] : [])]
    return [...usual, ...([3, 5, 6, 9, 10, 11].includes(pin) ? [pwm] : []), servo]
  },
}

export function bitsOf(mode: PinMode): number {
  return BITS[mode]
}

export function isPinMode(mode: number): mode is PinMode {
  return Object.values(MODE).some((known) => known === mode)
}
