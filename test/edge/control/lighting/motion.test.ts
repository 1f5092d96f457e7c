import { describe, expect, test } from 'vitest'
import type { LightingStreet } from '../../../../core/documents/lighting-street.ts'
import { local, streetOf, worldOf } from './street.ts'

/** Whoever moves has light around and ahead; afterwards it fades in few messages. */

const NIGHT = local('23:00')
const motion: NonNullable<LightingStreet['motion']> = {
  sensors: [0, 150, 300].map((at_m, index) => ({ device: `pir-${index + 1}`, channel: 'motion', at_m })),
  level: 100,
  within_m: 35,
  ahead_m: 90,
  hold_s: 60,
  fade_s: 60,
}
const street = streetOf({ motion }, 12)
const four = streetOf(
  { motion: { ...motion, sensors: [...motion.sensors, { device: 'pir-4', channel: 'motion', at_m: 450 }] } },
  16,
)
const seconds = (count: number) => NIGHT + count * 1000

function raised(world: ReturnType<typeof worldOf>): readonly number[] {
  return world.state().lamps.flatMap(({ level }, index) => (level === 100 ? [index * 30] : []))
}

describe('somebody who moves', () => {
  test('has light to both sides while nobody knows the way', () => {
    const world = worldOf(street, NIGHT)
    world.telemetry('pir-2', { motion: 1 })
    expect(raised(world)).toEqual([30, 60, 90, 120, 150, 180, 210, 240, 270])
  })
  test('has light ahead once two sensors have shown the way', () => {
    const world = worldOf(street, NIGHT)
    world.telemetry('pir-1', { motion: 1 })
    world.telemetry('pir-1', { motion: 0 })
    world.until(seconds(110))
    world.telemetry('pir-2', { motion: 1 })
    expect(raised(world)).toEqual([120, 150, 180, 210, 240, 270])
  })
  test('comes in at an end of the street: he has light ahead, whoever went by elsewhere', () => {
    const world = worldOf(street, NIGHT)
    world.telemetry('pir-2', { motion: 1 })
    world.telemetry('pir-2', { motion: 0 })
    world.until(seconds(110))
    world.telemetry('pir-3', { motion: 1 })
    expect(raised(world)).toEqual([180, 210, 240, 270, 300, 330])
  })
  test('goes no known way where another sensor stands between, which did not see him', () => {
    const world = worldOf(four, NIGHT)
    world.telemetry('pir-1', { motion: 1 })
    world.telemetry('pir-1', { motion: 0 })
    world.until(seconds(110))
    world.telemetry('pir-3', { motion: 1 })
    expect(raised(world)).toContain(210)
  })
  test('has light for as long as the sensor sees him, and for the hold after', () => {
    const world = worldOf(street, NIGHT)
    world.telemetry('pir-2', { motion: 1 })
    world.until(seconds(300))
    world.telemetry('pir-2', { motion: 0 })
    world.until(seconds(359))
    const before = world.level(6)
    world.until(seconds(362))
    expect(before).toBe(100)
    expect(world.level(6)).toBeLessThan(100)
  })
  test('costs a lamp four messages: one up and three down', () => {
    const world = worldOf(street, NIGHT)
    const before = world.outputs.length
    world.telemetry('pir-2', { motion: 1 })
    world.telemetry('pir-2', { motion: 0 })
    world.until(seconds(300))
    const told = world.outputs.slice(before).filter(({ device }) => device === 'lamp-6')
    expect(told.map(({ value }) => value)).toEqual([100, 80, 60, 40])
  })
  test('lights nothing by day', () => {
    const world = worldOf(street, local('14:00'))
    world.telemetry('pir-2', { motion: 1 })
    expect(raised(world)).toEqual([])
  })
})

describe('a sensor that is not to be believed', () => {
  test('sees motion without a pause: it is told of once, and its lamps go by the schedule', () => {
    const world = worldOf(street, NIGHT)
    world.telemetry('pir-2', { motion: 1 })
    for (let minute = 1; minute <= 40; minute++) {
      world.until(seconds(minute * 60), 5)
      world.telemetry('pir-2', { motion: 1 })
    }
    expect([world.level(6), world.inForce()]).toEqual([40, ['street-sensor-lost pir-2']])
    world.telemetry('pir-2', { motion: 0 })
    expect(world.inForce()).toEqual([])
  })
  test('saw motion when the node went off: it is not stuck for that', () => {
    const world = worldOf(street, NIGHT)
    world.telemetry('pir-2', { motion: 1 })
    world.restart(3_600_000)
    world.until(world.now() + 60_000)
    expect(world.inForce()).toEqual([])
  })
  test('says that it has failed: that is no motion', () => {
    const world = worldOf(street, NIGHT)
    const report = { telemetry: { motion: 1 }, failed: { motion: 'sensor-fault' } }
    world.give({ type: 'telemetry', device: 'pir-2', ...report, at: NIGHT })
    expect(raised(world)).toEqual([])
  })
  test('says what is no number', () => {
    const world = worldOf(street, NIGHT)
    world.telemetry('pir-2', { motion: Number.NaN })
    expect(raised(world)).toEqual([])
  })
})
