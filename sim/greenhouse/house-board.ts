import { type Cancel, type Clock, every } from '../../core/clock.ts'
import type { DeviceDefinition, FirmataBinding, FirmataRead, FirmataWrite } from '../../devices/define.ts'
import { findDefinition } from '../../devices/registry.ts'
import { MEGA } from '../firmata/pins.ts'
import { type ServedBoard, serveBoard } from '../firmata/serve.ts'
import { createVirtualBoard, type VirtualBoard } from '../firmata/virtual-board.ts'
import { ACTUATORS, type Actuator, type HouseState, type VirtualHouse } from './virtual-house.ts'

export interface HouseBoard {
  start(): Promise<void>
  stop(): Promise<void>
  /**
   * `gone`: its cable is pulled. `reset`: as its button does. `hang`: it says nothing more. `dead`: its power is off, and
   * with it that of all it drives. False for what cannot be.
   */
  fault(name: string): boolean
  faults(): readonly string[]
}

/** What hangs on the board is looked at so often, of real time. */
const LOOK_MS = 100
/** Pulses that come within one look; more are lost, as they are to a board. */
const PULSES_MAX = 400
const COUNTS = 1_023
const FULL_PWM = 255
const LOW_IS_WET = 1
/** What hangs behind the watchdog relay: a board without its node drives on, and these must not. */
const WATCHED: readonly Actuator[] = ['pump', 'dose_a', 'dose_b', 'dose_acid', 'mister']
/** The relay lets go when the heartbeat has not been seen for so many of its beats. */
const MISSED_BEATS = 5

/** The greenhouse's Arduino: what the house is stands at its inputs, and what its outputs are told moves the house. */
export function createHouseBoard(parts: {
  readonly model: string
  readonly port: number
  readonly wall: Clock
  readonly house: VirtualHouse
}): HouseBoard {
  const { wall, house } = parts
  const binding = bindingOf(parts.model)
  const board = createVirtualBoard({ pins: MEGA, clock: wall })
  const ailing = new Set<string>()
  const pulsed = new Map<number, number>()
  const told = new Map<Actuator, number>()
  let beatAt = wall.monotonic()
  let isLetGo = false
  let served: ServedBoard | undefined
  let cancel: Cancel = () => {}

  const drive = (actuator: Actuator) =>
    house.drive(actuator, isLetGo && WATCHED.includes(actuator) ? 0 : (told.get(actuator) ?? 0))
  const watch = () => {
    if (binding.heartbeat === undefined) return
    const late = wall.monotonic() - beatAt > MISSED_BEATS * binding.heartbeat.every_ms
    if (late === isLetGo) return
    isLetGo = late
    for (const actuator of WATCHED) drive(actuator)
  }
  board.onWrite((pin) => {
    if (pin === binding.heartbeat?.pin) beatAt = wall.monotonic()
  })

  for (const [name, write] of Object.entries(binding.write ?? {})) {
    const actuator = ACTUATORS.find((one) => one === name)
    if (actuator === undefined) continue
    board.onWrite((pin, value) => {
      if (pin !== write.pin) return
      told.set(actuator, shareOf(write, value))
      drive(actuator)
    })
  }
  const look = () => {
    watch()
    const state = house.state()
    for (const [name, read] of Object.entries(binding.read)) {
      const value = channelOf(state, name)
      if (value !== undefined) show(board, read, value, pulsed)
    }
  }
  return {
    async start() {
      look()
      served = await serveBoard(board, parts.port)
      cancel = every(wall, LOOK_MS, look)
    },
    async stop() {
      cancel()
      await served?.close()
      served = undefined
      board.close()
    },
    fault(name) {
      switch (name) {
        case 'none':
          ailing.clear()
          board.hang(false)
          board.power(true)
          served?.unplug(false)
          return true
        case 'reset':
          board.reset()
          return true
        case 'gone':
          ailing.add(name)
          served?.unplug(true)
          return true
        case 'dead':
          ailing.add(name)
          board.power(false)
          served?.unplug(true)
          return true
        case 'hang':
          ailing.add(name)
          board.hang(true)
          return true
        default:
          return false
      }
    },
    faults: () => [...ailing],
  }
}

function bindingOf(model: string): FirmataBinding {
  const found = findDefinition(model)
  const definition: DeviceDefinition | undefined = found.ok ? found.value : undefined
  const binding = definition?.via.firmata
  if (binding === undefined) throw new Error(`the greenhouse needs the board ${model}`)
  return binding
}

/** 0 to 1 of what an output drives. */
function shareOf(write: FirmataWrite, value: number): number {
  switch (write.kind) {
    case 'digital':
      return value > 0 !== (write.inverted === true) ? 1 : 0
    case 'pwm':
      return value / FULL_PWM
    case 'servo':
      return (value - write.from_deg) / (write.to_deg - write.from_deg)
  }
}

function show(board: VirtualBoard, read: FirmataRead, value: number, pulsed: Map<number, number>): void {
  switch (read.kind) {
    case 'digital':
      board.setDigital(read.pin, value > 0 !== (read.inverted === true) ? 1 : 0)
      break
    case 'analog':
      board.setAnalog(read.pin, (voltsFor(read.curve, value) / read.full_V) * COUNTS)
      break
    case 'pulses': {
      const due = Math.floor(value * read.perUnit)
      const before = pulsed.get(read.pin) ?? due
      pulsed.set(read.pin, due)
      board.pulse(read.pin, Math.min(PULSES_MAX, Math.max(0, due - before)))
      break
    }
    case 'pulse-rate':
    case 'i2c':
      break
  }
}

/** Back along the straight lines from a value to the volts that stand for it; before and behind them their ends. */
function voltsFor(curve: readonly (readonly [volts: number, value: number])[], value: number): number {
  const [first] = curve
  let before = first ?? [0, 0]
  if (value <= before[1]) return before[0]
  for (const next of curve) {
    if (value <= next[1] && next[1] > before[1])
      return before[0] + ((value - before[1]) / (next[1] - before[1])) * (next[0] - before[0])
    before = next
  }
  return before[0]
}

/** The house as the board's channels call it; undefined for what does not hang there. */
function channelOf(state: HouseState, name: string): number | undefined {
  switch (name) {
    case 'float_low':
      return state.tank.low ? 1 - LOW_IS_WET : LOW_IS_WET
    case 'float_high':
      return Number(state.tank.high)
    case 'volume':
      return state.metered_L
    case 'pressure':
      return state.pressure_kPa
    case 'ec':
      return state.fed.ec
    case 'ph':
      return state.fed.ph
    default:
      return undefined
  }
}
