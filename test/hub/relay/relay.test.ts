import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FaultError, fault } from '../../../core/errors.ts'
import { seededRandom } from '../../../core/fakes/seeded-random.ts'
import { FLAG } from '../../../core/reading.ts'
import { packState, type RadioState } from '../../../core/relay/state-frame.ts'
import { encodeCbor } from '../../../core/wire/cbor.ts'
import { EPOCH, T0 } from '../world.ts'
import { alarmFrame, createRelayWorld, EVENT, MORE_EPOCHS, NEW_EPOCH, sealed, VIA } from './relay-world.ts'

/** What a neighbour passes on is believed for its seal alone, kept once, and answered when it is on the disk. */

let world: Awaited<ReturnType<typeof createRelayWorld>>
beforeEach(async () => {
  world = await createRelayWorld()
})
afterEach(() => world.close())

const active = () => world.alertsNow().map(({ rule, level, state, value }) => ({ rule, level, state, value }))

describe('an alarm told by radio', () => {
  test('is an alert at once, with its value and its own words', async () => {
    await world.hear(alarmFrame(40))
    expect(world.alertsNow()).toMatchObject([
      {
        edge: 'edge-1',
        station: EVENT.station,
        rule: 'level',
        level: 2,
        state: 'active',
        value: 3.12,
        unit: 'm',
      },
    ])
    expect(world.alertsNow()[0]?.text.en).toContain('told by radio')
  })

  test('is acknowledged after it was stored', async () => {
    await world.hear(alarmFrame(40))
    expect(world.answers).toEqual([[40]])
  })

  test('twice is one alert and two acknowledgements: the first may have been lost', async () => {
    await world.hear(alarmFrame(40))
    await world.hear(alarmFrame(40))
    expect([active().length, world.answers, world.changes.flatMap(({ alarms }) => alarms).length]).toEqual([
      1,
      [[40], [40]],
      1,
    ])
  })

  test('tells in one acknowledgement of all that was heard near it', async () => {
    await world.hear(alarmFrame(40))
    await world.hear(alarmFrame(43, { alarm: `${EVENT.station}/level/8`, level: 3 }))
    expect(world.answers.at(-1)).toEqual([40, 43])
  })

  test('and then by network is one alert, in the words of the row', async () => {
    await world.hear(alarmFrame(40))
    const [before] = world.alertsNow()
    world.alarm(40, EVENT)
    await world.settle()
    expect(world.alertsNow()).toMatchObject([{ id: before?.id, text: EVENT.text, raisedAt: EVENT.at }])
  })

  test('after its row is no second alert, and is acknowledged', async () => {
    world.alarm(40, EVENT)
    await world.settle()
    await world.hear(alarmFrame(40))
    expect([active().length, world.alertsNow()[0]?.text, world.answers]).toEqual([1, EVENT.text, [[40]]])
  })

  test('goes on over radio and network, whichever is first', async () => {
    await world.hear(alarmFrame(40))
    world.alarm(40, EVENT)
    await world.hear(alarmFrame(41, { level: 3 }))
    await world.hear(alarmFrame(42, { event: 'cleared', level: 0 }))
    expect(active()).toMatchObject([{ level: 0, state: 'cleared' }])
  })

  test('heard out of order stands as the node ordered it', async () => {
    await world.hear(alarmFrame(42, { event: 'cleared', level: 0 }))
    await world.hear(alarmFrame(40))
    expect(active()).toMatchObject([{ state: 'cleared' }])
  })

  test('keeps an acknowledgement by an operator when its row comes', async () => {
    await world.hear(alarmFrame(40))
    const id = Number(world.alertsNow()[0]?.id)
    world.alerts.acknowledge(id, 'duty', T0)
    world.alarm(40, EVENT)
    await world.settle()
    expect(world.alertsNow()).toMatchObject([{ acknowledgedBy: 'duty' }])
  })

  test('under a guessed number is the same alert when the row comes, and who has seen it', async () => {
    // The hub knows of no alarm yet: it takes the low part of the number for the whole.
    await world.hear(alarmFrame(40, { alarm: `${EVENT.station}/level/400` }))
    const guessed = world.sql.prepare('SELECT id, alarm FROM alert').all()
    world.alerts.acknowledge(1, 'duty', T0)
    world.alarm(40, { ...EVENT, alarm: `${EVENT.station}/level/400` })
    await world.settle()
    const rows = world.sql.prepare('SELECT id, alarm, acknowledged_by FROM alert').all()
    expect([guessed, rows]).toEqual([
      [{ id: 1, alarm: `${EVENT.station}/level/144` }],
      [{ id: 1, alarm: `${EVENT.station}/level/400`, acknowledged_by: 'duty' }],
    ])
  })

  test('is of the newest alarm when the number has wrapped', async () => {
    world.alarm(39, { ...EVENT, event: 'note', alarm: `${EVENT.station}/level/700` })
    await world.settle()
    await world.hear(alarmFrame(40, { alarm: `${EVENT.station}/level/703` }))
    expect(world.sql.prepare('SELECT alarm FROM alert').all()).toEqual([
      { alarm: `${EVENT.station}/level/703` },
    ])
  })

  test('whose row was kept long enough and deleted is no new alert when somebody plays it again', async () => {
    world.alarm(40, { ...EVENT, event: 'note' })
    await world.settle()
    world.sql.exec('DELETE FROM event')
    world.sql.exec('DELETE FROM alert')
    await world.hear(alarmFrame(40))
    expect([active(), world.changes.flatMap(({ alarms }) => alarms)]).toEqual([[], []])
  })

  test('that a neighbour kept for want of a network is as old as it says', async () => {
    await world.hear(alarmFrame(40), 'edge-1', undefined, 7_200)
    expect(world.alertsNow()[0]?.raisedAt).toBe(world.clock.now() - 49 - 7_210_000)
  })

  test('says who heard the node, and when', async () => {
    await world.hear(alarmFrame(40))
    const first = world.told.lastHeard('edge-1')
    await world.hear(alarmFrame(41), 'edge-1', undefined, 60)
    const now = world.clock.now() - 49
    expect([first, world.told.lastHeard('edge-1')?.at]).toEqual([{ via: VIA, at: now - 50 }, now - 60_000])
  })
})

