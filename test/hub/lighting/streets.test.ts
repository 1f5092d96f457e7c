import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FLAG } from '../../../core/reading.ts'
import { EDGE } from '../world.ts'
import { type LightingWorld, lightingWorld, STREET, STREET_DOCUMENT } from './world.ts'

/** What people are shown of a street is what its node said of it last, and no more. */

let world: LightingWorld
beforeEach(async () => {
  world = lightingWorld()
  await world.start()
})
afterEach(() => world.stop())

const street = () => {
  const found = world.hub().streets.one(EDGE, STREET)
  if (found === undefined) throw new Error('no street')
  return found
}
const lamp = (id: string) => street().lamps.find((one) => one.id === id)

describe('a street', () => {
  test('of which nothing is known yet shows its lamps and no values', () => {
    expect(street()).toMatchObject({
      name: STREET_DOCUMENT.name,
      online: true,
      faults: [],
      totals: { lamps: 4, lit: 0, faulty: 0, silent: 0, power: null },
    })
    expect(lamp('l1')).toEqual({
      ...{ id: 'l1', pole: 'HV-1', device: 'lamp-l1', feeder: 'f1', lat: 16.816, lon: 107.1 },
      ...{ level: null, wanted: null, power: null, energy: null, heardAt: null, faults: [], held: null },
    })
  })

  test('shows what its lamps say, each output of a module as its own lamp', async () => {
    await world.tell({ 'lamp-l1/level': 60, 'lamp-l1/power': 91, 'lamp-l1/wanted': 60 })
    await world.tell({ 'module/level1': 40, 'module/level2': 0, 'module/wanted2': 10 })
    expect(lamp('l1')).toMatchObject({ level: 60, power: 91, wanted: 60, heardAt: world.clock.now() - 100 })
    expect([lamp('l3')?.level, lamp('l4')?.level, lamp('l4')?.wanted]).toEqual([40, 0, 10])
    expect(street().totals.lit).toBe(2)
  })

  test('shows nothing of a lamp that its bus missed, and of a contactor whose module it missed', async () => {
    await world.tell({ 'lamp-l1/level': 60, 'lamp-l1/power': 91, 'cabinet/k1_closed': 1 })
    await world.clock.advance(60_000)
    const missed = { 'lamp-l1/level': 0, 'lamp-l1/power': 0, 'cabinet/k1_closed': 0 }
    await world.tell(missed, undefined, undefined, FLAG.missing)
    expect(lamp('l1')).toMatchObject({ level: null, power: null, heardAt: null })
    expect(street().feeders[0]?.closed).toBe(null)
  })

  test('shows a reckoned energy where nothing measures it, and the measured one where something does', async () => {
    await world.tell({ 'lamp-l1/energy_reckoned': 500 }, undefined, 'Wh')
    expect(lamp('l1')?.energy).toBe(500)
    await world.tell({ 'lamp-l1/energy': 480 }, undefined, 'Wh')
    expect(lamp('l1')?.energy).toBe(480)
  })

  test('shows its own points, and the power of each feeder', async () => {
    await world.tell(
      { [`${STREET}/power`]: 400, [`${STREET}/power/f1`]: 150, [`${STREET}/floor`]: 35 },
      undefined,
      'W',
    )
    expect(street()).toMatchObject({ floor: 35, totals: { power: 400 } })
    expect(street().feeders).toMatchObject([{ power: 150 }, { power: null }])
  })

  test('believes a contactor by its auxiliary contact, and by its relay where it has none', async () => {
    await world.tell({ 'cabinet/k1': 1, 'cabinet/k1_closed': 0, 'cabinet/k2': 1 })
    expect(street().feeders.map(({ closed }) => closed)).toEqual([false, true])
  })

  test('tells of the night from noon to noon, with the sun of its place', () => {
    // T0 is 10:00 at the site: the night is that of the evening before.
    const night = street().profileTonight
    expect(night).toMatchObject({ id: 'usual', exception: null, from: Date.UTC(2026, 8, 30, 5) })
    expect(night?.steps.map(({ level }) => level)).toEqual([100, 60, 0])
    expect(night?.steps[1]?.at).toBe(Date.UTC(2026, 8, 30, 15))
    expect(night?.steps[2]?.at).toBe(night?.sunrise)
  })

  test('that its node cannot be heard of shows its last values with their age', async () => {
    await world.tell({ 'lamp-l1/level': 60 })
    world.hub().edges.alive(EDGE, false)
    expect(street()).toMatchObject({ online: false })
    expect(lamp('l1')).toMatchObject({ level: 60, heardAt: expect.any(Number) })
  })

  test('is the same after the hub has begun anew', async () => {
    await world.tell({ 'lamp-l1/level': 60, 'module/level1': 30 })
    await world.fault({
      alarm: `${STREET}/lamp-failure/1`,
      rule: 'lamp-failure',
      device: 'lamp-l1',
      part: 'l1',
    })
    const before = street()
    await world.restart()
    expect({ ...street(), online: true }).toEqual(before)
  })

  test('is not counted as a flood station, and is refused by nobody', () => {
    expect(world.hub().fleet.stationsOf(EDGE)).toEqual([])
    expect(world.refusals.all()).toEqual({})
  })
})

