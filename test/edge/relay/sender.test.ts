import { afterEach, describe, expect, test } from 'vitest'
import { type ErrorCode, fault } from '../../../core/errors.ts'
import { fakeClock } from '../../../core/fakes/fake-clock.ts'
import { seededRandom } from '../../../core/fakes/seeded-random.ts'
import { openSqlite } from '../../../core/node/sqlite.ts'
import { packAck } from '../../../core/relay/ack-frame.ts'
import { unpackAlarm } from '../../../core/relay/alarm-frame.ts'
import { RELAY_FPORT } from '../../../core/relay/frame-kinds.ts'
import { createSeal, type SealedKind } from '../../../core/relay/seal.ts'
import { err, ok } from '../../../core/result.ts'
import { encodeCbor } from '../../../core/wire/cbor.ts'
import type { AlarmEvent } from '../../../core/wire/messages.ts'
import type { PendingAlarm } from '../../../edge/outbox/outbox.ts'
import { createRelayMemory } from '../../../edge/relay/memory.ts'
import type { Modem, ModemState } from '../../../edge/relay/modem.ts'
import { createRelaySender } from '../../../edge/relay/sender.ts'
import { DONG_HA, START } from '../control/flood/station.ts'

/** When the node speaks, what it says first, how often again, and when it falls silent. */

const KEY = new Uint8Array(32).fill(7)
const EPOCH = '00112233445566aa'
const SECOND = 1_000
const stores: { close(): void }[] = []
afterEach(() => {
  for (const store of stores.splice(0)) store.close()
})

interface SceneOptions {
  readonly known?: boolean
  readonly dataRate?: number
  readonly dutyCycle_percent?: number
  readonly state_min?: number
  readonly store?: ReturnType<typeof openSqlite>
}

function createScene(options: SceneOptions = {}) {
  const { known = true, dataRate = 2, dutyCycle_percent = 1, state_min = 0 } = options
  const clock = fakeClock(START)
  const store = options.store ?? openSqlite(':memory:')
  if (options.store === undefined) stores.push(store)
  const rows: PendingAlarm[] = []
  const frames: { readonly at: number; readonly bytes: Uint8Array }[] = []
  const refused: string[] = []
  let receive: (fPort: number, bytes: Uint8Array) => void = () => {}
  let changed: () => void = () => {}
  let documents: readonly unknown[] = [DONG_HA]
  let reachable = false
  let rejoins = 0
  let fails: ErrorCode | undefined
  let joining: () => void = () => {}
  let state: ModemState = 'joined'
  let next = 0
  const modem: Modem = {
    start: () => {},
    stop: () => Promise.resolve(),
    state: () => state,
    signal: () => undefined,
    send(_fPort, bytes) {
      frames.push({ at: clock.monotonic() / SECOND, bytes })
      return Promise.resolve(fails === undefined ? ok(undefined) : err(fault(fails)))
    },
    rejoin: () => void rejoins++,
    onReceived(handler) {
      receive = handler
      return () => {}
    },
    onState: () => () => {},
    onJoining(handler) {
      joining = handler
      return () => {}
    },
  }
  const memory = createRelayMemory(store, ({ code }) => refused.push(code))
  if (known) memory.know(EPOCH)
  const sender = createRelaySender({
    ...{ clock, wall: clock, random: seededRandom(2), modem, memory, edge: 'dong-ha', key: KEY },
    outbox: {
      alarms: (limit) => rows.toReversed().slice(0, limit),
      epoch: () => EPOCH,
      lanes: () => [
        { lane: 'alarm', oldest: 0, next },
        { lane: 'state', oldest: 0, next: 500 },
      ],
      onChange(handler) {
        changed = handler
        return () => {}
      },
    },
    present: { stations: () => [], outputs: () => [], health: () => ({}) },
    documents: () => documents,
    reachable: () => reachable,
    config: { region: 'AS923-2', dataRate, after_s: 60, state_min, dutyCycle_percent },
    refused: ({ code }) => refused.push(code),
  })
  const open = (kind: SealedKind, bytes: Uint8Array) =>
    createSeal({ key: KEY, edge: 'dong-ha', kind, ...(kind === 'announce' ? {} : { epoch: EPOCH }) }).open(
      bytes,
    )
  sender.start()
  return {
    ...{ clock, sender, frames, refused, memory },
    rejoins: () => rejoins,
    join: () => joining(),
    /** From now on the modem says so of each frame. */
    fail(code: ErrorCode) {
      fails = code
    },
    alarm(rule: string, part: Partial<AlarmEvent> = {}) {
      const body: AlarmEvent = {
        ...{ v: 1, alarm: `${DONG_HA.id}/${rule}/${part.level ?? 1}`, station: DONG_HA.id, rule },
        ...{ event: 'raised', level: 1, at: clock.now(), text: { vi: 'x', en: 'x' }, ...part },
      }
      rows.push({ seq: next++, at: body.at, body: encodeCbor(body) })
      changed()
    },
    /** What was sent, in short: the numbers of alarms, `announce`, `state`. */
    said: () =>
      frames.map(({ bytes }) => {
        if (bytes.length === 10) return open('announce', bytes) === undefined ? '?' : 'announce'
        if (bytes.length > 11) return open('state', bytes) === undefined ? '?' : 'state'
        const alarm = unpackAlarm(open('alarm', bytes) ?? new Uint8Array(0))
        return alarm.ok ? alarm.value.seq16 : '?'
      }),
    answer(...seqs: number[]) {
      receive(
        RELAY_FPORT,
        createSeal({ key: KEY, edge: 'dong-ha', kind: 'ack', epoch: EPOCH }).seal(packAck(seqs)),
      )
    },
    /** The stations of now, of which the hub has not been told. */
    edit(next: readonly unknown[]) {
      documents = next
    },
    /** Stations in the alarms sent, by code. */
    stations: () =>
      frames.map(({ bytes }) => {
        const alarm = unpackAlarm(open('alarm', bytes) ?? new Uint8Array(0))
        return alarm.ok ? alarm.value.station : '?'
      }),
    hear: (bytes: Uint8Array, fPort = RELAY_FPORT) => receive(fPort, bytes),
    reach(now: boolean) {
      reachable = now
      sender.reachChanged()
    },
    setModem(next: ModemState) {
      state = next
    },
  }
}

