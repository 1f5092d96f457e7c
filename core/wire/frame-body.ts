import { fault } from '../errors.ts'
import { FLAG, type Flag } from '../reading.ts'
import { err, ok, type Result } from '../result.ts'
import type { Frame, FrameEvent, FrameReading, Gap, Undated } from './frame.ts'
import { broken } from './frame-fault.ts'
import { readGaps, writeGaps } from './frame-gaps.ts'
import {
  FRAME_AT_MAX,
  FRAME_GAPS_MAX,
  FRAME_ROWS_MAX,
  FRAME_SERIES_MAX,
  FRAME_VALUE_MAX,
} from './frame-limits.ts'
import { readSummaries, writeSummaries } from './frame-summaries.ts'
import { readUndated, undatedProblem, writeUndated } from './frame-undated.ts'
import type { Lane } from './topics.ts'
import { type ByteReader, type ByteWriter, byteReader, byteWriter } from './varint.ts'

/**
 * The inside of a frame, in columns so that it deflates well. Sequence numbers are not written: the gaps are, and the
 * rows are all the other numbers of the range, in order. So a body cannot account for its range wrongly.
 */

/** Version 1 knows neither undated rows nor summaries nor the dictionary's checksum; it is only read. */
export type FrameVersion = 1 | 2

interface BodyHead {
  readonly gaps: readonly Gap[]
  readonly undated?: readonly Undated[]
}

export type Body =
  | (BodyHead & { readonly lane: 'alarm'; readonly events: readonly FrameEvent[] })
  | (BodyHead & {
      readonly lane: Exclude<Lane, 'alarm'>
      readonly readings: readonly FrameReading[]
      readonly dictionary?: number
    })

const FLAGS: readonly Flag[] = Object.values(FLAG)

/** Writes version 2. */
export function encodeBody(frame: Frame): Uint8Array {
  const rows = frame.lane === 'alarm' ? frame.events : frame.readings
  assertAccounting(frame, rows)
  const writer = byteWriter(16 * rows.length + 64)
  writeGaps(writer, frame.first, frame.gaps)
  writeUndated(writer, frame.undated ?? [], frame.first)
  if (frame.lane === 'alarm') writeEvents(writer, frame.events)
  else {
    writeDictionary(writer, frame.dictionary)
    writeReadings(writer, frame.readings)
    writeSummaries(writer, frame.readings)
  }
  return writer.done()
}

interface BodyRange {
  readonly lane: Lane
  readonly first: number
  readonly last: number
}

export function decodeBody(bytes: Uint8Array, version: FrameVersion, range: BodyRange): Result<Body> {
  const { lane, first, last } = range
  const reader = byteReader(bytes)
  const gaps = readGaps(reader, first, last)
  if (!gaps.ok) return gaps
  const undated = version === 1 ? ok([]) : readUndated(reader, first, last)
  if (!undated.ok) return undated
  const head = { gaps: gaps.value, ...(undated.value.length > 0 && { undated: undated.value }) }
  const count = gaps.value.reduce((left, gap) => left - (gap.last - gap.first + 1), last - first + 1)
  if (count > FRAME_ROWS_MAX) return err(fault('FRAME_TOO_LARGE', { what: 'rows', limit: FRAME_ROWS_MAX }))
  const seqs = seqsOutside(gaps.value, first, last, count)
  if (lane === 'alarm') {
    const events = readEvents(reader, seqs)
    return events.ok ? ok({ ...head, lane, events: events.value }) : events
  }
  const dictionary = version === 1 ? ok(undefined) : readDictionary(reader)
  if (!dictionary.ok) return dictionary
  const readings = readReadings(reader, seqs, version)
  if (!readings.ok) return readings
  const named = dictionary.value === undefined ? {} : { dictionary: dictionary.value }
  return ok({ ...head, ...named, lane, readings: readings.value })
}

