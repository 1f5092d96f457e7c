import { describe, expect, test } from 'vitest'
import { encodeCbor } from '../../../core/wire/cbor.ts'
import { DOUBT_MS, EMERGENCIES_MAX, REMEMBERED_MAX, WAITING_MAX } from '../../../edge/commands/commands.ts'
import { COMMAND_BYTES_MAX } from '../../../edge/commands/read-command.ts'
import { command, emergency, live, MINUTE, setting, T0, world } from './rig.ts'

const ON = [{ output: 'relay1', value: 1 }]

describe('a command to drive an output', () => {
  test('is accepted, and done when the device has confirmed', async () => {
    const here = world()
    const node = live(here)
    const given = command()
    node.take(given)
    await node.settle()
    expect(node.drives).toMatchObject([{ output: 'relay1', value: 1 }])
    expect(here.rows.map(({ outcome }) => outcome)).toEqual(['accepted'])
    node.progress('confirmed', ON)
    await node.settle()
    expect(here.rows.map(({ outcome }) => outcome)).toEqual(['accepted', 'done'])
    expect(here.rows[1]).toMatchObject({
      command: given.id,
      who: 'Lan',
      class: 'momentary',
      action: given.action,
    })
  })

  test('is done at once where the device confirms at once', async () => {
    const here = world()
    const node = live(here, { confirming: true })
    node.take(command())
    await node.settle()
    expect(here.rows.map(({ outcome }) => outcome)).toEqual(['done'])
  })

  test('ends after its time: the output goes back to who else drives it', async () => {
    const here = world()
    const node = live(here, { confirming: true })
    node.take(command())
    await node.pass(61)
    expect(node.drives.at(-1)).toMatchObject({ output: 'relay1', value: 0 })
  })

  test('fails when the driver gives it up, and nothing is driven for it afterwards', async () => {
    const here = world()
    const node = live(here)
    node.take(
      command({ action: { type: 'drive', device: 'siren', output: 'relay1', value: 1, for_s: 3_600 } }),
    )
    node.progress('failed', ON)
    node.drives.length = 0
    await node.pass(600)
    expect(here.rows.at(-1)).toMatchObject({ outcome: 'failed', code: 'COMMAND_NOT_DELIVERED' })
    expect(node.drives.filter(({ value }) => value === 1)).toEqual([])
  })

  test('fails as unconfirmed when its time is over without a word', async () => {
    const here = world()
    const node = live(here)
    node.take(command())
    await node.pass(61)
    expect(here.rows.at(-1)).toMatchObject({ outcome: 'failed', code: 'COMMAND_UNCONFIRMED' })
  })

  test('fails when another takes the output before it was confirmed', async () => {
    const here = world()
    const node = live(here)
    node.take(command())
    const hold = { device: 'siren', output: 'relay1', value: 0, rank: 'manual', until: null } as const
    node.outputs.order('hold:1', { ...hold, reason: { vi: 'giữ', en: 'hold' } })
    await node.pass(1)
    expect(here.rows.at(-1)).toMatchObject({ outcome: 'failed', code: 'COMMAND_DISPLACED' })
  })
})

describe('refusals have their reason', () => {
  test.each([
    [
      'an unknown output',
      { type: 'drive', device: 'siren', output: 'relay9', value: 1, for_s: 9 },
      'OUTPUT_UNKNOWN',
    ],
    [
      'a name of every object',
      { type: 'drive', device: 'siren', output: 'constructor', value: 1, for_s: 9 },
      'OUTPUT_UNKNOWN',
    ],
    [
      'an unknown device',
      { type: 'drive', device: 'pump', output: 'relay1', value: 1, for_s: 9 },
      'OUTPUT_UNKNOWN',
    ],
    [
      'a value out of range',
      { type: 'drive', device: 'siren', output: 'relay1', value: 2, for_s: 9 },
      'OUTPUT_CLAIM_INVALID',
    ],
    ['an unknown station', { type: 'silence', station: 'hue', for_min: 5 }, 'STATION_UNKNOWN'],
  ] as const)('%s', async (_name, action, code) => {
    const here = world()
    const node = live(here)
    node.take(command({ action }))
    await node.settle()
    expect(here.rows).toMatchObject([{ outcome: 'refused', code }])
    expect(node.refusals.counts()).toEqual({ [code]: 1 })
    expect(node.drives).toEqual([])
  })

  test('an action of a newer hub is refused by its id, once', async () => {
    const here = world()
    const node = live(here)
    const payload = encodeCbor({ ...command({ id: 'new-1' }), action: { type: 'dance' } })
    for (let again = 0; again < 3; again++) node.commands.take(payload)
    await node.settle()
    expect(here.rows).toMatchObject([{ command: 'new-1', outcome: 'refused', code: 'COMMAND_UNREADABLE' }])
  })

  test.each([
    ['no CBOR', new Uint8Array([0xff, 0x00]), 'MESSAGE_MALFORMED'],
    ['something too large', new Uint8Array(COMMAND_BYTES_MAX + 1), 'MESSAGE_TOO_LARGE'],
    ['another message', encodeCbor({ v: 1, alive: true }), 'COMMAND_UNREADABLE'],
  ] as const)('%s is counted and answered by nothing', async (_name, payload, code) => {
    const here = world()
    const node = live(here)
    node.commands.take(payload)
    await node.settle()
    expect(here.rows).toEqual([])
    expect(node.refusals.counts()).toEqual({ [code]: 1 })
  })
})

