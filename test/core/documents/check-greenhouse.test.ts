import { describe, expect, test } from 'vitest'
import { checkDocument } from '../../../core/documents/check-document.ts'
import { checkGreenhouse } from '../../../core/documents/check-greenhouse.ts'
import { errors, explain, isErrorCode } from '../../../core/errors.ts'
import { bodyOf, FERTILISER, houseOf, NPK, programOf, zoneOf } from '../../edge/control/greenhouse/house.ts'

type Body = Readonly<Record<string, unknown>>

/** The first fault of a document, as who wrote it is told. */
function faultOf(change: Body) {
  const checked = checkDocument('greenhouse:nha-kinh', bodyOf(change))
  return checked.ok ? undefined : checked.error
}
const codeOf = (change: Body) => faultOf(change)?.code
const program = (change: Body = {}) => ({ programs: [programOf('p', change)] })
const fed = (recipe: Body = {}, change: Body = {}) => ({
  fertiliser: FERTILISER,
  recipes: [{ ...NPK, ...recipe }],
  ...change,
})

describe('a sound greenhouse', () => {
  test('has no faults, with programs of each kind', () => {
    const crop = {
      ...{ name: 'Dưa lưới', planted: '2026-03-01' },
      stages: [{ name: 'con', days: 30, kc: 0.5, root_m: 0.2 }],
    }
    const change = {
      ...fed(),
      zones: [zoneOf('k1', { crop }), zoneOf('k2')],
      weather: { temperature: { device: 'sky', channel: 'temperature' } },
      programs: [
        programOf('one', { recipe: 'npk' }),
        programOf('two', {
          start: { by: 'moisture', below: 20, until: 26, from: '20:00', to: '05:00' },
          amount: { missing: true, most_min: 20 },
          cycles: { run_min: 5, soak_min: 20 },
        }),
        programOf('three', { start: { by: 'balance', at: '05:30' }, amount: { mm: 3 } }),
      ],
    }
    expect(faultOf(change)).toBe(undefined)
  })
})

