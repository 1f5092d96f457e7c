import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LightingStreet } from '../../core/documents/lighting-street.ts'
import { EnergyView } from '../../hub/api/lighting-schema.ts'
import { STREET, type StreetCity, startStreetCity } from './street-city.ts'
import { until } from './until.ts'

/** One night of the demonstration street, ten minutes in a second. */

const SPEED = 600
const HOUR_MS = 3_600_000
/** A morning in March in Vietnam: until the lamps go on at six, there are 48 s for processes to start and radios to join. */
const FROM = Date.UTC(2026, 2, 10, 3)
const at = (day: number, hour: number, minute = 0) => Date.UTC(2026, 2, day, hour - 7, minute)
const PATIENCE_MS = 60_000

/** Silence is judged by the pace of the wires, which do not run faster than the clock on the wall. */
const SILENT_MIN = 1_440
/** Between any two steps of the night there are real seconds enough, on a busy machine too. */
const DIMMED = 21
const FULL_AGAIN = 4

/** Nobody passes, and from nine to four the lamps are dimmed. */
function calm({ motion: _nobody, photocell, profiles, ...street }: LightingStreet): LightingStreet {
  return {
    ...street,
    ...(photocell === undefined ? {} : { photocell: { ...photocell, silent_min: SILENT_MIN } }),
    cabinet: { ...street.cabinet, silent_min: SILENT_MIN },
    faults: { ...street.faults, silent_min: SILENT_MIN },
    profiles: profiles.map((profile) => ({
      ...profile,
      steps: [
        { at: { sun: 'sunset', offset_min: -15 }, level: 100 },
        { at: { clock: clockOf(DIMMED) }, level: 50 },
        { at: { clock: clockOf(FULL_AGAIN) }, level: 100 },
        { at: { sun: 'sunrise', offset_min: 10 }, level: 0 },
      ],
    })),
  }
}

const clockOf = (hour: number) => `${String(hour).padStart(2, '0')}:00`

describe('a night of the demonstration street', () => {
  let city: StreetCity
  beforeAll(async () => {
    city = await startStreetCity({ speed: SPEED, from: FROM, street: calm })
  }, 300_000)
  afterAll(() => city?.end())

  /** In the virtual world, and before the next step of the night. */
  const allAt = async (level: number, before: number) => {
    let seen: unknown
    await until(
      `all lamps give ${level} %`,
      PATIENCE_MS,
      async () => {
        const { lamps, at: now } = await city.world()
        seen = { now: new Date(now).toISOString(), levels: lamps.map((lamp) => Math.round(lamp.level)) }
        if (now > before) throw new Error(`too late: ${JSON.stringify(seen)}`)
        // One step of DALI's curve.
        return lamps.every((lamp) => Math.abs(lamp.level - level) <= Math.max(1, 0.028 * level))
      },
      () => seen,
    )
  }
  const told = (level: number) =>
    until(
      `the hub has ${level} % of every lamp`,
      PATIENCE_MS,
      async () => {
        const { lamps } = await city.street()
        return lamps.every((lamp) => lamp.level !== null && Math.abs(lamp.level - level) <= 3)
      },
      async () => (await city.street()).lamps.map((lamp) => lamp.level),
    )
  const dayAt = (time: number) =>
    until(`it is ${new Date(time).toISOString()}`, 120_000, () => city.now() >= time)

  test('by day the lamps on wires are out, and so are their feeders', async () => {
    await until('they are out', PATIENCE_MS, async () => {
      const { lamps, feeders } = await city.world()
      const dark = lamps.every(({ id, power_W }) => id <= 'hv-20' || power_W === 0)
      return dark && feeders.every(({ id, closed }) => closed === (id === 'hv-f1'))
    })
    expect(city.now()).toBeLessThan(at(10, 17, 30))
  }, 300_000)

  test('before sunset they are lit in full, and the hub knows of each that it is', async () => {
    await dayAt(at(10, 18))
    await allAt(100, at(10, DIMMED))
    await told(100)
  }, 300_000)

  test('at nine they are dimmed', async () => {
    await dayAt(at(10, DIMMED))
    await allAt(50, at(11, FULL_AGAIN))
    await told(50)
  }, 300_000)

  test('at four they are lit in full again', async () => {
    await dayAt(at(11, FULL_AGAIN))
    await allAt(100, at(11, 6, 15))
  }, 300_000)

  test('after sunrise they are out, and feeders that go with the night are off', async () => {
    await dayAt(at(11, 6, 15))
    await allAt(0, at(11, 16))
    await until('the feeders of the night are open', 30_000, async () => {
      const { feeders } = await city.world()
      return feeders.every(({ id, closed }) => closed === (id === 'hv-f1'))
    })
  }, 300_000)

  const report = `edge=${STREET}&street=${STREET}&from=${FROM}&to=${FROM + 24 * HOUR_MS}&by=day`
  const reported = () => city.get(`/lighting/energy?${report}`, EnergyView)

  test('the energy that the hub reports is what the lamps used, within 3 %', async () => {
    const { lamps } = await city.world()
    const used_kWh = lamps.reduce((sum, lamp) => sum + lamp.energy_Wh, 0) / 1_000
    expect(used_kWh).toBeGreaterThan(60)
    let seen: unknown
    const total = await until(
      'the hub has counted the whole night',
      30_000,
      async () => {
        const { total } = await reported()
        seen = { total, used_kWh }
        return Math.abs((total.energy_kWh ?? 0) - used_kWh) < 0.03 * used_kWh ? total : undefined
      },
      () => seen,
    )
    // Seven hours of twelve at 50 % of light, and so at 50 % of power and the standby.
    expect(total.saved_percent).toBeGreaterThan(15)
    expect(total.saved_percent).toBeLessThan(30)
  }, 120_000)

  test('the report comes as a table that a spreadsheet reads', async () => {
    const csv = await city.text(`/lighting/energy.csv?${report}&lang=en`)
    const { rows } = await reported()
    const [head = [], ...lines] = csv
      .replace('\uFEFF', '')
      .trim()
      .split(/\r?\n/)
      .map((line) => line.split(','))
    expect(lines.map((cells) => cells.length)).toEqual(lines.map(() => head.length))
    expect(lines.length).toBeGreaterThanOrEqual(rows.length)
  })

  const wrong = async () =>
    (await city.faults()).map(({ rule, lamp, feeder, state, times }) => ({
      what: `${rule} ${lamp ?? feeder ?? 'cabinet'}`,
      ...{ state, times },
    }))
  const comes = async (what: string, state: 'active' | 'cleared') => {
    let seen: unknown
    await until(
      `${what} is ${state}`,
      PATIENCE_MS,
      async () => {
        const all = await wrong()
        seen = all
        return all.some((fault) => fault.what === what && fault.state === state)
      },
      () => seen,
    )
    expect(await wrong()).toEqual([{ what, state, times: 1 }])
  }

  test('the night raised no fault', async () => {
    expect(await wrong()).toEqual([])
  })

  test('a contactor that has welded is told by day, once, and over when it is mended', async () => {
    await city.fault('hv-f3', 'welded')
    await comes('contactor-welded hv-f3', 'active')
    await city.fault('hv-f3', 'none')
    await comes('contactor-welded hv-f3', 'cleared')
  }, 300_000)
})
