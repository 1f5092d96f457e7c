import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Greenhouse } from '../../core/documents/greenhouse.ts'
import {
  byHand,
  type GreenhouseCity,
  HOUSE,
  START_MS,
  startGreenhouseCity,
  type World,
} from './greenhouse-city.ts'
import { until } from './until.ts'

/** People water the demonstration greenhouse: at the panel, with and without the internet, and at the hub. */

/** A minute is a second. */
const SPEED = 60
/** Noon on a day in March in Vietnam. */
const FROM = Date.UTC(2026, 2, 10, 5)
const PATIENCE_MS = 30_000
const OWNER = 'Chủ vườn'
const FLOW_Lmin = 12
/**
 * Pump, meter and node hear of each other by real time, and a second of it is a minute of water: so many of them, on a
 * busy machine, before the first litre is counted and after the last one that was wanted.
 */
const LATE_L = 4 * FLOW_Lmin

describe('watering the demonstration greenhouse', () => {
  let city: GreenhouseCity
  beforeAll(async () => {
    city = await startGreenhouseCity({ speed: SPEED, from: FROM, house: byHand })
    await city.shown('the panel knows how all is', ({ zones }) =>
      zones.every(({ valve, lost }) => valve === 'shut' && !lost),
    )
  }, START_MS)
  afterAll(() => city?.end())
  afterEach(async () => {
    await city.truly(
      'no water runs',
      ({ actuators, zones }) => actuators.pump === 0 && zones.every(({ open }) => !open),
    )
  })

  const bed = async (id: string) => (await city.world()).zones.find((zone) => zone.id === id)
  const atHub = async (id: string) => (await city.farm()).zones.find((zone) => zone.id === id)
  const over = (zone: string) =>
    city.shown(`the watering of ${zone} is over`, ({ zones, journal: [run] }) =>
      run?.zone === zone && zones.every(({ running }) => running === null) ? run : undefined,
    )
  const hubCounts = async (zone: string, litres: number) => {
    let seen: unknown
    await until(
      `the hub has counted ${litres} L of ${zone}`,
      PATIENCE_MS,
      async () => {
        const found = await atHub(zone)
        seen = found
        return Math.abs((found?.today_L ?? 0) - litres) < 0.5
      },
      () => seen,
    )
  }

  test('who is not signed in neither sees nor waters', async () => {
    const water = { zone: 'k1', amount: { minutes: 10 } }
    const post = {
      method: 'POST',
      body: JSON.stringify(water),
      headers: { 'content-type': 'application/json' },
    }
    expect((await fetch(`${city.panel.url}/api/greenhouses/${HOUSE}/water`, post)).status).toBe(401)
    expect((await fetch(`${city.panel.url}/api/state`)).status).toBe(401)
  })

  test('a person at the panel waters a zone: valve, pump, flow, wet soil, and an end that all agree on', async () => {
    const before = await bed('k1')
    expect(await city.water('k1', { minutes: 10 })).toBe('taken')
    // The radio's word that the valve is open has yet to reach the node: until then the pump rests.
    const early: World[] = []
    await city.truly('the pump runs', (world) => {
      const runs = world.actuators.pump === 1
      if (runs && !world.zones.some(({ id, open }) => id === 'k1' && open)) early.push(world)
      return runs
    })
    expect(early).toEqual([])
    const running = await city.shown('the flow is measured', ({ flow_Lmin, zones: [zone] }) =>
      Math.abs((flow_Lmin ?? 0) - FLOW_Lmin) < 1 ? zone?.running : undefined,
    )
    expect(running).toMatchObject({ who: OWNER, phase: 'plain' })
    const run = await over('k1')
    expect(run).toMatchObject({ who: OWNER, end: { vi: 'đủ lượng' }, fertiliser_mL: 0 })
    expect(run.minutes).toBeGreaterThan(9.9)
    expect(run.minutes).toBeLessThan(11.5)
    const after = await bed('k1')
    const came_L = (after?.litres ?? 0) - (before?.litres ?? 0)
    expect(Math.abs(came_L - run.litres)).toBeLessThan(LATE_L)
    expect(after?.moisture).toBeGreaterThan((before?.moisture ?? 0) + 1)
    const [shown] = (await city.house()).zones
    expect(shown).toMatchObject({ today_L: run.litres, season_L: run.litres })
    await hubCounts('k1', run.litres)
    expect((await city.house()).problems).toEqual([])
  }, 240_000)

  test('litres with a recipe: both stocks are fed, apart, and counted', async () => {
    expect(await city.water('k2', { minutes: 16 }, 'nuoi-trai')).toBe('taken')
    const together: unknown[] = []
    await city.truly('the watering with feed is over', ({ actuators, dosed_mL, zones }) => {
      if (Number(actuators.dose_a) + Number(actuators.dose_b) + Number(actuators.dose_acid) > 1)
        together.push(actuators)
      return dosed_mL.a > 0 && zones.every(({ open }) => !open)
    })
    expect(together).toEqual([])
    const run = await over('k2')
    const { dosed_mL } = await city.world()
    expect(dosed_mL.b).toBeGreaterThan(0)
    // How much truly came is no matter of a second that is a minute: a pulse of five is over before a relay has moved.
    expect(run.fertiliser_mL).toBeGreaterThan(20)
    const { fertiliser } = await city.house()
    expect(fertiliser.reduce((sum, { today_mL }) => sum + today_mL, 0)).toBeCloseTo(run.fertiliser_mL, 3)
  }, 240_000)

  test('cut off from the hub the panel waters on and says so; edits of both sides meet when the line is back', async () => {
    expect(city.cut()).toBe(true)
    await until(
      'the panel shows that it is cut off',
      PATIENCE_MS,
      async () => (await city.state()).node.hub === 'cut',
    )
    expect(await city.water('k3', { minutes: 4 })).toBe('taken')
    const run = await over('k3')
    expect(run.end.vi).toBe('đủ lượng')
    const edited = await city.edit((house) => ({
      ...house,
      programs: house.programs.map((program) =>
        program.id === 'sang-chieu' ? { ...program, amount: { minutes: 11 } } : program,
      ),
    }))
    expect(edited).toBe('taken')
    await city.editAtHub((house) => ({
      ...house,
      programs: house.programs.map((program) =>
        program.id === 'rau' ? { ...program, name: 'Giữ ẩm rau non' } : program,
      ),
    }))
    expect((await city.state()).node.edits).toEqual({ waiting: 1, conflicts: 0 })
    expect((await atHub('k3'))?.today_L).toBe(0)

    expect(city.join()).toBe(true)
    const merged = [
      ['sang-chieu', 'Tưới bón sáng và chiều', { minutes: 11 }],
      ['rau', 'Giữ ẩm rau non', { missing: true, most_min: 25 }],
    ]
    const both = (house: Greenhouse) =>
      JSON.stringify(house.programs.slice(0, 2).map(({ id, name, amount }) => [id, name, amount])) ===
      JSON.stringify(merged)
    await until('the panel has both edits', PATIENCE_MS, async () => both((await city.document()).body))
    await until('the hub has both edits', PATIENCE_MS, async () => both(await city.documentAtHub()))
    await until('nothing waits any more', PATIENCE_MS, async () => {
      const { hub, edits } = (await city.state()).node
      return hub === 'connected' && edits.waiting === 0 && edits.conflicts === 0
    })
    await hubCounts('k3', run.litres)
  }, 240_000)

  test('an agronomist waters from the hub, and reads there what became of it', async () => {
    // A quarter of an hour, which is as many seconds: the hub has to be seen telling of it while it lasts.
    const litres = 15 * FLOW_Lmin
    const water = { type: 'water', station: HOUSE, zone: 'k4', amount: { litres } } as const
    const id = await city.command(water)
    await city.truly('the zone takes water', ({ zones }) =>
      zones.some((zone) => zone.id === 'k4' && zone.flow_Lmin > 5),
    )
    await until(
      'the hub shows that it is watered',
      PATIENCE_MS,
      async () => (await city.farm()).running === 1,
    )
    const done = await until('the command has ended', PATIENCE_MS, async () => {
      const found = await city.outcome(id)
      return found.endedAt === null ? undefined : found
    })
    expect(done).toMatchObject({ state: 'done', problem: null })
    const run = await over('k4')
    expect(run.litres).toBeGreaterThan(litres - 1)
    expect(run.litres).toBeLessThan(litres + LATE_L)
    await hubCounts('k4', run.litres)
  }, 240_000)

  test('a stop at the hub ends water that the panel began, and all waits until somebody lets it go on', async () => {
    expect(await city.water('k1', { minutes: 30 })).toBe('taken')
    await city.truly('it takes water', ({ flow_Lmin }) => flow_Lmin > 5)
    await city.command({ type: 'water-stop', station: HOUSE })
    expect((await over('k1')).end.vi).toContain('có người bấm dừng')
    expect((await city.house()).paused).not.toBeNull()
    expect(await city.water('k1', { minutes: 5 })).toBe('GREENHOUSE_PAUSED')
    expect(await city.resume()).toBe('taken')
    await city.shown('nothing is paused', ({ paused }) => paused === null)
  }, 90_000)

  test('what the hub orders for later ends with a stop at the panel, though the node dies right after it', async () => {
    const before = (await bed('k2'))?.litres
    const notBefore = city.now() + 20 * 60_000
    const water = { type: 'water', station: HOUSE, zone: 'k2', amount: { minutes: 5 } } as const
    const id = await city.command(water, { notBefore })
    await until('the node keeps it for later', PATIENCE_MS, () => city.isWaiting(id))
    expect(await city.stop()).toBe('taken')
    await city.killNode()
    await city.startNode()
    expect(await city.resume()).toBe('taken')
    await until('its time is over', PATIENCE_MS, async () => city.now() > notBefore + 5 * 60_000)
    const ended = await until('the hub knows why', PATIENCE_MS, async () => {
      const found = await city.outcome(id)
      return found.endedAt === null ? undefined : found
    })
    expect(ended).toMatchObject({ state: 'refused', problem: { code: 'COMMAND_STOPPED' } })
    expect(ended.problem?.what.vi).toContain(`${OWNER} đã dừng nước`)
    expect((await bed('k2'))?.litres).toBe(before)
  }, 240_000)
})
