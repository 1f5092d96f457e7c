import { describe, expect, test } from 'vitest'
import { fakeClock } from '../../../core/fakes/fake-clock.ts'
import { type DeviceId, deviceId } from '../../../core/ids.ts'
import { FLAG, type Flag } from '../../../core/reading.ts'
import meter from '../../../devices/streetlight/eastron-sdm630.ts'
import type { ControlState } from '../../../edge/control-state.ts'
import { bootVitals } from '../../../edge/vitals/boots.ts'
import { processVitals } from '../../../edge/vitals/process.ts'
import { clockVitals, outboxVitals } from '../../../edge/vitals/sending.ts'
import { createVitals, type Vitals } from '../../../edge/vitals/vitals.ts'
import { worthTelling } from '../../../edge/vitals/worth-telling.ts'

function deviceNamed(id: string): DeviceId {
  const parsed = deviceId(id)
  if (!parsed.ok) throw new Error(id)
  return parsed.value
}

/** How the node's own numbers come together, and which of them are worth a row. */

const DAY_MS = 86_400_000

describe('asking the sources', () => {
  /** A source that answers when the test lets it. */
  function slow() {
    const answers: ((values: Vitals) => void)[] = []
    return {
      source: { name: 'slow', read: () => new Promise<Vitals>((resolve) => answers.push(resolve)) },
      asked: () => answers.length,
      answer: async (values: Vitals) => {
        answers.at(-1)?.(values)
        for (let turn = 0; turn < 5; turn++) await Promise.resolve()
      },
    }
  }

  test('one that is stuck holds up no other', () => {
    const told: Vitals[] = []
    const vitals = createVitals([slow().source, { name: 'quick', read: () => ({ memory: 50 }) }])
    vitals((values) => told.push(values))
    expect(told).toEqual([{ memory: 50 }])
  })

  test('one that is stuck is not asked again', () => {
    const stuck = slow()
    const vitals = createVitals([stuck.source])
    vitals(() => {})
    vitals(() => {})
    expect(stuck.asked()).toBe(1)
  })

  test('one that answered is asked again', async () => {
    const once = slow()
    const told: Vitals[] = []
    const vitals = createVitals([once.source])
    vitals((values) => told.push(values))
    await once.answer({ cpu_load: 5 })
    vitals((values) => told.push(values))
    await once.answer({ cpu_load: 6 })
    expect(told).toEqual([{ cpu_load: 5 }, { cpu_load: 6 }])
  })

  test('one that fails says nothing and is asked again', async () => {
    let asked = 0
    const failing = {
      name: 'failing',
      read: () => {
        asked++
        return Promise.reject(new Error('EIO'))
      },
    }
    const vitals = createVitals([failing])
    vitals(() => expect.unreachable())
    for (let turn = 0; turn < 5; turn++) await Promise.resolve()
    vitals(() => expect.unreachable())
    expect(asked).toBe(2)
  })
})

describe('what is worth telling', () => {
  const watch = () => {
    const clock = fakeClock(0)
    const news = worthTelling(clock, new Map([['meter', meter]]))
    const told = (device: string, values: Readonly<Record<string, number>>, flag: Flag = FLAG.good) =>
      news(
        Object.entries(values).map(([channel, value]) => ({
          ...{ device: deviceNamed(device), channel, at: clock.now(), value, flag },
        })),
      )
    const worth = (values: Readonly<Record<string, number>>) =>
      Object.fromEntries(told('node', values).map(({ channel, value }) => [channel, value]))
    return { clock, worth, told }
  }

  test('the first value always', () => {
    expect(watch().worth({ memory: 50 })).toEqual({ memory: 50 })
  })

  test('not a change within the dead band', () => {
    const { worth } = watch()
    worth({ memory: 50 })
    expect(worth({ memory: 54.9 })).toEqual({})
  })

  test('small changes that add up to the dead band', () => {
    const { worth } = watch()
    for (const memory of [50, 52, 54]) worth({ memory })
    expect(worth({ memory: 55 })).toEqual({ memory: 55 })
  })

  test('everything after a quarter of an hour, changed or not', async () => {
    const { clock, worth } = watch()
    worth({ memory: 50 })
    await clock.advance(900_000)
    expect(worth({ memory: 50 })).toEqual({ memory: 50 })
  })

  test('each refusal that is counted', () => {
    const { worth } = watch()
    worth({ 'refused/LORAWAN_BAD_MIC': 1 })
    expect(worth({ 'refused/LORAWAN_BAD_MIC': 2 })).toEqual({ 'refused/LORAWAN_BAD_MIC': 2 })
  })

  test('a unit that is asked every few seconds says what moved by its own dead band, or what it cannot say any more', async () => {
    const { clock, told } = watch()
    const channels = (volts: number, flag: Flag = FLAG.good) =>
      told('meter', { voltage_l1: volts }, flag).map(({ channel }) => channel)
    expect(channels(230)).toEqual(['voltage_l1'])
    expect(channels(230.2)).toEqual([])
    expect(channels(230.2, FLAG.missing)).toEqual(['voltage_l1'])
    expect(channels(231.5)).toEqual(['voltage_l1'])
    await clock.advance(meter.telemetry.voltage_l1.report.silenceS * 1_000)
    expect(channels(231.5)).toEqual(['voltage_l1'])
  })

  test('each return of the mains', () => {
    const { worth } = watch()
    worth({ 'supply/ac/online': 0 })
    expect(worth({ 'supply/ac/online': 1 })).toEqual({ 'supply/ac/online': 1 })
  })
})

