import { describe, expect, test } from 'vitest'
import type { Mono } from '../../../../core/clock.ts'
import { greenhouseView } from '../../../../edge/control/greenhouse/view.ts'
import { endsOf, FERTILISER, houseOf, local, NPK, programOf, type World, worldOf } from './house.ts'

const house = (recipe: Readonly<Record<string, unknown>> = {}, fertiliser = FERTILISER) =>
  houseOf({ fertiliser, recipes: [{ ...NPK, ...recipe }] })

interface Dosing {
  /** Channels in the order in which their pumps began, with the second of the watering. */
  readonly pulses: { readonly channel: string; readonly from: number; to: number }[]
  readonly phases: string[]
}

/** Lives a fed run through, and watches the dosing pumps. */
function feed(world: World, minutes = 20, probes: (second: number) => void = () => {}): Dosing {
  const pulses: Dosing['pulses'] = []
  const phases: string[] = []
  const running = new Map<string, number>()
  world.water({ amount: { minutes }, recipe: 'npk' })
  let second = 0
  world.until(world.now() + (minutes + 5) * 60_000, () => {
    second += 1
    probes(second)
    for (const channel of ['a', 'b', 'acid', 'base']) {
      const on = world.state().outputs[`board/dose_${channel}`]?.asked === 1
      const begun = running.get(channel)
      if (on && begun === undefined) running.set(channel, second)
      if (!on && begun !== undefined) {
        pulses.push({ channel, from: begun, to: second })
        running.delete(channel)
      }
    }
    const view = greenhouseView(world.state(), {
      at: world.now(),
      mono: (world.state().timeline.mono ?? 0) as Mono,
      quality: 'synced',
    })
    const phase = view.zones[0]?.running?.phase
    if (phase !== undefined && phases.at(-1) !== phase) phases.push(phase)
  })
  return { pulses, phases }
}

