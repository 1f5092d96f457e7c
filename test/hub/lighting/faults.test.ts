import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { faultsCsv } from '../../../hub/lighting/exports.ts'
import { EDGE } from '../world.ts'
import { type LightingWorld, lightingWorld, STREET } from './world.ts'

/** A crew's list: each fault once, at its pole, and nothing of it at the flood wall. */

let world: LightingWorld
beforeEach(async () => {
  world = lightingWorld()
  await world.start()
})
afterEach(() => world.stop())

const list = (filter = {}) => world.hub().faults.list({ limit: 100, ...filter })
const LAMP = { rule: 'lamp-failure', device: 'module', part: 'l4' } as const
const raise = (n: number, part = {}) =>
  world.fault({ alarm: `${STREET}/lamp-failure/${n}`, ...LAMP, ...part })

describe('a fault', () => {
  test('names street, pole and place, with a link for a phone and one for the page', async () => {
    await raise(1)
    expect(list()).toMatchObject([
      {
        ...{
          edge: EDGE,
          street: STREET,
          streetName: { vi: 'Hùng Vương' },
          pole: 'HV-4',
          lamp: 'l4',
          feeder: null,
        },
        ...{ device: 'module', rule: 'lamp-failure', level: 2, state: 'active', times: 1, until: null },
        ...{ geo: 'geo:16.819,107.1', page: `#/lights/${EDGE}/${STREET}?lamp=l4` },
      },
    ])
  })

  test('that comes and goes is one, with how often it came', async () => {
    await raise(1)
    await raise(1, { event: 'cleared', level: 0 })
    await world.clock.advance(1_000)
    await raise(2)
    expect(list()).toMatchObject([{ state: 'active', times: 2 }])
    await raise(2, { event: 'cleared', level: 0 })
    expect(list()).toMatchObject([{ state: 'cleared', times: 2, level: 2 }])
  })

  test('of two feeders of one cabinet are two', async () => {
    const feeder = { rule: 'feeder-power-lost', device: 'cabinet', level: 3 } as const
    await world.fault({ alarm: `${STREET}/feeder-power-lost/1`, ...feeder, part: 'f1' })
    await world.fault({ alarm: `${STREET}/feeder-power-lost/2`, ...feeder, part: 'f2' })
    expect(list().map((one) => [one.feeder, one.pole])).toEqual([
      ['f1', null],
      ['f2', null],
    ])
  })

  test('of a silent cabinet module is work at the street, in words that are told', async () => {
    const module = { rule: 'cabinet-silent', device: 'cabinet', part: 'cabinet', level: 2 } as const
    await world.fault({ alarm: `${STREET}/cabinet-silent/1`, ...module })
    expect(list()).toMatchObject([{ device: 'cabinet', pole: null, feeder: null, level: 2 }])
    expect(faultsCsv(list(), 'Asia/Ho_Chi_Minh', 'vi')).toContain('Mô-đun tủ mất liên lạc')
  })

  test('stands before those that are over, the worst first, then the oldest', async () => {
    await raise(1, { part: 'l3' })
    await raise(1, { part: 'l3', event: 'cleared', level: 0 })
    await raise(2)
    await world.fault({ alarm: `${STREET}/door-open/3`, rule: 'door-open', device: 'cabinet', level: 1 })
    await world.fault({ alarm: `${STREET}/supply-lost/4`, rule: 'supply-lost', device: 'cabinet', level: 3 })
    expect(list().map(({ rule, state }) => `${rule} ${state}`)).toEqual([
      'supply-lost active',
      'lamp-failure active',
      'door-open active',
      'lamp-failure cleared',
    ])
  })

  test('can be looked for by street and by state', async () => {
    await raise(1)
    expect(list({ street: 'other' })).toEqual([])
    expect(list({ edge: 'edge-2' })).toEqual([])
    expect(list({ state: 'cleared' })).toEqual([])
    expect(list({ street: STREET, state: 'active' })).toHaveLength(1)
  })

  test('says who has taken it', async () => {
    await raise(1)
    const [one] = list()
    world.hub().alerts.acknowledge(Number(one?.alarm), 'tổ 2', world.clock.now())
    expect(list()).toMatchObject([{ acknowledgedBy: 'tổ 2', state: 'active' }])
  })

  test('is the same after the hub has begun anew, and is raised by nobody twice', async () => {
    await raise(1)
    const before = list()
    await world.restart()
    expect(list()).toEqual(before)
  })

  test('of a street that no node describes any more is listed without a place', async () => {
    await world.fault({ alarm: 'old/lamp-failure/1', station: 'old', ...LAMP })
    expect(list()).toMatchObject([
      { street: 'old', streetName: { vi: 'old' }, pole: null, lat: null, geo: null },
    ])
  })

  test('is a line of a table that a crew can print', async () => {
    await raise(1, { text: { vi: '=Đèn hỏng; cột 4', en: 'x' } })
    const [, line] = faultsCsv(list(), 'Asia/Ho_Chi_Minh', 'vi').split('\r\n')
    expect(line).toBe(
      `"Hùng Vương";"HV-4";"Đèn hỏng";"'=Đèn hỏng; cột 4";2;"2026-10-01 10:00";"";1;"";16,819000;107,100000;"geo:16.819,107.1"`,
    )
  })
})

describe('at the flood wall', () => {
  const wall = () => world.hub().alerts.current(0, 200)

  test('no fault of lighting is shown, however many there are', async () => {
    for (let n = 1; n <= 250; n++) await raise(n)
    await world.fault({ alarm: 'dh/level/1', station: 'dh', rule: 'level', level: 3 })
    expect(wall().map(({ rule }) => rule)).toEqual(['level'])
  })

  test('a lost sensor of a flood station is shown, and that of a street is not', async () => {
    await world.fault({
      alarm: `${STREET}/street-sensor-lost/1`,
      rule: 'street-sensor-lost',
      device: 'photocell',
      level: 1,
    })
    await world.fault({ alarm: 'dh/sensor-lost/1', station: 'dh', rule: 'sensor-lost', level: 0 })
    expect(wall().map(({ rule }) => rule)).toEqual(['sensor-lost'])
    expect(list().map(({ rule }) => rule)).toEqual(['street-sensor-lost'])
  })
})
