import { fault } from '../../core/errors.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { Downlink, OutputRequest } from '../define.ts'

/** What one relay is to do. `forS` is only ever set for a relay that goes on: switching off needs no end. */
export interface RelaySetting {
  /** 1 for `relay1`. */
  readonly relay: number
  readonly on: boolean
  readonly forS: number | null
}

/**
 * Checks requests for `relay1` to `relay{count}` and keeps the newest of each, lowest relay first.
 * A time longer than the hardware keeps is dropped: a siren that somebody must stop is better than one that is silent.
 * ACTION_UNSUPPORTED for another output, a value that is not 0 or 1, or a time that is none.
 */
export function relaySettings(
  model: string,
  count: number,
  timedS: number,
  requests: readonly OutputRequest[],
): Result<readonly RelaySetting[]> {
  const settings = new Map<number, RelaySetting>()
  for (const { output, value, forS } of requests) {
    const relay = Number(/^relay([1-9])$/.exec(output)?.[1] ?? 0)
    const timeSound = forS === undefined || (forS > 0 && Number.isFinite(forS))
    if (relay < 1 || relay > count || (value !== 0 && value !== 1) || !timeSound)
      return err(fault('ACTION_UNSUPPORTED', { model, output: output.slice(0, 40) }))
    const timed = value === 1 && forS !== undefined && forS <= timedS
    settings.set(relay, { relay, on: value === 1, forS: timed ? forS : null })
  }
  return ok([...settings.values()].sort((a, b) => a.relay - b.relay))
}

/** What fits at AS923's slowest data rate under dwell time (DR2), which is also that of RX2: a siren's worst case. */
const DOWNLINK_BYTES_MAX = 11

/** Puts commands of one device into as few downlinks as reach it at any data rate, in their order. */
export function packDownlinks(fPort: number, commands: readonly (readonly number[])[]): readonly Downlink[] {
  const frames: number[][] = []
  for (const command of commands) {
    const last = frames.at(-1)
    if (last === undefined || last.length + command.length > DOWNLINK_BYTES_MAX) frames.push([...command])
    else last.push(...command)
  }
  return frames.map((bytes) => ({ fPort, bytes: Uint8Array.from(bytes) }))
}

/** The lowest `count` bytes of a whole number, least significant first. */
export function littleEndian(value: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, byte) => Math.floor(value / 256 ** byte) % 256)
}

/** The lowest `count` bytes of a whole number, most significant first. */
export function bigEndian(value: number, count: number): readonly number[] {
  return [...littleEndian(value, count)].reverse()
}
