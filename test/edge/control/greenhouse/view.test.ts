import { describe, expect, test } from 'vitest'
import type { Mono } from '../../../../core/clock.ts'
import { greenhouseView } from '../../../../edge/control/greenhouse/view.ts'
import { houseOf, local, PUMP, programOf, type World, worldOf } from './house.ts'

const viewOf = (world: World) =>
  greenhouseView(world.state(), {
    ...{ at: world.now(), mono: (world.state().timeline.mono ?? 0) as Mono, quality: 'synced' },
  })

describe('what people are shown of a greenhouse', () => {
  test('what runs now, for how long still, and why', () => {
    const world = worldOf(houseOf({ programs: [programOf('p')] }), local('05:59'))
    world.pass(180)
    const running = viewOf(world).zones[0]?.running
    expect(running).toMatchObject({ program: 'p', phase: 'plain', who: null, of: { minutes: 10 } })
    expect(running?.left_s).toBeGreaterThan(450)
    expect(running?.left_s).toBeLessThan(500)
    expect(running?.why.vi).toBe('Program p: đến giờ')
  })

  test('what comes next, and that a skip moves it', () => {
    const world = worldOf(houseOf({ programs: [programOf('p')] }), local('05:00'))
    world.pass(1)
    expect(viewOf(world).zones[0]?.next).toMatchObject({ program: 'p', at: local('06:00') })
    world.give({ type: 'program-skip', program: 'p', who: 'Lan' })
    expect(viewOf(world).zones[0]?.next?.at).toBe(local('06:00', 1))
  })

  test('who waits, and for what', () => {
    const house = houseOf({ programs: [programOf('p', { cycles: { run_min: 2, soak_min: 10 } })] })
    const world = worldOf(house, local('05:59'))
    world.pass(60 + 180)
    const waiting = viewOf(world).zones[0]?.waiting
    expect(waiting?.for).toBe('soak')
    expect(waiting?.until).toBeGreaterThan(local('06:10'))
    world.give({
      type: 'interlock',
      ...PUMP,
      name: 'tank',
      event: 'stopped',
      text: { vi: 'Bồn cạn', en: 'Tank dry' },
    })
    expect(viewOf(world).zones[0]?.waiting).toMatchObject({ for: 'interlock' })
    expect(viewOf(world).pump).toBe('held')
  })

  describe('that the pump rests, and until when', () => {
    const text = { vi: 'nghỉ', en: 'rests' }
    const rests = (left_s: number, name = 'minimum-rest') =>
      ({ type: 'interlock', ...PUMP, name, event: 'held', text, left_s }) as const
    const free = { type: 'interlock', ...PUMP, name: 'longest-run', event: 'free', text } as const

    test('to who asks for water: at once, and its valve stays shut until then', () => {
      const world = worldOf(houseOf(), local('08:00'))
      world.give(rests(280, 'longest-run'))
      world.water()
      const until = world.now() + 280_000
      expect(viewOf(world).zones[0]).toMatchObject({ running: null, waiting: { for: 'interlock', until } })
      world.pass(279)
      expect(world.isOpen('k1')).toBe(false)
      world.give(free)
      world.pass(10)
      expect(viewOf(world).zones[0]).toMatchObject({ running: { phase: 'plain' }, waiting: null })
      expect(world.inForce()).toEqual([])
    })

    test('to who waters already: it goes on by itself, behind an open valve', () => {
      const world = worldOf(houseOf(), local('08:00'))
      world.water()
      world.pass(6)
      world.give(rests(15))
      const until = world.now() + 15_000
      expect(viewOf(world).zones[0]).toMatchObject({ running: null, waiting: { for: 'interlock', until } })
      world.pass(14)
      expect(world.isOpen('k1')).toBe(true)
      world.give({ ...free, name: 'minimum-rest' })
      expect(viewOf(world).zones[0]).toMatchObject({ running: { phase: 'plain' }, waiting: null })
    })

    test('of a long rest it is put off, and its valve is shut meanwhile', () => {
      const world = worldOf(houseOf(), local('08:00'))
      world.water()
      world.pass(60)
      world.give({ ...rests(300, 'longest-run'), event: 'stopped' })
      const until = world.now() + 300_000
      world.pass(60)
      expect(world.isOpen('k1')).toBe(false)
      expect(viewOf(world).zones[0]?.waiting).toMatchObject({ for: 'interlock', until })
      expect(world.inForce()).toEqual(['interlock-longest-run'])
    })
  })

  test('what has been given, in the journal and by day', () => {
    const world = worldOf(houseOf(), local('08:00'))
    world.water({ who: 'Lan' })
    world.pass(600)
    const { journal, zones } = viewOf(world)
    expect(journal[0]).toMatchObject({
      zone: 'k1',
      who: 'Lan',
      end: { vi: 'đủ lượng', en: 'all of it given' },
    })
    expect(zones[0]?.today_L).toBeCloseTo(100, -1)
    expect(zones[0]?.week_L).toBe(zones[0]?.today_L)
  })

  test('never a number for what is not measured', () => {
    const world = worldOf(houseOf(), local('08:00'))
    world.pass(1)
    const { zones, flow_Lmin, climate, tank } = viewOf(world)
    expect([zones[0]?.moisture, flow_Lmin, climate.temperature_C, climate.vpd_kPa, tank]).toEqual([
      null,
      null,
      null,
      null,
      null,
    ])
  })

  test('a stop of all, with who asked it', () => {
    const world = worldOf(houseOf(), local('08:00'))
    world.give({ type: 'water-stop', who: 'Lan' })
    expect(viewOf(world).paused).toEqual({ since: local('08:00'), who: 'Lan' })
  })

  test('looking changes nothing', () => {
    const world = worldOf(houseOf({ programs: [programOf('p')] }), local('05:59'))
    world.pass(180)
    const before = JSON.stringify(world.state())
    viewOf(world)
    expect(JSON.stringify(world.state())).toBe(before)
  })
})
