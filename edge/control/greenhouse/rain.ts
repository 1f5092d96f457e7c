import type { Draft } from './draft.ts'

/** The rain of the last 24 h, by the hour. */

const HOUR_MS = 3_600_000
const HOURS = 24
/** More than this between two reports was not rain: the gauge was set back or exchanged. */
const STEP_MAX_MM = 200

export function hearRain(draft: Draft, device: string, telemetry: Readonly<Record<string, number>>): void {
  const { rain } = draft.house.weather
  const count = rain === undefined ? undefined : telemetry[rain.channel]
  if (rain?.device !== device || count === undefined || !Number.isFinite(count) || count < 0) return
  const before = draft.rain.count
  const mm = before === null || count < before ? 0 : count - before
  draft.rain = { ...draft.rain, count }
  if (mm <= 0 || mm > STEP_MAX_MM) return
  const hour = Math.floor(draft.t / HOUR_MS)
  const kept = draft.rain.hours.filter((one) => one.hour > hour - HOURS && one.hour <= hour)
  const now = kept.find((one) => one.hour === hour)?.mm ?? 0
  draft.rain = {
    count,
    day_mm: draft.rain.day_mm + mm,
    hours: [...kept.filter((one) => one.hour !== hour), { hour, mm: now + mm }],
  }
}

/** mm that have fallen in the last 24 h. */
export function rainOfDay({ rain, t }: Pick<Draft, 'rain' | 't'>): number {
  const hour = Math.floor(t / HOUR_MS)
  return rain.hours.reduce((sum, one) => (one.hour > hour - HOURS ? sum + one.mm : sum), 0)
}
