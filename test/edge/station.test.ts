import { expect, test } from 'vitest'
import { fakeClock } from '../../core/fakes/fake-clock.ts'
import { deviceId } from '../../core/ids.ts'
import { silentLog } from '../../core/log.ts'
import { FLAG, type Reading } from '../../core/reading.ts'
import { ok } from '../../core/result.ts'
import type { AlarmEvent } from '../../core/wire/messages.ts'
import type { CommonInput, Controller, ControlOutput } from '../../edge/control/controller.ts'
import { floodController } from '../../edge/control/flood/controller.ts'
import type { AlarmPlace } from '../../edge/outbox/outbox.ts'
import { createRefusals } from '../../edge/refusals.ts'
import { createStation } from '../../edge/station.ts'
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

test('what an output is answered with at once is told after what asked for it', () => {
  const clock = fakeClock(Date.UTC(2026, 9, 1))
  const told: string[] = []
  const event = (event: AlarmEvent['event']): AlarmEvent => ({
    ...{ v: 1, alarm: 'house/interlock/1', station: 'house', rule: 'interlock', event, level: 1, at: 0 },
    text: { vi: 'x', en: 'x' },
  })
  const output: ControlOutput = {
    ...{ device: 'board', output: 'pump', value: 1, urgency: 'normal', purpose: 'schedule' },
    ...{ validS: 60, reason: { vi: 'x', en: 'x' } },
  }
  const reading = (value: number): Reading => {
    const device = deviceId('house')
    if (!device.ok) throw new Error(device.error.code)
    return { device: device.value, channel: 'held', at: 0, value, flag: FLAG.good }
  }
  const controller: Controller<{ readonly id: string }, Asked, number> = {
    kind: 'toy',
    create: () => 0,
    restore: () => ok(0),
    documentOf: () => ({ id: 'house' }),
    step(state, { type }) {
      if (type === 'held')
        return { state: 1, outputs: [output], events: [event('raised')], readings: [reading(1)], save: true }
      if (type === 'free')
        return { state: 0, outputs: [], events: [event('cleared')], readings: [reading(0)] }
      return { state, outputs: [], events: [], readings: [] }
    },
  }
  const station = createStation<{ readonly id: string }, Asked, number>(
    controller,
    { id: 'house' },
    {
      ...{ clock, saveMs: 30_000, memory: { read: () => undefined, write: () => {} } },
      refusals: createRefusals({ clock, log: silentLog }),
      sink: {
        // The driver says at once what it makes of it, as one does whose line is open.
        outputs: () => station.input({ type: 'free' }),
        holds: () => false,
        readings: (readings) => told.push(...readings.map(({ value }) => `held ${value}`)),
        alarm: async ({ event: what }) => told.push(what),
      },
    },
  )
  station.input({ type: 'held' })
  expect(told).toEqual(['raised', 'held 1', 'cleared', 'held 0'])
})

test('what was asked before an output answered is not asked after what its answer asks', () => {
  const clock = fakeClock(Date.UTC(2026, 9, 1))
  const asked: string[] = []
  const output = (output: string, purpose: 'rest' | 'schedule'): ControlOutput => ({
    ...{ device: 'board', output, purpose, value: purpose === 'rest' ? 0 : 1, urgency: 'normal' },
    ...{ validS: 60, reason: { vi: 'x', en: 'x' } },
  })
  const nothing = { events: [], readings: [] }
  const controller: Controller<{ readonly id: string }, Asked, number> = {
    kind: 'toy',
    create: () => 0,
    restore: () => ok(0),
    documentOf: () => ({ id: 'house' }),
    step(state, { type }) {
      const [shut, open, lamp] = [output('k1', 'rest'), output('k2', 'schedule'), output('lamp', 'schedule')]
      if (type === 'held') return { state: 1, outputs: [shut, open, lamp], ...nothing, save: true }
      if (type === 'free') return { state: 0, outputs: [output('k2', 'rest')], ...nothing }
      return { state, outputs: [], ...nothing }
    },
  }
  const station = createStation<{ readonly id: string }, Asked, number>(
    controller,
    { id: 'house' },
    {
      ...{ clock, saveMs: 30_000, memory: { read: () => undefined, write: () => {} } },
      refusals: createRefusals({ clock, log: silentLog }),
      sink: {
        outputs(wanted) {
          asked.push(...wanted.map(({ output, value }) => `${output} ${value}`))
          // The valve that shuts says something that makes the controller shut the other one too.
          if (wanted.some(({ output }) => output === 'k1')) station.input({ type: 'free' })
        },
        holds: () => false,
        readings: () => {},
        alarm: async () => {},
      },
    },
  )
  station.input({ type: 'held' })
  expect(asked).toEqual(['k1 0', 'k2 0', 'lamp 1'])
  station.input({ type: 'held' })
  expect(asked).toEqual(['k1 0', 'k2 0', 'lamp 1', 'k1 0', 'k2 0', 'lamp 1'])
})

type Asked = CommonInput<{ readonly id: string }> | { readonly type: 'held' | 'free' }
