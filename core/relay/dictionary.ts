import Type, { type Static } from 'typebox'
import { CHANNEL_PATTERN, ID_PATTERN } from '../ids.ts'
import { checker } from '../schema.ts'
import { WordText } from '../wire/messages.ts'
import { STEPS_MAX } from './alarm-frame.ts'

/**
 * What short codes on the radio stand for. Both sides make it from the stations that the node last told the hub
 * (its `describe`), in their order: so a code never means one thing here and another there.
 */

/** Stations of one node that can be told by radio; those beyond are told by network alone. */
export const RELAY_STATIONS_MAX = 15
/** Rain limits of a station that have a code. */
const RAIN_LIMITS_MAX = 12
const RAIN_FROM = 16
/** By code; what every flood station may say. Codes are never given another meaning. */
const RULES = ['level', 'rise', 'sensor-lost', 'sensor-stuck', 'output-fault', 'path-unproven'] as const

/** A station's part. Lax: keys that a newer node adds change nothing here. */
export const RelayStation = Type.Object({
  id: Type.String({ pattern: ID_PATTERN }),
  name: WordText,
  levels: Type.Array(Type.Object({ level: Type.Integer(), stage_m: Type.Number() }), {
    minItems: 1,
    maxItems: 10,
  }),
  rain: Type.Optional(
    Type.Object({
      limits: Type.Array(Type.Object({ over: Type.String({ maxLength: 20 }), mm: Type.Number() }), {
        maxItems: 64,
      }),
    }),
  ),
  alarms: Type.Array(
    Type.Object({
      device: Type.String({ pattern: ID_PATTERN }),
      output: Type.String({ maxLength: 60, pattern: CHANNEL_PATTERN }),
    }),
    { maxItems: 64 },
  ),
})
export type RelayStation = Static<typeof RelayStation>
const check = checker(RelayStation)

/** By index; a station that cannot be read keeps its place, so that those behind it keep theirs. */
export type RelayDictionary = readonly (RelayStation | undefined)[]

export function relayDictionary(documents: readonly unknown[]): RelayDictionary {
  return documents.slice(0, RELAY_STATIONS_MAX).map((document) => {
    const checked = check(document)
    return checked.ok ? partOf(checked.value) : undefined
  })
}

function partOf({ id, name, levels, rain, alarms }: RelayStation): RelayStation {
  return {
    id,
    name: { vi: name.vi, en: name.en },
    levels: levels.map(({ level, stage_m }) => ({ level, stage_m })),
    ...(rain === undefined ? {} : { rain: { limits: rain.limits.map(({ over, mm }) => ({ over, mm })) } }),
    alarms: alarms.map(({ device, output }) => ({ device, output })),
  }
}

/** The controller's name for the alarm of a rain limit. */
function rainRule({ over, mm }: { readonly over: string; readonly mm: number }): string {
  return `rain-${over}-${mm}`.slice(0, 40)
}

export function ruleCode(station: RelayStation, rule: string): number | undefined {
  const fixed = (RULES as readonly string[]).indexOf(rule)
  if (fixed >= 0) return fixed
  const limits = (station.rain?.limits ?? []).slice(0, RAIN_LIMITS_MAX)
  const limit = limits.findIndex((one) => rainRule(one) === rule)
  return limit >= 0 ? RAIN_FROM + limit : undefined
}

export function ruleOf(station: RelayStation, code: number): string | undefined {
  const fixed = RULES[code]
  if (fixed !== undefined) return fixed
  const limit = code < RAIN_FROM + RAIN_LIMITS_MAX ? station.rain?.limits[code - RAIN_FROM] : undefined
  return limit === undefined ? undefined : rainRule(limit)
}

/** How an alarm's value becomes a number of steps: `value = zero + steps × resolution`. */
export interface ValueScale {
  readonly unit: string
  readonly resolution: number
  readonly zero: number
}

const MIDDLE = 2047

/** Stages are told from the station's first báo động, ±20 m; undefined for rules whose alarms have no value. */
export function scaleOf(station: RelayStation, rule: string): ValueScale | undefined {
  if (rule === 'level' || rule === 'sensor-stuck')
    return { unit: 'm', resolution: 0.01, zero: firstLevel_m(station) - MIDDLE * 0.01 }
  if (rule === 'rise') return { unit: 'm/h', resolution: 0.01, zero: -MIDDLE * 0.01 }
  if (rule.startsWith('rain-')) return { unit: 'mm', resolution: 0.5, zero: 0 }
  return undefined
}

export function firstLevel_m({ levels }: RelayStation): number {
  return levels[0]?.stage_m ?? 0
}

export function stepsOf({ resolution, zero }: ValueScale, value: number): number {
  return Math.min(STEPS_MAX, Math.max(0, Math.round((value - zero) / resolution)))
}

export function valueFrom({ resolution, zero }: ValueScale, steps: number): number {
  return Math.round((zero + steps * resolution) * 1000) / 1000
}
