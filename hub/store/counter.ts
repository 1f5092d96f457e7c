import type { Bucket } from './rollups.ts'

/**
 * What a counter has counted over each of a run of buckets, by their starts: the difference of their last values. A
 * bucket in which the counter went back is gone through by its own, narrower buckets, since what it had counted until
 * then is known and counts. The first bucket begins with its own first value unless `before` is known.
 *
 * A counter that begins anew (a node with a new disk) loses no more than what it counted until it was first heard, and
 * one value that is nonsense loses nothing: what matters is where the counter stood in the end.
 */
export function counterUse(
  buckets: readonly Bucket[],
  before: number | undefined,
  within: (bucket: Bucket) => readonly Bucket[],
): ReadonlyMap<number, number> {
  const use = new Map<number, number>()
  let last = before
  // Narrower buckets are kept for a shorter time than wide ones.
  const parts = (bucket: Bucket) => {
    const narrower = within(bucket)
    return narrower.length > 0 ? narrower : [bucket]
  }
  for (const bucket of buckets) {
    use.set(
      bucket.at,
      isSteady(bucket, last) ? bucket.last - (last ?? bucket.min) : walked(parts(bucket), last),
    )
    last = bucket.last
  }
  return use
}

/** Never below where it stood before, and in the end at its highest. */
function isSteady({ min, max, last }: Bucket, before = min): boolean {
  return min >= before && last === max
}

function walked(buckets: readonly Bucket[], before: number | undefined): number {
  let last = before
  let sum = 0
  for (const bucket of buckets) {
    const from = last ?? bucket.min
    // Back below where it stood: it began anew, from the lowest that was heard of it.
    const anew = bucket.last < from
    sum += anew ? Math.max(0, bucket.max - from) + (bucket.last - bucket.min) : bucket.last - from
    last = bucket.last
  }
  return sum
}