describe('while the hub is out of reach', () => {
  test('nothing is said before its time, and then the graver alarm first', async () => {
    const { clock, alarm, said } = createScene()
    alarm('rise')
    alarm('level', { level: 3 })
    await clock.advance(59 * SECOND)
    const before = said()
    await clock.advance(10 * SECOND)
    expect([before, said()]).toEqual([[], [1, 0]])
  })

  test('it is repeated with growing pauses until it is acknowledged', async () => {
    const { clock, alarm, frames, answer, sender } = createScene()
    alarm('level')
    await clock.advance(600 * SECOND)
    const times = frames.map(({ at }) => at)
    const pauses = times.slice(1).map((at, index) => at - (times[index] ?? 0))
    expect(pauses.every((pause, index) => index === 0 || pause > (pauses[index - 1] ?? 0))).toBe(true)
    answer(0)
    const { length } = frames
    await clock.advance(3_600 * SECOND)
    expect([frames.length, sender.status().untold]).toEqual([length, 0])
  })

  test('of one alarm the newest word alone is told', async () => {
    const { clock, alarm, said } = createScene()
    const life = { alarm: `${DONG_HA.id}/level/9` }
    alarm('level', { ...life, level: 1 })
    alarm('level', { ...life, level: 2 })
    alarm('level', { ...life, event: 'cleared', level: 0 })
    await clock.advance(65 * SECOND)
    expect(said()).toEqual([2])
  })

  test('between two frames the air is left to the answer', async () => {
    const { clock, alarm, frames } = createScene()
    for (const level of [1, 2, 3]) alarm('level', { level, alarm: `${DONG_HA.id}/level/${level}` })
    await clock.advance(80 * SECOND)
    const [first = 0, second = 0, third = 0] = frames.map(({ at }) => at)
    expect([second - first, third - second]).toEqual([6, 6])
  })

  test('notes are left to the network', async () => {
    const { clock, alarm, said } = createScene()
    alarm('level', { event: 'note' })
    await clock.advance(120 * SECOND)
    expect(said()).toEqual([])
  })

  test('what has no short code is said to be untellable, once', async () => {
    const { clock, alarm, refused } = createScene()
    alarm('lamp-failure')
    await clock.advance(600 * SECOND)
    expect(refused).toEqual(['RELAY_UNTELLABLE'])
  })

  test('a database that the hub may not know is announced first, until it answers', async () => {
    const { clock, alarm, said, answer } = createScene({ known: false })
    alarm('level')
    await clock.advance(80 * SECOND)
    const before = said()
    answer()
    await clock.advance(600 * SECOND)
    expect(before.slice(0, 2)).toEqual(['announce', 0])
    expect(said().slice(before.length)).not.toContain('announce')
  })

  test('the present is told at its turns from DR3 on', async () => {
    const { clock, said } = createScene({ dataRate: 3, state_min: 30 })
    await clock.advance(3 * 1_800 * SECOND)
    expect(said()).toEqual(['state', 'state', 'state'])
  })

  test('the present is not told at DR2: it would not fit', async () => {
    const { clock, said } = createScene({ dataRate: 2, state_min: 30 })
    await clock.advance(7_200 * SECOND)
    expect(said()).toEqual([])
  })

  test('the air is kept free beyond the duty cycle', async () => {
    // A frame of 11 bytes at DR2 takes 0.37 s: 0.05 % of an hour are four of them.
    const { clock, alarm, frames, sender } = createScene({ dutyCycle_percent: 0.05 })
    for (const level of [1, 2, 3]) alarm('level', { level, alarm: `${DONG_HA.id}/level/${level}` })
    await clock.advance(3_500 * SECOND)
    expect(frames).toHaveLength(4)
    expect(sender.status().airtime_ms).toBeLessThanOrEqual(1_800)
  })

  test('a summary that has to wait for the air does not hold up alarms', async () => {
    // Of 0.05 % of an hour, half is for alarms alone: a second summary has to wait.
    const quiet = createScene({ dataRate: 3, dutyCycle_percent: 0.05 })
    const telling = createScene({ dataRate: 3, dutyCycle_percent: 0.05, state_min: 1 })
    for (const { alarm } of [quiet, telling]) alarm('level')
    for (const { clock } of [quiet, telling]) await clock.advance(400 * SECOND)
    const alarmsOf = ({ frames }: typeof quiet) => frames.filter(({ bytes }) => bytes.length === 11)
    const pauses = alarmsOf(telling)
      .slice(1)
      .map(({ at }, index) => at - (alarmsOf(telling)[index]?.at ?? 0))
    expect(alarmsOf(telling).length).toBe(alarmsOf(quiet).length)
    expect(pauses[0]).toBeLessThan(26)
  })

  test('a network that answers nothing has perhaps forgotten the modem: it joins again', async () => {
    const { clock, alarm, rejoins } = createScene()
    alarm('level')
    await clock.advance(2 * 3_600 * SECOND)
    expect(rejoins()).toBeGreaterThan(0)
  })

  test('and a hub that has perhaps forgotten this database is told of it again', async () => {
    const { clock, alarm, said, answer } = createScene()
    alarm('level')
    await clock.advance(2 * 3_600 * SECOND)
    const before = said().filter((what) => what === 'announce').length
    answer()
    await clock.advance(3_600 * SECOND)
    expect(before).toBeGreaterThan(0)
    expect(said().filter((what) => what === 'announce')).toHaveLength(before)
  })

  test('a frame of which the modem does not say whether it left counts as sent: it may have been on the air', async () => {
    const { clock, alarm, fail, frames, sender } = createScene()
    fail('MODEM_SILENT')
    alarm('level')
    await clock.advance(400 * SECOND)
    expect(frames.length).toBeLessThan(6)
    expect(sender.status().airtime_ms).toBe(Math.round(frames.length * 370.688))
  })

  test('a frame that the modem refused was not on the air', async () => {
    const { clock, alarm, fail, frames, sender } = createScene()
    fail('MODEM_REFUSED')
    alarm('level')
    await clock.advance(200 * SECOND)
    expect([frames.length > 10, sender.status().airtime_ms]).toEqual([true, 0])
  })

  test('a request to join takes of the air that alarms have', async () => {
    const { clock, alarm, join, frames, sender } = createScene({ dutyCycle_percent: 0.05 })
    for (let turn = 0; turn < 3; turn++) join()
    alarm('level')
    await clock.advance(3_500 * SECOND)
    expect([frames.length, sender.status().airtime_ms]).toEqual([1, 1_483])
  })

  test('a network that answers now and then has not: it stays joined', async () => {
    const { clock, alarm, answer, rejoins, frames } = createScene()
    for (let level = 1; level <= 5; level++) alarm('level', { level, alarm: `${DONG_HA.id}/level/${level}` })
    for (let turn = 0; turn < 100; turn++) {
      await clock.advance(30 * SECOND)
      answer()
    }
    expect([frames.length > 16, rejoins()]).toEqual([true, 0])
  })

  test('what comes on another port is none of the hub’s, and is no forgery', async () => {
    const { clock, alarm, hear, refused, sender } = createScene()
    alarm('level')
    await clock.advance(65 * SECOND)
    hear(new Uint8Array(11), 2)
    expect([refused, sender.status().untold]).toEqual([[], 1])
  })

  test('nothing is sent while the modem has not joined', async () => {
    const { clock, alarm, said, setModem } = createScene()
    setModem('joining')
    alarm('level')
    await clock.advance(300 * SECOND)
    const before = said()
    setModem('joined')
    await clock.advance(31 * SECOND)
    expect([before, said()]).toEqual([[], [0]])
  })

  test('an answer that does not open is refused', async () => {
    const { clock, alarm, hear, refused, sender } = createScene()
    alarm('level')
    await clock.advance(65 * SECOND)
    hear(new Uint8Array(11))
    expect([refused, sender.status().untold]).toEqual([['RELAY_SEAL_BROKEN'], 1])
  })
})

