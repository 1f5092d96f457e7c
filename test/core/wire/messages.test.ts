import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../core/fakes/seeded-random.ts'
import { edgeId, siteId } from '../../../core/ids.ts'
import { encodeCbor } from '../../../core/wire/cbor.ts'
import {
  decodeAck,
  decodeAlarmEvent,
  decodeAlarmRow,
  decodeAlive,
  decodeCommand,
  decodeCommandOutcome,
  decodeDescribe,
  decodeDocsNudge,
  decodeHello,
  decodeRelay,
  decodeRelayed,
  decodeSeries,
  decodeWant,
} from '../../../core/wire/decoders.ts'
import { edgeTopics, parseUpTopic } from '../../../core/wire/topics.ts'

const decoders = {
  decodeAck,
  decodeAlarmEvent,
  decodeAlive,
  decodeCommand,
  decodeCommandOutcome,
  decodeDescribe,
  decodeDocsNudge,
  decodeHello,
  decodeRelay,
  decodeRelayed,
  decodeSeries,
  decodeWant,
}

type Name = keyof typeof decoders
const names = Object.keys(decoders).filter((name): name is Name => name in decoders)

interface Vector {
  readonly message: Name
  readonly hex: string
  readonly meaning: Readonly<Record<string, unknown>>
}

const folder = new URL('../../fixtures/wire/', import.meta.url)
const vectors = readdirSync(folder)
  .filter((name) => name.startsWith('message-'))
  .map((name): [string, Vector] => [name, JSON.parse(readFileSync(new URL(name, folder), 'utf8'))])

/** How JSON shows a Buffer. */
function isBytes(value: unknown): value is { readonly data: readonly number[] } {
  return typeof value === 'object' && value !== null && 'type' in value && value.type === 'Buffer'
}

describe('published vectors', () => {
  test.each(vectors)('%s decodes to what it says', (_name, { message, hex, meaning }) => {
    const decoded = decoders[message](Buffer.from(hex, 'hex'))
    const plain = JSON.parse(
      JSON.stringify(decoded, (_key, value) =>
        isBytes(value) ? Buffer.from(value.data).toString('hex') : value,
      ),
    )
    expect(plain).toEqual({ ok: true, value: meaning })
  })

  test('there is one for each message', () => {
    expect(new Set(vectors.map(([, { message }]) => message))).toEqual(new Set(names))
  })
})

describe('every decoder', () => {
  test.each(vectors)('%s: another version is refused', (_name, { message, meaning }) => {
    expect(decoders[message](encodeCbor({ ...meaning, v: 2 }))).toMatchObject({
      error: { code: 'MESSAGE_INVALID', details: { key: '/v' } },
    })
  })

  test.each(names)('%s: 100,000 mangled payloads never throw', (message) => {
    const random = seededRandom(11)
    const honest = vectors.flatMap(([, vector]) =>
      vector.message === message ? [new Uint8Array(Buffer.from(vector.hex, 'hex'))] : [],
    )
    const codes = new Set<string>()
    for (let round = 0; round < 100_000; round++) {
      const whole = honest[round % honest.length] ?? new Uint8Array()
      const at = Math.floor(random.next() * whole.length)
      const byte = Math.floor(random.next() * 256)
      const kind = Math.floor(random.next() * 3)
      const bytes =
        kind === 0 ? whole.subarray(0, at) : kind === 1 ? whole.with(at, byte) : random.bytes(round % 24)
      const decoded = decoders[message](bytes)
      if (!decoded.ok) codes.add(decoded.error.code)
    }
    const known = ['MESSAGE_INVALID', 'MESSAGE_MALFORMED', 'MESSAGE_TOO_LARGE']
    expect([...codes].filter((code) => !known.includes(code))).toEqual([])
    expect(codes.size).toBeGreaterThan(1)
  })
})

describe('a row of the alarm lane', () => {
  const bodyOf = (file: string) => Buffer.from(vectors.find(([name]) => name === file)?.[1].hex ?? '', 'hex')

  test('that names a command is its outcome', () => {
    expect(decodeAlarmRow(bodyOf('message-command-outcome.json'))).toMatchObject({
      value: { kind: 'outcome' },
    })
  })

  test('that names none is an alarm event', () => {
    expect(decodeAlarmRow(bodyOf('message-alarm-event.json'))).toMatchObject({ value: { kind: 'alarm' } })
  })

  test('that is neither is refused, 100,000 times', () => {
    const random = seededRandom(12)
    let refused = 0
    for (let round = 0; round < 100_000; round++) if (!decodeAlarmRow(random.bytes(round % 40)).ok) refused++
    expect(refused).toBe(100_000)
  })
})

test('a radio payload of 243 bytes is refused', () => {
  const payload = new Uint8Array(243)
  expect(decodeRelay(encodeCbor({ v: 1, from: 'node-1', payload }))).toMatchObject({
    error: { code: 'MESSAGE_INVALID' },
  })
})

test('a radio payload that is text is refused', () => {
  expect(decodeRelayed(encodeCbor({ v: 1, to: 'node-1', payload: 'abc' }))).toMatchObject({
    error: { code: 'MESSAGE_INVALID', details: { key: '/payload' } },
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
