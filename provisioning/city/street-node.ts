import type { Random } from '../../core/random.ts'
import {
  type DemoStreet,
  demoStreet,
  demoStreetSpec,
  STREET,
  type StreetPorts,
  unitOfModule,
} from '../../sim/lighting/demo-street.ts'
import { STREET_MODELS } from '../../sim/lighting/street-line.ts'
import { STREET_UNITS, type StreetSpec } from '../../sim/spec.ts'

/** The demonstration street: its document, its equipment, and what its node must be told of both. */
export interface StreetNode {
  readonly id: string
  readonly name: DemoStreet['document']['name']
  readonly document: DemoStreet['document']
  readonly spec: StreetSpec
  /** Passwords of its MQTT devices, by the file that the configuration names. */
  readonly secrets: ReadonlyMap<string, string>
  /** Sections of edge.yaml. */
  readonly drivers: Readonly<Record<string, unknown>>
}

const LINE = 'hv-line'
const DALI_LINE = 'hv-dali-line'
/** Lines go by real time, and much happens in a second of an accelerated city. */
const HURRIED_POLL_S = 0.5
const HURRIED_DALI = { poll_s: 10, memory_s: 20 }
/** Poles are told together where they want the same. */
const EVERYBODY = 0

export function streetNode(options: {
  readonly ports: StreetPorts
  readonly random: Random
  readonly speed: number
  secretFile(name: string): string
}): StreetNode {
  const street = demoStreet()
  const spec = demoStreetSpec(street, options)
  const { id, name } = street.document
  const passwords = spec.mqtt.motion.map((sensor) => ({ ...sensor, file: options.secretFile(sensor.id) }))
  return {
    ...{ id, name, document: street.document, spec },
    secrets: new Map(passwords.map(({ file, password }) => [file, password])),
    drivers: {
      lorawan: lorawanOf(spec),
      modbus: [
        modbusOf(street, spec, options.speed),
        { id: DALI_LINE, tcp: { host: '127.0.0.1', port: spec.dali.port } },
      ],
      dali: [daliOf(street, options.speed)],
      mqtt: {
        port: spec.mqtt.port,
        devices: passwords.map(({ id: sensor, username, file }) => ({
          ...{ id: sensor, model: STREET_MODELS.motion, username, passwordFile: file },
        })),
      },
    },
  }
}

function lorawanOf({ edge, gateways, lamps, multicast }: StreetSpec) {
  const radios = lamps.flatMap(({ id, wire }) => (wire.kind === 'lorawan' ? [{ id, ...wire }] : []))
  return {
    bind: edge,
    gateways: gateways.map(({ eui }) => ({ eui })),
    overrides: { extraChannels_MHz: [922, 922.2, 922.4] },
    devices: radios.map(({ id, devEui, joinEui, appKey }) => ({
      ...{ id, model: STREET_MODELS.lorawan, activation: { otaa: { devEui, joinEui, appKey } } },
    })),
    multicast: [{ id: `${STREET.id}-lamps`, ...multicast, devices: radios.map(({ id }) => id) }],
  }
}

function modbusOf({ lamps }: DemoStreet, { modbus }: StreetSpec, speed: number) {
  const pace = speed > 1 ? { poll_s: HURRIED_POLL_S } : {}
  const modules = [...new Set(lamps.flatMap(({ wire, device }) => (wire === 'analog' ? [device] : [])))]
  return {
    id: LINE,
    tcp: { host: '127.0.0.1', port: modbus.port },
    devices: [
      { id: STREET.meter, model: STREET_MODELS.meter, unit: STREET_UNITS.meter, ...pace },
      { id: STREET.cabinet, model: STREET_MODELS.cabinet, unit: STREET_UNITS.cabinet, ...pace },
      { id: STREET.photocell, model: STREET_MODELS.photocell, unit: STREET_UNITS.photocell, ...pace },
      ...modules.map((id) => ({ id, model: STREET_MODELS.analog, unit: unitOfModule(id), ...pace })),
    ],
  }
}

function daliOf({ lamps }: DemoStreet, speed: number) {
  const gears = lamps.filter(({ wire }) => wire === 'dali')
  return {
    id: 'hv-dali',
    gateway: { model: 'resi-dali', modbus: DALI_LINE, unit: STREET_UNITS.dali },
    ...(speed > 1 ? HURRIED_DALI : {}),
    devices: gears.map(({ device, place }) => ({ id: device, model: STREET_MODELS.dali, address: place })),
    groups: [{ group: EVERYBODY, devices: gears.map(({ device }) => device) }],
  }
}
