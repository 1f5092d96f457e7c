import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../core/fakes/seeded-random.ts'
import { integer } from '../../core/random.ts'
import { createFramer, frameOf } from '../../devices/codecs/serial-frames.ts'
import type { SerialFraming } from '../../devices/define.ts'

/** Whatever comes over a line, whole frames are heard, broken ones are not, and nothing grows. */

const nmea: SerialFraming = { kind: 'line', start: '24', end: '0D0A', max: 40, checksum: 'nmea' }
const crc: SerialFraming = {
  kind: 'binary',
  start: 'AA55',
  length: { at: 2, adds: 5, max: 40 },
  checksum: 'crc16-modbus',
}
const fixed: SerialFraming = { kind: 'binary', start: 'A5', length: { always: 8 }, checksum: 'crc16-modbus' }

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1')
const raw = (letters: string) => Uint8Array.from(Buffer.from(letters, 'latin1'))

function heardOf(framing: SerialFraming, ...parts: readonly Uint8Array[]) {
  const heard: string[] = []
  let broken = 0
  const framer = createFramer(framing, {
    frame: (payload) => heard.push(text(payload)),
    broken: () => void broken++,
  })
  for (const part of parts) framer.take(part)
  const before = heard.length
  framer.quiet()
  return { heard, broken, before }
}

/** An example that many descriptions of NMEA 0183 bring. */
const GLL = 'GPGLL,5057.970,N,00146.110,E,142451,A'

describe('a sentence with a check sum', () => {
  test('is heard without it', () => {
    expect(heardOf(nmea, raw(`$${GLL}*27\r\n`)).heard).toEqual([GLL])
  })
  test('is heard with small letters in its check sum', () => {
    expect(heardOf(nmea, raw('$LVX,1*5f\r\n'), raw('$LVX,1*5F\r\n')).heard).toHaveLength(2)
  })
  test('is broken with another', () => {
    expect(heardOf(nmea, raw(`$${GLL}*28\r\n`))).toMatchObject({ heard: [], broken: 1 })
  })
  test('is broken without one', () => {
    expect(heardOf(nmea, raw(`$${GLL}\r\n`))).toMatchObject({ heard: [], broken: 1 })
  })
  test('counts as it is where a check sum is told only at times', () => {
    const told: SerialFraming = { ...nmea, checksum: 'nmea-if-told' }
    expect(heardOf(told, raw(`$${GLL}\r\n$${GLL}*27\r\n$${GLL}*28\r\n`))).toMatchObject({
      heard: [GLL, GLL],
      broken: 1,
    })
  })
  test('that lost its end does not spoil the next', () => {
    expect(heardOf(nmea, raw('$GPGLL,5057'), raw(`$${GLL}*27\r\n`)).heard).toEqual([GLL])
  })
  test('longer than allowed is broken', () => {
    const long = frameOf(raw('x'.repeat(41)), nmea)
    expect(heardOf(nmea, long)).toMatchObject({ heard: [], broken: 1 })
  })
  test('with bytes that are no text is broken', () => {
    expect(heardOf(nmea, frameOf(Uint8Array.of(1, 2, 3), nmea))).toMatchObject({ heard: [], broken: 1 })
  })
})

const payloadOf: Readonly<Record<string, fc.Arbitrary<Uint8Array>>> = {
  nmea: fc.stringMatching(/^[A-Z0-9,.]{1,30}$/).map(raw),
  crc: fc.uint8Array({ maxLength: 30 }).map((body) => Uint8Array.of(body.length, ...body)),
  fixed: fc.uint8Array({ minLength: 5, maxLength: 5 }),
}
const framings: readonly [string, SerialFraming][] = [
  ['nmea', nmea],
  ['crc', crc],
  ['fixed', fixed],
]

/** With two bytes of check sum one stretch in 65,536 is a whole frame by accident: whoever listens must hear it. */
function wholeByAccident(framing: SerialFraming, ...parts: readonly Uint8Array[]): boolean {
  const stream = Buffer.concat(parts)
  return heardOf(framing, ...parts).heard.some((one) =>
    stream.includes(Buffer.from(frameOf(raw(one), framing))),
  )
}

