import { describe, expect, test } from 'vitest'
import { greenhouseView } from '../../../../edge/control/greenhouse/view.ts'
import { endsOf, FERTILISER, houseOf, local, PUMP, programOf, type World, worldOf, zoneOf } from './house.ts'

const HOUR = 3_600_000

describe('a run goes from valve to pump and back', () => {
  test('the pump is asked for only once the valve is known to be open, and lead_s later', () => {
    const water = { gives_Lmin: 45, pump: { ...PUMP, lead_s: 20 } }
    const world = worldOf(houseOf({ water }), local('08:00'))
    world.water()
    let [open, pump] = [0, 0]
    world.until(world.now() + 60_000, () => {
      if (open === 0 && world.isOpen('k1')) open = world.now()
      if (pump === 0 && world.asked('board') === 1) pump = world.now()
    })
    expect(open).toBeGreaterThan(0)
    expect((pump - open) / 1_000).toBe(20)
  })

  test('the valve shuts only after the pump stands still', () => {
    const world = worldOf(houseOf(), local('08:00'))
    world.water({ amount: { minutes: 1 } })
    let dry = false
    world.until(world.now() + 180_000, () => {
      if (world.pumps() && !world.isOpen('k1')) dry = true
    })
    expect(dry).toBe(false)
    expect(world.isOpen('k1')).toBe(false)
    expect(world.pumps()).toBe(false)
  })

  test('so many minutes give so much water', () => {
    const world = worldOf(houseOf(), local('08:00'))
    world.water({ amount: { minutes: 5 } })
    world.pass(600)
    const [run] = world.state().journal
    expect(run?.end).toBe('done')
    expect(run?.s).toBeGreaterThanOrEqual(300)
    expect(run?.s).toBeLessThanOrEqual(302)
    expect(Math.abs((run?.L ?? 0) - (world.got.get('k1') ?? 0))).toBeLessThan(5)
  })

  test('litres end by what the meter measures, not by the time they should take', () => {
    const world = worldOf(houseOf(), local('08:00'))
    world.pipes.share.set('k1', 0.8)
    world.water({ amount: { litres: 100 } })
    world.pass(900)
    expect(world.got.get('k1')).toBeGreaterThan(95)
    expect(world.got.get('k1')).toBeLessThan(108)
  })

  test('litres without a meter go by the flow of the document', () => {
    const world = worldOf(houseOf(), local('08:00'))
    world.pipes.meter = false
    world.water({ amount: { litres: 100 } })
    world.pass(900)
    expect(world.got.get('k1')).toBeGreaterThan(95)
    expect(world.got.get('k1')).toBeLessThan(108)
  })

  test('the hardware of the valve is told when to shut by itself', () => {
    const world = worldOf(houseOf(), local('08:00'))
    world.water({ amount: { minutes: 5 } })
    const opened = world.outputs.find(({ device, value }) => device === 'valve-k1' && value === 1)
    expect(opened?.forS).toBeGreaterThanOrEqual(300)
    expect(opened?.forS).toBeLessThanOrEqual(460)
  })

  test('a valve that does not answer is told, and the pump never begins', () => {
    const world = worldOf(houseOf(), local('08:00'))
    world.pipes.dead.add('valve-k1')
    world.water()
    let pumped = false
    world.until(world.now() + 400_000, () => {
      pumped ||= world.pumps()
    })
    expect(pumped).toBe(false)
    expect(endsOf(world, 'k1')).toEqual(['valve'])
    expect(world.inForce()).toContain('valve-dumb k1')
  })

  test('a valve that somebody else shuts ends its run', () => {
    const world = worldOf(houseOf(), local('08:00'))
    world.water({ amount: { minutes: 30 } })
    world.pass(60)
    world.give({
      ...{ type: 'output', device: 'valve-k1', stage: 'confirmed' },
      requests: [{ output: 'valve1', value: 0 }],
    })
    world.pass(30)
    expect(endsOf(world, 'k1')).toEqual(['taken'])
    expect(world.asked('board')).toBe(0)
  })
})

