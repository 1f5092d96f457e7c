import type { Mono } from '../../../core/clock.ts'
import { ok, type Result } from '../../../core/result.ts'
import { gear, query, setDtr0, setDtr1 } from '../../../devices/codecs/dali-commands.ts'
import { memoryValue } from '../../../devices/codecs/dali-memory.ts'
import type { DaliMemory, DeviceDefinition } from '../../../devices/define.ts'
import type { DaliLine } from './line.ts'

/** A channel that stands in a gear's memory bank, and how far reading it has come. */
export interface Remembered {
  readonly channel: string
  readonly place: DaliMemory
  /** Real time. */
  dueAt: Mono
  /** It is read every so many times that the memory is due. */
  readonly turns: number
  /** The byte at `tenfoldAt`, which never changes. */
  tenfold: number | undefined
  /** What the first pass read. */
  before: readonly number[] | undefined
  passes: number
}

/**
 * What a gear counts is there for whoever asks later, and its bytes are the most: what it measures is worth the wire's
 * time more often.
 */
const COUNTER_TURNS = 4
/** A value that was carried over while it was read is read anew, so often at most. */
const PASSES_MAX = 4

export type Recollection =
  | { readonly kind: 'value'; readonly value: number }
  /** Another pass is needed. */
  | { readonly kind: 'again' }
  | { readonly kind: 'failed'; readonly reason: 'not-known' | 'no-answer' }

const AGAIN: Recollection = { kind: 'again' }
const NOT_KNOWN: Recollection = { kind: 'failed', reason: 'not-known' }
const NO_ANSWER: Recollection = { kind: 'failed', reason: 'no-answer' }

export function rememberedBy(
  { via, telemetry }: Pick<DeviceDefinition, 'via' | 'telemetry'>,
  now: Mono,
): readonly Remembered[] {
  return Object.entries(via.dali?.memory ?? {}).map(([channel, place]) => ({
    ...{ channel, place, dueAt: now, turns: telemetry[channel]?.kind === 'counter' ? COUNTER_TURNS : 1 },
    ...{ tenfold: place.tenfoldAt === undefined ? 0 : undefined, before: undefined, passes: 0 },
  }))
}

/**
 * One pass over a value's bytes. A gear may count on between two of them, so all but the last are read once more: when
 * they are the same, nothing was carried over since, and what the first pass read is a value that the gear had. Faults:
 * those of the line.
 */
export async function recall(
  line: DaliLine,
  address: number,
  item: Remembered,
): Promise<Result<Recollection>> {
  const { place, before } = item
  if (item.tenfold === undefined) {
    const read = await bytesAt(line, address, { ...place, at: place.tenfoldAt ?? place.at, bytes: 1 })
    if (!read.ok) return read
    item.tenfold = read.value?.[0]
    return ok(item.tenfold === undefined ? NO_ANSWER : AGAIN)
  }
  const bytes = before === undefined ? place.bytes : place.bytes - 1
  const read = await bytesAt(line, address, { ...place, bytes })
  if (!read.ok) return read
  if (read.value === undefined) return ok(NO_ANSWER)
  if (before === undefined) {
    item.before = read.value
    return ok(AGAIN)
  }
  item.before = undefined
  item.passes++
  if (read.value.some((byte, at) => before[at] !== byte))
    return ok(item.passes < PASSES_MAX ? AGAIN : NOT_KNOWN)
  const value = memoryValue(place, before, item.tenfold)
  return ok(value === undefined ? NOT_KNOWN : { kind: 'value', value })
}

/** Undefined where the gear leaves a question open. */
async function bytesAt(
  line: DaliLine,
  address: number,
  { bank, at, bytes }: DaliMemory,
): Promise<Result<readonly number[] | undefined>> {
  for (const forward of [setDtr1(bank), setDtr0(at)]) {
    const sent = await line.send(forward)
    if (!sent.ok) return sent
  }
  const found: number[] = []
  while (found.length < bytes) {
    const answer = await line.query(query(gear(address), 'memory'))
    if (!answer.ok) return answer
    if (answer.value.kind !== 'answer') return ok(undefined)
    found.push(answer.value.value)
  }
  return ok(found)
}
