import { afterEach, describe, expect, test } from 'vitest'
import { BREAKS } from '../../interlocks/random-house.ts'
import {
  type Greenhouse,
  greenhouse,
  type Options,
  REWIRED,
  type Rule,
  STAGES,
  type Stage,
  UNFED,
} from './every-state-house.ts'

/**
 * A program with a recipe and cycles in each of its states, and in each of them everything that interlocks are for:
 * whatever happens when, the pump never pushes against shut valves, nothing is dosed into standing water, acid never
 * meets base nor A B, no valve is open beyond its longest run, and in the end all is at rest.
 */

const ALL = ['board/pump', 'board/dose_a', 'board/dose_b', 'board/dose_acid', 'board/dose_base']

const CAUSES: Readonly<Record<string, (one: Greenhouse) => void | Promise<void>>> = {
  'nothing at all': () => {},
  'the float falls dry': (one) => {
    one.site.wet = false
  },
  'the pressure rises': (one) => {
    one.site.pressure = 500
  },
  'the well runs dry': (one) => {
    one.site.dry = true
  },
  'the meter is lost': (one) => {
    one.site.meter = false
  },
  'the board is lost': (one) => {
    one.site.boardLost = one.now()
  },
  'the board is lost and comes back': async (one) => {
    one.site.boardLost = one.now()
    await one.pass(15)
    one.boardBack()
  },
  'the valve is lost': (one) => {
    one.site.lostValves.add('valve-k1')
  },
  'the valve shuts by itself': (one) => one.shutsByItself('valve-k1'),
  'the budget is gone': (one) => one.restart(true),
  'everything is held on by hand': (one) => {
    for (const key of ALL) one.hold(key, 1)
  },
  'everything is held on by hand and the well runs dry': async (one) => {
    for (const key of ALL) one.hold(key, 1)
    await one.pass(3)
    one.site.dry = true
  },
  'everything, the valve as well, is held on by hand': (one) => {
    for (const key of [...ALL, 'valve-k1/valve1']) one.hold(key, 1)
  },
  'another valve is opened by hand': async (one) => {
    await one.opensByHand('valve-k3')
    await one.pass(60)
    one.letsGoOf('valve-k3')
  },
  'the valve is held shut by hand': (one) => one.hold('valve-k1/valve1', 0),
  'acid is held on by hand, then base': async (one) => {
    one.hold('board/dose_acid', 1)
    await one.pass(3)
    one.hold('board/dose_base', 1)
  },
  'all water is stopped': (one) => one.stop(),
  'its zone is stopped': (one) => one.stop('k1'),
  'its zone is put on another valve': (one) => one.edit(REWIRED),
  'its recipe and its program are gone': (one) => one.edit(UNFED),
  'the node restarts': (one) => one.restart(),
}

let one: Greenhouse | undefined
afterEach(() => {
  one?.close()
  one = undefined
})

/** From before the program's start to its stage, through what happens there, and on for as long as it would have taken. */
async function lived(stage: Stage, cause: string, options: Options = {}): Promise<Greenhouse> {
  one = greenhouse(options)
  await one.pass(5)
  one.water('k2', 0.5)
  await one.reach(stage)
  await CAUSES[cause]?.(one)
  await one.pass(220)
  return one
}

function rests(house: Greenhouse): readonly string[] {
  return [...house.real.entries()].flatMap(([key, { value }]) => (value === 0 ? [] : [key]))
}

describe.each(STAGES)('while a program is at %s', (stage) => {
  test.each(Object.keys(CAUSES))('%s', async (cause) => {
    const house = await lived(stage, cause)
    expect([...house.broken]).toEqual([])
    house.stop()
    // A valve that nobody reaches ends by its own time.
    await house.pass(house.site.lostValves.size > 0 ? 200 : 40)
    expect([...house.broken]).toEqual([])
    expect(rests(house)).toEqual([])
  })
})

test('left alone the program goes through each of its states, waters and feeds', async () => {
  const { seen } = await lived('soaking', 'nothing at all')
  expect(seen.pumped).toBe(true)
  expect([...seen.dosed].sort()).toEqual(['a', 'acid', 'b'])
  expect([...seen.stages].sort()).toEqual([...STAGES].sort())
})

describe('without its interlock a rule is broken, and the judge sees it', () => {
  const cases: readonly (readonly [keyof typeof BREAKS, Stage, string, Rule])[] = [
    ['valve-open', 'queued', 'everything is held on by hand', 'the pump pushes against shut valves'],
    ['flow', 'dosing', 'everything is held on by hand and the well runs dry', 'it doses without flow'],
    ['apart', 'dosing', 'everything is held on by hand', 'acid meets base'],
    ['apart', 'dosing', 'everything is held on by hand', 'A meets B'],
    [
      'longest-run',
      'before',
      'everything, the valve as well, is held on by hand',
      'a valve is open beyond its longest run',
    ],
  ]
  test.each(cases)('%s at %s when %s: %s', async (interlock, stage, cause, rule) => {
    const house = await lived(stage, cause, { plant: (all) => BREAKS[interlock](all) })
    expect([...house.broken]).toContain(rule)
  })
})
