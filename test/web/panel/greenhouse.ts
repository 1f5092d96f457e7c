import type { Greenhouse } from '../../../core/documents/greenhouse.ts'
import type {
  GreenhouseView,
  HistoryAnswer,
  PanelState,
  SessionView,
  UseAnswer,
  ZoneView,
} from '../../../edge/panel/api-types.ts'

/** 2026-03-20 10:15 in Đông Hà. */
export const MORNING = Date.UTC(2026, 2, 20, 3, 15)
const ZONE = 'Asia/Ho_Chi_Minh'
const MINUTE = 60_000

export function zone(change: Partial<ZoneView> = {}): ZoneView {
  return {
    id: 'k1',
    name: { vi: 'Dưa lưới', en: 'Melons' },
    moisture: 27.4,
    soilTemperature_C: 26.3,
    ec_uScm: 1_420,
    ph: 6.2,
    lost: false,
    crop: { name: 'Dưa lưới', stage: 'Ra hoa', day: 34, kc: 0.95 },
    deficit_mm: 2.1,
    readily_mm: 6.8,
    valve: 'shut',
    running: null,
    waiting: null,
    next: {
      program: 'sang',
      at: MORNING + 105 * MINUTE,
      why: { vi: 'Tưới trưa theo giờ', en: 'Noon watering by the clock' },
    },
    today_L: 182,
    week_L: 1_240,
    season_L: 14_300,
    daily_L: 600,
    flow: { usual_Lmin: 8.1, last_Lmin: 8.0 },
    problems: [],
    ...change,
  }
}

export function running(change: Partial<NonNullable<ZoneView['running']>> = {}): ZoneView['running'] {
  return {
    why: { vi: 'Chương trình Tưới sáng', en: 'Program Morning' },
    who: null,
    program: 'sang',
    phase: 'plain',
    since: MORNING - 3 * MINUTE,
    left_s: 462,
    litres: 24.6,
    of: { minutes: 11 },
    recipe: null,
    ...change,
  }
}

export function zones(): ZoneView[] {
  return [
    zone(),
    zone({
      ...{ id: 'k2', name: { vi: 'Cà chua', en: 'Tomatoes' }, moisture: 21.1, ec_uScm: 1_880, ph: 6.5 },
      ...{ valve: 'open', running: running({ phase: 'dosing', recipe: 'npk' }), next: null, today_L: 96 },
    }),
    zone({
      ...{ id: 'k3', name: { vi: 'Rau ăn lá', en: 'Leafy greens' }, moisture: 35.2, ph: null, today_L: 60 },
      waiting: {
        why: { vi: 'Bơm chỉ đủ cho một khu.', en: 'The pump gives enough for one zone.' },
        for: 'turn',
        until: null,
      },
    }),
    zone({
      ...{
        id: 'k4',
        name: { vi: 'Ớt', en: 'Chillies' },
        moisture: null,
        lost: true,
        ec_uScm: null,
        ph: null,
      },
      ...{ soilTemperature_C: null, today_L: 0 },
      problems: [
        {
          rule: 'sensor-lost',
          label: { vi: 'Mất cảm biến', en: 'Sensor lost' },
          text: { vi: 'Đầu dò ẩm im lặng 3 giờ.', en: 'The moisture probe is silent for 3 h.' },
          next: { vi: 'Xem pin và dây của đầu dò.', en: 'Look at its battery and its cable.' },
        },
      ],
    }),
  ]
}

