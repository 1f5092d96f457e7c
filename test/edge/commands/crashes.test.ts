import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openSqlite } from '../../../core/node/sqlite.ts'
import type { Command } from '../../../core/wire/commands.ts'
import { openCommandStore } from '../../../edge/commands/command-store.ts'
import { disk, node } from '../node.ts'
import { command, emergency, live, MINUTE, setting, T0, type World, world } from './rig.ts'

const ON = [{ output: 'relay1', value: 1 }]
/** More steps than any of these lives takes. */
const STEPS = 24

/** The process is killed at a step; after the restart the hub asks again, for it has no outcome. */
async function killedAt(here: World, given: Command, killAt: number) {
  const first = live(here, { killAt })
  first.start()
  first.take(given)
  await first.settle()
  first.progress('confirmed', ON)
  await first.pass(1)
  const second = live(here)
  second.start()
  second.take(given)
  await second.settle()
  second.progress('confirmed', ON)
  await second.pass(2)
  return { killed: first.dead(), second }
}

/** A row of a station, between those of commands. */
function stationAlarm({ rows, clock }: World) {
  rows.push({ v: 1, command: 'none', outcome: 'done', at: clock.now() })
}

const ends = ({ rows }: World, id: string) =>
  rows.filter((row) => row.command === id && row.outcome !== 'accepted').map(({ outcome }) => outcome)

describe('killed at any step', () => {
  const steps = Array.from({ length: STEPS }, (_, index) => index + 1)

  test.each(steps)('step %i: a command runs at most once and ends exactly once', async (step) => {
    const here = world()
    const given = command()
    await killedAt(here, given, step)
    expect(here.runs.length).toBeLessThanOrEqual(1)
    expect(ends(here, given.id)).toHaveLength(1)
    expect(here.rows.filter(({ outcome }) => outcome === 'accepted').length).toBeLessThanOrEqual(1)
  })

  test.each(steps)('step %i: a setting is in force and done, once', async (step) => {
    const here = world()
    const given = setting(1)
    const { second } = await killedAt(here, given, step)
    expect(ends(here, given.id)).toEqual(['done'])
    expect(second.outputs.decision('siren', 'relay1')).toMatchObject({ value: 1, winner: 'command' })
  })

  test.each(steps)('step %i: its outcome is told though another alarm takes its number', async (step) => {
    const here = world()
    const given = command()
    const first = live(here, { killAt: step, confirming: true })
    first.take(given)
    await first.settle()
    const full = live(here, { queueFull: true })
    full.tellUntold()
    await full.settle()
    full.kill()
    stationAlarm(here)
    const last = live(here, { confirming: true })
    last.tellUntold()
    await last.settle()
    stationAlarm(here)
    last.start()
    last.take(given)
    await last.pass(2)
    expect(ends(here, given.id)).toHaveLength(1)
  })

  test('the steps reach beyond the end of what is done', async () => {
    expect((await killedAt(world(), command(), STEPS)).killed).toBe(false)
  })

  test('between acceptance and end it is told as interrupted', async () => {
    const here = world()
    const given = command()
    live(here).take(given)
    const second = live(here)
    second.start()
    await second.settle()
    expect(here.runs).toHaveLength(1)
    expect(here.rows.at(-1)).toMatchObject({ outcome: 'failed', code: 'COMMAND_INTERRUPTED' })
  })
})

test('a whole node tells at its start what a crash kept from the outbox', async () => {
  const here = disk()
  const sql = openSqlite(join(here.folder, 'commands.db'))
  const given = command()
  const { id } = given
  openCommandStore(sql).outcome(given, { v: 1, command: id, outcome: 'done', at: T0 })
  sql.close()
  const one = node({ disk: here })
  await one.start()
  await one.clock.advance(10)
  expect(one.diary).toContain(`kept ${id} done`)
  await one.stop()
  here.remove()
})

test(
  'over any course of copies, kills, clocks and delays: at most one run, in its time, and one end',
  async () => {
    const kind = fc.constantFrom(
      (part: Partial<Command>) => command(part),
      (part: Partial<Command>) => emergency(part),
      (part: Partial<Command>) => emergency(part, true),
      (part: Partial<Command>) => setting(1, part),
      (part: Partial<Command>) => setting(null, part),
    )
    const commands = fc.array(
      fc.tuple(kind, fc.integer({ min: -30, max: 60 }), fc.integer({ min: -10, max: 90 })),
      {
        minLength: 1,
        maxLength: 5,
      },
    )
    const doing = fc.oneof(
      fc.record({ type: fc.constant('take' as const), which: fc.nat(4) }),
      fc.record({ type: fc.constant('pass' as const), seconds: fc.integer({ min: 1, max: 20 }) }),
      fc.record({ type: fc.constant('kill' as const), killAt: fc.option(fc.integer({ min: 1, max: 30 })) }),
      fc.record({ type: fc.constant('confirm' as const) }),
      fc.record({
        type: fc.constant('clock' as const),
        before: fc.integer({ min: 0, max: 60_000 }),
        after: fc.constantFrom(0, 500, 60_000, Number.POSITIVE_INFINITY),
      }),
    )
    await fc.assert(
      fc.asyncProperty(commands, fc.array(doing, { maxLength: 40 }), async (makers, course) => {
        const here = world()
        const given = makers.map(([make, from_s, until_s]) =>
          make({ notBefore: T0 + from_s * 1_000, expires: T0 + until_s * 1_000 }),
        )
        let node = live(here)
        node.start()
        for (const act of course) {
          const chosen = act.type === 'take' ? given[act.which % given.length] : undefined
          if (chosen !== undefined) node.take(chosen)
          if (act.type === 'pass') await node.pass(act.seconds)
          if (act.type === 'confirm') node.progress('confirmed', ON)
          if (act.type === 'clock') here.error = { before: act.before, after: act.after }
          if (act.type === 'kill') {
            node.kill()
            node = live(here, act.killAt === null ? {} : { killAt: act.killAt })
            node.start()
          }
        }
        await node.settle()
        for (const one of given) {
          const runs = here.runs.filter(({ id }) => id === one.id)
          expect(ends(here, one.id).length).toBeLessThanOrEqual(1)
          if (one.class === 'setting') continue
          expect(runs.length).toBeLessThanOrEqual(1)
          for (const { at } of runs) {
            expect(at).toBeGreaterThanOrEqual(one.notBefore)
            expect(at).toBeLessThan(one.expires)
          }
        }
        here.sql.close()
      }),
      { numRuns: 1_000 },
    )
  },
  3 * MINUTE,
)
