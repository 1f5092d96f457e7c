import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LightingStreet } from '../../core/documents/lighting-street.ts'
import { type StreetCity, startStreetCity, type World } from './street-city.ts'
import { until } from './until.ts'

/** What staff ask of the demonstration street, and what it does when hub or node are killed. A minute is a second. */

const SPEED = 60
const MINUTE_MS = 60_000
/** Half past six on an evening in March in Vietnam: all lamps are lit in full until they are dimmed at four. */
const FROM = Date.UTC(2026, 2, 10, 11, 30)
const DIMMED = Date.UTC(2026, 2, 10, 21)
const PATIENCE_MS = 60_000
const CLOCKS_S = 15
const SOME = ['hv-01', 'hv-02', 'hv-03', 'hv-04', 'hv-05', 'hv-21', 'hv-22', 'hv-23', 'hv-24', 'hv-25']

const wired = (id: string) => id >= 'hv-21'
const lampsOf = ({ lamps }: World, first: number, last: number) =>
  lamps.filter(({ id }) => Number(id.slice(-2)) >= first && Number(id.slice(-2)) <= last)
/** Within one step of DALI's curve. */
const gives = (level: number) => (lamp: { readonly level: number }) =>
  Math.abs(lamp.level - level) <= Math.max(1, 0.028 * level)

