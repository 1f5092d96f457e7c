import { describe, expect, test } from 'vitest'
import { checkDocument, DOCUMENT_BYTES_MAX } from '../../../core/documents/check-document.ts'
import { checkLightingStreet, designWarnings } from '../../../core/documents/check-lighting-street.ts'
import type { LightingProfile, LightingStreet } from '../../../core/documents/lighting-street.ts'
import { explain } from '../../../core/errors.ts'
import { demoStreet } from '../../../sim/lighting/demo-street.ts'
import { LED, streetOf } from '../../edge/control/lighting/street.ts'

/** Each contradiction in a street's document has a code and a plain sentence of its own. */

const devices = {
  hasChannel: (device: string) => device.startsWith('meter'),
  hasOutput: (device: string, output: string) => device.startsWith('lamp-') && output === 'level',
}
const codes = (change: Partial<LightingStreet>) =>
  checkLightingStreet(streetOf(change), devices).map(({ code }) => code)
const [lamp] = streetOf().lamps
const lamps = streetOf().lamps
if (lamp === undefined) throw new Error('the street has lamps')

const profile = (steps: LightingProfile['steps'], id = 'usual'): LightingProfile => ({
  id,
  name: { vi: 'Thử', en: 'Trial' },
  steps,
})
const sunset = { sun: 'sunset' as const, offset_min: 0 }
const sunrise = { sun: 'sunrise' as const, offset_min: 0 }
const exception = (id: string, from: string, to: string, yearly = false) => ({
  ...{ id, name: { vi: id, en: id }, from, to, yearly, profile: 'usual' },
})
const calendar = (exceptions: LightingStreet['calendar']['exceptions']) => ({
  calendar: { usual: 'usual', week: {}, exceptions },
})

test('a sound street has no faults, with its devices and without', () => {
  expect([codes({}), checkLightingStreet(streetOf())]).toEqual([[], []])
})

test('nor has the demonstration street', () => {
  expect(checkLightingStreet(demoStreet().document)).toEqual([])
})

describe('names', () => {
  test('a lamp given twice', () => {
    expect(codes({ lamps: [...lamps, { ...lamp, device: 'lamp-9' }] })).toEqual(['STREET_NAME_REPEATED'])
  })
  test('a feeder that there is not', () => {
    expect(codes({ lamps: [{ ...lamp, feeder: 'f9' }], groups: [] })).toEqual(['STREET_FEEDER_UNKNOWN'])
  })
  test('a luminaire type that there is not', () => {
    expect(codes({ lamps: [{ ...lamp, luminaire: 'hps' }], groups: [] })).toEqual([
      'STREET_LUMINAIRE_UNKNOWN',
    ])
  })
  test('a name that every object has', () => {
    expect(codes({ lamps: [{ ...lamp, luminaire: 'constructor' }], groups: [] })).toEqual([
      'STREET_LUMINAIRE_UNKNOWN',
    ])
  })
  test('a group of a lamp that there is not', () => {
    const groups = [{ id: 'g', name: { vi: 'g', en: 'g' }, lamps: ['l1', 'l77'] }]
    expect(codes({ groups })).toEqual(['STREET_GROUP_LAMP_UNKNOWN'])
  })
  test('a group that names a lamp twice', () => {
    const groups = [{ id: 'g', name: { vi: 'g', en: 'g' }, lamps: ['l1', 'l1'] }]
    expect(codes({ groups })).toEqual(['STREET_NAME_REPEATED'])
  })
  test('a calendar of a profile that there is not', () => {
    const calendar = { usual: 'usual', week: { sat: 'feast' }, exceptions: [] }
    expect(codes({ calendar })).toEqual(['STREET_PROFILE_UNKNOWN'])
  })
})

