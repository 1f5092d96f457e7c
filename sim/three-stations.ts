import type { FloodStation } from '../core/documents/flood-station.ts'
import { hex, type Random } from '../core/random.ts'
import type { CitySpec, DeviceSpec, Hydrograph, StationSpec } from './spec.ts'

/**
 * The demonstration city: a river that is real, a stream and a reservoir that are not.
 * At 60 times real time the stream crosses its first level within half a minute, the river all three between one and
 * three minutes, the reservoir between three and four; then all fall, clear, and the story begins again.
 */

export interface DemoCity {
  readonly spec: CitySpec
  /** One a station, in the order of `spec.stations`. */
  readonly stations: readonly FloodStation[]
  /** What each station's node must know of its devices, in the same order. */
  readonly devices: readonly (readonly LorawanDevice[])[]
}

export interface LorawanDevice {
  readonly id: string
  readonly model: string
  readonly devEui: string
  readonly joinEui: string
  readonly appKey: string
}

export interface DemoOptions {
  /** The stations' nodes listen for gateways on this port and the two after it. */
  readonly basePort: number
  /** Makes the keys. */
  readonly random: Random
  /** City time at which the story begins. */
  readonly begin_utc: number
  /** How much faster than the world the city's clock will run: radio does not. */
  readonly speed: number
  /** Drives the stream's gauge with a record instead: CSV with time_utc and stage_m, and the levels to alarm at. */
  readonly record?: { readonly file: string; readonly levels_m: readonly number[]; readonly every_s: number }
}

/**
 * However fast the city's clock: reports come at most once in a second of real time, and a join may take this long. A
 * siren that does not obey is told after a third of it, in which answers that meet in the air are asked for again.
 */
const REPORT_REAL_S = 1
const JOIN_REAL_S = 60

/** The same site on a clock that is `speed` times as fast. */
function paced(site: Site, speed: number): Site {
  return { ...site, level: { ...site.level, every_s: Math.max(site.level.every_s, speed * REPORT_REAL_S) } }
}

const JOIN_EUI = '24e124c0002a0001'
/** Within this the node must have heard of every hop. */
const PROVEN_H = 24

interface Site {
  readonly id: string
  readonly prefix: string
  readonly name: FloodStation['name']
  readonly water: FloodStation['water']
  readonly location: FloodStation['location']
  readonly levels_m: readonly number[]
  readonly hydrograph: Hydrograph
  readonly level: {
    readonly model: 'milesight-em500-udl' | 'milesight-em410-rdl'
    readonly datum_m: number
    readonly tilt_deg: number
    readonly every_s: number
    readonly range_m: [number, number]
    readonly rate_m_per_h: number
    readonly spike: { readonly suspect_m: number; readonly fail_m: number }
  }
  readonly rise_m_per_h: number
  readonly hold_min: number
}

/** Đông Hà on the Hiếu: place and levels are the real ones (Decision 05/2020/QĐ-TTg); the flood is made up. */
const RIVER: Site = {
  id: 'dong-ha',
  prefix: 'dh',
  name: { vi: 'Đông Hà', en: 'Đông Hà' },
  water: { type: 'river', name: { vi: 'Sông Hiếu', en: 'Hiếu River' } },
  location: { lat: 16.816, lon: 107.1 },
  levels_m: [2, 3, 4],
  hydrograph: {
    kind: 'generator',
    seed: 11,
    water: 'river',
    base_m: 1.15,
    peak_m: 4.35,
    dry_h: 0.1,
    storm_h: 2.5,
    storm_mm: 140,
    lag_h: 2.2,
    period_h: 16,
  },
  level: {
    model: 'milesight-em410-rdl',
    datum_m: 8.4,
    tilt_deg: 0,
    every_s: 120,
    range_m: [-1, 8],
    rate_m_per_h: 6,
    spike: { suspect_m: 0.25, fail_m: 0.6 },
  },
  rise_m_per_h: 0.5,
  hold_min: 30,
}

