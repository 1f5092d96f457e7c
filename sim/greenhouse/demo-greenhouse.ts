import type { Utc } from '../../core/clock.ts'
import type { Crop, Greenhouse } from '../../core/documents/greenhouse.ts'
import { hex, type Random } from '../../core/random.ts'
import type { GreenhouseSpec } from '../spec.ts'
import { LINE_DEVICES } from './house-line.ts'

/**
 * The demonstration greenhouse: four beds under one roof in Đông Hà, a tank, a pump, two stocks and an acid, three fans,
 * mist, a shade and lamps. The farm and its crops are made up.
 */

export const HOUSE = {
  id: 'nha-kinh',
  name: { vi: 'Nhà kính Gio An (mẫu)', en: 'Gio An greenhouse (demo)' },
  board: { id: 'gh-board', model: 'tram-greenhouse-mega' },
  valves: ['gh-valves-1', 'gh-valves-2'],
  valveModel: 'milesight-uc511',
  weather: { id: 'gh-weather', model: 'milesight-wts506' },
} as const

/** Ports of this machine on which the greenhouse's node, its equipment and its people meet. */
export interface HousePorts {
  readonly gateway: number
  readonly modbus: number
  readonly board: number
  readonly panel: number
}

const LOCATION = { lat: 16.8906, lon: 107.0203 }
const FLOW_Lmin = 12
const DEPTH_m = 0.15
const TANK_L = 2_000
/** mL/min of each dosing pump. */
export const DOSE_mLmin = 240
/** A radio may send twice what a valve did not hear, and what a busy gateway could not send. */
const ANSWER_REAL_S = 30
/** Longer than the pump's guards take to notice that it runs dry: they speak first. */
const SETTLE_REAL_S = 5
const RINSE_REAL_S = 1.2
/** At a faster pace there is no time to rinse as often as the recipes need: they are fed thinner, by ratio alone. */
const FED_SPEED = 100
const DAY_MS = 86_400_000
const ZONE_MS = 7 * 3_600_000

interface DemoZone {
  readonly id: string
  readonly name: Greenhouse['zones'][number]['name']
  readonly soil: { readonly device: string; readonly model: GreenhouseSpec['soils'][number]['model'] | null }
  readonly area_m2: number
  readonly moisture: number
  readonly crop: Omit<Crop, 'planted'>
  /** Days since it was planted, as the story begins. */
  readonly age_d: number
}

const ZONES: readonly DemoZone[] = [
  {
    id: 'k1',
    name: { vi: 'Dưa lưới', en: 'Melon' },
    soil: { device: 'k1-soil', model: 'dragino-lse01' },
    ...{ area_m2: 40, moisture: 25.5, age_d: 38 },
    crop: crop('Dưa lưới', [15, 30, 25, 10], [0.5, 1.05, 0.75]),
  },
  {
    id: 'k2',
    name: { vi: 'Cà chua', en: 'Tomato' },
    soil: { device: 'k2-soil', model: 'milesight-em500-smtc' },
    ...{ area_m2: 40, moisture: 25, age_d: 52 },
    crop: crop('Cà chua', [30, 40, 45, 30], [0.6, 1.15, 0.8]),
  },
  {
    id: 'k3',
    name: { vi: 'Rau ăn lá', en: 'Leaf greens' },
    soil: { device: LINE_DEVICES.soil.id, model: null },
    ...{ area_m2: 36, moisture: 27.3, age_d: 12 },
    crop: crop('Cải xanh', [10, 10, 15, 5], [0.7, 1, 0.95]),
  },
  {
    id: 'k4',
    name: { vi: 'Ớt', en: 'Chilli' },
    soil: { device: 'k4-soil', model: 'milesight-em500-smtc' },
    ...{ area_m2: 40, moisture: 24.5, age_d: 60 },
    crop: crop('Ớt chỉ thiên', [30, 35, 60, 30], [0.6, 1.05, 0.9]),
  },
]

/** FAO-56, tables 11 and 12, rounded: days of the four stages; Kc of the first, of the middle and of the end. */
function crop(name: string, days: readonly number[], [first = 0, middle = 0, end = 0]: readonly number[]) {
  const [initial = 1, growth = 1, mid = 1, late = 1] = days
  return {
    name,
    stages: [
      { name: 'Cây con', days: initial, kc: first, root_m: 0.1 },
      { name: 'Phát triển', days: growth, kc: (first + middle) / 2, root_m: DEPTH_m },
      { name: 'Ra hoa, nuôi trái', days: mid, kc: middle, root_m: DEPTH_m },
      { name: 'Thu hoạch', days: late, kc: end, root_m: DEPTH_m },
    ],
  }
}

/** Where the valve of the zone with this number hangs. */
function valveOf(index: number): { readonly device: string; readonly output: string } {
  return { device: HOUSE.valves[Math.floor(index / 2)] ?? '', output: `valve${1 + (index % 2)}` }
}

