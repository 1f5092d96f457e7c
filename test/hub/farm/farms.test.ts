import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { greenhouseNext } from '../../../core/documents/greenhouse-faults.ts'
import { EDGE, T0 } from '../world.ts'
import { FARM, FARM_DOCUMENT } from './house.ts'
import { type FarmWorld, farmWorld } from './world.ts'

/** A greenhouse is shown as its node told it, and what is old or was never told is not shown as if it were true. */

let world: FarmWorld
beforeEach(async () => {
  world = farmWorld()
  await world.start()
})
afterEach(() => world.stop())

const farm = () => {
  const found = world.farms().one(EDGE, FARM)
  if (found === undefined) throw new Error('no farm')
  return found
}
const zone = (id: string) => farm().zones.find((one) => one.id === id)
const MINUTE = 60_000

describe('a greenhouse', () => {
  test('of which nothing was told yet has its name and zones, and no figures', () => {
    expect(farm()).toMatchObject({
      ...{ edge: EDGE, id: FARM, name: FARM_DOCUMENT.name, area_m2: 156 },
      ...{ running: null, paused: null, pump: null, tank: { percent: null, litres: null, low: false } },
      problems: [],
    })
    expect(farm().zones.map(({ moisture, today_L }) => [moisture, today_L])).toEqual(
      Array.from({ length: 4 }, () => [null, null]),
    )
  })

  test('tells what runs, for how long still, and whether a person has stopped it', async () => {
    await world.own({ running: 1, paused: 0, 'left/k2': 240, 'left/k1': 0 })
    expect(farm()).toMatchObject({ running: 1, paused: false })
    expect([zone('k1')?.left_s, zone('k2')?.left_s]).toEqual([0, 240])
    await world.own({ paused: 1 })
    expect(farm().paused).toBe(true)
  })

  test('that has said nothing for an hour is not said to run', async () => {
    await world.own({ running: 1, 'left/k2': 240 })
    await world.clock.advance(60 * MINUTE)
    expect(farm().running).toBeNull()
    expect(zone('k2')?.left_s).toBeNull()
  })

  test('shows moisture of its probes and says which is lost', async () => {
    await world.tell({ 'k1-soil/moisture': 27.5 })
    expect(zone('k1')).toMatchObject({ moisture: 27.5, lost: false })
    expect(zone('k2')).toMatchObject({ moisture: null, lost: true })
    await world.clock.advance(121 * MINUTE)
    expect(zone('k1')).toMatchObject({ moisture: null, lost: true })
  })

  test('shows no moisture that its node does not believe', async () => {
    await world.tell({ 'k1-soil/moisture': 100 })
    expect(zone('k1')).toMatchObject({ moisture: null, lost: true })
  })

  test('shows no moisture of a probe that its node says is stuck, until the node believes it again', async () => {
    const stuck = { device: 'k1-soil', channel: 'moisture', part: 'k1' }
    await world.tell({ 'k1-soil/moisture': 12, 'k2-soil/moisture': 12 })
    await world.problem('probe-suspect', stuck)
    expect(zone('k1')).toMatchObject({ moisture: null, lost: true })
    expect(zone('k2')).toMatchObject({ moisture: 12, lost: false })
    await world.problem('probe-suspect', { ...stuck, event: 'cleared', level: 0 })
    expect(zone('k1')).toMatchObject({ moisture: 12, lost: false })
  })

  test('shows the moisture of a probe of which its node doubts something else', async () => {
    await world.tell({ 'k1-soil/moisture': 27.5 })
    await world.problem('probe-suspect', { device: 'k1-soil', channel: 'temperature', part: 'k1' })
    expect(zone('k1')).toMatchObject({ moisture: 27.5, lost: false })
  })

  test('shows the level of a tank that its node only wonders about', async () => {
    await world.tell({ 'gh-tank/level': 60 })
    await world.problem('probe-suspect', { device: 'gh-tank', channel: 'level' })
    expect(farm().tank).toMatchObject({ percent: 60 })
  })

  test('shows no flow that its pump could not give', async () => {
    await world.tell({ 'gh-board/flow': FARM_DOCUMENT.water.gives_Lmin * 10 + 1 })
    expect(farm().flow_Lmin).toBeNull()
  })

  test('reckons the litres of its tank, and calls it low from the mark of its document on', async () => {
    const { device, channel, low } = FARM_DOCUMENT.water.tank ?? { device: '', channel: '', low: 0 }
    await world.tell({ [`${device}/${channel}`]: low })
    expect(farm().tank).toEqual({ percent: 20, litres: 400, low: true })
    await world.tell({ [`${device}/${channel}`]: low + 0.1 })
    expect(farm().tank).toMatchObject({ low: false })
  })

  test('whose document leaves things out has what its node takes for them', async () => {
    await world.stop()
    const { zones, recipes: _recipes, climate: _climate, ...rest } = FARM_DOCUMENT
    world = farmWorld({
      ...rest,
      zones: zones.map(({ longest_min: _longest, soil: { moisture }, ...zone }) => ({
        ...zone,
        soil: { moisture },
      })),
    })
    await world.start()
    expect(farm().recipes).toEqual([])
    expect(zone('k1')).toMatchObject({
      ...{ longest_min: 60, fieldCapacity: 32, wilting: 15, depletion: 0.4, lost: true },
    })
  })

  test('tells when a program waters a zone next, and nothing where none does', async () => {
    await world.own({ 'next/k1': T0 / 1_000 + 600, 'next/k2': 0 })
    expect([zone('k1')?.next, zone('k2')?.next]).toEqual([T0 + 600_000, null])
  })

  test('counts what its zones had today by the calendar of the site', async () => {
    await world.own({ 'water/k1': 1_000, 'water/k2': 50 })
    await world.clock.advance(10 * MINUTE)
    await world.own({ 'water/k1': 1_120.5, 'water/k2': 60 })
    expect([zone('k1')?.today_L, zone('k2')?.today_L, zone('k3')?.today_L]).toEqual([120.5, 10, null])
    expect(farm().today_L).toBe(130.5)
  })

  test('names what an interlock may hold, in the words of its document', () => {
    expect(farm().outputs).toContainEqual({
      ...{ device: 'gh-board', output: 'pump', name: { vi: 'Bơm nước', en: 'Water pump' } },
    })
    expect(farm().outputs.map(({ output }) => output)).toContain('dose_a')
  })

  test('whose document the hub cannot read is refused once, and no other vanishes with it', async () => {
    await world.stop()
    world = farmWorld({ ...FARM_DOCUMENT, zones: 'none' })
    await world.start()
    expect(world.farms().all()).toEqual([])
  })
})