/** A stream that is on no map: steep, short, and up within minutes of the rain. */
const STREAM: Site = {
  id: 'suoi-khe-lau',
  prefix: 'kl',
  name: { vi: 'Suối Khe Lau (hư cấu)', en: 'Khe Lau Stream (fictional)' },
  water: { type: 'stream', name: { vi: 'Suối Khe Lau', en: 'Khe Lau Stream' } },
  location: { lat: 16.772, lon: 107.036 },
  levels_m: [0.8, 1.2, 1.6],
  hydrograph: {
    kind: 'generator',
    seed: 7,
    water: 'stream',
    base_m: 0.35,
    peak_m: 1.95,
    dry_h: 0.05,
    storm_h: 0.6,
    storm_mm: 62,
    lag_h: 0.4,
    period_h: 8,
  },
  level: {
    model: 'milesight-em500-udl',
    datum_m: 4.1,
    tilt_deg: 8,
    every_s: 60,
    range_m: [-0.2, 3.5],
    rate_m_per_h: 15,
    spike: { suspect_m: 0.3, fail_m: 0.8 },
  },
  rise_m_per_h: 1,
  hold_min: 20,
}

/** A reservoir that is on no map; its first level is the spillway's crest. */
const RESERVOIR: Site = {
  id: 'ho-dong-mai',
  prefix: 'dm',
  name: { vi: 'Hồ Đông Mai (hư cấu)', en: 'Đông Mai Reservoir (fictional)' },
  water: { type: 'reservoir', name: { vi: 'Hồ Đông Mai', en: 'Đông Mai Reservoir' } },
  location: { lat: 16.745, lon: 107.125 },
  levels_m: [22.5, 23, 23.4],
  hydrograph: {
    kind: 'generator',
    seed: 5,
    water: 'reservoir',
    base_m: 21.2,
    peak_m: 23.6,
    crest_m: 22.5,
    dry_h: 0.2,
    storm_h: 3,
    storm_mm: 120,
    lag_h: 1.5,
    period_h: 24,
  },
  level: {
    model: 'milesight-em410-rdl',
    datum_m: 29,
    tilt_deg: 5,
    every_s: 120,
    range_m: [19, 27],
    rate_m_per_h: 6,
    spike: { suspect_m: 0.25, fail_m: 0.6 },
  },
  rise_m_per_h: 0.4,
  hold_min: 30,
}

export function threeStations(options: DemoOptions): DemoCity {
  const { record, speed } = options
  const stream = record === undefined ? paced(STREAM, speed) : recorded(STREAM, record)
  const sites = [paced(RIVER, speed), stream, paced(RESERVOIR, speed)]
  const made = sites.map((site, index) => makeStation(site, index, options))
  return {
    spec: {
      begin_utc: options.begin_utc,
      loss: 0,
      streets: [],
      greenhouses: [],
      stations: made.map(({ station }) => station),
    },
    stations: made.map(({ document }) => document),
    devices: made.map(({ station }) =>
      station.devices.map(({ id, model, devEui, joinEui, appKey }) => ({
        id,
        model,
        devEui,
        joinEui,
        appKey,
      })),
    ),
  }
}

/** The stream's gauge as a record tells it: five minutes apart, with jumps that only a small catchment makes. */
function recorded(site: Site, record: NonNullable<DemoOptions['record']>): Site {
  return {
    ...site,
    levels_m: record.levels_m,
    hydrograph: { kind: 'csv', file: record.file, afterEnd: 'hold' },
    level: {
      ...site.level,
      every_s: record.every_s,
      range_m: [-0.2, 3.8],
      spike: { suspect_m: 0.6, fail_m: 1.2 },
    },
  }
}