describe('a pump of variable speed', () => {
  const water = { gives_Lmin: 45, pump: { ...PUMP, variable: true, lead_s: 3 } }
  const speeds = (world: World) =>
    world.outputs.filter(({ output }) => output === 'pump').map(({ value }) => value)

  test('runs as fast as the open zones ask for, and rests with them', () => {
    const world = worldOf(houseOf({ water }), local('08:00'))
    world.water({ amount: { minutes: 10 } })
    world.pass(120)
    world.water({ zone: 'k2', amount: { minutes: 2 }, order: 'c2' })
    world.pass(900)
    // 20 and 40 of 45 L/min, in percent.
    expect(speeds(world).filter((value, index, all) => value !== all[index - 1])).toEqual([45, 89, 45, 0])
    expect(endsOf(world, 'k1')).toEqual(['done'])
  })

  test('runs no slower than it can lift water', () => {
    const world = worldOf(houseOf({ water, zones: [zoneOf('k1', { flow_Lmin: 2 })] }), local('08:00'))
    world.water()
    world.pass(60)
    expect(speeds(world)[0]).toBe(20)
  })
})

describe('a run whose litres take too long ends', () => {
  test('by its own time: that is not the limit of its zone', () => {
    const world = worldOf(houseOf(), local('08:00'))
    world.pipes.share.set('k1', 0.3)
    world.water({ amount: { litres: 100 } })
    world.pass(1_200)
    // 5 min would be usual: twice that, and a minute.
    expect(world.state().journal[0]).toMatchObject({ end: 'time', s: expect.closeTo(660, -1) })
    expect(world.inForce()).not.toContain('zone-ceiling k1')
  })

  test('by the limit of its zone, where that comes first, and not as given in full', () => {
    const world = worldOf(houseOf({ zones: [zoneOf('k1', { longest_min: 10 })] }), local('08:00'))
    world.water({ amount: { litres: 900 } })
    world.pass(1_200)
    expect(world.state().journal[0]).toMatchObject({ end: 'limit', s: expect.closeTo(600, -1) })
  })
})

describe('limits hold whoever asks', () => {
  test('a day gives a zone no more than its ceiling', () => {
    const world = worldOf(houseOf({ zones: [zoneOf('k1', { daily_L: 150 })] }), local('08:00'))
    world.water({ amount: { minutes: 30 } })
    world.pass(1_800)
    expect(world.got.get('k1')).toBeLessThan(155)
    expect(endsOf(world, 'k1')).toEqual(['limit'])
    expect(world.inForce()).toContain('zone-ceiling k1')
  })

  test('a clock that is set back over midnight gives no day its budget twice', () => {
    const world = worldOf(houseOf({ zones: [zoneOf('k1', { daily_L: 150 })] }), local('23:50'))
    world.until(local('00:10', 1), undefined, true)
    world.water({ amount: { minutes: 30 } })
    world.pass(1_200)
    expect(endsOf(world, 'k1')).toEqual(['limit'])
    world.clock('synced', -HOUR)
    world.pass(60)
    world.water({ amount: { minutes: 30 }, order: 'c2' })
    world.until(local('00:30', 1), undefined, true)
    world.water({ amount: { minutes: 30 }, order: 'c3' })
    world.pass(600)
    expect(world.got.get('k1')).toBeLessThan(155)
  })

  test('a clock that comes back from a year that never was gives no budget once more', () => {
    const world = worldOf(houseOf({ zones: [zoneOf('k1', { daily_L: 150 })] }), local('08:00'))
    const waters = (order: string) => {
      world.water({ amount: { minutes: 30 }, order })
      world.pass(1_200)
    }
    world.clock('synced', 400 * 24 * HOUR)
    waters('c1')
    expect(world.got.get('k1')).toBeGreaterThan(145)
    world.clock('synced', -400 * 24 * HOUR)
    waters('c2')
    expect(world.got.get('k1')).toBeLessThan(155)
    // Its own midnight is one.
    world.until(local('00:01', 1), undefined, true)
    waters('c3')
    expect(world.got.get('k1')).toBeGreaterThan(295)
  })

  test('a new day lifts the ceiling', () => {
    const world = worldOf(houseOf({ zones: [zoneOf('k1', { daily_L: 150 })] }), local('23:30'))
    world.water({ amount: { minutes: 30 } })
    world.pass(3_600)
    expect(world.inForce()).not.toContain('zone-ceiling k1')
    expect(world.state().zones[0]?.days_L[0]).toBeGreaterThan(140)
  })

  test('a run is no longer than its zone allows', () => {
    const world = worldOf(houseOf({ zones: [zoneOf('k1', { longest_min: 4 })] }), local('08:00'))
    world.water({ amount: { minutes: 60 } })
    world.pass(1_800)
    expect(world.got.get('k1')).toBeLessThan(85)
  })
})

