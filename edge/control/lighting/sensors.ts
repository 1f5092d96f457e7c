import type { LightingStreet } from '../../../core/documents/lighting-street.ts'
import type { Text } from '../../../core/text.ts'
import type { Draft } from './draft.ts'
import { judge, type Subject } from './fault-book.ts'
import type { Sensor } from './layout.ts'
import type { SensorMemory } from './state.ts'

/** Photocell, motion and weather: what is believed of them, and what the street does without them. */

/** A passing headlight, or a cloud, is no dusk: the photocell must say the same for this long. */
const STEADY_MS = 120_000
/** One that sees motion without a pause for this long is stuck, and is not believed. */
const MOTION_STUCK_MS = 900_000
/** Somebody who was seen by another sensor so short a time ago is taken to be the same. */
const PASSER_MS = 120_000

/** Takes what a device says of a sensor's channel, `age` ms ago. */
export function hearSensor(draft: Draft, sensor: Sensor, value: number): void {
  const before = draft.sensors[sensor.key]
  const side = sideOf(sensor, value, before?.on ?? false)
  const first = before === undefined || before.value === null
  const memory: SensorMemory = { value, heardT: draft.t, ...believed(sensor, before, side, first, draft.t) }
  draft.sensors = { ...draft.sensors, [sensor.key]: memory }
  if (sensor.role === 'motion') {
    if (memory.on && !isStuck(memory, draft.t)) {
      follow(draft, sensor.at_m)
      light(draft, sensor)
    } else if (before?.on === true && !isStuck(before, draft.t)) light(draft, sensor)
  }
  const stuck = sensor.role === 'motion' && isStuck(memory, draft.t)
  if (!stuck) judge(draft, 'street-sensor-lost', subjectOf(sensor), { bad: false, need: 1 })
}

/** Adopts what has been said long enough; keeps lamps lit where somebody still moves; misses who is silent. */
export function followSensors(draft: Draft): void {
  for (const sensor of draft.layout.sensors) {
    const memory = draft.sensors[sensor.key] ?? { value: null, heardT: draft.t, on: false, turnT: null }
    if (draft.sensors[sensor.key] === undefined) draft.sensors = { ...draft.sensors, [sensor.key]: memory }
    const silent = draft.t - memory.heardT >= sensor.silentMs
    const stuck = sensor.role === 'motion' && isStuck(memory, draft.t)
    if (silent || stuck)
      judge(draft, 'street-sensor-lost', subjectOf(sensor), {
        bad: true,
        need: 1,
        detail: both(stuck ? STUCK : silence(sensor), without(sensor, draft.clockKnown)),
      })
    if (sensor.role === 'motion') {
      if (memory.on && !stuck && !silent) light(draft, sensor)
    } else if (memory.turnT !== null && draft.t - memory.turnT >= patience(sensor, !memory.on))
      draft.sensors = { ...draft.sensors, [sensor.key]: { ...memory, on: !memory.on, turnT: null } }
  }
}

/** Dark or not, as the photocell has it; null without one, or without a word of it. */
export function photocellDark({ layout, sensors, t }: Draft): boolean | null {
  const sensor = layout.sensors.find(({ role }) => role === 'photocell')
  const memory = sensor === undefined ? undefined : sensors[sensor.key]
  if (sensor === undefined || memory === undefined || memory.value === null) return null
  return t - memory.heardT >= sensor.silentMs ? null : memory.on
}

/** Classes that weather and traffic add now; one that is not heard any more adds none. */
export function raisedClasses({ layout, sensors, t }: Draft): number {
  let classes = 0
  for (const sensor of layout.sensors) {
    if (sensor.role !== 'raise') continue
    const memory = sensors[sensor.key]
    if (memory?.on === true && t - memory.heardT < sensor.silentMs) classes += sensor.use.classes
  }
  return classes
}

function sideOf(sensor: Sensor, value: number, on: boolean): boolean {
  switch (sensor.role) {
    case 'photocell':
      return value < sensor.use.dark_lx || (value <= sensor.use.light_lx && on)
    case 'motion':
      return value >= 1
    case 'raise':
      return sensor.use.below ? value < sensor.use.limit : value >= sensor.use.limit
  }
}

function believed(
  sensor: Sensor,
  before: SensorMemory | undefined,
  side: boolean,
  first: boolean,
  t: number,
): Pick<SensorMemory, 'on' | 'turnT'> {
  if (sensor.role === 'motion')
    return { on: side, turnT: side ? ((before?.on === true ? before.turnT : null) ?? t) : null }
  const on = before?.on ?? false
  if (first || patience(sensor, side) === 0) return { on: side, turnT: null }
  return side === on ? { on, turnT: null } : { on, turnT: before?.turnT ?? t }
}

