import type { AlarmOutput, Pattern } from './flood-station.ts'

/** The pattern of a level: its own, or that of the nearest lower level that has one; `undefined` is quiet. */
export function patternOf({ patterns }: AlarmOutput, level: number): Pattern | undefined {
  for (let at = level; at >= 1; at--) {
    const pattern = at === 3 ? patterns['3'] : at === 2 ? patterns['2'] : patterns['1']
    if (pattern !== undefined) return pattern
  }
  return undefined
}

/** How often a minute the radio must speak for a pattern; one without a pause needs no more than its renewals. */
export function switchesPerMinute({ on_s, off_s }: Pattern): number {
  return off_s === 0 ? 0 : 120 / (on_s + off_s)
}
