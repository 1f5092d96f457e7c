import fc from 'fast-check'
import { expect, test } from 'vitest'
import { crc16Modbus } from '../../../core/crc16-modbus.ts'
import { seededRandom } from '../../../core/fakes/seeded-random.ts'
import { integer } from '../../../core/random.ts'
import { createExchanges } from '../../../edge/modbus/exchange.ts'
import { rtuFraming, tcpFraming } from '../../../edge/modbus/framing.ts'
import { answerOf } from '../../../sim/modbus/slave.ts'
import { testUnit } from './slaves.ts'

const exchanges = createExchanges('a line')
const ASK = { kind: 'read', unit: 1, table: 'holding', address: 10, count: 2 } as const

function framed(...body: readonly number[]): Uint8Array {
  const crc = crc16Modbus(Uint8Array.from(body))
  return Uint8Array.of(...body, crc & 0xff, crc >>> 8)
}

const ANSWER = framed(1, 3, 4, 0, 30, 0, 33)

test('the check sum of RTU: the request 02 07 of the standard ends with 41 12', () => {
  expect(framed(2, 7)).toEqual(Uint8Array.of(0x02, 0x07, 0x41, 0x12))
})

test('whatever noise goes before an answer, and however it is cut, it is found', () => {
  const noise = fc.uint8Array({ maxLength: 200 })
  const cuts = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 50 })
  fc.assert(
    fc.property(noise, cuts, (before, sizes) => {
      const exchange = exchanges(ASK)
      const framing = rtuFraming()
      framing.ask(exchange.request, exchange.answerBytes)
      const stream = Uint8Array.of(...before, ...ANSWER)
      let at = 0
      for (let piece = 0; at < stream.length; piece++) {
        const size = sizes[piece % sizes.length] ?? 1
        for (const message of framing.hear(stream.subarray(at, at + size))) {
          const verdict = exchange.judge(message)
          if (verdict?.ok !== true) continue
          expect(verdict.value).toEqual([30, 33])
          return
        }
        at += size
      }
      throw new Error('not found')
    }),
    { numRuns: 5_000 },
  )
})

test('100,000 damaged and random answers never throw and are believed only when their check sum agrees', () => {
  const random = seededRandom(21)
  for (let input = 0; input < 100_000; input++) {
    const exchange = exchanges(ASK)
    const framing = rtuFraming()
    framing.ask(exchange.request, exchange.answerBytes)
    const bytes = input % 2 === 0 ? random.bytes(integer(random, 0, 40)) : Uint8Array.from(ANSWER)
    if (input % 2 === 1) bytes[integer(random, 0, bytes.length - 1)] = integer(random, 0, 255)
    for (const message of framing.hear(bytes)) {
      if (exchange.judge(message) !== undefined) expect(crc16Modbus(message)).toBe(0)
    }
  }
})

test('100,000 damaged TCP answers never throw', () => {
  const random = seededRandom(22)
  const exchange = exchanges(ASK)
  const framing = tcpFraming()
  for (let input = 0; input < 100_000; input++) {
    const sent = framing.ask(exchange.request, exchange.answerBytes)
    const answer = Uint8Array.of(sent[0] ?? 0, sent[1] ?? 0, 0, 0, 0, 7, 1, 3, 4, 0, 30, 0, 33)
    answer[integer(random, 0, answer.length - 1)] = integer(random, 0, 255)
    for (const message of framing.hear(answer)) exchange.judge(message)
  }
})

test('after a header that cannot be, the next answer is read', () => {
  const exchange = exchanges(ASK)
  const framing = tcpFraming()
  framing.ask(exchange.request, exchange.answerBytes)
  expect([...framing.hear(Uint8Array.of(0, 1, 9, 9, 0xff, 0xff))]).toEqual([])
  framing.ask(exchange.request, exchange.answerBytes)
  const [message] = framing.hear(Uint8Array.of(0, 2, 0, 0, 0, 7, 1, 3, 4, 0, 30, 0, 33))
  expect(message && exchange.judge(message)).toEqual({ ok: true, value: [30, 33] })
})

test('an answer to an earlier TCP question is passed over', () => {
  const exchange = exchanges(ASK)
  const framing = tcpFraming()
  framing.ask(exchange.request, exchange.answerBytes)
  framing.ask(exchange.request, exchange.answerBytes)
  expect([...framing.hear(Uint8Array.of(0, 1, 0, 0, 0, 7, 1, 3, 4, 0, 30, 0, 33))]).toEqual([])
})

test.each([
  ['a write of another register', framed(1, 6, 0, 8, 0, 5)],
  ['a write of another value', framed(1, 6, 0, 7, 0, 6)],
  ['another unit', framed(2, 6, 0, 7, 0, 5)],
  ['another function', framed(1, 16, 0, 7, 0, 5)],
])('%s does not answer a write', (_name, message) => {
  const exchange = exchanges({ kind: 'write', unit: 1, table: 'holding', address: 7, values: [5] })
  expect(exchange.judge(message)).toBeUndefined()
})

test('a read whose byte count lies is no answer', () => {
  expect(exchanges(ASK).judge(framed(1, 3, 2, 0, 30, 0, 33))).toBeUndefined()
})

test('the virtual slave answers 100,000 random requests without a throw, none longer than a frame', () => {
  const random = seededRandom(23)
  const unit = testUnit()
  for (let input = 0; input < 100_000; input++) {
    const request = random.bytes(integer(random, 0, 20))
    if (request.length > 0) request[0] = integer(random, 0, 20)
    expect(answerOf(unit, request).length).toBeLessThanOrEqual(253)
  }
})
