import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { KEEP_TRYING_MS } from '../../../hub/commands/command-view.ts'
import { type Commands, OPEN_MAX } from '../../../hub/commands/commands.ts'
import { RESEND_MS } from '../../../hub/commands/sending.ts'
import { EDGE, T0 } from '../world.ts'
import { commandWorld, DRIVE, must, WISH } from './world.ts'

let world: ReturnType<typeof commandWorld>
beforeEach(() => {
  world = commandWorld()
})
afterEach(() => world.close())

const settle = () => world.clock.advance(50)

/** A hub and an edge that has said hello. */
async function met() {
  const hub = world.boot()
  const edge = world.edge()
  await settle()
  edge.hello()
  await settle()
  return { hub, edge }
}

describe('a command', () => {
  test('is sent at once to an edge that is there', async () => {
    const { hub, edge } = await met()
    const view = must(hub.commands.issue(EDGE, WISH, 'Lan'))
    expect(view).toMatchObject({
      state: 'sent',
      sendings: 1,
      who: 'Lan',
      expires: world.clock.now() + 60_000,
    })
    await settle()
    expect(edge.heard).toMatchObject([
      { id: view.id, class: 'momentary', action: DRIVE, who: 'Lan', notBefore: 0 },
    ])
  })

  test('is kept for an edge that is away, and sent after its hello', async () => {
    const hub = world.boot()
    const edge = world.edge()
    const view = must(hub.commands.issue(EDGE, WISH, 'Lan'))
    await world.clock.advance(5 * RESEND_MS)
    expect(hub.commands.get(view.id)).toMatchObject({ state: 'open', sendings: 0 })
    edge.hello()
    await settle()
    expect(edge.heard.map(({ id }) => id)).toEqual([view.id])
  })

  test('is sent again every minute and at every hello until it has ended', async () => {
    const { hub, edge } = await met()
    const { id } = must(hub.commands.issue(EDGE, { ...WISH, expires_s: 600 }, 'Lan'))
    await world.clock.advance(RESEND_MS + 50)
    expect(edge.heard).toHaveLength(2)
    edge.answer({ command: id, outcome: 'accepted' })
    edge.hello()
    await settle()
    expect(edge.heard).toHaveLength(3)
    edge.answer({ command: id, outcome: 'done' })
    await settle()
    edge.hello()
    await world.clock.advance(5 * RESEND_MS)
    expect(edge.heard).toHaveLength(3)
    expect(hub.commands.get(id)).toMatchObject({ state: 'done', withheld: false })
  })

  test('leaves no timer behind when nothing is open', async () => {
    const { hub, edge } = await met()
    const before = world.clock.pending()
    const { id } = must(hub.commands.issue(EDGE, WISH, 'Lan'))
    edge.answer({ command: id, outcome: 'done' })
    await world.clock.advance(2 * RESEND_MS)
    expect(world.clock.pending()).toBe(before)
  })

  test('outlives the hub', async () => {
    const { hub, edge } = await met()
    const { id } = must(hub.commands.issue(EDGE, WISH, 'Lan'))
    await settle()
    await hub.stop()
    const again = world.boot()
    await settle()
    edge.hello()
    await settle()
    expect(edge.heard.map((command) => command.id)).toEqual([id, id])
    expect(again.commands.list({ edge: EDGE, limit: 10 })).toMatchObject([{ id, sendings: 2 }])
  })

  test('counts up also after the hub was restored from an older copy', async () => {
    const { hub } = await met()
    const first = must(hub.commands.issue(EDGE, WISH, 'Lan'))
    const second = must(hub.commands.issue(EDGE, WISH, 'Lan'))
    world.sql.exec('DELETE FROM command')
    await world.clock.advance(1_000)
    const third = must(hub.commands.issue(EDGE, WISH, 'Lan'))
    const orders = [first, second, third].map(({ id }) => id)
    expect(new Set(orders).size).toBe(3)
    const order = world.sql.prepare('SELECT ord FROM command WHERE id = ?').get(third.id)?.ord
    expect(Number(order)).toBeGreaterThan(T0 + 1)
  })

  test('to nobody who answers is given up long after its expiry, until the node comes back', async () => {
    const { hub, edge } = await met()
    const { id } = must(hub.commands.issue(EDGE, WISH, 'Lan'))
    await world.clock.advance(KEEP_TRYING_MS + 3 * RESEND_MS)
    const view = hub.commands.get(id)
    expect(view).toMatchObject({ state: 'unanswered', endedAt: null })
    const { sendings } = view ?? {}
    await world.clock.advance(10 * RESEND_MS)
    expect(hub.commands.get(id)?.sendings).toBe(sendings)
    edge.hello()
    await settle()
    expect(hub.commands.get(id)?.sendings).toBe(Number(sendings) + 1)
  })

  test('that was never sent ends as expired: the hub can prove it', async () => {
    const hub = world.boot()
    const edge = world.edge()
    const { id } = must(hub.commands.issue(EDGE, WISH, 'Lan'))
    await world.clock.advance(KEEP_TRYING_MS + 3 * RESEND_MS)
    edge.hello()
    await settle()
    expect(edge.heard).toEqual([])
    expect(hub.commands.get(id)).toMatchObject({ state: 'expired', problem: { code: 'COMMAND_NEVER_SENT' } })
  })
})

