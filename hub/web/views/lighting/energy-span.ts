import { localClock } from '../../../../core/time-zone.ts'

export type EnergyBy = 'day' | 'month'

/** The days of one month or the months of one year: `back` of them before the one that holds `now`. */
export function energySpan(by: EnergyBy, back: number, now: number, timeZone: string) {
  const clock = localClock(timeZone)
  const shown = new Date(clock.shown(now))
  const [year, month] = [shown.getUTCFullYear(), shown.getUTCMonth()]
  const start = (n: number) => (by === 'day' ? Date.UTC(year, month + n, 1) : Date.UTC(year + n, 0, 1))
  return { from: clock.moment(start(-back)), to: clock.moment(start(1 - back)) }
}
