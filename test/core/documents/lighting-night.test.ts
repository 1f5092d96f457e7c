import { describe, expect, test } from 'vitest'
import {
  levelAt,
  litSpan,
  type NightPlan,
  nightFinder,
  nightOf,
} from '../../../core/documents/lighting-night.ts'
import { localClock } from '../../../core/time-zone.ts'
import { streetOf } from '../../edge/control/lighting/street.ts'

/** Which profile lights which night, and when its steps begin. */

const usual = streetOf()
const holiday = { ...usual.profiles[0], id: 'holiday', name: { vi: 'Lễ', en: 'Holiday' } }
const clockOnly = {
  id: 'clock',
  name: { vi: 'Giờ', en: 'Clock' },
  steps: [
    { at: { clock: '18:00' }, level: 100 },
    { at: { clock: '02:30' }, level: 50 },
    { at: { clock: '06:00' }, level: 0 },
  ],
}
const profiles = [...usual.profiles, holiday as (typeof usual.profiles)[number], clockOnly]
type Exception = NightPlan['calendar']['exceptions'][number]

function exception(from: string, to: string, yearly = false): Exception {
  return { id: 'x', name: { vi: 'Lễ', en: 'Feast' }, from, to, yearly, profile: 'holiday' }
}

function chosen(
  date: string,
  exceptions: readonly Exception[],
  week: NightPlan['calendar']['week'] = {},
): string {
  const plan = { ...usual, profiles, calendar: { usual: 'usual', week, exceptions: [...exceptions] } }
  return nightOf(plan, Date.parse(`${date}T20:00:00+07:00`)).profile.id
}

describe('the calendar', () => {
  test('before noon it is still the night of the evening before', () => {
    expect(nightOf(usual, Date.parse('2026-03-21T11:59:00+07:00')).date).toBe('2026-03-20')
    expect(nightOf(usual, Date.parse('2026-03-21T12:00:00+07:00')).date).toBe('2026-03-21')
  })
  test('a weekday goes before the usual', () => {
    expect(chosen('2026-03-21', [], { sat: 'clock' })).toBe('clock')
    expect(chosen('2026-03-22', [], { sat: 'clock' })).toBe('usual')
  })
  test('an exception goes before the weekday, on its first night and its last', () => {
    const feast = [exception('2026-03-20', '2026-03-21')]
    const week = { sat: 'clock' }
    const nights = ['2026-03-19', '2026-03-20', '2026-03-21', '2026-03-22'].map((day) =>
      chosen(day, feast, week),
    )
    expect(nights).toEqual(['usual', 'holiday', 'holiday', 'usual'])
  })
  test('an exception of one year does not come again', () => {
    expect(chosen('2027-03-20', [exception('2026-03-20', '2026-03-20')])).toBe('usual')
  })
  test('a yearly one does, over New Year too', () => {
    const feast = [exception('2020-12-31', '2021-01-01', true)]
    const nights = ['2030-12-30', '2030-12-31', '2031-01-01', '2031-01-02'].map((day) => chosen(day, feast))
    expect(nights).toEqual(['usual', 'holiday', 'holiday', 'usual'])
  })
  test('a yearly 29 February is the 28th in other years', () => {
    const leap = [exception('2024-02-29', '2024-02-29', true)]
    const nights = ['2028-02-28', '2028-02-29', '2027-02-28', '2027-03-01'].map((day) => chosen(day, leap))
    expect(nights).toEqual(['usual', 'holiday', 'holiday', 'usual'])
  })
})