describe('starts', () => {
  const remembering = () => {
    const kept = new Map<string, unknown>()
    const memory: ControlState = {
      read: (id) => kept.get(id),
      write: (id, state) => void kept.set(id, JSON.parse(JSON.stringify(state))),
    }
    return { kept, memory }
  }

  test('are counted since the disk was new, and apart those of the last day', () => {
    const { memory } = remembering()
    bootVitals({ memory, clock: fakeClock(0) })
    bootVitals({ memory, clock: fakeClock(2 * DAY_MS) })
    const third = bootVitals({ memory, clock: fakeClock(2.5 * DAY_MS) })
    expect(third.read()).toEqual({ boots: 3, boots_day: 2 })
  })

  test('of a day ago leave the count of the day while the node runs', async () => {
    const { memory } = remembering()
    const clock = fakeClock(0)
    const { read } = bootVitals({ memory, clock })
    await clock.advance(DAY_MS)
    expect(read()).toEqual({ boots: 1, boots_day: 0 })
  })

  test('made before the clock was set back are still counted', () => {
    const { memory } = remembering()
    bootVitals({ memory, clock: fakeClock(DAY_MS) })
    expect(bootVitals({ memory, clock: fakeClock(DAY_MS / 2) }).read()).toEqual({ boots: 2, boots_day: 2 })
  })

  test('in a loop keep a bounded memory and an exact total', () => {
    const { memory, kept } = remembering()
    for (let n = 0; n < 300; n++) bootVitals({ memory, clock: fakeClock(n * 1000) })
    expect(Reflect.get(Object(kept.get('node:boots')), 'recent')).toHaveLength(200)
    expect(Reflect.get(Object(kept.get('node:boots')), 'total')).toBe(300)
  })

  test.each([
    ['nothing', undefined],
    ['a word', 'seven'],
    ['other keys', { total: 'x', recent: 5 }],
    ['half of it', { total: -3, recent: ['a'] }],
  ])('begin anew where the memory holds %s', (_what, state) => {
    const { memory } = remembering()
    memory.write('node:boots', state ?? null)
    expect(bootVitals({ memory, clock: fakeClock(0) }).read()).toEqual({ boots: 1, boots_day: 1 })
  })
})

describe('what waits for the hub', () => {
  const lane = (name: 'alarm' | 'state' | 'live', stored: number, lost = {}) => ({
    lane: name,
    produced: 0,
    stored,
    acknowledged: 0,
    lost,
    storedRanges: [],
    lostRanges: [],
  })
  const ledger = {
    epoch: undefined,
    fault: undefined,
    lanes: [
      lane('alarm', 2),
      lane('state', 9),
      lane('live', 700, { thinned: 40, dropped: 3, superseded: 8 }),
    ],
    former: { frames: 1, rows: 11 },
    queued: { alarms: 1, readings: 5 },
    oldestAt: 60_000,
    bytes: { used: 256, limit: 1024 },
    rowsPerSecond: 1,
    hoursLeft: 36.5,
    hoursUntilDropped: 900,
  }

  test('is told by lane, with its age, its room and what was lost', () => {
    const source = outboxVitals({ clock: fakeClock(360_000), ledger: () => ledger })
    expect(source.read()).toEqual({
      oldest_unsent_s: 300,
      alarms_waiting: 3,
      readings_waiting: 716,
      outbox_used: 25,
      hours_left: 36.5,
      hours_until_dropped: 900,
      thinned: 40,
      dropped: 3,
    })
  })

  test('is nothing, and has no end, when nothing comes in', () => {
    const idle = {
      ...ledger,
      oldestAt: undefined,
      hoursLeft: undefined,
      hoursUntilDropped: undefined,
      lanes: [],
    }
    const told = outboxVitals({ clock: fakeClock(360_000), ledger: () => idle }).read()
    expect(told).toMatchObject({ oldest_unsent_s: 0 })
    expect(told).not.toHaveProperty('hours_left')
  })
})

describe('the clock', () => {
  test('says how good it is and how long ago it was told', () => {
    const clock = fakeClock(90_000)
    const source = clockVitals({ clock, known: () => ({ at: 30_000 }) })
    expect(source.read()).toEqual({ clock_quality: 2, time_known_s: 60 })
  })

  test('that was never told in this boot has no such age', () => {
    expect(clockVitals({ clock: fakeClock(90_000), known: () => undefined }).read()).not.toHaveProperty(
      'time_known_s',
    )
  })
})

test('the process tells its memory, its age, and a loop that was held up', async () => {
  const source = processVitals()
  try {
    await new Promise((resolve) => setTimeout(resolve, 250))
    const until = performance.now() + 400
    while (performance.now() < until);
    await new Promise((resolve) => setTimeout(resolve, 250))
    const { memory, uptime, loop_lag } = await source.read()
    expect(memory).toBeGreaterThan(10)
    expect(uptime).toBeGreaterThan(0)
    expect(loop_lag).toBeGreaterThan(150)
  } finally {
    source.stop()
  }
})