describe('what is written wrongly', () => {
  const wrong: readonly (readonly [string, Body, string])[] = [
    [
      'a zone without a valve',
      { zones: [withoutKey(zoneOf('k1'), 'valve')] },
      'GREENHOUSE_ZONE_WITHOUT_VALVE',
    ],
    ['25:00', program({ start: { by: 'clock', times: ['25:00'] } }), 'GREENHOUSE_TIME_IMPOSSIBLE'],
    [
      '6:5 in hours',
      program({ start: { by: 'moisture', below: 1, until: 2, from: '6:5', to: '07:00' } }),
      'GREENHOUSE_TIME_IMPOSSIBLE',
    ],
    ['a recipe outside its limits', fed({ ph: { target: 14 } }), 'GREENHOUSE_VALUE_WRONG'],
    ['an unknown key', { colour: 'green' }, 'GREENHOUSE_VALUE_WRONG'],
    [
      'a day that does not exist',
      program({ start: { by: 'clock', times: ['06:00'], every: { days: 2, from: '2026-02-30' } } }),
      'GREENHOUSE_DATE_IMPOSSIBLE',
    ],
    ['a place that does not exist', { location: { lat: 116, lon: 107 } }, 'GREENHOUSE_PLACE_IMPOSSIBLE'],
    ['a time zone that does not exist', { timeZone: 'Asia/Dong_Ha' }, 'GREENHOUSE_TIME_ZONE_UNKNOWN'],
    ['two zones of one name', { zones: [zoneOf('k1'), zoneOf('k1')] }, 'GREENHOUSE_NAME_REPEATED'],
    ['a zone and a tank of one name', fed({}, { zones: [zoneOf('a')] }), 'GREENHOUSE_NAME_REPEATED'],
    [
      'a valve used twice',
      { zones: [zoneOf('k1'), zoneOf('k2', { valve: { device: 'valve-k1', output: 'valve1' } })] },
      'GREENHOUSE_OUTPUT_SHARED',
    ],
    [
      'a pump that is a valve',
      { zones: [zoneOf('k1', { valve: { device: 'board', output: 'pump' } })] },
      'GREENHOUSE_OUTPUT_SHARED',
    ],
    [
      'a zone that needs more than the pump gives',
      { zones: [zoneOf('k1', { flow_Lmin: 60 })] },
      'GREENHOUSE_ZONE_TOO_THIRSTY',
    ],
    [
      'soil that wilts when it is full',
      { zones: [zoneOf('k1', { soil: { wilting: 40, fieldCapacity: 30 } })] },
      'GREENHOUSE_SOIL_LIMITS',
    ],
    [
      'a moisture band upside down',
      program({ start: { by: 'moisture', below: 30, until: 20, from: '06:00', to: '18:00' } }),
      'GREENHOUSE_LIMITS_REVERSED',
    ],
    [
      'hours that are none',
      program({ start: { by: 'moisture', below: 20, until: 30, from: '06:00', to: '06:00' } }),
      'GREENHOUSE_HOURS_EMPTY',
    ],
    [
      'moisture without a probe',
      {
        zones: [zoneOf('k1', { soil: {} })],
        ...program({ start: { by: 'moisture', below: 20, until: 30, from: '06:00', to: '08:00' } }),
      },
      'GREENHOUSE_PROBE_MISSING',
    ],
    [
      'a balance without a crop',
      program({ start: { by: 'balance', at: '06:00' } }),
      'GREENHOUSE_CROP_MISSING',
    ],
    ['an unknown zone', program({ zones: ['k9'] }), 'GREENHOUSE_ZONE_UNKNOWN'],
    ['an unknown recipe', program({ recipe: 'npk' }), 'GREENHOUSE_RECIPE_UNKNOWN'],
    ['an unknown tank', fed({ doses: [{ channel: 'z', mL_per_L: 1 }] }), 'GREENHOUSE_CHANNEL_UNKNOWN'],
    ['a recipe that doses nothing', fed({ doses: [] }), 'GREENHOUSE_RECIPE_EMPTY'],
    [
      'acid and base in one recipe',
      fed({
        doses: [
          { channel: 'acid', mL_per_L: 1 },
          { channel: 'base', mL_per_L: 1 },
        ],
      }),
      'GREENHOUSE_ACID_WITH_BASE',
    ],
    [
      'pH without acid or base',
      fed(
        { ph: { target: 6 }, doses: [] },
        { fertiliser: { ...FERTILISER, channels: channelsOf('a', 'b') } },
      ),
      'GREENHOUSE_PH_WITHOUT_STOCK',
    ],
    [
      'EC without its probe',
      fed({ ec: { target: 2 } }, { fertiliser: withoutKey(FERTILISER, 'ec') }),
      'GREENHOUSE_SENSOR_MISSING',
    ],
    [
      'a run too short for water before and after',
      { ...fed(), ...program({ recipe: 'npk', amount: { minutes: 3 } }) },
      'GREENHOUSE_FEED_TOO_SHORT',
    ],
    [
      'cycles too short for water before and after',
      {
        ...fed(),
        ...program({ recipe: 'npk', amount: { minutes: 30 }, cycles: { run_min: 3, soak_min: 10 } }),
      },
      'GREENHOUSE_FEED_TOO_SHORT',
    ],
    [
      'doses beyond what the pumps give',
      {
        ...fed({
          doses: [
            { channel: 'a', mL_per_L: 20 },
            { channel: 'b', mL_per_L: 20 },
          ],
        }),
        ...program({ recipe: 'npk' }),
      },
      'GREENHOUSE_DOSE_TOO_FAST',
    ],
    [
      'a run that needs more stock than a day allows',
      {
        ...fed(
          { doses: [{ channel: 'a', mL_per_L: 5 }] },
          {
            fertiliser: {
              ...FERTILISER,
              channels: channelsOf('a').map((one) => ({ ...one, daily_mL: 100 })),
            },
          },
        ),
        ...program({ recipe: 'npk' }),
      },
      'GREENHOUSE_DOSE_OVER_CEILING',
    ],
    ['a run longer than its zone allows', program({ amount: { minutes: 90 } }), 'GREENHOUSE_RUN_TOO_LONG'],
    [
      'more in a day than a zone may have',
      program({ start: { by: 'clock', times: ['06:00', '12:00'] }, amount: { minutes: 30 } }),
      'GREENHOUSE_OVER_DAILY',
    ],
    [
      'more than that on the days of a program that begins in years',
      program({
        start: { by: 'clock', times: ['06:00', '12:00'], every: { days: 2, from: '2031-05-06' } },
        amount: { minutes: 30 },
      }),
      'GREENHOUSE_OVER_DAILY',
    ],
    [
      'one that overlaps itself on its days, from tomorrow on',
      program({
        zones: ['k1', 'k2', 'k3'],
        start: { by: 'clock', times: ['06:00', '06:15'], every: { days: 3, from: '2026-11-22' } },
      }),
      'GREENHOUSE_PROGRAM_OVERLAPS',
    ],
    [
      'a program that overlaps itself',
      program({ zones: ['k1', 'k2', 'k3'], start: { by: 'clock', times: ['06:00', '06:15'] } }),
      'GREENHOUSE_PROGRAM_OVERLAPS',
    ],
    [
      'the same time twice',
      program({ start: { by: 'clock', times: ['06:00', '06:00'] } }),
      'GREENHOUSE_PROGRAM_OVERLAPS',
    ],
    [
      'misting upside down',
      { climate: { misting: { device: 'board', output: 'mist', above_kPa: 0.5, below_kPa: 0.8 } } },
      'GREENHOUSE_LIMITS_REVERSED',
    ],
    [
      'a shade without a light sensor',
      {
        climate: {
          shade: [
            {
              id: 's',
              name: { vi: 'Lưới', en: 'Shade' },
              device: 'board',
              output: 'shade',
              above_lx: 50_000,
              below_lx: 30_000,
            },
          ],
        },
      },
      'GREENHOUSE_SENSOR_MISSING',
    ],
  ]

  test.each(wrong)('%s', (_name, change, code) => {
    expect(codeOf(change)).toBe(code)
  })

  test.each(wrong)(
    '%s is said in both languages, with every word filled in and a next step',
    (_name, change) => {
      const problem = faultOf(change)
      if (problem === undefined) throw new Error('there is no fault')
      for (const language of ['vi', 'en'] as const) {
        expect(explain(problem, language)).not.toMatch(/[{}]|undefined|NaN/)
        expect(errors[problem.code].next[language]).not.toBe('')
      }
    },
  )

  test('more than a day has hours for', () => {
    const zones = Array.from({ length: 12 }, (_, index) =>
      zoneOf(`z${index}`, { flow_Lmin: 40, longest_min: 240, daily_L: 1_000_000 }),
    )
    const change = {
      zones,
      programs: zones.map(({ id }, index) =>
        programOf(`p${index}`, {
          zones: [id],
          amount: { minutes: 240 },
          start: { by: 'clock', times: ['06:00'] },
        }),
      ),
    }
    expect(codeOf(change)).toBe('GREENHOUSE_DAY_TOO_SHORT')
  })

  test('says where it lies', () => {
    expect(faultOf(program({ start: { by: 'clock', times: ['06:00', '25:00'] } }))?.details).toMatchObject({
      time: '25:00',
      at: '/programs/0/start/times/1',
    })
  })

  test('hostile shapes are refused with a code of the table', () => {
    for (const zones of [null, 7, [null], [{ valve: null }], { length: 3 }, [[]]]) {
      const code = codeOf({ zones })
      expect(code !== undefined && isErrorCode(code)).toBe(true)
    }
  })
})

