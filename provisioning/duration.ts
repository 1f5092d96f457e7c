/** `12 min trước/ago`; what seems to lie ahead is now. */
export function ago(milliseconds: number): string {
  return `${duration(Math.max(0, milliseconds) / 1000)} trước/ago`
}

/** `12 min` from `at` until then, both UTC; nothing is left of what seems to lie behind. */
export function timeLeft(until: number, at: number): string {
  return `còn/for ${duration(Math.max(0, until - at) / 1000)}`
}

/** Days from which only years matter. */
const YEARS_FROM = 1_000

/** The two largest units that matter: `45 s`, `12 min`, `3 h 20 min`, `61 d 4 h`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds)
  if (whole < 120) return `${whole} s`
  const minutes = Math.round(whole / 60)
  if (minutes < 60) return `${minutes} min`
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
  const hours = Math.round(minutes / 60)
  if (hours >= YEARS_FROM * 24) return `${Math.round(hours / 24 / 365)} năm/years`
  return `${Math.floor(hours / 24)} d ${hours % 24} h`
}

const UNIT_S: Readonly<Record<string, number>> = { s: 1, m: 60, min: 60, h: 3_600, d: 86_400 }

/** `90s`, `20m`, `2h`, `1d` in seconds; undefined for anything else. */
export function durationSeconds(text: string): number | undefined {
  const found = /^(\d+(?:\.\d+)?)(s|m|min|h|d)$/.exec(text.trim())
  const unit = UNIT_S[found?.[2] ?? '']
  return found?.[1] === undefined || unit === undefined ? undefined : Number(found[1]) * unit
}