describe('wires', () => {
  test('two lamps on one output', () => {
    expect(codes({ lamps: [...lamps, { ...lamp, id: 'l9' }] })).toEqual(['STREET_OUTPUT_SHARED'])
  })
  test('an output that no device of this node has', () => {
    expect(codes({ lamps: [{ ...lamp, output: 'level2' }], groups: [] })).toEqual(['STREET_OUTPUT_UNKNOWN'])
  })
  test('a channel that no device of this node has', () => {
    const [first, ...rest] = streetOf().feeders
    if (first === undefined) throw new Error('the street has feeders')
    const feeders = [{ ...first, power: { device: 'cabinet', channel: 'power' } }, ...rest]
    expect(codes({ feeders })).toEqual(['STREET_CHANNEL_UNKNOWN'])
  })
})

describe('place and limits', () => {
  test('a place that is not on Earth', () => {
    expect(codes({ location: { lat: 107.1, lon: 16.8 } })).toEqual(['STREET_PLACE_IMPOSSIBLE'])
  })
  test('a time zone that there is not', () => {
    expect(codes({ timeZone: 'Asia/Hue' })).toEqual(['STREET_TIME_ZONE_UNKNOWN'])
  })
  test('a time zone of the other side of the Earth', () => {
    expect(codes({ timeZone: 'America/New_York' })).toEqual(['STREET_TIME_ZONE_FAR'])
  })
  test('a photocell that is light before it is dark', () => {
    const photocell = { device: 'meter', channel: 'lux', dark_lx: 80, light_lx: 30, margin_min: 60 }
    expect(codes({ photocell })).toEqual(['STREET_PHOTOCELL_ORDER'])
  })
  test('a lamp that fails before it is weak', () => {
    expect(codes({ faults: { ...streetOf().faults, failed: 0.9 } })).toEqual(['STREET_FAULT_SHARES'])
  })
  test('a lamp that stands by at more than it burns', () => {
    expect(codes({ luminaires: { led: { ...LED, standby_W: 120 } } })).toEqual(['STREET_STANDBY_TOO_HIGH'])
  })
})

describe('profiles', () => {
  test('without an end', () => {
    expect(codes({ profiles: [profile([{ at: sunset, level: 100 }])] })).toEqual(['STREET_PROFILE_ENDLESS'])
  })
  test('whose clock runs backwards', () => {
    const steps = [
      { at: { clock: '05:00' }, level: 100 },
      { at: { clock: '22:00' }, level: 60 },
      { at: sunrise, level: 0 },
    ]
    expect(codes({ profiles: [profile(steps)] })).toEqual(['STREET_STEPS_REVERSED'])
  })
  const crossing = [
    { at: sunset, level: 100 },
    { at: { clock: '18:00' }, level: 60 },
    { at: sunrise, level: 0 },
  ]
  test('whose steps cross when the sun sets late', () => {
    const [problem] = checkLightingStreet(streetOf({ profiles: [profile(crossing)] }))
    expect(problem).toMatchObject({ code: 'STREET_STEPS_CROSS', details: { profile: 'usual', step: 2 } })
  })
  test('that would cross, but are not used then', () => {
    const sound = streetOf().profiles[0]
    if (sound === undefined) throw new Error('the street has a profile')
    const winter = { ...exception('winter', '2026-11-15', '2027-01-10', true), profile: 'winter' }
    const profiles = [sound, profile(crossing, 'winter')]
    expect(codes({ profiles, ...calendar([winter]) })).toEqual([])
  })
  test('by the clock alone are sound anywhere', () => {
    const steps = [
      { at: { clock: '18:00' }, level: 100 },
      { at: { clock: '05:30' }, level: 0 },
    ]
    const place = { location: { lat: 69.65, lon: 18.96 }, timeZone: 'Europe/Oslo' }
    expect(codes({ profiles: [profile(steps)], ...place })).toEqual([])
  })
})