describe('problems', () => {
  test('stand at their zone, the worst first, with what to do', async () => {
    await world.problem('drippers-blocked', { part: 'k3', level: 2 })
    await world.problem('pipe-burst', { part: 'k2', level: 3 })
    expect(farm().problems).toMatchObject([
      { rule: 'pipe-burst', zone: 'k2', level: 3, next: greenhouseNext('pipe-burst'), until: null },
      { rule: 'drippers-blocked', zone: 'k3', level: 2 },
    ])
  })

  test('of interlocks are a greenhouse’s as well', async () => {
    await world.problem('interlock-dry-run', { device: 'gh-board', level: 3 })
    expect(farm().problems).toMatchObject([{ rule: 'interlock-dry-run', device: 'gh-board', zone: null }])
  })

  test('of interlocks name the output that is held back, not its whole board', async () => {
    await world.problem('interlock-dry-run', { device: 'gh-board', output: 'pump', level: 3 })
    expect(farm().problems).toMatchObject([{ device: 'gh-board', output: 'pump' }])
  })

  test('of interlocks of an older node name their device', async () => {
    await world.problem('interlock-dry-run', { device: 'gh-board', level: 3 })
    expect(farm().problems).toMatchObject([{ device: 'gh-board', output: null }])
  })

  test('that are over are gone', async () => {
    await world.problem('tank-low')
    await world.problem('tank-low', { event: 'cleared', level: 0 })
    expect(farm().problems).toEqual([])
  })

  test('are neither floods at the wall nor faults of lighting', async () => {
    await world.problem('house-hot', { level: 3 })
    await world.problem('interlock-dry-run', { level: 3 })
    const { alerts } = world.hub()
    expect(alerts.current(0, 10)).toEqual([])
    expect(alerts.lightingNow(10)).toEqual([])
    expect(alerts.farmNow(10)).toHaveLength(2)
  })
})
