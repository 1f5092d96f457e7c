import { expect, test } from 'vitest'
import { local, streetOf, worldOf } from './street.ts'

/** A street of 400 lamps, with motion, holds and reports, is worked through well within a tick. */

const LAMPS = 400
const motion = {
  sensors: Array.from({ length: 40 }, (_, index) => ({
    device: `pir-${index}`,
    channel: 'motion',
    at_m: index * 300,
  })),
  ...{ level: 100, within_m: 60, ahead_m: 120, hold_s: 30, fade_s: 30 },
}

function busyStreet() {
  const feeders = Array.from({ length: 12 }, (_, index) => ({
    ...{ id: `f${index}`, name: { vi: `Lộ ${index}`, en: `Feeder ${index}` }, closed: 'night' as const },
    contactor: { device: 'cabinet', output: `relay${index}` },
    power: { device: 'meter', channel: `power_${index}` },
  }))
  const street = streetOf({ motion, feeders }, LAMPS)
  return { ...street, lamps: street.lamps.map((lamp, index) => ({ ...lamp, feeder: `f${index % 12}` })) }
}

test('a tick of a busy night takes less than a millisecond', () => {
  const world = worldOf(busyStreet(), local('22:30'))
  for (let hold = 0; hold < 10; hold++)
    world.order({ command: `c${hold}`, order: hold, level: 70, target: { group: 'ends' } })
  const ticks = 600
  let spent = 0
  for (let tick = 0; tick < ticks; tick++) {
    if (tick % 20 === 0) world.telemetry(`pir-${tick % 40}`, { motion: tick % 40 === 0 ? 1 : 0 })
    // Of the processor, not of the clock on the wall: other tests run beside this one.
    const before = process.cpuUsage()
    world.until(world.now() + 1000)
    spent += process.cpuUsage(before).user / 1000
  }
  expect(spent / ticks).toBeLessThan(1)
})

test('the memory of a two busy days is bounded', () => {
  const world = worldOf(busyStreet(), local('12:00'))
  const sizes: number[] = []
  for (let day = 0; day < 2; day++) {
    for (let hour = 0; hour < 24; hour++) {
      world.until(world.now() + 3_600_000, 900)
      for (let lamp = 1; lamp <= LAMPS; lamp += 20)
        world.telemetry(`lamp-${lamp}`, {
          level: world.level(lamp) ?? 0,
          power: (hour * lamp) % 140,
          energy: hour * 100,
        })
      world.order({ command: `d${day}h${hour}`, order: day * 24 + hour, level: 50, forS: null })
    }
    sizes.push(JSON.stringify(world.state()).length)
    world.outputs.length = 0
    world.readings.length = 0
  }
  expect(Math.max(...sizes)).toBeLessThan(600_000)
}, 60_000)