describe('a manual hold at the site', () => {
  const held = () => {
    const here = world()
    const node = live(here, { confirming: true })
    const hold = { device: 'siren', output: 'relay1', value: 0, rank: 'manual', until: null } as const
    node.outputs.order('hold:1', { ...hold, reason: { vi: 'giữ', en: 'hold' } })
    return { here, node }
  }

  test.each([
    ['a command', command],
    ['an emergency', emergency],
  ] as const)('stands above %s', async (_name, make) => {
    const { here, node } = held()
    node.take(make())
    await node.pass(1)
    expect(here.rows).toMatchObject([{ outcome: 'refused', code: 'COMMAND_OUTRANKED' }])
    expect(node.drives.filter(({ value }) => value === 1)).toEqual([])
  })

  test('gives way to an emergency that overrides, and has the output again afterwards', async () => {
    const { here, node } = held()
    node.take(emergency({}, true))
    await node.settle()
    expect(here.rows).toMatchObject([{ outcome: 'done' }])
    expect(node.outputs.decision('siren', 'relay1')).toMatchObject({ value: 1, winner: 'override' })
    await node.pass(61)
    expect(node.outputs.decision('siren', 'relay1')).toMatchObject({ value: 0, winner: 'manual' })
  })
})

describe('time', () => {
  test('a command that arrives late never runs and is told as expired', async () => {
    const here = world()
    const node = live(here)
    node.take(command({ expires: T0 - 1 }))
    await node.pass(5)
    expect(here.runs).toEqual([])
    expect(here.rows).toMatchObject([{ outcome: 'expired', code: 'COMMAND_EXPIRED' }])
  })

  test('with the clock unknown it waits for the time, and runs when that proves it valid', async () => {
    const here = world()
    here.error = { before: 1e9, after: Number.POSITIVE_INFINITY }
    const node = live(here)
    node.take(command())
    await node.pass(3)
    expect(here.runs).toEqual([])
    here.error = { before: 500, after: 500 }
    await node.pass(1)
    expect(here.runs).toHaveLength(1)
  })

  test('with the clock unknown it is told as expired when the time then proves it late', async () => {
    const here = world()
    here.error = { before: 1e9, after: Number.POSITIVE_INFINITY }
    const node = live(here)
    node.take(command({ expires: T0 + 2_000 }))
    await node.pass(5)
    here.error = { before: 500, after: 500 }
    await node.pass(1)
    expect(here.runs).toEqual([])
    expect(here.rows).toMatchObject([{ outcome: 'expired', code: 'COMMAND_EXPIRED' }])
  })

  test('a clock that nobody sets does not keep it waiting for ever', async () => {
    const here = world()
    here.error = { before: 1e12, after: Number.POSITIVE_INFINITY }
    const node = live(here)
    node.take(command())
    await node.pass(DOUBT_MS / 1000 + 1)
    expect(here.runs).toEqual([])
    expect(here.rows).toMatchObject([{ outcome: 'expired', code: 'COMMAND_TIME_UNKNOWN' }])
  })

  test('a command for later waits, also over a restart', async () => {
    const here = world()
    const node = live(here)
    node.take(command({ notBefore: T0 + 10_000, expires: T0 + MINUTE }))
    await node.pass(2)
    const again = live(here)
    again.start()
    await again.pass(7)
    expect(here.runs).toEqual([])
    await again.pass(2)
    expect(here.runs.map(({ at }) => at - T0)).toEqual([10_000])
  })

  test('no more wait than are remembered as waiting', async () => {
    const here = world()
    const node = live(here)
    for (let count = 0; count <= WAITING_MAX; count++) node.take(command({ notBefore: T0 + 10_000 }))
    await node.settle()
    expect(here.rows).toMatchObject([{ outcome: 'refused', code: 'COMMAND_WAITING_FULL' }])
  })
})

