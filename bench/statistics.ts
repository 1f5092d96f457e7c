/** Middle value and both ends of a few rounds. */
export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

/** Throws for no values: a round that measured nothing is a mistake of the bench. */
export function spread(values: readonly number[]): Spread {
  return { median: percentile(values, 50), min: percentile(values, 0), max: percentile(values, 100) }
}

/** Nearest rank: the smallest value that at least `percent` of all do not exceed. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const rank = Math.max(1, Math.ceil((percent / 100) * sorted.length))
  const value = sorted[rank - 1]
  if (value === undefined) throw new RangeError('no values')
  return value
}

/** Ours over the peer's, round by round. */
export function ratios(ours: readonly number[], peer: readonly number[]): number[] {
  return ours.flatMap((value, round) => {
    const other = peer[round]
    return other === undefined || other === 0 ? [] : [value / other]
  })
}