describe('the steps of a night', () => {
  test('go by the sun and by the clock', () => {
    const night = nightOf(usual, Date.parse('2024-03-20T20:00:00+07:00'))
    const sunset = Date.parse('2024-03-20T18:02:33+07:00') - 15 * 60_000
    expect(Math.abs((night.steps[0]?.at ?? 0) - sunset)).toBeLessThan(120_000)
    expect(night.steps[1]).toEqual({ at: Date.parse('2024-03-20T22:00:00+07:00'), level: 40 })
    expect(night.steps[2]).toEqual({ at: Date.parse('2024-03-21T05:00:00+07:00'), level: 100 })
  })
  test('a step that would begin before the one before it begins with it', () => {
    const steps = [
      { at: { sun: 'sunset' as const, offset_min: 0 }, level: 100 },
      { at: { clock: '17:00' }, level: 40 },
      { at: { clock: '06:00' }, level: 0 },
    ]
    const plan = { ...usual, profiles: [{ id: 'usual', name: holiday.name, steps }] as NightPlan['profiles'] }
    const night = nightOf(plan, Date.parse('2026-06-21T20:00:00+07:00'))
    expect(night.steps[1]?.at).toBe(night.steps[0]?.at)
    expect(levelAt(night, night.steps[0]?.at ?? 0)).toBe(40)
  })
  test('a sun that does not set lights nothing by the sun, and leaves the clock alone', () => {
    const tromso = { ...usual, location: { lat: 69.65, lon: 18.96 }, timeZone: 'Europe/Oslo', profiles }
    const at = Date.parse('2026-06-21T20:00:00Z')
    expect(litSpan(nightOf(tromso, at))).toBeNull()
    expect(
      nightOf({ ...tromso, calendar: { usual: 'clock', week: {}, exceptions: [] } }, at).steps.length,
    ).toBe(3)
  })
  test('a sun that does not rise lights from noon to noon', () => {
    const tromso = { ...usual, location: { lat: 69.65, lon: 18.96 }, timeZone: 'Europe/Oslo' }
    const night = nightOf(tromso, Date.parse('2026-12-21T20:00:00Z'))
    expect(litSpan(night)).toEqual({ from: night.from, to: night.to })
  })
})

describe('where the clocks change', () => {
  const paris: NightPlan = {
    ...usual,
    location: { lat: 48.857, lon: 2.352 },
    timeZone: 'Europe/Paris',
    profiles,
    calendar: { usual: 'clock', week: {}, exceptions: [] },
  }
  test('a step in the hour that is skipped comes as much later', () => {
    const night = nightOf(paris, Date.parse('2026-03-28T20:00:00Z'))
    expect(night.steps[1]?.at).toBe(Date.parse('2026-03-29T03:30:00+02:00'))
  })
  test('a step in the hour that comes twice begins with the first', () => {
    const night = nightOf(paris, Date.parse('2026-10-24T20:00:00Z'))
    expect(night.steps[1]?.at).toBe(Date.parse('2026-10-25T02:30:00+02:00'))
  })
  test('the night of a change is an hour shorter or longer, and no moment is without one', () => {
    const find = nightFinder(paris)
    const spring = find(Date.parse('2026-03-29T01:00:00Z'))
    const autumn = find(Date.parse('2026-10-25T01:00:00Z'))
    expect([spring.to - spring.from, autumn.to - autumn.from].map((ms) => ms / 3_600_000)).toEqual([23, 25])
  })
  test('all nights of a year join without a gap', () => {
    const find = nightFinder(paris)
    let night = find(Date.parse('2026-01-01T20:00:00Z'))
    for (let count = 0; count < 400; count++) {
      const next = find(night.to)
      expect(next.from).toBe(night.to)
      night = next
    }
  })
  test.each([
    'Asia/Ho_Chi_Minh',
    'Europe/Paris',
    'America/New_York',
    'Australia/Lord_Howe',
    'Asia/Kathmandu',
  ])('a clock of %s and its moments agree', (timeZone) => {
    const clock = localClock(timeZone)
    for (let hour = 0; hour < 8_784; hour++) {
      const at = Date.UTC(2028, 0, 1, hour)
      const moment = clock.moment(clock.shown(at))
      // A time that comes twice is the first of the two.
      expect(clock.shown(moment)).toBe(clock.shown(at))
      expect(moment).toBeLessThanOrEqual(at)
    }
  })
})