export function house(change: Partial<GreenhouseView> = {}): GreenhouseView {
  return {
    id: 'nha-kinh',
    name: { vi: 'Nhà kính Cam Lộ', en: 'Cam Lộ greenhouse' },
    at: MORNING,
    timeZone: ZONE,
    paused: null,
    pump: 'off',
    tank: { percent: 72, litres: 3_600, low: false },
    flow_Lmin: 0,
    pressure_kPa: 210,
    climate: {
      ...{ temperature_C: 31.4, humidity: 64, vpd_kPa: 1.66, co2_ppm: 415, light_lx: 42_300, par: 780 },
      devices: [
        {
          ...{ id: 'mist', kind: 'mist', name: { vi: 'Phun sương', en: 'Mist' } },
          ...{ device: 'gh-board', output: 'mister', value: 0 },
          why: {
            vi: 'Chờ 80 giây giữa hai lần phun; VPD 1,66 kPa.',
            en: 'Pauses 80 s between pulses; VPD 1.66 kPa.',
          },
        },
        {
          ...{ id: 'fan1', kind: 'fan', name: { vi: 'Quạt đầu hồi', en: 'Gable fan' } },
          ...{ device: 'gh-board', output: 'fan1', value: 1 },
          why: { vi: 'Nóng hơn 30 °C.', en: 'Warmer than 30 °C.' },
        },
        {
          ...{ id: 'fan2', kind: 'fan', name: { vi: 'Quạt đối lưu', en: 'Circulation fan' } },
          ...{ device: 'gh-board', output: 'fan2', value: 45 },
          why: { vi: 'Ấm hơn 28 °C: chạy 45 %.', en: 'Warmer than 28 °C: at 45 %.' },
        },
        {
          ...{ id: 'shade', kind: 'shade', name: { vi: 'Lưới cắt nắng', en: 'Shade cloth' } },
          ...{ device: 'gh-board', output: 'shade', value: 0 },
          why: { vi: 'Nắng 42.300 lx, dưới 60.000 lx.', en: 'Light of 42,300 lx, below 60,000 lx.' },
        },
        {
          ...{ id: 'lamp', kind: 'lamp', name: { vi: 'Đèn bổ sáng', en: 'Grow lamps' } },
          ...{ device: 'gh-board', output: 'lamp', value: 0 },
          why: { vi: 'Trời còn sáng.', en: 'It is still light.' },
        },
      ],
    },
    et0_mm: 4.2,
    zones: zones(),
    problems: [],
    fertiliser: [
      {
        channel: 'a',
        name: { vi: 'Phân A', en: 'Part A' },
        today_mL: 320,
        season_mL: 21_400,
        daily_mL: 2_000,
      },
      {
        channel: 'b',
        name: { vi: 'Phân B', en: 'Part B' },
        today_mL: 318,
        season_mL: 21_300,
        daily_mL: 2_000,
      },
      { channel: 'acid', name: { vi: 'Axit', en: 'Acid' }, today_mL: 41, season_mL: 2_900, daily_mL: 400 },
    ],
    journal: [
      {
        ...{ at: MORNING - 3 * MINUTE, until: null, zone: 'k2', who: null, litres: 24.6, minutes: 3 },
        why: { vi: 'Chương trình Tưới sáng', en: 'Program Morning' },
        ...{ end: { vi: 'đang chạy', en: 'running' }, recipe: 'npk', fertiliser_mL: 48 },
      },
      {
        ...{ at: MORNING - 95 * MINUTE, until: MORNING - 80 * MINUTE, zone: 'k1', who: 'Lan' },
        ...{ litres: 121, minutes: 15, recipe: null, fertiliser_mL: 0 },
        why: { vi: 'Lan tưới tay', en: 'By hand, Lan' },
        end: { vi: 'đủ 15 phút', en: 'its 15 minutes were over' },
      },
      {
        ...{ at: MORNING - 200 * MINUTE, until: MORNING - 197 * MINUTE, zone: 'k3', who: null },
        ...{ litres: 9, minutes: 3, recipe: null, fertiliser_mL: 0 },
        why: { vi: 'Chương trình Tưới sáng', en: 'Program Morning' },
        end: { vi: 'dừng vì nước chảy quá mạnh (vỡ ống?)', en: 'stopped: too much flow (a burst pipe?)' },
      },
    ],
    ...change,
  }
}

/** The pump ran dry: its interlock latched, and it waits for somebody who has looked. */
export const DRY_RUN: GreenhouseView['problems'][number] = {
  ...{ alarm: 'interlock-dry-run', rule: 'interlock-dry-run', level: 3, since: MORNING - 4 * MINUTE },
  text: {
    vi: 'Bơm chạy khô: đã tự ngắt và khóa lại.',
    en: 'The pump ran dry: it was switched off and locked.',
  },
  next: {
    vi: 'Xem bồn, van hút và lưới lọc, rồi mở lại.',
    en: 'Look at the tank, the suction valve and the filter, then unlock it.',
  },
  output: { device: 'gh-board', output: 'pump' },
  latched: true,
}

export const TANK_LOW: GreenhouseView['problems'][number] = {
  ...{ alarm: 'tank-low', rule: 'tank-low', level: 1, since: MORNING - 30 * MINUTE },
  text: { vi: 'Bồn còn 14 %.', en: 'The tank is at 14 %.' },
  next: { vi: 'Bơm thêm nước vào bồn.', en: 'Fill the tank.' },
  ...{ output: null, latched: false },
}

