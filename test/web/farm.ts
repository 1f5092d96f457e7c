import { greenhouseNext } from '../../core/documents/greenhouse-faults.ts'
import type { FarmProblem, FarmUse, FarmView, FarmZone, UseBy, Used } from '../../hub/api/farm-schema.ts'
import type { DocumentView } from '../../hub/api/schema.ts'
import { FARM, FARM_DOCUMENT } from '../hub/farm/house.ts'
import { NOON } from './city.ts'

/** Greenhouses as the hub would tell them, for tests of the page: one of four zones, and a neighbour of two. */

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
export const HOUSE = { edge: 'gh-01', farm: FARM } as const

export function farmZone(id: string, change: Partial<FarmZone> = {}): FarmZone {
  const zone = FARM_DOCUMENT.zones.find((one) => one.id === id)
  return {
    id,
    name: zone?.name ?? { vi: id, en: id },
    area_m2: zone?.area_m2 ?? 40,
    crop: null,
    ...{ moisture: 27.4, lost: false, fieldCapacity: 32, wilting: 12, depletion: 0.4 },
    ...{ soilTemperature_C: 26.3, ec_uScm: 820, ph: 6.4, deficit_mm: 1.8, left_s: 0 },
    next: NOON + 3 * HOUR,
    ...{ today_L: 144, longest_min: 40, daily_L: 900, usual_Lmin: 11.8 },
    ...change,
  }
}

export function farmProblem(change: Partial<FarmProblem> = {}): FarmProblem {
  return {
    ...{ alarm: '7', rule: 'drippers-blocked', level: 2, since: NOON - 50 * MINUTE, until: null },
    text: {
      vi: 'Nhà kính Gio An: Rau ăn lá chảy yếu hơn thường lệ: 7,1 L/phút.',
      en: 'Gio An greenhouse: Leaf greens takes less water than usual: 7.1 L/min.',
    },
    next: greenhouseNext('drippers-blocked'),
    ...{ device: null, output: null, zone: 'k3', acknowledgedBy: null, acknowledgedAt: null },
    ...change,
  }
}

export function farm(change: Partial<FarmView> = {}): FarmView {
  return {
    ...{ edge: HOUSE.edge, online: true, lastSeen: NOON - 5_000, id: FARM, name: FARM_DOCUMENT.name },
    ...{ location: { lat: 16.89, lon: 107.02 }, timeZone: 'Asia/Ho_Chi_Minh', area_m2: 156 },
    ...{ running: 1, paused: false, pump: true, flow_Lmin: 11.9, pressure_kPa: 182 },
    tank: { percent: 64, litres: 1_280, low: false },
    climate: { temperature_C: 31.4, humidity: 68, vpd_kPa: 1.46, co2_ppm: 412, light_lx: 38_000 },
    ...{ et0_mm: 4.6, today_L: 476 },
    zones: [
      farmZone('k1', { left_s: 250, moisture: 24.1 }),
      farmZone('k2'),
      farmZone('k3', { moisture: 19.2, next: null, deficit_mm: 4.2 }),
      farmZone('k4', { moisture: null, lost: true, ec_uScm: null, ph: null, soilTemperature_C: null }),
    ],
    recipes: [{ id: 'nuoi-trai', name: 'Nuôi trái' }],
    outputs: [
      { device: 'gh-board', output: 'pump', name: { vi: 'Bơm nước', en: 'Water pump' } },
      {
        ...{ device: 'gh-board', output: 'dose_a' },
        name: { vi: 'Bơm châm "Bồn A"', en: 'Dosing pump "Tank A"' },
      },
      { device: 'valve-k1', output: 'valve1', name: { vi: 'Van "Dưa lưới"', en: 'Valve "Melon"' } },
    ],
    problems: [farmProblem()],
    ...change,
  }
}

export function neighbour(change: Partial<FarmView> = {}): FarmView {
  return farm({
    ...{ edge: 'gh-02', id: 'vuon-uom', name: { vi: 'Vườn ươm Cam Lộ', en: 'Cam Lo nursery' } },
    ...{ zones: [farmZone('u1'), farmZone('u2')], problems: [], running: 0, area_m2: 80, tank: null },
    ...change,
  })
}

function used(litres: number, area_m2: number): Used {
  return {
    ...{ water_L: litres, water_mm: litres / area_m2 },
    ...{ fertiliser_mL: litres * 4, fertiliser_mLm2: (litres * 4) / area_m2 },
  }
}

/** Of these greenhouses: so many periods of a day (or seven, or thirty) from the asked start. */
export function farmUse(farms: readonly FarmView[], by: UseBy, from: number): FarmUse {
  const length = { day: DAY, week: 7 * DAY, month: 30 * DAY }[by]
  const count = 12
  const periods = Array.from({ length: count }, (_, index) => ({
    from: from + index * length,
    to: from + (index + 1) * length,
  }))
  const of = (area_m2: number, most: number) => {
    const amounts = periods.map((_, index) => most * (0.7 + 0.3 * Math.sin(index)))
    return {
      area_m2,
      used: amounts.map((litres) => used(litres, area_m2)),
      total: used(
        amounts.reduce((sum, litres) => sum + litres, 0),
        area_m2,
      ),
    }
  }
  return {
    ...{ by, timeZone: 'Asia/Ho_Chi_Minh', periods },
    farms: farms.map(({ edge, id, name, zones }, which) => ({
      ...{ edge, id, name },
      ...of(
        zones.reduce((sum, { area_m2 }) => sum + area_m2, 0),
        500 - 200 * which,
      ),
      zones: zones.map((zone, index) => ({
        id: zone.id,
        name: zone.name,
        ...of(zone.area_m2, 180 - 30 * index),
      })),
      complete: periods.map((_, index) => index < count - 1),
    })),
  }
}

export function farmDocument(): DocumentView {
  const edit = { by: 'mai', side: 'edge', at: NOON - DAY, clock: 'synced' } as const
  return {
    ...{ edge: HOUSE.edge, id: `greenhouse:${FARM}`, kind: 'greenhouse', rev: '3-abc', conflicted: false },
    ...{ edit, content: { ...FARM_DOCUMENT } },
  }
}
