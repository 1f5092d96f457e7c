import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { encodeCbor } from '../../core/wire/cbor.ts'
import type { Command, CommandAction } from '../../core/wire/commands.ts'
import { isStreet } from '../../edge/hosted-station.ts'
import { streetStatus } from '../../edge/street-status.ts'
import { type Disk, disk, type NodeOptions, node, STATION } from './node.ts'
import { streetDevices, streetOf } from './street.ts'

/** A whole node that keeps a street: its night, what people order of it, and what a restart leaves of both. */

const HOUR_MS = 3_600_000
/** 2026-10-01, 17:00 in Đông Hà: sunset is at 17:41, the first step a quarter of an hour before. */
const AFTERNOON = Date.UTC(2026, 9, 1, 10)

let folder: Disk
beforeEach(() => {
  folder = disk()
})
afterEach(() => folder.remove())

let orders = 0
function command(action: CommandAction, part: Partial<Command> = {}): Command {
  orders++
  const times = { notBefore: 0, expires: AFTERNOON + 48 * HOUR_MS }
  const by = { who: 'Lan', why: 'lễ hội' }
  return { v: 1, id: `light-${orders}`, class: 'momentary', action, order: orders, ...by, ...times, ...part }
}

function light(level: number, part: Partial<Extract<CommandAction, { type: 'light' }>> = {}) {
  return command({ type: 'light', station: 'le-duan', target: { all: true }, level, for_s: 7_200, ...part })
}

/** A node with a street whose lamps do as they are told, and confirm it, unless they are said to be deaf. */
function lit(options: Partial<NodeOptions> = {}) {
  const one = node({
    ...{ disk: folder, at: AFTERNOON, stations: [streetOf()], devices: streetDevices() },
    pace: { tickMs: 10_000, saveMs: 3_600_000, vitalsMs: 3_600_000 },
    ...options,
  })
  const deaf = new Set<string>()
  let heard = 0
  const obey = () => {
    for (const { device, output, value } of one.drives.slice(heard))
      if (!deaf.has(device)) one.progress('confirmed', [{ output, value }], device)
    heard = one.drives.length
  }
  return {
    ...one,
    deaf,
    /** Time passes, the lamps confirming as it does. */
    async pass(ms: number) {
      for (let left = ms; left > 0; left -= 60_000) {
        await one.clock.advance(Math.min(left, 60_000))
        obey()
      }
      await one.clock.advance(10_000)
    },
    take: (given: Command) => one.agent.command(encodeCbor(given)),
    /** What each lamp was told last. */
    levels: () => {
      const last = new Map(one.drives.map(({ device, value }) => [device, value]))
      return [...last.entries()].filter(([device]) => device.startsWith('lamp-')).map(([, value]) => value)
    },
    /** Outcomes kept for the hub. */
    outcomes: () => one.diary.flatMap((line) => /^kept (light-\d+ \w+)$/.exec(line)?.[1] ?? []),
  }
}

const ALL = (level: number) => Array.from({ length: 6 }, () => level)