describe('outcomes', () => {
  test('carry their reason in both languages', async () => {
    const { hub, edge } = await met()
    const { id } = must(hub.commands.issue(EDGE, WISH, 'Lan'))
    const late = { code: 'COMMAND_EXPIRED', details: { late_s: 7 } }
    edge.answer({ command: id, outcome: 'expired', ...late })
    await settle()
    const view = hub.commands.get(id)
    expect(view).toMatchObject({ state: 'expired', problem: { code: 'COMMAND_EXPIRED' } })
    expect(view?.problem?.what.vi).toContain('7 giây')
  })

  test('of a code that this hub does not know are shown all the same', async () => {
    const { hub, edge } = await met()
    const { id } = must(hub.commands.issue(EDGE, WISH, 'Lan'))
    edge.answer({ command: id, outcome: 'failed', ...{ code: 'PUMP_ON_STRIKE' } })
    await settle()
    expect(hub.commands.get(id)).toMatchObject({ state: 'failed', problem: { code: 'PUMP_ON_STRIKE' } })
  })

  test('of an order that a stop at the site ended say who it was, and are audited once', async () => {
    const { hub, edge } = await met()
    const notBefore = world.clock.now() + 600_000
    const { id } = must(hub.commands.issue(EDGE, { ...WISH, notBefore }, 'Lan'))
    const stopped = { code: 'COMMAND_STOPPED', details: { who: 'Tí' } }
    for (let again = 0; again < 2; again++) {
      edge.answer({ command: id, outcome: 'refused', ...stopped })
      await settle()
    }
    const view = hub.commands.get(id)
    expect(view).toMatchObject({ state: 'refused', problem: { code: 'COMMAND_STOPPED' } })
    expect(view?.problem?.what.vi).toMatch(/^Tí đã dừng nước/)
    expect(view?.problem?.what.en).toMatch(/^Tí stopped the water/)
    expect(world.audit()).toEqual(['Lan command.issue', `${EDGE} command.refused`])
  })

  test('stay as the node told them first', async () => {
    const { hub, edge } = await met()
    const { id } = must(hub.commands.issue(EDGE, WISH, 'Lan'))
    edge.answer({ command: id, outcome: 'done' }, { command: id, outcome: 'refused' })
    await settle()
    expect(hub.commands.get(id)?.state).toBe('done')
  })

  test.each([
    ['called expired', { outcome: 'expired', code: 'COMMAND_EXPIRED' }],
    ['that it did not remember', { outcome: 'failed', code: 'COMMAND_FORGOTTEN' }],
  ] as const)('that tell of a run stand above a command %s', async (_name, unsure) => {
    const { hub, edge } = await met()
    const { id } = must(hub.commands.issue(EDGE, WISH, 'Lan'))
    edge.answer({ command: id, ...unsure })
    await settle()
    expect(hub.commands.get(id)).toMatchObject({ state: unsure.outcome })
    edge.answer({ command: id, outcome: 'done' }, { command: id, ...unsure })
    await settle()
    expect(hub.commands.get(id)).toMatchObject({ state: 'done', problem: null })
  })

  test('of a command that was accepted are never that it expired', async () => {
    const { hub, edge } = await met()
    const { id } = must(hub.commands.issue(EDGE, WISH, 'Lan'))
    const late = { code: 'COMMAND_EXPIRED', details: { late_s: 7 } }
    edge.answer({ command: id, outcome: 'accepted' }, { command: id, outcome: 'expired', ...late })
    await settle()
    expect(hub.commands.get(id)).toMatchObject({ state: 'failed', problem: { code: 'COMMAND_FORGOTTEN' } })
  })

  test('of the node stand above what a hub put back to an older copy had to assume', async () => {
    const hub = world.boot()
    const edge = world.edge()
    const { id } = must(hub.commands.issue(EDGE, WISH, 'Lan'))
    hub.commands.cancel(EDGE, id, 'Minh')
    expect(hub.commands.get(id)?.state).toBe('cancelled')
    await settle()
    edge.hello()
    edge.answer({ command: id, outcome: 'done' }, { command: id, outcome: 'refused' })
    await settle()
    expect(hub.commands.get(id)?.state).toBe('done')
  })

  test('of a command that is not this hub’s are counted and change nothing', async () => {
    const { edge } = await met()
    edge.answer({ command: 'elsewhere', outcome: 'done' })
    await settle()
    expect(world.refusals.all()).toMatchObject({ COMMAND_OUTCOME_UNKNOWN: 1 })
    expect(world.audit()).toEqual([])
  })

  test('are told to whoever watches, each change once', async () => {
    const { hub, edge } = await met()
    const { id } = must(hub.commands.issue(EDGE, WISH, 'Lan'))
    edge.answer({ command: id, outcome: 'accepted' })
    await settle()
    edge.answer({ command: id, outcome: 'done' })
    await settle()
    expect(world.told.map(({ state }) => state)).toEqual(['sent', 'accepted', 'done'])
  })

  test('are in the audit beside who asked', async () => {
    const { hub, edge } = await met()
    const { id } = must(hub.commands.issue(EDGE, WISH, 'Lan'))
    edge.answer({ command: id, outcome: 'accepted' }, { command: id, outcome: 'done' })
    await settle()
    expect(world.audit()).toEqual(['Lan command.issue', `${EDGE} command.accepted`, `${EDGE} command.done`])
  })
})

