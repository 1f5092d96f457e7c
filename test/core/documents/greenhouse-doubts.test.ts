import { describe, expect, test } from 'vitest'
import { checkGreenhouse } from '../../../core/documents/check-greenhouse.ts'
import { DOUBTS_MAX, greenhouseDoubts } from '../../../core/documents/greenhouse-doubts.ts'
import { explain } from '../../../core/errors.ts'
import { FERTILISER, houseOf, NPK, programOf, zoneOf } from '../../edge/control/greenhouse/house.ts'

type Body = Readonly<Record<string, unknown>>

/** Doubts of a document that nothing is wrong with. */
function doubtsOf(change: Body, silent: readonly string[] = []) {
  const house = houseOf(change)
  expect(checkGreenhouse(house)).toEqual([])
  return greenhouseDoubts(house, ({ device }) => silent.includes(device))
}
const codesOf = (change: Body, silent?: readonly string[]) => doubtsOf(change, silent).map(({ code }) => code)
const tank = (holds_L: number) => ({
  water: { gives_Lmin: 45, tank: { device: 'tank', channel: 'level', holds_L, low: 10 } },
})
const dry = (change: Body = {}) => ({
  by: 'moisture',
  below: 20,
  until: 30,
  from: '05:00',
  to: '06:00',
  ...change,
})

describe('programs that do what they seem to', () => {
  test('raise no doubt', () => {
    expect(codesOf({ programs: [programOf('p'), programOf('q', { start: dry() })], ...tank(500) })).toEqual(
      [],
    )
  })

  test('are doubted by nobody while they are off', () => {
    expect(codesOf({ programs: [programOf('p', { on: false })], ...tank(10) })).toEqual([])
  })
})

describe('a day of a zone', () => {
  test('that programs use up nearly whole is told, with what is left for the hand', () => {
    const [doubt] = doubtsOf({ programs: [programOf('p', { amount: { minutes: 45 } })] })
    expect(doubt).toMatchObject({ code: 'GREENHOUSE_MOST_OF_DAY', details: { litres: 900, left: 100 } })
  })

  test('counts all its programs together', () => {
    const at = (time: string) => ({ start: { by: 'clock', times: [time] }, amount: { minutes: 20 } })
    expect(codesOf({ programs: [programOf('p', at('06:00')), programOf('q', at('18:00'))] })).toEqual([
      'GREENHOUSE_MOST_OF_DAY',
    ])
  })
})

describe('a program of every other day that has not begun', () => {
  const every = { days: 2, from: '2031-05-06' }
  test('is looked at as it will be', () => {
    const start = { by: 'clock', times: ['06:00'], every }
    expect(codesOf({ programs: [programOf('p', { start, amount: { minutes: 45 } })] })).toEqual([
      'GREENHOUSE_MOST_OF_DAY',
    ])
  })

  test('makes others late on its days', () => {
    const start = { by: 'clock', times: ['06:00'], every }
    const cycles = { run_min: 10, soak_min: 60 }
    const long = { zones: ['k1', 'k2', 'k3'], amount: { minutes: 35 }, recipe: 'npk' }
    const change = {
      fertiliser: FERTILISER,
      recipes: [NPK],
      programs: [
        programOf('p', { ...long, start }),
        programOf('q', { start: { by: 'clock', times: ['06:01'] }, amount: { minutes: 10 }, cycles }),
      ],
    }
    expect(codesOf(change)).toContain('GREENHOUSE_QUEUES_LATE')
  })
})

