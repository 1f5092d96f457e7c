import { type Clock, every } from '../../core/clock.ts'
import type { Random } from '../../core/random.ts'
import { type FedWater, fedWaterAfter, RAW_WATER } from './fed-water.ts'
import { airAfter, type HouseAir, humidityOf, lightInside, photonsOf, startAir } from './house-air.ts'
import { createHouseFaults } from './house-faults.ts'
import { type Flows, flowsOf } from './plumbing.ts'
import { type Bed, type RootZone, rootZoneAfter } from './root-zone.ts'
import type { Sky, Weather } from './sky.ts'

export interface HouseZone extends Bed {
  readonly id: string
  readonly flow_Lmin: number
  readonly moisture: number
}

/** Pumps, fans and lamps of the house, by the name of the board's output that drives them. */
export const ACTUATORS = [
  'pump',
  'dose_a',
  'dose_b',
  'dose_acid',
  'mister',
  'fan1',
  'fan2',
  'fan3',
  'shade',
  'lamp',
] as const
export type Actuator = (typeof ACTUATORS)[number]

/** A greenhouse as the world has it. */
export interface VirtualHouse {
  start(): void
  stop(): void
  /** 0 to 1; of a pump and a fan with variable speed, of its full speed. */
  drive(actuator: Actuator, share: number): void
  /** The coil of a zone's valve: what the valve does is another matter. */
  driveValve(zone: string, open: boolean): void
  /** Adds a fault; `none` mends what is there. False for what cannot be. */
  fault(where: string, name: string): boolean
  faults(where: string): readonly string[]
  state(): HouseState
}

export interface HouseState {
  readonly tank: {
    readonly percent: number
    readonly litres: number
    readonly low: boolean
    readonly high: boolean
  }
  readonly flow_Lmin: number
  readonly pressure_kPa: number
  /** Since the world began, as the flow meter has counted. */
  readonly metered_L: number
  readonly fed: FedWater
  readonly air: HouseAir & { readonly humidity: number; readonly light_lx: number; readonly par: number }
  readonly outside: Weather
  readonly zones: readonly ZoneState[]
  readonly actuators: Readonly<Record<Actuator, number>>
  readonly dosed_mL: Readonly<Record<'a' | 'b' | 'acid', number>>
}

export interface ZoneState extends RootZone {
  readonly id: string
  /** What the valve truly is. */
  readonly open: boolean
  readonly flow_Lmin: number
  /** That came through its valve since the world began. */
  readonly litres: number
}

export interface HouseOptions {
  readonly clock: Clock
  readonly random: Random
  readonly sky: Sky
  readonly zones: readonly HouseZone[]
  readonly tank: { readonly holds_L: number; readonly percent: number; readonly refill_Lmin: number }
  /** mL/min of each dosing pump. */
  readonly dose_mLmin: number
  /** How often the world moves on by itself, of the clock. */
  readonly every_s: number
}

/** Physics is reckoned in steps no longer than this. */
const STEP_S = 10
/** After a long sleep the world is not reckoned for longer than this. */
const CATCH_UP_S = 6 * 3_600
/** A pump draws air below this. */
const DRY_PERCENT = 2
const LOW_FLOAT = 12
const HIGH_FLOAT = 97
/** Blocked drippers give this share of what they gave; a burst line loses so much of it beside them. */
const BLOCKED = 0.5
const BURST = 0.9
/** A hole in the main line, before the valves, at the pressure that drippers are rated at. */
const LEAK_Lmin = 6
const WEAK = 0.15
const NOISE = 0.15

interface Zone {
  readonly bed: HouseZone
  root: RootZone
  coil: boolean
  open: boolean
  litres: number
}

