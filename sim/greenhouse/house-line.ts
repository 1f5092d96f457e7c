import type { DeviceDefinition } from '../../devices/define.ts'
import { findDefinition } from '../../devices/registry.ts'
import { definedUnit, type UnitWorld } from '../modbus/defined-unit.ts'
import type { ModbusTrouble, ModbusUnit } from '../modbus/unit.ts'
import { type GreenhouseSpec, HOUSE_UNITS } from '../spec.ts'
import type { HouseState, VirtualHouse } from './virtual-house.ts'

/** What hangs on the Modbus line of the demonstration greenhouse. */
export const LINE_DEVICES = {
  air: { id: 'gh-air', model: 'sensecap-co2' },
  par: { id: 'gh-par', model: 'apogee-sq-422x' },
  light: { id: 'gh-light', model: 'sensecap-orch-s4' },
  tank: { id: 'gh-level', model: 'dinel-ulm-53l' },
  soil: { id: 'k3-soil', model: 'myduino-soil-7in1' },
  fan: { id: 'gh-fan', model: 'ebmpapst-ec-fan' },
} as const
export type LineDevice = keyof typeof LINE_DEVICES

const LINE_NAMES = ['air', 'par', 'light', 'tank', 'soil', 'fan'] as const satisfies readonly LineDevice[]
const NUTRIENTS = { nitrogen: 62, phosphorus: 38, potassium: 121 } as const
const DEEP_M = 2
const HEADROOM_M = 0.4
const PERCENT = 100
const BROKEN = 0xffff

/** The units of the line, each a look at the house as it is when it is asked. */
export function houseUnits(
  spec: GreenhouseSpec,
  house: VirtualHouse,
  stuck: (device: string) => string | undefined,
): ReadonlyMap<number, ModbusUnit> {
  let fan = 0
  const worlds: Readonly<Record<LineDevice, UnitWorld>> = {
    air: { channel: (name) => airChannel(house.state(), name) },
    par: { channel: () => house.state().air.par },
    light: { channel: (name) => lightChannel(house.state(), name) },
    tank: { channel: (name) => tankChannel(house.state(), name) },
    soil: {
      channel(name) {
        const said = soilChannel(house.state(), spec.modbus.soilZone, name)
        if (name !== 'moisture') return said
        const fault = stuck(LINE_DEVICES.soil.id)
        return fault === 'stuck0' ? 0 : fault === 'stuck100' ? PERCENT : said
      },
    },
    fan: {
      channel: (name) => (name === 'speed' ? fan : name === 'turning' ? fan : 0),
      drive(output, value) {
        if (output !== 'speed') return
        fan = value
        house.drive('fan3', value / PERCENT)
      },
    },
  }
  return new Map(LINE_NAMES.map((name) => [HOUSE_UNITS[name], definedUnit(modelOf(name), worlds[name])]))
}

/** Number of the unit and what is wrong with it; undefined for a device or a fault that the line does not know. */
export function lineTrouble(
  device: string,
  fault: string,
): { readonly unit: number; readonly trouble: ModbusTrouble | undefined } | undefined {
  const name = LINE_NAMES.find((one) => LINE_DEVICES[one].id === device)
  if (name === undefined) return undefined
  const unit = HOUSE_UNITS[name]
  switch (fault) {
    case 'none':
      return { unit, trouble: undefined }
    case 'silent':
    case 'lost':
      return { unit, trouble: { kind: 'silent' } }
    case 'stuck65535':
      return { unit, trouble: { kind: 'nonsense', word: BROKEN } }
    case 'stuck0':
    case 'stuck100':
      return name === 'soil' ? { unit, trouble: undefined } : undefined
    default:
      return undefined
  }
}

function modelOf(name: LineDevice): DeviceDefinition {
  const found = findDefinition(LINE_DEVICES[name].model)
  if (!found.ok) throw new Error(`the greenhouse needs ${LINE_DEVICES[name].model}`)
  return found.value
}

function airChannel({ air }: HouseState, name: string): number | undefined {
  switch (name) {
    case 'temperature':
      return air.temperature_C
    case 'humidity':
      return air.humidity
    case 'co2':
      return air.co2_ppm
    default:
      return undefined
  }
}

function lightChannel({ air }: HouseState, name: string): number | undefined {
  switch (name) {
    case 'illuminance':
      return air.light_lx
    case 'temperature':
      return air.temperature_C
    case 'humidity':
      return air.humidity
    case 'pressure':
      return 1_008
    default:
      return undefined
  }
}

function tankChannel({ tank, outside }: HouseState, name: string): number | undefined {
  const depth = (DEEP_M * tank.percent) / PERCENT
  switch (name) {
    case 'level':
      return tank.percent
    case 'depth':
      return depth
    case 'distance':
      return DEEP_M + HEADROOM_M - depth
    case 'temperature':
      return outside.temperature_C
    case 'echo':
      return 1
    default:
      return undefined
  }
}

function soilChannel({ zones }: HouseState, id: string, name: string): number | undefined {
  const zone = zones.find((one) => one.id === id)
  if (zone === undefined) return undefined
  switch (name) {
    case 'moisture':
      return zone.probed
    case 'temperature':
      return zone.temperature_C
    case 'conductivity':
      return zone.conductivity
    case 'ph':
      return zone.ph
    case 'nitrogen':
    case 'phosphorus':
    case 'potassium':
      return NUTRIENTS[name]
    default:
      return undefined
  }
}