describe('a street', () => {
  test('dims through its night', async () => {
    const one = lit()
    await one.start()
    await one.pass(60_000)
    expect(one.levels()).toEqual(ALL(0))
    await one.pass(2 * HOUR_MS)
    expect(one.levels()).toEqual(ALL(100))
    await one.pass(4 * HOUR_MS)
    expect(one.levels()).toEqual(ALL(60))
    await one.pass(6 * HOUR_MS)
    expect(one.levels()).toEqual(ALL(100))
    await one.pass(HOUR_MS)
    expect(one.levels()).toEqual(ALL(0))
    await one.stop()
  })

  test('tells its lamps nothing that they show already', async () => {
    const one = lit()
    await one.start()
    await one.pass(15 * HOUR_MS)
    expect(one.drives).toHaveLength(6 * 5)
    await one.stop()
  })

  test('tells a lamp again that does not confirm', async () => {
    const one = lit()
    one.deaf.add('lamp-2')
    await one.start()
    await one.pass(3 * HOUR_MS)
    const told = (device: string) => one.drives.filter((drive) => drive.device === device)
    expect(told('lamp-2').length).toBeGreaterThan(told('lamp-1').length)
    await one.stop()
  })

  test('tells a lamp again that its driver gave up, but not before those that may still hear', async () => {
    const one = lit()
    one.deaf.add('lamp-2')
    await one.start()
    await one.pass(2 * HOUR_MS)
    one.progress('failed', [{ output: 'level', value: 100 }], 'lamp-2')
    const before = one.drives.length
    await one.pass(10 * 60_000)
    const again = one.drives.slice(before)
    expect(again.map(({ device, urgent }) => [device, urgent])).toContainEqual(['lamp-2', false])
    expect(again.some(({ urgent }) => urgent)).toBe(false)
    await one.stop()
  })

  test('tells a lamp again that says it does otherwise: a power cut of its own lit it by day', async () => {
    const one = lit()
    await one.start()
    await one.pass(600_000)
    const before = one.drives.length
    one.hear('lamp-2', { level: 100 })
    await one.pass(60_000)
    expect(one.drives.slice(before).map(({ device, value }) => [device, value])).toEqual([['lamp-2', 0]])
    await one.stop()
  })

  test('is summed up for who stands at the node', async () => {
    const one = lit()
    await one.start()
    await one.pass(2 * HOUR_MS)
    one.take(light(40, { target: { group: 'ends' }, for_s: 600 }))
    await one.pass(60_000)
    const street = one.agent.stations().find(isStreet)
    const status = street === undefined ? undefined : streetStatus(street.state(), one.clock.now())
    expect(status).toMatchObject({
      id: 'le-duan',
      ...{ lamps: 6, lit: 6, faulty: 0, silent: 0, level: 80 },
      night: { date: '2026-10-01', profile: { en: 'Usual night' }, next: { level: 60 } },
      holds: [{ who: 'Lan', lamps: 2, level: 40 }],
    })
    await one.stop()
  })

  test('is described to the hub with its document, behind the flood stations', async () => {
    const one = lit({ stations: [streetOf(), STATION] })
    await one.start()
    expect(one.agent.describe().stations).toMatchObject([
      { kind: 'flood-station', id: 'dong-ha' },
      { kind: 'lighting-street', id: 'le-duan' },
    ])
    await one.stop()
  })

  test('and a flood station in one node do not disturb each other', async () => {
    const one = lit({ stations: [STATION, streetOf()] })
    await one.start()
    await one.flood(3.5)
    await one.pass(60_000)
    expect(one.levelLog()).toEqual(['raised 2'])
    expect(one.drives.some(({ device, value }) => device === 'dh-siren' && value === 1)).toBe(true)
    expect(one.levels()).toEqual(ALL(0))
    await one.stop()
  })

  test('takes an edit of its document at once', async () => {
    const one = lit()
    await one.start()
    await one.pass(2 * HOUR_MS)
    const [usual] = streetOf().profiles
    if (usual === undefined) throw new Error('no profile')
    const steps = usual.steps.map((step) => (step.level === 100 ? { ...step, level: 80 } : step))
    expect(await one.put('lighting-street:le-duan', streetOf({ profiles: [{ ...usual, steps }] }))).toBe(
      'taken',
    )
    await one.pass(60_000)
    expect(one.levels()).toEqual(ALL(80))
    await one.stop()
  })

  test.each([
    ['in the afternoon, out', 60_000],
    ['at 60 % in the night, so', 6 * HOUR_MS],
  ])('stays as it is while its node is stopped and started: %s', async (_when, until) => {
    const first = lit()
    await first.start()
    await first.pass(until)
    const before = first.drives.length
    await first.stop()
    expect(first.drives.slice(before)).toEqual([])
    const second = lit({ at: first.clock.now() + 30_000, boot: '2' })
    await second.start()
    await second.pass(60_000)
    expect(second.levels()).toEqual(first.levels())
    await second.stop()
  })

  test('refuses a document that its devices cannot serve, and goes on', async () => {
    const one = lit()
    await one.start()
    const [lamp, ...others] = streetOf().lamps
    if (lamp === undefined) throw new Error('no lamp')
    const lamps = [{ ...lamp, device: 'lamp-99' }, ...others]
    expect(await one.put('lighting-street:le-duan', streetOf({ lamps }))).not.toBe('taken')
    await one.pass(2 * HOUR_MS)
    expect(one.levels()).toEqual(ALL(100))
    await one.stop()
  })

  test('takes no lamp of another street of its node, until that one lets it go', async () => {
    const [mine, theirs] = [streetOf({ groups: [] }, 3), streetOf({ id: 'hung-vuong', groups: [] }, 6)]
    const one = lit({ stations: [mine, { ...theirs, lamps: theirs.lamps.slice(3) }] })
    const lamps = () => {
      const streets = one.agent.stations().filter(isStreet)
      return streets
        .map((street) =>
          street
            .document()
            .lamps.map(({ device }) => device)
            .join(' '),
        )
        .sort()
    }
    await one.start()
    await one.put('lighting-street:hung-vuong', { ...theirs, lamps: theirs.lamps.slice(2) })
    const refused = lamps()
    const counts = one.refusals.counts()
    await one.put('lighting-street:le-duan', { ...mine, lamps: mine.lamps.slice(0, 2) })
    expect(refused).toEqual(['lamp-1 lamp-2 lamp-3', 'lamp-4 lamp-5 lamp-6'])
    expect(counts).toMatchObject({ STREET_OUTPUT_TAKEN: 1 })
    expect(lamps()).toEqual(['lamp-1 lamp-2', 'lamp-3 lamp-4 lamp-5 lamp-6'])
    await one.stop()
  })

  test('of an id that a flood station has is refused', async () => {
    const one = lit({ stations: [STATION] })
    await one.start()
    await one.put('lighting-street:dong-ha', streetOf({ id: 'dong-ha' }))
    expect(one.refusals.counts()).toMatchObject({ STATION_ID_TAKEN: 1 })
    expect(one.agent.stations().map(({ kind }) => kind)).toEqual(['flood-station'])
    await one.stop()
  })
})

