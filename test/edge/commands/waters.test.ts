import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { encodeCbor } from '../../../core/wire/cbor.ts'
import type { CommandAction } from '../../../core/wire/commands.ts'
import { stationCheck } from '../../../edge/documents/stations.ts'
import { deviceLookup } from '../../../edge/load-config.ts'
import { bodyOf, zoneOf } from '../control/greenhouse/house.ts'
import { DEVICES, type Disk, definition, disk, node } from '../node.ts'
import { command } from './rig.ts'

/** Commands to water, through a whole agent: what is told of each, also over a power cut. */

const HOUSE = 'nha-kinh'
const MINE = new Map([['valve-k1', definition('milesight-uc511')]])
const GUARDED = new Set(['valve-k1/valve1'])

let home: Disk
beforeEach(() => {
  home = disk()
})
afterEach(() => home.remove())

async function farm(at?: number) {
  const devices = new Map([...DEVICES, ...MINE])
  const zones = [zoneOf('k1', { soil: {} })]
  const checked = stationCheck(deviceLookup(devices, GUARDED))(bodyOf({ water: { gives_Lmin: 45 }, zones }))
  if (!checked.ok) throw new Error(checked.error.code)
  const own = { disk: home, stations: [checked.value], devices: MINE, guarded: GUARDED }
  const site = node({ ...own, ...(at === undefined ? {} : { at }) })
  await site.start()
  return {
    ...site,
    ask(action: CommandAction, id: string) {
      const now = site.clock.now()
      site.agent.command(encodeCbor(command({ id, action, notBefore: now, expires: now + 60_000 })))
    },
    /** The valve does as it was told. */
    obey: (value: number) => site.progress('confirmed', [{ output: 'valve1', value }], 'valve-k1'),
    outcomeOf: (id: string) => site.agent.commands(10).find((one) => one.command.id === id)?.outcome,
    told: () => site.drivesOf('valve1').map(({ value }) => value),
  }
}
const water = (minutes: number): CommandAction => ({
  ...{ type: 'water', station: HOUSE, zone: 'k1', amount: { minutes } },
})

describe('a command to water', () => {
  test('is accepted as its valve is told, and done with what it gave once that has ended', async () => {
    const { ask, clock, obey, outcomeOf, told } = await farm()
    ask(water(2), 'w1')
    expect(outcomeOf('w1')?.outcome).toBe('accepted')
    expect(told()).toEqual([1])
    obey(1)
    await clock.advance(130_000)
    obey(0)
    await clock.advance(5_000)
    expect(outcomeOf('w1')).toMatchObject({ outcome: 'done', details: { minutes: 2 } })
    expect(Number(outcomeOf('w1')?.details?.litres)).toBeGreaterThan(35)
  })

  test('that a person ends early has failed, with the reason', async () => {
    const { ask, clock, obey, outcomeOf } = await farm()
    ask(water(10), 'w1')
    obey(1)
    await clock.advance(60_000)
    ask({ type: 'water-stop', station: HOUSE, zone: 'k1' }, 's1')
    obey(0)
    await clock.advance(5_000)
    expect(outcomeOf('s1')?.outcome).toBe('done')
    expect(outcomeOf('w1')).toMatchObject({ outcome: 'failed', code: 'WATER_ENDED_EARLY' })
    expect(outcomeOf('w1')?.details?.reason).toContain('stopped by a person')
  })

  test('for a zone that is not there is refused, and nothing opens', async () => {
    const { ask, outcomeOf, told } = await farm()
    ask({ type: 'water', station: HOUSE, zone: 'k9', amount: { minutes: 5 } }, 'w1')
    expect(outcomeOf('w1')).toMatchObject({ outcome: 'refused', code: 'GREENHOUSE_ZONE_UNKNOWN' })
    expect(told()).toEqual([])
  })

  test('while all water is stopped is refused, and taken after somebody let it go on', async () => {
    const { ask, outcomeOf, told } = await farm()
    ask({ type: 'water-stop', station: HOUSE }, 's1')
    ask(water(5), 'w1')
    expect(outcomeOf('w1')).toMatchObject({ outcome: 'refused', code: 'GREENHOUSE_PAUSED' })
    ask({ type: 'water-resume', station: HOUSE }, 'r1')
    ask(water(5), 'w2')
    expect([outcomeOf('r1')?.outcome, outcomeOf('w2')?.outcome]).toEqual(['done', 'accepted'])
    expect(told()).toEqual([1])
  })

  test('that comes twice waters once', async () => {
    const { ask, clock, obey, told } = await farm()
    ask(water(2), 'w1')
    ask(water(2), 'w1')
    obey(1)
    await clock.advance(130_000)
    obey(0)
    await clock.advance(600_000)
    expect(told().filter((value) => value === 1)).toHaveLength(1)
  })

  test('in the middle of which the power is cut has failed, and is not begun anew', async () => {
    const before = await farm()
    before.ask(water(10), 'w1')
    before.obey(1)
    await before.clock.advance(60_000)
    before.pullPlug()
    const after = await farm(before.clock.now() + 300_000)
    await after.clock.advance(20_000)
    expect(after.outcomeOf('w1')).toMatchObject({ outcome: 'failed', code: 'WATER_ENDED_EARLY' })
    expect(after.told().filter((value) => value === 1)).toEqual([])
  })
})
