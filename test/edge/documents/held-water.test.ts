import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { withEdit } from '../../../core/documents/edit.ts'
import { successor } from '../../../core/documents/revision.ts'
import { encodeCbor } from '../../../core/wire/cbor.ts'
import { stopByHand } from '../../../edge/commands/waters.ts'
import { stationCheck } from '../../../edge/documents/stations.ts'
import { guardedOutputs, withEquipment } from '../../../edge/equipment.ts'
import { deviceLookup } from '../../../edge/load-config.ts'
import { command, setting } from '../commands/rig.ts'
import { ZONES } from '../control/greenhouse/house.ts'
import { type Disk, definition, disk, node } from '../node.ts'
import { houseBody } from '../panel/house-panel.ts'

/** Water that people let run by holding a valve open: it ends with a stop, with its longest run, and not later. */

let home: Disk
beforeEach(() => {
  home = disk()
})
afterEach(() => home.remove())

const LONGEST_S = 3_600
const EQUIPMENT = ZONES.map((id) => ({
  ...({ kind: 'zone-valve', device: `valve-${id}`, output: 'valve1' } as const),
  ...{ longest_run_s: LONGEST_S, rest_s: 5, after_pump_s: 2, most_s: 45 },
}))
const K2 = { device: 'valve-k2', output: 'valve1' }
const open = { ...K2, value: 1, for_s: 1_800, who: 'Tí', why: '' }

async function house(on: Disk, boot: string, at?: number) {
  const plain = new Map([
    ...ZONES.map((id) => [`valve-${id}`, definition('milesight-uc511')] as const),
    ...ZONES.map((id) => [`soil-${id}`, definition('dragino-lse01')] as const),
  ])
  const equipped = withEquipment(plain, EQUIPMENT)
  if (!equipped.ok) throw new Error(equipped.error.code)
  const guarded = guardedOutputs(EQUIPMENT)
  const checked = stationCheck(deviceLookup(equipped.value, guarded))(houseBody())
  if (!checked.ok) throw new Error(checked.error.code)
  const one = node({
    ...{ disk: on, boot, stations: [checked.value], devices: equipped.value, guarded },
    ...(at === undefined ? {} : { at }),
  })
  if (at === 0) one.clock.setQuality('unknown')
  await one.start()
  // The rest that a start owes.
  await one.clock.advance(6_000)
  const told = () => one.drivesOf('valve1').filter(({ device }) => device === K2.device)
  return {
    ...one,
    told: () => told().map(({ value }) => value),
    hold: async (part: Partial<typeof open> = {}) => {
      const held = await one.agent.holds?.hold({ ...open, ...part })
      await one.clock.advance(1)
      return held?.ok === false ? held.error.code : 'held'
    },
    decision: () => one.agent.outputs().find(({ device }) => device === K2.device)?.decision,
    /** The valve does as it is told. */
    obey: (value: number) => one.progress('confirmed', [{ output: K2.output, value }], K2.device),
    stop() {
      const watered = one.agent.watered('nha-kinh')
      if (!watered.ok) throw new Error(watered.error.code)
      expect(stopByHand(watered.value, undefined, 'Tí').ok).toBe(true)
    },
    /** The hub sets the valve to a value, until it sets another. */
    async set(value: number) {
      const now = one.clock.now()
      const action = { type: 'hold', ...K2, value } as const
      one.agent.command(
        encodeCbor(command({ ...setting(value), action, notBefore: now, expires: now + 60_000 })),
      )
      await one.clock.advance(1_000)
    },
  }
}

/** The disk takes its time over documents; with the power goes what it has not written yet. */
function slow(of: Disk) {
  const power = { on: true }
  const documents: Disk['documents'] = {
    ...of.documents,
    async append(revisions) {
      await new Promise((done) => setTimeout(done, 30))
      return power.on ? of.documents.append(revisions) : new Promise(() => {})
    },
  }
  return { power, disk: { ...of, documents } }
}

