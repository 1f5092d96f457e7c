import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { encodeCbor } from '../../../core/wire/cbor.ts'
import type { Command, CommandAction } from '../../../core/wire/commands.ts'
import { stopByHand } from '../../../edge/commands/waters.ts'
import { stationCheck } from '../../../edge/documents/stations.ts'
import { deviceLookup } from '../../../edge/load-config.ts'
import { bodyOf, ZONES, zoneOf } from '../control/greenhouse/house.ts'
import { DEVICES, type Disk, definition, disk, node } from '../node.ts'
import { command, emergency, live, MINUTE, setting, T0, world } from './rig.ts'

/** Orders of the hub that wait for their time when somebody stops water: on a whole node, over a power cut too. */

const HOUSE = 'nha-kinh'
const MINE = new Map([
  ...ZONES.map((id) => [`valve-${id}`, definition('milesight-uc511')] as const),
  ...ZONES.map((id) => [`soil-${id}`, definition('dragino-lse01')] as const),
])
const GUARDED = new Set(ZONES.map((id) => `valve-${id}/valve1`))
const LATER_MS = 600_000
const VALVE = { device: 'valve-k1', output: 'valve1' }

const drive = (value: number, device = VALVE.device): CommandAction => {
  return { type: 'drive', ...VALVE, device, value, for_s: 600 }
}
const hold = (value: number | null): CommandAction => ({ type: 'hold', ...VALVE, value })
const water = (zone = 'k1'): CommandAction => {
  return { type: 'water', station: HOUSE, zone, amount: { minutes: 5 } }
}
const RESUME: CommandAction = { type: 'water-resume', station: HOUSE }

let home: Disk
beforeEach(() => {
  home = disk()
})
afterEach(() => home.remove())

async function farm(at?: number) {
  const body = bodyOf({ water: { gives_Lmin: 45 }, zones: ZONES.map((id) => zoneOf(id)) })
  const checked = stationCheck(deviceLookup(new Map([...DEVICES, ...MINE]), GUARDED))(body)
  if (!checked.ok) throw new Error(checked.error.code)
  const own = { disk: home, stations: [checked.value], devices: MINE, guarded: GUARDED }
  const site = node({ ...own, ...(at === undefined ? {} : { at }) })
  await site.start()
  const take = (given: Command) => site.agent.command(encodeCbor(given))
  const recordOf = (id: string) => site.agent.commands(20).find((one) => one.command.id === id)
  return {
    ...site,
    take,
    recordOf,
    outcomeOf: (id: string) => recordOf(id)?.outcome,
    /** The hub asks for something in ten minutes. */
    later(id: string, action: CommandAction, part: Partial<Command> = {}) {
      const notBefore = site.clock.now() + LATER_MS
      take(command({ id, action, notBefore, expires: notBefore + LATER_MS, ...part }))
      expect(recordOf(id)).toMatchObject({ state: 'waiting' })
    },
    now(id: string, action: CommandAction) {
      const notBefore = site.clock.now()
      take(command({ id, action, notBefore, expires: notBefore + 60_000 }))
    },
    stop(zone?: string) {
      const house = site.agent.watered(HOUSE)
      if (!house.ok) throw new Error(house.error.code)
      expect(stopByHand(house.value, zone, 'Tí').ok).toBe(true)
    },
    opened: () => site.drivesOf('valve1').filter(({ value }) => value === 1),
    /** How often the hub was told an end of it. */
    told: (id: string) =>
      site.diary.filter((line) => line.startsWith(`kept ${id} `) && !line.endsWith('accepted')),
  }
}

describe('a stop of all water ends what waits for its time and would let it run', () => {
  test.each([
    ['to open a valve', drive(1), {}],
    ['to hold one open', hold(1), { class: 'setting' }],
    ['of an emergency', drive(1), { class: 'emergency' }],
    ['to water', water(), {}],
    ['to let all water go on', RESUME, {}],
  ] as const)('an order %s', async (_name, action, part) => {
    const one = await farm()
    one.later('o1', action, part)
    one.stop()
    expect(one.outcomeOf('o1')).toMatchObject({
      ...{ outcome: 'refused', code: 'COMMAND_STOPPED', details: { who: 'Tí' } },
    })
    await one.clock.advance(2 * LATER_MS)
    expect(one.opened()).toEqual([])
    expect(one.told('o1')).toEqual(['kept o1 refused'])
  })

  test('over a power cut, and the hub is told once', async () => {
    const before = await farm()
    before.later('o1', drive(1))
    before.later('o2', hold(1), { class: 'setting' })
    before.stop()
    await before.clock.advance(1)
    before.pullPlug()
    const after = await farm(before.clock.now() + 60_000)
    await after.clock.advance(2 * LATER_MS)
    expect(after.opened()).toEqual([])
    expect(['o1', 'o2'].map((id) => [...before.told(id), ...after.told(id)])).toEqual([
      ['kept o1 refused'],
      ['kept o2 refused'],
    ])
  })

  test('also where the hub stops it, in the very moment in which they are due', async () => {
    const one = await farm()
    one.later('s1', { type: 'water-stop', station: HOUSE })
    one.later('o1', drive(1))
    await one.clock.advance(2 * LATER_MS)
    expect(one.outcomeOf('s1')?.outcome).toBe('done')
    expect(one.outcomeOf('o1')).toMatchObject({ outcome: 'refused', code: 'COMMAND_STOPPED' })
    expect(one.opened()).toEqual([])
  })

  test('and not what only makes safer', async () => {
    const one = await farm()
    one.later('shut', drive(0))
    one.later('hold', hold(0), { class: 'setting' })
    one.later('release', hold(null), { class: 'setting' })
    one.later('stop', { type: 'water-stop', station: HOUSE, zone: 'k2' })
    one.stop()
    for (const id of ['shut', 'hold', 'release', 'stop'])
      expect([id, one.recordOf(id)?.state]).toEqual([id, 'waiting'])
  })

  test('and not what has nothing to do with water', async () => {
    const one = await farm()
    one.later('siren', { type: 'drive', device: 'dh-siren', output: 'relay1', value: 1, for_s: 60 })
    one.stop()
    expect(one.recordOf('siren')?.state).toBe('waiting')
  })

  test('and not what is asked after it', async () => {
    const one = await farm()
    one.stop()
    one.later('o1', drive(1))
    await one.clock.advance(LATER_MS + 2_000)
    expect(one.opened()).toHaveLength(1)
  })
})