describe('taking a command back', () => {
  test('undoes one that was never sent', async () => {
    const hub = world.boot()
    const edge = world.edge()
    const { id } = must(hub.commands.issue(EDGE, WISH, 'Lan'))
    expect(
      must(hub.commands.cancel(EDGE, id, 'Minh') ?? { ok: false, error: { code: 'none' } }),
    ).toMatchObject({
      state: 'cancelled',
      cancelledBy: 'Minh',
    })
    edge.hello()
    await settle()
    expect(edge.heard).toEqual([])
  })

  test('says of one that was sent that it may have run, and sends it no more', async () => {
    const { hub, edge } = await met()
    const { id } = must(hub.commands.issue(EDGE, WISH, 'Lan'))
    expect(hub.commands.cancel(EDGE, id, 'Minh')).toMatchObject({ error: { code: 'COMMAND_CANNOT_CANCEL' } })
    await world.clock.advance(5 * RESEND_MS)
    expect(edge.heard).toHaveLength(1)
    edge.answer({ command: id, outcome: 'done' })
    await settle()
    expect(hub.commands.get(id)).toMatchObject({ state: 'done', cancelledBy: 'Minh' })
  })
})

describe('bounds', () => {
  test('an edge has so many open commands and no more', () => {
    const hub = world.boot()
    for (let count = 0; count < OPEN_MAX; count++) must(hub.commands.issue(EDGE, WISH, 'Lan'))
    expect(hub.commands.issue(EDGE, WISH, 'Lan')).toMatchObject({ error: { code: 'COMMANDS_OPEN_MAX' } })
    expect(hub.commands.issue('edge-2', WISH, 'Lan').ok).toBe(true)
  })

  test.each([
    ['a drive as a setting', { ...WISH, class: 'setting' }, 'COMMAND_CLASS_WRONG'],
    [
      'an override without an emergency',
      { ...WISH, action: { ...DRIVE, override: true } },
      'COMMAND_OVERRIDE_REFUSED',
    ],
    ['two days of a momentary', { ...WISH, expires_s: 172_800 }, 'COMMAND_TIMES_WRONG'],
    ['a beginning next year', { ...WISH, notBefore: T0 + 365 * 86_400_000 }, 'COMMAND_TIMES_WRONG'],
  ] as const)('%s is refused', (_name, wish, code) => {
    expect(world.boot().commands.issue(EDGE, wish, 'Lan')).toMatchObject({ error: { code } })
  })

  test('an edge in quarantine is sent nothing until it is let out', async () => {
    const { hub, edge } = await met()
    hub.edges.setQuarantine(EDGE, 'rows', world.clock.now())
    const { id } = must(hub.commands.issue(EDGE, WISH, 'Lan'))
    edge.hello()
    await world.clock.advance(2 * RESEND_MS)
    expect(edge.heard).toEqual([])
    expect(hub.commands.get(id)).toMatchObject({ state: 'open', withheld: true })
    hub.edges.liftQuarantine(EDGE)
    edge.hello()
    await settle()
    expect(edge.heard).toHaveLength(1)
  })
})

