import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  count,
  type Fate,
  fold,
  type Mark,
  mark,
  outside,
  SPANS_MAX,
  type Span,
} from '../../../edge/outbox/ledger.ts'

const SIZE = 60
const fate = fc.constantFrom<Fate>('acknowledged', 'dropped', 'superseded', 'corrupt')
const step = fc.record({
  first: fc.nat(SIZE - 1),
  size: fc.integer({ min: 1, max: 20 }),
  fate,
  told: fc.boolean(),
})

/** The same ledger, one mark a number. */
function spread(spans: readonly Span[]): (Mark | undefined)[] {
  return Array.from({ length: SIZE }, (_, seq) => {
    const span = spans.find(({ first, last }) => first <= seq && seq <= last)
    return span && { fate: span.fate, told: span.told }
  })
}

describe('marking', () => {
  test('does to spans what it does to single numbers, and keeps them sorted and joined', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        let spans: readonly Span[] = []
        const numbers: (Mark | undefined)[] = Array.from({ length: SIZE }, () => undefined)
        for (const { first, size, fate, told } of steps) {
          const last = Math.min(SIZE - 1, first + size - 1)
          // Half of the changes leave alone what is marked already, as an acknowledgement does.
          const change = (was: Mark | undefined): Mark | undefined =>
            size % 2 === 0 ? { fate, told } : (was ?? { fate, told })
          spans = mark(spans, first, last, change)
          for (let seq = first; seq <= last; seq++) numbers[seq] = change(numbers[seq])
        }
        expect(spread(spans)).toEqual(numbers)
        for (const [index, span] of spans.entries()) {
          const before = spans[index - 1]
          const touching = before?.last === span.first - 1
          expect(span.first).toBeGreaterThan(before?.last ?? -1)
          expect(touching && before.fate === span.fate && before.told === span.told).toBe(false)
        }
        expect(count(outside(spans, 0, SIZE - 1))).toBe(
          numbers.filter((number) => number === undefined).length,
        )
      }),
      { numRuns: 1000 },
    )
  })
})

describe('folding', () => {
  test('keeps the ledger short and every lost number counted', () => {
    const spans = Array.from({ length: SPANS_MAX * 2 }, (_, seq): Span => {
      return { first: seq, last: seq, fate: seq % 2 === 0 ? 'acknowledged' : 'superseded', told: true }
    })
    const short = fold(spans)
    const left = short.spans.filter(({ fate }) => fate === 'superseded').length
    expect(short.spans).toHaveLength(SPANS_MAX)
    expect(left + (short.folded.superseded ?? 0)).toBe(SPANS_MAX)
    expect(count(short.spans)).toBe(SPANS_MAX * 2)
  })

  test('never touches what the hub does not know', () => {
    const spans = Array.from({ length: SPANS_MAX * 2 }, (_, seq): Span => {
      return { first: seq * 2, last: seq * 2, fate: 'dropped', told: false }
    })
    expect(fold(spans).spans).toEqual(spans)
  })
})
