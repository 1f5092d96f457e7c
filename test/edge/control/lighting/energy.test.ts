import { describe, expect, test } from 'vitest'
import type { LightingStreet } from '../../../../core/documents/lighting-street.ts'
import { countedWh } from '../../../../edge/control/lighting/consumption.ts'
import { LED, local, streetOf, type World, worldOf } from './street.ts'

/** Energy and what it is compared with: DOMAIN §3's vectors, counters that wrap, cuts and restarts. */

/** From 18:00 to 06:00: four hours in full, three at 70 %, five at 50 %. */
const profiles: LightingStreet['profiles'] = [
  {
    id: 'usual',
    name: { vi: 'Thường', en: 'Usual' },
    steps: [
      { at: { clock: '18:00' }, level: 100 },
      { at: { clock: '22:00' }, level: 70 },
      { at: { clock: '01:00' }, level: 50 },
      { at: { clock: '06:00' }, level: 0 },
    ],
  },
]
/** Nobody reports here: their silence is not the matter. */
const faults = { ...streetOf().faults, silent_min: 1_440 }
const always = [{ id: 'f1', name: { vi: 'Lộ 1', en: 'Feeder 1' }, closed: 'always' as const }]

function savings(standby_W: number, lamps = 10): World {
  const luminaires = { led: { ...LED, rated_W: 150, standby_W } }
  const road = { ...streetOf().road, class: 'M6' as const }
  const street = streetOf({ profiles, luminaires, road, faults, feeders: always }, lamps)
  const world = worldOf(
    { ...street, lamps: street.lamps.map((lamp) => ({ ...lamp, feeder: 'f1' })) },
    local('17:59'),
  )
  world.until(local('06:00', 1), 10)
  world.until(local('06:20', 1), 10)
  return world
}

const kWh = (world: World) => {
  const [feeder] = world.state().feeders
  return { energy: (feeder?.energy_Wh ?? 0) / 1000, baseline: (feeder?.baseline_Wh ?? 0) / 1000 }
}

describe('a night of DOMAIN §3, of ten lamps instead of a thousand', () => {
  test('1000 × 150 W burn 1290 of 1800 kWh', () => {
    const { energy, baseline } = kWh(savings(0))
    expect([energy, baseline]).toEqual([expect.closeTo(12.9, 2), expect.closeTo(18, 2)])
    expect((1 - energy / baseline) * 100).toBeCloseTo(28.3, 1)
  })
  test('with 8 % that does not dim, 1330.8 kWh', () => {
    const { energy, baseline } = kWh(savings(12))
    // One minute of standby before the night, and a quarter of an hour after it, which was settled last.
    const standby = (10 * 12 * (16 / 60)) / 1000
    expect([energy - standby, baseline]).toEqual([expect.closeTo(13.308, 2), expect.closeTo(18, 2)])
  })
  test('its points have told the same', () => {
    const world = savings(0)
    const last = (channel: string) => world.readings.findLast((one) => one.channel === channel)?.value
    expect([last('energy'), last('energy/f1'), last('baseline')]).toEqual([12_900, 12_900, 18_000])
  })
})

describe('a counter', () => {
  test('counts what it grows by', () => {
    expect(countedWh({ Wh: 1_000 }, 1_250, 300)).toBe(250)
  })
  test('counts nothing of its first reading', () => {
    expect(countedWh(null, 234_567, 300)).toBe(0)
  })
  test.each([2 ** 16, 2 ** 32, 1e6])('goes on over its wrap at %s', (size) => {
    expect(countedWh({ Wh: size - 100 }, 150, 300)).toBe(250)
  })
  test('that begins anew counts what it has', () => {
    expect(countedWh({ Wh: 234_567 }, 40, 300)).toBe(40)
  })
  test.each([900_000, 12_000_000])('of another meter at %s Wh brings nothing of its past', (Wh) => {
    expect(countedWh({ Wh: 234_567 }, Wh, 300)).toBe(0)
  })
})

describe('a lamp with a counter of its own', () => {
  test('is counted by it, and so is its feeder where that has no meter', () => {
    const world = worldOf(
      streetOf({ faults, feeders: [...always, { ...always[0], id: 'f2' }] as LightingStreet['feeders'] }),
      local('19:00'),
    )
    world.telemetry('lamp-1', { energy: 5_000 })
    const before = world.state().feeders[0]?.energy_Wh ?? 0
    world.until(local('20:00'), 10)
    world.telemetry('lamp-1', { energy: 5_080 })
    // The other two of its feeder are reckoned at 100 W when they are next settled.
    world.order({ level: 70 })
    const [lamp] = world.state().lamps
    expect(lamp?.energy_Wh).toBe(80)
    expect((world.state().feeders[0]?.energy_Wh ?? 0) - before).toBeCloseTo(80 + 200, 0)
    expect(
      world.readings.some(({ device, channel }) => device === 'lamp-1' && channel === 'energy_reckoned'),
    ).toBe(false)
  })
})

