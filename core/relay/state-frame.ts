import type { ClockQuality } from '../clock.ts'
import { fault } from '../errors.ts'
import { err, ok, type Result } from '../result.ts'
import { ageCode, ageOf } from './ages.ts'

/** The plaintext of a state summary is at most this long, so that it is 51 bytes when sealed: AS923 at DR3. */
export const STATE_PLAIN_BYTES_MAX = 43
const HEAD_BYTES = 5
const UNKNOWN_BYTE = 255
const UNKNOWN_LEVEL = 7
const QUALITIES: readonly ClockQuality[] = ['unknown', 'holdover', 'synced']
/** Sirens and beacons told of a station: the first so many of its document. */
export const STATE_OUTPUTS_MAX = 8

/** The newest values of what matters most. */
export interface RadioState {
  /** Low 24 bits of the next number of the state lane: it grows with every value, so an old summary is known as old. */
  readonly serial24: number
  readonly clock: ClockQuality
  /** Percent of the node's own battery. */
  readonly battery: number | undefined
  readonly stations: readonly RadioStation[]
}

export interface RadioStation {
  /** Index into the node's dictionary of stations. */
  readonly index: number
  /** Báo động in force. */
  readonly level: number | undefined
  readonly silenced: boolean
  /** Centimetres above the station's first báo động. */
  readonly stage_cm: { readonly value: number; readonly age_s: number } | undefined
  readonly rise_cm_per_h: number | undefined
  /** Tenths of a millimetre. */
  readonly rain1h: number | undefined
  readonly rain24h: number | undefined
  /** One each for the first eight alarm outputs of the station's document; undefined where it is not known. */
  readonly outputs: readonly (boolean | undefined)[]
}

const HAS = { stage: 128, rise: 64, rain1h: 32, rain24h: 16, outputs: 8 } as const
const HAS_ALL = 128 + 64 + 32 + 16 + 8

/** Packs as many stations, from the first, as there is room for; `told` says how many. */
export function packState(state: RadioState): { readonly plain: Uint8Array; readonly told: number } {
  const battery = state.battery === undefined ? UNKNOWN_BYTE : clamp(Math.round(state.battery), 0, 100)
  const serial = state.serial24 % 2 ** 24
  const bytes = [serial >> 16, (serial >> 8) & 255, serial & 255, QUALITIES.indexOf(state.clock), battery]
  let told = 0
  for (const station of state.stations) {
    const block = packStation(station)
    if (bytes.length + block.length > STATE_PLAIN_BYTES_MAX) break
    bytes.push(...block)
    told++
  }
  return { plain: Uint8Array.from(bytes), told }
}

function packStation(station: RadioStation): number[] {
  const { index, level, silenced, stage_cm, rise_cm_per_h, rain1h, rain24h } = station
  const outputs = station.outputs.slice(0, STATE_OUTPUTS_MAX)
  const known = outputs.some((on) => on !== undefined)
  const mask =
    (stage_cm === undefined ? 0 : HAS.stage) |
    (rise_cm_per_h === undefined ? 0 : HAS.rise) |
    (rain1h === undefined ? 0 : HAS.rain1h) |
    (rain24h === undefined ? 0 : HAS.rain24h) |
    (known ? HAS.outputs : 0)
  const bits = (of: (on: boolean | undefined) => boolean) =>
    outputs.reduce((sum, on, place) => sum | (of(on) ? 1 << place : 0), 0)
  return [
    (index << 4) | ((level ?? UNKNOWN_LEVEL) << 1) | (silenced ? 1 : 0),
    mask,
    ...(stage_cm === undefined ? [] : [...signed(stage_cm.value), ageCode(stage_cm.age_s)]),
    ...(rise_cm_per_h === undefined ? [] : signed(rise_cm_per_h)),
    ...(rain1h === undefined ? [] : unsigned(rain1h)),
    ...(rain24h === undefined ? [] : unsigned(rain24h)),
    ...(known ? [bits((on) => on !== undefined), bits((on) => on === true)] : []),
  ]
}

/** Fault: RELAY_FRAME_MALFORMED. */
export function unpackState(plain: Uint8Array): Result<RadioState> {
  const wrong = (what: string) => err(fault('RELAY_FRAME_MALFORMED', { what }))
  if (plain.length < HEAD_BYTES || plain.length > STATE_PLAIN_BYTES_MAX) return wrong('length')
  const [high = 0, middle = 0, low = 0, quality = 0, battery = 0] = plain
  const clock = QUALITIES[quality]
  if (clock === undefined) return wrong('clock')
  if (battery > 100 && battery !== UNKNOWN_BYTE) return wrong('battery')
  const stations: RadioStation[] = []
  for (let at = HEAD_BYTES; at < plain.length; ) {
    const block = unpackStation(plain, at)
    if (block === undefined) return wrong('station')
    stations.push(block.station)
    at = block.end
  }
  return ok({
    serial24: high * 65_536 + middle * 256 + low,
    clock,
    battery: battery === UNKNOWN_BYTE ? undefined : battery,
    stations,
  })
}

function unpackStation(
  plain: Uint8Array,
  from: number,
): { readonly station: RadioStation; readonly end: number } | undefined {
  const view = new DataView(plain.buffer, plain.byteOffset, plain.byteLength)
  const [head = 0, mask = 0] = plain.subarray(from)
  const level = (head >> 1) & 7
  const has = (bit: number) => (mask & bit) !== 0
  let end = from + 2
  const take = (size: number) => {
    end += size
    return end - size
  }
  const length =
    2 + (has(HAS.stage) ? 3 : 0) + 2 * [HAS.rise, HAS.rain1h, HAS.rain24h, HAS.outputs].filter(has).length
  if (from + length > plain.length || (mask & ~HAS_ALL) !== 0) return undefined
  if (level > 5 && level !== UNKNOWN_LEVEL) return undefined
  const stageAt = has(HAS.stage) ? take(3) : undefined
  const riseAt = has(HAS.rise) ? take(2) : undefined
  const rain1hAt = has(HAS.rain1h) ? take(2) : undefined
  const rain24hAt = has(HAS.rain24h) ? take(2) : undefined
  const outputsAt = has(HAS.outputs) ? take(2) : undefined
  const known = outputsAt === undefined ? 0 : view.getUint8(outputsAt)
  const on = outputsAt === undefined ? 0 : view.getUint8(outputsAt + 1)
  return {
    end,
    station: {
      index: head >> 4,
      level: level === UNKNOWN_LEVEL ? undefined : level,
      silenced: (head & 1) === 1,
      stage_cm:
        stageAt === undefined
          ? undefined
          : { value: view.getInt16(stageAt), age_s: ageOf(view.getUint8(stageAt + 2)) },
      rise_cm_per_h: riseAt === undefined ? undefined : view.getInt16(riseAt),
      rain1h: rain1hAt === undefined ? undefined : view.getUint16(rain1hAt),
      rain24h: rain24hAt === undefined ? undefined : view.getUint16(rain24hAt),
      outputs: Array.from({ length: 32 - Math.clz32(known) }, (_, place) =>
        (known & (1 << place)) === 0 ? undefined : (on & (1 << place)) !== 0,
      ),
    },
  }
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value))
}

function signed(value: number): number[] {
  return unsigned16(clamp(Math.round(value), -32_768, 32_767) & 0xffff)
}

function unsigned(value: number): number[] {
  return unsigned16(clamp(Math.round(value), 0, 65_535))
}

function unsigned16(value: number): number[] {
  return [value >> 8, value & 255]
}
