import { describe, expect, test } from 'vitest'
import { fault } from '../../../core/errors.ts'
import { fakeClock } from '../../../core/fakes/fake-clock.ts'
import { memoryBroker } from '../../../core/fakes/memory-broker.ts'
import { edgeId, siteId } from '../../../core/ids.ts'
import { err, ok, type Result } from '../../../core/result.ts'
import { encodeCbor } from '../../../core/wire/cbor.ts'
import { decodeRelay } from '../../../core/wire/decoders.ts'
import { edgeTopics } from '../../../core/wire/topics.ts'
import { createNeighbours } from '../../../edge/relay/neighbours.ts'

/** A neighbour's frame reaches the hub as it was heard, also when this node was cut off meanwhile. */

function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.error.code)
  return result.value
}
const SITE = must(siteId('quang-tri'))
const EDGE = must(edgeId('thach-han'))
const TOPICS = edgeTopics(SITE, EDGE)

async function createScene() {
  const clock = fakeClock()
  const broker = memoryBroker(clock)
  const refused: string[] = []
  const sent: unknown[] = []
  const neighbours = createNeighbours({
    broker: broker.client('own'),
    wall: clock,
    site: SITE,
    edge: EDGE,
    relay(to, bytes) {
      sent.push([to, [...bytes]])
      return to === 'dong-ha' ? ok(undefined) : err(fault('RELAY_NOT_NEIGHBOUR', { edge: to }))
    },
    refused: ({ code }) => refused.push(code),
  })
  const hub = broker.client('hub')
  const heard: unknown[] = []
  const waited: unknown[] = []
  hub.subscribe(TOPICS.relay, (_topic, payload) => {
    const { from, payload: bytes, waited_s } = must(decodeRelay(payload))
    heard.push([from, [...bytes]])
    waited.push(waited_s)
  })
  await clock.advance(10)
  return { clock, broker, hub, neighbours, refused, sent, heard, waited }
}

describe('a neighbour', () => {
  test('is passed on at once', async () => {
    const { clock, neighbours, heard } = await createScene()
    neighbours.heard({ from: 'dong-ha', bytes: Uint8Array.of(1, 2) })
    await clock.advance(10)
    expect(heard).toEqual([['dong-ha', [1, 2]]])
  })

  test('is kept while this node is cut off, and passed on once, in order', async () => {
    const { clock, broker, neighbours, heard } = await createScene()
    broker.cut('own')
    for (const byte of [1, 2, 3]) neighbours.heard({ from: 'dong-ha', bytes: Uint8Array.of(byte) })
    await clock.advance(1_000)
    broker.restore('own')
    await clock.advance(100)
    expect(heard).toEqual([1, 2, 3].map((byte) => ['dong-ha', [byte]]))
  })

  test('says how long it was kept, so that the hub dates it rightly', async () => {
    const { clock, broker, neighbours, waited } = await createScene()
    neighbours.heard({ from: 'dong-ha', bytes: Uint8Array.of(1) })
    await clock.advance(100)
    broker.cut('own')
    neighbours.heard({ from: 'dong-ha', bytes: Uint8Array.of(2) })
    await clock.advance(7_200_000)
    neighbours.heard({ from: 'dong-ha', bytes: Uint8Array.of(3) })
    await clock.advance(60_000)
    broker.restore('own')
    await clock.advance(100)
    expect(waited).toEqual([undefined, 7_260, 60])
  })

  test('that speaks for long while this node is cut off loses its oldest words, and that is told', async () => {
    const { clock, broker, neighbours, refused, heard } = await createScene()
    broker.cut('own')
    for (let byte = 0; byte < 66; byte++) neighbours.heard({ from: 'dong-ha', bytes: Uint8Array.of(byte) })
    broker.restore('own')
    await clock.advance(1_000)
    expect([refused, heard.length, heard[0]]).toEqual([
      ['RELAY_QUEUE_FULL', 'RELAY_QUEUE_FULL'],
      64,
      ['dong-ha', [2]],
    ])
  })

  test('is sent what the hub answers', async () => {
    const { clock, hub, sent } = await createScene()
    void hub.publish(TOPICS.relayed, encodeCbor({ v: 1, to: 'dong-ha', payload: Uint8Array.of(9) }))
    await clock.advance(10)
    expect(sent).toEqual([['dong-ha', [9]]])
  })

  test.each([
    ['RELAY_NOT_NEIGHBOUR', encodeCbor({ v: 1, to: 'elsewhere', payload: Uint8Array.of(9) })],
    ['MESSAGE_INVALID', encodeCbor({ v: 1, to: 'dong-ha', payload: 'text' })],
    ['MESSAGE_MALFORMED', Uint8Array.of(0x81)],
  ])('an answer that is wrong is refused: %s', async (code, payload) => {
    const { clock, hub, refused } = await createScene()
    void hub.publish(TOPICS.relayed, payload)
    await clock.advance(10)
    expect(refused).toEqual([code])
  })
})
