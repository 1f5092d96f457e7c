import { describe, expect, test } from 'vitest'
import type { CommandOutcome } from '../../../core/wire/commands.ts'
import { openCommandStore } from '../../../edge/commands/command-store.ts'
import { ROOM } from '../../../edge/commands/commands.ts'
import { command, emergency, type LifeOptions, live, MINUTE, setting, T0, type World, world } from './rig.ts'

/** What a node remembers of commands that are over, and what it says of those that it does not remember. */

const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** The hub has acknowledged all that it was told, and the node has had the time to forget it. */
async function months(here: World, node: ReturnType<typeof live>, days = 62) {
  await node.pass(1)
  here.acknowledged = here.rows.length
  await here.clock.advance(days * DAY)
  await node.pass(1)
}

/** More commands than there is room for, which end after the given one. */
async function crowd(here: World, node: ReturnType<typeof live>) {
  const expires = here.clock.now() + 2 * MINUTE
  for (let count = 0; count < ROOM.commands; count++) node.take(emergency({ expires }))
  await months(here, node, 2)
}

const last = ({ rows }: World) => rows.at(-1)

describe('a hub that was put back to an older copy', () => {
  test.each([
    ['in the same life', false],
    ['after a restart', true],
  ])('and asks again after two months is told the same again, %s', async (_name, restarts) => {
    const here = world()
    const first = live(here, { confirming: true })
    const given = command()
    first.take(given)
    await months(here, first)
    const node = restarts ? live(here) : first
    node.start()
    await here.clock.advance(2 * HOUR)
    for (let again = 0; again < 5; again++) node.take(given)
    await node.settle()
    expect(here.runs).toHaveLength(1)
    expect(here.rows).toHaveLength(2)
    expect(here.rows[1]).toEqual(here.rows[0])
  })

  test('is not told that a setting was refused which is the one in force', async () => {
    const here = world()
    const node = live(here)
    const given = setting(1)
    node.take(given)
    await crowd(here, node)
    expect(node.commands.recent(ROOM.commands + 1).map(({ command }) => command.id)).not.toContain(given.id)
    node.take(given)
    await node.settle()
    expect(last(here)).toMatchObject({ command: given.id, outcome: 'done' })
    expect(node.outputs.decision('siren', 'relay1')).toMatchObject({ value: 1, winner: 'command' })
  })

  test('does not bring back an older setting by asking for it', async () => {
    const here = world()
    const node = live(here)
    const older = setting(1)
    node.take(older)
    node.take(setting(0))
    await months(here, node)
    node.take(older)
    await node.settle()
    expect(last(here)).toMatchObject({ command: older.id, outcome: 'done' })
    const again = live(here)
    again.start()
    expect(again.outputs.decision('siren', 'relay1')).toMatchObject({ value: 0 })
  })
})

describe('a command that is forgotten', () => {
  test.each([
    ['in the same life', false],
    ['after a restart', true],
  ])('for want of room does not run again, and is not called expired, %s', async (_name, restarts) => {
    const here = world()
    const first = live(here, { confirming: true })
    const given = command()
    first.take(given)
    await crowd(here, first)
    const node = restarts ? live(here) : first
    const before = here.runs.length
    node.take(given)
    await node.settle()
    expect(here.runs).toHaveLength(before)
    expect(last(here)).toMatchObject({ command: given.id, outcome: 'failed', code: 'COMMAND_FORGOTTEN' })
  })

  test('is not mistaken for one that came for the first time, later than all that were forgotten', async () => {
    const here = world()
    const node = live(here, { confirming: true })
    node.take(command())
    await crowd(here, node)
    node.take(command({ expires: here.clock.now() - 1 }))
    await node.settle()
    expect(last(here)).toMatchObject({ outcome: 'expired', code: 'COMMAND_EXPIRED' })
  })

  test('keeps its place until the hub has its outcome', async () => {
    const here = world()
    const node = live(here, { confirming: true })
    const given = command()
    node.take(given)
    await node.pass(1)
    const expires = here.clock.now() + 2 * MINUTE
    for (let count = 0; count < ROOM.commands; count++) node.take(emergency({ expires }))
    await here.clock.advance(2 * DAY)
    await node.pass(1)
    expect(node.commands.recent(ROOM.commands + 1)).toHaveLength(ROOM.commands + 1)
    here.acknowledged = here.rows.length
    await here.clock.advance(HOUR)
    await node.pass(1)
    const left = node.commands.recent(ROOM.commands + 1).map(({ command }) => command.id)
    expect(left).toHaveLength(ROOM.commands)
    expect(left).not.toContain(given.id)
  })

  test('is one of those that expired first, and no more are than there is too little room for', () => {
    const here = world()
    const store = openCommandStore(here.sql)
    const given = [3, 1, 2].map((at) => command({ expires: T0 + at }))
    for (const one of given) {
      const outcome: CommandOutcome = { v: 1, command: one.id, outcome: 'done', at: T0 }
      store.told(store.outcome(one, outcome).key)
    }
    const [third, first, second] = given.map(({ id }) => id)
    expect(store.forget(T0 + DAY, { commands: 2, bytes: 1e6 })).toEqual([first])
    expect(store.forgottenUntil()).toBe(T0 + 1)
    const bytes = JSON.stringify(given[0]).length + 100
    expect(store.forget(T0 + DAY, { commands: 9, bytes })).toEqual([second])
    expect(store.forget(T0 + 3, { commands: 0, bytes: 0 })).toEqual([])
    expect(store.forget(T0 + 4, { commands: 0, bytes: 0 })).toEqual([third])
    expect(store.forgottenUntil()).toBe(T0 + 3)
  })
})

