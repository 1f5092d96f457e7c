import type { LightingStreet } from '../../core/documents/lighting-street.ts'
import { hex, type Random } from '../../core/random.ts'
import { STREET_UNITS, type StreetSpec } from '../spec.ts'
import type { StreetFeeder, StreetLamp } from './virtual-street.ts'

/**
 * The demonstration street: sixty lamps on three feeders, each feeder with another kind of wire. The street is a real
 * one of Đông Hà; its lamps, their numbers and their cabinet are made up.
 */

export const LAMPS_A_FEEDER = 20
/** Lamps that one 0–10 V module drives. */
const LAMPS_A_MODULE = 8
const FIRST_POLE = { lat: 16.8247, lon: 107.0921 }
const LAST_POLE = { lat: 16.8101, lon: 107.1023 }
const SPACING_M = 32
const TYPE = 'led-150'
const RATED_W = 150
const STANDBY_W = 2
const HOURS = 6_200

/** What a street's lamps hang on. */
export type Wire = 'lorawan' | 'dali' | 'analog'
const WIRES: readonly Wire[] = ['lorawan', 'dali', 'analog']

export interface DemoLamp extends StreetLamp {
  readonly wire: Wire
  readonly device: string
  readonly output: string
  /** From 0 within its feeder: DALI address, or place in the modules. */
  readonly place: number
  readonly at_m: number
}

export interface DemoStreet {
  readonly document: LightingStreet
  readonly lamps: readonly DemoLamp[]
  readonly feeders: readonly StreetFeeder[]
}

export const STREET = {
  id: 'hung-vuong',
  name: { vi: 'Đường Hùng Vương (mẫu)', en: 'Hùng Vương Street (demo)' },
  meter: 'hv-meter',
  cabinet: 'hv-cabinet',
  photocell: 'hv-photocell',
  module: (number: number) => `hv-dim-${number}`,
  motion: (number: number) => `hv-motion-${number}`,
  motions: 4,
} as const

/** Ports of this machine on which the street's node and its equipment meet. */
export interface StreetPorts {
  readonly gateway: number
  readonly modbus: number
  readonly dali: number
  readonly mqtt: number
}

export interface DemoStreetOptions {
  readonly ports: StreetPorts
  /** Makes the keys. */
  readonly random: Random
  /** How much faster than the world the city's clock will run: radio does not. */
  readonly speed: number
}

/** The street's equipment, with keys of its own. */
export function demoStreetSpec(
  { lamps, feeders, document }: DemoStreet,
  options: DemoStreetOptions,
): StreetSpec {
  const { ports, random, speed } = options
  const key = () => hex(random.bytes(16))
  const every_s = Math.max(REPORT_S, speed * REPORT_REAL_S)
  const wireOf = ({ wire, place, at_m, output, device }: DemoLamp): StreetSpec['lamps'][number]['wire'] => {
    switch (wire) {
      case 'dali':
        return { kind: 'dali', address: place }
      case 'analog':
        return { kind: 'analog', unit: unitOfModule(device), output }
      case 'lorawan': {
        const devEui = `70b3d50fe0${(place + 1).toString(16).padStart(6, '0')}`
        return { kind: 'lorawan', devEui, joinEui: JOIN_EUI, appKey: key(), x_m: at_m, y_m: 6, every_s }
      }
    }
  }
  return {
    id: document.id,
    edge: { host: '127.0.0.1', port: ports.gateway },
    gateways: [{ eui: GATEWAY_EUI, x_m: 300, y_m: 0 }],
    location: document.location,
    length_m: lamps.length * SPACING_M,
    ...{ cabinet: STREET.cabinet, meter: STREET.meter, feeders: [...feeders] },
    lamps: lamps.map((lamp) => {
      const { id, feeder, rated_W, standby_W, hours } = lamp
      return { id, feeder, rated_W, standby_W, hours, wire: wireOf(lamp) }
    }),
    multicast: { devAddr: MULTICAST_ADDRESS, nwkSKey: key(), appSKey: key() },
    modbus: { port: ports.modbus },
    dali: { port: ports.dali },
    mqtt: {
      port: ports.mqtt,
      motion: (document.motion?.sensors ?? []).map(({ device, at_m }) => ({
        ...{ id: device, username: device, password: key(), at_m },
      })),
      passers_s: PASSERS_S,
    },
  }
}

/** Modules follow the photocell on the line. */
export function unitOfModule(device: string): number {
  return STREET_UNITS.photocell + Number(device.split('-').at(-1))
}

const JOIN_EUI = '70b3d50fe0000000'
const GATEWAY_EUI = 'aa555a0000000009'
const MULTICAST_ADDRESS = '1cf00001'
const REPORT_S = 900
/** However fast the city's clock: twenty lamps report at most so often in real time. */
const REPORT_REAL_S = 20
const PASSERS_S = 2_400

export function demoStreet(): DemoStreet {
  const lamps = WIRES.flatMap((wire, feeder) =>
    Array.from({ length: LAMPS_A_FEEDER }, (_, place) => lampOf(wire, feeder, place)),
  )
  return {
    document: documentOf(lamps),
    lamps,
    feeders: WIRES.map((_, index) => ({ id: feederId(index), phase: index })),
  }
}

function feederId(index: number): string {
  return `hv-f${index + 1}`
}

function lampOf(wire: Wire, feeder: number, place: number): DemoLamp {
  const index = feeder * LAMPS_A_FEEDER + place
  const id = `hv-${String(index + 1).padStart(2, '0')}`
  const module = STREET.module(1 + Math.floor(place / LAMPS_A_MODULE))
  return {
    ...{ id, wire, place, feeder: feederId(feeder), rated_W: RATED_W, standby_W: STANDBY_W },
    hours: HOURS,
    device: wire === 'analog' ? module : id,
    output: wire === 'analog' ? `level${1 + (place % LAMPS_A_MODULE)}` : 'level',
    at_m: index * SPACING_M,
  }
}