describe('feeding within a run', () => {
  test('plain water goes before the first dose and after the last', () => {
    const world = worldOf(house(), local('08:00'))
    const { phases, pulses } = feed(world)
    expect(phases).toEqual(['opening', 'before', 'dosing', 'after', 'closing'])
    expect(pulses.length).toBeGreaterThan(4)
    const end = world.state().journal[0]
    expect(end?.s).toBeGreaterThanOrEqual(1_200)
    expect((pulses.at(-1)?.to ?? 0) - (pulses[0]?.from ?? 0)).toBeLessThan(1_200 - 180 + 20)
  })

  test('each channel gives its ratio of the water that is fed', () => {
    const world = worldOf(house(), local('08:00'))
    feed(world)
    // 17 min of dosing at 20 L/min and 2 mL/L.
    const expected = 17 * 20 * 2
    for (const id of ['a', 'b']) {
      const given = world.state().channels.find((channel) => channel.id === id)?.total_mL ?? 0
      expect(given).toBeGreaterThan(expected * 0.85)
      expect(given).toBeLessThan(expected * 1.03)
    }
    expect(world.state().journal[0]?.mL).toBeGreaterThan(2 * expected * 0.85)
  })

  test('two stocks are never dosed at once, and water passes between A and B', () => {
    const { pulses } = feed(worldOf(house(), local('08:00')))
    const sorted = pulses.toSorted((one, other) => one.from - other.from)
    for (const [index, next] of sorted.entries()) {
      const before = sorted[index - 1]
      if (before === undefined) continue
      expect(next.from - before.to).toBeGreaterThanOrEqual(before.channel === next.channel ? 0 : 30)
    }
    expect(new Set(pulses.map(({ channel }) => channel))).toEqual(new Set(['a', 'b']))
  })

  test('nothing is dosed into water that does not flow', () => {
    const world = worldOf(house(), local('08:00'))
    world.pipes.share.set('k1', 0)
    const { pulses } = feed(world)
    expect(pulses).toEqual([])
  })

  test('nor into water that only trickles', () => {
    const world = worldOf(house(), local('08:00'))
    world.pipes.share.set('k1', 0.25)
    const { pulses } = feed(world)
    expect(world.got.get('k1')).toBeGreaterThan(50)
    expect(pulses).toEqual([])
  })

  test('a stop ends dosing with the water', () => {
    const world = worldOf(house(), local('08:00'))
    world.water({ amount: { minutes: 20 }, recipe: 'npk' })
    world.pass(240)
    world.give({ type: 'water-stop', who: 'Lan' })
    world.pass(10)
    expect(['a', 'b'].map((id) => world.state().outputs[`board/dose_${id}`]?.asked ?? 0)).toEqual([0, 0])
  })

  test('the daily ceiling of a stock holds, and is told', () => {
    const channels = [{ ...CHANNEL_A, daily_mL: 200 }]
    const recipe = { doses: [{ channel: 'a', mL_per_L: 2 }] }
    const world = worldOf(house(recipe, { channels }), local('08:00'))
    feed(world)
    expect(world.state().channels[0]?.today_mL).toBeLessThanOrEqual(201)
    expect(world.inForce()).toContain('stock-ceiling')
    expect(endsOf(world, 'k1')).toEqual(['done'])
  })

  test('water passes between the acid of a run that was stopped and the base of the next', () => {
    const recipe = (id: string, channel: string) => ({
      ...{ id, name: id, before_min: 0, after_min: 0.5, doses: [{ channel, mL_per_L: 20 }] },
    })
    const recipes = [recipe('sour', 'acid'), recipe('sweet', 'base')]
    const world = worldOf(houseOf({ fertiliser: FERTILISER, recipes }), local('08:00'))
    const doses = (id: string) => (world.state().outputs[`board/dose_${id}`]?.asked ?? 0) > 0
    world.water({ amount: { minutes: 10 }, recipe: 'sour' })
    for (let second = 0; second < 300 && !doses('acid'); second++) world.pass(1)
    expect(doses('acid')).toBe(true)
    world.give({ type: 'water-stop', zone: 'k1', who: 'Lan' })
    world.water({ amount: { minutes: 10 }, recipe: 'sweet', order: 'c2' })
    let flowed_s = 0
    for (let second = 0; second < 400 && !doses('base'); second++) {
      world.pass(1)
      if (world.flow() > 0 && world.state().runs.some(({ recipe: fed }) => fed === 'sweet')) flowed_s++
    }
    expect(doses('base')).toBe(true)
    expect(flowed_s).toBeGreaterThanOrEqual(29)
  })

  describe('while another valve may be open nothing is fed: it would feed another crop', () => {
    const fed = () => {
      const world = worldOf(house(), local('08:00'))
      world.water({ amount: { minutes: 30 }, recipe: 'npk' })
      world.pass(240)
      return world
    }
    const dosed = (world: World) => world.state().journal[0]?.mL ?? world.state().runs[0]?.mL ?? 0
    const doses = (world: World) =>
      ['a', 'b'].some((id) => (world.state().outputs[`board/dose_${id}`]?.asked ?? 0) > 0)
    const says = (world: World, value: number, stage: 'confirmed' | 'failed' = 'confirmed') =>
      world.give({ type: 'output', device: 'valve-k2', requests: [{ output: 'valve1', value }], stage })

    test('held open by somebody: a pulse ends at once, and none begins until it is shut', () => {
      const world = fed()
      while (!doses(world)) world.pass(1)
      world.holdOpen('k2')
      expect(doses(world)).toBe(false)
      const before = dosed(world)
      for (let second = 0; second < 120; second++) {
        world.pass(1)
        expect(doses(world)).toBe(false)
      }
      expect(dosed(world)).toBe(before)
      says(world, 0)
      world.pass(120)
      expect(dosed(world)).toBeGreaterThan(before)
    })

    test('and people are told which, until it is shut', () => {
      const world = fed()
      world.holdOpen('k2')
      world.pass(1)
      expect(world.inForce()).toContain('feed-held k1')
      expect(world.events.findLast(({ rule }) => rule === 'feed-held')?.text.vi).toContain('Khu k2')
      says(world, 0)
      world.pass(1)
      expect(world.inForce()).not.toContain('feed-held k1')
    })

    test('one that did not say that it has shut', () => {
      const world = worldOf(house(), local('08:00'))
      world.water({ zone: 'k2', amount: { minutes: 2 } })
      world.pass(60)
      world.pipes.dead.add('valve-k2')
      world.pass(400)
      world.water({ amount: { minutes: 20 }, recipe: 'npk', order: 'c2' })
      world.pass(1_000)
      expect(world.state().runs[0]).toMatchObject({ zone: 'k1', phase: 'watering', mL: 0 })
      expect(world.inForce()).toContain('feed-held k1')
    })

    test('one that gave up on being told to shut after a restart', () => {
      const world = fed()
      says(world, 0, 'failed')
      const before = dosed(world)
      world.pass(120)
      expect(dosed(world)).toBe(before)
    })

    test('the water itself goes on, and is not owed stock afterwards', () => {
      const world = fed()
      // Open, and dry behind it.
      world.pipes.share.set('k2', 0)
      world.holdOpen('k2')
      world.pass(900)
      says(world, 0)
      world.pass(900)
      expect(endsOf(world, 'k1')).toEqual(['done'])
      // 30 min of which it is not fed for 15, nor in the 3 of its rinses: 2 stocks of 2 mL/L at 20 L/min.
      expect(dosed(world)).toBeLessThan(2 * 2 * 20 * 13)
    })
  })

  test('a run with a recipe waters alone', () => {
    const world = worldOf(house(), local('08:00'))
    world.water({ amount: { minutes: 10 }, recipe: 'npk' })
    world.pass(60)
    world.water({ zone: 'k2', order: 'c2' })
    world.pass(60)
    expect(world.isOpen('k2')).toBe(false)
    world.pass(600)
    expect(world.isOpen('k2')).toBe(true)
  })
})