describe('a lamp whose counter dies', () => {
  const counted = () => {
    const world = worldOf(
      streetOf({ faults, feeders: [...always, { ...always[0], id: 'f2' }] as LightingStreet['feeders'] }),
      local('19:00'),
    )
    world.order({ level: 100 })
    world.telemetry('lamp-1', { energy: 5_000 })
    return world
  }
  /** Its lamps are heard, but no counter of theirs. */
  const burn = (world: World, hours: number) => {
    for (let half = 0; half < 2 * hours; half++) {
      world.until(world.now() + 1_800_000, 300)
      for (let lamp = 1; lamp <= 6; lamp++) world.telemetry(`lamp-${lamp}`, { level: world.level(lamp) ?? 0 })
    }
  }
  const ofLamp = (world: World) => world.state().lamps[0]?.energy_Wh ?? 0
  test('is reckoned from its last word on, and its feeder has its share', () => {
    const world = counted()
    burn(world, 24)
    const waited = ofLamp(world)
    burn(world, 24)
    world.order({ command: 'c2', order: 2, level: 50 })
    const [first] = world.state().feeders
    expect([waited, Math.round(ofLamp(world)), Math.round(first?.energy_Wh ?? 0)]).toEqual([
      0,
      48 * 100,
      3 * 48 * 100,
    ])
  })
  test('and comes back counts nothing twice', () => {
    const world = counted()
    burn(world, 48)
    world.telemetry('lamp-1', { energy: 5_000 + 4_700 })
    const back = ofLamp(world)
    burn(world, 1)
    world.telemetry('lamp-1', { energy: 5_000 + 4_790 })
    expect([Math.round(back), Math.round(ofLamp(world))]).toEqual([4_800, 4_890])
  })
  test('is not taken to be dead because the node was off', () => {
    const world = counted()
    world.restart(48 * 3_600_000)
    world.until(world.now() + 60_000)
    world.telemetry('lamp-1', { energy: 5_000 + 1_200 })
    expect(ofLamp(world)).toBe(1_200)
  })
})

describe('a feeder with a meter', () => {
  const metered = (more: Partial<LightingStreet['feeders'][number]>) =>
    worldOf(
      streetOf({
        feeders: [
          { ...always[0], ...more },
          { ...always[0], id: 'f2' },
        ] as LightingStreet['feeders'],
      }),
      local('19:00'),
    )
  test('is counted by its counter, in its unit', () => {
    const world = metered({ energy: { device: 'meter', channel: 'energy', unit: 'kWh' } })
    world.telemetry('meter', { energy: 700 })
    world.until(local('20:00'), 10)
    world.telemetry('meter', { energy: 700.29 })
    expect(world.state().feeders[0]?.energy_Wh).toBeCloseTo(290, 3)
  })
  test('without a counter is integrated', () => {
    const world = metered({ power: { device: 'meter', channel: 'power', unit: 'kW' } })
    for (let minute = 0; minute < 60; minute++) {
      world.telemetry('meter', { power: 0.24 })
      world.until(world.now() + 60_000, 10)
    }
    expect(world.state().feeders[0]?.energy_Wh).toBeCloseTo(240, 0)
  })
})

describe('over a restart', () => {
  test('counters go on, and the night that the node missed counts as lit in full', () => {
    const world = savingWorld()
    world.until(local('23:00'), 60)
    const before = kWh(world)
    world.restart(3_600_000)
    world.until(world.now() + 1000)
    const after = kWh(world)
    expect(after.baseline - before.baseline).toBeCloseTo(1.5, 2)
    expect(after.energy - before.energy).toBeCloseTo(1.5, 2)
  })
  test('of a node that comes back without the time, what it missed is made good once it is told', () => {
    const world = savingWorld()
    world.until(local('23:00'), 60)
    const before = kWh(world)
    world.restart(3_600_000, 'unknown')
    world.until(world.now() + 60_000)
    world.clock('synced')
    world.until(world.now() + 1000)
    expect(kWh(world).baseline - before.baseline).toBeCloseTo(1.5 * (61 / 60), 1)
  })
  test('no counter is ever told less than before', () => {
    const world = savingWorld()
    for (let cut = 0; cut < 6; cut++) {
      world.until(world.now() + 1_800_000, 60)
      world.restart(600_000)
    }
    for (const channel of ['energy', 'baseline', 'energy/f1', 'baseline/f1']) {
      const told = world.readings.filter((one) => one.channel === channel).map(({ value }) => value)
      expect(told).toEqual(told.toSorted((one, other) => one - other))
    }
  })
})

function savingWorld(): World {
  const street = streetOf(
    {
      profiles,
      faults,
      feeders: always,
      luminaires: { led: { ...LED, rated_W: 150, standby_W: 0 } },
    },
    10,
  )
  return worldOf(
    { ...street, lamps: street.lamps.map((lamp) => ({ ...lamp, feeder: 'f1' })) },
    local('20:00'),
  )
}

test('a street without supply saves nothing: its baseline stands still', () => {
  const street = streetOf({
    cabinet: { phases: [{ device: 'meter', channel: 'v' }], phaseLost_V: 100, silent_min: 10 },
  })
  const world = worldOf(street, local('19:00'))
  for (let count = 0; count < 3; count++) world.telemetry('meter', { v: 0 })
  world.until(local('19:01'))
  const before = world.state().feeders.map(({ baseline_Wh, energy_Wh }) => [baseline_Wh, energy_Wh])
  world.until(local('20:00'), 10)
  expect(world.state().feeders.map(({ baseline_Wh, energy_Wh }) => [baseline_Wh, energy_Wh])).toEqual(before)
})

test('a broken lamp saves nothing: it counts in neither', () => {
  const world = worldOf(streetOf(), local('19:00'))
  for (let count = 0; count < 5; count++) {
    world.until(world.now() + 300_000, 10)
    world.telemetry('lamp-1', { power: 1, level: 100 })
  }
  const before = world.state().feeders[0]?.baseline_Wh ?? 0
  world.until(world.now() + 3_600_000, 10)
  expect((world.state().feeders[0]?.baseline_Wh ?? 0) - before).toBeCloseTo(200, 0)
})