function documentOf(lamps: readonly DemoLamp[]): LightingStreet {
  const last = lamps.length - 1
  const along = (from: number, to: number, index: number) =>
    Math.round((from + ((to - from) * index) / last) * 1e6) / 1e6
  return {
    kind: 'lighting-street',
    id: STREET.id,
    name: STREET.name,
    location: {
      lat: along(FIRST_POLE.lat, LAST_POLE.lat, last / 2),
      lon: along(FIRST_POLE.lon, LAST_POLE.lon, last / 2),
    },
    timeZone: 'Asia/Ho_Chi_Minh',
    road: { width_m: 10.5, spacing_m: SPACING_M, rows: 1, class: 'M3', lx_per_cd: 15, easedClasses: 2 },
    luminaires: {
      [TYPE]: {
        ...{ rated_W: RATED_W, standby_W: STANDBY_W, flux_lm: 21_000, utilisation: 0.42, maintenance: 0.82 },
        ...{ life_h: 80_000, height_m: 10, least: 10, intensity_cd: 6_000, constantLight: false },
      },
    },
    cabinet: {
      door: { device: STREET.cabinet, channel: 'input1' },
      rcd: { device: STREET.cabinet, channel: 'input2' },
      phases: ['voltage_l1', 'voltage_l2', 'voltage_l3'].map((channel) => ({
        device: STREET.meter,
        channel,
      })),
      phaseLost_V: 100,
      meter: STREET.meter,
      // Ten minutes of the story may be ten real seconds, in which a slow machine has only begun.
      silent_min: 30,
    },
    feeders: WIRES.map((wire, index) => ({
      id: feederId(index),
      name: FEEDER_NAMES[wire],
      closed: wire === 'lorawan' ? 'always' : 'night',
      contactor: {
        device: STREET.cabinet,
        output: `relay${index + 1}`,
        // A break contact: open, and so an alarm to the module, while the contactor is closed.
        feedback: { device: STREET.cabinet, channel: `input${index + 3}` },
      },
      power: { device: STREET.meter, channel: `power_l${index + 1}` },
      voltage: { device: STREET.meter, channel: `voltage_l${index + 1}` },
    })),
    lamps: lamps.map(({ id, device, output, feeder, at_m, hours }, index) => ({
      ...{ id, device, output, feeder, at_m, hours, luminaire: TYPE },
      pole: `HV${String(index + 1).padStart(2, '0')}`,
      lat: along(FIRST_POLE.lat, LAST_POLE.lat, index),
      lon: along(FIRST_POLE.lon, LAST_POLE.lon, index),
    })),
    groups: [
      {
        id: 'cho',
        name: { vi: 'Trước chợ', en: 'By the market' },
        lamps: lamps.slice(14, 26).map(({ id }) => id),
      },
      {
        id: 'truong-hoc',
        name: { vi: 'Trước trường học', en: 'By the school' },
        lamps: lamps.slice(40, 48).map(({ id }) => id),
      },
    ],
    profiles: [
      {
        id: 'thuong',
        name: { vi: 'Ngày thường', en: 'Usual night' },
        steps: [
          { at: { sun: 'sunset', offset_min: -15 }, level: 100 },
          { at: { clock: '22:00' }, level: 60 },
          { at: { clock: '05:00' }, level: 100 },
          { at: { sun: 'sunrise', offset_min: 10 }, level: 0 },
        ],
      },
      {
        id: 'le',
        name: { vi: 'Ngày lễ', en: 'Holiday' },
        steps: [
          { at: { sun: 'sunset', offset_min: -15 }, level: 100 },
          { at: { clock: '01:00' }, level: 70 },
          { at: { sun: 'sunrise', offset_min: 10 }, level: 0 },
        ],
      },
    ],
    calendar: {
      usual: 'thuong',
      week: {},
      exceptions: [
        {
          ...{ id: 'quoc-khanh', from: '2026-09-01', to: '2026-09-02', yearly: true, profile: 'le' },
          name: { vi: 'Quốc khánh', en: 'National Day' },
        },
        {
          ...{ id: 'tet-2027', from: '2027-02-05', to: '2027-02-10', yearly: false, profile: 'le' },
          name: { vi: 'Tết Đinh Mùi', en: 'Lunar New Year' },
        },
      ],
    },
    photocell: {
      device: STREET.photocell,
      channel: 'illuminance',
      dark_lx: 30,
      light_lx: 80,
      margin_min: 60,
    },
    motion: {
      sensors: Array.from({ length: STREET.motions }, (_, index) => ({
        device: STREET.motion(index + 1),
        channel: 'motion',
        at_m: (24 + index * 10) * SPACING_M,
      })),
      ...{ level: 100, within_m: 70, ahead_m: 130, hold_s: 120, fade_s: 60 },
    },
    raises: [],
    faults: { failed: 0.15, low: 0.8, high: 1.2, samples: 3, quiet_min: 5, silent_min: 120 },
  }
}

const FEEDER_NAMES: Readonly<Record<Wire, { readonly vi: string; readonly en: string }>> = {
  lorawan: { vi: 'Lộ 1 (LoRaWAN)', en: 'Feeder 1 (LoRaWAN)' },
  dali: { vi: 'Lộ 2 (DALI)', en: 'Feeder 2 (DALI)' },
  analog: { vi: 'Lộ 3 (0–10 V)', en: 'Feeder 3 (0–10 V)' },
}