describe('corrections', () => {
  const both = { ec: { target: 2 }, ph: { target: 6 } }

  test('EC above its band stops nutrients until it has come down', () => {
    const world = worldOf(house({ ec: { target: 2, band: 0.2 } }), local('08:00'))
    world.probes.set('probe/ec', 3)
    world.probes.set('probe/ph', 6)
    const strong = feed(world).pulses.length
    const other = worldOf(house({ ec: { target: 2, band: 0.2 } }), local('08:00'))
    other.probes.set('probe/ec', 2)
    other.probes.set('probe/ph', 6)
    expect(strong).toBeLessThan(feed(other).pulses.length)
    expect(world.inForce()).toContain('ec-off')
  })

  test('pH is corrected by acid alone, and only once EC is right', () => {
    const world = worldOf(house(both), local('08:00'))
    world.probes.set('probe/ph', 7.5)
    world.probes.set('probe/ec', 1)
    const { pulses } = feed(world, 30, (second) => {
      if (second === 900) world.probes.set('probe/ec', 2)
    })
    const acid = pulses.filter(({ channel }) => channel === 'acid')
    expect(acid.length).toBeGreaterThan(1)
    expect(acid.every(({ from }) => from > 900)).toBe(true)
    expect(pulses.some(({ channel }) => channel === 'base')).toBe(false)
  })

  test('one run never gets both acid and base', () => {
    const world = worldOf(house(both), local('08:00'))
    world.probes.set('probe/ec', 2)
    world.probes.set('probe/ph', 7.5)
    const { pulses } = feed(world, 30, (second) => {
      if (second === 700) world.probes.set('probe/ph', 4.5)
    })
    expect(pulses.some(({ channel }) => channel === 'acid')).toBe(true)
    expect(pulses.some(({ channel }) => channel === 'base')).toBe(false)
  })

  test('what is given mixes before it is measured', () => {
    const world = worldOf(house({ ...both, doses: [] }), local('08:00'))
    world.probes.set('probe/ec', 2)
    world.probes.set('probe/ph', 7.5)
    const acid = feed(world).pulses.filter(({ channel }) => channel === 'acid')
    for (const [index, next] of acid.entries())
      if (index > 0) expect(next.from - (acid[index - 1]?.to ?? 0)).toBeGreaterThanOrEqual(29)
    expect(acid.length).toBeGreaterThan(3)
  })

  test('a pH that acid does not move gets no more of it in this run, and is told', () => {
    const world = worldOf(house({ ...both, doses: [] }), local('08:00'))
    world.probes.set('probe/ec', 2)
    world.probes.set('probe/ph', 7.5)
    const acid = feed(world, 60).pulses.filter(({ channel }) => channel === 'acid')
    expect(acid).toHaveLength(5)
    expect(world.events.filter(({ rule }) => rule === 'ph-off').length).toBeGreaterThan(0)
  })

  test.each([
    ['doses no more acid', 'ph', 'probe/ph'],
    ['changes nothing of the ratio', 'ec', 'probe/ec'],
  ])('what was measured before a pulse %s, and is no measurement after it', (_name, what, probe) => {
    const recipe = what === 'ph' ? { doses: [], ph: { target: 6 } } : { ec: { target: 2 } }
    const world = worldOf(house(recipe), local('08:00'))
    world.probes.set('probe/ph', 7.5)
    world.probes.set('probe/ec', 1)
    world.water({ amount: { minutes: 20 }, recipe: 'npk' })
    world.pass(70)
    let acid = 0
    let before = 0
    let trim = 1
    // Silent from the first correction on, and not lost yet.
    world.until(world.now() + 270_000, () => {
      const asked = world.state().outputs['board/dose_acid']?.asked ?? 0
      if (asked > before) acid += 1
      before = asked
      trim = world.state().doser?.trim ?? trim
      if (acid > 0 || trim > 1) world.probes.delete(probe)
    })
    expect(world.inForce()).not.toContain('probe-lost')
    expect([acid, trim]).toEqual(what === 'ph' ? [1, 1] : [0, 1.1])
  })

  test('water that was too strong gets no nutrients before it is measured anew', () => {
    const world = worldOf(house({ ec: { target: 2, band: 0.2 } }), local('08:00'))
    world.probes.set('probe/ph', 6)
    world.probes.set('probe/ec', 2)
    world.water({ amount: { minutes: 20 }, recipe: 'npk' })
    world.pass(200)
    expect(world.state().doser?.endedT).not.toEqual({})
    world.probes.set('probe/ec', 3)
    world.until(world.now() + 120_000, () => {
      if ((world.state().doser?.trim ?? 1) < 1) world.probes.delete('probe/ec')
    })
    expect(world.state().doser?.trim).toBeCloseTo(0.9)
    const given = () => world.state().channels.map(({ total_mL }) => total_mL)
    const before = given()
    world.pass(150)
    expect(given()).toEqual(before)
  })

  test('a lost pH probe leaves acid alone; a lost EC probe leaves the ratio', () => {
    const world = worldOf(house(both), local('08:00'))
    const { pulses } = feed(world)
    expect(new Set(pulses.map(({ channel }) => channel))).toEqual(new Set(['a', 'b']))
    expect(world.inForce().filter((rule) => rule === 'probe-lost').length).toBe(2)
  })

  test('a lost pH probe leaves alone even the acid of the ratio', () => {
    const doses = ['a', 'acid'].map((channel) => ({ channel, mL_per_L: 2 }))
    const recipe = { doses, ph: { target: 6 } }
    const blind = feed(worldOf(house(recipe), local('08:00')))
    expect(new Set(blind.pulses.map(({ channel }) => channel))).toEqual(new Set(['a']))
    const world = worldOf(house(recipe), local('08:00'))
    world.probes.set('probe/ph', 6)
    expect(new Set(feed(world).pulses.map(({ channel }) => channel))).toEqual(new Set(['a', 'acid']))
  })

  test('an interlock on one dosing pump leaves the water running', () => {
    const world = worldOf(house(), local('08:00'))
    world.probes.set('probe/ec', 2)
    world.probes.set('probe/ph', 6)
    world.water({ amount: { minutes: 20 }, recipe: 'npk' })
    world.pass(240)
    world.give({
      ...{ type: 'interlock', device: 'board', output: 'dose_a', name: 'no-flow', event: 'latched' },
      text: { vi: 'Không thấy nước chảy', en: 'No flow is proven' },
    })
    world.pass(1_200)
    expect(endsOf(world, 'k1')).toEqual(['done'])
    expect(world.inForce()).toEqual(['interlock-no-flow'])
  })
})