describe('the queue', () => {
  test('as many zones water at once as the water allows, in their order', () => {
    const house = houseOf({ programs: [programOf('p', { zones: ['k3', 'k1', 'k2'] })] })
    const world = worldOf(house, local('05:59'))
    world.pass(120)
    expect(['k1', 'k2', 'k3'].filter((zone) => world.isOpen(zone))).toEqual(['k1', 'k3'])
    world.pass(1_500)
    for (const zone of ['k1', 'k2', 'k3']) expect(endsOf(world, zone)).toEqual(['done'])
  })

  test('cycles give the water in turns with pauses', () => {
    const house = houseOf({
      programs: [programOf('p', { amount: { minutes: 9 }, cycles: { run_min: 3, soak_min: 10 } })],
    })
    const world = worldOf(house, local('05:59'))
    const [openings, shuttings]: [number[], number[]] = [[], []]
    let before = false
    world.until(local('06:50'), () => {
      const open = world.isOpen('k1')
      if (open !== before) (open ? openings : shuttings).push(world.now())
      before = open
    })
    expect(openings).toHaveLength(3)
    for (const [turn, shut] of shuttings.slice(0, 2).entries())
      expect((openings[turn + 1] ?? 0) - shut).toBeGreaterThanOrEqual(600_000)
    expect(endsOf(world, 'k1')).toEqual(['done'])
    expect(world.state().journal[0]?.s).toBeGreaterThanOrEqual(540)
  })

  test('a person goes before programs that wait', () => {
    const house = houseOf({
      water: { gives_Lmin: 25, pump: { ...PUMP, lead_s: 3 } },
      programs: [programOf('p', { zones: ['k1', 'k2'] })],
    })
    const world = worldOf(house, local('05:59'))
    world.pass(120)
    world.water({ zone: 'k3', order: 'c9' })
    const opened: string[] = []
    world.until(local('06:40'), () => {
      for (const zone of ['k1', 'k2', 'k3'])
        if (world.isOpen(zone) && !opened.includes(zone)) opened.push(zone)
    })
    expect(opened).toEqual(['k1', 'k3', 'k2'])
  })
})

