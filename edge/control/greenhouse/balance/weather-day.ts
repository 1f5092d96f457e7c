import type { WeatherDay } from '../../../../core/evapotranspiration.ts'

/**
 * What a day's weather was, gathered as it comes. Plain data, so that a restart goes on where it was; `t` is the
 * controller's own time in ms, which no step of the clock moves.
 */
export interface WeatherGathering {
  /** Null until it is first heard. */
  readonly temperature: Extremes | null
  readonly humidity: Extremes | null
  readonly wind: Integral | null
  readonly radiation: Integral | null
}

/** The highest and the lowest of a day, and for how long of it anybody measured. */
interface Extremes {
  /** Null until the day's first report. */
  readonly range: { readonly max: number; readonly min: number } | null
  readonly heardT: number
  readonly seenMs: number
}

/** Over time, so that a sensor which reports more often in a storm does not make the day windier. */
interface Integral {
  readonly value: number
  readonly heardT: number
  readonly sum: number
  readonly seenMs: number
}

export type WeatherQuantity = keyof WeatherGathering

const EXTREMES_SEEN_MS = 18 * 3_600_000
const MEAN_SEEN_MS = 12 * 3_600_000

export const NO_WEATHER: WeatherGathering = { temperature: null, humidity: null, wind: null, radiation: null }

/** Takes a report; between two that lie further apart than `silentMs` nobody knows what was. */
export function gather(
  weather: WeatherGathering,
  quantity: WeatherQuantity,
  value: number,
  t: number,
  silentMs: number,
): WeatherGathering {
  if (!Number.isFinite(value)) return weather
  switch (quantity) {
    case 'temperature':
    case 'humidity':
      return { ...weather, [quantity]: widened(weather[quantity], value, t, silentMs) }
    case 'wind':
    case 'radiation':
      return { ...weather, [quantity]: summed(weather[quantity], Math.max(0, value), t, silentMs) }
  }
}

/**
 * The day as FAO-56 wants it, without place and date; null where too little of its warmth was measured: then nobody
 * knows what the crop drank.
 */
export function gathered(
  weather: WeatherGathering,
): Pick<WeatherDay, 'max' | 'min' | 'humidity' | 'wind' | 'radiation'> | null {
  const temperature = rangeOf(weather.temperature)
  if (temperature === null) return null
  const humidity = rangeOf(weather.humidity)
  return {
    ...temperature,
    humidity: humidity && { max: Math.min(100, humidity.max), min: Math.max(0, humidity.min) },
    wind: meanOf(weather.wind),
    radiation: meanOf(weather.radiation),
  }
}

/** The next day begins with what is known at its midnight: no hour of it is lost for want of a report. */
export function nextDay(weather: WeatherGathering, t: number): WeatherGathering {
  const extremes = (one: Extremes | null) => one && { ...one, range: null, seenMs: 0 }
  const integral = (one: Integral | null) =>
    one && { ...one, sum: 0, seenMs: 0, heardT: Math.max(one.heardT, t) }
  return {
    temperature: extremes(weather.temperature),
    humidity: extremes(weather.humidity),
    wind: integral(weather.wind),
    radiation: integral(weather.radiation),
  }
}

function widened(before: Extremes | null, value: number, t: number, silentMs: number): Extremes {
  if (before === null) return { range: { max: value, min: value }, heardT: t, seenMs: 0 }
  const { max, min } = before.range ?? { max: value, min: value }
  return {
    range: { max: Math.max(max, value), min: Math.min(min, value) },
    heardT: t,
    seenMs: before.seenMs + between(before.heardT, t, silentMs),
  }
}

/** What was measured for too little of the day says nothing of its coldest and its hottest hour. */
function rangeOf(extremes: Extremes | null) {
  return extremes === null || extremes.seenMs < EXTREMES_SEEN_MS ? null : extremes.range
}

function summed(before: Integral | null, value: number, t: number, silentMs: number): Integral {
  if (before === null) return { value, heardT: t, sum: 0, seenMs: 0 }
  const ms = between(before.heardT, t, silentMs)
  const mean = (before.value + value) / 2
  return { value, heardT: t, sum: before.sum + mean * ms, seenMs: before.seenMs + ms }
}

function meanOf(integral: Integral | null): number | null {
  if (integral === null || integral.seenMs < MEAN_SEEN_MS) return null
  return integral.sum / integral.seenMs
}

function between(from: number, to: number, silentMs: number): number {
  const ms = to - from
  return ms > 0 && ms <= silentMs ? ms : 0
}
