import { expect, test } from 'vitest'
import { fakeClock } from '../../core/fakes/fake-clock.ts'
import { silentLog } from '../../core/log.ts'
import type { AlarmEvent } from '../../core/wire/messages.ts'
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