export function createVirtualHouse(options: HouseOptions): VirtualHouse {
  const { clock, sky, random, tank } = options
  const zones: readonly Zone[] = options.zones.map((bed) => ({
    bed,
    root: {
      ...{ moisture: bed.moisture, probed: bed.moisture, temperature_C: 26 },
      ...{ conductivity: 1_600, ph: 6.4 },
    },
    ...{ coil: false, open: false, litres: 0 },
  }))
  const faults = createHouseFaults(options.zones.map(({ id }) => id))
  const actuators: Record<Actuator, number> = {
    ...{ pump: 0, dose_a: 0, dose_b: 0, dose_acid: 0, mister: 0 },
    ...{ fan1: 0, fan2: 0, fan3: 0, shade: 0, lamp: 0 },
  }
  const dosed_mL = { a: 0, b: 0, acid: 0 }
  let litres = (tank.holds_L * tank.percent) / 100
  let air = startAir(sky.at(clock.now()))
  let fed = RAW_WATER
  let metered_L = 0
  let flows: Flows = { total_Lmin: 0, pressure_kPa: 0, branches_Lmin: zones.map(() => 0) }
  let reckonedTo = clock.monotonic()
  let floatStood = true
  let cancel = () => {}

  const percent = () => (100 * litres) / tank.holds_L
  const flowNow = () =>
    flowsOf(
      {
        speed: actuators.pump,
        primed: percent() > DRY_PERCENT && !faults.has('gh-pump', 'dry'),
        health: faults.has('gh-pump', 'weak') ? WEAK : 1,
      },
      [
        ...zones.map(lineOf),
        { open: 1, drips_Lmin: 0, hole_Lmin: faults.has('gh-pipe', 'leak') ? LEAK_Lmin : 0 },
      ],
    )
  const lineOf = ({ bed, open }: Zone) => ({
    open: Number(open),
    drips_Lmin: bed.flow_Lmin * (faults.has(bed.id, 'blocked') ? BLOCKED : 1),
    hole_Lmin: faults.has(bed.id, 'burst') ? bed.flow_Lmin * BURST : 0,
  })
  const doses = () => ({
    a: actuators.dose_a * options.dose_mLmin,
    b: actuators.dose_b * options.dose_mLmin,
    acid: actuators.dose_acid * options.dose_mLmin,
  })

  const water = (seconds: number) => {
    const minutes = seconds / 60
    flows = flowNow()
    const refill = faults.has('gh-tank', 'empty') || percent() >= HIGH_FLOAT + 1 ? 0 : tank.refill_Lmin
    if (faults.has('gh-tank', 'empty')) litres = Math.min(litres, (tank.holds_L * (DRY_PERCENT - 1)) / 100)
    litres = Math.max(0, Math.min(tank.holds_L, litres + (refill - flows.total_Lmin) * minutes))
    if (!faults.has('gh-flow', 'lost')) metered_L += flows.total_Lmin * minutes
    const dosing = doses()
    fed = fedWaterAfter(fed, dosing, flows.total_Lmin, seconds)
    for (const stock of ['a', 'b', 'acid'] as const) dosed_mL[stock] += dosing[stock] * minutes
  }
  const step = (seconds: number, outside: Weather) => {
    water(seconds)
    const drivers = {
      ...{ outside, shade: actuators.shade, fans: [actuators.fan1, actuators.fan2, actuators.fan3] },
      ...{ mist: actuators.mister > 0, lamp: actuators.lamp > 0 },
    }
    air = airAfter(air, drivers, seconds)
    const climate = { air, light_lx: lightInside(drivers) }
    for (const [index, zone] of zones.entries()) {
      const come_L = ((flows.branches_Lmin[index] ?? 0) * seconds) / 60
      zone.litres += come_L
      zone.root = rootZoneAfter(zone.root, zone.bed, { litres: come_L, ...fed }, climate, seconds)
    }
  }
  /** Brings the world to now. What has changed since counts from now on. */
  const reckon = () => {
    const now = clock.monotonic()
    let left_s = Math.min(CATCH_UP_S, (now - reckonedTo) / 1_000)
    reckonedTo = now
    const outside = sky.at(clock.now())
    for (; left_s > 0; left_s -= STEP_S) step(Math.min(STEP_S, left_s), outside)
    flows = flowNow()
  }
  const settleValves = () => {
    for (const zone of zones) {
      const valve = `${zone.bed.id}-valve`
      if (faults.has(valve, 'stuck')) continue
      zone.open = zone.coil && !faults.has(valve, 'shut')
    }
  }

  return {
    start() {
      reckonedTo = clock.monotonic()
      cancel = every(clock, options.every_s * 1_000, reckon)
    },
    stop: () => cancel(),
    drive(actuator, share) {
      reckon()
      actuators[actuator] = Math.max(0, Math.min(1, share))
      flows = flowNow()
    },
    driveValve(id, open) {
      const zone = zones.find(({ bed }) => bed.id === id)
      if (zone === undefined) return
      reckon()
      zone.coil = open
      settleValves()
      flows = flowNow()
    },
    fault(where, name) {
      reckon()
      if (where === 'gh-float') floatStood = percent() >= LOW_FLOAT
      const known = faults.set(where, name)
      settleValves()
      flows = flowNow()
      return known
    },
    faults: faults.of,
    state() {
      const outside = sky.at(clock.now())
      const light_lx = lightInside({ outside, shade: actuators.shade, lamp: actuators.lamp > 0 })
      const noise = () => NOISE * (2 * random.next() - 1)
      return {
        tank: {
          ...{ percent: percent(), litres },
          low: faults.has('gh-float', 'stuck') ? !floatStood : percent() < LOW_FLOAT,
          high: percent() >= HIGH_FLOAT,
        },
        flow_Lmin: flows.total_Lmin,
        pressure_kPa: flows.pressure_kPa,
        ...{ metered_L, fed, outside, actuators: { ...actuators }, dosed_mL: { ...dosed_mL } },
        air: { ...air, humidity: humidityOf(air), light_lx, par: photonsOf(light_lx) },
        zones: zones.map(({ bed, root, open, litres: come }, index) => ({
          ...root,
          probed: Math.max(0.5, root.probed + noise()),
          ...{ id: bed.id, open, litres: come, flow_Lmin: flows.branches_Lmin[index] ?? 0 },
        })),
      }
    },
  }
}
