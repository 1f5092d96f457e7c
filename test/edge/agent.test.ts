import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { FloodStation } from '../../core/documents/flood-station.ts'
import { FaultError, fault } from '../../core/errors.ts'
import { seededRandom } from '../../core/fakes/seeded-random.ts'
import { nodeControl } from '../../edge/node-control.ts'
import { type Disk, disk, keptAlarms, node, STATION } from './node.ts'

let here: Disk
beforeEach(() => {
  here = disk()
})
afterEach(() => here.remove())

const raised = 'raised 1'

describe('a flood', () => {
  test('sounds the siren before anything is recorded of the packet that told of it', async () => {
    const one = node({ disk: here })
    await one.start()
    one.stage(2.1)
    await one.clock.advance(300_000)
    one.diary.length = 0
    one.stage(2.1)
    expect(one.diary[0]).toBe('drive dh-siren/relay1 1')
    expect(one.diary).toContain('recorded dh-level/distance')
    await one.stop()
  })

  test('is on disk as soon as the alarm has been kept, and survives the power being cut then', async () => {
    const one = node({ disk: here })
    await one.start()
    await one.flood(2.1)
    await one.clock.advance(1)
    expect(one.diary).toContain('kept level raised 1')
    expect(keptAlarms(here.folder).map(({ rule, event }) => `${rule} ${event}`)).toEqual(['level raised'])
    one.pullPlug()
  })

  test('that the node died of before keeping its alarm is raised again after the restart, not forgotten', async () => {
    const broken = {
      open: () => fails('STORE_UNWRITABLE'),
      moveAside: () => undefined,
      openAside: () => undefined,
    }
    const one = node({ disk: here, source: broken })
    await one.start()
    await one.flood(2.1)
    one.pullPlug()
    const next = node({ disk: here, at: one.clock.now(), boot: '2' })
    await next.start()
    await next.flood(2.1)
    expect(next.levelLog()).toEqual([raised])
    await next.stop()
  })
})

describe('a person at the site', () => {
  const controlOf = (one: ReturnType<typeof node>) =>
    nodeControl({
      agent: one.agent,
      outbox: one.outbox,
      documents: one.documents,
      refusals: one.refusals,
      clock: one.clock,
      random: seededRandom(7),
      identity: () => ({
        site: 'quang-tri',
        edge: 'dong-ha',
        software: 'test',
        at: one.clock.now(),
        clock: 'synced',
        known: undefined,
        bounds: one.clock.bounds(),
        uptime_s: 1,
        memory_MB: 1,
        hub: { url: 'mqtt://127.0.0.1', state: 'offline', ready: false },
      }),
    })

  test('silences the siren and not the beacon', async () => {
    const one = node({ disk: here })
    await one.start()
    await one.flood(2.1)
    one.drives.length = 0
    controlOf(one).silence({ station: 'dong-ha', who: 'Lan', minutes: 10 })
    await one.clock.advance(30_000)
    expect(one.drivesOf('relay1').at(-1)?.value).toBe(0)
    expect(one.drivesOf('relay2').every(({ value }) => value === 1)).toBe(true)
    expect(controlOf(one).status().stations[0]?.silenced).toBe(true)
    await one.stop()
  })

  test('tests the whole path, and the log says what was confirmed', async () => {
    const one = node({ disk: here })
    await one.start()
    controlOf(one)['self-test']({ station: 'dong-ha' })
    await one.clock.advance(1_000)
    const pulses = one.drives.filter(({ value }) => value === 1)
    expect(pulses.map(({ output, forS }) => `${output} ${forS}`)).toEqual(['relay1 2', 'relay2 2'])
    one.progress('confirmed', pulses)
    await one.clock.advance(1_000)
    expect(one.events.find(({ rule }) => rule === 'self-test')?.text.en).toContain('passed')
    await one.stop()
  })

  test.each([
    ['a silence of no length', { station: 'dong-ha', who: 'Lan', minutes: 0 }, 'CONTROL_REFUSED'],
    ['a station that is not here', { station: 'hue', who: 'Lan', minutes: 5 }, 'STATION_UNKNOWN'],
    ['nobody', { station: 'dong-ha', minutes: 5 }, 'CONTROL_REFUSED'],
    ['silence where nothing sounds', { station: 'dong-ha', who: 'Lan', minutes: 5 }, 'NOTHING_TO_SILENCE'],
  ])('is refused %s', async (_name, args, code) => {
    const one = node({ disk: here })
    await one.start()
    let refused: unknown
    try {
      controlOf(one).silence(args)
    } catch (cause) {
      refused = cause
    }
    expect(refused instanceof FaultError ? refused.fault.code : refused).toBe(code)
    await one.stop()
  })
})