describe('what ran before', () => {
  const late = async (here: World, expires: number, options: LifeOptions = {}) => {
    const node = live(here, options)
    node.start()
    node.take(command({ expires }))
    await node.settle()
    return last(here)
  }

  test('a new node knows: nothing has run on it', async () => {
    expect(await late(world(), T0 - 1)).toMatchObject({ outcome: 'expired' })
  })

  test('a damaged store was lost is not known, nor is it a day and a restart later', async () => {
    const here = world()
    const expires = T0 + 12 * HOUR
    expect(await late(here, T0 - 1, { replaced: true })).toMatchObject({ code: 'COMMAND_FORGOTTEN' })
    await here.clock.advance(2 * DAY)
    expect(await late(here, expires)).toMatchObject({ code: 'COMMAND_FORGOTTEN' })
    expect(await late(here, here.clock.now() - 1)).toMatchObject({ outcome: 'expired' })
  })

  test('a damaged store was lost is not known while the time is not known either', async () => {
    const here = world()
    here.error = { before: 1e12, after: Number.POSITIVE_INFINITY }
    live(here, { replaced: true }).start()
    const node = live(here)
    node.start()
    node.take(command())
    await node.pass(11 * 60)
    expect(last(here)).toMatchObject({ outcome: 'failed', code: 'COMMAND_FORGOTTEN' })
  })

  test('an older release forgot a day after its end is not known, and later it is', async () => {
    const here = world()
    live(here).take(command())
    here.sql.exec('DROP TABLE forgotten')
    expect(await late(here, T0 - DAY - 1)).toMatchObject({ code: 'COMMAND_FORGOTTEN' })
    expect(await late(here, T0 - DAY + 1_000)).toMatchObject({ outcome: 'expired' })
    await here.clock.advance(DAY)
    expect(await late(here, T0 - 1)).toMatchObject({ outcome: 'expired' })
  })
})

describe('with a disk that takes nothing', () => {
  test('a hub that asks every minute is not answered every minute, however long the command is over', async () => {
    const here = world()
    const node = live(here, { brokenDisk: () => true })
    const given = command({ expires: T0 - 3 * DAY })
    for (let minute = 0; minute < 150; minute++) {
      node.take(given)
      await node.pass(60)
    }
    expect(here.rows.map(({ outcome }) => outcome)).toEqual(['expired', 'expired', 'expired'])
    expect(new Set(here.rows.map((row) => JSON.stringify(row))).size).toBe(1)
  }, 30_000)

  test('an emergency that ran is written down when the hub asks again and the disk takes something', async () => {
    const here = world()
    let broken = true
    const node = live(here, { brokenDisk: () => broken, confirming: true })
    const given = emergency()
    node.take(given)
    await here.clock.advance(2 * HOUR)
    broken = false
    node.take(given)
    await node.settle()
    const again = live(here)
    await here.clock.advance(2 * HOUR)
    here.acknowledged = here.rows.length
    again.take(given)
    await again.settle()
    expect(here.runs).toHaveLength(1)
    expect(here.rows.map(({ outcome }) => outcome)).toEqual(['done', 'done', 'done'])
  })
})