describe('people stop and let go on', () => {
  test('a stop of all shuts everything within its time and keeps programs waiting', () => {
    const house = houseOf({ programs: [programOf('p', { zones: ['k1', 'k2', 'k3'] })] })
    const world = worldOf(house, local('05:59'))
    world.pass(180)
    world.give({ type: 'water-stop', who: 'Lan' })
    const before = world.outputs.length - 1
    world.pass(15)
    const told = world.outputs.slice(before).filter(({ value, again }) => value === 0 && again !== true)
    expect(told.length).toBeGreaterThanOrEqual(3)
    expect(told.every(({ urgency }) => urgency === 'urgent')).toBe(true)
    expect(world.flow()).toBe(0)
    expect(['k1', 'k2', 'k3'].some((zone) => world.isOpen(zone))).toBe(false)
    expect(world.state().runs).toEqual([])
    expect(world.state().paused?.who).toBe('Lan')
  })

  test('a stop of one zone leaves the others alone', () => {
    const house = houseOf({ programs: [programOf('p', { zones: ['k1', 'k2'] })] })
    const world = worldOf(house, local('05:59'))
    world.pass(180)
    world.give({ type: 'water-stop', zone: 'k1', who: 'Lan' })
    world.pass(20)
    expect(world.isOpen('k1')).toBe(false)
    expect(world.isOpen('k2')).toBe(true)
    expect(world.state().paused).toBe(null)
  })

  test('a start that fell into the pause comes late when it is not too late', () => {
    const world = worldOf(houseOf({ programs: [programOf('p')] }), local('05:50'))
    world.give({ type: 'water-stop', who: 'Lan' })
    world.until(local('07:00'))
    world.give({ type: 'water-resume', who: 'Lan' })
    world.pass(1_200)
    expect(endsOf(world, 'k1')).toEqual(['done'])
  })

  test('a start that fell into a long pause is left out and told', () => {
    const world = worldOf(houseOf({ programs: [programOf('p')] }), local('05:50'))
    world.give({ type: 'water-stop', who: 'Lan' })
    world.until(local('09:00'))
    world.give({ type: 'water-resume', who: 'Lan' })
    world.pass(600)
    expect(endsOf(world, 'k1')).toEqual(['missed'])
    expect(world.got.get('k1')).toBe(undefined)
    expect(world.events.some(({ event, rule }) => event === 'note' && rule === 'watering')).toBe(true)
  })

  test('a skipped start is left out once', () => {
    const world = worldOf(houseOf({ programs: [programOf('p')] }), local('05:50'))
    world.give({ type: 'program-skip', program: 'p', who: 'Lan' })
    world.until(local('07:00', 1), undefined, true)
    expect(endsOf(world, 'k1')).toEqual(['skipped', 'done'])
  })

  test('a skip outlives an edit of the document', () => {
    const world = worldOf(houseOf({ programs: [programOf('p')] }), local('05:50'))
    world.give({ type: 'program-skip', program: 'p', who: 'Lan' })
    world.give({ type: 'document', document: houseOf({ programs: [programOf('p', { name: 'Other' })] }) })
    world.until(local('07:00'), undefined, true)
    expect(endsOf(world, 'k1')).toEqual(['skipped'])
  })

  test('the same order again changes nothing', () => {
    const world = worldOf(houseOf(), local('08:00'))
    world.water({ order: 'c1' })
    world.water({ order: 'c1' })
    world.pass(900)
    world.water({ order: 'c1' })
    world.pass(60)
    expect(endsOf(world, 'k1')).toEqual(['done'])
  })
})

const shown = (world: World) =>
  greenhouseView(world.state(), {
    ...{ at: world.now(), mono: world.state().timeline.mono as never, quality: 'synced' },
  })