describe('many databases', () => {
  const announce = (epoch: string) =>
    sealed('announce', new Uint8Array(Buffer.from(epoch.slice(0, 12), 'hex')), { epoch: undefined })
  const oldest = () => world.hear(alarmFrame(0, {}, { epoch: MORE_EPOCHS[0] }))

  test('are tried, the newest four of them: each more is one more chance to guess a tag', async () => {
    for (const epoch of MORE_EPOCHS.slice(0, 3)) await world.hear(announce(epoch))
    await oldest()
    expect(active()).toHaveLength(1)
  })

  test('beyond four are not, and an old announcement that is played again does not bring one back', async () => {
    for (const epoch of MORE_EPOCHS) await world.hear(announce(epoch))
    await world.hear(announce(MORE_EPOCHS[0] ?? ''))
    await oldest()
    expect([active(), world.refusedCodes()]).toEqual([[], { RELAY_SEAL_BROKEN: 1 }])
  })
})

test('announcements of very many databases take no more room than those of a few', async () => {
  for (let turn = 0; turn < 70; turn++) world.told.announce('edge-1', `${100_000_000_000 + turn}`, turn)
  const rows = world.sql.prepare('SELECT min(announced_at) AS first, count(*) AS n FROM relayed_epoch').get()
  expect(rows).toEqual({ first: 6, n: 64 })
})

test('what was told by radio more than a year ago, and whose row never came, gives its room back', async () => {
  await world.hear(alarmFrame(40))
  await world.clock.advance(401 * 86_400_000)
  await world.hear(alarmFrame(41))
  expect(world.sql.prepare('SELECT seq FROM relayed_alarm').all()).toEqual([{ seq: 41 }])
})

