import { fault } from '../../core/errors.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { Channel, MqttBinding } from '../define.ts'
import { type Findings, measured, noFindings, withinRange } from './findings.ts'

/**
 * What Tasmota publishes: JSON objects of at most a few levels. Devices are set to FullTopic `%topic%/%prefix%/`, so that
 * everything of one device lies below its own topic: `{topic}/tele/SENSOR`.
 * Source: tasmota.github.io/docs, MQTT, JSON-Status-Responses.
 */

/** Where a number stands in the object: `['ENERGY', 'Power']`; an index for an element of a list. */
export interface TasmotaField {
  readonly channel: string
  readonly path: readonly (string | number)[]
  /** The channel's unit = the number × `scale`. */
  readonly scale?: number
  /** Words that stand for numbers: `{ ON: 1, OFF: 0 }`. Numbers are refused then. */
  readonly words?: Readonly<Record<string, number>>
}

export interface TasmotaDevice {
  readonly model: string
  readonly telemetry: Readonly<Record<string, Channel>>
  /** By topic below the device's own. */
  readonly topics: Readonly<Record<string, readonly TasmotaField[]>>
  readonly silence_s: number
  readonly encode?: MqttBinding['encode']
}

export const ON_OFF = { ON: 1, OFF: 0 } as const

/** PAYLOAD_TRUNCATED for what is no whole object, PAYLOAD_UNKNOWN_FIELD for another topic, PAYLOAD_OUT_OF_RANGE. */
export function tasmota(device: TasmotaDevice): MqttBinding {
  const { model, telemetry, topics, silence_s, encode } = device
  return {
    topics: Object.keys(topics),
    silence_s,
    decode(topic, payload) {
      const fields = Object.hasOwn(topics, topic) ? topics[topic] : undefined
      if (fields === undefined) {
        return err(fault('PAYLOAD_UNKNOWN_FIELD', { model, field: topic.slice(0, 60), at: 0 }))
      }
      const whole = objectIn(payload)
      if (whole === undefined) return err(fault('PAYLOAD_TRUNCATED', { model, at: payload.length }))
      const findings = noFindings()
      for (const field of fields) {
        const found = read(model, field, whole, telemetry, findings)
        if (!found.ok) return found
      }
      return withinRange(model, telemetry, findings)
    },
    ...(encode === undefined ? {} : { encode }),
  }
}

function objectIn(payload: Uint8Array): object | undefined {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload))
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}

/** A field that is not there says nothing: one message holds what the device has to say, and no more. */
function read(
  model: string,
  { channel, path, scale = 1, words }: TasmotaField,
  whole: object,
  channels: Readonly<Record<string, Channel>>,
  findings: Findings,
): Result<void> {
  const value = at(whole, path)
  if (value === undefined) return ok(undefined)
  const number =
    words === undefined ? value : typeof value === 'string' ? ownOf(words, value.toUpperCase()) : undefined
  if (typeof number === 'number' && Number.isFinite(number)) {
    measured(findings, channel, rounded(number * scale, channels[channel]?.resolution ?? 1))
    return ok(undefined)
  }
  const { min = 0, max = 0 } = channels[channel] ?? {}
  const shown = typeof value === 'string' || typeof value === 'number' ? String(value) : typeof value
  return err(fault('PAYLOAD_OUT_OF_RANGE', { model, channel, value: shown.slice(0, 40), min, max }))
}

function ownOf(words: Readonly<Record<string, number>>, word: string): number | undefined {
  return Object.hasOwn(words, word) ? words[word] : undefined
}

function at(whole: unknown, path: readonly (string | number)[]): unknown {
  let here: unknown = whole
  for (const step of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, step)) return undefined
    here = Reflect.get(here, step)
  }
  return here
}

/** To the channel's step, without the tail that a binary fraction leaves. */
function rounded(value: number, resolution: number): number {
  const steps = Math.round(value / resolution)
  const perUnit = Math.round(1 / resolution)
  return perUnit > 1 ? steps / perUnit : steps * resolution
}