describe('the demonstration street by night', () => {
  let city: StreetCity
  beforeAll(async () => {
    city = await startStreetCity({ speed: SPEED, from: FROM, passers_s: 900, street: sleepy, radio_s: 7 })
    await until('every lamp is known to be lit in full', PATIENCE_MS, async () =>
      (await city.street()).lamps.every(({ level }) => level === 100),
    )
  }, 300_000)
  afterAll(() => city?.end())

  const truly = async (what: string, is: (world: World) => boolean, patience_ms = PATIENCE_MS) => {
    let seen: unknown
    return until(
      what,
      patience_ms,
      async () => {
        const world = await city.world()
        seen = world.lamps.map(({ level }) => Math.round(level))
        return is(world) ? world : undefined
      },
      () => seen,
    )
  }
  const order = async (
    id: string,
    what: string,
    is: (order: Awaited<ReturnType<StreetCity['orders']>>[number]) => boolean,
  ) => {
    let seen: unknown
    return until(
      what,
      PATIENCE_MS,
      async () => {
        seen = await city.order(id)
        const found = await city.order(id)
        return found !== undefined && is(found) ? found : undefined
      },
      () => seen,
    )
  }
  const some = { type: 'light', station: 'hung-vuong', target: { lamps: SOME } } as const
  const third = { ...some, target: { feeder: 'hv-f3' } } as const
  const release = (command: string) =>
    city.command({ type: 'light-release', station: 'hung-vuong', command }, { class: 'setting' })

  test('an order to lamps on the air and on a wire is counted lamp by lamp until it is done', async () => {
    const id = await city.command({ ...some, level: 80, for_s: 7_200 })
    const taken = await order(id, 'the node has taken it', ({ lamps }) => lamps !== null)
    expect(taken).toMatchObject({ lamps: 10, level: 80, undoable: true })
    const part = await order(id, 'some lamps have shown it', ({ confirmed }) => (confirmed ?? 0) > 0)
    expect((part.confirmed ?? 0) + (part.retrying ?? 0)).toBe(10)
    expect(await order(id, 'it is done', ({ state }) => state === 'done')).toMatchObject({ confirmed: 10 })
    expect((await city.world()).lamps.filter(({ id }) => SOME.includes(id)).every(gives(80))).toBe(true)
    await release(id)
    await truly('the schedule is back', ({ lamps }) => lamps.every(gives(100)))
    expect(await order(id, 'there is nothing left to undo', ({ undoable }) => !undoable)).toBeDefined()
  }, 400_000)

  test('an order below what the class of the street needs is raised to it, and says so', async () => {
    const id = await city.command({ ...third, level: 1, for_s: 3_600 }, { why: 'tiết kiệm' })
    const taken = await order(id, 'it is done', ({ state }) => state === 'done')
    expect(taken.asked).toBe(1)
    const { floor } = await city.street()
    expect(taken.level).toBeGreaterThan(1)
    expect(taken.level).toBeGreaterThanOrEqual(Math.floor(floor ?? 100))
    await truly('so the lamps do', (world) => lampsOf(world, 41, 60).every(gives(taken.level ?? 0)))
    await release(id)
    await truly('the schedule is back', (world) => lampsOf(world, 41, 60).every(gives(100)))
  }, 400_000)

  test('a node that is killed while it holds lamps goes on holding them, and lets them go on time', async () => {
    const id = await city.command({ ...third, level: 70, for_s: 1_500 })
    await truly('the lamps are held', (world) => lampsOf(world, 41, 60).every(gives(70)))
    const { until: end } = await order(id, 'it ends at a time', (held) => held.until !== null)
    await city.killNode()
    const flickered: unknown[] = []
    const watch = until('the hold is over', PATIENCE_MS, async () => {
      const world = await city.world()
      if (world.at >= (end ?? 0)) return true
      const odd = lampsOf(world, 41, 60).filter((lamp) => !gives(70)(lamp))
      // A quarter of a second of the world is fifteen of the street's: its clocks, in two processes, are no closer.
      const left_s = ((end ?? 0) - world.at) / 1_000
      if (left_s < CLOCKS_S) return false
      flickered.push(...odd.map(({ id, level }) => ({ id, level, left_s })))
      return false
    })
    await city.startNode()
    await watch
    expect(flickered).toEqual([])
    const back = await truly('the schedule is back', (world) => lampsOf(world, 41, 60).every(gives(100)))
    expect(back.at - (end ?? 0)).toBeLessThan(10 * MINUTE_MS)
  }, 400_000)

  test('without its hub the street keeps its schedule, answers motion and finds a broken lamp', async () => {
    // Real seconds in which the edit reaches the node and the hub is killed.
    const edited = Math.ceil(city.now() / MINUTE_MS + 20) * MINUTE_MS
    await city.edit((street) => dimmedFrom(street, edited))
    await until(
      'the edit has reached the node',
      PATIENCE_MS,
      async () => (await city.status()).night.next?.at === edited,
      () => edited,
    )
    await city.killHub()
    expect(city.now()).toBeLessThan(edited)
    const wires = ({ lamps }: World) => lamps.filter(({ id }) => wired(id))
    await truly('lamps on wires are dimmed', (world) => wires(world).every(gives(60)))
    await truly('somebody passes and is lit', (world) => wires(world).some(gives(100)))
    await city.fault('hv-02', 'lamp')
    await until(
      'the node has found the broken lamp',
      PATIENCE_MS,
      async () => (await city.status()).faulty === 1,
    )
    const back = city.now()
    await city.startHub()
    const found = await until('the hub has the fault', PATIENCE_MS, async () =>
      (await city.faults().catch(() => [])).find(({ lamp }) => lamp === 'hv-02'),
    )
    expect(found).toMatchObject({ rule: 'lamp-failure', pole: 'HV02', times: 1, state: 'active' })
    expect(found.since).toBeLessThan(back)
    expect(await city.faults()).toHaveLength(1)
  }, 400_000)
})

/** Silence is judged by the pace of radio, which does not run faster than the world; a slow test is no late night. */
function sleepy(street: LightingStreet): LightingStreet {
  return { ...dimmedFrom(street, DIMMED), faults: { ...street.faults, silent_min: 180 } }
}

function dimmedFrom(street: LightingStreet, at: number): LightingStreet {
  const clock = new Date(at + 7 * 3_600_000).toISOString().slice(11, 16)
  const profiles = street.profiles.map((profile) => ({
    ...profile,
    steps: profile.steps.map((step, index) => (index === 1 ? { ...step, at: { clock } } : step)),
  }))
  return { ...street, profiles }
}
