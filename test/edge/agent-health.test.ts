import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Disk, disk, type NodeOptions, node } from './node.ts'

/** What a node knows of itself becomes readings like any other. */

let here: Disk
beforeEach(() => {
  here = disk()
})
afterEach(() => here.remove())

async function running(options: Partial<NodeOptions> = {}) {
  const one = node({ disk: here, ...options })
  await one.start()
  return one
}

test('its own numbers are recorded as points of the device "node"', async () => {
  const one = await running()
  expect(one.diary).toContain('recorded node/memory')
  await one.stop()
})

test('they are in the series that the state lane tells', async () => {
  const one = await running()
  await one.clock.advance(1_000)
  expect(one.outbox.series()).toContainEqual({
    device: 'node',
    channel: 'memory',
    unit: 'MBy',
    resolution: 0.1,
  })
  await one.stop()
})

test('a number that stays as it was is recorded four times an hour, not each minute', async () => {
  const one = await running()
  one.diary.length = 0
  await one.clock.advance(3_600_000)
  expect(one.diary.filter((entry) => entry === 'recorded node/memory')).toHaveLength(4)
  await one.stop()
})

test('a driver that says it does not work is counted', async () => {
  const one = await running({ working: () => false })
  expect(one.agent.health()).toMatchObject({ drivers: 1, drivers_down: 1 })
  await one.stop()
})

test('a driver that cannot tell is not taken for broken', async () => {
  const one = await running()
  expect(one.agent.health()).toMatchObject({ drivers: 1, drivers_down: 0 })
  await one.stop()
})

test('what a modem tells of its link becomes points with their units', async () => {
  const one = await running()
  one.health({ source: 'modem', values: { rssi: -97, snr: 4.5 } })
  await one.clock.advance(1_000)
  expect(one.outbox.series().filter(({ device }) => device === 'modem')).toEqual([
    { device: 'modem', channel: 'rssi', unit: 'dB[mW]', resolution: 1 },
    { device: 'modem', channel: 'snr', unit: 'dB', resolution: 0.1 },
  ])
  await one.stop()
})
