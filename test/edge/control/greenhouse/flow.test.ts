import { describe, expect, test } from 'vitest'
import { endsOf, houseOf, local, PUMP, programOf, type World, worldOf, ZONES, zoneOf } from './house.ts'

/** Sound runs enough to learn what the zone takes. */
function taught(share = 1): World {
  const start = { by: 'clock', times: ['06:00', '07:00', '08:00', '09:00', '10:00', '11:00', '12:00'] }
  const world = worldOf(
    houseOf({ programs: [programOf('p', { start, amount: { minutes: 5 } })], faults: { learn: 3 } }),
    local('05:59'),
  )
  world.pipes.share.set('k1', share)
  for (const zone of ZONES) world.probes.set(`soil-${zone}/moisture`, 25)
  world.until(local('08:30'))
  return world
}

describe('what a zone usually takes', () => {
  test('is learnt from its first sound runs', () => {
    const world = taught(0.9)
    expect(world.state().zones[0]?.usual.Lmin).toBeCloseTo(18, 0)
    expect(world.state().zones[0]?.usual.runs).toBe(3)
  })

  test('is kept, so that drippers which clog slowly are noticed', () => {
    const world = taught()
    for (const [hour, share] of [
      ['09:30', 0.9],
      ['10:30', 0.78],
      ['11:30', 0.66],
    ] as const) {
      world.pipes.share.set('k1', share)
      world.until(local(hour))
    }
    expect(world.inForce()).toContain('drippers-blocked k1')
    expect(world.state().zones[0]?.usual.Lmin).toBeCloseTo(20, 0)
  })
})

describe('flow tells faults', () => {
  test('a burst pipe ends the run within settling time and patience', () => {
    const world = taught()
    world.pipes.share.set('k1', 1.8)
    world.until(local('09:05'))
    expect(world.inForce()).toContain('pipe-burst k1')
    expect(endsOf(world, 'k1').at(-1)).toBe('burst')
    expect(world.isOpen('k1')).toBe(false)
  })

  test('a valve that lets water through before its answer has come is no burst beside it', () => {
    const world = taught()
    world.water({ amount: { minutes: 20 } })
    world.pass(120)
    // It opens, and its radio is slow to say so.
    world.pipes.dead.add('valve-k2')
    world.pipes.leak = 20
    world.water({ zone: 'k2', order: 'c2' })
    world.pass(100)
    world.pipes.leak = 0
    world.pipes.dead.clear()
    world.pass(600)
    expect(world.events.filter(({ rule }) => rule === 'pipe-burst')).toEqual([])
    expect(endsOf(world, 'k2')).toEqual(['done'])
  })

  test('a burst is noticed before anything was learnt', () => {
    const world = worldOf(houseOf(), local('08:00'))
    world.pipes.share.set('k1', 2)
    world.water({ amount: { minutes: 20 } })
    world.pass(150)
    expect(endsOf(world, 'k1')).toEqual(['burst'])
  })

  test('blocked drippers are told, and the zone still gets its water', () => {
    const world = taught()
    world.pipes.share.set('k1', 0.5)
    world.until(local('09:20'))
    expect(world.inForce()).toContain('drippers-blocked k1')
    expect(endsOf(world, 'k1').at(-1)).toBe('done')
  })

  test('a zone that takes no water ends, and says what to look for', () => {
    const world = taught()
    world.pipes.share.set('k1', 0)
    world.until(local('09:20'))
    expect(world.inForce()).toContain('no-flow k1')
    expect(endsOf(world, 'k1').at(-1)).toBe('no-flow')
  })

  test('mended, the next sound run clears it', () => {
    const world = taught()
    world.pipes.share.set('k1', 1.8)
    world.until(local('09:30'))
    world.pipes.share.set('k1', 1)
    world.until(local('10:30'))
    expect(world.inForce()).toEqual([])
  })

  test('water that runs though nothing is watered is a leak', () => {
    const world = taught()
    world.pipes.leak = 2
    world.pass(120)
    expect(world.inForce()).toEqual(['water-leak'])
    world.pipes.leak = 0
    world.pass(120)
    expect(world.inForce()).toEqual([])
  })

  test('a lost meter says nothing of pipes, and is told', () => {
    const world = taught()
    world.pipes.meter = false
    world.pipes.share.set('k1', 1.8)
    world.until(local('09:30'))
    expect(world.inForce()).toEqual(['probe-lost'])
    expect(endsOf(world, 'k1').at(-1)).toBe('done')
  })

  test('a tank that runs low is told once, with what is left', () => {
    const tank = { device: 'tank', channel: 'level', holds_L: 2_000, low: 15 }
    const world = worldOf(houseOf({ water: { gives_Lmin: 45, tank } }), local('08:00'))
    for (const level of [40, 14, 16, 14]) {
      world.probes.set('tank/level', level)
      world.pass(60)
    }
    expect(world.events.filter(({ rule }) => rule === 'tank-low').map(({ event }) => event)).toEqual([
      'raised',
    ])
    world.probes.set('tank/level', 30)
    world.pass(60)
    expect(world.inForce()).toEqual([])
  })
})

