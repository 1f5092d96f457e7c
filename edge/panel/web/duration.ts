import type { Voice } from './scene.ts'

/** A time that counts down, as a clock shows it: `7:42`, `1:05:09`. */
export function countdown(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds))
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  const two = (part: number) => String(part).padStart(2, '0')
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`
}

/** How long something lasted or is ago, in one or two units: `40 giây`, `15 phút`, `3 giờ 5 phút`, `4 ngày`. */
export function durationText(ms: number, { say }: Pick<Voice, 'say'>): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 90) return say('durationSeconds', { seconds })
  const minutes = Math.round(seconds / 60)
  if (minutes < 60) return say('durationMinutes', { minutes })
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return say('durationHours', { hours, minutes: minutes % 60 })
  return say('durationDays', { days: Math.round(hours / 24) })
}
