import { type GreenhouseFaultName, greenhouseNext } from '../../core/documents/greenhouse-faults.ts'
import { placesOf } from '../../core/documents/greenhouse-places.ts'
import {
  BELIEVED,
  isTankLow,
  type Measured,
  middleOf,
  mostFlow,
} from '../../core/documents/greenhouse-readings.ts'
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
/** The greenhouse tells its own points at least every quarter of an hour; what is older says nothing about now. */
const OWN_SILENT_MIN = 45

/** A greenhouse as people are shown it. */
export function farmView(record: EdgeRecord, farm: FarmDocument, known: Known): FarmView {
  const { presents, problems, today, now } = known
  const heard = (point: FarmPoint, silent_min: number) => fresh(presents, point, now - silent_min * MINUTE_MS)
  const measured = (point: FarmPoint | undefined, what: Measured, silent_min: number) => {
    const value = point === undefined ? null : heard(point, silent_min)
    const [least, most] = what === 'flow' ? [BELIEVED.flow[0], mostFlow(farm)] : BELIEVED[what]
    return value === null || value < least || value > most ? null : value
  }
  const own = (point: OwnPoint, of?: string) =>
    heard(
      { device: farm.id, channel: of === undefined ? point : `${point}/${of}` },
      // What changes slowly stays true for as long as the node says nothing else.
      LIVELY.has(point) ? OWN_SILENT_MIN : Number.POSITIVE_INFINITY,
    )
  const { water, climate } = farm
  const byWater = water.silent_min
  const byAir = climate.silent_min
  const doubted = doubtedBy(problems)
  const zones = farm.zones.map((zone) => zoneView(zone, { own, measured, doubted, today: today(zone.id) }))
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
    flow_Lmin: measured(water.flow, 'flow', byWater),
    pressure_kPa: measured(water.pressure, 'pressure', byWater),
    tank: tankOf(water.tank, measured(water.tank, 'tank', byWater)),
    climate: {
      temperature_C: measured(climate.temperature, 'temperature', byAir),
      humidity: measured(climate.humidity, 'humidity', byAir),
      vpd_kPa: own('vpd'),
      co2_ppm: measured(climate.co2, 'co2', byAir),
      light_lx: measured(climate.light, 'light', byAir),
    },
    et0_mm: own('et0'),
    today_L: spoken.length === 0 ? null : rounded(spoken.reduce((sum, litres) => sum + litres, 0)),
    zones,
    recipes: farm.recipes.map(({ id, name }) => ({ id, name })),
    outputs: [...placesOf(farm)],
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
    doubted,
    today,
  }: {
    readonly own: (point: OwnPoint, of: string) => number | null
    readonly measured: (point: FarmPoint | undefined, what: Measured, silent_min: number) => number | null
    readonly doubted: ReadonlySet<string>
    readonly today: number | null
  },
): FarmZone {
  const { id, name, area_m2, soil, crop, daily_L } = zone
  const bySoil = soil.silent_min
  const believed = soil.moisture.filter((probe) => !doubted.has(keyOf(probe)))
  const moisture = middleOf(believed.flatMap((probe) => measured(probe, 'moisture', bySoil) ?? []))
  const next = own('next', id)
  return {
    ...{ id, name, area_m2, daily_L, moisture },
    crop: crop?.name ?? null,
    lost: soil.moisture.length > 0 && moisture === null,
    fieldCapacity: soil.fieldCapacity,
    wilting: soil.wilting,
    depletion: soil.depletion,
    longest_min: zone.longest_min,
    soilTemperature_C: measured(soil.temperature, 'soilTemperature', bySoil),
    ec_uScm: measured(soil.ec, 'soilEc', bySoil),
    ph: measured(soil.ph, 'ph', bySoil),
    deficit_mm: own('deficit', id),
    left_s: own('left', id),
    next: next === null || next <= 0 ? null : next * 1_000,
    today_L: today === null ? null : rounded(today),
    usual_Lmin: own('usual_flow', id),
  }
}

/**
 * What its node does not believe though it could be: only there is known that water did not move it. Of anything but
 * soil moisture the node itself goes on by what it wonders about.
 */
function doubtedBy(problems: readonly AlertView[]): ReadonlySet<string> {
  return new Set(
    problems.flatMap(({ rule, device, channel }) =>
      rule === DOUBT && device !== undefined && channel !== undefined ? [keyOf({ device, channel })] : [],
    ),
  )
}

const DOUBT: GreenhouseFaultName = 'probe-suspect'

function keyOf({ device, channel }: FarmPoint): string {
  return `${device}/${channel}`
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
  return { percent, litres, low: isTankLow(percent, tank) }
}

function isOn(value: number | undefined): boolean | null {
  return value === undefined ? null : value > 0
}

/** To a tenth: sums of binary fractions would show their last places. */
function rounded(value: number): number {
  return Math.round(value * 10) / 10
}
