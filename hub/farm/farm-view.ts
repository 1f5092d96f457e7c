import { greenhouseNext } from '../../core/documents/greenhouse-faults.ts'
import type { GREENHOUSE_POINTS } from '../../core/documents/points.ts'
import type { FarmProblem, FarmView, FarmZone } from '../api/farm-schema.ts'
import type { AlertView } from '../api/schema.ts'
import type { EdgeRecord } from '../fleet/edges.ts'
import type { EdgePresents } from '../store/presents.ts'
import type { FarmDocument, FarmPoint } from './farm-document.ts'

/** What is known of a greenhouse besides its document. */
export interface Known {
  readonly presents: EdgePresents
  readonly problems: readonly AlertView[]
  /** Litres of today by zone. */
  readonly today: (zone: string) => number | null
  readonly now: number
}

type ZoneDocument = FarmDocument['zones'][number]
type OwnPoint = keyof typeof GREENHOUSE_POINTS

const MINUTE_MS = 60_000
/** What the node's own schema assumes where a document leaves it out. */
const SILENT_MIN = { water: 10, soil: 120, climate: 15 } as const
const FIELD_CAPACITY = 32
const WILTING = 15
const DEPLETION = 0.4
const LONGEST_MIN = 60
/** The greenhouse tells its own points at least every quarter of an hour; what is older says nothing about now. */
const OWN_SILENT_MIN = 45

/** A greenhouse as people are shown it. */
export function farmView(record: EdgeRecord, farm: FarmDocument, known: Known): FarmView {
  const { presents, problems, today, now } = known
  const measured = (point: FarmPoint | undefined, silent_min: number) =>
    point === undefined ? null : fresh(presents, point, now - silent_min * MINUTE_MS)
  const own = (point: OwnPoint, of?: string) =>
    measured(
      { device: farm.id, channel: of === undefined ? point : `${point}/${of}` },
      // What changes slowly stays true for as long as the node says nothing else.
      LIVELY.has(point) ? OWN_SILENT_MIN : Number.POSITIVE_INFINITY,
    )
  const { water, climate = {} } = farm
  const byWater = water.silent_min ?? SILENT_MIN.water
  const byAir = climate.silent_min ?? SILENT_MIN.climate
  const zones = farm.zones.map((zone) => zoneView(zone, { own, measured, today: today(zone.id) }))
  const { pump } = water
  const paused = own('paused')
  const spoken = zones.flatMap(({ today_L }) => (today_L === null ? [] : [today_L]))
  return {
    ...{ edge: record.id, online: record.alive, lastSeen: record.lastSeen },
    ...{ id: farm.id, name: farm.name, location: farm.location, timeZone: farm.timeZone },
    area_m2: areaOf(farm),
    running: own('running'),
    paused: paused === null ? null : paused > 0,
    pump: pump === undefined ? null : isOn(presents.get(pump.device, pump.output)?.value),
    flow_Lmin: measured(water.flow, byWater),
    pressure_kPa: measured(water.pressure, byWater),
    tank: tankOf(water.tank, measured(water.tank, byWater)),
    climate: {
      temperature_C: measured(climate.temperature, byAir),
      humidity: measured(climate.humidity, byAir),
      vpd_kPa: own('vpd'),
      co2_ppm: measured(climate.co2, byAir),
      light_lx: measured(climate.light, byAir),
    },
    et0_mm: own('et0'),
    today_L: spoken.length === 0 ? null : rounded(spoken.reduce((sum, litres) => sum + litres, 0)),
    zones,
    recipes: (farm.recipes ?? []).map(({ id, name }) => ({ id, name })),
    outputs: outputsOf(farm),
    problems: problems
      .toSorted((a, b) => b.level - a.level || a.raisedAt - b.raisedAt)
      .map((alert) => problemView(alert, farm)),
  }
}

/** Points that say how it is just now. */
const LIVELY: ReadonlySet<OwnPoint> = new Set(['running', 'paused', 'vpd', 'left', 'deficit'])