function makeStation(
  site: Site,
  index: number,
  options: DemoOptions,
): { readonly station: StationSpec; readonly document: FloodStation } {
  const { random } = options
  const id = (role: string) => `${site.prefix}-${role}`
  let made = 0
  const base = (role: string, every_s: number, x_m: number, y_m: number) => ({
    id: id(role),
    devEui: `24e12400${(index + 1).toString(16).padStart(4, '0')}${(++made).toString(16).padStart(4, '0')}`,
    joinEui: JOIN_EUI,
    appKey: hex(random.bytes(16)),
    every_s,
    x_m,
    y_m,
  })
  const { model, datum_m, tilt_deg } = site.level
  const devices: DeviceSpec[] = [
    { ...base('level', site.level.every_s, 60, 40), role: 'level', model, datum_m, tilt_deg },
    {
      ...base('rain', Math.max(300, options.speed * REPORT_REAL_S), 8, 5),
      role: 'rain',
      model: 'milesight-em300-di',
      bucket_mm: 0.2,
    },
    {
      ...base('siren', Math.max(900, options.speed * 15), 420, -180),
      role: 'relays',
      model: 'milesight-ws558',
      loads: { relay1: 'siren', relay2: 'beacon' },
    },
    {
      ...base('indoor', Math.max(900, options.speed * 15), 250, 90),
      role: 'relays',
      model: 'dragino-lt-22222-l',
      loads: { relay1: 'siren' },
    },
    {
      ...base('button', Math.max(3_600, options.speed * 60), 3, 2),
      role: 'button',
      model: 'milesight-uc300',
    },
  ]
  return {
    station: {
      id: site.id,
      edge: { host: '127.0.0.1', port: options.basePort + index },
      gateways: [{ eui: `aa555a000000000${index + 1}`, x_m: 0, y_m: 0 }],
      hydrograph: site.hydrograph,
      devices,
    },
    document: documentOf(site, id, options.speed),
  }
}

const STEADY = { on_s: 60, off_s: 0 } as const

function documentOf(site: Site, id: (role: string) => string, speed: number): FloodStation {
  const { datum_m, tilt_deg, every_s, range_m, rate_m_per_h, spike } = site.level
  return {
    kind: 'flood-station',
    id: site.id,
    name: site.name,
    water: site.water,
    location: site.location,
    timeZone: 'Asia/Ho_Chi_Minh',
    level: {
      device: id('level'),
      channel: 'distance',
      measures: 'distance',
      datum_m,
      tilt_deg,
      correction_m: 0,
      range_m,
      every_s,
      silent_s: Math.max(900, every_s * 5, speed * JOIN_REAL_S),
      spike,
      rate_m_per_h,
      stuck: { after_h: 6, tolerance_m: 0.0005 },
    },
    levels: site.levels_m.map((stage_m, index) => ({ level: index + 1, stage_m })),
    raise: { need: 2, of: 3 },
    clear: { below_m: 0.08, hold_min: site.hold_min },
    rise: { m_per_h: site.rise_m_per_h, over_min: 15 },
    rain: {
      device: id('rain'),
      channel: 'tips',
      mm_per_count: 0.2,
      mm_per_h_max: 300,
      limits: [
        { over: '1h', mm: 50, level: 0 },
        { over: '12h', mm: 100, level: 1 },
      ],
    },
    alarms: [
      // Steady: the node's accelerated clock would turn a pattern of seconds into a radio storm.
      {
        device: id('siren'),
        output: 'relay1',
        place: 'outdoor',
        means: 'siren',
        patterns: { '2': STEADY, '3': STEADY },
      },
      { device: id('siren'), output: 'relay2', place: 'outdoor', means: 'beacon', patterns: { '1': STEADY } },
      { device: id('indoor'), output: 'relay1', place: 'indoor', means: 'siren', patterns: { '1': STEADY } },
    ],
    selfTest: { at: '11:30', pulse_s: 10 },
    provenWithin_h: PROVEN_H,
    silence: { longest_min: 60, button: { device: id('button'), channel: 'input1' } },
  }
}
