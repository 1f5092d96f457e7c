import { expect, test } from 'vitest'
import { local, streetOf, worldOf } from './street.ts'

/** What is told of a lost sensor is true for its kind: what is wrong with it, and what the street does without it. */

const photocell = { device: 'cell', channel: 'illuminance', dark_lx: 30, light_lx: 80, margin_min: 60 }
const motion = {
  sensors: [{ device: 'pir', channel: 'motion', at_m: 60 }],
  ...{ level: 90, within_m: 35, ahead_m: 60, hold_s: 30, fade_s: 30, silent_min: 60 },
}
const rain = { id: 'rain', why: 'rain' as const, device: 'weather', channel: 'rain', limit: 2, below: false }
const raises = [{ ...rain, classes: 1, hold_min: 10 }]

test.each([
  ['a photocell', { photocell }, 'synced', 'Sensor cell of Hùng Vương Street', 'go by the sun clock'],
  ['a photocell of a node without the time', { photocell }, 'unknown', 'Sensor cell', 'lit to be safe'],
  ['a motion sensor', { motion }, 'synced', 'Sensor pir', 'raises no lamps when somebody passes'],
  ['a rain sensor', { raises }, 'synced', 'Sensor weather', 'not raised for rain'],
] as const)('%s that is silent', (_name, change, clock, subject, then) => {
  const world = worldOf(streetOf(change), local('20:00'), clock)
  world.until(local('21:05'), 30)
  const text = world.events.map(({ text: { en } }) => en).join()
  expect(text).toContain(subject)
  expect(text).toContain('no value for 60 min')
  expect(text).toContain(then)
})

test('a motion sensor that is stuck is not said to be silent, nor to answer again when it lets go', () => {
  const world = worldOf(streetOf({ motion }), local('20:00'))
  for (let minute = 0; minute < 20; minute++) {
    world.telemetry('pir', { motion: 1 })
    world.until(world.now() + 60_000, 10)
  }
  world.telemetry('pir', { motion: 0 })
  const [raised, cleared] = world.events.map(({ text }) => text)
  expect(raised?.en).toBe(
    'Sensor pir of Hùng Vương Street cannot be used: it has seen motion for 15 min without a pause, which is not believed; it raises no lamps when somebody passes.',
  )
  expect(raised?.vi).toContain('báo có người suốt 15 phút')
  expect(cleared?.en).toBe('Sensor pir of Hùng Vương Street is well again.')
})
