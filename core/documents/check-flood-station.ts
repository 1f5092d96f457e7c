import { type Fault, fault } from '../errors.ts'
import { isTimeZone } from '../time-zone.ts'
import { patternOf, switchesPerMinute } from './alarm-pattern.ts'
import type { FloodStation } from './flood-station.ts'

/** What the devices of the node offer, so that a document can be held against them. */
export interface DeviceLookup {
  hasChannel(device: string, channel: string): boolean
  hasOutput(device: string, output: string): boolean
  /** What an output may be driven at; left out where nobody knows. */
  rangeOf?(device: string, output: string): { readonly min: number; readonly max: number } | undefined
}

/** More samples than this are never waited for before an alarm. */
export const RAISE_OF_MAX = 20

/**
 * All patterns of a level together may switch no more often than this. A downlink takes a gateway up to 0.45 s in the
 * slowest window of AS923, and of its duty cycle of 10 % some must be left for repeats: a faster pattern would use it up
 * within minutes, and then no siren could be told anything.
 */
export const SWITCHES_PER_MIN_MAX = 8

/**
 * What a schema cannot say about a station: each contradiction as a fault in plain words, none for a sound document.
 * Without `devices` the references to devices are left unchecked (a hub does not know what hangs on the pole).
 */
export function checkFloodStation(station: FloodStation, devices?: DeviceLookup): readonly Fault[] {
  return [
    ...levelFaults(station),
    ...sensorFaults(station),
    ...alarmFaults(station),
    ...rainFaults(station),
    ...placeFaults(station),
    ...(devices === undefined ? [] : referenceFaults(station, devices)),
  ]
}

function levelFaults(station: FloodStation): readonly Fault[] {
  const faults: Fault[] = []
  const [min, max] = station.level.range_m
  station.levels.forEach(({ level, stage_m }, index) => {
    const below = station.levels[index - 1]
    if (below !== undefined && !(level > below.level && stage_m > below.stage_m))
      faults.push(
        fault('STATION_LEVELS_NOT_RISING', {
          station: station.id,
          level,
          stage_m,
          below: below.level,
          below_m: below.stage_m,
        }),
      )
    if (min < max && (stage_m <= min || stage_m > max))
      faults.push(fault('STATION_LEVEL_OUT_OF_RANGE', { station: station.id, level, stage_m, min, max }))
  })
  return faults
}

function sensorFaults(station: FloodStation): readonly Fault[] {
  const faults: Fault[] = []
  const { range_m, silent_s, every_s, spike } = station.level
  const [min, max] = range_m
  if (!(min < max)) faults.push(fault('STATION_RANGE_EMPTY', { station: station.id, min, max }))
  if (silent_s <= every_s)
    faults.push(fault('STATION_SILENT_TOO_SHORT', { station: station.id, silent_s, every_s }))
  if (!(spike.suspect_m > 0 && spike.suspect_m <= spike.fail_m))
    faults.push(
      fault('STATION_SPIKE_ORDER', {
        station: station.id,
        suspect_m: spike.suspect_m,
        fail_m: spike.fail_m,
      }),
    )
  return faults
}

function alarmFaults(station: FloodStation): readonly Fault[] {
  const faults: Fault[] = []
  const { need, of } = station.raise
  if (need > of || of > RAISE_OF_MAX)
    faults.push(fault('STATION_RAISE_IMPOSSIBLE', { station: station.id, need, of, max: RAISE_OF_MAX }))
  if (station.clear.below_m === 0 && station.clear.hold_min === 0)
    faults.push(fault('STATION_CLEAR_TOO_TIGHT', { station: station.id }))
  const seen = new Set<string>()
  for (const { device, output } of station.alarms) {
    const key = `${device}/${output}`
    if (seen.has(key)) faults.push(fault('STATION_OUTPUT_REPEATED', { station: station.id, device, output }))
    seen.add(key)
  }
  return [...faults, ...patternFaults(station)]
}

function patternFaults(station: FloodStation): readonly Fault[] {
  return station.levels.flatMap(({ level }) => {
    const patterns = station.alarms.map((alarm) => patternOf(alarm, level)).filter((one) => one !== undefined)
    const per_min = patterns.reduce((sum, pattern) => sum + switchesPerMinute(pattern), 0)
    if (per_min <= SWITCHES_PER_MIN_MAX) return []
    const details = { station: station.id, level, per_min: Math.round(per_min), max: SWITCHES_PER_MIN_MAX }
    return [fault('STATION_PATTERN_TOO_FAST', details)]
  })
}

function rainFaults(station: FloodStation): readonly Fault[] {
  const faults: Fault[] = []
  const seen = new Set<string>()
  for (const { over, mm } of station.rain?.limits ?? []) {
    const key = `${over} ${mm}`
    if (seen.has(key)) faults.push(fault('STATION_RAIN_LIMIT_REPEATED', { station: station.id, over, mm }))
    seen.add(key)
  }
  return faults
}

function placeFaults(station: FloodStation): readonly Fault[] {
  const faults: Fault[] = []
  const { lat, lon } = station.location
  if (!(Math.abs(lat) <= 90 && Math.abs(lon) <= 180))
    faults.push(fault('STATION_PLACE_IMPOSSIBLE', { station: station.id, lat, lon }))
  if (!isTimeZone(station.timeZone))
    faults.push(
      fault('STATION_TIME_ZONE_UNKNOWN', { station: station.id, timeZone: station.timeZone.slice(0, 60) }),
    )
  return faults
}

function referenceFaults(station: FloodStation, devices: DeviceLookup): readonly Fault[] {
  const channels = [station.level, station.rain, station.silence.button].filter((use) => use !== undefined)
  return [
    ...channels
      .filter(({ device, channel }) => !devices.hasChannel(device, channel))
      .map(({ device, channel }) =>
        fault('STATION_CHANNEL_UNKNOWN', { station: station.id, device, channel }),
      ),
    ...station.alarms
      .filter(({ device, output }) => !devices.hasOutput(device, output))
      .map(({ device, output }) => fault('STATION_OUTPUT_UNKNOWN', { station: station.id, device, output })),
  ]
}
