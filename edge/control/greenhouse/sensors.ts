import type { Greenhouse } from '../../../core/documents/greenhouse.ts'
import { middleOf } from '../../../core/documents/greenhouse-readings.ts'
import { decimal, type Text } from '../../../core/text.ts'
import type { Draft } from './draft.ts'
import { isInForce, judge } from './fault-book.ts'
import { keyOf, type Layout, type Point, type Sensor } from './layout.ts'
import type { GreenhouseState, SensorMemory } from './state.ts'

/** What is listened to, and what of it is believed. */

const MINUTE_MS = 60_000
/** A probe that was stuck is believed again when it has moved by so much, in percent of volume. */
export const MOVED = 1

/** Takes what a device reports. What no soil, water or air can be is kept apart: it is no measurement. */
export function hearSensors(
  draft: Draft,
  device: string,
  telemetry: Readonly<Record<string, number>>,
  failed: Readonly<Record<string, string>>,
): void {
  for (const sensor of draft.layout.sensorsOf.get(device) ?? []) {
    const value = telemetry[sensor.channel]
    if (value === undefined || !Number.isFinite(value) || failed[sensor.channel] !== undefined) continue
    const { t } = draft
    const before = draft.sensors[sensor.key] ?? unheard(t)
    const good = value >= sensor.min && value <= sensor.max
    const memory: SensorMemory = good
      ? { value, goodT: t, heardT: t, wrong: null }
      : { ...before, heardT: t, wrong: value }
    draft.sensors = { ...draft.sensors, [sensor.key]: memory }
    if (!good) continue
    judge(draft, 'probe-lost', subjectOf(draft, sensor), { bad: false, forMs: 0 })
    if (doubtOf(draft, sensor) === undefined)
      judge(draft, 'probe-suspect', subjectOf(draft, sensor), { bad: false, forMs: 0 })
  }
}

/** Misses who is silent, and who says what cannot be. */
export function followSensors(draft: Draft): void {
  for (const sensor of draft.layout.sensors.values()) {
    const memory = draft.sensors[sensor.key]
    if (memory === undefined) {
      draft.sensors = { ...draft.sensors, [sensor.key]: unheard(draft.t) }
      continue
    }
    const { goodT, heardT, wrong } = memory
    const doubt = doubtOf(draft, sensor)
    if (doubt !== undefined) {
      judge(draft, 'probe-suspect', subjectOf(draft, sensor), { bad: true, ...doubt })
      continue
    }
    if (draft.t - goodT < sensor.silentMs) continue
    const speaks = wrong !== null && heardT !== null && draft.t - heardT < sensor.silentMs
    const minutes = Math.round(sensor.silentMs / MINUTE_MS)
    const name = speaks ? 'probe-suspect' : 'probe-lost'
    // One fault for one cause: a probe that is plugged in again and shorted is no longer silent.
    judge(draft, speaks ? 'probe-lost' : 'probe-suspect', subjectOf(draft, sensor), { bad: false, forMs: 0 })
    const detail = speaks ? impossible(wrong, minutes, sensor) : silence(minutes, sensor)
    judge(draft, name, subjectOf(draft, sensor), { bad: true, forMs: 0, detail })
  }
}

/** The time that the node was off is no silence of others; what was measured before it is not how things are now. */
export function wakeSensors(draft: Draft, away: number): void {
  draft.sensors = Object.fromEntries(
    Object.entries(draft.sensors).map(([key, memory]) => [
      key,
      {
        ...memory,
        ...{ value: null, goodT: memory.goodT + away },
        heardT: memory.heardT === null ? null : memory.heardT + away,
      },
    ]),
  )
}

type Heard = Pick<GreenhouseState, 'sensors' | 'zones'> & { readonly t: number; readonly layout: Layout }

/** What a sensor measures now; null for not measured, not known any more, or not believed. */
export function sensed(state: Heard, point: Point | undefined): number | null {
  if (point === undefined) return null
  const sensor = state.layout.sensors.get(keyOf(point))
  const memory = sensor === undefined ? undefined : state.sensors[sensor.key]
  if (sensor === undefined || memory === undefined || memory.value === null) return null
  if (state.t - memory.goodT >= sensor.silentMs) return null
  return memory.value
}

/** When a sensor's value was last heard; null where it is not believed now. */
export function heardOf(state: Heard, point: Point | undefined): number | null {
  if (point === undefined || sensed(state, point) === null) return null
  return state.sensors[keyOf(point)]?.goodT ?? null
}

/** Volume percent: the middle value of a zone's probes; of two, their mean; null without one that is believed. */
export function moistureOf(state: Heard & Pick<GreenhouseState, 'house'>, zone: string): number | null {
  const place = state.layout.zone(zone)
  const memory = state.zones[state.layout.zoneIndex.get(zone) ?? -1]
  if (place === undefined || memory === undefined || memory.probe.stuckAt !== null) return null
  const values = place.soil.moisture.flatMap((point) => sensed(state, point) ?? [])
  return middleOf(values)
}