describe('an order for its lamps', () => {
  test('is accepted, obeyed, done, and ends by itself', async () => {
    const one = lit()
    await one.start()
    await one.pass(2 * HOUR_MS)
    const given = light(40)
    one.take(given)
    await one.pass(60_000)
    expect(one.levels()).toEqual(ALL(40))
    expect(one.outcomes()).toEqual([`${given.id} accepted`, `${given.id} done`])
    await one.pass(2 * HOUR_MS)
    expect(one.levels()).toEqual(ALL(100))
    await one.stop()
  })

  test('of a lamp that does not confirm fails, and the others keep it', async () => {
    const one = lit()
    await one.start()
    await one.pass(2 * HOUR_MS)
    one.deaf.add('lamp-2')
    const given = light(40)
    one.take(given)
    await one.pass(31 * 60_000)
    expect(one.outcomes()).toEqual([`${given.id} accepted`, `${given.id} failed`])
    const [last] = one.agent.commands(1)
    expect(last?.outcome).toMatchObject({ code: 'LIGHT_UNCONFIRMED', details: { confirmed: 5, lamps: 6 } })
    expect(one.levels()).toEqual(ALL(40))
    await one.stop()
  })

  test('gives way to a newer one and comes back when that is undone', async () => {
    const one = lit()
    await one.start()
    await one.pass(2 * HOUR_MS)
    one.take(light(40))
    await one.pass(60_000)
    const newer = light(80, { target: { group: 'ends' } })
    one.take(newer)
    await one.pass(60_000)
    expect(one.levels()).toEqual([80, 40, 40, 40, 40, 80])
    one.take(command({ type: 'light-release', station: 'le-duan', command: newer.id }, { class: 'setting' }))
    await one.pass(60_000)
    expect(one.levels()).toEqual(ALL(40))
    await one.stop()
  })

  test('of an emergency goes before an order for one lamp; a hold at the site before both', async () => {
    const one = lit()
    await one.start()
    await one.pass(2 * HOUR_MS)
    await one.agent.holds?.hold({
      ...{ device: 'lamp-1', output: 'level', value: 0, for_s: 3_600, who: 'Minh', why: 'thay bóng' },
    })
    one.take(command({ type: 'drive', device: 'lamp-2', output: 'level', value: 20, for_s: 3_600 }))
    await one.pass(60_000)
    expect(one.levels()).toEqual([0, 20, 100, 100, 100, 100])
    one.take({ ...light(90), class: 'emergency' })
    await one.pass(60_000)
    expect(one.levels()).toEqual([0, 90, 90, 90, 90, 90])
    await one.stop()
  })

  test('of an emergency with override goes before a hold at the site as well, until it ends', async () => {
    const one = lit()
    await one.start()
    await one.pass(2 * HOUR_MS)
    await one.agent.holds?.hold({
      ...{ device: 'lamp-1', output: 'level', value: 0, for_s: 14_400, who: 'Minh', why: 'thay bóng' },
    })
    one.take({ ...light(90, { override: true }), class: 'emergency' })
    await one.pass(60_000)
    expect(one.levels()).toEqual(ALL(90))
    await one.pass(2 * HOUR_MS)
    expect(one.levels()).toEqual([0, 100, 100, 100, 100, 100])
    await one.stop()
  })

  test('of an emergency takes its right at once though it asks what the plan asks, and gives it back', async () => {
    const one = lit()
    await one.start()
    await one.pass(2 * HOUR_MS)
    one.take(command({ type: 'drive', device: 'lamp-2', output: 'level', value: 20, for_s: 14_400 }))
    await one.pass(60_000)
    expect(one.levels()).toEqual([100, 20, 100, 100, 100, 100])
    one.take({ ...light(100, { for_s: 600 }), class: 'emergency' })
    await one.pass(60_000)
    expect(one.levels()).toEqual(ALL(100))
    await one.pass(600_000)
    expect(one.levels()).toEqual([100, 20, 100, 100, 100, 100])
    await one.stop()
  })

  test('lasts over a power cut: the lamps are not told anything else in between', async () => {
    const first = lit()
    await first.start()
    await first.pass(2 * HOUR_MS)
    const given = light(40)
    first.take(given)
    await first.pass(1_000)
    first.pullPlug()
    const second = lit({ at: first.clock.now() + 30_000, boot: '2' })
    await second.start()
    await second.pass(60_000)
    expect(second.drives.map(({ value }) => value)).toEqual(ALL(40))
    await second.pass(2 * HOUR_MS)
    expect(second.levels()).toEqual(ALL(100))
    expect(second.agent.commands(1)[0]).toMatchObject({ command: { id: given.id }, state: 'settled' })
    await second.stop()
  })

  test('of the plan drives nothing that is held by hand or by a setting when its node starts again', async () => {
    const first = lit()
    await first.start()
    await first.pass(2 * HOUR_MS)
    await first.agent.holds?.hold({
      ...{ device: 'lamp-1', output: 'level', value: 0, for_s: 14_400, who: 'Minh', why: 'thay bóng' },
    })
    first.take(command({ type: 'hold', device: 'lamp-2', output: 'level', value: 20 }, { class: 'setting' }))
    await first.pass(60_000)
    expect(first.levels()).toEqual([0, 20, 100, 100, 100, 100])
    first.pullPlug()
    const second = lit({ at: first.clock.now() + 30_000, boot: '2' })
    await second.start()
    await second.pass(60_000)
    const told = (device: string) => second.drives.flatMap((one) => (one.device === device ? one.value : []))
    expect([...new Set(told('lamp-1'))]).toEqual([0])
    expect([...new Set(told('lamp-2'))]).toEqual([20])
    await second.stop()
  })

  test('that lasts until it is released is in force by day as well, and over a restart', async () => {
    const first = lit()
    await first.start()
    first.take({
      ...command({ type: 'light', station: 'le-duan', target: { all: true }, level: 70 }),
      class: 'setting',
    })
    await first.pass(60_000)
    expect(first.levels()).toEqual(ALL(70))
    await first.stop()
    const second = lit({ at: first.clock.now() + 30_000, boot: '2' })
    await second.start()
    await second.pass(24 * HOUR_MS)
    expect(second.levels()).toEqual(ALL(70))
    second.take(
      command({ type: 'light-release', station: 'le-duan', target: { all: true } }, { class: 'setting' }),
    )
    await second.pass(60_000)
    expect(second.levels()).toEqual(ALL(0))
    await second.stop()
  })
})

test('its name is not that of a station to be silenced', async () => {
  const one = lit()
  await one.start()
  const asked = one.agent.ask('le-duan', { type: 'silence', who: 'Lan', forMin: 5 })
  expect(asked.ok ? undefined : asked.error.code).toBe('STATION_UNKNOWN')
  await one.stop()
})
