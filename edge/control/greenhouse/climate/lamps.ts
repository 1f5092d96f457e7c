import type { Utc } from '../../../../core/clock.ts'
import type { Greenhouse } from '../../../../core/documents/greenhouse.ts'
import { nightSun } from '../../../../core/sun.ts'
import { decimal } from '../../../../core/text.ts'
import { localClock } from '../../../../core/time-zone.ts'
import { type Air, SWITCHED_OFF, sentence, type Wish } from './wish.ts'

/** Grow lamps that lengthen the day: half of what is missing before sunrise, half after sunset. */

export type GrowLamp = Greenhouse['climate']['lamps'][number]

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
/** Once lit for want of light it must be this much lighter before it goes out: it sees itself. */
const LIGHTER = 1.5

/** The lamp's day around a moment, with the sun's within it; null where there is no such day to lengthen. */
export interface LampDay {
  readonly from: Utc
  readonly sunrise: Utc
  readonly sunset: Utc
  readonly to: Utc
}

export function lampDay(
  { location, timeZone }: Pick<Greenhouse, 'location' | 'timeZone'>,
  day_h: number,
  at: Utc,
): LampDay | null {
  const clock = localClock(timeZone)
  const noon = clock.moment(Math.floor(clock.shown(at) / DAY_MS) * DAY_MS + DAY_MS / 2)
  const { sunrise } = nightSun(location, noon - DAY_MS, noon)
  const { sunset } = nightSun(location, noon, noon + DAY_MS)
  if (sunrise === null || sunset === null) return null
  const missing = Math.max(0, day_h * HOUR_MS - (sunset - sunrise)) / 2
  return { from: sunrise - missing, sunrise, sunset, to: sunset + missing }
}

/** `day` is null where nobody knows the time, or the sun makes no day. */
export function stepLamp(lamp: GrowLamp, lit: boolean, { light }: Air, day: LampDay | null, at: Utc): Wish {
  if (!lamp.on) return { value: 0, why: SWITCHED_OFF }
  if (day === null)
    return { value: 0, why: { vi: 'Chưa biết giờ: đèn tắt', en: 'The time is unknown: lamps are out' } }
  const { from, sunrise, sunset, to } = day
  if (at < from || at >= to) return { value: 0, why: { vi: 'Giờ nghỉ của cây', en: "The crop's night" } }
  const hours = { hours: decimal(lamp.day_h, 0) }
  if (at < sunrise || at >= sunset)
    return {
      value: lamp.full,
      why: sentence('Kéo dài ngày đến {hours} giờ', 'Lengthens the day to {hours} h', hours),
    }
  const { below_lx } = lamp
  if (below_lx === undefined || light === null) return { value: 0, why: { vi: 'Ban ngày', en: 'Daylight' } }
  const dark = light < below_lx * (lit ? LIGHTER : 1)
  const values = { light: decimal(light / 1000, 1), below: decimal(below_lx / 1000, 1) }
  return dark
    ? { value: lamp.full, why: sentence('Trời tối, {light} klx', 'A dark day, {light} klx', values) }
    : { value: 0, why: sentence('Đủ sáng, {light} klx', 'Light enough, {light} klx', values) }
}
