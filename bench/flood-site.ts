import type { FloodStation } from '../core/documents/flood-station.ts'

/** A site of flood stations, each with a level sensor and a siren of its own, as every measurement uses it. */
export interface Place {
  readonly station: string
  readonly level: string
  readonly siren: string
}

export const LEVEL_MODEL = 'milesight-em500-udl'
export const SIREN_MODEL = 'milesight-ws558'
export const WEATHER_MODEL = 'milesight-wts506'
export const RELAY = 'relay1'

export function places(count: number): Place[] {
  return Array.from({ length: count }, (_, n) => ({
    station: `station-${n}`,
    level: `level-${n}`,
    siren: `siren-${n}`,
  }))
}

/** Sensor 5 m above the datum: a distance of 4 m is a stage of 1 m, far below; 1 m is a stage of 4 m, an alarm. */
const SENSOR_M = 5
export const QUIET_DISTANCE_M = 4
export const FLOOD_DISTANCE_M = 1

/**
 * A rule as bare as Node-RED's: one sample raises, one lowers, and no jump is doubted, so that every crossing that the
 * bench makes is acted on. All other checks of a station run as always.
 */
export function bareStation(place: Place): FloodStation {
  const words = { vi: place.station, en: place.station }
  return {
    kind: 'flood-station',
    id: place.station,
    name: words,
    water: { type: 'river', name: words },
    location: { lat: 16.816, lon: 107.1 },
    timeZone: 'Asia/Ho_Chi_Minh',
    level: {
      device: place.level,
      channel: 'distance',
      measures: 'distance',
      datum_m: SENSOR_M,
      tilt_deg: 0,
      correction_m: 0,
      range_m: [-1, 6],
      every_s: 300,
      silent_s: 3600,
      spike: { suspect_m: 10, fail_m: 10 },
      rate_m_per_h: 1000,
      stuck: { after_h: 0, tolerance_m: 0 },
    },
    levels: [{ level: 1, stage_m: 3 }],
    raise: { need: 1, of: 1 },
    clear: { below_m: 0.01, hold_min: 0 },
    alarms: [
      {
        device: place.siren,
        output: RELAY,
        place: 'outdoor',
        means: 'siren',
        patterns: { '1': { on_s: 3600, off_s: 0 } },
      },
    ],
    selfTest: { at: '06:00', pulse_s: 1 },
    provenWithin_h: 24,
    silence: { longest_min: 30 },
  }
}

/** EM500-UDL: battery in percent, distance in millimetres. */
export function levelPayload(distance_m: number): Uint8Array {
  const bytes = Buffer.from([0x01, 0x75, 92, 0x03, 0x82, 0, 0])
  bytes.writeUInt16LE(Math.round(distance_m * 1000), 5)
  return bytes
}

/** WS558: all relays changed, the first one as told. */
export function sirenPayload(on: boolean): Uint8Array {
  return Uint8Array.of(0x08, 0x31, 0xff, on ? 1 : 0)
}

/** WTS506: battery, temperature, humidity, wind direction, pressure, wind speed, rain total and its counter. */
const WEATHER =
  '017564' + '03671001' + '046871' + '05840001' + '0673AA27' + '07929200' + '08EC00000000' + '00'

/** Eight channels; `count` is the rain total in hundredths of a millimetre, and tells uplinks apart. */
export function weatherPayload(count: number): Uint8Array {
  const bytes = Buffer.from(WEATHER, 'hex')
  bytes.writeUInt32LE(count, bytes.length - 5)
  bytes.writeUInt8(count % 256, bytes.length - 1)
  return bytes
}
export const WEATHER_CHANNELS = 8

/** What the WS558 is told: `08`, the mask of relays, their states. Undefined for anything else. */
export function relayCommand(payload: Uint8Array): boolean | undefined {
  const [command, mask = 0, state = 0] = payload
  return command === 0x08 && (mask & 1) === 1 ? (state & 1) === 1 : undefined
}