describe('settings', () => {
  test('are in force again after a restart, and let go by null', async () => {
    const here = world()
    live(here).take(setting(1))
    const node = live(here)
    node.start()
    expect(node.outputs.decision('siren', 'relay1')).toMatchObject({ value: 1, winner: 'command' })
    node.take(setting(null))
    await node.settle()
    expect(node.outputs.decision('siren', 'relay1')).toMatchObject({ value: 0, winner: 'default' })
    const last = live(here)
    last.start()
    expect(last.outputs.decision('siren', 'relay1')).toBeUndefined()
  })

  test('that the site has ended stays so over a restart, and is written down once the disk takes it', async () => {
    const here = world()
    let broken = false
    const node = live(here, { brokenDisk: () => broken })
    node.take(setting(1))
    broken = true
    node.commands.letGo('siren', 'relay1', 'Minh')
    broken = false
    await node.pass(15)
    node.kill()
    const next = live(here)
    next.start()
    expect(next.outputs.decision('siren', 'relay1')?.owner).not.toBe('setting')
  })

  test('that come late run all the same, in the order in which they were given', async () => {
    const here = world()
    const [first, second] = [setting(1, { expires: T0 - 1 }), setting(0, { expires: T0 - 1 })]
    const node = live(here)
    node.take(second)
    node.take(first)
    await node.settle()
    expect(here.rows).toMatchObject([
      { command: second.id, outcome: 'done' },
      { command: first.id, outcome: 'refused', code: 'COMMAND_SUPERSEDED' },
    ])
    expect(node.outputs.decision('siren', 'relay1')).toMatchObject({ value: 0, winner: 'command' })
  })

  test('rank below a hold and wait behind it', async () => {
    const here = world()
    const node = live(here)
    const hold = { device: 'siren', output: 'relay1', value: 0, rank: 'manual', until: null } as const
    node.outputs.order('hold:1', { ...hold, reason: { vi: 'giữ', en: 'hold' } })
    node.take(setting(1))
    await node.settle()
    expect(here.rows).toMatchObject([{ outcome: 'done' }])
    expect(node.outputs.decision('siren', 'relay1')?.winner).toBe('manual')
    node.outputs.release('hold:1')
    expect(node.outputs.decision('siren', 'relay1')).toMatchObject({ value: 1, winner: 'command' })
  })
})

describe('without a disk', () => {
  test.each([
    ['in memory', { durable: false }],
    ['broken', { brokenDisk: () => true }],
  ] as const)('that is %s a command is refused, and an emergency runs, once', async (_name, options) => {
    const here = world()
    const node = live(here, { ...options, confirming: true })
    node.take(command())
    const urgent = emergency()
    for (let again = 0; again < 10; again++) node.take(urgent)
    await node.settle()
    expect(here.rows).toMatchObject([
      { outcome: 'refused', code: 'COMMAND_STORE_FAILED' },
      { command: urgent.id, outcome: 'done' },
    ])
    expect(here.runs.map(({ id }) => id)).toEqual([urgent.id])
  })
})

test('a store that took the place of a damaged one runs settings and emergencies, and for a day nothing momentary', async () => {
  const here = world()
  const node = live(here, { replaced: true, confirming: true })
  node.take(command())
  node.take(emergency())
  node.take(setting(1))
  await node.settle()
  expect(here.rows.map(({ outcome }) => outcome)).toEqual(['refused', 'done', 'done'])
  expect(here.rows[0]).toMatchObject({ code: 'COMMAND_STORE_FAILED' })
  await here.clock.advance(24 * 60 * MINUTE)
  node.take(command({ expires: here.clock.now() + MINUTE }))
  await node.settle()
  expect(here.rows.at(-1)).toMatchObject({ outcome: 'done' })
})

test('a store that took the place of a damaged one is in doubt for the rest of the day after a restart too', async () => {
  const here = world()
  live(here, { replaced: true }).start()
  await here.clock.advance(23 * 60 * MINUTE)
  const node = live(here, { confirming: true })
  node.start()
  const late = () => command({ expires: here.clock.now() + MINUTE })
  node.take(late())
  await node.settle()
  expect(here.rows).toMatchObject([{ outcome: 'refused', code: 'COMMAND_STORE_FAILED' }])
  await here.clock.advance(60 * MINUTE)
  node.take(late())
  await node.settle()
  expect(here.rows.at(-1)).toMatchObject({ outcome: 'done' })
})

