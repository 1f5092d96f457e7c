import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FLAG } from '../../../core/reading.ts'
import { EDGE } from '../world.ts'
import { type LightingWorld, light, lightingWorld, STREET } from './world.ts'

/** An order shows how far it has come, who holds which lamp, and what can be undone. */

let world: LightingWorld
beforeEach(async () => {
  world = lightingWorld()
  await world.start()
})
afterEach(() => world.stop())

const order = (command: string) => {
  const found = world
    .hub()
    .orders.list({ edge: EDGE, street: STREET, limit: 50 })
    .find((one) => one.command === command)
  if (found === undefined) throw new Error('no order')
  return found
}
const held = (): Readonly<Record<string, string | undefined>> => {
  const lamps = world.hub().streets.one(EDGE, STREET)?.lamps ?? []
  return Object.fromEntries(
    lamps.flatMap(({ id, held: hold }) => (hold === null ? [] : [[id, hold.command]])),
  )
}
const take = (command: string, lamps: number, level: number) =>
  world.answer({ command, outcome: 'accepted', details: { lamps, level } })
/** Given and taken at once. */
const taken = async (...given: Parameters<LightingWorld['give']>): Promise<string> => {
  const command = world.give(...given)
  await take(command, 4, 70)
  return command
}

describe('an order', () => {
  test('on its way says nothing of lamps, and can be taken back', () => {
    const command = world.give(light({ all: true }, 70))
    expect(order(command)).toMatchObject({
      ...{ state: 'sent', asked: 70, level: null, until: null, undoable: true },
      ...{ lamps: null, confirmed: null, retrying: null },
    })
  })

  test('shows the level in force, which may be another than was asked', async () => {
    const command = world.give(light({ all: true }, 10))
    await take(command, 4, 35)
    expect(order(command)).toMatchObject({ state: 'accepted', asked: 10, level: 35, lamps: 4, retrying: 4 })
  })

  test('counts each lamp when it shows the level, within a percent-point or a step of the curve', async () => {
    const command = await taken(light({ all: true }, 70))
    await world.tell({ 'lamp-l1/level': 70, 'lamp-l2/level': 68.5, 'module/level1': 20 })
    expect(order(command)).toMatchObject({ lamps: 4, confirmed: 2, retrying: 2 })
  })

  test('does not take a lamp that its bus missed for one that is out', async () => {
    const command = world.give(light({ all: true }, 0))
    await take(command, 4, 0)
    await world.tell({ 'lamp-l1/level': 0 }, undefined, undefined, FLAG.missing)
    await world.tell({ 'lamp-l2/level': 0 })
    expect(order(command)).toMatchObject({ lamps: 4, confirmed: 1, retrying: 3 })
  })

  test('compares with what its lamp is wanted to give since', async () => {
    await world.tell({ 'lamp-l1/wanted': 50 })
    await world.clock.advance(1_000)
    const command = await taken(light({ lamps: ['l1', 'l2'] }, 70))
    await world.clock.advance(1_000)
    await world.tell({ 'lamp-l1/level': 50, 'lamp-l2/wanted': 63, 'lamp-l2/level': 63 })
    expect(order(command)).toMatchObject({ confirmed: 1, retrying: 1 })
  })

  test('believes a lamp that shows what it was wanted to give all along, once that would have been told anew', async () => {
    await world.tell({ 'lamp-l1/wanted': 80, 'lamp-l1/level': 80 })
    await world.clock.advance(1_000)
    const command = await taken(light({ lamps: ['l1'] }, 70))
    expect(order(command)).toMatchObject({ confirmed: 0, retrying: 1 })
    await world.clock.advance(61_000)
    expect(order(command)).toMatchObject({ confirmed: 1, retrying: 0 })
  })

  test('is whole when the node says that it is done', async () => {
    const command = await taken(light({ all: true }, 70))
    await world.answer({ command, outcome: 'done' })
    expect(order(command)).toMatchObject({
      state: 'done',
      lamps: 4,
      confirmed: 4,
      retrying: 0,
      undoable: true,
    })
  })

  test('that some lamps did not show holds them all the same, and is tried on', async () => {
    const command = await taken(light({ all: true }, 70))
    await world.tell({ 'lamp-l1/level': 70, 'lamp-l2/level': 70, 'module/level1': 70 })
    await world.answer({
      command,
      outcome: 'failed',
      code: 'LIGHT_UNCONFIRMED',
      details: { confirmed: 3, lamps: 4 },
    })
    expect(order(command)).toMatchObject({ state: 'failed', confirmed: 3, retrying: 1, undoable: true })
    expect(held().l4).toBe(command)
  })

  test('that failed for another reason holds nothing', async () => {
    const command = await taken(light({ all: true }, 70))
    await world.answer({ command, outcome: 'failed', code: 'OUTPUT_REFUSED' })
    expect(held()).toEqual({})
    expect(order(command).undoable).toBe(false)
  })

  test('that was refused says why and holds nothing', async () => {
    const command = world.give(light({ all: true }, 70))
    await world.answer({
      command,
      outcome: 'refused',
      code: 'STATION_UNKNOWN',
      details: { station: 'x', known: '' },
    })
    expect(order(command)).toMatchObject({
      state: 'refused',
      undoable: false,
      problem: { code: 'STATION_UNKNOWN' },
    })
  })

  test('ends by itself when its time is over', async () => {
    const command = await taken(light({ all: true }, 70, 60), 'momentary')
    expect(order(command).until).toBe(world.clock.now() - 50 + 60_000)
    await world.clock.advance(61_000)
    expect(held()).toEqual({})
    expect(order(command).undoable).toBe(false)
  })

  test('is listed with others, the newest first, and releases are none', async () => {
    const first = await taken(light({ all: true }, 70))
    await world.clock.advance(1_000)
    const second = await taken(light({ feeder: 'f1' }, 50))
    world.give({ type: 'light-release', station: STREET, command: second })
    const listed = world.hub().orders.list({ limit: 50 })
    expect(listed.map(({ command }) => command)).toEqual([second, first])
    expect(world.hub().orders.list({ limit: 1 })).toHaveLength(1)
    expect(world.hub().orders.list({ street: 'other', limit: 9 })).toEqual([])
  })
})