export function state(
  change: Partial<GreenhouseView> = {},
  node: Partial<PanelState['node']> = {},
): PanelState {
  const shown = house(change)
  return {
    at: MORNING,
    greenhouses: [shown],
    outputs: shown.climate.devices.map(({ device, output, value, why, kind, id }) => ({
      ...{ device, output, value, why, min: 0, held: null },
      ...(kind === 'shade' || id === 'fan2' ? { max: 100, step: 1 } : { max: 1, step: 1 }),
      longest_s: null,
    })),
    node: {
      name: { vi: 'Nhà kính Cam Lộ', en: 'Cam Lộ greenhouse' },
      ...{ hub: 'connected', since: null, unsent: 0, clock: 'synced' },
      edits: { waiting: 0, conflicts: 0 },
      ...node,
    },
  }
}

export function session(role: 'owner' | 'member' | null = 'owner'): SessionView {
  return {
    signedIn: role === null ? null : { account: 'lan', name: 'Lan', role },
    accounts: [
      { id: 'lan', name: 'Lan' },
      { id: 'ba', name: 'Ông Ba' },
      { id: 'minh', name: 'Minh' },
    ],
    ...{ language: 'vi', greenhouse: { vi: 'Nhà kính Cam Lộ', en: 'Cam Lộ greenhouse' }, setup: false },
  }
}

const crop = {
  name: 'Dưa lưới',
  planted: '2026-02-14',
  stages: [{ name: 'Ra hoa', days: 60, kc: 0.95, root_m: 0.3 }],
}

function settings(id: string, vi: string, en: string): Greenhouse['zones'][number] {
  const device = `${id}-soil`
  return {
    ...{ id, name: { vi, en }, valve: { device: 'gh-valves', output: id }, area_m2: 120, flow_Lmin: 8 },
    ...{ efficiency: 0.9, rained: 0, longest_min: 60, daily_L: 600, crop },
    soil: {
      moisture: [{ device, channel: 'moisture' }],
      temperature: { device, channel: 'temperature' },
      ec: { device, channel: 'ec' },
      ...{ fieldCapacity: 32, wilting: 15, depletion: 0.4, silent_min: 120 },
    },
  }
}