test('the day of doubt begins when the time is known, and a clock that was far ahead does not make it longer', async () => {
  const here = world()
  here.error = { before: 1e12, after: Number.POSITIVE_INFINITY }
  live(here, { replaced: true }).start()
  await here.clock.advance(48 * 60 * MINUTE)
  here.error = { before: 500, after: 500 }
  here.clock.stepWall(365 * 24 * 60 * MINUTE)
  const ahead = live(here, { confirming: true })
  ahead.start()
  here.clock.stepWall(-365 * 24 * 60 * MINUTE)
  const node = live(here, { confirming: true })
  node.start()
  const given = () => command({ expires: here.clock.now() + MINUTE })
  node.take(given())
  await here.clock.advance(24 * 60 * MINUTE + 1_000)
  node.take(given())
  await node.settle()
  expect(here.rows.map(({ outcome }) => outcome)).toEqual(['refused', 'done'])
})

test.each([
  ['no JSON any more', '{"v":1,"id'],
  ['of another version', '{"v":9}'],
])(
  'what the store says that is %s stops nothing: its command is known and not run again',
  async (_name, text) => {
    const here = world()
    const given = command()
    live(here).take(given)
    here.sql.prepare('UPDATE command SET body = ?').run(text)
    here.sql.prepare('UPDATE untold SET outcome = ?').run(text)
    const node = live(here, { confirming: true })
    node.start()
    node.take(given)
    node.take(command())
    await node.pass(2)
    expect(here.runs.map(({ id }) => id === given.id)).toEqual([true, false])
    expect(here.rows.at(-1)).toMatchObject({ outcome: 'done' })
  },
)

test('no more are remembered than there is room for; emergencies run all the same, and expired ones make room', async () => {
  const here = world()
  const node = live(here, { confirming: true })
  for (let count = 0; count < REMEMBERED_MAX; count++) node.take(command({ class: 'setting' }))
  node.take(command())
  node.take(emergency())
  await node.settle()
  expect(here.rows.slice(-2)).toMatchObject([
    { outcome: 'refused', code: 'COMMAND_LEDGER_FULL' },
    { outcome: 'done' },
  ])
  here.acknowledged = here.rows.length
  await here.clock.advance(25 * 60 * MINUTE)
  node.take(command({ expires: here.clock.now() + MINUTE }))
  await node.settle()
  expect(here.rows.at(-1)).toMatchObject({ outcome: 'done' })
})

test('emergencies have room of their own, and that too is bounded', async () => {
  const here = world()
  const node = live(here, { confirming: true })
  for (let count = 0; count < REMEMBERED_MAX; count++) node.take(command({ class: 'setting' }))
  for (let count = 0; count < EMERGENCIES_MAX; count++) node.take(emergency({ notBefore: T0 + 30_000 }))
  node.take(emergency())
  await node.settle()
  expect(here.rows.at(-1)).toMatchObject({ outcome: 'refused', code: 'COMMAND_LEDGER_FULL' })
  expect(here.runs).toEqual([])
}, 60_000)

test('a hub that asks again for what it had acknowledged is told again, the same and not often', async () => {
  const here = world()
  const node = live(here, { confirming: true })
  const given = command({ expires: T0 + 600 * MINUTE })
  node.take(given)
  await node.pass(1)
  here.acknowledged = here.rows.length
  node.take(given)
  await node.settle()
  expect(here.rows).toHaveLength(1)
  await here.clock.advance(60 * MINUTE)
  for (let again = 0; again < 5; again++) node.take(given)
  await node.settle()
  expect(here.rows).toHaveLength(2)
  expect(here.rows[1]).toEqual(here.rows[0])
  expect(here.runs).toHaveLength(1)
})

test('a hundred copies run once and are answered once', async () => {
  const here = world()
  const node = live(here, { confirming: true })
  const given = command()
  for (let copy = 0; copy < 100; copy++) node.take(given)
  await node.pass(2)
  for (let copy = 0; copy < 100; copy++) node.take(given)
  await node.pass(2)
  expect(here.runs).toHaveLength(1)
  expect(here.rows.map(({ outcome }) => outcome)).toEqual(['done'])
})