const onBoard = (channel: string) => ({ device: HOUSE.board.id, channel })
const byBoard = (output: string) => ({ device: HOUSE.board.id, output })
const inAir = (channel: string) => ({ device: LINE_DEVICES.air.id, channel })
const outside = (channel: string) => ({ device: HOUSE.weather.id, channel })

/** Ten minutes of the story may be ten real seconds, in which a slow machine has only begun. */
const DEMO_SILENT_MIN = 30

/**
 * The document, with crops of an age that suits the day on which the story begins. Its valves answer by radio, in real
 * seconds, however fast the city's clock runs.
 */
export function demoGreenhouse(begin: Utc, speed: number): Greenhouse {
  return {
    kind: 'greenhouse',
    ...{ id: HOUSE.id, name: HOUSE.name, timeZone: 'Asia/Ho_Chi_Minh' },
    location: { ...LOCATION, elevation_m: 60 },
    water: {
      // One bed at a time: where two run beside one another, neither can be blamed for a burst pipe.
      gives_Lmin: 20,
      pump: { ...byBoard('pump'), variable: false, lead_s: 3 },
      flow: onBoard('flow'),
      volume: onBoard('volume'),
      pressure: onBoard('pressure'),
      tank: { device: LINE_DEVICES.tank.id, channel: 'level', holds_L: TANK_L, low: 20 },
      silent_min: DEMO_SILENT_MIN,
      ...(speed > 1 ? { answer_s: Math.min(3_600, ANSWER_REAL_S * speed) } : {}),
    },
    zones: ZONES.map(({ id, name, soil, area_m2, crop: grown, age_d }, index) => ({
      ...{ id, name, area_m2, flow_Lmin: FLOW_Lmin, efficiency: 0.9, rained: 0, longest_min: 40 },
      valve: valveOf(index),
      soil: {
        moisture: [{ device: soil.device, channel: 'moisture' }],
        temperature: { device: soil.device, channel: 'temperature' },
        ec: { device: soil.device, channel: 'conductivity' },
        ...(soil.model === null ? { ph: { device: soil.device, channel: 'ph' } } : {}),
        ...{ fieldCapacity: 32, wilting: 12, depletion: 0.4, silent_min: 120 },
      },
      crop: { ...grown, planted: dayBefore(begin, age_d) },
      daily_L: 900,
    })),
    fertiliser: {
      channels: [
        { id: 'a', name: { vi: 'Bồn A (canxi)', en: 'Tank A (calcium)' }, part: 'a', ...stock('dose_a') },
        { id: 'b', name: { vi: 'Bồn B (lân, kali)', en: 'Tank B (P, K)' }, part: 'b', ...stock('dose_b') },
        { id: 'acid', name: { vi: 'Axit', en: 'Acid' }, part: 'acid', ...stock('dose_acid', 1_500) },
      ],
      ec: onBoard('ec'),
      ph: onBoard('ph'),
      ...{ silent_min: DEMO_SILENT_MIN, pulse_s: 5 },
      // A board says that a pump rests in real tenths of a second.
      mix_s: Math.max(30, Math.min(600, RINSE_REAL_S * speed)),
      flush_s: Math.max(10, RINSE_REAL_S * speed),
    },
    recipes: recipes(speed),
    programs: [
      {
        ...{ id: 'sang-chieu', name: 'Tưới bón sáng và chiều', on: true, zones: ['k1', 'k2'] },
        start: { by: 'clock', times: ['06:00', '17:30'] },
        amount: { minutes: 14 },
        recipe: 'nuoi-trai',
      },
      {
        ...{ id: 'rau', name: 'Giữ ẩm cho rau', on: true, zones: ['k3'] },
        start: { by: 'moisture', below: 27, until: 30, from: '05:30', to: '20:00', pause_min: 60 },
        amount: { missing: true, most_min: 25 },
        cycles: { run_min: 6, soak_min: 8 },
      },
      {
        ...{ id: 'ot', name: 'Tưới ớt theo cân bằng nước', on: true, zones: ['k4'] },
        start: { by: 'balance', at: '18:30' },
        amount: { missing: true, most_min: 30 },
      },
    ],
    climate: climate(),
    weather: {
      temperature: outside('temperature'),
      humidity: outside('humidity'),
      wind: { ...outside('wind_speed'), height_m: 3 },
      rain: outside('rain'),
      silent_min: 60,
    },
    faults: {
      ...{ burst: 1.4, blocked: 0.7, leak_Lmin: 0.5, learn: 3, for_s: 45 },
      settle_s: Math.min(600, Math.max(45, SETTLE_REAL_S * speed)),
    },
  }
}

function stock(output: string, daily_mL = 6_000) {
  return { pump: byBoard(output), rate_mLmin: DOSE_mLmin, daily_mL }
}

