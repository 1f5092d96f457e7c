import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Mono } from '../../core/clock.ts'
import { greenhouseView } from '../../edge/control/greenhouse/view.ts'
import { stationCheck } from '../../edge/documents/stations.ts'
import { withEquipment } from '../../edge/equipment.ts'
import { deviceLookup } from '../../edge/load-config.ts'
import { bodyOf, zoneOf } from './control/greenhouse/house.ts'
import { DEVICES, type Disk, definition, disk, node } from './node.ts'

/** A UC511 tells how its valves stand, whoever moved them: a person at its button, its own timer, a stuck solenoid. */

let home: Disk
beforeEach(() => {
  home = disk()
})
afterEach(() => home.remove())

/** One zone on the main, without pump or meter: nothing but the valve itself tells whether water comes. */
async function farm() {
  const equipped = withEquipment(new Map([['valve-k1', definition('milesight-uc511')]]), [
    {
      ...{ kind: 'zone-valve', device: 'valve-k1', output: 'valve1' },
      ...{ longest_run_s: 14_400, rest_s: 5, after_pump_s: 2, most_s: 45 },
    },
  ])
  if (!equipped.ok) throw new Error(equipped.error.code)
  const guarded = new Set(['valve-k1/valve1'])
  const lookup = deviceLookup(new Map([...DEVICES, ...equipped.value]), guarded)
  const checked = stationCheck(lookup)(
    bodyOf({ water: { gives_Lmin: 45 }, zones: [zoneOf('k1', { soil: {} })] }),
  )
  if (!checked.ok) throw new Error(checked.error.code)
  const site = node({ disk: home, stations: [checked.value], devices: equipped.value, guarded })
  await site.start()
  await site.clock.advance(10_000)
  const tell = (stage: 'sent' | 'confirmed', value: number) =>
    site.progress(stage, [{ output: 'valve1', value }], 'valve-k1')
  const obey = (value: number) => {
    tell('sent', value)
    tell('confirmed', value)
  }
  obey(0)
  return {
    ...{ ...site, obey },
    view() {
      const found = site.agent.greenhouse('nha-kinh')
      if (!found.ok) throw new Error(found.error.code)
      const mono: Mono = site.clock.monotonic()
      return greenhouseView(found.value.state(), { at: site.clock.now(), mono, quality: 'synced' })
    },
    water(minutes: number) {
      const found = site.agent.watered('nha-kinh')
      if (!found.ok) throw new Error(found.error.code)
      const amount = { minutes }
      found.value.input({ type: 'water', zone: 'k1', amount, who: 'Lan', why: '', order: 'o1' })
    },
    /** Each minute the valve says how it stands. */
    async says(value: number, minutes: number) {
      for (let minute = 0; minute < minutes; minute++) {
        site.hear('valve-k1', { valve1: value, battery: 90 })
        await site.clock.advance(60_000)
      }
    },
  }
}

describe('a valve that reads otherwise than it was told', () => {
  test('shut while its run waters: the run is over, and counts no more water', async () => {
    const { clock, obey, view, water, says } = await farm()
    water(20)
    obey(1)
    await clock.advance(60_000)
    expect(view().zones[0]?.running?.phase).toBe('plain')
    await says(0, 15)
    expect(view().journal[0]?.end.en).toBe('somebody else shut the valve')
    expect(view().zones[0]?.today_L).toBeLessThan(25)
  })

  test('open after its run: it is told to shut again, and is an alarm until it does', async () => {
    const { clock, obey, view, water, says, drivesOf } = await farm()
    water(1)
    obey(1)
    await clock.advance(70_000)
    obey(0)
    await clock.advance(10_000)
    const told = drivesOf('valve1').length
    await says(1, 20)
    expect(view().zones[0]?.valve).toBe('open')
    expect(
      drivesOf('valve1')
        .slice(told)
        .some(({ value }) => value === 0),
    ).toBe(true)
    expect(view().problems.map(({ rule }) => rule)).toEqual(['valve-open'])
    await says(0, 1)
    expect(view().problems).toEqual([])
  })
})