function assertAccounting(
  frame: Frame,
  rows: readonly { readonly seq: number; readonly at: number }[],
): void {
  const refuse = (reason: string) => {
    throw new RangeError(`frame ${frame.lane} ${frame.first} to ${frame.last}: ${reason}`)
  }
  if (!Number.isSafeInteger(frame.first) || frame.first < 0) refuse('first is not a sequence number')
  if (!Number.isSafeInteger(frame.last) || frame.last < frame.first) refuse('last lies before first')
  if (rows.length > FRAME_ROWS_MAX) refuse(`${rows.length} rows`)
  if (frame.gaps.length > FRAME_GAPS_MAX) refuse(`${frame.gaps.length} gaps`)
  const undated = undatedProblem(frame.undated ?? [], frame.first, frame.last)
  if (undated !== undefined) refuse(undated)
  let next = frame.first
  let gapIndex = 0
  const skipGaps = () => {
    for (let gap = frame.gaps[gapIndex]; gap?.first === next; gap = frame.gaps[++gapIndex]) {
      if (gap.last < gap.first) refuse('a gap ends before it begins')
      next = gap.last + 1
    }
  }
  for (const row of rows) {
    skipGaps()
    if (row.seq !== next) refuse(`${next} is neither a row nor in a gap`)
    if (!Number.isSafeInteger(row.at) || row.at < 0 || row.at > FRAME_AT_MAX) refuse(`time ${row.at}`)
    next++
  }
  skipGaps()
  if (gapIndex !== frame.gaps.length) refuse('a gap is out of place')
  if (next !== frame.last + 1) refuse(`accounted up to ${next - 1} only`)
}

function seqsOutside(gaps: readonly Gap[], first: number, last: number, count: number): Float64Array {
  const seqs = new Float64Array(count)
  let index = 0
  let next = first
  for (const gap of gaps) {
    while (next < gap.first) seqs[index++] = next++
    next = gap.last + 1
  }
  while (next <= last) seqs[index++] = next++
  return seqs
}

// Events: (time, length, bytes) each; the time as difference to the one before.

function writeEvents(writer: ByteWriter, events: readonly FrameEvent[]): void {
  let before = 0
  for (const event of events) {
    writer.zigzag(event.at - before)
    writer.varint(event.body.length)
    writer.bytes(event.body)
    before = event.at
  }
}

function readEvents(reader: ByteReader, seqs: Float64Array): Result<FrameEvent[]> {
  const events: FrameEvent[] = []
  let at = 0
  for (const seq of seqs) {
    at += reader.zigzag()
    const body = new Uint8Array(reader.bytes(reader.varint()))
    if (reader.failed) return broken('events end early')
    if (at < 0 || at > FRAME_AT_MAX) return broken('time out of range')
    events.push({ seq, at, body })
  }
  return reader.left === 0 ? ok(events) : broken('trailing bytes')
}

// The dictionary's checksum: whether there is one, then it, big-endian.

function writeDictionary(writer: ByteWriter, crc: number | undefined): void {
  writer.byte(crc === undefined ? 0 : 1)
  if (crc !== undefined) for (const shift of [24, 16, 8, 0]) writer.byte((crc >>> shift) & 0xff)
}

function readDictionary(reader: ByteReader): Result<number | undefined> {
  const told = reader.byte()
  if (reader.failed || told > 1) return broken('no word on the dictionary')
  if (told === 0) return ok(undefined)
  const bytes = reader.bytes(4)
  return reader.failed ? broken('checksum of the dictionary ends early') : ok(readUint32(bytes))
}

function readUint32(bytes: Uint8Array): number {
  return bytes.reduce((number, byte) => number * 256 + byte, 0)
}

// Readings: series, times, values, flags, a column each.

function writeReadings(writer: ByteWriter, readings: readonly FrameReading[]): void {
  for (const { series } of readings) {
    if (series >= FRAME_SERIES_MAX) throw new RangeError(`series ${series}`)
    writer.varint(series)
  }
  writeTimes(writer, readings)
  writeValues(writer, readings)
  let run = 0
  for (const [index, { flag }] of readings.entries()) {
    run++
    if (readings[index + 1]?.flag === flag) continue
    writer.byte(flag)
    writer.varint(run)
    run = 0
  }
}