describe('exceptions', () => {
  test('of one date twice', () => {
    const two = [exception('a', '2027-02-05', '2027-02-10'), exception('b', '2027-02-10', '2027-02-11')]
    expect(codes(calendar(two))).toEqual(['STREET_EXCEPTIONS_OVERLAP'])
  })
  test('next to each other', () => {
    const two = [exception('a', '2027-02-05', '2027-02-09'), exception('b', '2027-02-10', '2027-02-11')]
    expect(codes(calendar(two))).toEqual([])
  })
  test('of which one comes every year', () => {
    const two = [exception('a', '2020-09-02', '2020-09-02', true), exception('b', '2031-09-01', '2031-09-03')]
    expect(codes(calendar(two))).toEqual(['STREET_EXCEPTIONS_OVERLAP'])
  })
  test('over New Year', () => {
    const two = [
      exception('a', '2020-12-30', '2020-01-02', true),
      exception('b', '2020-01-02', '2020-01-05', true),
    ]
    expect(codes(calendar(two))).toEqual(['STREET_EXCEPTIONS_OVERLAP'])
  })
  test('of a date that there is not', () => {
    expect(codes(calendar([exception('a', '2027-02-30', '2027-03-01')]))).toEqual(['STREET_DATE_IMPOSSIBLE'])
  })
  test('that end before they begin', () => {
    expect(codes(calendar([exception('a', '2027-02-10', '2027-02-05')]))).toEqual(['STREET_DATES_REVERSED'])
  })
})

describe('the design', () => {
  test('that cannot reach its class is warned of, not refused', () => {
    const bright = streetOf({ road: { ...streetOf().road, class: 'M1' } })
    expect(checkLightingStreet(bright)).toEqual([])
    const [warning] = designWarnings(bright)
    expect(warning === undefined ? '' : explain(warning, 'en')).toContain(
      'gives 18.3 lx where class M1 needs 30 lx',
    )
  })
  test('that leaves it dark between poles is warned of', () => {
    const dark = streetOf({ luminaires: { led: { ...LED, intensity_cd: 500 } } })
    expect(designWarnings(dark).map(({ code }) => code)).toEqual(['STREET_MIDWAY_DARK'])
  })
})

describe('as a document', () => {
  const many = () => {
    const street = streetOf({}, 400)
    const groups = Array.from({ length: 12 }, (_, index) => ({
      ...{ id: `g${index}`, name: { vi: `Nhóm ${index}`, en: `Group ${index}` } },
      lamps: street.lamps.map(({ id }) => id),
    }))
    return { ...street, groups }
  }
  test('400 lamps with their groups fit, and are more than any other document may be', () => {
    const street = many()
    expect(JSON.stringify(street).length).toBeGreaterThan(DOCUMENT_BYTES_MAX)
    expect(checkDocument('lighting-street:hung-vuong', street).ok).toBe(true)
  })
  test('a level out of range is refused at its place', () => {
    const profiles = [profile([{ at: sunset, level: 130 }])]
    const checked = checkDocument('lighting-street:hung-vuong', streetOf({ profiles }))
    expect(checked.ok ? '' : explain(checked.error, 'en')).toContain('/profiles/0/steps/0/level')
  })
  test('defaults are filled in', () => {
    const { groups, raises, ...plain } = streetOf()
    const checked = checkDocument('lighting-street:hung-vuong', plain)
    expect(checked).toMatchObject({ ok: true, value: { groups: [], raises: [] } })
  })
  test('the last word is with its own checks', () => {
    const profiles = [profile([{ at: sunset, level: 100 }])]
    const checked = checkDocument('lighting-street:hung-vuong', streetOf({ profiles }))
    expect(checked.ok ? '' : checked.error.code).toBe('STREET_PROFILE_ENDLESS')
  })
})

test('a calendar of a hundred exceptions and two dozen profiles is checked quickly', () => {
  const sound = streetOf().profiles[0]
  if (sound === undefined) throw new Error('the street has a profile')
  const profiles = Array.from({ length: 24 }, (_, index) => ({
    ...sound,
    id: index === 0 ? 'usual' : `p${index}`,
  }))
  const exceptions = Array.from({ length: 100 }, (_, index) => ({
    ...exception(`x${index}`, `${2030 + index}-05-01`, `${2030 + index}-05-01`),
    profile: profiles[index % 24]?.id ?? 'usual',
  }))
  const before = process.cpuUsage()
  expect(codes({ profiles, ...calendar(exceptions) })).toEqual([])
  expect(process.cpuUsage(before).user / 1000).toBeLessThan(1_000)
})
