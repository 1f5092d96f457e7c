import fc from 'fast-check'
import { fakeClock } from '../../../core/fakes/fake-clock.ts'
import { openSqlite } from '../../../core/node/sqlite.ts'
import type { Interlock } from '../../../devices/define.ts'
import { BOARD, type HouseOptions, house, T0, VALVES } from './house.ts'

/** Random lives of a house, and a judge of its own who knows the rules and nothing of how they are kept. */

const NAMES = ['pump', 'valve1', 'valve2', 'acid', 'base'] as const
type Name = (typeof NAMES)[number]
const VALVE_NAMES = ['valve1', 'valve2'] as const

const name = fc.constantFrom(...NAMES)
const act = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('want' as const),
      name,
      for_s: fc.oneof(fc.integer({ min: 1, max: 900 }), fc.constant(20_000)),
    }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('let-go' as const), name }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('hear' as const),
      float: fc.constantFrom(0, 1, 1, 1),
      flow: fc.constantFrom(0, 20, 20, 20),
      pressure: fc.constantFrom(200, 200, 500),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('valve-says' as const),
      name: fc.constantFrom(...VALVE_NAMES),
      value: fc.constantFrom(0, 1),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant('lose' as const), device: fc.constantFrom(BOARD, VALVES) }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('deaf' as const), name, is: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('refuse' as const), name, is: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('reset' as const), name }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('restart' as const) }) },
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constant('pass' as const),
      seconds: fc.integer({ min: 1, max: 120 }),
      telling: fc.constantFrom(true, true, true, false),
    }),
  },
)
type Act = typeof act extends fc.Arbitrary<infer A> ? A : never
export type Course = readonly Act[]

/** It waters, mostly: a life in which nothing may run proves little. */
const BEGINNING: Course = [
  { type: 'pass', seconds: 61, telling: true },
  { type: 'want', name: 'valve1', for_s: 20_000 },
  { type: 'want', name: 'pump', for_s: 20_000 },
  { type: 'pass', seconds: 15, telling: true },
  { type: 'want', name: 'acid', for_s: 20_000 },
]
export const course: fc.Arbitrary<Course> = fc
  .tuple(
    fc.constantFrom(BEGINNING, BEGINNING, []),
    fc.array(act, { minLength: 10, maxLength: 60, size: 'max' }),
  )
  .map(([beginning, rest]) => [...beginning, ...rest])

const LONGEST: Readonly<Record<Name, number>> = {
  pump: 300_000,
  // Its longest run, and what it may outlast the pump.
  valve1: 420_000,
  valve2: 420_000,
  acid: 20_000,
  base: 20_000,
}
const BUDGET_MS = 100_000
const TICK_MS = 1_000

export const BREAKS = {
  'valve-open': (all: readonly Interlock[]) =>
    all.filter((one) => one.kind !== 'needs' || one.name !== 'valve-open'),
  apart: (all: readonly Interlock[]) =>
    all.filter((one) => one.kind !== 'needs' || !one.name.startsWith('apart')),
  budget: (all: readonly Interlock[]) => all.filter(({ kind }) => kind !== 'run-budget'),
  'longest-run': (all: readonly Interlock[]) => all.filter(({ kind }) => kind !== 'longest-run'),
  float: (all: readonly Interlock[]) => all.filter((one) => one.kind !== 'needs' || one.name !== 'low-water'),
  flow: (all: readonly Interlock[]) => all.filter((one) => one.kind !== 'needs' || one.name !== 'flow'),
} as const
export type Rule = keyof typeof BREAKS

/** Which rules such a life broke; none where interlocks hold. */
export async function rulesBroken(life: Course, plant?: HouseOptions['plant']): Promise<ReadonlySet<Rule>> {
  const broken = new Set<Rule>()
  const clock = fakeClock(T0)
  const store = openSqlite(':memory:')
  const options = { clock, store, ...(plant === undefined ? {} : { plant }) }
  let one = house(options)
  let float: number | null = null
  let flow: number | null = null
  const heardOpen = new Set<string>()
  const since = new Map<Name, number>()
  let dosed: { at: number; ms: number }[] = []
  let before = clock.monotonic()

  const judge = () => {
    const now = clock.monotonic()
    for (const each of NAMES) {
      if (one.wants(each) === 0) {
        since.delete(each)
        continue
      }
      const from = since.get(each) ?? now
      since.set(each, from)
      if (now - from > LONGEST[each] + TICK_MS) broken.add('longest-run')
      if (each === 'acid' && now > before) dosed.push({ at: now, ms: now - before })
    }
    for (const valve of VALVE_NAMES) if (one.taken(valve) === 0) heardOpen.delete(valve)
    const open = VALVE_NAMES.filter((valve) => one.decision(valve)?.value === 1 && heardOpen.has(valve))
    if (one.wants('pump') === 1 && open.length === 0) broken.add('valve-open')
    if (one.wants('pump') === 1 && float !== 1) broken.add('float')
    if ((one.wants('acid') === 1 || one.wants('base') === 1) && flow !== 20) broken.add('flow')
    if (one.wants('acid') === 1 && one.wants('base') === 1) broken.add('apart')
    dosed = dosed.filter(({ at }) => now - at < 86_400_000)
    if (dosed.reduce((sum, { ms }) => sum + ms, 0) > BUDGET_MS + TICK_MS) broken.add('budget')
    before = now
  }
  const hearing = () => {
    const { progress } = one.outputs
    one.outputs.progress = (device, requests, stage) => {
      for (const { output, value } of requests)
        if (stage === 'confirmed' && value === 1) heardOpen.add(output)
        else heardOpen.delete(output)
      progress(device, requests, stage)
    }
  }
  hearing()
  for (const step of life) {
    switch (step.type) {
      case 'want':
        one.want(step.name, 1, step.for_s)
        break
      case 'let-go':
        one.letGo(step.name)
        break
      case 'hear':
        ;({ float, flow } = step)
        one.hear({ float: step.float, flow: step.flow, pressure: step.pressure })
        break
      case 'valve-says':
        // What it says against its last telling is old or broken. Where that was refused, its own word is all there is.
        if (step.value === 1 && one.taken(step.name) !== 0) heardOpen.add(step.name)
        else heardOpen.delete(step.name)
        one.hearValves({ [step.name]: step.value })
        break
      case 'lose':
        if (step.device === BOARD) {
          float = null
          flow = null
          one.lose(BOARD)
        } else {
          heardOpen.clear()
          one.lose(VALVES)
        }
        break
      case 'deaf':
        if (step.is) one.deaf.add(step.name)
        else one.deaf.delete(step.name)
        break
      case 'refuse':
        // A driver that does not take the stop of what runs is no fault of the interlock.
        if (step.is && one.wants(step.name) === 0) one.refusing.add(step.name)
        else one.refusing.delete(step.name)
        break
      case 'reset':
        one.reset(step.name)
        break
      case 'restart':
        one.kill()
        one = house(options)
        heardOpen.clear()
        float = null
        flow = null
        hearing()
        break
      case 'pass':
        for (let left = step.seconds; left > 0; left--) {
          await one.pass(1, step.telling ? { float: float ?? 1, flow: flow ?? 20, pressure: 200 } : {})
          if (step.telling) {
            float ??= 1
            flow ??= 20
          }
          judge()
        }
        break
    }
    judge()
  }
  return broken
}
