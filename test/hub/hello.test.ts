import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { encodeCbor } from '../../core/wire/cbor.ts'
import { createWorld, EDGE, EPOCH, liveFrame, T0, TOPICS, type World } from './world.ts'

let world: World
beforeEach(async () => {
  world = await createWorld()
})
afterEach(() => world.close())

describe('a hello', () => {
  test('is answered with all that is held of each lane', async () => {
    world.series('dh/stage')
    for (const first of [0, 2, 4]) world.send(liveFrame(first, [{ at: T0, value: 1 }]))
    await world.settle()
    world.acks.length = 0
    world.hello({ lanes: [{ lane: 'live', oldest: 0, next: 6 }], series: 1 })
    await world.settle()
    expect(world.acks).toMatchObject([
      {
        lane: 'live',
        upTo: 1,
        whole: true,
        ranges: [
          [2, 2],
          [4, 4],
        ],
      },
    ])
  })

  test('that asks for the time gets its question back, and no other answer does', async () => {
    world.series('dh/stage')
    world.hello({ ask: 86_400_123, lanes: [{ lane: 'live', oldest: 0, next: 1 }] })
    await world.settle()
    world.send(liveFrame(0, [{ at: T0, value: 1 }]))
    await world.settle()
    expect(world.acks.map(({ whole, asked }) => [whole, asked])).toEqual([
      [true, 86_400_123],
      [false, undefined],
    ])
  })

  test('that tells of more series than are known asks for the rest', async () => {
    world.hello({ series: 3 })
    await world.settle()
    expect(world.wants).toEqual([{ v: 1, epoch: EPOCH, series: { from: 0 } }])
  })

  test('that keeps less than is missing is told no number that is not held, and the ledger says so', async () => {
    world.hello({ lanes: [{ lane: 'live', oldest: 10, next: 12 }] })
    await world.settle()
    expect(world.acks[0]).toMatchObject({ upTo: 0, ranges: [] })
    expect(world.fleet.ledger(EDGE, undefined)?.epochs[0]?.lanes[0]?.gaps).toMatchObject([
      { first: 0, last: 9, reason: 'released' },
      { first: 10, last: 11, reason: 'waiting' },
    ])
  })

  test('asks why numbers are missing that the node no longer keeps', async () => {
    world.hello({ lanes: [{ lane: 'live', oldest: 10, next: 12 }] })
    await world.settle()
    expect(world.wants).toEqual([{ v: 1, epoch: EPOCH, rows: { lane: 'live', ranges: [[0, 9]] } }])
  })

  test('of an epoch that comes back after another spoke is noted as a copied disk', async () => {
    world.hello()
    await world.settle()
    world.hello({ epoch: 'ffffffffffffffff', boot: 'b2' })
    await world.clock.advance(121_000)
    world.hello()
    await world.settle()
    expect(world.refusals.all()).toEqual({ INGEST_CLONE_SUSPECTED: 1 })
    expect(world.fleet.edge(EDGE)?.cloneSuspectedAt).toEqual(expect.any(Number))
  })

  test('with another epoch in the same boot is a node that put a damaged database aside', async () => {
    world.hello()
    await world.settle()
    world.hello({ epoch: 'ffffffffffffffff' })
    await world.settle()
    expect(world.refusals.all()).toEqual({})
  })

  test('that names the epoch before as its former one is no copy, in whatever boot', async () => {
    world.hello()
    await world.settle()
    world.hello({ epoch: 'ffffffffffffffff', boot: 'b2', former: [EPOCH] })
    await world.settle()
    expect(world.refusals.all()).toEqual({})
  })

  test('is answered with what is held of its former epochs, before what is held of its own', async () => {
    world.alarm(3, {}, {})
    await world.settle()
    world.acks.length = 0
    const lanes = [{ lane: 'alarm' as const, oldest: 0, next: 0 }]
    world.hello({ epoch: 'ffffffffffffffff', former: [EPOCH], lanes })
    await world.settle()
    expect(world.acks.map(({ epoch, lane, ranges, whole }) => ({ epoch, lane, ranges, whole }))).toEqual([
      { epoch: EPOCH, lane: 'alarm', ranges: [[3, 4]], whole: true },
      { epoch: EPOCH, lane: 'live', ranges: [], whole: true },
      { epoch: 'ffffffffffffffff', lane: 'alarm', ranges: [], whole: true },
    ])
    expect(world.wants).toEqual([])
  })

  test('with another epoch after the node went off is a replaced disk', async () => {
    world.hello()
    await world.settle()
    void world.edge.publish(TOPICS.alive, encodeCbor({ v: 1, alive: false, epoch: EPOCH }))
    await world.settle()
    world.hello({ epoch: 'ffffffffffffffff', boot: 'b2' })
    await world.settle()
    expect(world.refusals.all()).toEqual({})
  })
})
