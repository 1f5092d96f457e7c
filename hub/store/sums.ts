/**
 * What buckets say of the values in them, as records of seven doubles in one growing array: an object for each bucket
 * would cost more to make and to collect than all the rest of a reading's way into the database.
 */
export interface Sums {
  fields: Float64Array
  /** Records in use. */
  size: number
}

/** Start of the bucket that holds a time. */
export type Start = (at: number) => number

const START = 0
const COUNT = 1
const MIN = 2
const MAX = 3
const SUM = 4
const LAST = 5
const LAST_AT = 6
const FIELDS = 7
const RECORDS_AT_FIRST = 4
/** Records looked back through for a bucket. A pack holds no more; elsewhere a bucket may then come twice. */
const LOOK_BACK = 60

export function noSums(): Sums {
  return { fields: new Float64Array(FIELDS * RECORDS_AT_FIRST), size: 0 }
}

export function addValue(sums: Sums, start: number, at: number, value: number): void {
  const index = find(sums, start)
  if (index === undefined) append(sums, start, 1, value, value, value, value, at)
  else add(sums.fields, index, 1, value, value, value, value, at)
}

/** Values of one bucket, of which `value` at `at` was the last. */
export function addMany(
  sums: Sums,
  start: number,
  last: { readonly at: number; readonly value: number },
  {
    count,
    min,
    max,
    sum,
  }: { readonly count: number; readonly min: number; readonly max: number; readonly sum: number },
): void {
  const index = find(sums, start)
  if (index === undefined) append(sums, start, count, min, max, sum, last.value, last.at)
  else add(sums.fields, index, count, min, max, sum, last.value, last.at)
}

/** Adds the records `from` to `to` (excluded) of `more`, each to the bucket that holds its own bucket's start. */
export function addSums(sums: Sums, more: Sums, from: number, to: number, start: Start): void {
  const { fields } = more
  for (let at = from * FIELDS; at < to * FIELDS; at += FIELDS) {
    const bucket = start(field(fields, at + START))
    const count = field(fields, at + COUNT)
    const min = field(fields, at + MIN)
    const max = field(fields, at + MAX)
    const sum = field(fields, at + SUM)
    const last = field(fields, at + LAST)
    const lastAt = field(fields, at + LAST_AT)
    const index = find(sums, bucket)
    if (index === undefined) append(sums, bucket, count, min, max, sum, last, lastAt)
    else add(sums.fields, index, count, min, max, sum, last, lastAt)
  }
}

export function startOf(sums: Sums, record: number): number {
  return field(sums.fields, record * FIELDS + START)
}

/** How many values all records count. */
export function countOf({ fields, size }: Sums): number {
  let count = 0
  for (let record = 0; record < size; record++) count += field(fields, record * FIELDS + COUNT)
  return count
}

/** Records as buckets, in no order. */
export function bucketsOf({ fields, size }: Sums) {
  return Array.from({ length: size }, (_, record) => {
    const at = record * FIELDS
    const mean = field(fields, at + SUM) / field(fields, at + COUNT)
    const [min, max, last] = [field(fields, at + MIN), field(fields, at + MAX), field(fields, at + LAST)]
    return { at: field(fields, at + START), min, max, mean, last }
  })
}

/**
 * Doubles, little-endian as every machine that Node runs on is: count, last and its time, and where there is more than
 * one value min, max and sum. A bucket's start is not written: it follows from the time of its last value.
 */
export function packSums({ fields, size }: Sums): Uint8Array {
  const packed = new Float64Array(size * (FIELDS - 1))
  let length = 0
  for (let at = 0; at < size * FIELDS; at += FIELDS) {
    const count = field(fields, at + COUNT)
    packed[length++] = count
    packed[length++] = field(fields, at + LAST)
    packed[length++] = field(fields, at + LAST_AT)
    if (count === 1) continue
    packed[length++] = field(fields, at + MIN)
    packed[length++] = field(fields, at + MAX)
    packed[length++] = field(fields, at + SUM)
  }
  return new Uint8Array(packed.buffer, 0, length * Float64Array.BYTES_PER_ELEMENT)
}

export function unpackSums(bytes: Uint8Array, start: Start): Sums {
  // Copied, because a view on doubles must begin at a multiple of eight.
  const packed = new Float64Array(Uint8Array.from(bytes).buffer)
  const sums = noSums()
  for (let at = 0; at < packed.length; at += 3) {
    const count = field(packed, at)
    const last = field(packed, at + 1)
    const lastAt = field(packed, at + 2)
    if (count === 1) append(sums, start(lastAt), count, last, last, last, last, lastAt)
    else {
      at += 3
      const [min, max, sum] = [field(packed, at), field(packed, at + 1), field(packed, at + 2)]
      append(sums, start(lastAt), count, min, max, sum, last, lastAt)
    }
  }
  return sums
}

function find({ fields, size }: Sums, start: number): number | undefined {
  const end = Math.max(0, size - LOOK_BACK) * FIELDS
  for (let at = (size - 1) * FIELDS; at >= end; at -= FIELDS) if (fields[at + START] === start) return at
  return undefined
}

function append(
  sums: Sums,
  start: number,
  count: number,
  min: number,
  max: number,
  sum: number,
  last: number,
  lastAt: number,
): void {
  const at = sums.size * FIELDS
  if (at === sums.fields.length) {
    const larger = new Float64Array(2 * at)
    larger.set(sums.fields)
    sums.fields = larger
  }
  const { fields } = sums
  fields[at + START] = start
  fields[at + COUNT] = count
  fields[at + MIN] = min
  fields[at + MAX] = max
  fields[at + SUM] = sum
  fields[at + LAST] = last
  fields[at + LAST_AT] = lastAt
  sums.size++
}

function add(
  fields: Float64Array,
  at: number,
  count: number,
  min: number,
  max: number,
  sum: number,
  last: number,
  lastAt: number,
): void {
  fields[at + COUNT] = field(fields, at + COUNT) + count
  fields[at + SUM] = field(fields, at + SUM) + sum
  if (min < field(fields, at + MIN)) fields[at + MIN] = min
  if (max > field(fields, at + MAX)) fields[at + MAX] = max
  if (lastAt < field(fields, at + LAST_AT)) return
  fields[at + LAST] = last
  fields[at + LAST_AT] = lastAt
}

/** Within bounds by construction. */
function field(fields: Float64Array, index: number): number {
  return fields[index] ?? Number.NaN
}