describe('hours', () => {
  test('that are too short for the cycles of a run are told', () => {
    const cycles = { run_min: 5, soak_min: 30 }
    const change = { programs: [programOf('p', { start: dry(), amount: { minutes: 20 }, cycles })] }
    const [doubt] = doubtsOf(change)
    expect(doubt).toMatchObject({
      ...{ code: 'GREENHOUSE_WINDOW_SHORT' },
      details: { from: '05:00', to: '06:00', window: 60, minutes: 110, at: '/programs/0/start' },
    })
  })

  test('over midnight are as long as they are', () => {
    const start = dry({ from: '23:30', to: '00:30' })
    expect(codesOf({ programs: [programOf('p', { start, amount: { minutes: 40 } })] })).toEqual([])
  })

  test('that another program fills are told, with its name', () => {
    const change = {
      water: { gives_Lmin: 20 },
      programs: [
        programOf('p', { start: dry(), amount: { minutes: 35 } }),
        programOf('q', { start: dry(), amount: { minutes: 35 }, zones: ['k2'] }),
      ],
    }
    const [doubt] = doubtsOf(change)
    expect(doubt).toMatchObject({
      ...{ code: 'GREENHOUSE_WINDOW_CROWDED' },
      details: { others_words: '"Program p"', until: '06:10', at: '/programs/1/start' },
    })
  })
})

describe('programs at the same time', () => {
  const both = (gives_Lmin: number) => ({
    water: { gives_Lmin },
    programs: [
      programOf('p', { amount: { minutes: 39 } }),
      programOf('q', { amount: { minutes: 20 }, zones: ['k2'] }),
    ],
  })

  test('of which one has to wait long are told once, with how late it ends', () => {
    expect(doubtsOf(both(20))).toMatchObject([
      {
        ...{ code: 'GREENHOUSE_QUEUES_LATE' },
        details: { one: '06:00', minutes: 39, until: '06:59', others_words: '"Program p"' },
      },
    ])
  })

  test('raise no doubt where the water is enough for both', () => {
    expect(codesOf(both(45))).toEqual([])
  })
})

describe('a sensor that a program goes by', () => {
  const withProbe = { programs: [programOf('p', { start: dry() })] }

  test('and that is silent at the moment is told', () => {
    const [doubt] = doubtsOf(withProbe, ['soil-k1'])
    expect(doubt).toMatchObject({ code: 'GREENHOUSE_SENSOR_SILENT', details: { sensor: 'soil-k1' } })
  })

  test('is not missed while another one of the zone measures', () => {
    const moisture = ['one', 'two'].map((device) => ({ device, channel: 'moisture' }))
    expect(codesOf({ ...withProbe, zones: [zoneOf('k1', { soil: { moisture } })] }, ['one'])).toEqual([])
  })

  test('is not missed by a program that waters by the clock alone', () => {
    expect(codesOf({ programs: [programOf('p')] }, ['soil-k1'])).toEqual([])
  })

  test('may be the EC probe of its recipe', () => {
    const recipes = [{ ...NPK, ec: { target: 2 } }]
    const change = { fertiliser: FERTILISER, recipes, programs: [programOf('p', { recipe: 'npk' })] }
    expect(codesOf(change, ['probe'])).toEqual(['GREENHOUSE_SENSOR_SILENT'])
  })
})

describe('an amount', () => {
  test('above what the tank holds is told', () => {
    const change = { programs: [programOf('p', { zones: ['k1', 'k2'] })], ...tank(300) }
    expect(doubtsOf(change)).toMatchObject([
      { code: 'GREENHOUSE_OVER_TANK', details: { litres: 400, holds: 300, at: '/programs/0/amount' } },
    ])
  })
})

describe('all doubts', () => {
  const many = {
    programs: Array.from({ length: 30 }, (_, n) =>
      programOf(`p${n}`, {
        ...{ amount: { litres: 11 } },
        start: { by: 'clock', times: [`${String(n % 24).padStart(2, '0')}:30`] },
      }),
    ),
    ...tank(10),
  }
  test('are never more than people read', () => {
    expect(codesOf(many).length).toBe(DOUBTS_MAX)
  })

  test('name the program as people call it, in both languages', () => {
    const [doubt] = doubtsOf(many)
    if (doubt === undefined) throw new Error('no doubt')
    expect(explain(doubt, 'vi')).toContain('chương trình "Program p0" cần 11 L')
    expect(explain(doubt, 'en')).toContain('program "Program p0" takes 11 L')
  })
})