describe('a station document', () => {
  const edited = (change: Partial<FloodStation>) => ({ ...STATION, ...change })

  test('that is edited changes the thresholds in force', async () => {
    const one = node({ disk: here })
    await one.start()
    await one.flood(1.5)
    expect(one.levelLog()).toEqual([])
    const put = await one.put('flood-station:dong-ha', edited({ levels: [{ level: 1, stage_m: 1.2 }] }))
    expect(put).toBe('taken')
    await one.clock.advance(1_000)
    expect(one.levelLog()).toEqual([raised])
    await one.stop()
  })

  test('with a contradiction is refused and the one in force stays', async () => {
    const one = node({ disk: here })
    await one.start()
    const levels = [
      { level: 1, stage_m: 2 },
      { level: 2, stage_m: 1 },
    ]
    const put = await one.put('flood-station:dong-ha', edited({ levels }))
    expect(put).toBe('STATION_LEVELS_NOT_RISING')
    expect(one.station()?.document().levels).toEqual(STATION.levels)
    await one.stop()
  })

  test('that names a siren which the node does not have is refused', async () => {
    const one = node({ disk: here })
    await one.start()
    const alarms = STATION.alarms.map((alarm, index) => ({ ...alarm, output: `relay${9 + index}` }))
    const put = await one.put('flood-station:dong-ha', edited({ alarms }))
    expect(put).toBe('STATION_OUTPUT_UNKNOWN')
    await one.stop()
  })

  test('that was damaged behind our back is refused, counted, and the one in force stays', async () => {
    const one = node({ disk: here })
    await one.start()
    const present = await here.documents.get('dong-ha/flood-station:dong-ha')
    await here.documents.put('dong-ha/flood-station:dong-ha', { id: 'dong-ha', levels: 'high' }, present?.rev)
    await one.clock.advance(1)
    expect(one.refusals.counts().DOCUMENT_INVALID).toBe(1)
    expect(one.station()?.document().levels).toEqual(STATION.levels)
    await one.stop()
  })

  test('edited in the store outlives a restart with the same file', async () => {
    const one = node({ disk: here })
    await one.start()
    await one.put('flood-station:dong-ha', edited({ provenWithin_h: 48 }))
    await one.stop()
    const next = node({ disk: here, at: one.clock.now(), boot: '2' })
    await next.start()
    expect(next.station()?.document().provenWithin_h).toBe(48)
    await next.stop()
  })

  test('whose file is gone from the configuration is not at work any more, and the node says so', async () => {
    const one = node({ disk: here })
    await one.start()
    await one.stop()
    const next = node({ disk: here, at: one.clock.now(), boot: '2', stations: [] })
    await next.start()
    expect(next.agent.stations()).toEqual([])
    expect(next.refusals.counts().STATION_RETIRED).toBe(1)
    const put = await next.put('flood-station:dong-ha', edited({}))
    expect(put).toBe('STATION_RETIRED')
    await next.stop()
  })
})

describe('a disk that fails', () => {
  test.each(['STORE_FULL', 'STORE_UNWRITABLE'] as const)(
    'with %s costs no decision: the siren sounds, and the node says what is wrong',
    async (code) => {
      const one = node({
        disk: here,
        source: { open: () => fails(code), moveAside: () => undefined, openAside: () => undefined },
      })
      await one.start()
      await one.flood(2.1)
      expect(one.drivesOf('relay1').at(-1)?.value).toBe(1)
      expect(one.levelLog()).toEqual([raised])
      expect(one.refusals.counts()[code]).toBeGreaterThan(0)
      await one.stop()
    },
  )
})

describe('a restart', () => {
  test('takes up the alarm in force, sounds at once, and gives no serial number twice', async () => {
    const one = node({ disk: here })
    await one.start()
    await one.flood(2.1)
    await one.clock.advance(1_000)
    one.pullPlug()
    const next = node({ disk: here, at: one.clock.now(), boot: '2' })
    await next.start()
    expect(next.drivesOf('relay2').at(-1)?.value).toBe(1)
    expect(next.events).toEqual([])
    await next.flood(3.1)
    await next.clock.advance(1_000)
    await next.stop()
    const alarms = keptAlarms(here.folder).filter(({ rule }) => rule === 'level')
    expect(alarms.map(({ event, level }) => `${event} ${level}`)).toEqual(['raised 1', 'raised 2'])
    expect(new Set(alarms.map(({ alarm }) => alarm)).size).toBe(1)
  })

  test('that was asked for leaves the sirens quiet', async () => {
    const one = node({ disk: here })
    await one.start()
    await one.flood(2.1)
    one.drives.length = 0
    await one.stop()
    expect(one.drives.map(({ output, value }) => `${output} ${value}`).sort()).toEqual([
      'relay1 0',
      'relay2 0',
    ])
  })
})

test('a mistake in the program drives outputs safe for good, whatever the water does next', async () => {
  const one = node({ disk: here })
  await one.start()
  await one.flood(2.1)
  one.drives.length = 0
  one.agent.driveSafe()
  await one.flood(3.1)
  await one.clock.advance(60_000)
  expect(one.drives.map(({ value }) => value)).toEqual([0, 0])
  await one.stop()
})

test('a device that did not answer was not heard', async () => {
  const one = node({ disk: here })
  await one.start()
  one.stage(1)
  const heard = one.agent.lastHeard()
  await one.clock.advance(60_000)
  one.miss('dh-level', 'distance')
  expect(one.agent.lastHeard()).toEqual(heard)
  await one.stop()
})

test('two nodes in one process share nothing', async () => {
  const there = disk()
  const one = node({ disk: here })
  const other = node({ disk: there })
  await one.start()
  await other.start()
  await one.flood(2.1)
  await other.clock.advance(301_000)
  expect(one.levelLog()).toEqual([raised])
  expect(other.levelLog()).toEqual([])
  expect(other.drives.every(({ value }) => value === 0)).toBe(true)
  expect(other.outbox.epoch()).toBeDefined()
  expect(other.agent.lastHeard()).toEqual({})
  await one.stop()
  await other.stop()
  there.remove()
})

function fails(code: 'STORE_FULL' | 'STORE_UNWRITABLE'): never {
  throw new FaultError(fault(code, { file: 'outbox.db', reason: 'for the test' }))
}