describe('when the hub is back', () => {
  test('it falls silent, and leaves no timer behind', async () => {
    const { clock, alarm, frames, reach, sender } = createScene()
    alarm('level')
    await clock.advance(65 * SECOND)
    reach(true)
    await clock.advance(SECOND)
    const { length } = frames
    expect(clock.pending()).toBe(0)
    await clock.advance(3_600 * SECOND)
    expect([frames.length, sender.status().state]).toEqual([length, 'resting'])
  })

  test('and is gone again, what it has still not committed is told as if for the first time', async () => {
    const { clock, alarm, reach, frames } = createScene()
    alarm('level')
    await clock.advance(3_000 * SECOND)
    reach(true)
    await clock.advance(SECOND)
    const { length } = frames
    reach(false)
    await clock.advance(90 * SECOND)
    const again = frames.slice(length).map(({ at }) => Math.round(at - 3_001))
    expect([again[0], again.length]).toEqual([60, 2])
  })

  test('it knows that the hub knows its database', async () => {
    const { clock, reach, memory } = createScene({ known: false })
    reach(true)
    await clock.advance(SECOND)
    expect(memory.knownEpoch()).toBe(EPOCH)
  })

  test('a code stands for the station that the hub was told of, whatever was edited since', async () => {
    const { clock, reach, sender, edit, alarm, stations } = createScene()
    reach(true)
    sender.described([DONG_HA])
    await clock.advance(SECOND)
    // The line is gone before the hub has heard of this.
    edit([{ ...DONG_HA, id: 'thach-han' }, DONG_HA])
    alarm('level')
    reach(false)
    await clock.advance(65 * SECOND)
    expect(stations()).toEqual([0])
  })
})

test('what was acknowledged of another database is told of this one', async () => {
  const { clock, alarm, memory, said } = createScene()
  memory.know('ffeeddccbbaa9988')
  memory.acknowledge([0])
  alarm('level')
  await clock.advance(80 * SECOND)
  expect(said()).toContain(0)
})

test('what was acknowledged is known after a restart', async () => {
  const store = openSqlite(':memory:')
  stores.push(store)
  const first = createScene({ store })
  first.alarm('level')
  await first.clock.advance(65 * SECOND)
  first.answer(0)
  await first.sender.stop()
  const second = createScene({ store })
  second.alarm('level')
  second.alarm('rise')
  await second.clock.advance(70 * SECOND)
  expect(second.said()).toEqual([1])
})
