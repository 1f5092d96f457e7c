import { describe, expect, test } from 'vitest'
import { fault } from '../../../core/errors.ts'
import { err, ok, type Result } from '../../../core/result.ts'
import { encodeCbor } from '../../../core/wire/cbor.ts'
import type { Command, CommandAction, LightTarget } from '../../../core/wire/commands.ts'
import { CONFIRM_MS, type LitStreet } from '../../../edge/commands/lights.ts'
import { COMMAND_BYTES_MAX, readCommand } from '../../../edge/commands/read-command.ts'
import { HOLDS_FOR_EMERGENCIES, HOLDS_MAX } from '../../../edge/control/lighting/state.ts'
import { command, type LifeOptions, live, MINUTE, T0, world } from './rig.ts'

/** Group commands to lamps: who may ask, what is told of it, and that each order is given to the street once. */

const STREET = 'le-duan'
const LAMPS = ['l1', 'l2', 'l3'] as const
const LEAST = 30

type Hold = { readonly command: string; readonly order: number; readonly lamps: readonly string[] }

/** A street whose controller the test plays: it outlives the process, as one does that writes down what it holds. */
function playedStreet() {
  let holds: readonly Hold[] = []
  const shown = new Set<string>()
  const inputs: Parameters<LitStreet['input']>[0][] = []
  const lampsOf = (target: LightTarget): Result<readonly string[]> => {
    if ('all' in target) return ok(LAMPS)
    if ('lamps' in target) return ok(target.lamps)
    const name = 'group' in target ? target.group : target.feeder
    return name === 'odd'
      ? ok(['l1', 'l3'])
      : err(fault('LIGHT_TARGET_UNKNOWN', { street: STREET, kind: 'group', kind_vi: 'nhóm', name }))
  }
  const lamps = (target: LightTarget) => {
    const found = lampsOf(target)
    return found.ok ? found.value : []
  }
  const street: LitStreet = {
    lampsOf,
    levelOf: (_target, level) => ok(Math.max(level, LEAST)),
    progressOf(id) {
      const held = holds.find((hold) => hold.command === id)
      if (held === undefined) return null
      return { lamps: held.lamps.length, confirmed: held.lamps.filter((lamp) => shown.has(lamp)).length }
    },
    holds: () => holds,
    input(given) {
      inputs.push(given)
      if (given.type === 'light') holds = [...holds, { ...given, lamps: lamps(given.target) }]
      else holds = holds.filter((hold) => hold.command !== given.command && given.target === undefined)
    },
  }
  return {
    of: (id: string) =>
      id === STREET ? ok(street) : err(fault('STATION_UNKNOWN', { station: id, known: STREET })),
    inputs,
    show: (...names: readonly string[]) => {
      for (const name of names) shown.add(name)
    },
    /** So many earlier orders are in force. */
    hold: (count: number) => {
      holds = Array.from({ length: count }, (_, order) => ({
        command: `earlier ${order}`,
        order,
        lamps: ['l1'],
      }))
    },
    forget: () => {
      holds = []
    },
    /** Newer orders hold every lamp of this one. */
    take: (id: string) => {
      holds = holds.map((hold) => (hold.command === id ? { ...hold, lamps: [] } : hold))
    },
  }
}

function light(part: Partial<Extract<CommandAction, { type: 'light' }>> = {}, rest: Partial<Command> = {}) {
  return command({
    action: { type: 'light', station: STREET, target: { all: true }, level: 60, for_s: 7_200, ...part },
    ...rest,
  })
}

/** A setting: until it is released. */
function lasting(target: LightTarget = { all: true }, rest: Partial<Command> = {}) {
  return command({ class: 'setting', action: { type: 'light', station: STREET, target, level: 60 }, ...rest })
}

function release(
  part: { readonly target?: LightTarget; readonly command?: string },
  rest: Partial<Command> = {},
) {
  return command({ class: 'setting', action: { type: 'light-release', station: STREET, ...part }, ...rest })
}

function scene() {
  const here = world()
  const street = playedStreet()
  const boot = (options: LifeOptions = {}) => live(here, { ...options, street: street.of })
  return { here, street, boot, told: () => here.rows.map(({ outcome }) => outcome) }
}