describe('accounts', () => {
  test('water opened by others counts for the zone as well', () => {
    const world = worldOf(houseOf({ water: { gives_Lmin: 45 } }), local('08:00'))
    world.holdOpen('k2')
    world.pass(60)
    expect(world.state().zones[1]?.today_L).toBeCloseTo(20, 0)
  })

  test('the season begins anew with a new crop', () => {
    const crop = (planted: string) => ({
      ...{ name: 'Dưa lưới', planted },
      stages: [{ name: 'con', days: 30, kc: 0.5, root_m: 0.2 }],
    })
    const zones = (planted: string) => ({ zones: [{ ...ZONE, crop: crop(planted) }] })
    const world = worldOf(houseOf(zones('2026-03-01')), local('08:00'))
    world.water()
    world.pass(600)
    expect(world.state().zones[0]?.season_L).toBeGreaterThan(90)
    world.give({ type: 'document', document: houseOf(zones('2026-03-20')) })
    world.pass(1)
    expect(world.state().zones[0]?.season_L).toBe(0)
    expect(world.state().zones[0]?.total_L).toBeGreaterThan(90)
  })
})

const ZONE = {
  ...{ id: 'k1', name: { vi: 'Khu k1', en: 'Zone k1' }, area_m2: 100, flow_Lmin: 20, daily_L: 1_000 },
  valve: { device: 'valve-k1', output: 'valve1' },
}

describe('a meter that counts whole pulses of 10 L', () => {
  const water = { gives_Lmin: 45, pump: PUMP, volume: { device: 'meter', channel: 'volume' } }
  const house = () => houseOf({ water, zones: [zoneOf('k1', { flow_Lmin: 12, soil: {} })] })
  const run = (world: World, minutes: number, leaked_L = () => 0) =>
    world.until(world.now() + minutes * 60_000, () => {
      if ((world.now() / 1000) % 5 !== 0) return
      const volume = Math.floor(((world.got.get('k1') ?? 0) + leaked_L()) / 10) * 10
      world.give({ type: 'telemetry', device: 'meter', telemetry: { volume }, failed: {}, at: world.now() })
    })

  test('stands still between two pulses of a sound run: that is no fault', () => {
    const world = worldOf(house(), local('08:00'))
    world.water({ amount: { minutes: 20 } })
    run(world, 30)
    expect(endsOf(world, 'k1')).toEqual(['done'])
    expect(world.inForce()).toEqual([])
    const counted = world.state().zones[0]?.today_L ?? 0
    expect(Math.abs(counted - (world.got.get('k1') ?? 0))).toBeLessThan(15)
  })

  test('tells of drippers through which nothing comes', () => {
    const world = worldOf(house(), local('08:00'))
    world.pipes.share.set('k1', 0)
    world.water({ amount: { minutes: 20 } })
    run(world, 12)
    expect(endsOf(world, 'k1')).toEqual(['no-flow'])
  })

  test('tells of a pipe that bursts', () => {
    const world = worldOf(house(), local('08:00'))
    world.water({ amount: { minutes: 20 } })
    run(world, 5)
    world.pipes.share.set('k1', 2.5)
    run(world, 5)
    expect(endsOf(world, 'k1')).toEqual(['burst'])
  })

  test('tells of a leak while nothing is open', () => {
    const world = worldOf(house(), local('08:00'))
    const from = world.now()
    run(world, 60, () => ((world.now() - from) / 60_000) * 2)
    expect(world.inForce()).toEqual(['water-leak'])
  })
})