/** A station tells several channels at one time: runs of equal times first, then each run's delta of delta. */
function writeTimes(writer: ByteWriter, readings: readonly FrameReading[]): void {
  const runs: { readonly at: number; count: number }[] = []
  for (const { at } of readings) {
    const run = runs.at(-1)
    if (run?.at === at) run.count++
    else runs.push({ at, count: 1 })
  }
  for (const { count } of runs) writer.varint(count)
  let before = 0
  let step = 0
  for (const { at } of runs) {
    writer.zigzag(at - before - step)
    step = at - before
    before = at
  }
}

/** Grouped by series in order of first appearance, each as the difference to its series' value before. */
function writeValues(writer: ByteWriter, readings: readonly FrameReading[]): void {
  const groups = new Map<number, number[]>()
  for (const { series, value } of readings) {
    if (!Number.isSafeInteger(value) || Math.abs(value) > FRAME_VALUE_MAX) {
      throw new RangeError(`value ${value} of series ${series}`)
    }
    const group = groups.get(series)
    if (group === undefined) groups.set(series, [value])
    else group.push(value)
  }
  for (const values of groups.values()) {
    let before = 0
    for (const value of values) {
      writer.zigzag(value - before)
      before = value
    }
  }
}

function readReadings(
  reader: ByteReader,
  seqs: Float64Array,
  version: FrameVersion,
): Result<readonly FrameReading[]> {
  const count = seqs.length
  const series = new Float64Array(count)
  for (let row = 0; row < count; row++) {
    series[row] = reader.varint()
    if ((series[row] ?? 0) >= FRAME_SERIES_MAX) return broken('series out of range')
  }
  const times = readTimes(reader, count)
  if (times === undefined) return broken('times do not fit the rows')
  const values = readValues(reader, series)
  if (values === undefined) return broken('value out of range')
  const flags = readFlags(reader, count)
  if (flags === undefined) return broken('flags do not fit the rows')
  if (reader.failed) return broken('readings end early')
  const readings = new Array<FrameReading>(count)
  for (let row = 0; row < count; row++) {
    readings[row] = {
      seq: seqs[row] ?? 0,
      series: series[row] ?? 0,
      at: times[row] ?? 0,
      value: values[row] ?? 0,
      flag: flags[row] ?? FLAG.missing,
    }
  }
  const told = version === 1 ? readings : readSummaries(reader, readings)
  if (reader.failed) return broken('summaries end early')
  if (told === undefined) return broken('summaries do not fit the rows')
  return reader.left === 0 ? ok(told) : broken('trailing bytes')
}

function readTimes(reader: ByteReader, count: number): Float64Array | undefined {
  const runs: number[] = []
  for (let left = count; left > 0; ) {
    const run = reader.varint()
    if (run === 0 || run > left) return undefined
    runs.push(run)
    left -= run
  }
  const times = new Float64Array(count)
  let row = 0
  let at = 0
  let step = 0
  for (const run of runs) {
    step += reader.zigzag()
    at += step
    if (at < 0 || at > FRAME_AT_MAX) return undefined
    times.fill(at, row, row + run)
    row += run
  }
  return times
}

function readValues(reader: ByteReader, series: Float64Array): Float64Array | undefined {
  const groups = new Map<number, number[]>()
  for (let row = 0; row < series.length; row++) {
    const key = series[row] ?? 0
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [row])
    else group.push(row)
  }
  const values = new Float64Array(series.length)
  for (const rows of groups.values()) {
    let value = 0
    for (const row of rows) {
      value += reader.zigzag()
      if (Math.abs(value) > FRAME_VALUE_MAX) return undefined
      values[row] = value
    }
  }
  return values
}

function readFlags(reader: ByteReader, count: number): Flag[] | undefined {
  const flags: Flag[] = []
  while (flags.length < count) {
    const code = reader.byte()
    const flag = FLAGS.find((known) => known === code)
    const run = reader.varint()
    if (flag === undefined || run === 0 || run > count - flags.length) return undefined
    for (let left = run; left > 0; left--) flags.push(flag)
  }
  return flags
}