describe('a command to light a street', () => {
  test('is accepted for so many lamps, at the level that their class allows', async () => {
    const { here, boot } = scene()
    const node = boot()
    node.take(light({ level: 10 }))
    await node.settle()
    expect(here.rows).toMatchObject([{ outcome: 'accepted', details: { lamps: 3, level: LEAST } }])
  })

  test('is done once every lamp has confirmed', async () => {
    const { here, street, boot, told } = scene()
    const node = boot()
    node.take(light())
    street.show('l1', 'l2')
    await node.pass(5)
    expect(told()).toEqual(['accepted'])
    street.show('l3')
    await node.pass(1)
    await node.settle()
    expect(here.rows.at(-1)).toMatchObject({ outcome: 'done', details: { lamps: 3, level: 60 } })
  })

  test('fails with the number of those that have, when some have not within the time', async () => {
    const { here, street, boot } = scene()
    const node = boot()
    node.take(light())
    street.show('l1', 'l2')
    await node.pass(CONFIRM_MS / 1_000 + 1)
    await node.settle()
    const details = { confirmed: 2, lamps: 3 }
    expect(here.rows.at(-1)).toMatchObject({ outcome: 'failed', code: 'LIGHT_UNCONFIRMED', details })
  })

  test('waits no longer for confirmations than it lasts', async () => {
    const { here, boot } = scene()
    const node = boot()
    node.take(light({ for_s: 60 }))
    await node.pass(61)
    await node.settle()
    expect(here.rows.at(-1)).toMatchObject({ outcome: 'failed', code: 'LIGHT_UNCONFIRMED' })
  })

  test('leaves what it asks in force where it fails: the street goes on telling its lamps', async () => {
    const { street, boot } = scene()
    const node = boot()
    node.take(light({ for_s: 60 }))
    await node.pass(61)
    expect(street.inputs.map(({ type }) => type)).toEqual(['light'])
  })

  test('that is undone before all have confirmed ends so', async () => {
    const { here, boot } = scene()
    const node = boot()
    const given = light()
    node.take(given)
    node.take(release({ command: given.id }))
    await node.pass(1)
    await node.settle()
    expect(here.rows.filter((row) => row.command === given.id).at(-1)).toMatchObject({
      outcome: 'failed',
      code: 'LIGHT_ENDED',
    })
  })

  test('of which a newer order takes every lamp before all have confirmed is not called done', async () => {
    const { here, street, boot } = scene()
    const node = boot()
    const given = light()
    node.take(given)
    street.show('l1')
    await node.pass(1)
    street.take(given.id)
    await node.pass(1)
    await node.settle()
    expect(here.rows.filter((row) => row.command === given.id).at(-1)).toMatchObject({ outcome: 'accepted' })
    await node.pass(CONFIRM_MS / 1_000)
    await node.settle()
    expect(here.rows.filter((row) => row.command === given.id).at(-1)).toMatchObject({
      ...{ outcome: 'failed', code: 'LIGHT_UNCONFIRMED', details: { confirmed: 1, lamps: 3 } },
    })
  })

  test('of an emergency goes to the street as one', async () => {
    const { street, boot } = scene()
    boot().take(light({ level: 100 }, { class: 'emergency' }))
    expect(street.inputs).toMatchObject([{ type: 'light', emergency: true, level: 100 }])
  })

  test.each([
    ['of a street that is not here', light({ station: 'elsewhere' }), 'STATION_UNKNOWN'],
    ['of a group that there is not', light({ target: { group: 'even' } }), 'LIGHT_TARGET_UNKNOWN'],
    ['for a time, as a setting', light({}, { class: 'setting' }), 'LIGHT_TIME_WRONG'],
    ['without a time, as momentary', lasting({ all: true }, { class: 'momentary' }), 'LIGHT_TIME_WRONG'],
    ['that overrides without being an emergency', light({ override: true }), 'COMMAND_OVERRIDE_REFUSED'],
    ['to release nothing that is named', release({}), 'LIGHT_RELEASE_UNCLEAR'],
  ] as const)('%s is refused', async (_name, given, code) => {
    const { here, street, boot } = scene()
    const node = boot()
    node.take(given)
    await node.settle()
    expect(here.rows).toMatchObject([{ outcome: 'refused', code }])
    expect(street.inputs).toEqual([])
  })

  test('is refused where the street has as many orders as it can keep, but for an emergency', async () => {
    const { here, street, boot } = scene()
    const most = HOLDS_MAX - HOLDS_FOR_EMERGENCIES
    street.hold(most)
    const node = boot()
    node.take(light())
    node.take(light({}, { class: 'emergency' }))
    await node.settle()
    expect(here.rows).toMatchObject([
      { outcome: 'refused', code: 'LIGHT_ORDERS_FULL', details: { street: STREET, orders: most } },
      { outcome: 'accepted' },
    ])
  })

  test('past its time is not run', async () => {
    const { here, street, boot } = scene()
    const node = boot()
    node.take(light({}, { expires: T0 - 1 }))
    await node.settle()
    expect(here.rows).toMatchObject([{ outcome: 'expired' }])
    expect(street.inputs).toEqual([])
  })

  test('may name each lamp of the longest street by the longest names', () => {
    const lamps = Array.from(
      { length: 400 },
      (_, index) => `${'x'.repeat(36)}-${String(index).padStart(3, '0')}`,
    )
    const payload = encodeCbor(light({ target: { lamps } }, { who: 'w'.repeat(60), why: 'y'.repeat(200) }))
    expect(payload.length).toBeLessThan(COMMAND_BYTES_MAX)
    expect(readCommand(payload).ok).toBe(true)
  })
})