describe('a fault', () => {
  test('of one lamp of a module is not one of its neighbour', async () => {
    await world.fault({
      alarm: `${STREET}/lamp-failure/1`,
      rule: 'lamp-failure',
      device: 'module',
      part: 'l4',
    })
    expect([lamp('l3')?.faults, lamp('l4')?.faults]).toEqual([[], ['lamp-failure']])
    expect(street().totals).toMatchObject({ faulty: 1, silent: 0 })
  })

  test('that names no lamp is one of all lamps of its device', async () => {
    await world.fault({ alarm: `${STREET}/gear-failure/1`, rule: 'gear-failure', device: 'module' })
    expect([lamp('l3')?.faults, lamp('l4')?.faults]).toEqual([['gear-failure'], ['gear-failure']])
  })

  test('of a silent feeder makes all its lamps silent', async () => {
    await world.fault({ alarm: `${STREET}/gear-silent/1`, rule: 'gear-silent', part: 'f2', level: 1 })
    expect(street().totals).toMatchObject({ faulty: 0, silent: 2 })
  })

  test('of a feeder is shown at the feeder, and its lamps are dark without being faulty', async () => {
    await world.tell({ 'lamp-l1/level': 100, 'lamp-l2/level': 100, 'module/level1': 100 })
    await world.fault({
      alarm: `${STREET}/feeder-power-lost/1`,
      rule: 'feeder-power-lost',
      device: 'cabinet',
      part: 'f1',
      level: 3,
    })
    expect(street().feeders.map(({ faults }) => faults)).toEqual([['feeder-power-lost'], []])
    expect(street().totals).toMatchObject({ lit: 1, faulty: 0, silent: 0 })
    expect([lamp('l1')?.level, lamp('l3')?.level]).toEqual([0, 100])
  })

  test('of the cabinet is shown at the street', async () => {
    await world.fault({ alarm: `${STREET}/door-open/1`, rule: 'door-open', device: 'cabinet', level: 1 })
    await world.fault({ alarm: `${STREET}/rcd-tripped/2`, rule: 'rcd-tripped', device: 'cabinet', level: 3 })
    expect(street().faults).toEqual(['rcd-tripped', 'door-open'])
  })

  test('of the protection makes its lamps dark, until the module that saw it is silent', async () => {
    await world.tell({ 'lamp-l1/level': 100 })
    await world.fault({ alarm: `${STREET}/rcd-tripped/1`, rule: 'rcd-tripped', device: 'cabinet', level: 3 })
    const tripped = lamp('l1')?.level
    const module = { device: 'cabinet', part: 'cabinet' }
    await world.fault({ alarm: `${STREET}/cabinet-silent/2`, rule: 'cabinet-silent', ...module, level: 2 })
    expect([tripped, lamp('l1')?.level]).toEqual([0, 100])
  })

  test('is gone when it has cleared', async () => {
    const known = { alarm: `${STREET}/lamp-failure/1`, rule: 'lamp-failure', device: 'lamp-l1', part: 'l1' }
    await world.fault(known)
    await world.fault({ ...known, event: 'cleared', level: 0 })
    expect(lamp('l1')?.faults).toEqual([])
  })
})

test('a street whose description is nonsense is refused once and hides nothing else', async () => {
  const broken = lightingWorld({ ...STREET_DOCUMENT, lamps: 'none' })
  await broken.start()
  expect(broken.hub().streets.all()).toEqual([])
  broken.hub().streets.all()
  expect(broken.refusals.all()).toEqual({ STATION_UNREADABLE: 1 })
  await broken.stop()
})

test('a plan that this hub cannot read costs the night and nothing else', async () => {
  const newer = lightingWorld({ ...STREET_DOCUMENT, calendar: { usual: 'usual', moon: true } })
  await newer.start()
  expect(newer.hub().streets.all()).toMatchObject([{ profileTonight: null, totals: { lamps: 4 } }])
  await newer.stop()
})