describe('a run in turns is one run', () => {
  const recipes = [
    { id: 'ph', name: 'pH', before_min: 0.5, after_min: 0.5, doses: [], ph: { target: 6, band: 0.2 } },
  ]
  const program = programOf('p', {
    ...{ recipe: 'ph', amount: { minutes: 16 }, cycles: { run_min: 8, soak_min: 5 } },
  })
  /** Which of the two it gave; its first turn found sweet water, and what it gave makes the next one sour. */
  const gave = (while_soaking: (world: World) => void = () => {}) => {
    const world = worldOf(houseOf({ fertiliser: FERTILISER, recipes, programs: [program] }), local('05:59'))
    world.probes.set('probe/ec', 1).set('probe/ph', 7)
    const found = new Set<string>()
    let soaked = false
    world.until(local('06:40'), () => {
      if (world.state().runs[0]?.phase === 'soaking' && !soaked) {
        soaked = true
        world.probes.set('probe/ph', 5)
        while_soaking(world)
      }
      for (const one of ['acid', 'base'])
        if (world.state().outputs[`board/dose_${one}`]?.asked === 1) found.add(one)
    })
    expect(endsOf(world, 'k1')).toEqual(['done'])
    return [...found]
  }

  test('after acid in one turn it gets no base in the next', () => {
    expect(gave()).toEqual(['acid'])
  })

  test('nor after a restart in the pause between', () => {
    expect(gave((world) => world.restart(10_000))).toEqual(['acid'])
  })
})