describe('who holds a lamp', () => {
  test('is the newest order that names it; the one before is back when that ends', async () => {
    const all = await taken(light({ all: true }, 70))
    const group = await taken(light({ group: 'school' }, 100, 60), 'momentary')
    expect(held()).toEqual({ l1: all, l2: group, l3: group, l4: all })
    await world.clock.advance(61_000)
    expect(held()).toEqual({ l1: all, l2: all, l3: all, l4: all })
  })

  test('is an emergency before a newer order', async () => {
    const emergency = await taken(light({ feeder: 'f1' }, 100, 600), 'emergency')
    const newer = await taken(light({ all: true }, 30))
    expect(held()).toEqual({ l1: emergency, l2: emergency, l3: newer, l4: newer })
  })

  test('is nobody once the order is released by its id', async () => {
    const command = await taken(light({ all: true }, 70))
    const undo = world.give({ type: 'light-release', station: STREET, command })
    expect(order(command).undoable).toBe(false)
    expect(Object.keys(held())).toHaveLength(4)
    await world.answer({ command: undo, outcome: 'done' })
    expect(held()).toEqual({})
  })

  test('is as before where a release was refused', async () => {
    const command = await taken(light({ all: true }, 70))
    const undo = world.give({ type: 'light-release', station: STREET, command })
    await world.answer({ command: undo, outcome: 'refused', code: 'STATION_UNKNOWN' })
    expect(Object.keys(held())).toHaveLength(4)
    expect(order(command).undoable).toBe(true)
  })

  test('is nobody for lamps that a release names, and a later order takes them again', async () => {
    const command = await taken(light({ all: true }, 70))
    const undo = world.give({ type: 'light-release', station: STREET, target: { feeder: 'f1' } })
    await world.answer({ command: undo, outcome: 'done' })
    expect(held()).toEqual({ l3: command, l4: command })
    const again = await taken(light({ lamps: ['l1'] }, 20))
    expect(held()).toEqual({ l1: again, l3: command, l4: command })
  })

  test('is told with the level in force, who asked, and until when', async () => {
    const command = world.give(light({ lamps: ['l1'] }, 5, 600), 'momentary', 'minh')
    await take(command, 1, 35)
    expect(world.hub().streets.one(EDGE, STREET)?.lamps[0]?.held).toEqual({
      ...{ command, who: 'minh', level: 35 },
      until: world.clock.now() - 50 + 600_000,
    })
  })

  test('is the same after the hub has begun anew', async () => {
    const command = await taken(light({ all: true }, 70))
    const before = order(command)
    await world.restart()
    expect(order(command)).toEqual(before)
    expect(Object.keys(held())).toHaveLength(4)
  })
})

test('an order whose lamps a newer one took neither confirms nor retries them', async () => {
  const all = await taken(light({ all: true }, 70))
  await taken(light({ feeder: 'f1' }, 50))
  await world.tell({ 'module/level1': 70 })
  expect(order(all)).toMatchObject({ lamps: 4, confirmed: 1, retrying: 1 })
})
