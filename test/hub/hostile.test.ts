import { expect, test } from 'vitest'
import { seededRandom } from '../../core/fakes/seeded-random.ts'
import { packetLimit } from '../../core/mqtt-packet-limit.ts'
import { integer } from '../../core/random.ts'
import { parseHash } from '../../core/scrypt.ts'
import { encodeCbor } from '../../core/wire/cbor.ts'
import { encodeFrame } from '../../core/wire/frame-codec.ts'
import { decodeMessage } from '../../hub/ingest/message.ts'
import { createWorld, EPOCH, liveFrame, T0, TOPICS } from './world.ts'

const INPUTS = 100_000

test('100,000 damaged messages on any topic are refused by value, none stored, none thrown', async () => {
  const world = await createWorld()
  const random = seededRandom(7)
  const honest = [
    encodeFrame(liveFrame(0, [{ at: T0, value: 1 }])),
    encodeCbor({ v: 1, epoch: EPOCH, alive: true }),
    encodeCbor({ v: 1, epoch: EPOCH, from: 0, entries: [] }),
  ]
  const topics = [
    TOPICS.up('live'),
    TOPICS.up('alarm'),
    TOPICS.series,
    TOPICS.hello,
    TOPICS.describe,
    TOPICS.alive,
  ]
  let refused = 0
  for (let count = 0; count < INPUTS; count++) {
    const topic = damageText(topics[integer(random, 0, topics.length - 1)] ?? '', random)
    const payload = damage(honest[integer(random, 0, honest.length - 1)] ?? new Uint8Array(), random)
    if (!decodeMessage(topic, payload).ok) refused++
    // Some of them all the way through broker, queue and transaction.
    if (count % 50 === 0) {
      void world.edge.publish(topic, payload)
      if (count % 5_000 === 0) await world.settle()
    }
  }
  await world.settle()
  expect(refused).toBeGreaterThan(INPUTS * 0.9)
  expect(world.sql.prepare('SELECT count(*) AS n FROM reading').get()).toEqual({ n: 0 })
  expect(world.sql.prepare('SELECT count(*) AS n FROM event').get()).toEqual({ n: 0 })
  world.close()
})

test('the packet limit follows 100,000 random chunks without throwing', () => {
  const random = seededRandom(11)
  let within = packetLimit(1_000)
  let cut = 0
  for (let count = 0; count < INPUTS; count++) {
    if (within(random.bytes(integer(random, 0, 12)))) continue
    cut++
    within = packetLimit(1_000)
  }
  expect(cut).toBeGreaterThan(0)
})

test('the packet limit sees through every way of cutting a stream into chunks', () => {
  const packet = Buffer.concat([Buffer.from([0x32, 0x83, 0x01]), Buffer.alloc(131)])
  const stream = Buffer.concat([Buffer.from([0xc0, 0x00]), packet, packet, Buffer.from([0x30, 0x84, 0x01])])
  for (let size = 1; size <= stream.length; size++) {
    const within = packetLimit(131)
    const verdicts: boolean[] = []
    for (let at = 0; at < stream.length; at += size) verdicts.push(within(stream.subarray(at, at + size)))
    expect(verdicts.indexOf(false)).toBe(verdicts.length - 1)
  }
})

test('100,000 random texts are never taken for a hash', () => {
  const random = seededRandom(13)
  const pieces = ['scrypt', '$', '16384', '8', '1', 'AAAA', '=', '0', '-1', '999999']
  for (let count = 0; count < INPUTS; count++) {
    const text = Array.from({ length: integer(random, 0, 12) }, () => pieces[integer(random, 0, 9)]).join('')
    expect(parseHash(text)).toBeUndefined()
  }
})

/** Flips, cuts or grows, so that at least one byte differs. */
function damage(bytes: Uint8Array, random: ReturnType<typeof seededRandom>): Uint8Array {
  const how = integer(random, 0, 3)
  if (how === 0) return bytes.slice(0, integer(random, 0, bytes.length - 1))
  if (how === 1) return Uint8Array.from([...bytes, ...random.bytes(integer(random, 1, 20))])
  if (how === 2) return random.bytes(integer(random, 0, 60))
  const copy = bytes.slice()
  const at = integer(random, 0, copy.length - 1)
  copy[at] = (copy[at] ?? 0) ^ integer(random, 1, 255)
  return copy
}

function damageText(text: string, random: ReturnType<typeof seededRandom>): string {
  if (random.next() < 0.7) return text
  const at = integer(random, 0, text.length - 1)
  const odd = ['+', '#', '/', '\0', '..', '𝕏', ''][integer(random, 0, 6)]
  return text.slice(0, at) + odd + text.slice(at + 1)
}
