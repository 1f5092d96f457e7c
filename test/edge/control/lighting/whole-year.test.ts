import { expect, test } from 'vitest'
import { local, streetOf, worldOf } from './street.ts'

/** A year at one tick a minute: every night begins and ends, contactors switch twice a day, counters agree. */

test('365 nights, none missed and none doubled', () => {
  const feeders = [1, 2].map((number) => ({
    ...{ id: `f${number}`, name: { vi: `Lộ ${number}`, en: `Feeder ${number}` }, closed: 'night' as const },
    contactor: { device: `cab-${number}`, output: 'relay1' },
  }))
  const street = streetOf({ feeders, faults: { ...streetOf().faults, silent_min: 1_440 } }, 2)
  const world = worldOf(street, local('12:00'))
  const levels: number[] = []
  const contacts: number[] = []
  for (let day = 0; day < 365; day++) {
    world.until(local('12:00', day + 1), 60)
    for (const lamp of [1, 2]) world.telemetry(`lamp-${lamp}`, { level: 0 })
    for (const { device, value } of world.outputs) {
      if (device === 'lamp-1' && value !== levels.at(-1)) levels.push(value)
      if (device === 'cab-1' && value !== contacts.at(-1)) contacts.push(value)
    }
    world.outputs.length = 0
    world.readings.length = 0
  }
  expect(levels).toEqual([0, ...Array.from({ length: 365 }, () => [100, 40, 100, 0]).flat()])
  expect(contacts).toEqual([1, 0, ...Array.from({ length: 365 }, () => [1, 0]).flat()])
  expect(world.events).toEqual([])
  // 12 h a night over the year, one lamp of 100 W a feeder.
  const baseline_kWh = (world.state().feeders[0]?.baseline_Wh ?? 0) / 1000
  expect(baseline_kWh).toBeGreaterThan(365 * 1.1)
  expect(baseline_kWh).toBeLessThan(365 * 1.35)
}, 120_000)
