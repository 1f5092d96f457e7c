import { describe, expect, test } from 'vitest'
import { misgiven } from '../../core/wire/command-rules.ts'
import { commandOf } from '../../hub/commands/wish.ts'
import { lookOf } from '../../hub/web/parts/lighting/lamp-look.ts'
import { routeOf, streetHref } from '../../hub/web/route.ts'
import { energySpan } from '../../hub/web/views/lighting/energy-span.ts'
import {
  DURATIONS,
  emergencyOrder,
  holdsOf,
  lightOrder,
  nextDawn,
  releaseOrder,
  secondsOf,
  undoOrder,
} from '../../hub/web/views/lighting/light-order.ts'
import { mayTouchLights } from '../../hub/web/views/lighting/permission.ts'
import {
  namedLamps,
  selectionWords,
  stillThere,
  targetOf,
  toggled,
} from '../../hub/web/views/lighting/selection.ts'
import { createVoice } from '../../hub/web/wording.ts'
import { createSayLight } from '../../hub/web/words-lighting.ts'
import { EVENING, lamp, lightOrder as orderView, street } from './street.ts'

const voices = { voice: createVoice('vi'), light: createSayLight('vi') }
const named = namedLamps(street(), voices)
const lampsOf = (key: string) => new Set(named.find((one) => one.key === key)?.lamps)
const HOUR = 3_600_000

describe('a selection of lamps', () => {
  test('of the whole street is sent as the street', () => {
    expect(targetOf(lampsOf('all'), named)).toEqual({ all: true })
  })

  test('that is just a group is sent by its name', () => {
    expect(targetOf(lampsOf('group/cho'), named)).toEqual({ group: 'cho' })
  })

  test('that is just a feeder is sent by its name', () => {
    expect(targetOf(lampsOf('feeder/feeder-2'), named)).toEqual({ feeder: 'feeder-2' })
  })

  test('that is a feeder but for one lamp is sent lamp by lamp', () => {
    const most = toggled(lampsOf('feeder/feeder-2'), 'lamp-21')
    expect(targetOf(most, named)).toEqual({ lamps: expect.arrayContaining(['lamp-22', 'lamp-40']) })
    expect(most.size).toBe(19)
  })

  test('says how many it is, and by what name', () => {
    expect(selectionWords(lampsOf('group/cho'), named, voices)).toBe('Đã chọn Trước chợ: 8 đèn')
  })

  test('lets go of a lamp that was taken out of the street', () => {
    const shorter = street({ lamps: street().lamps.slice(1) })
    expect([...stillThere(new Set(['lamp-1', 'lamp-2']), shorter)]).toEqual(['lamp-2'])
  })
})

describe('an order', () => {
  const wish = { station: 'hung-vuong', target: { all: true }, level: 70, why: 'mưa' } as const

  test.each(DURATIONS)('of duration %s is one that the hub takes', (duration) => {
    const order = lightOrder({ ...wish, for_s: secondsOf(duration, street(), EVENING) })
    const given = { id: 'c-1', order: 1, who: 'lan' }
    expect(commandOf(order, given, EVENING)).toMatchObject({ ok: true })
  })

  test('until dawn ends with the coming sunrise', () => {
    const seconds = secondsOf('dawn', street(), EVENING)
    expect(EVENING + (seconds ?? 0) * 1000).toBe(street().profileTonight?.sunrise)
  })

  test('until dawn, given in the morning after sunrise, ends the next day', () => {
    const sunrise = street().profileTonight?.sunrise ?? 0
    expect(nextDawn(street(), sunrise + HOUR)).toBe(sunrise + 24 * HOUR)
  })

  test('until released is a setting without an end', () => {
    const order = lightOrder({ ...wish, for_s: secondsOf('open', street(), EVENING) })
    expect(order.class).toBe('setting')
    expect(order.action).not.toHaveProperty('for_s')
  })

  test.each([
    ['an emergency', emergencyOrder('hung-vuong', 'tai nạn')],
    ['a release', releaseOrder('hung-vuong', { feeder: 'feeder-1' }, 'xong')],
    ['an undo', undoOrder(orderView(), 'nhầm')],
  ])('that is %s keeps the rules of commands', (_name, order) => {
    expect(misgiven(order)).toBeUndefined()
  })
})

describe('a street as it is shown', () => {
  test('holds are counted by order', () => {
    expect(holdsOf(street())).toEqual([
      { hold: expect.objectContaining({ who: 'lan', level: 100 }), lamps: 8 },
    ])
  })

  test('a lamp that is both silent and faulty is shown as faulty', () => {
    expect(lookOf(lamp(1, { level: null, faults: ['gear-silent', 'lamp-failure'] }))).toBe('faulty')
  })

  test('a lamp that was never heard is not shown as out', () => {
    expect(lookOf(lamp(1, { level: null, heardAt: null }))).toBe('silent')
  })
})

describe('who may give orders', () => {
  test.each([
    [{ name: 'a', role: 'operator' }, true],
    [{ name: 'a', role: 'admin', verticals: ['lighting'] }, true],
    [{ name: 'a', role: 'operator', verticals: ['flood'] }, false],
    [{ name: 'a', role: 'viewer' }, false],
    [undefined, false],
  ])('%j: %s', (account, may) => {
    expect(mayTouchLights(account)).toBe(may)
  })
})

describe('addresses', () => {
  test('a link to a part of a street leads there', () => {
    expect(routeOf(streetHref('e-1', 'hung-vuong', 'energy'))).toEqual({
      page: 'street',
      edge: 'e-1',
      street: 'hung-vuong',
      part: 'energy',
    })
  })

  test('a work order’s link shows its lamp', () => {
    expect(routeOf('#/lights/e-1/hung-vuong?lamp=lamp-7')).toMatchObject({ part: 'lamps', lamp: 'lamp-7' })
  })

  test('a part that does not exist is the lamps', () => {
    expect(routeOf('#/lights/e-1/hung-vuong/moon')).toMatchObject({ part: 'lamps' })
  })
})

describe('a span of energy', () => {
  test('of days is the month of the site, not of UTC', () => {
    const lateOnTheLast = Date.UTC(2026, 9, 31, 18)
    const { from, to } = energySpan('day', 0, lateOnTheLast, 'Asia/Ho_Chi_Minh')
    expect([from, to]).toEqual([Date.UTC(2026, 9, 31, 17), Date.UTC(2026, 10, 30, 17)])
  })

  test('of months is a year, and goes back year by year', () => {
    const { from, to } = energySpan('month', 1, EVENING, 'Asia/Ho_Chi_Minh')
    expect([from, to]).toEqual([Date.UTC(2024, 11, 31, 17), Date.UTC(2025, 11, 31, 17)])
  })

  test('of days over a change to summer time has whole days at both ends', () => {
    const { from, to } = energySpan('day', 0, Date.UTC(2026, 2, 10), 'Europe/Berlin')
    expect([from, to]).toEqual([Date.UTC(2026, 1, 28, 23), Date.UTC(2026, 2, 31, 22)])
  })
})
