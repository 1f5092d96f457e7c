import type { Clock } from '../../core/clock.ts'
import { createPoleLamp, LAMP_FAULTS, type LampFault, type PoleLamp } from './virtual-lamp.ts'

/**
 * A street's supply as the world has it: three phases into a cabinet with a meter, a contactor and a fuse for each
 * feeder, and lamps on their poles.
 */

export interface StreetLamp {
  readonly id: string
  readonly feeder: string
  readonly rated_W: number
  readonly standby_W: number
  readonly hours: number
  /** What its gear does when power comes back; left out, full light. */
  readonly powerUp?: () => number
}

export interface StreetFeeder {
  readonly id: string
  /** 0 to 2. */
  readonly phase: number
}

export interface VirtualStreet {
  lamp(id: string): PoleLamp | undefined
  readonly lamps: readonly PoleLamp[]
  /** The coil of a feeder's contactor: what its contacts do is another matter. */
  drive(feeder: string, closed: boolean): void
  isDriven(feeder: string): boolean
  /** What the contactor's auxiliary contact says. */
  isClosed(feeder: string): boolean
  readonly meter: StreetMeter
  doorOpen(): boolean
  rcdTripped(): boolean
  /**
   * Adds a fault to a lamp, feeder, the cabinet or the meter; `none` mends what is there. False for what cannot be. Of the
   * last two, `silent` is the module on its wire: it answers nothing, and holds what it drives.
   */
  fault(where: string, name: string): boolean
  faults(where: string): readonly string[]
}

export interface StreetMeter {
  voltage_V(phase: number): number
  power_W(phase: number): number
  current_A(phase: number): number
  energy_Wh(phase: number): number
}

export const FEEDER_FAULTS = ['fuse', 'welded', 'open'] as const
export const CABINET_FAULTS = ['door', 'rcd', 'phase'] as const
type FeederFault = (typeof FEEDER_FAULTS)[number]
type CabinetFault = (typeof CABINET_FAULTS)[number]

const MAINS_V = 230
/** Controller, heater and the contactors' coils. */
const CABINET_W = 18
const LOST_PHASE = 1

export function createVirtualStreet(options: {
  readonly clock: Clock
  readonly cabinet: string
  readonly meter: string
  readonly feeders: readonly StreetFeeder[]
  readonly lamps: readonly StreetLamp[]
}): VirtualStreet {
  const { clock, cabinet, meter } = options
  const lamps = new Map(options.lamps.map((lamp) => [lamp.id, createPoleLamp({ ...lamp, clock })]))
  const coils = new Map(options.feeders.map(({ id }) => [id, true]))
  const broken = new Map<string, Set<FeederFault>>(options.feeders.map(({ id }) => [id, new Set()]))
  const ailing = new Set<CabinetFault>()
  const silent = new Set<string>()
  const energy_Wh = [0, 0, 0]
  let countedTo = clock.monotonic()

  const contactsClosed = (id: string): boolean => {
    const faults = broken.get(id)
    if (faults?.has('welded') === true) return true
    return coils.get(id) === true && faults?.has('open') !== true
  }
  const voltage_V = (phase: number) => (ailing.has('phase') && phase === LOST_PHASE ? 4 : MAINS_V)
  const feederLive = (id: string) =>
    contactsClosed(id) && broken.get(id)?.has('fuse') !== true && !ailing.has('rcd')
  const lampsOf = (feeder: string) =>
    options.lamps.flatMap((lamp) => (lamp.feeder === feeder ? (lamps.get(lamp.id) ?? []) : []))
  const power_W = (phase: number) => {
    const own = phase === 0 ? CABINET_W : 0
    const fed = options.feeders.filter((feeder) => feeder.phase === phase).flatMap(({ id }) => lampsOf(id))
    return own + fed.reduce((sum, lamp) => sum + lamp.power_W(), 0)
  }
  const count = () => {
    const now = clock.monotonic()
    const passed_h = (now - countedTo) / 3_600_000
    countedTo = now
    for (const [phase, sofar] of energy_Wh.entries()) energy_Wh[phase] = sofar + power_W(phase) * passed_h
  }
  /** Before and after anything that changes what flows. */
  const settle = (change: () => void) => {
    count()
    change()
    for (const { id, phase } of options.feeders) {
      const volts = feederLive(id) ? voltage_V(phase) : 0
      for (const lamp of lampsOf(id)) lamp.supply(volts)
    }
  }
  settle(() => {})

  const feederFault = (faults: Set<FeederFault>, name: string): boolean => {
    const known = FEEDER_FAULTS.find((one) => one === name)
    if (known === undefined && name !== 'none') return false
    settle(() => void (known === undefined ? faults.clear() : faults.add(known)))
    return true
  }
  const cabinetFault = (name: string): boolean => {
    const known = CABINET_FAULTS.find((one) => one === name)
    if (known === undefined && name !== 'none') return false
    settle(() => void (known === undefined ? ailing.clear() : ailing.add(known)))
    return true
  }
  const wireFault = (where: string, name: string): boolean => {
    if (name === 'silent') silent.add(where)
    if (name === 'none') silent.delete(where)
    return name === 'silent' || name === 'none'
  }
  const lampFault = (lamp: PoleLamp, name: string): boolean => {
    const known = LAMP_FAULTS.find((one): one is LampFault => one === name)
    if (known === undefined && name !== 'none') return false
    settle(() => lamp.fault(known ?? 'none'))
    return true
  }
  // What flows changes with a lamp's level, and the meter counts what has flowed.
  const hung = new Map(
    [...lamps].map(([id, lamp]) => [
      id,
      { ...lamp, command: (level: number) => settle(() => lamp.command(level)) },
    ]),
  )
  return {
    lamps: [...hung.values()],
    lamp: (id) => hung.get(id),
    drive(feeder, closed) {
      if (coils.has(feeder)) settle(() => coils.set(feeder, closed))
    },
    isDriven: (feeder) => coils.get(feeder) ?? false,
    isClosed: contactsClosed,
    meter: {
      voltage_V,
      power_W,
      current_A: (phase) => power_W(phase) / Math.max(1, voltage_V(phase)),
      energy_Wh(phase) {
        count()
        return energy_Wh[phase] ?? 0
      },
    },
    doorOpen: () => ailing.has('door'),
    rcdTripped: () => ailing.has('rcd'),
    fault(where, name) {
      const feeder = broken.get(where)
      const lamp = lamps.get(where)
      if (feeder !== undefined) return feederFault(feeder, name)
      if (lamp !== undefined) return lampFault(lamp, name)
      if (where !== cabinet && where !== meter) return false
      const onWire = wireFault(where, name)
      return where === cabinet ? cabinetFault(name) || onWire : onWire
    },
    faults(where) {
      const onWire = silent.has(where) ? ['silent'] : []
      if (where === meter) return onWire
      if (where === cabinet) return [...ailing, ...onWire]
      return lamps.get(where)?.faults() ?? [...(broken.get(where) ?? [])]
    },
  }
}