test('a stop of one zone ends what waits to water it, and nothing of another', async () => {
  const one = await farm()
  one.later('d1', drive(1))
  one.later('w1', water('k1'))
  one.later('d2', drive(1, 'valve-k2'))
  one.later('w2', water('k2'))
  one.later('r', RESUME)
  one.stop('k1')
  const states = ['d1', 'w1', 'd2', 'w2', 'r'].map((id) => one.recordOf(id)?.state)
  expect(states).toEqual(['settled', 'settled', 'waiting', 'waiting', 'waiting'])
})

test('an order whose valve has not answered yet ends with the stop, in its name', async () => {
  const one = await farm()
  one.now('o1', drive(1))
  expect(one.outcomeOf('o1')?.outcome).toBe('accepted')
  one.stop()
  expect(one.outcomeOf('o1')).toMatchObject({ outcome: 'failed', code: 'COMMAND_STOPPED' })
  one.progress('confirmed', [{ output: 'valve1', value: 1 }], VALVE.device)
  await one.clock.advance(5_000)
  expect(one.told('o1')).toEqual(['kept o1 failed'])
  expect(one.drivesOf('valve1').at(-1)).toMatchObject({ value: 0 })
})

test('an order to shut whose valve has not answered yet goes on', async () => {
  const one = await farm()
  one.now('o1', drive(0))
  one.stop()
  one.progress('confirmed', [{ output: 'valve1', value: 0 }], VALVE.device)
  await one.clock.advance(2_000)
  expect(one.outcomeOf('o1')?.outcome).toBe('done')
})

describe('killed at any step of a stop', () => {
  /** More steps than it takes. */
  const steps = Array.from({ length: 30 }, (_, index) => index + 1)
  const waiting = { notBefore: T0 + 10_000, expires: T0 + MINUTE }

  /** The stop is pressed again where it was not answered. */
  async function stopped(killAt: number) {
    const here = world()
    const orders = [command(waiting), setting(1, waiting), emergency(waiting)]
    const before = live(here)
    for (const one of orders) before.take(one)
    before.kill()
    const first = live(here, { killAt })
    first.start()
    const answered = first.stop()
    await first.settle()
    const second = live(here)
    second.tellUntold()
    second.start()
    if (!answered) second.stop()
    for (const one of orders) second.take(one)
    await second.pass(30)
    return { here, orders, answered, second }
  }

  test.each(steps)('step %i: nothing of what it ends runs, and each has one end', async (step) => {
    const { here, orders, second } = await stopped(step)
    expect(here.runs).toEqual([])
    expect(second.drives.filter(({ value }) => value === 1)).toEqual([])
    const ends = orders.map(({ id }) => here.rows.filter((row) => row.command === id).map(({ code }) => code))
    expect(ends).toEqual(orders.map(() => ['COMMAND_STOPPED']))
  })

  test('the steps reach beyond its end', async () => {
    expect((await stopped(steps.length)).answered).toBe(true)
    expect((await stopped(1)).answered).toBe(false)
  })
})

test.each([
  ['as it ends', false],
  ['before it came', true],
])(
  'an order is over though the disk breaks %s, and over a restart once that takes it',
  async (_name, early) => {
    const here = world()
    let broken = early
    const node = live(here, { brokenDisk: () => broken })
    const given = setting(1, { notBefore: T0 + 30_000 })
    node.take(given)
    broken = true
    node.stop()
    await node.pass(5)
    expect(here.rows).toMatchObject([{ command: given.id, outcome: 'refused', code: 'COMMAND_STOPPED' }])
    broken = false
    await node.pass(10)
    node.kill()
    const next = live(here)
    next.tellUntold()
    next.start()
    next.take(given)
    await next.pass(60)
    expect(here.runs).toEqual([])
    expect(here.rows).toHaveLength(1)
  },
)

test('a setting that the disk took on and not as done does not begin anew after a stop and a restart', async () => {
  const here = world()
  let writes = 0
  const node = live(here, { brokenDisk: () => ++writes === 2 })
  const given = setting(1)
  node.take(given)
  await node.settle()
  expect(node.outputs.decision('siren', 'relay1')).toMatchObject({ value: 1, owner: 'setting' })
  expect(node.stop()).toBe(true)
  node.kill()
  const next = live(here)
  next.tellUntold()
  next.start()
  next.take(given)
  await next.pass(5)
  expect(here.runs).toHaveLength(1)
  expect(next.drives).toEqual([])
  expect(here.rows.map(({ outcome }) => outcome)).toEqual(['done'])
})