describe('interlocks', () => {
  const report = {
    type: 'interlock',
    ...PUMP,
    text: { vi: 'Bơm chạy khô', en: 'The pump runs dry' },
  } as const

  test('a latched pump ends all runs, raises its alarm, and lets nothing begin', () => {
    const world = worldOf(houseOf(), local('08:00'))
    world.water()
    world.pass(30)
    world.give({ ...report, name: 'dry-run', event: 'latched' })
    world.water({ zone: 'k2', order: 'c2' })
    world.pass(120)
    expect(endsOf(world, 'k1')).toEqual(['interlock'])
    expect(world.isOpen('k2')).toBe(false)
    const raised = world.events.find(({ rule, event }) => rule === 'interlock-dry-run' && event === 'raised')
    expect(raised).toMatchObject(PUMP)
    expect(world.inForce()).toEqual(['interlock-dry-run'])
    const view = shown(world)
    expect(view.problems[0]).toMatchObject({ rule: 'interlock-dry-run', latched: true, level: 3 })
    expect(view.pump).toBe('held')
  })

  test('freed, the alarm is over and water may be asked again', () => {
    const world = worldOf(houseOf(), local('08:00'))
    world.water()
    world.pass(30)
    world.give({ ...report, name: 'dry-run', event: 'latched' })
    world.give({ ...report, name: 'dry-run', event: 'free' })
    world.water({ order: 'c2' })
    world.pass(600)
    expect(world.inForce()).toEqual([])
    expect(endsOf(world, 'k1')).toEqual(['interlock', 'done'])
  })

  test('what was only stopped before a restart is over when nobody tells it again; a latch is not', () => {
    const world = worldOf(houseOf(), local('08:00'))
    world.give({ ...report, name: 'tank', event: 'stopped' })
    world.restart(10_000)
    world.pass(700)
    expect(world.inForce()).toEqual([])
    world.give({ ...report, name: 'dry-run', event: 'latched' })
    world.restart(10_000)
    world.pass(700)
    expect(world.inForce()).toEqual(['interlock-dry-run'])
  })

  test('a rest between two runs puts a run off and is nobody’s problem', () => {
    const world = worldOf(houseOf(), local('08:00'))
    world.water()
    world.pass(30)
    world.give({ ...report, name: 'minimum-rest', event: 'held' })
    expect(world.events.filter(({ rule }) => rule.startsWith('interlock'))).toEqual([])
    expect(shown(world).problems).toEqual([])
    world.give({ ...report, name: 'minimum-rest', event: 'free' })
    world.pass(700)
    expect(endsOf(world, 'k1')).toEqual(['done'])
    expect(world.events.filter(({ rule }) => rule.startsWith('interlock'))).toEqual([])
  })

  test('what comes and goes all night is a few alarms, and holds nothing back in between', () => {
    const world = worldOf(houseOf(), local('20:00'))
    const told = (event: string) =>
      world.events.filter((one) => one.rule === 'interlock-tank-low' && one.event === event).length
    for (let times = 0; times < 200; times++) {
      world.give({ ...report, name: 'tank-low', event: 'stopped' })
      world.pass(5)
      world.give({ ...report, name: 'tank-low', event: 'free' })
      expect(shown(world).pump).toBe('off')
      world.pass(20)
    }
    expect(told('raised')).toBe(3)
    expect(told('cleared')).toBe(2)
    expect(world.inForce()).toEqual(['interlock-tank-low'])
    world.pass(1_860)
    expect(told('cleared')).toBe(3)
    world.pass(3_600)
    world.give({ ...report, name: 'tank-low', event: 'stopped' })
    world.give({ ...report, name: 'tank-low', event: 'free' })
    expect([told('raised'), told('cleared')]).toEqual([4, 4])
  })

  test('a latch that a person frees is over at once, however often it was', () => {
    const world = worldOf(houseOf(), local('08:00'))
    for (let times = 0; times < 6; times++) {
      world.give({ ...report, name: 'dry-run', event: 'latched' })
      world.pass(10)
      world.give({ ...report, name: 'dry-run', event: 'free' })
      expect(world.inForce()).toEqual([])
      world.pass(10)
    }
  })

  test('an alarm names the machine that is held back', () => {
    const world = worldOf(houseOf({ fertiliser: FERTILISER }), local('08:00'))
    const text = { vi: 'Khóa an toàn: khởi động tối đa 6 lần', en: 'Interlock: starts at most 6 times' }
    world.give({ ...report, text, name: 'starts-limit', event: 'held' })
    world.give({ ...report, output: 'dose_acid', text, name: 'starts-limit', event: 'held' })
    world.give({ ...report, device: 'valve-k2', output: 'valve1', text, name: 'starts-limit', event: 'held' })
    expect(world.events.map((event) => event.text.vi)).toEqual([
      'Nhà kính: Bơm nước: khởi động tối đa 6 lần',
      'Nhà kính: Bơm châm "Bồn acid": khởi động tối đa 6 lần',
      'Nhà kính: Van "Khu k2": khởi động tối đa 6 lần',
    ])
    expect(shown(world).problems[0]?.text).toEqual({
      vi: 'Bơm nước: khởi động tối đa 6 lần',
      en: 'Water pump: starts at most 6 times',
    })
  })

  test('one that only asks for patience puts the run off', () => {
    const world = worldOf(houseOf(), local('08:00'))
    world.water()
    world.pass(30)
    world.give({ ...report, name: 'starts-limit', event: 'stopped' })
    world.pass(60)
    expect(world.state().runs[0]?.phase).toBe('soaking')
    world.give({ ...report, name: 'starts-limit', event: 'free' })
    world.pass(600)
    expect(endsOf(world, 'k1')).toEqual(['done'])
  })
})