describe('a limit that no sensor can tell', () => {
  const place = { device: 'board', output: 'shade' }
  const cloth = { ...place, id: 's', name: { vi: 'Lưới', en: 'Cloth' }, above_lx: 60_000, below_lx: 40_000 }
  const light = { device: 'air', channel: 'light' }
  const shade = (change: Body) => ({ climate: { light, shade: [{ ...cloth, most_wind_ms: 10, ...change }] } })

  test('of wind is refused', () => {
    expect(faultOf(shade({}))).toMatchObject({
      code: 'GREENHOUSE_SENSOR_MISSING',
      details: { at: '/climate/shade/0/most_wind_ms' },
    })
    expect(codeOf(shade({ on: false }))).toBe(undefined)
  })

  test('of rain is refused', () => {
    expect(faultOf(program({ rain_mm: 5 }))).toMatchObject({
      code: 'GREENHOUSE_SENSOR_MISSING',
      details: { at: '/programs/0/rain_mm' },
    })
  })
})

test.each([0, 0.05, 0.4])('a wind that is measured at %d m above the ground is refused', (height_m) => {
  const weather = { wind: { device: 'sky', channel: 'wind', height_m } }
  expect(codeOf({ weather })).toBe('GREENHOUSE_VALUE_WRONG')
})

describe('what the node does not have', () => {
  const devices = {
    hasChannel: (device: string) => device !== 'soil-k2',
    hasOutput: (device: string) => device !== 'valve-k3',
  }

  test('is named with its place', () => {
    const faults = checkGreenhouse(houseOf(), devices)
    expect(faults.map(({ code, details }) => [code, details.at])).toEqual([
      ['GREENHOUSE_POINT_UNKNOWN', '/zones/1/soil/moisture/0'],
      ['GREENHOUSE_OUTPUT_UNKNOWN', '/zones/2'],
    ])
  })
})

function withoutKey(body: Body, key: string): Body {
  return Object.fromEntries(Object.entries(body).filter(([name]) => name !== key))
}

function channelsOf(...ids: readonly string[]): readonly Body[] {
  const { channels } = FERTILISER
  return Array.isArray(channels) ? channels.filter(({ id }) => ids.includes(id)) : []
}
