import type { FrameReading, Summary } from './frame.ts'
import type { ByteReader, ByteWriter } from './varint.ts'

/**
 * What thinned rows stand for, in columns: a count of them, then of each its distance in rows from the one before
 * (from −1 for the first) − 1, `at − from`, `count − 2`, `value − min`, `max − value` and `sum − count × min`. The
 * row's value is one of those summed up, so none of these is negative.
 */

/** Readings that one row may stand for: 136 years of one a second. */
const SUMMARY_COUNT_MAX = 2 ** 32 - 1
/** Largest |count × min| and |count × max|: every sum between them, and their difference, stays exact. */
const SUMMARY_SUM_MAX = 2 ** 52 - 1

/** Whether a frame can carry this summary with a row of this value; what it cannot carry must not be thinned to it. */
export function canCarrySummary(at: number, value: number, { from, count, sum, min, max }: Summary): boolean {
  if (![from, count, sum, min, max].every(Number.isSafeInteger)) return false
  if (from < 0 || from > at || count < 2 || count > SUMMARY_COUNT_MAX) return false
  if (min > value || max < value) return false
  if (count * Math.max(Math.abs(min), Math.abs(max)) > SUMMARY_SUM_MAX) return false
  return sum >= count * min && sum <= count * max
}

export function writeSummaries(writer: ByteWriter, readings: readonly FrameReading[]): void {
  const found: { row: number; at: number; value: number; summary: Summary }[] = []
  for (const [row, { at, value, summary }] of readings.entries()) {
    if (summary === undefined) continue
    if (!canCarrySummary(at, value, summary)) throw new RangeError(`summary ${JSON.stringify(summary)}`)
    found.push({ row, at, value, summary })
  }
  writer.varint(found.length)
  let next = 0
  for (const { row } of found) {
    writer.varint(row - next)
    next = row + 1
  }
  for (const { at, summary } of found) writer.varint(at - summary.from)
  for (const { summary } of found) writer.varint(summary.count - 2)
  for (const { value, summary } of found) writer.varint(value - summary.min)
  for (const { value, summary } of found) writer.varint(summary.max - value)
  for (const { summary } of found) writer.varint(summary.sum - summary.count * summary.min)
}

/** The rows with what they stand for; undefined where the columns do not fit them. */
export function readSummaries(
  reader: ByteReader,
  readings: readonly FrameReading[],
): readonly FrameReading[] | undefined {
  const count = reader.varint()
  if (count > readings.length) return undefined
  if (count === 0) return readings
  const column = () => Float64Array.from({ length: count }, () => reader.varint())
  const [distances, spans, counts, lows, highs, sums] = [
    column(),
    column(),
    column(),
    column(),
    column(),
    column(),
  ]
  const rows = [...readings]
  let row = -1
  for (let index = 0; index < count; index++) {
    row += 1 + (distances[index] ?? 0)
    const reading = rows[row]
    if (reading === undefined) return undefined
    const rowCount = 2 + (counts[index] ?? 0)
    const min = reading.value - (lows[index] ?? 0)
    const summary: Summary = {
      from: reading.at - (spans[index] ?? 0),
      count: rowCount,
      sum: rowCount * min + (sums[index] ?? 0),
      min,
      max: reading.value + (highs[index] ?? 0),
    }
    if (!canCarrySummary(reading.at, reading.value, summary)) return undefined
    rows[row] = { ...reading, summary }
  }
  return rows
}