describe('a new database', () => {
  const fresh = (seq: number) => alarmFrame(seq, {}, { epoch: NEW_EPOCH })
  const announce = sealed('announce', new Uint8Array(Buffer.from(NEW_EPOCH.slice(0, 12), 'hex')), {
    epoch: undefined,
  })

  test('is not known before it is announced', async () => {
    await world.hear(fresh(0))
    expect([active(), world.refusedCodes()]).toEqual([[], { RELAY_SEAL_BROKEN: 1 }])
  })

  test('is known once it is, and told so', async () => {
    await world.hear(announce)
    await world.hear(fresh(0))
    expect([active().length, world.answers]).toEqual([1, [[], [0]]])
  })

  test('whose row comes later by network is still one alert', async () => {
    await world.hear(announce)
    await world.hear(fresh(0))
    world.hello({ epoch: NEW_EPOCH, boot: 'b2' })
    await world.settle()
    world.send({
      ...{ lane: 'alarm', epoch: NEW_EPOCH, first: 0, last: 0, gaps: [] },
      events: [{ seq: 0, at: EVENT.at, body: encodeCbor(EVENT) }],
    })
    await world.settle()
    expect(world.alertsNow()).toMatchObject([{ text: EVENT.text }])
  })
})

describe('a summary', () => {
  const STATE: RadioState = {
    serial24: 100,
    clock: 'synced',
    battery: 71,
    stations: [
      {
        index: 0,
        level: 2,
        silenced: false,
        stage_cm: { value: 112, age_s: 60 },
        rise_cm_per_h: 30,
        rain1h: 15,
        rain24h: 220,
        outputs: [true],
      },
    ],
  }
  const frame = (part: Partial<RadioState> = {}) => sealed('state', packState({ ...STATE, ...part }).plain)
  const present = (channel: string) => world.store.points.present('edge-1', EVENT.station, channel)
  beforeEach(async () => {
    world.series(...['stage', 'rise', 'level'].map((channel) => `${EVENT.station}/${channel}`))
    await world.settle()
  })

  test('shows the present', async () => {
    await world.hear(frame())
    const at = world.clock.now() - 49 - 60_000
    expect(present('stage')).toEqual({ at, value: 3.12, flag: FLAG.notEvaluated })
    expect([present('rise')?.value, present('level')?.value]).toEqual([0.3, 2])
  })

  test('leaves out points that the node has never told', async () => {
    await world.hear(frame())
    expect(present('rain_1h')).toBeUndefined()
  })

  test('is no history', async () => {
    await world.hear(frame())
    expect(world.sql.prepare('SELECT count(*) AS n FROM reading').get()).toEqual({ n: 0 })
  })

  test('that was heard before, or is older, is refused', async () => {
    await world.hear(frame({ serial24: 100 }))
    await world.hear(frame({ serial24: 100 }))
    await world.hear(frame({ serial24: 99 }))
    expect(world.refusedCodes()).toEqual({ RELAY_REPLAYED: 2 })
  })

  test('that was held back until the node has told more by network is refused: the present is newer', async () => {
    await world.hear(frame({ serial24: 100 }))
    world.hello({ lanes: [{ lane: 'state', oldest: 0, next: 160 }] })
    await world.settle()
    await world.hear(frame({ serial24: 159 }))
    const late = world.refusedCodes()
    await world.hear(frame({ serial24: 160 }))
    expect([late, world.refusedCodes()]).toEqual([{ RELAY_REPLAYED: 1 }, { RELAY_REPLAYED: 1 }])
  })

  test('that a neighbour kept for want of a network is as old as it says', async () => {
    await world.hear(frame(), 'edge-1', undefined, 7_200)
    expect(present('stage')?.at).toBe(world.clock.now() - 49 - 7_260_000)
  })

  test('is newer also when its number has wrapped', async () => {
    await world.hear(frame({ serial24: 2 ** 24 - 1 }))
    await world.hear(frame({ serial24: 5 }))
    expect([world.refusedCodes(), world.told.stateSerial('edge-1', EPOCH.slice(0, 12))]).toEqual([
      {},
      2 ** 24 + 5,
    ])
  })

  test('asks for no answer: the radio stays free', async () => {
    await world.hear(frame())
    expect(world.answers).toEqual([])
  })
})

