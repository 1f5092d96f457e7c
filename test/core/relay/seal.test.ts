import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../core/fakes/seeded-random.ts'
import { createSeal, type SealContext } from '../../../core/relay/seal.ts'

/** Who does not have the key, or has it for something else, can neither read nor make a frame. */

const random = seededRandom(3)
const CONTEXT: SealContext = {
  key: random.bytes(32),
  edge: 'dong-ha',
  kind: 'alarm',
  epoch: '00112233445566aa',
}
const PLAIN = Uint8Array.of(1, 2, 3, 4, 5, 6, 7)
const sealed = createSeal(CONTEXT).seal(PLAIN)

describe('a sealed frame', () => {
  const others: readonly [string, SealContext][] = [
    ['with another key', { ...CONTEXT, key: random.bytes(32) }],
    ['in the name of another edge', { ...CONTEXT, edge: 'dong-h' }],
    ['as another kind', { ...CONTEXT, kind: 'ack' }],
    ['in another epoch', { ...CONTEXT, epoch: '00112233445666aa' }],
    ['without an epoch', { key: CONTEXT.key, edge: 'dong-ha', kind: 'alarm' }],
  ]
  test.each(others)('does not open %s', (_name, context) => {
    expect(createSeal(context).open(sealed)).toBeUndefined()
  })

  test('does not open with any one bit changed', () => {
    const seal = createSeal(CONTEXT)
    const opened = Array.from({ length: sealed.length * 8 }, (_, bit) => {
      const forged = Uint8Array.from(sealed)
      forged[bit >> 3] = (forged[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      return seal.open(forged)
    })
    expect(opened.filter((plain) => plain !== undefined)).toEqual([])
  })

  test('does not open when it is cut short or longer', () => {
    const seal = createSeal(CONTEXT)
    const lengths = [0, 3, 4, 10].map((length) => seal.open(sealed.subarray(0, length)))
    expect([...lengths, seal.open(Uint8Array.of(...sealed, 0))]).toEqual(Array(5).fill(undefined))
  })

  test('hides what lies beyond the first 32 bytes with other bits than what lies before', () => {
    const long = createSeal({ ...CONTEXT, kind: 'state' }).seal(new Uint8Array(43))
    const hidden = long.subarray(8)
    expect([...hidden.subarray(32)]).not.toEqual([...hidden.subarray(0, 11)])
  })

  test('shows nothing of its plaintext', () => {
    expect([...sealed.subarray(4)]).not.toEqual([...PLAIN])
  })

  test('of the same plaintext is the same, and of another shares nothing', () => {
    const seal = createSeal(CONTEXT)
    const other = seal.seal(Uint8Array.of(1, 2, 3, 4, 5, 6, 8))
    expect(seal.seal(PLAIN)).toEqual(sealed)
    expect(other.subarray(0, 4)).not.toEqual(sealed.subarray(0, 4))
    expect(other.subarray(4, 10)).not.toEqual(sealed.subarray(4, 10))
  })
})