/**
 * Whether nothing is known of a zone's moisture and nothing is to be waited for: none of its probes has said anything
 * that could be for as long as it may be silent, restarts of the node included, or they are stuck.
 */
export function isBlind(state: Heard & Pick<GreenhouseState, 'house'>, zone: string): boolean {
  const place = state.layout.zone(zone)
  if (place === undefined || moistureOf(state, zone) !== null) return false
  if (state.zones[state.layout.zoneIndex.get(zone) ?? -1]?.probe.stuckAt !== null) return true
  const silentMs = place.soil.silent_min * MINUTE_MS
  return place.soil.moisture.every(
    (point) => state.t - (state.sensors[keyOf(point)]?.goodT ?? state.t) >= silentMs,
  )
}

interface Doubt {
  readonly forMs: number
  readonly detail: Text
}

/** What speaks against a value that by itself could be: soil or a tank that water does not move, wet air in great heat. */
function doubtOf(draft: Draft, sensor: Sensor): Doubt | undefined {
  if (isStuck(draft, sensor)) return { forMs: 0, detail: unmoved(sensor) }
  const { water, climate } = draft.house
  if (water.tank !== undefined && keyOf(water.tank) === sensor.key && tankStands(draft, water.tank))
    return { forMs: 0, detail: TANK_STANDS }
  if (climate.humidity !== undefined && keyOf(climate.humidity) === sensor.key && isDrenched(draft, sensor))
    return { forMs: DRENCHED_MS, detail: DRENCHED }
  return undefined
}

/** More than half of what a tank holds has been given since its level last moved, and nothing fills it meanwhile. */
function tankStands(draft: Draft, { holds_L, refills }: NonNullable<Greenhouse['water']['tank']>): boolean {
  return refills !== true && draft.tank !== null && pouredOf(draft) - draft.tank.poured_L > holds_L / 2
}

/** Litres that all zones have had over their lives. */
export function pouredOf({ zones }: Pick<GreenhouseState, 'zones'>): number {
  return zones.reduce((sum, { total_L }) => sum + total_L, 0)
}

/** No air on earth holds so much water: dew would fall at 33 °C. Once told, it holds until the sensor reads less. */
const DRENCHED_HUMIDITY = 99.5
const DRENCHED_C = 33
const DRENCHED_MS = 3_600_000

function isDrenched(draft: Draft, { key }: Sensor): boolean {
  const { temperature, humidity } = draft.house.climate
  if ((sensed(draft, humidity) ?? 0) < DRENCHED_HUMIDITY) return false
  return (sensed(draft, temperature) ?? 0) >= DRENCHED_C || isInForce(draft, 'probe-suspect', key)
}

/** Water did not move the moisture of its zone three times. */
function isStuck({ zones, layout }: Draft, { zone, key }: Sensor): boolean {
  if (zone === null || zones[layout.zoneIndex.get(zone) ?? -1]?.probe.stuckAt === null) return false
  return layout.zone(zone)?.soil.moisture.some((point) => keyOf(point) === key) ?? false
}

function unheard(t: number): SensorMemory {
  return { value: null, goodT: t, heardT: null, wrong: null }
}

function subjectOf({ layout }: Draft, { key, device, channel, zone }: Sensor) {
  const place = zone === null ? undefined : layout.zone(zone)
  const text =
    place === undefined
      ? { vi: key, en: key }
      : { vi: `${key} (${place.name.vi})`, en: `${key} (${place.name.en})` }
  return { key, text, device, channel, ...(zone === null ? {} : { zone }) }
}

function silence(minutes: number, { without }: Sensor): Text {
  return {
    vi: `im lặng ${minutes} phút; ${without.vi}`,
    en: `silent for ${minutes} min; ${without.en}`,
  }
}

function impossible(value: number, minutes: number, { without }: Sensor): Text {
  const said = decimal(value, Number.isInteger(value) ? 0 : 2)
  return {
    vi: `đọc mãi ${said.vi} suốt ${minutes} phút, không thể có thật; ${without.vi}`,
    en: `it has read ${said.en} for ${minutes} min, which cannot be; ${without.en}`,
  }
}

function unmoved({ without }: Sensor): Text {
  return {
    vi: `đã tưới ba lần mà độ ẩm không nhích; ${without.vi}`,
    en: `three times water did not move it; ${without.en}`,
  }
}

const TANK_STANDS: Text = {
  vi: 'đã bơm quá nửa bồn mà mực nước không nhích: xem phao và đầu dò (bồn tự châm đầy thì ghi refills: true)',
  en: 'more than half the tank was pumped and its level did not move: look after float and probe (for a tank that fills itself give refills: true)',
}
const DRENCHED: Text = {
  vi: 'đọc mãi 100 % giữa trời nóng: đầu dò ướt hoặc hỏng; không phun sương theo nó',
  en: 'it reads 100 % in great heat: the probe is wet or broken; nothing is misted by it',
}