describe('refused and counted', () => {
  const refusedFor = async (payload: Uint8Array, from?: string, topic?: string) => {
    await world.hear(payload, from, topic)
    expect([active(), world.answers]).toEqual([[], []])
    return world.refusedCodes()
  }
  test('a frame sealed with another key', async () => {
    const key = seededRandom(1).bytes(32)
    expect(await refusedFor(alarmFrame(40, {}, { key }))).toEqual({ RELAY_SEAL_BROKEN: 1 })
  })
  test('a frame of another edge', async () => {
    expect(await refusedFor(alarmFrame(40, {}, { edge: 'edge-2' }))).toEqual({ RELAY_SEAL_BROKEN: 1 })
  })
  test('an edge without a relay key', async () => {
    expect(await refusedFor(alarmFrame(40), 'edge-2')).toEqual({ RELAY_UNKNOWN_EDGE: 1 })
  })
  test('a name that is none', async () => {
    expect(await refusedFor(alarmFrame(40), '../../x')).toEqual({ MESSAGE_INVALID: 1 })
  })
  test('a length that no frame has', async () => {
    expect(await refusedFor(new Uint8Array(9))).toEqual({ RELAY_SEAL_BROKEN: 1 })
  })
  test('a station that was never told', async () => {
    world.sql.exec('UPDATE edge SET describe = NULL')
    world.edges.forget()
    expect(await refusedFor(alarmFrame(40))).toEqual({ RELAY_STATION_UNKNOWN: 1 })
  })

  test('guesses: after ten in a minute none is tried, over that neighbour', async () => {
    const random = seededRandom(9)
    for (let turn = 0; turn < 12; turn++) await world.hear(random.bytes(11))
    await world.hear(alarmFrame(40))
    expect([world.refusedCodes(), active()]).toEqual([
      { RELAY_SEAL_BROKEN: 10, RELAY_TOO_MANY_FAILURES: 3 },
      [],
    ])
  })

  test('more frames than a radio carries, over one neighbour', async () => {
    for (let turn = 0; turn < 121; turn++) await world.hear(alarmFrame(40))
    expect([world.answers.length, world.refusedCodes()]).toEqual([120, { RELAY_TOO_MANY_FAILURES: 1 }])
  })

  test('a guesser does not shut out another neighbour', async () => {
    const random = seededRandom(9)
    for (let turn = 0; turn < 12; turn++) await world.hear(random.bytes(11))
    await world.hear(alarmFrame(40), 'edge-1', 'tram/v1/dong-ha/edge-3/relay')
    expect(active()).toHaveLength(1)
  })

  test('a guesser is heard again after a minute', async () => {
    const random = seededRandom(9)
    for (let turn = 0; turn < 12; turn++) await world.hear(random.bytes(11))
    await world.clock.advance(61_000)
    await world.hear(alarmFrame(40))
    expect(active()).toHaveLength(1)
  })
})

test('what the disk does not take is not acknowledged, and is taken when it is told again', async () => {
  let full = false
  const other = await createRelayWorld((sql) => ({
    ...sql,
    transaction(work) {
      if (full) throw new FaultError(fault('STORE_FULL', { file: 'hub.sqlite' }))
      return sql.transaction(work)
    },
  }))
  full = true
  await other.hear(alarmFrame(40))
  const then = [other.answers.length, other.refusedCodes()]
  full = false
  await other.hear(alarmFrame(40))
  expect([then, other.answers]).toEqual([[0, { STORE_FULL: 1 }], [[40]]])
  other.close()
})