test.each([
  ['no JSON any more', '{"v":1,"id'],
  ['of another version', '{"v":9}'],
])('a row that is %s is passed over: the hub works on', async (_name, text) => {
  const { hub, edge } = await met()
  const broken = must(hub.commands.issue(EDGE, WISH, 'Lan')).id
  world.sql.prepare('UPDATE command SET body = ?').run(text)
  edge.hello()
  edge.answer({ command: broken, outcome: 'done' })
  const sound = must(hub.commands.issue(EDGE, WISH, 'Lan')).id
  await settle()
  expect(hub.commands.list({ edge: EDGE, limit: 9 }).map(({ id }) => id)).toEqual([sound])
  expect(hub.commands.get(broken)).toBeUndefined()
  expect(edge.heard.at(-1)?.id).toBe(sound)
  expect(world.refusals.all()).toMatchObject({ COMMAND_OUTCOME_UNKNOWN: 1 })
  await world.clock.advance(400 * 86_400_000)
  hub.commands.forget(86_400_000)
  expect(world.sql.prepare('SELECT id FROM command').all()).toEqual([{ id: sound }])
})

describe('what was long ago', () => {
  const DAY = 86_400_000
  const issued = (hub: { readonly commands: Commands }) => must(hub.commands.issue(EDGE, WISH, 'Lan')).id
  const known = (hub: { readonly commands: Commands }) =>
    hub.commands.list({ edge: EDGE, limit: 10 }).map(({ id }) => id)

  test('is forgotten once it has ended and its time is over; the audit keeps it', async () => {
    const { hub, edge } = await met()
    const old = issued(hub)
    edge.answer({ command: old, outcome: 'done' })
    await world.clock.advance(3 * DAY)
    const young = issued(hub)
    edge.answer({ command: young, outcome: 'done' })
    await settle()
    hub.commands.forget(4 * DAY)
    expect(known(hub)).toEqual([young, old])
    hub.commands.forget(2 * DAY)
    expect(known(hub)).toEqual([young])
    expect(world.audit()).toContain(`${EDGE} command.done`)
  })

  test('is kept for its time from when it was heard to have ended', async () => {
    const { hub, edge } = await met()
    const late = issued(hub)
    await world.clock.advance(3 * DAY)
    edge.answer({ command: late, outcome: 'expired' })
    const newest = issued(hub)
    await settle()
    hub.commands.forget(2 * DAY)
    expect(known(hub)).toEqual([newest, late])
  })

  test('keeps its newest, so that no number is given twice whatever the clock does', async () => {
    const { hub, edge } = await met()
    const only = issued(hub)
    edge.answer({ command: only, outcome: 'done' })
    await world.clock.advance(30 * DAY)
    hub.commands.forget(DAY)
    expect(known(hub)).toEqual([only])
  })

  test('without an outcome waits a year for a node in the dark to tell, and no longer', async () => {
    const { hub, edge } = await met()
    const asked = issued(hub)
    await settle()
    await world.clock.advance(300 * DAY)
    const newest = issued(hub)
    hub.commands.forget(DAY)
    expect(known(hub)).toEqual([newest, asked])
    await world.clock.advance(100 * DAY)
    hub.commands.forget(DAY)
    expect(known(hub)).toEqual([newest])
    edge.answer({ command: asked, outcome: 'done' })
    await settle()
    expect(world.refusals.all()).toMatchObject({ COMMAND_OUTCOME_UNKNOWN: 1 })
  })
})

test('the list is newest first, by page', async () => {
  const hub = world.boot()
  const ids = [1, 2, 3].map(() => must(hub.commands.issue(EDGE, WISH, 'Lan')).id)
  const page = hub.commands.list({ edge: EDGE, limit: 2 })
  expect(page.map(({ id }) => id)).toEqual([ids[2], ids[1]])
  expect(hub.commands.list({ edge: EDGE, before: page[1]?.id, limit: 2 }).map(({ id }) => id)).toEqual([
    ids[0],
  ])
})
