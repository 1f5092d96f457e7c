import type { FloodStation } from '../../../core/documents/flood-station.ts'
import type { DeviceDefinition, Output } from '../../../devices/define.ts'
import levelSensor from '../../../devices/flood/milesight-em400-udl.ts'
import relayBox from '../../../devices/flood/milesight-ws558.ts'

/** What stands at each node of the season: a level gauge, a siren with a beacon, and a cabinet of interlocked outputs. */

export const LEVEL = 'gauge'
export const SIREN = 'siren'
export const CABINET = 'cabinet'
/** A gauge measures every ten minutes; it reports what is high at once, and anything every two hours. */
export const LEVEL_EVERY_S = 7_200
export const HIGH_EVERY_S = 600
export const HIGH_M = 1.6
export const STAGES_M = [2, 3, 4] as const
const DATUM_M = 10

/** Every command has a value of its own, so that what runs can be told from what ran before. */
const COMMAND_VALUES = 1_000_000

function actuator(vi: string, en: string, deadManS: number, interlocks: Output['interlocks']): Output {
  return {
    label: { vi, en },
    min: 0,
    max: COMMAND_VALUES,
    safe: 0,
    powerUp: 0,
    deadManS,
    timedS: 7_200,
    ...(interlocks === undefined ? {} : { interlocks }),
  }
}

export const OUTPUTS = {
  pump: actuator('Máy bơm', 'Pump', 900, [
    { kind: 'longest-run', run_s: 1_800, rest_s: 900 },
    { kind: 'minimum-rest', rest_s: 300 },
  ]),
  gate: actuator('Cửa cống', 'Sluice gate', 900, [{ kind: 'minimum-rest', rest_s: 600 }]),
  lamp: actuator('Đèn', 'Lamp', 0, undefined),
} as const
export type OutputName = keyof typeof OUTPUTS

const cabinet: DeviceDefinition = {
  ...relayBox,
  model: 'season-cabinet',
  label: { vi: 'Tủ điều khiển', en: 'Control cabinet' },
  telemetry: {},
  outputs: OUTPUTS,
}

export const DEFINITIONS: ReadonlyMap<string, DeviceDefinition> = new Map<string, DeviceDefinition>([
  [LEVEL, levelSensor],
  [SIREN, relayBox],
  [CABINET, cabinet],
])

export function distanceOf(stage_m: number): number {
  return DATUM_M - stage_m
}

export function stationOf(id: string): FloodStation {
  return {
    kind: 'flood-station',
    id,
    name: { vi: `Trạm ${id}`, en: `Station ${id}` },
    water: { type: 'river', name: { vi: 'sông Hiếu', en: 'Hieu river' } },
    location: { lat: 16.816, lon: 107.1 },
    timeZone: 'Asia/Ho_Chi_Minh',
    level: {
      device: LEVEL,
      channel: 'distance',
      measures: 'distance',
      datum_m: DATUM_M,
      tilt_deg: 0,
      correction_m: 0,
      range_m: [-1, 9],
      every_s: LEVEL_EVERY_S,
      silent_s: 4 * LEVEL_EVERY_S,
      spike: { suspect_m: 1.5, fail_m: 3 },
      rate_m_per_h: 20,
      stuck: { after_h: 6, tolerance_m: 0.0001 },
    },
    levels: STAGES_M.map((stage_m, index) => ({ level: index + 1, stage_m })),
    raise: { need: 2, of: 3 },
    clear: { below_m: 0.1, hold_min: 60 },
    alarms: [
      // Without pauses: a pattern would be told to no better purpose every few seconds of sixty days.
      {
        device: SIREN,
        output: 'relay1',
        place: 'outdoor',
        means: 'siren',
        patterns: { '1': { on_s: 60, off_s: 0 } },
      },
      {
        device: SIREN,
        output: 'relay2',
        place: 'outdoor',
        means: 'beacon',
        patterns: { '1': { on_s: 60, off_s: 0 } },
      },
    ],
    selfTest: { at: '09:00', pulse_s: 2 },
    provenWithin_h: 48,
    silence: { longest_min: 30 },
  }
}