describe('what a pulse has given counts towards the day of its stock', () => {
  const recipes = [
    { id: 'npk', name: 'NPK', before_min: 0, after_min: 1, doses: [{ channel: 'a', mL_per_L: 20 }] },
  ]
  /** A pulse that has run for three seconds, and what was counted before it. */
  const pulsing = () => {
    const world = worldOf(houseOf({ fertiliser: FERTILISER, recipes }), local('08:00'))
    world.water({ amount: { minutes: 20 }, recipe: 'npk' })
    let on = 0
    for (let second = 0; second < 600 && on < 4; second++) {
      world.pass(1)
      on = world.state().doser?.active === 'a' ? on + 1 : 0
    }
    expect(on).toBe(4)
    const today = () => world.state().channels[0]?.today_mL ?? 0
    return { world, today, before: today() }
  }

  test('though an edit takes its zone away', () => {
    const { world, today, before } = pulsing()
    const { house } = world.state()
    world.give({
      type: 'document',
      document: { ...house, zones: house.zones.filter(({ id }) => id !== 'k1') },
    })
    world.pass(5)
    // 600 mL/min for 3 s at least.
    expect(today() - before).toBeGreaterThanOrEqual(30)
  })

  test('though a person stops it', () => {
    const { world, today, before } = pulsing()
    world.give({ type: 'water-stop', who: 'Lan' })
    world.pass(5)
    expect(today() - before).toBeGreaterThanOrEqual(30)
    expect(world.state().zones[0]?.total_mL).toBe(today())
  })
})

const CHANNEL_A = {
  ...{ id: 'a', name: { vi: 'Bồn A', en: 'Tank A' }, part: 'a', rate_mLmin: 600, daily_mL: 20_000 },
  pump: { device: 'board', output: 'dose_a' },
}
