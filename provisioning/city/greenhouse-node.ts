import type { Utc } from '../../core/clock.ts'
import type { Greenhouse } from '../../core/documents/greenhouse.ts'
import type { Random } from '../../core/random.ts'
import { hashSecret } from '../../core/scrypt.ts'
import {
  demoGreenhouse,
  demoGreenhouseSpec,
  HOUSE,
  type HousePorts,
} from '../../sim/greenhouse/demo-greenhouse.ts'
import { LINE_DEVICES, type LineDevice } from '../../sim/greenhouse/house-line.ts'
import { type GreenhouseSpec, HOUSE_UNITS } from '../../sim/spec.ts'

/** The demonstration greenhouse: its document, its equipment, what its node must be told, and the key to its panel. */
export interface GreenhouseNode {
  readonly id: string
  readonly name: Greenhouse['name']
  readonly document: Greenhouse
  readonly spec: GreenhouseSpec
  /** Sections of edge.yaml. */
  readonly sections: Readonly<Record<string, unknown>>
  readonly panel: { readonly url: string; readonly name: string; readonly pin: string }
}

/** The node in the greenhouse: its document has the greenhouse's own id. */
export const GREENHOUSE_NODE = 'gh-01'

/** Lines go by real time, and much happens in a second of an accelerated city. */
const HURRIED_POLL_S = 0.5
const OWNER = 'Chủ vườn'
const PIN_DIGITS = 6

export async function greenhouseNode(options: {
  readonly ports: HousePorts
  readonly random: Random
  readonly speed: number
  readonly begin: Utc
}): Promise<GreenhouseNode> {
  const { ports, random, speed, begin } = options
  const [high = 0, low = 0] = random.bytes(2)
  const spec = demoGreenhouseSpec({ ports, random, speed, seed: high * 256 + low })
  const document = demoGreenhouse(begin, speed)
  const pin = mintedPin(random)
  return {
    ...{ id: GREENHOUSE_NODE, name: document.name, document, spec },
    sections: {
      lorawan: lorawanOf(spec),
      modbus: [modbusOf(spec, speed)],
      firmata: [
        { id: spec.board.id, model: spec.board.model, tcp: { host: '127.0.0.1', port: spec.board.port } },
      ],
      equipment: equipmentOf(document, speed),
      panel: { port: ports.panel, owner: { name: OWNER, pinHash: await hashSecret(pin, random) } },
    },
    panel: { url: `http://127.0.0.1:${ports.panel}`, name: OWNER, pin },
  }
}

/** Digits that nobody could have written down beforehand, and no run of them that a panel refuses as too easy. */
function mintedPin(random: Random): string {
  for (;;) {
    const digits = Array.from({ length: PIN_DIGITS }, () => Math.floor(random.next() * 10))
    if (new Set(digits).size >= 4) return digits.join('')
  }
}

function lorawanOf({ edge, gateways, valves, soils, weather }: GreenhouseSpec) {
  const radios = [
    ...valves.map((radio) => ({ ...radio, model: HOUSE.valveModel })),
    ...soils,
    { ...weather, model: HOUSE.weather.model },
  ]
  return {
    bind: edge,
    gateways: gateways.map(({ eui }) => ({ eui })),
    overrides: { extraChannels_MHz: [922, 922.2, 922.4] },
    devices: radios.map(({ id, model, devEui, joinEui, appKey }) => ({
      ...{ id, model, activation: { otaa: { devEui, joinEui, appKey } } },
    })),
  }
}

function modbusOf({ modbus }: GreenhouseSpec, speed: number) {
  const names = Object.keys(LINE_DEVICES).filter((name): name is LineDevice =>
    Object.hasOwn(HOUSE_UNITS, name),
  )
  return {
    id: 'gh-line',
    tcp: { host: '127.0.0.1', port: modbus.port },
    devices: names.map((name) => ({
      ...{ ...LINE_DEVICES[name], unit: HOUSE_UNITS[name] },
      ...(speed > 1 ? { poll_s: HURRIED_POLL_S } : {}),
    })),
  }
}

/**
 * What hangs on the outputs. Guards are those of a real farm; in an accelerated city what is heard over wires and air in
 * real seconds is believed for so much longer, and given so much longer to begin.
 */
function equipmentOf(house: Greenhouse, speed: number) {
  const heard_s = (usual: number, real_s: number) => Math.max(usual, Math.ceil(real_s * speed))
  const board = HOUSE.board.id
  const valves = house.zones.map(({ valve }) => valve)
  const boardFresh = { device: board, fresh_s: heard_s(15, 5) }
  const valveFresh = { valve_fresh_s: heard_s(1_800, 30) }
  const least_Lmin = 3
  const within_s = Math.min(300, heard_s(10, 3.5))
  const dosing = (output: string, apart: readonly string[], daily_s: number) => ({
    ...{ kind: 'dosing-pump', device: board, output, valves, ...valveFresh, daily_s },
    flow: { ...boardFresh, channel: 'flow', least_Lmin, for_s: 5 },
    never_with: apart.map((other) => ({ device: board, output: other })),
    ...{ flush_s: 8, longest_pulse_s: 120 },
  })
  const { fan, air, tank } = LINE_DEVICES
  return [
    {
      ...{ kind: 'water-pump', device: board, output: 'pump', valves, lead_s: 3, ...valveFresh },
      float: { ...boardFresh, channel: 'float_low', wet: 1, fresh_s: heard_s(30, 5) },
      tank: { device: tank.id, channel: 'level', least: 5, fresh_s: heard_s(600, 10) },
      flow: { ...boardFresh, channel: 'flow', least_Lmin, within_s, lost_s: 3 },
      pressure: { ...boardFresh, channel: 'pressure', most: 400, within_s: 20, for_s: 2 },
      ...{ longest_run_s: 7_200, rest_s: 20, starts_per_hour: 20 },
    },
    ...house.zones.map(({ valve, longest_min }) => ({
      ...{ kind: 'zone-valve', ...valve, longest_run_s: longest_min * 60 + heard_s(300, 30) },
      after_pump_s: 2,
      most_s: Math.min(600, heard_s(45, 5)),
    })),
    dosing('dose_a', ['dose_b', 'dose_acid'], 2_400),
    dosing('dose_b', ['dose_acid'], 2_400),
    dosing('dose_acid', [], 600),
    {
      ...{ kind: 'mister', device: board, output: 'mister', longest_run_s: 120, rest_s: 10 },
      humidity: { device: air.id, channel: 'humidity', most: 90, fresh_s: heard_s(600, 10) },
      tank: { device: tank.id, channel: 'level', least: 5, fresh_s: heard_s(600, 10) },
    },
    { kind: 'fan', device: board, output: 'fan1' },
    { kind: 'fan', device: board, output: 'fan2' },
    { kind: 'fan', device: fan.id, output: 'speed' },
    { kind: 'shade', device: board, output: 'shade' },
    { kind: 'grow-lamp', device: board, output: 'lamp' },
  ]
}