function zoneView(
  zone: ZoneDocument,
  {
    own,
    measured,
    today,
  }: {
    readonly own: (point: OwnPoint, of: string) => number | null
    readonly measured: (point: FarmPoint | undefined, silent_min: number) => number | null
    readonly today: number | null
  },
): FarmZone {
  const { id, name, area_m2, soil, crop, daily_L } = zone
  const bySoil = soil.silent_min ?? SILENT_MIN.soil
  const probes = soil.moisture ?? []
  const moisture = middle(
    probes.flatMap((probe) => {
      const value = measured(probe, bySoil)
      return value === null ? [] : [value]
    }),
  )
  const next = own('next', id)
  return {
    ...{ id, name, area_m2, daily_L, moisture },
    crop: crop?.name ?? null,
    lost: probes.length > 0 && moisture === null,
    fieldCapacity: soil.fieldCapacity ?? FIELD_CAPACITY,
    wilting: soil.wilting ?? WILTING,
    depletion: soil.depletion ?? DEPLETION,
    longest_min: zone.longest_min ?? LONGEST_MIN,
    soilTemperature_C: measured(soil.temperature, bySoil),
    ec_uScm: measured(soil.ec, bySoil),
    ph: measured(soil.ph, bySoil),
    deficit_mm: own('deficit', id),
    left_s: own('left', id),
    next: next === null || next <= 0 ? null : next * 1_000,
    today_L: today === null ? null : rounded(today),
    usual_Lmin: own('usual_flow', id),
  }
}

/** An alert of a greenhouse, with what to do about it. */
function problemView(alert: AlertView, farm: FarmDocument): FarmProblem {
  const { id, rule, state, level, peak, raisedAt, clearedAt, text, device, output, part } = alert
  const zone = farm.zones.find((one) => one.id === part)
  return {
    alarm: id,
    rule,
    level: state === 'active' ? level : peak,
    since: raisedAt,
    until: clearedAt,
    text,
    next: greenhouseNext(rule),
    device: device ?? null,
    output: output ?? null,
    zone: zone?.id ?? null,
    acknowledgedBy: alert.acknowledgedBy,
    acknowledgedAt: alert.acknowledgedAt,
  }
}

export function areaOf({ zones }: FarmDocument): number {
  return zones.reduce((sum, { area_m2 }) => sum + area_m2, 0)
}

function fresh(presents: EdgePresents, { device, channel }: FarmPoint, since: number): number | null {
  const present = presents.get(device, channel)
  return present === undefined || present.at < since ? null : present.value
}

function tankOf(tank: FarmDocument['water']['tank'], percent: number | null): FarmView['tank'] {
  if (tank === undefined) return null
  const litres = percent === null ? null : rounded((percent * tank.holds_L) / 100)
  return { percent, litres, low: percent !== null && percent < tank.low }
}

function isOn(value: number | undefined): boolean | null {
  return value === undefined ? null : value > 0
}

function outputsOf(farm: FarmDocument): FarmView['outputs'] {
  const { water, zones, fertiliser, climate } = farm
  const named = (
    output: { readonly device: string; readonly output: string },
    name: FarmDocument['name'],
  ) => ({
    device: output.device,
    output: output.output,
    name,
  })
  return [
    ...(water.pump === undefined ? [] : [named(water.pump, PUMP)]),
    ...zones.map(({ valve, name }) => named(valve, { vi: `Van ${name.vi}`, en: `Valve of ${name.en}` })),
    ...(fertiliser?.channels ?? []).map(({ pump, name }) =>
      named(pump, { vi: `Bơm châm ${name.vi}`, en: `Dosing pump of ${name.en}` }),
    ),
    ...(climate?.misting === undefined ? [] : [named(climate.misting, MISTING)]),
  ]
}

const PUMP = { vi: 'Bơm', en: 'Pump' }
const MISTING = { vi: 'Phun sương', en: 'Misting' }

/** Of several probes the middle value: one that is broken moves it little. */
function middle(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b)
  const half = Math.floor(sorted.length / 2)
  const [low, high] = [sorted[half - 1], sorted[half]]
  if (high === undefined) return null
  return sorted.length % 2 === 1 || low === undefined ? high : (low + high) / 2
}

/** To a tenth: sums of binary fractions would show their last places. */
function rounded(value: number): number {
  return Math.round(value * 10) / 10
}
