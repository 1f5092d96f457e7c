import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LightingStreet } from '../../core/documents/lighting-street.ts'
import type { CommandAction } from '../../core/wire/commands.ts'
import { type StreetCity, startStreetCity } from './street-city.ts'
import { until } from './until.ts'

/** What breaks in the demonstration street is found by its name, where it is, once; and nothing else is. */

/** Five minutes of quiet after a change are five seconds. */
const SPEED = 60
/** Eight on an evening in March in Vietnam. */
const FROM = Date.UTC(2026, 2, 10, 13)
const PATIENCE_MS = 150_000

describe('faults of the demonstration street', () => {
  let city: StreetCity
  beforeAll(async () => {
    city = await startStreetCity({ speed: SPEED, from: FROM, street: watched, radio_s: 6 })
    await until('every lamp is known to be lit in full', PATIENCE_MS, async () =>
      (await city.street()).lamps.every(({ level }) => level === 100),
    )
  }, 400_000)
  afterAll(() => city?.end())

  /** `rule where` of what is wrong now, or has ever been. */
  const told = async (state?: 'active') =>
    (await city.faults())
      .filter((fault) => state === undefined || fault.state === state)
      .map(({ rule, lamp, feeder }) => `${rule} ${lamp ?? feeder ?? 'cabinet'}`)
      .sort()
  const breakdown = async (breaks: Readonly<Record<string, string>>, expected: readonly string[]) => {
    for (const [where, name] of Object.entries(breaks)) await city.fault(where, name)
    let seen: unknown
    await until(
      `${expected.join(', ')} are told`,
      PATIENCE_MS,
      async () => {
        const active = await told('active')
        seen = active
        return expected.every((one) => active.includes(one))
      },
      () => seen,
    )
    expect(await told('active')).toEqual([...expected].sort())
  }
  const mend = async (...places: readonly string[]) => {
    for (const where of places) await city.fault(where, 'none')
    let seen: unknown
    await until(
      'nothing is wrong any more',
      PATIENCE_MS,
      async () => {
        seen = await told('active')
        return (await told('active')).length === 0
      },
      () => seen,
    )
  }

  test('lamps, two of them told to be dark, a fuse and a door that fail together are each told by name and place', async () => {
    const dark: CommandAction = {
      type: 'light',
      station: 'hung-vuong',
      target: { lamps: ['hv-03', 'hv-30'] },
      level: 0,
    }
    await city.command(dark, { class: 'setting', why: 'sửa đèn' })
    const broken = {
      'hv-02': 'lamp',
      'hv-03': 'on',
      'hv-05': 'dim',
      'hv-04': 'hungry',
      'hv-25': 'lamp',
      'hv-28': 'driver',
      'hv-30': 'on',
      'hv-f3': 'fuse',
      'hv-cabinet': 'door',
    }
    await breakdown(broken, [
      'lamp-failure hv-02',
      'lamp-unexpected-on hv-03',
      'lamp-power-low hv-05',
      'lamp-power-high hv-04',
      'lamp-failure hv-25',
      'gear-silent hv-28',
      'lamp-unexpected-on hv-30',
      'feeder-power-lost hv-f3',
      'door-open cabinet',
    ])
    await mend(...Object.keys(broken))
  }, 320_000)

  test('a contactor that does not close is told as one, not as the lamps behind it', async () => {
    await breakdown({ 'hv-f3': 'open' }, ['contactor-stuck-open hv-f3'])
    await mend('hv-f3')
  }, 320_000)

  test('a lost phase is told as one, not as the feeder that hangs on it', async () => {
    await breakdown({ 'hv-cabinet': 'phase' }, ['phase-lost cabinet'])
    await mend('hv-cabinet')
  }, 320_000)

  test('a meter that is silent is missed', async () => {
    await breakdown({ 'hv-meter': 'silent' }, ['meter-silent cabinet'])
    await mend('hv-meter')
  }, 320_000)

  test('a module in the cabinet that is silent is missed, and nothing else for want of it', async () => {
    await breakdown({ 'hv-cabinet': 'silent' }, ['cabinet-silent cabinet'])
    await mend('hv-cabinet')
  }, 320_000)

  test('a residual-current device that has tripped is told as one, not as the dark street', async () => {
    await breakdown({ 'hv-cabinet': 'rcd' }, ['rcd-tripped cabinet'])
    await mend('hv-cabinet')
  }, 320_000)

  test('each was told once, and nothing else ever was', async () => {
    const all = await city.faults()
    expect(all.filter(({ times }) => times !== 1)).toEqual([])
    expect(await told()).toEqual(
      [
        'lamp-failure hv-02',
        'lamp-power-low hv-05',
        'lamp-power-high hv-04',
        'lamp-failure hv-25',
        'gear-silent hv-28',
        'feeder-power-lost hv-f3',
        'door-open cabinet',
        'contactor-stuck-open hv-f3',
        'phase-lost cabinet',
        'meter-silent cabinet',
        'cabinet-silent cabinet',
        'lamp-unexpected-on hv-03',
        'lamp-unexpected-on hv-30',
        'rcd-tripped cabinet',
      ].sort(),
    )
  })
})

/** Nobody passes, and a minute of the world is long enough for a lamp to be missed. */
function watched({ motion: _nobody, ...street }: LightingStreet): LightingStreet {
  return { ...street, faults: { ...street.faults, silent_min: 60 } }
}
