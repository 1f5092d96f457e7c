import { describe, expect, test } from 'vitest'
import { endsOf, houseOf, local, programOf, type World, worldOf, ZONES, zoneOf } from './house.ts'

/** Water ends where people and edits cross it on its way. */

const IN_TURNS = { amount: { minutes: 9 }, cycles: { run_min: 3, soak_min: 10 } }

const inTurns = () => worldOf(houseOf({ programs: [programOf('p', IN_TURNS)] }), local('05:59'))
const phaseOf = (world: World) => world.state().runs.find(({ zone }) => zone === 'k1')?.phase
/** Lives on until the run of the first zone is there. */
function reach(world: World, phase: string) {
  for (let second = 0; second < 900 && phaseOf(world) !== phase; second++) world.pass(1)
  expect(phaseOf(world)).toBe(phase)
}
const lastAsked = (world: World, device: string) =>
  world.outputs.findLast((output) => output.device === device)?.value

describe('a run in turns', () => {
  test('that is stopped while its valve shuts for a pause does not go on after it', () => {
    const world = inTurns()
    reach(world, 'watering')
    reach(world, 'closing')
    world.give({ type: 'water-stop', zone: 'k1', who: 'Lan' })
    const before = world.got.get('k1') ?? 0
    world.pass(3_600)
    expect(endsOf(world, 'k1')).toEqual(['stopped'])
    expect(world.got.get('k1')).toBeLessThan(before + 5)
  })

  test('gives its hardware no more time than a turn may last, and the answer of its valve', () => {
    const world = inTurns()
    reach(world, 'watering')
    const opened = world.outputs.find(({ device, value }) => device === 'valve-k1' && value === 1)
    expect(opened?.forS).toBeGreaterThan(180)
    expect(opened?.forS).toBeLessThanOrEqual(180 + 120 + 30)
  })
})

describe('an edit while water runs', () => {
  const watering = () => {
    const world = worldOf(houseOf(), local('08:00'))
    world.water()
    world.pass(30)
    expect([lastAsked(world, 'valve-k1'), lastAsked(world, 'board')]).toEqual([1, 1])
    return world
  }

  test.each([
    ['hangs its zone on another valve', [zoneOf('k1', { valve: { device: 'valve-k9', output: 'valve1' } })]],
    ['takes its zone away', []],
  ])('that %s shuts the valve that is open, and stops the pump', (_name, first) => {
    const world = watering()
    const zones = [...first, ...ZONES.slice(1).map((id) => zoneOf(id))]
    world.give({ type: 'document', document: houseOf({ zones }) })
    expect([lastAsked(world, 'valve-k1'), lastAsked(world, 'board')]).toEqual([0, 0])
    expect(endsOf(world, 'k1')).toEqual(['edited'])
    world.pass(120)
    expect(world.isOpen('k1')).toBe(false)
    expect(lastAsked(world, 'valve-k9') ?? 0).toBe(0)
  })

  test('that names another pump stops the one that runs', () => {
    const world = watering()
    const pump = { device: 'other', output: 'pump', lead_s: 3 }
    world.give({ type: 'document', document: houseOf({ water: { gives_Lmin: 45, pump } }) })
    expect(lastAsked(world, 'board')).toBe(0)
  })
})
