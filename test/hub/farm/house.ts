import type { Greenhouse } from '../../../core/documents/greenhouse.ts'

/** A greenhouse of four zones on one pump, with its document as a node describes it. */

export const FARM = 'nha-kinh'

const onBoard = (channel: string) => ({ device: 'gh-board', channel })
const byBoard = (output: string) => ({ device: 'gh-board', output })

const zone = (id: string, vi: string, en: string, area_m2: number): Greenhouse['zones'][number] => ({
  ...{ id, name: { vi, en }, area_m2, flow_Lmin: 12, efficiency: 0.9, rained: 0 },
  ...{ longest_min: 40, daily_L: 900 },
  valve: { device: `valve-${id}`, output: 'valve1' },
  soil: {
    moisture: [{ device: `${id}-soil`, channel: 'moisture' }],
    temperature: { device: `${id}-soil`, channel: 'temperature' },
    ...{ fieldCapacity: 32, wilting: 12, depletion: 0.4, silent_min: 120 },
  },
  crop: {
    name: vi,
    planted: '2026-09-01',
    stages: [{ name: 'Ra hoa', days: 90, kc: 1.05, root_m: 0.3 }],
  },
})

export const FARM_DOCUMENT: Greenhouse = {
  kind: 'greenhouse',
  ...{ id: FARM, name: { vi: 'Nhà kính Gio An', en: 'Gio An greenhouse' }, timeZone: 'Asia/Ho_Chi_Minh' },
  location: { lat: 16.89, lon: 107.02, elevation_m: 60 },
  water: {
    gives_Lmin: 32,
    pump: { ...byBoard('pump'), variable: false, lead_s: 3 },
    flow: onBoard('flow'),
    pressure: onBoard('pressure'),
    tank: { device: 'gh-tank', channel: 'level', holds_L: 2_000, low: 20 },
    silent_min: 10,
  },
  zones: [
    zone('k1', 'Dưa lưới', 'Melon', 40),
    zone('k2', 'Cà chua', 'Tomato', 40),
    zone('k3', 'Rau ăn lá', 'Leaf greens', 36),
    zone('k4', 'Ớt', 'Chilli', 40),
  ],
  fertiliser: {
    channels: [
      {
        ...{ id: 'a', name: { vi: 'Bồn A', en: 'Tank A' }, part: 'a', pump: byBoard('dose_a') },
        ...{ rate_mLmin: 150, daily_mL: 3_000 },
      },
      {
        ...{ id: 'b', name: { vi: 'Bồn B', en: 'Tank B' }, part: 'b', pump: byBoard('dose_b') },
        ...{ rate_mLmin: 150, daily_mL: 3_000 },
      },
    ],
    ec: onBoard('ec'),
    ph: onBoard('ph'),
    ...{ silent_min: 10, pulse_s: 5, mix_s: 30 },
  },
  recipes: [
    {
      ...{ id: 'nuoi-trai', name: 'Nuôi trái', before_min: 2, after_min: 3 },
      doses: [
        { channel: 'a', mL_per_L: 2 },
        { channel: 'b', mL_per_L: 2 },
      ],
    },
  ],
  programs: [
    {
      ...{ id: 'sang', name: 'Tưới sáng', on: true, zones: ['k1', 'k2'] },
      start: { by: 'clock', times: ['06:00'] },
      amount: { minutes: 12 },
      recipe: 'nuoi-trai',
    },
    {
      ...{ id: 'rau', name: 'Rau khi khô', on: true, zones: ['k3'] },
      start: { by: 'moisture', below: 24, until: 30, from: '06:00', to: '17:00', pause_min: 60 },
      amount: { missing: true, most_min: 20 },
    },
  ],
  climate: {
    temperature: { device: 'gh-air', channel: 'temperature' },
    humidity: { device: 'gh-air', channel: 'humidity' },
    ...{ silent_min: 15, hot_C: 42, cold_C: 8 },
    misting: {
      ...byBoard('mister'),
      ...{ on: true, above_kPa: 1.2, below_kPa: 0.8, pulse_s: 20, pause_s: 120, most_humidity: 90 },
    },
    fans: [
      {
        ...{ id: 'fan1', name: { vi: 'Quạt 1', en: 'Fan 1' }, ...byBoard('fan1') },
        ...{ on: true, full: 1, above_C: 32, below_C: 30, blind: 'on' },
      },
    ],
    shade: [],
    lamps: [],
  },
  weather: { silent_min: 60 },
  faults: { burst: 1.4, blocked: 0.7, leak_Lmin: 0.5, learn: 5, settle_s: 45, for_s: 30 },
}
