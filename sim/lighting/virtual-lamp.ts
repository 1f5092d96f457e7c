import type { Clock } from '../../core/clock.ts'

/** A luminaire on its pole as the world has it: its gear, its lamp and its supply. Whatever radio or wire it hangs on asks it. */
export interface VirtualLamp {
  /** Percent of light, as its gear understood it. */
  command(level: number): void
  /** What the gear holds now, percent of light. */
  level(): number
  power_W(): number
  energy_Wh(): number
  voltage_V(): number
  /** Hours that the lamp has burnt. */
  lampHours(): number
  /** No supply, or the driver is dead: it answers nothing. */
  dead(): boolean
  /** The gear answers and says that its lamp is broken. */
  lampFailed(): boolean
}

/**
 * `lamp`: burnt out, the gear lives. `driver`: the gear is dead. `dim`: half of the modules are dead. `hungry`: draws too
 * much. `on`: burns whatever it is told.
 */
export const LAMP_FAULTS = ['lamp', 'driver', 'dim', 'hungry', 'on'] as const
export type LampFault = (typeof LAMP_FAULTS)[number]

export interface PoleLamp extends VirtualLamp {
  readonly id: string
  /** Adds a fault, or mends all with `none`. */
  fault(name: LampFault | 'none'): void
  faults(): readonly LampFault[]
  /** The voltage at the pole has changed. */
  supply(volts: number): void
}

export interface PoleLampOptions {
  readonly id: string
  readonly clock: Clock
  readonly rated_W: number
  readonly standby_W: number
  /** Hours that it has burnt before. */
  readonly hours: number
  /** What its gear does when power comes back; left out, full light. */
  readonly powerUp?: () => number
}

/** Light that a gear gives when power comes back, until it is told otherwise. */
const POWER_UP_LEVEL = 100
/** Below this the gear switches off. */
const LEAST_SUPPLY_V = 90
const HUNGRY = 1.35
const DIM = 0.5
/** No meter of a luminaire reads the same twice. */
const UNLIKE = 0.02

export function createPoleLamp(options: PoleLampOptions): PoleLamp {
  const { id, clock, rated_W, standby_W, hours, powerUp = () => POWER_UP_LEVEL } = options
  const broken = new Set<LampFault>()
  // Of each lamp its own, and always the same.
  const likeness = 1 + UNLIKE * Math.sin([...id].reduce((sum, letter) => sum + letter.charCodeAt(0), 0))
  let told = POWER_UP_LEVEL
  let volts = 0
  let energy_Wh = 0
  let burnt_h = hours
  let countedTo = clock.monotonic()

  const supplied = () => volts >= LEAST_SUPPLY_V
  const dead = () => !supplied() || broken.has('driver')
  const light = () => (broken.has('on') ? 100 : told)
  const power_W = (): number => {
    if (dead()) return 0
    if (broken.has('lamp') || light() === 0) return standby_W
    const share = (broken.has('dim') ? DIM : 1) * (broken.has('hungry') ? HUNGRY : 1)
    return standby_W + (rated_W - standby_W) * (light() / 100) * share * likeness
  }
  /** Up to now, as it has been since the last time. */
  const count = () => {
    const now = clock.monotonic()
    const passed_h = (now - countedTo) / 3_600_000
    countedTo = now
    energy_Wh += power_W() * passed_h
    if (!dead() && light() > 0 && !broken.has('lamp')) burnt_h += passed_h
  }
  const changing = (change: () => void) => {
    count()
    change()
  }
  return {
    id,
    command(level) {
      if (!dead()) changing(() => (told = Math.min(100, Math.max(0, level))))
    },
    level: () => (dead() ? 0 : light()),
    power_W,
    energy_Wh() {
      count()
      return energy_Wh
    },
    voltage_V: () => volts,
    lampHours() {
      count()
      return burnt_h
    },
    dead,
    lampFailed: () => broken.has('lamp'),
    fault: (name) => changing(() => void (name === 'none' ? broken.clear() : broken.add(name))),
    faults: () => [...broken],
    supply: (now_V) =>
      changing(() => {
        const before = supplied()
        volts = now_V
        if (!before && supplied()) told = powerUp()
      }),
  }
}