describe('a stop', () => {
  test.each([
    ['open', 1],
    ['shut', 0],
  ])('ends what the hub has set %s, over a power cut too', async (_name, value) => {
    const before = await house(home, '1')
    await before.set(value)
    expect(before.told().at(-1)).toBe(value)
    before.stop()
    expect(before.told().at(-1)).toBe(0)
    before.pullPlug()
    const after = await house(home, '2', before.clock.now() + 60_000)
    await after.clock.advance(30_000)
    expect(after.told()).not.toContain(1)
    expect(after.decision()?.owner).not.toBe('setting')
    // Whoever sets it anew means it.
    await after.set(value)
    expect(after.decision()).toMatchObject({ owner: 'setting', value })
    await after.stop()
  })

  test('ends a hold, over a power cut that comes before its document is gone', async () => {
    const { power, disk: own } = slow(home)
    const before = await house(own, '1')
    expect(await before.hold()).toBe('held')
    expect(before.told().at(-1)).toBe(1)
    before.stop()
    power.on = false
    before.pullPlug()
    const after = await house(home, '2', before.clock.now() + 60_000)
    await after.clock.advance(30_000)
    expect(after.told()).not.toContain(1)
    expect(await after.documents.list('hold:')).toEqual([])
  })

  test('ends a hold that is just being written', async () => {
    const one = await house(home, '1')
    const holding = one.hold()
    one.stop()
    expect(await holding).toBe('HOLD_ENDED')
    await one.clock.advance(5_000)
    expect(one.told()).not.toContain(1)
    expect(await one.documents.list('hold:')).toEqual([])
  })

  test('ends a hold that crosses it on its way, and none that is asked for after a second', async () => {
    const one = await house(home, '1')
    one.stop()
    await one.clock.advance(500)
    expect(await one.hold()).toBe('HOLD_ENDED')
    await one.clock.advance(5_000)
    expect(one.told()).not.toContain(1)
    expect(await one.hold()).toBe('held')
    expect(one.told().at(-1)).toBe(1)
  })

  /** A hold that somebody made at the hub, as replication brings it. */
  const fromHub = async (one: Awaited<ReturnType<typeof house>>, on: Disk, value: number) => {
    const at = one.clock.now()
    const content = { kind: 'hold', ...open, value, until: at + open.for_s * 1_000 }
    const edit = { at, by: 'Lan', side: 'hub', clock: 'synced' } as const
    const id = `dong-ha/hold:${K2.device}/${K2.output}`
    await on.documents.append([successor(id, undefined, withEdit(content, edit))])
  }

  test("ends the hub's hold that comes into force a moment after it, over a power cut too", async () => {
    const { power, disk: own } = slow(home)
    const before = await house(own, '1')
    await fromHub(before, home, 1)
    before.stop()
    // That it is over is written where documents are, but the power goes before that.
    await new Promise<void>((done) => {
      before.documents.onForce(() => {
        power.on = false
        done()
      })
    })
    await before.clock.advance(2_000)
    expect(before.told()).not.toContain(1)
    before.pullPlug()
    const after = await house(home, '2', before.clock.now() + 60_000)
    await after.clock.advance(30_000)
    expect(after.told()).not.toContain(1)
  })

  test.each([
    ['shuts', 0, 0],
    ['comes later than that', 1, 1_500],
  ])("does not end the hub's hold that %s", async (_name, value, wait_ms) => {
    const one = await house(home, '1')
    one.stop()
    await one.clock.advance(wait_ms)
    await fromHub(one, home, value)
    await one.clock.advance(500)
    expect(one.decision()).toMatchObject({ value, winner: 'command' })
  })

  test('removes the hold from a full disk as soon as there is room', async () => {
    let full = false
    const documents: Disk['documents'] = {
      ...home.documents,
      append: (revisions) =>
        full
          ? Promise.resolve({ ok: false, error: { code: 'STORE_FULL', details: { file: 'documents' } } })
          : home.documents.append(revisions),
    }
    const one = await house({ ...home, documents }, '1')
    await one.hold()
    full = true
    one.stop()
    await one.clock.advance(5_000)
    expect(one.told().at(-1)).toBe(0)
    full = false
    await one.clock.advance(15_000)
    expect(await one.documents.list('hold:')).toEqual([])
  })
})

describe('water held open by hand', () => {
  test.each([
    ['for longer than its longest run', { for_s: LONGEST_S + 1 }, 'HOLD_TOO_LONG'],
    ['for a month', { for_s: 30 * 86_400 }, 'HOLD_TOO_LONG'],
    ['half', { value: 0.5 }, 'OUTPUT_VALUE_BETWEEN'],
  ])('is refused %s', async (_name, part, code) => {
    const one = await house(home, '1')
    expect(await one.hold(part)).toBe(code)
    expect(one.told()).not.toContain(1)
  })

  test('may be held shut for as long as anything', async () => {
    const one = await house(home, '1')
    expect(await one.hold({ value: 0, for_s: 30 * 86_400 })).toBe('held')
  })

  test('does not begin anew after its longest run has ended it, until it is asked for again', async () => {
    const one = await house(home, '1')
    await one.hold({ for_s: LONGEST_S })
    one.obey(1)
    await one.clock.advance((LONGEST_S - 600) * 1000)
    // In force for longer than the run may last.
    await one.hold({ for_s: LONGEST_S })
    await one.clock.advance(600_000)
    expect(one.told().at(-1)).toBe(0)
    one.obey(0)
    const before = one.told().length
    await one.clock.advance(600_000)
    expect(one.told().slice(before)).not.toContain(1)
    expect(await one.documents.list('hold:')).toEqual([])
    expect(await one.hold()).toBe('held')
    expect(one.told().at(-1)).toBe(1)
  })

  test('is the same where the hub has set it', async () => {
    const one = await house(home, '1')
    await one.set(1)
    one.obey(1)
    await one.clock.advance(LONGEST_S * 1000)
    expect(one.told().at(-1)).toBe(0)
    one.obey(0)
    const before = one.told().length
    await one.clock.advance(600_000)
    expect(one.told().slice(before)).not.toContain(1)
    await one.set(1)
    expect(one.told().at(-1)).toBe(1)
  })

  test('is not set so after a restart: a setting has no end', async () => {
    const before = await house(home, '1')
    await before.set(1)
    before.pullPlug()
    const after = await house(home, '2', before.clock.now() + 60_000)
    await after.clock.advance(60_000)
    expect(after.told()).not.toContain(1)
  })

  test('is held on after a restart until its time, and no longer', async () => {
    const before = await house(home, '1')
    await before.hold()
    before.pullPlug()
    const after = await house(home, '2', before.clock.now() + 600_000)
    await after.clock.advance(10_000)
    expect(after.told().at(-1)).toBe(1)
    after.obey(1)
    await after.clock.advance(1_300_000)
    expect(after.told().at(-1)).toBe(0)
  })

  test('does not run again after a restart while nobody knows the time', async () => {
    const before = await house(home, '1')
    await before.hold()
    before.pullPlug()
    const after = await house(home, '2', 0)
    await after.clock.advance(1_700_000)
    expect(after.told()).not.toContain(1)
    expect(after.agent.holds?.views()).toEqual([])
    await after.clock.advance(120_000)
    expect(await after.documents.list('hold:')).toEqual([])
  })
})
