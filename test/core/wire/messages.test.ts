import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../core/fakes/seeded-random.ts'
import { edgeId, siteId } from '../../../core/ids.ts'
import { encodeCbor } from '../../../core/wire/cbor.ts'
import {
  decodeAck,
  decodeAlarmEvent,
  decodeAlive,
  decodeDescribe,
  decodeHello,
  decodeSeries,
  decodeWant,
} from '../../../core/wire/decoders.ts'
import { edgeTopics, parseUpTopic } from '../../../core/wire/topics.ts'

const decoders = {
  decodeAck,
  decodeAlarmEvent,
  decodeAlive,
  decodeDescribe,
  decodeHello,
  decodeSeries,
  decodeWant,
}

interface Vector {
  readonly message: keyof typeof decoders
  readonly hex: string
  readonly meaning: Readonly<Record<string, unknown>>
}

const folder = new URL('../../fixtures/wire/', import.meta.url)
const vectors = readdirSync(folder)
  .filter((name) => name.startsWith('message-'))
  .map((name): [string, Vector] => [name, JSON.parse(readFileSync(new URL(name, folder), 'utf8'))])

describe('published vectors', () => {
  test.each(vectors)('%s decodes to what it says', (_name, { message, hex, meaning }) => {
    expect(decoders[message](Buffer.from(hex, 'hex'))).toEqual({ ok: true, value: meaning })
  })

  test('there is one for each message', () => {
    expect(new Set(vectors.map(([, { message }]) => message))).toEqual(new Set(Object.keys(decoders)))
  })
})

describe('every decoder', () => {
  test.each(vectors)('%s: another version is refused', (_name, { message, meaning }) => {
    expect(decoders[message](encodeCbor({ ...meaning, v: 2 }))).toMatchObject({
      error: { code: 'MESSAGE_INVALID', details: { key: '/v' } },
    })
  })

  test.each(vectors)('%s: 100,000 mangled payloads never throw', (_name, { message, hex }) => {
    const random = seededRandom(11)
    const codes = new Set<string>()
    const honest = new Uint8Array(Buffer.from(hex, 'hex'))
    for (let round = 0; round < 100_000; round++) {
      const at = Math.floor(random.next() * honest.length)
      const byte = Math.floor(random.next() * 256)
      const bytes =
        round % 3 === 0
          ? honest.subarray(0, at)
          : round % 3 === 1
            ? honest.with(at, byte)
            : random.bytes(round % 24)
      const decoded = decoders[message](bytes)
      if (!decoded.ok) codes.add(decoded.error.code)
    }
    const known = ['MESSAGE_INVALID', 'MESSAGE_MALFORMED', 'MESSAGE_TOO_LARGE']
    expect([...codes].filter((code) => !known.includes(code))).toEqual([])
    expect(codes.size).toBeGreaterThan(1)
  })
})

describe('topics', () => {
  const site = siteId('quang-tri')
  const edge = edgeId('node-1')

  test('of an edge are read back by the hub', () => {
    if (!site.ok || !edge.ok) throw new Error('ids')
    const topics = edgeTopics(site.value, edge.value)
    expect(parseUpTopic(topics.up('live'))).toEqual({
      kind: 'up',
      site: 'quang-tri',
      edge: 'node-1',
      lane: 'live',
    })
  })

  test.each([
    '',
    'tram/v1',
    'tram/v2/a/b/hello',
    'tram/v1/A/b/hello',
    'tram/v1/a/b/up/evidence',
    'tram/v1/a/b/up/live/x',
  ])('"%s" is none', (topic) => {
    expect(parseUpTopic(topic)).toBeUndefined()
  })
})
