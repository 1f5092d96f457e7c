import type { Clock } from '../../core/clock.ts'
import type { DeviceDefinition } from '../../devices/define.ts'
import { findDefinition } from '../../devices/registry.ts'
import { daliLampLine } from '../dali/lamp-line.ts'
import { definedUnit } from '../modbus/defined-unit.ts'
import type { ModbusUnit } from '../modbus/unit.ts'
import { STREET_UNITS, type StreetSpec } from '../spec.ts'
import { daylight_lx } from './daylight.ts'
import type { VirtualStreet } from './virtual-street.ts'

/** Models that stand in the demonstration cabinet, by what they are. */
export const STREET_MODELS = {
  meter: 'eastron-sdm630',
  cabinet: 'waveshare-relay-d',
  photocell: 'sensecap-orch-s4',
  analog: 'waveshare-analog-8ch-b',
  lorawan: 'nas-ul20xx',
  dali: 'dali-d4i-luminaire',
  motion: 'tasmota-pir',
} as const

const WEATHER = { temperature: 27, humidity: 78, pressure: 1009 } as const
const MAINS_HZ = 50
/** Of contactors: `relay1` is the first feeder's; auxiliary contacts begin behind door and RCD. */
const FIRST_FEEDBACK = 3

/** The DALI gateway with the gears behind it; wires go by real time. */
export function daliUnits(
  spec: StreetSpec,
  street: VirtualStreet,
  wall: Clock,
): ReadonlyMap<number, ModbusUnit> {
  const gears = spec.lamps.flatMap(({ id, wire }) => {
    const lamp = street.lamp(id)
    return wire.kind === 'dali' && lamp !== undefined ? [[wire.address, lamp] as const] : []
  })
  return new Map([[STREET_UNITS.dali, daliLampLine(new Map(gears), wall).gateway]])
}

/** What a street's Modbus line leads to: meter, cabinet, photocell and the 0–10 V modules. */
export function streetUnits(
  spec: StreetSpec,
  street: VirtualStreet,
  clock: Clock,
  held: AnalogLevels,
): ReadonlyMap<number, ModbusUnit> {
  const modules = new Set(spec.lamps.flatMap(({ wire }) => (wire.kind === 'analog' ? [wire.unit] : [])))
  return new Map([
    [STREET_UNITS.meter, definedUnit(model('meter'), { channel: (name) => metered(street, name) })],
    [STREET_UNITS.cabinet, cabinetUnit(spec, street)],
    [
      STREET_UNITS.photocell,
      definedUnit(model('photocell'), {
        channel: (name) => (name === 'illuminance' ? daylight_lx(clock.now(), spec.location) : weather(name)),
      }),
    ],
    ...[...modules].map((unit) => [unit, analogUnit(spec, street, unit, held)] as const),
  ])
}

/** What the 0–10 V modules put out, by lamp: it stays while the lamp has no supply. */
export interface AnalogLevels {
  get(lamp: string): number
  set(lamp: string, level: number): void
}

export function createAnalogLevels(): AnalogLevels {
  const levels = new Map<string, number>()
  return { get: (lamp) => levels.get(lamp) ?? 0, set: (lamp, level) => void levels.set(lamp, level) }
}

function model(name: keyof typeof STREET_MODELS): DeviceDefinition {
  const found = findDefinition(STREET_MODELS[name])
  if (!found.ok) throw new Error(`the street needs ${STREET_MODELS[name]}`)
  return found.value
}

function metered({ meter }: VirtualStreet, name: string): number | undefined {
  const [quantity = '', phase] = name.split('_l')
  const phases = phase === undefined ? [0, 1, 2] : [Number(phase) - 1]
  const total = (of: (phase: number) => number) => phases.reduce((sum, one) => sum + of(one), 0)
  switch (quantity) {
    case 'voltage':
      return total(meter.voltage_V)
    case 'current':
      return total(meter.current_A)
    case 'power':
      return total(meter.power_W)
    case 'energy':
      return total(meter.energy_Wh)
    case 'power_factor':
      return 0.96
    case 'frequency':
      return MAINS_HZ
    default:
      return undefined
  }
}

function weather(name: string): number | undefined {
  return name === 'temperature' || name === 'humidity' || name === 'pressure' ? WEATHER[name] : undefined
}

function cabinetUnit(spec: StreetSpec, street: VirtualStreet): ModbusUnit {
  const feederAt = (name: string, prefix: string, first: number) =>
    name.startsWith(prefix) ? spec.feeders[Number(name.slice(prefix.length)) - first]?.id : undefined
  return definedUnit(model('cabinet'), {
    channel(name) {
      if (name === 'input1') return Number(street.doorOpen())
      if (name === 'input2') return Number(street.rcdTripped())
      const watched = feederAt(name, 'input', FIRST_FEEDBACK)
      if (watched !== undefined) return Number(street.isClosed(watched))
      const driven = feederAt(name, 'relay', 1)
      return driven === undefined ? 0 : Number(street.isDriven(driven))
    },
    drive(output, value) {
      const feeder = feederAt(output, 'relay', 1)
      if (feeder !== undefined) street.drive(feeder, value === 1)
    },
  })
}

function analogUnit(spec: StreetSpec, street: VirtualStreet, unit: number, held: AnalogLevels): ModbusUnit {
  const lamps = new Map(
    spec.lamps.flatMap(({ id, wire }) =>
      wire.kind === 'analog' && wire.unit === unit ? [[wire.output, id] as const] : [],
    ),
  )
  return definedUnit(model('analog'), {
    channel: (name) => held.get(lamps.get(name) ?? ''),
    drive(output, value) {
      const id = lamps.get(output)
      if (id === undefined) return
      held.set(id, value)
      street.lamp(id)?.command(value)
    },
  })
}