/** How long a sensor must say the other thing before it is believed. Bad weather is believed at once, its end is not. */
function patience(sensor: Sensor, towards: boolean): number {
  switch (sensor.role) {
    case 'photocell':
      return STEADY_MS
    case 'motion':
      return 0
    case 'raise':
      return towards ? 0 : sensor.use.hold_min * 60_000
  }
}

function isStuck({ on, turnT }: SensorMemory, t: number): boolean {
  return on && turnT !== null && t - turnT >= MOTION_STUCK_MS
}

/**
 * Which way somebody goes shows from the sensor before this one. Alone, it might be either way; so it might where another
 * stands between the two, which he cannot have passed unseen, and at the street's ends, where one who comes looks like
 * one who goes.
 */
function follow(draft: Draft, at_m: number): void {
  const { passer, t } = draft
  const places = draft.layout.sensors.flatMap((sensor) => (sensor.role === 'motion' ? [sensor.at_m] : []))
  const isEnd = at_m <= Math.min(...places) || at_m >= Math.max(...places)
  const between = (from: number) =>
    places.some((place) => place > Math.min(from, at_m) && place < Math.max(from, at_m))
  const unknown = passer === null || t - passer.t > PASSER_MS || isEnd || between(passer.at_m)
  const ahead = unknown ? 0 : at_m > passer.at_m ? 1 : at_m < passer.at_m ? -1 : passer.ahead
  draft.passer = { at_m, t, ahead }
}

/** Lamps near the sensor, and ahead of whoever moves, are raised until the hold is over. */
function light(draft: Draft, sensor: Extract<Sensor, { role: 'motion' }>): void {
  const { within_m, ahead_m, hold_s } = sensor.use
  const ahead = draft.passer?.at_m === sensor.at_m ? draft.passer.ahead : 0
  const from = sensor.at_m - within_m - (ahead <= 0 ? ahead_m : 0)
  const to = sensor.at_m + within_m + (ahead >= 0 ? ahead_m : 0)
  const motionT = draft.t + hold_s * 1000
  for (const [index, { at_m }] of draft.street.lamps.entries()) {
    const lamp = draft.lamps[index]
    if (lamp === undefined || at_m < from || at_m > to || lamp.motionT >= motionT) continue
    draft.lamps[index] = { ...lamp, motionT }
  }
}

function subjectOf({ key, device }: Sensor): Subject {
  return { key, device, text: { vi: device, en: device } }
}

const STUCK: Text = {
  vi: 'báo có người suốt 15 phút, không tin được',
  en: 'it has seen motion for 15 min without a pause, which is not believed',
}

/** Either nothing is heard of its device, or the device says that the sensor has failed. */
function silence({ silentMs }: Sensor): Text {
  const min = Math.round(silentMs / 60_000)
  return { vi: `${min} phút không có số đo`, en: `no value for ${min} min` }
}

function both(wrong: Text, then: Text): Text {
  return { vi: `${wrong.vi}; ${then.vi}`, en: `${wrong.en}; ${then.en}` }
}

/** What the street does without it. */
function without(sensor: Sensor, clockKnown: boolean): Text {
  switch (sensor.role) {
    case 'photocell':
      return clockKnown ? BY_SUN_CLOCK : LIT_TO_BE_SAFE
    case 'motion':
      return NOBODY_SEEN
    case 'raise':
      return NOT_RAISED[sensor.use.why]
  }
}

const BY_SUN_CLOCK: Text = { vi: 'đèn theo lịch mặt trời', en: 'the lamps go by the sun clock' }
const LIT_TO_BE_SAFE: Text = {
  vi: 'chưa biết giờ nên đèn sáng để an toàn',
  en: 'the time is not known either, so the lamps are lit to be safe',
}
const NOBODY_SEEN: Text = {
  vi: 'đèn ở đó không sáng thêm khi có người qua',
  en: 'it raises no lamps when somebody passes',
}
const NOT_RAISED: Readonly<Record<LightingStreet['raises'][number]['why'], Text>> = {
  rain: { vi: 'đèn không sáng thêm khi mưa', en: 'the lamps are not raised for rain' },
  fog: { vi: 'đèn không sáng thêm khi có sương mù', en: 'the lamps are not raised for fog' },
  traffic: { vi: 'đèn không sáng thêm khi đông xe', en: 'the lamps are not raised for traffic' },
  wind: { vi: 'đèn không sáng thêm khi gió mạnh', en: 'the lamps are not raised for wind' },
}
