import type { Mono } from '../../../core/clock.ts'
import { ok, type Result } from '../../../core/result.ts'
import { gear, query, setDtr0, setDtr1 } from '../../../devices/codecs/dali-commands.ts'
import { memoryValue } from '../../../devices/codecs/dali-memory.ts'
import type { DaliBinding, DaliMemory } from '../../../devices/define.ts'
import type { DaliLine } from './line.ts'

/** A channel that stands in a gear's memory bank, and how far reading it has come. */
export interface Remembered {
  readonly channel: string
  readonly place: DaliMemory
  /** Real time. */
  dueAt: Mono
  /** The byte at `tenfoldAt`, which never changes. */
  tenfold: number | undefined
  /** Bytes of the pass before. */
  before: readonly number[] | undefined
  passes: number
}

/** A value that changes under the hand is read again, so often at most. */
const PASSES_MAX = 4

export type Recollection =
  | { readonly kind: 'value'; readonly value: number }
  /** Another pass is needed. */
  | { readonly kind: 'again' }
  | { readonly kind: 'failed'; readonly reason: 'not-known' | 'no-answer' }

export function rememberedBy({ memory = {} }: DaliBinding, now: Mono): readonly Remembered[] {
  return Object.entries(memory).map(([channel, place]) => ({
    ...{ channel, place, dueAt: now },
    ...{ tenfold: place.tenfoldAt === undefined ? 0 : undefined, before: undefined, passes: 0 },
  }))
}

/**
 * One pass over a value's bytes. A value is believed when two passes agree on all but its last byte: nothing was carried
 * over while it was read. Faults: those of the line.
 */
export async function recall(
  line: DaliLine,
  address: number,
  item: Remembered,
): Promise<Result<Recollection>> {
  const { place } = item
  if (item.tenfold === undefined) {
    const read = await bytesAt(line, address, { ...place, at: place.tenfoldAt ?? place.at, bytes: 1 })
    if (!read.ok) return read
    item.tenfold = read.value?.[0]
    return ok(item.tenfold === undefined ? { kind: 'failed', reason: 'no-answer' } : { kind: 'again' })
  }
  const read = await bytesAt(line, address, place)
  if (!read.ok) return read
  const { before } = item
  item.before = read.value
  item.passes++
  if (read.value === undefined) return ok({ kind: 'failed', reason: 'no-answer' })
  const bytes = read.value
  if (before === undefined || before.slice(0, -1).some((byte, at) => bytes[at] !== byte))
    return ok(item.passes < PASSES_MAX ? { kind: 'again' } : { kind: 'failed', reason: 'not-known' })
  const value = memoryValue(place, bytes, item.tenfold)
  return ok(value === undefined ? { kind: 'failed', reason: 'not-known' } : { kind: 'value', value })
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
