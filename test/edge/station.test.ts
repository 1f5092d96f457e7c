import { expect, test } from 'vitest'
import { fakeClock } from '../../core/fakes/fake-clock.ts'
import { deviceId } from '../../core/ids.ts'
import { silentLog } from '../../core/log.ts'
import { FLAG, type Reading } from '../../core/reading.ts'
import { ok } from '../../core/result.ts'
import type { AlarmEvent } from '../../core/wire/messages.ts'
import type { CommonInput, Controller, ControlOutput, Step } from '../../edge/control/controller.ts'
import { floodController } from '../../edge/control/flood/controller.ts'
import type { AlarmPlace } from '../../edge/outbox/outbox.ts'
import { createRefusals } from '../../edge/refusals.ts'
import { createStation, type StationSink } from '../../edge/station.ts'
import { STATION } from './node.ts'

const PLACE: AlarmPlace = { epoch: '0123456789abcdef', seq: 7 }

/** A station whose outbox is played by the test: it commits nothing by itself, and holds what the test says. */
function played(memory: Map<string, unknown>, holds: (place: AlarmPlace) => boolean) {
  const clock = fakeClock(Date.UTC(2026, 9, 1))
  const told: { readonly event: AlarmEvent; readonly before: (place: AlarmPlace) => () => void }[] = []
  const kept: (() => void)[] = []
  const station = createStation(floodController, STATION, {
    saveMs: 30_000,
    clock,
    memory: {
      read: (id) => memory.get(id),
      write: (id, state) => void memory.set(id, JSON.parse(JSON.stringify(state))),
    },
    refusals: createRefusals({ clock, log: silentLog }),
    sink: {
      outputs: () => {},
      readings: () => {},
      holds,
      alarm(event, before) {
        told.push({ event, before })
        return new Promise<void>((resolve) => kept.push(resolve))
      },
    },
  })
  const flood = async () => {
    for (let sample = 0; sample < 3; sample++) {
      const telemetry = { distance: STATION.level.datum_m - 2.5 }
      station.input({ type: 'telemetry', device: 'dh-level', telemetry, failed: {}, at: clock.now() })
      await clock.advance(60_000)
    }
  }
  return { station, told, kept, flood, log: () => told.map(({ event }) => `${event.rule} ${event.event}`) }
}

test('an alarm whose commit a crash prevented is told again after it, as it was', async () => {
  const memory = new Map<string, unknown>()
  const before = played(memory, () => false)
  await before.flood()
  expect(before.log()).toContain('level raised')
  for (const alarm of before.told) alarm.before(PLACE)()
  const after = played(memory, () => false)
  expect(after.told.map(({ event }) => event)).toEqual(before.told.map(({ event }) => event))
})

test('an alarm that was committed just before a crash is not told again', async () => {
  const memory = new Map<string, unknown>()
  const before = played(memory, () => false)
  await before.flood()
  expect(before.log()).toContain('level raised')
  for (const [index, alarm] of before.told.entries()) alarm.before({ ...PLACE, seq: index })()
  const after = played(memory, ({ epoch, seq }) => epoch === PLACE.epoch && seq < before.told.length)
  await after.flood()
  expect(after.log()).toEqual([])
})

test('an alarm that is known to be on disk is not remembered any longer', async () => {
  const memory = new Map<string, unknown>()
  const before = played(memory, () => false)
  await before.flood()
  expect(before.log()).toContain('level raised')
  for (const alarm of before.told) alarm.before(PLACE)()
  for (const kept of before.kept) kept()
  await Promise.resolve()
  before.station.close()
  expect(played(memory, () => false).log()).toEqual([])
})

type House = { readonly id: string }
type Asked = CommonInput<House> | { readonly type: 'held' | 'free' }

/** A station of a controller that answers two inputs with what the test says, for its driver to answer within. */
function toyStation(
  answers: Readonly<Record<'held' | 'free', Omit<Step<number>, 'state'>>>,
  sink: Pick<StationSink, 'outputs'> & Partial<StationSink>,
) {
  const clock = fakeClock(Date.UTC(2026, 9, 1))
  const controller: Controller<House, Asked, number> = {
    kind: 'toy',
    create: () => 0,
    restore: () => ok(0),
    documentOf: () => ({ id: 'house' }),
    step(state, { type }) {
      if (type === 'held' || type === 'free') return { state: state + 1, ...answers[type] }
      return { state, outputs: [], events: [], readings: [] }
    },
  }
  return createStation<House, Asked, number>(
    controller,
    { id: 'house' },
    {
      ...{ clock, saveMs: 30_000, memory: { read: () => undefined, write: () => {} } },
      refusals: createRefusals({ clock, log: silentLog }),
      sink: { holds: () => false, readings: () => {}, alarm: async () => {}, ...sink },
    },
  )
}

function asks(output: string, purpose: 'rest' | 'schedule'): ControlOutput {
  return {
    ...{ device: 'board', output, purpose, value: purpose === 'rest' ? 0 : 1, urgency: 'normal' },
    ...{ validS: 60, reason: { vi: 'x', en: 'x' } },
  }
}

test('what an output is answered with at once is told after what asked for it', () => {
  const told: string[] = []
  const event = (event: AlarmEvent['event']): AlarmEvent => ({
    ...{ v: 1, alarm: 'house/interlock/1', station: 'house', rule: 'interlock', event, level: 1, at: 0 },
    text: { vi: 'x', en: 'x' },
  })
  const reading = (value: number): Reading => {
    const device = deviceId('house')
    if (!device.ok) throw new Error(device.error.code)
    return { device: device.value, channel: 'held', at: 0, value, flag: FLAG.good }
  }
  const station = toyStation(
    {
      held: {
        ...{ outputs: [asks('pump', 'schedule')], events: [event('raised')], readings: [reading(1)] },
        save: true,
      },
      free: { outputs: [], events: [event('cleared')], readings: [reading(0)] },
    },
    {
      // The driver says at once what it makes of it, as one does whose line is open.
      outputs: () => station.input({ type: 'free' }),
      readings: (readings) => told.push(...readings.map(({ value }) => `held ${value}`)),
      alarm: async ({ event: what }) => told.push(what),
    },
  )
  station.input({ type: 'held' })
  expect(told).toEqual(['raised', 'held 1', 'cleared', 'held 0'])
})

test('what was asked before an output answered is not asked after what its answer asks', () => {
  const asked: string[] = []
  const [shut, open, lamp] = [asks('k1', 'rest'), asks('k2', 'schedule'), asks('lamp', 'schedule')]
  const nothing = { events: [], readings: [] }
  const station = toyStation(
    {
      held: { outputs: [shut, open, lamp], ...nothing, save: true },
      free: { outputs: [asks('k2', 'rest')], ...nothing },
    },
    {
      outputs(wanted) {
        asked.push(...wanted.map(({ output, value }) => `${output} ${value}`))
        // The valve that shuts says something that makes the controller shut the other one too.
        if (wanted.includes(shut)) station.input({ type: 'free' })
      },
    },
  )
  station.input({ type: 'held' })
  expect(asked).toEqual(['k1 0', 'k2 0', 'lamp 1'])
  station.input({ type: 'held' })
  expect(asked).toEqual(['k1 0', 'k2 0', 'lamp 1', 'k1 0', 'k2 0', 'lamp 1'])
})
