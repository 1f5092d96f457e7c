import { inflateRawSync } from 'node:zlib'

/**
 * A decoder of frames written from docs/protocol.md alone, as a stranger would write one: it shares no line with ours
 * and checks nothing but what it needs. Where the two differ, one of the three is wrong.
 */

const LANES = ['alarm', 'state', 'live']
const REASONS = ['superseded', 'thinned', 'dropped', 'released', 'unreadable', 'corrupt']

/** Castagnoli, reflected, bit by bit. */
export function strangersCrc(bytes: Uint8Array): number {
  let crc = 0xffff_ffffn
  for (const byte of bytes) {
    crc ^= BigInt(byte)
    for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ 0x82f6_3b78n : crc >> 1n
  }
  return Number(crc ^ 0xffff_ffffn)
}

function reading(bytes: Uint8Array) {
  let place = 0
  const byte = () => {
    const value = bytes[place++]
    if (value === undefined) throw new Error('the bytes end early')
    return value
  }
  const varint = () => {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const group = BigInt(byte())
      value |= (group & 0x7fn) << shift
      if (group < 0x80n) return Number(value)
    }
  }
  const zigzag = () => {
    const value = varint()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }
  const take = (count: number) => Uint8Array.from({ length: count }, byte)
  const column = (count: number) => Array.from({ length: count }, varint)
  return { byte, varint, zigzag, take, column, left: () => bytes.length - place }
}
type Reading = ReturnType<typeof reading>

const bigEndian = (bytes: Uint8Array) => bytes.reduce((value, byte) => value * 256 + byte, 0)
const at = <T>(values: readonly T[], index: number): T => {
  const value = values[index]
  if (value === undefined) throw new Error('nothing there')
  return value
}

/** In the shape of our own `Frame`. Throws for whatever the document does not allow and it notices. */
export function strangersFrame(bytes: Uint8Array) {
  const envelope = reading(bytes)
  if (Buffer.from(envelope.take(2)).toString() !== 'TF') throw new Error('no frame')
  const version = envelope.byte()
  const lane = at(LANES, envelope.byte())
  const epoch = Buffer.from(envelope.take(8)).toString('hex')
  const first = envelope.varint()
  const last = first + envelope.varint()
  const packed = envelope.take(envelope.varint())
  const crc = bigEndian(envelope.take(4))
  if (envelope.left() > 0 || crc !== strangersCrc(bytes.slice(0, -4))) throw new Error('another checksum')

  const body = reading(inflateRawSync(packed))
  const gaps = ranges(body, first, () => ({ reason: at(REASONS, body.byte()) }))
  const undated = version === 1 ? [] : undatedRanges(body, first)
  const seqs: number[] = []
  for (let seq = first, next = 0; seq <= last; ) {
    const gap = gaps[next]
    if (gap?.first !== seq) seqs.push(seq++)
    else {
      seq = gap.last + 1
      next++
    }
  }
  const head = { lane, epoch, first, last, gaps, ...(undated.length > 0 && { undated }) }
  if (lane === 'alarm') return ended(body, { ...head, events: eventsOf(body, seqs) })
  const word = version === 1 ? 0 : body.byte()
  const dictionary = word === 1 ? { dictionary: bigEndian(body.take(4)) } : {}
  const rows = rowsOf(body, seqs)
  const summaries = version === 1 ? new Map() : summariesOf(body, rows)
  const readings = rows.map((row, index) => ({ ...row, ...summaries.get(index) }))
  return ended(body, { ...head, ...dictionary, readings })
}

function ended<T>(body: Reading, frame: T): T {
  if (body.left() > 0) throw new Error('something follows')
  return frame
}

function ranges<T>(body: Reading, from: number, more: () => T): ({ first: number; last: number } & T)[] {
  let next = from
  return Array.from({ length: body.varint() }, () => {
    const first = next + body.varint()
    const last = first + body.varint()
    next = last + 1
    return { first, last, ...more() }
  })
}

function undatedRanges(body: Reading, from: number) {
  let after = 0
  return ranges(body, from, () => {
    after += body.zigzag()
    return { after, before: after + body.varint() }
  })
}

function eventsOf(body: Reading, seqs: readonly number[]) {
  let at = 0
  return seqs.map((seq) => {
    at += body.zigzag()
    return { seq, at, body: body.take(body.varint()) }
  })
}

function rowsOf(body: Reading, seqs: readonly number[]) {
  const count = seqs.length
  const series = body.column(count)
  const lengths: number[] = []
  for (let sum = 0; sum < count; sum += at(lengths, lengths.length - 1)) lengths.push(body.varint())
  const times: number[] = []
  let [time, step] = [0, 0]
  for (const length of lengths) {
    step += body.zigzag()
    time += step
    times.push(...Array<number>(length).fill(time))
  }
  const values: number[] = []
  for (const id of new Set(series)) {
    let value = 0
    for (const [row, its] of series.entries()) {
      if (its !== id) continue
      value += body.zigzag()
      values[row] = value
    }
  }
  const flags: number[] = []
  while (flags.length < count) {
    const flag = body.byte()
    flags.push(...Array<number>(body.varint()).fill(flag))
  }
  return seqs.map((seq, row) => ({
    ...{ seq, series: at(series, row), at: at(times, row), value: at(values, row), flag: at(flags, row) },
  }))
}

function summariesOf(body: Reading, rows: readonly { readonly at: number; readonly value: number }[]) {
  const count = body.varint()
  const columns = Array.from({ length: 6 }, () => body.column(count))
  const summaries = new Map<number, { summary: object }>()
  let index = -1
  for (let place = 0; place < count; place++) {
    const [distance = 0, span = 0, more = 0, below = 0, above = 0, sum = 0] = columns.map((column) =>
      at(column, place),
    )
    index += 1 + distance
    const row = at(rows, index)
    const min = row.value - below
    const size = more + 2
    const summary = { from: row.at - span, count: size, sum: size * min + sum, min, max: row.value + above }
    summaries.set(index, { summary })
  }
  return summaries
}
