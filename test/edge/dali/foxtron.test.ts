import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../core/fakes/seeded-random.ts'
import { integer } from '../../../core/random.ts'
import {
  FOXTRON_FRAMING,
  foxtronHello,
  foxtronSend,
  readFoxtron,
} from '../../../devices/codecs/dali-foxtron.ts'
import { createFramer } from '../../../devices/codecs/serial-frames.ts'

/** The bytes between node and DALI232 are those of its maker's document. */

const told = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1')
const read = (text: string) => readFoxtron(Uint8Array.from(Buffer.from(text, 'latin1')))

test('a question is written as published: QUERY STATUS to address 1', () => {
  expect(told(foxtronSend(0x0390, false))).toBe('\x010B001003900051\x17')
})

test('the check sum is the published one', () => {
  expect(sum('010010FF10')).toBe('DF')
})

test('the firmware is asked for as published', () => {
  expect(told(foxtronHello())).toBe('\x010602F7\x17')
})

test('a frame to be sent twice says so', () => {
  expect(told(foxtronSend(0xff20, true)).slice(11, 13)).toBe('01')
})

describe('of what the gateway says', () => {
  test('an answer is read', () => {
    expect(read(`0D10080390FE${sum('0D10080390FE')}`)).toEqual({
      kind: 'answered',
      forward: 0x0390,
      value: 0xfe,
    })
  })
  test('an answer of no bits is a collision', () => {
    expect(read(`0D10000390${sum('0D10000390')}`)).toEqual({
      kind: 'answered',
      forward: 0x0390,
      value: undefined,
    })
  })
  test('no answer is read', () => {
    expect(read(`0E100390${sum('0E100390')}`)).toEqual({ kind: 'unanswered', forward: 0x0390 })
  })
  test.each(['07020406', '0418A1E002'])('%s, its version or a button, is none of ours', (said) => {
    expect(read(said + sum(said))).toEqual({ kind: 'other' })
  })
  test('a line without power is an event', () => {
    expect(read(`0501${sum('0501')}`)).toEqual({ kind: 'event', event: 'unpowered' })
  })
  test.each(['', '0E', '0E10039000', 'zz', '0E1003905', '0e100390', '\x00\xff'])('%j is nothing', (text) => {
    expect(read(text)).toBeUndefined()
  })
})

test('100,000 pieces of noise never throw and never name a frame out of range', () => {
  const random = seededRandom(9)
  let forwards = 0
  const framer = createFramer(FOXTRON_FRAMING, {
    frame(payload) {
      const message = readFoxtron(payload)
      if (message === undefined || !('forward' in message)) return
      forwards++
      expect(message.forward).toBeLessThanOrEqual(0xffff)
    },
  })
  const whole = Uint8Array.from(Buffer.from(`\x010E100390${sum('0E100390')}\x17`, 'latin1'))
  for (let turn = 0; turn < 100_000; turn++) {
    const piece = turn % 3 === 0 ? random.bytes(integer(random, 0, 12)) : Uint8Array.from(whole)
    if (turn % 3 === 1) piece[integer(random, 0, piece.length - 1)] = integer(random, 0, 255)
    framer.take(piece)
  }
  expect(forwards).toBeGreaterThan(30_000)
})

/** The complement of the sum, as the document reckons it. */
function sum(text: string): string {
  const total = Buffer.from(text, 'hex').reduce((all, byte) => all + byte, 0)
  return (0xff - (total % 0x100)).toString(16).toUpperCase().padStart(2, '0')
}
