import { describe, expect, test } from 'vitest'
import { checkGreenhouse } from '../../../core/documents/check-greenhouse.ts'
import { isWithinHours, planOf, startsBetween } from '../../../core/documents/greenhouse-plan.ts'
import { localClock } from '../../../core/time-zone.ts'
import { houseOf, local, programOf } from '../../edge/control/greenhouse/house.ts'

const minutes = (at: number) => Math.round((at - local('00:00')) / 60_000)

describe('the plan of the next hours', () => {
  test('puts zones side by side as far as the water goes, and the rest behind them', () => {
    const house = houseOf({ programs: [programOf('p', { zones: ['k1', 'k2', 'k3'] })] })
    const plan = planOf(house, local('00:00'), 24)
    expect(plan.map(({ zone, at, minutes: length, litres }) => [zone, minutes(at), length, litres])).toEqual([
      ['k1', 360, 10, 200],
      ['k2', 360, 10, 200],
      ['k3', 370, 10, 200],
    ])
  })

  test('shows cycles turn by turn, with other zones in the pauses', () => {
    const house = houseOf({
      water: { gives_Lmin: 20 },
      programs: [
        programOf('p', { zones: ['k1', 'k2'], amount: { minutes: 10 }, cycles: { run_min: 5, soak_min: 5 } }),
      ],
    })
    const plan = planOf(house, local('00:00'), 24)
    expect(plan.map(({ zone, at }) => [zone, minutes(at)])).toEqual([
      ['k1', 360],
      ['k2', 365],
      ['k1', 370],
      ['k2', 375],
    ])
  })

  test('leaves out what is switched off, and what goes by moisture', () => {
    const start = { by: 'moisture', below: 20, until: 30, from: '06:00', to: '18:00' }
    const house = houseOf({ programs: [programOf('p', { on: false }), programOf('m', { start })] })
    expect(planOf(house, local('00:00'), 24)).toEqual([])
  })

  test('gives no zone more than a run of it may have', () => {
    const house = houseOf({ programs: [programOf('p', { amount: { litres: 100_000 } })] })
    expect(planOf(house, local('00:00'), 24)[0]?.litres).toBe(1_000)
  })
})

describe('starts', () => {
  test('of a day without its hour come an hour later', () => {
    const clock = localClock('Europe/Berlin')
    const start = { by: 'clock' as const, times: ['02:30'] }
    const day = Date.UTC(2026, 2, 28, 23)
    expect(startsBetween(start, clock, day, day + 86_400_000)).toEqual([Date.UTC(2026, 2, 29, 1, 30)])
  })

  test('of a day that has an hour twice come once', () => {
    const clock = localClock('Europe/Berlin')
    const start = { by: 'clock' as const, times: ['02:30'] }
    const day = Date.UTC(2026, 9, 24, 22)
    expect(startsBetween(start, clock, day, day + 25 * 3_600_000).length).toBe(1)
  })

  test('are not told twice at the border of two looks', () => {
    const clock = localClock('Asia/Ho_Chi_Minh')
    const start = { by: 'clock' as const, times: ['06:00'] }
    const at = local('06:00')
    expect(startsBetween(start, clock, at - 1_000, at)).toEqual([at])
    expect(startsBetween(start, clock, at, at + 1_000)).toEqual([])
  })
})

test.each([
  ['20:00', '05:00', '23:00', true],
  ['20:00', '05:00', '04:59', true],
  ['20:00', '05:00', '05:00', false],
  ['06:00', '18:00', '05:59', false],
])('between %s and %s lies %s: %s', (from, to, time, within) => {
  const [hours = 0, mins = 0] = time.split(':').map(Number)
  expect(isWithinHours({ from, to }, (hours * 60 + mins) * 60_000)).toBe(within)
})

describe('minutes that are divided into turns', () => {
  const house = houseOf({
    programs: [
      programOf('p', {
        start: { by: 'clock', times: ['06:00', '09:00'] },
        amount: { minutes: 12.3 },
        cycles: { run_min: 4.1, soak_min: 60 },
      }),
    ],
  })

  test('leave no turn of nothing behind', () => {
    expect(planOf(house, local('05:00'), 3.5).map(({ minutes }) => minutes.toFixed(2))).toEqual([
      '4.10',
      '4.10',
      '4.10',
    ])
  })

  test('are no overlap where the last of them is over in time', () => {
    expect(checkGreenhouse(house)).toEqual([])
  })
})