test('a stretch that is whole by accident is heard, and takes the beginning of the next with it', () => {
  const [half, next] = [Uint8Array.of(0xa5, 200), frameOf(Uint8Array.of(224, 122, 97, 56, 140), fixed)]
  expect(wholeByAccident(fixed, half, next.slice(0, -1))).toBe(true)
  expect(heardOf(fixed, half, next).heard).toEqual([text(Uint8Array.of(200, 0xa5, 224, 122, 97))])
})

describe.each(framings)('%s frames', (name, framing) => {
  const payload = payloadOf[name] ?? fc.constant(new Uint8Array())

  test('come whole, however they are cut', () => {
    fc.assert(
      fc.property(fc.array(payload, { maxLength: 6 }), fc.integer({ min: 1, max: 9 }), (payloads, size) => {
        const stream = Uint8Array.from(payloads.flatMap((one) => [...frameOf(one, framing)]))
        const parts: Uint8Array[] = []
        for (let at = 0; at < stream.length; at += size) parts.push(stream.slice(at, at + size))
        expect(heardOf(framing, ...parts).heard).toEqual(payloads.map(text))
      }),
    )
  })

  test('garbage between two never loses the second', () => {
    fc.assert(
      fc.property(payload, payload, fc.uint8Array({ maxLength: 60 }), (first, second, garbage) => {
        const next = frameOf(second, framing)
        fc.pre(!wholeByAccident(framing, garbage, next.slice(0, -1)))
        const { heard } = heardOf(framing, frameOf(first, framing), garbage, next)
        expect(heard[0]).toBe(text(first))
        expect(heard.at(-1)).toBe(text(second))
      }),
      { numRuns: 5_000 },
    )
  })

  test('garbage that looks like the start of one never loses the second', () => {
    fc.assert(
      fc.property(payload, payload, fc.nat(), (first, second, cut) => {
        const whole = frameOf(first, framing)
        const half = whole.slice(0, cut % whole.length)
        const next = frameOf(second, framing)
        // The first bytes of the second may be just what was missing of the first: then that one is whole.
        fc.pre(!wholeByAccident(framing, half, next.slice(0, -1)))
        expect(heardOf(framing, half, next).heard).toEqual([text(second)])
      }),
      { numRuns: 2_000 },
    )
  })

  test('100,000 pieces of noise, half of them damaged frames, never throw nor say more than was sent', () => {
    const random = seededRandom(4)
    let longest = 0
    const framer = createFramer(framing, {
      frame(heard) {
        longest = Math.max(longest, heard.length)
      },
    })
    const whole = frameOf(Uint8Array.of(4, 65, 66, 67, 68), framing)
    for (let turn = 0; turn < 100_000; turn++) {
      const piece = turn % 2 === 0 ? random.bytes(integer(random, 0, 12)) : Uint8Array.from(whole)
      if (turn % 2 === 1) piece[integer(random, 0, piece.length - 1)] = integer(random, 0, 255)
      framer.take(piece)
      if (turn % 7 === 0) framer.quiet()
    }
    expect(longest).toBeLessThanOrEqual(40)
  })
})

test.each(['sum8', 'xor8', 'none'] as const)('a frame with check sum %s is heard', (checksum) => {
  const framing: SerialFraming = {
    kind: 'binary',
    start: 'A5',
    length: { at: 1, adds: 3, max: 20 },
    checksum,
  }
  const adds = checksum === 'none' ? 2 : 3
  const told: SerialFraming = { ...framing, length: { at: 1, adds, max: 20 } }
  expect(heardOf(told, frameOf(Uint8Array.of(2, 65, 66), told)).heard).toEqual(['\x02AB'])
})

test('a whole frame behind a false start is heard at the latest when the line falls quiet', () => {
  const good = frameOf(Uint8Array.of(2, 65, 66), crc)
  const { heard, before } = heardOf(crc, Uint8Array.of(0xaa, 0x55, 30), good)
  expect([heard, before]).toEqual([['\x02AB'], 0])
})