export function document(): Greenhouse {
  const board = 'gh-board'
  return {
    ...{ kind: 'greenhouse', id: 'nha-kinh', name: { vi: 'Nhà kính Cam Lộ', en: 'Cam Lộ greenhouse' } },
    ...{ location: { lat: 16.8, lon: 107, elevation_m: 12 }, timeZone: ZONE },
    water: {
      ...{
        gives_Lmin: 12,
        pump: { device: board, output: 'pump', variable: false, lead_s: 3 },
        silent_min: 10,
      },
      flow: { device: board, channel: 'flow' },
      pressure: { device: board, channel: 'pressure' },
      tank: { device: 'gh-tank', channel: 'level', holds_L: 5_000, low: 15 },
    },
    zones: [
      settings('k1', 'Dưa lưới', 'Melons'),
      settings('k2', 'Cà chua', 'Tomatoes'),
      settings('k3', 'Rau ăn lá', 'Leafy greens'),
      settings('k4', 'Ớt', 'Chillies'),
    ],
    fertiliser: {
      channels: [
        {
          ...{ id: 'a', name: { vi: 'Phân A', en: 'Part A' }, part: 'a', rate_mLmin: 60, daily_mL: 2_000 },
          pump: { device: board, output: 'dose_a' },
        },
        {
          ...{ id: 'b', name: { vi: 'Phân B', en: 'Part B' }, part: 'b', rate_mLmin: 60, daily_mL: 2_000 },
          pump: { device: board, output: 'dose_b' },
        },
        {
          ...{ id: 'acid', name: { vi: 'Axit', en: 'Acid' }, part: 'acid', rate_mLmin: 30, daily_mL: 400 },
          pump: { device: board, output: 'dose_acid' },
        },
      ],
      ...{ ec: { device: board, channel: 'ec' }, ph: { device: board, channel: 'ph' } },
      ...{ silent_min: 5, pulse_s: 5, mix_s: 30 },
    },
    recipes: [
      {
        ...{ id: 'npk', name: 'Nuôi trái', before_min: 2, after_min: 3 },
        doses: [
          { channel: 'a', mL_per_L: 2 },
          { channel: 'b', mL_per_L: 2 },
        ],
        ...{ ec: { target: 1.8, band: 0.2 }, ph: { target: 6.2, band: 0.3 } },
      },
      { id: 'nhe', name: 'Cây con', before_min: 2, after_min: 3, doses: [{ channel: 'a', mL_per_L: 1 }] },
    ],
    programs: [
      {
        ...{ id: 'sang', name: 'Tưới sáng', on: true, zones: ['k1', 'k2'], recipe: 'npk' },
        start: { by: 'clock', times: ['06:00', '17:00'] },
        ...{ amount: { minutes: 15 }, cycles: { run_min: 5, soak_min: 10 }, rain_mm: 5 },
      },
      {
        ...{ id: 'am', name: 'Rau theo độ ẩm', on: true, zones: ['k3'] },
        start: { by: 'moisture', below: 24, until: 30, from: '06:00', to: '18:00', pause_min: 60 },
        amount: { missing: true, most_min: 20 },
      },
      {
        ...{ id: 'et', name: 'Ớt theo cây dùng', on: false, zones: ['k4'] },
        ...{ start: { by: 'balance', at: '05:30' }, amount: { missing: true, most_min: 40 } },
      },
    ],
    climate: {
      temperature: { device: 'gh-air', channel: 'temperature' },
      humidity: { device: 'gh-air', channel: 'humidity' },
      co2: { device: 'gh-air', channel: 'co2' },
      ...{ light: { device: 'gh-light', channel: 'light' }, par: { device: 'gh-light', channel: 'par' } },
      ...{ silent_min: 15, hot_C: 40, cold_C: 8 },
      misting: {
        ...{
          device: board,
          output: 'mister',
          on: true,
          above_kPa: 1.2,
          below_kPa: 0.8,
          pulse_s: 20,
          pause_s: 120,
        },
        ...{ most_humidity: 90, hours: { from: '07:00', to: '17:00' } },
      },
      fans: [
        {
          ...{
            id: 'fan1',
            name: { vi: 'Quạt đầu hồi', en: 'Gable fan' },
            device: board,
            output: 'fan1',
            full: 1,
            on: true,
          },
          ...{ above_C: 30, below_C: 27, blind: 'on' },
        },
        {
          ...{
            id: 'fan2',
            name: { vi: 'Quạt đối lưu', en: 'Circulation fan' },
            device: board,
            output: 'fan2',
            full: 100,
          },
          ...{ on: true, above_C: 28, below_C: 25, least: 40, full_C: 34, blind: 'on' },
        },
      ],
      shade: [
        {
          ...{
            id: 'shade',
            name: { vi: 'Lưới cắt nắng', en: 'Shade cloth' },
            device: board,
            output: 'shade',
            full: 100,
          },
          ...{ on: true, above_lx: 60_000, below_lx: 40_000, hold_min: 15, most_wind_ms: 10 },
        },
      ],
      lamps: [
        {
          ...{
            id: 'lamp',
            name: { vi: 'Đèn bổ sáng', en: 'Grow lamps' },
            device: board,
            output: 'lamp',
            full: 1,
            on: true,
          },
          ...{ day_h: 13, below_lx: 10_000 },
        },
      ],
    },
    weather: { temperature: { device: 'gh-weather', channel: 'temperature' }, silent_min: 60 },
    faults: { burst: 1.4, blocked: 0.7, leak_Lmin: 0.5, learn: 5, settle_s: 45, for_s: 30 },
  }
}

/** A day's wave, with a gap that must stay one. */
export function history(channel: string, from: number, to: number): HistoryAnswer {
  const step = Math.max(MINUTE, Math.round((to - from) / 240))
  const middle = channel === 'moisture' ? 27 : channel === 'ec' ? 1_500 : 28
  const rows: (readonly [number, number, number, number])[] = []
  for (let at = from; at < to; at += step) {
    if (at > from + (to - from) * 0.6 && at < from + (to - from) * 0.68) continue
    const mean = middle + (middle / 8) * Math.sin((at / (24 * 60 * MINUTE)) * 2 * Math.PI)
    rows.push([at, mean * 0.98, mean, mean * 1.02])
  }
  return { unit: channel === 'moisture' ? '%' : channel === 'ec' ? 'uS/cm' : 'Cel', step, rows }
}

export function use(by: UseAnswer['by'], from: number, to: number): UseAnswer {
  const day = 24 * 60 * MINUTE
  const length = { day, week: 7 * day, month: 30 * day, season: to - from }[by]
  const starts: string[] = []
  for (let at = from; at < to && starts.length < 60; at += length) {
    starts.push(new Date(at + 7 * 60 * MINUTE).toISOString().slice(0, 10))
  }
  const figures = (base: number) => starts.map((_, index) => Math.round(base * (1 + 0.4 * Math.sin(index))))
  return {
    by,
    from: starts,
    zones: ['k1', 'k2', 'k3', 'k4'].map((id, index) => ({ zone: id, litres: figures(180 - index * 30) })),
    channels: ['a', 'b', 'acid'].map((channel, index) => ({ channel, mL: figures(300 - index * 120) })),
  }
}