describe('a command that was overtaken', () => {
  test('by a newer one of every lamp that it names is superseded, as a setting', async () => {
    const { here, street, boot } = scene()
    const node = boot()
    const older = lasting({ group: 'odd' })
    node.take(lasting())
    node.take(older)
    await node.settle()
    expect(here.rows.at(-1)).toMatchObject({
      command: older.id,
      outcome: 'refused',
      code: 'LIGHT_SUPERSEDED',
    })
    expect(street.inputs).toHaveLength(1)
  })

  test('by newer ones of some of its lamps is given to the street, which knows their order', async () => {
    const { street, boot } = scene()
    const node = boot()
    const older = lasting()
    node.take(lasting({ group: 'odd' }))
    node.take(older)
    expect(street.inputs.map((input) => input.type === 'light' && input.command)).toContain(older.id)
  })

  test('by its own undo does not begin after it', async () => {
    const { here, street, boot } = scene()
    const node = boot()
    const given = light()
    node.take(release({ command: given.id }))
    node.take(given)
    await node.settle()
    expect(here.rows.at(-1)).toMatchObject({
      command: given.id,
      outcome: 'refused',
      code: 'LIGHT_SUPERSEDED',
    })
    expect(street.inputs.map(({ type }) => type)).toEqual(['light-release'])
  })

  test('by a release of some of its lamps takes the others alone', async () => {
    const { here, street, boot } = scene()
    const node = boot()
    const given = lasting()
    node.take(release({ target: { group: 'odd' } }))
    node.take({ ...given, order: 0 })
    await node.settle()
    expect(here.rows.at(-1)).toMatchObject({ outcome: 'accepted', details: { lamps: 1 } })
    expect(street.inputs.at(-1)).toMatchObject({ target: { lamps: ['l2'] } })
  })
})

describe('after a restart', () => {
  test('what the street holds is watched on, not asked again, and done when the last lamp confirms', async () => {
    const { street, boot, told } = scene()
    const first = boot()
    first.take(light())
    await first.settle()
    first.kill()
    const second = boot()
    second.start()
    await second.pass(1)
    expect(told()).toEqual(['accepted'])
    street.show('l1', 'l2', 'l3')
    await second.pass(1)
    await second.settle()
    expect(told()).toEqual(['accepted', 'done'])
    expect(street.inputs).toHaveLength(1)
  })

  test('a momentary one that the street does not hold was interrupted', async () => {
    const { here, street, boot } = scene()
    const first = boot()
    first.take(light())
    await first.settle()
    first.kill()
    street.forget()
    const second = boot()
    second.start()
    await second.settle()
    expect(here.rows.at(-1)).toMatchObject({ outcome: 'failed', code: 'COMMAND_INTERRUPTED' })
    expect(street.inputs).toHaveLength(1)
  })

  test('a setting that the crash kept from the street is given to it', async () => {
    const { street, boot } = scene()
    const first = boot()
    first.take(lasting())
    await first.settle()
    first.kill()
    street.forget()
    const second = boot()
    second.start()
    await second.settle()
    expect(street.inputs).toHaveLength(2)
  })
})

test('wherever a crash falls, an order is in force once, accepted at most once, and settled', async () => {
  let steps = 0
  for (let killAt = 1; ; killAt++) {
    const { here, street, boot, told } = scene()
    const first = boot({ killAt })
    const given = lasting()
    first.take(given)
    await first.settle()
    if (!first.dead()) break
    steps++
    const second = boot()
    second.tellUntold()
    second.start()
    second.take(given)
    await second.settle()
    street.show(...LAMPS)
    await second.pass(2)
    await second.settle()
    expect(street.inputs.filter(({ type }) => type === 'light')).toHaveLength(1)
    expect(told().filter((outcome) => outcome === 'accepted').length).toBeLessThanOrEqual(1)
    expect(told().filter((outcome) => outcome !== 'accepted')).toEqual(['done'])
    expect(here.clock.now()).toBeLessThan(T0 + MINUTE)
  }
  expect(steps).toBeGreaterThan(5)
})