function recipes(speed: number): Greenhouse['recipes'] {
  const share = Math.min(1, FED_SPEED / speed)
  const both = (mL_per_L: number) => ['a', 'b'].map((channel) => ({ channel, mL_per_L: mL_per_L * share }))
  const rinsed = { before_min: 2, after_min: 3 }
  return [
    {
      ...{ id: 'nuoi-trai', name: 'Nuôi trái', ...rinsed, doses: both(1) },
      ...(share < 1 ? {} : { ec: { target: 2, band: 0.2 }, ph: { target: 6.2, band: 0.3 } }),
    },
    {
      ...{ id: 'cay-con', name: 'Cây con', ...rinsed, doses: both(0.5) },
      ...(share < 1 ? {} : { ec: { target: 1.2, band: 0.2 } }),
    },
  ]
}

function climate(): Greenhouse['climate'] {
  return {
    temperature: inAir('temperature'),
    humidity: inAir('humidity'),
    co2: inAir('co2'),
    light: { device: LINE_DEVICES.light.id, channel: 'illuminance' },
    par: { device: LINE_DEVICES.par.id, channel: 'par' },
    ...{ silent_min: DEMO_SILENT_MIN, hot_C: 42, cold_C: 8 },
    misting: {
      ...byBoard('mister'),
      ...{ on: true, above_kPa: 1.3, below_kPa: 0.9, pulse_s: 40, pause_s: 180, most_humidity: 88 },
      hours: { from: '07:00', to: '18:00' },
    },
    fans: [
      {
        ...{ id: 'quat-1', name: { vi: 'Quạt 1', en: 'Fan 1' }, ...byBoard('fan1'), on: true, full: 1 },
        ...{ above_C: 30, below_C: 28, above_humidity: 92, blind: 'on' },
      },
      {
        ...{ id: 'quat-2', name: { vi: 'Quạt 2', en: 'Fan 2' }, ...byBoard('fan2'), on: true, full: 100 },
        ...{ above_C: 31, below_C: 29, least: 30, full_C: 35, blind: 'on' },
      },
      {
        ...{ id: 'quat-3', name: { vi: 'Quạt hút EC', en: 'EC exhaust fan' }, on: true, full: 100 },
        ...{ device: LINE_DEVICES.fan.id, output: 'speed' },
        ...{ above_C: 32, below_C: 30, least: 30, full_C: 36, blind: 'on' },
      },
    ],
    shade: [
      {
        ...{ id: 'luoi-den', name: { vi: 'Lưới cắt nắng', en: 'Shade' }, ...byBoard('shade'), on: true },
        ...{ full: 100, above_lx: 55_000, below_lx: 22_000, hold_min: 15, most_wind_ms: 12 },
      },
    ],
    lamps: [
      {
        ...{ id: 'den', name: { vi: 'Đèn cây con', en: 'Grow lamps' }, ...byBoard('lamp'), on: true },
        ...{ full: 1, day_h: 13 },
      },
    ],
  }
}

function dayBefore(begin: Utc, days: number): string {
  return new Date(begin + ZONE_MS - days * DAY_MS).toISOString().slice(0, 10)
}

const EDGE_HOST = '127.0.0.1'
const JOIN_EUI = '24e124c0002a0001'
const GATEWAY_EUI = 'aa555a000000000a'
const REPORT_S = 600
/** However fast the city's clock: each radio reports at most so often in real time. */
const REPORT_REAL_S = 4

/** The greenhouse's equipment, with keys of its own. */
export function demoGreenhouseSpec(options: {
  readonly ports: HousePorts
  readonly random: Random
  readonly speed: number
  readonly seed: number
}): GreenhouseSpec {
  const { ports, random, speed, seed } = options
  const every_s = Math.max(REPORT_S, speed * REPORT_REAL_S)
  let placed = 0
  const radio = (id: string) => ({
    id,
    devEui: `24e1240f00${(++placed).toString(16).padStart(6, '0')}`,
    joinEui: JOIN_EUI,
    appKey: hex(random.bytes(16)),
    ...{ x_m: 6 * placed, y_m: 12, every_s },
  })
  return {
    ...{ id: HOUSE.id, location: LOCATION, seed, dose_mLmin: DOSE_mLmin },
    edge: { host: EDGE_HOST, port: ports.gateway },
    gateways: [{ eui: GATEWAY_EUI, x_m: 0, y_m: 0 }],
    tank: { holds_L: TANK_L, percent: 85, refill_Lmin: 2.5 },
    zones: ZONES.map(({ id, area_m2, moisture }) => ({
      ...{ id, area_m2, depth_m: DEPTH_m, fieldCapacity: 32, wilting: 12, kc: 1 },
      ...{ flow_Lmin: FLOW_Lmin, moisture },
    })),
    valves: HOUSE.valves.map((id, index) => ({
      ...radio(id),
      zones: ZONES.slice(2 * index, 2 * index + 2).map((zone) => zone.id),
    })),
    soils: ZONES.flatMap(({ id, soil }) =>
      soil.model === null ? [] : [{ ...radio(soil.device), model: soil.model, zone: id }],
    ),
    weather: radio(HOUSE.weather.id),
    modbus: { port: ports.modbus, soilZone: 'k3' },
    board: { ...HOUSE.board, port: ports.board },
  }
}
