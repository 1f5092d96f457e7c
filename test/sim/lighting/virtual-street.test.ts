import { describe, expect, test } from 'vitest'
import { fakeClock } from '../../../core/fakes/fake-clock.ts'
import { createVirtualStreet } from '../../../sim/lighting/virtual-street.ts'

const HOUR_MS = 3_600_000

function street() {
  const clock = fakeClock()
  const lamps = ['p1', 'p2', 'p3'].map((id, index) => ({
    id,
    feeder: index < 2 ? 'f1' : 'f2',
    rated_W: 150,
    standby_W: 2,
    hours: 0,
  }))
  const made = createVirtualStreet({
    ...{ clock, cabinet: 'cabinet', meter: 'meter', lamps },
    feeders: [
      { id: 'f1', phase: 0 },
      { id: 'f2', phase: 1 },
    ],
  })
  const lamp = (id: string) => {
    const found = made.lamp(id)
    if (found === undefined) throw new Error(`no lamp ${id}`)
    return found
  }
  return { clock, made, lamp }
}

describe('a virtual street', () => {
  test('lamps draw what their level takes, and the meter counts what has flowed', async () => {
    const { clock, made, lamp } = street()
    for (const { command } of made.lamps) command(50)
    const counted = () => [0, 1, 2].reduce((sum, phase) => sum + made.meter.energy_Wh(phase), 0)
    const before = counted()
    await clock.advance(HOUR_MS)
    expect(lamp('p1').power_W()).toBeGreaterThan(72)
    expect(lamp('p1').power_W()).toBeLessThan(80)
    expect(counted() - before).toBeCloseTo(3 * 76 + 18, -1)
    expect(lamp('p1').lampHours()).toBeCloseTo(1)
  })

  test('an open contactor takes the supply from its own feeder alone; what comes back burns at full light', () => {
    const { made, lamp } = street()
    lamp('p1').command(30)
    made.drive('f1', false)
    expect([lamp('p1').dead(), lamp('p3').dead()]).toEqual([true, false])
    made.drive('f1', true)
    expect(lamp('p1').level()).toBe(100)
  })

  test('a welded contactor closes whatever its coil is told, a blown fuse leaves its feeder dark', () => {
    const { made, lamp } = street()
    made.fault('f1', 'welded')
    made.drive('f1', false)
    expect([made.isClosed('f1'), lamp('p1').dead()]).toEqual([true, false])
    made.fault('f2', 'fuse')
    expect([made.isClosed('f2'), lamp('p3').dead()]).toEqual([true, true])
    made.fault('f2', 'none')
    expect(lamp('p3').dead()).toBe(false)
  })

  test('a lost phase takes the lamps on it, and the meter says which', () => {
    const { made, lamp } = street()
    made.fault('cabinet', 'phase')
    expect(made.meter.voltage_V(1)).toBeLessThan(10)
    expect([lamp('p1').dead(), lamp('p3').dead()]).toEqual([false, true])
  })

  test.each([
    ['lamp', (watts: number) => watts === 2],
    ['driver', (watts: number) => watts === 0],
    ['dim', (watts: number) => watts > 65 && watts < 85],
    ['hungry', (watts: number) => watts > 185],
  ])('a lamp with fault %s draws what tells it', (name, tells) => {
    const { made, lamp } = street()
    expect(made.fault('p1', name)).toBe(true)
    lamp('p1').command(100)
    expect(tells(lamp('p1').power_W())).toBe(true)
  })

  test('the module in the cabinet and its meter fall silent apart from each other and from what else is wrong', () => {
    const { made } = street()
    expect([made.fault('cabinet', 'silent'), made.fault('cabinet', 'door')]).toEqual([true, true])
    expect([made.faults('cabinet'), made.faults('meter')]).toEqual([['door', 'silent'], []])
    expect(made.fault('meter', 'silent')).toBe(true)
    made.fault('cabinet', 'none')
    expect([made.faults('cabinet'), made.faults('meter')]).toEqual([[], ['silent']])
  })

  test('a silent module holds its contactors as they are', () => {
    const { made, lamp } = street()
    made.drive('f1', false)
    made.fault('cabinet', 'silent')
    expect([lamp('p1').dead(), lamp('p3').dead()]).toEqual([true, false])
  })

  test('what cannot be broken so says no', () => {
    const { made } = street()
    const tried = [
      ...[made.fault('p1', 'welded'), made.fault('f1', 'lamp'), made.fault('nobody', 'lamp')],
      ...[made.fault('f1', 'silent'), made.fault('meter', 'door'), made.fault('nobody', 'silent')],
    ]
    expect(tried).toEqual(tried.map(() => false))
  })
})
