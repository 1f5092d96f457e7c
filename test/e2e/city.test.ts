import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import Type, { type Static } from 'typebox'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { callControl } from '../../core/node/control-socket.ts'
import { checker, matcher } from '../../core/schema.ts'
import type { AlarmEvent } from '../../core/wire/messages.ts'
import { root } from '../source-files.ts'
import { freePort } from './free-port.ts'
import { hubOnDisk } from './hub-disk.ts'
import { ledgerOf, statusOf } from './ledgers.ts'
import { writePart } from './part-of-city.ts'
import { endAll, type Folder, type Running, start, temporaryFolder, tram } from './product.ts'
import { until } from './until.ts'

/** What a person does with the demonstration city, at the terminal. */

const STATIONS = ['dong-ha', 'suoi-khe-lau', 'ho-dong-mai']
const NODES = [...STATIONS, 'hung-vuong', 'gh-01']
const READY_MS = 60_000
/** At 300 times real time the stream's flood comes again every 96 s. */
const FLOOD_MS = 120_000

const Snapshot = Type.Object({
  at: Type.Number(),
  stations: Type.Array(Type.Object({ id: Type.String(), stage_m: Type.Number(), sounding: Type.Boolean() })),
})
const States = Type.Array(
  Type.Object({ name: Type.String(), running: Type.Boolean(), pid: Type.Optional(Type.Integer()) }),
)

let folder: Folder
let data: string
let pids: Set<number>
beforeEach(() => {
  folder = temporaryFolder()
  data = join(folder.path, 'city')
  pids = new Set()
})
afterEach(async () => {
  await states().catch(() => {})
  await endAll()
  for (const pid of pids) {
    try {
      if (lives(pid)) process.kill(pid, 'SIGKILL')
    } catch {
      // ended meanwhile
    }
  }
  folder.remove()
})

/** Whether a process of this city has this number: the system gives it to another soon after its end. */
function lives(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder.path)
  } catch {
    return false
  }
}

/** The city's processes; each is remembered, so that none is left behind. */
async function states(): Promise<Static<typeof States>> {
  const list = await ask('city.sock', 'status', States)
  for (const { pid } of list ?? []) if (pid !== undefined) pids.add(pid)
  return list ?? []
}

async function ask<S extends Parameters<typeof checker>[0]>(
  socket: string,
  command: string,
  schema: S,
): Promise<Static<S> | undefined> {
  const answer = await callControl(join(data, socket), command)
  if (!answer.ok) return undefined
  const checked = checker(schema)(answer.value)
  if (!checked.ok) throw new Error(`${command}${checked.problem.path} ${checked.problem.message}`)
  return checked.value
}

const water = () => ask('sim.sock', 'snapshot', Snapshot)
const now = () => until('the virtual equipment answers', READY_MS, async () => (await water())?.at)
const hubRuns = async () => (await states()).some(({ name, running }) => name === 'hub' && running)

interface City {
  readonly running: Running
  readonly url: string
}

async function startCity(...options: readonly string[]): Promise<City> {
  const wanted = String(await freePort('tcp'))
  const ports = ['--port', wanted, '--mqtt', String(await freePort('tcp'))]
  const running = start('city', '--data', data, ...ports, '--minutes', '5', ...options)
  const url = await until(
    'the city says where its page is',
    READY_MS,
    () =>
      running.lines
        .map((line) => /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0])
        .find((found) => found !== undefined),
    () => running.errors,
  )
  await until('every process of the city runs', READY_MS, async () => {
    const all = await states()
    return all.length === NODES.length + 2 && all.every(({ running: runs }) => runs)
  })
  return { running, url }
}

/** What `caughtUp` found last, for the message of a wait in vain. */
let seen: unknown

/** Both sides of each node have counted the same with nothing missing, each at a moment of its own: some are never still. */
function caughtUp(url: string): () => Promise<boolean> {
  const behind = new Set(NODES)
  return async () => {
    for (const node of behind) {
      const status = await statusOf(join(data, `data-${node}`))
      const ledger = await ledgerOf(url, node)
      const produced = status?.ledger.lanes.find(({ lane }) => lane === 'alarm')?.produced
      const arrived = ledger?.epochs
        .flatMap(({ lanes }) => lanes)
        .find(({ lane }) => lane === 'alarm')?.produced
      const gaps = ledger?.epochs.flatMap(({ lanes }) => lanes.flatMap((lane) => lane.gaps))
      seen = { node, produced, arrived, gaps, hub: status?.hub }
      if (ledger?.complete === true && produced === arrived) behind.delete(node)
    }
    return behind.size === 0
  }
}

/** What the hub answers; undefined while it does not listen. */
async function told(url: string): Promise<unknown> {
  const answer = await fetch(url).catch(() => undefined)
  return answer?.json()
}

const allComplete = matcher(
  Type.Array(Type.Object({ complete: Type.Literal(true) }), {
    minItems: STATIONS.length,
    maxItems: STATIONS.length,
  }),
)

/** The alarm log that the city has printed so far: `node  time  event  words`. */
function printed(lines: readonly string[]): string[] {
  return lines
    .filter((line) => /^\S+ +\d{4}-\d\d-\d\dT\S+Z +[a-z]+ /.test(line))
    .map((line) => line.replaceAll(/ +/g, ' '))
}
/** A node may have a station of another name. */
const withoutNode = (line: string) => line.replace(/^\S+ /, '')
const inWords = ({ at, event, text }: AlarmEvent) =>
  `${new Date(at).toISOString()} ${event} ${text.vi} · ${text.en}`.replaceAll(/ +/g, ' ')

describe('the demonstration city', () => {
  test('a siren sounds for a flood that a killed hub never heard of; started again, it has it all', async () => {
    const city = await startCity('--speed', '300')
    await until('every node has told the hub something', 2 * READY_MS, caughtUp(city.url))

    expect(await tram('city', 'kill', 'hub', '--data', data)).toMatchObject({ code: 0 })
    const killedAt = await now()
    const before = printed(city.running.lines).length
    await until('an alarm of BĐ2 is in the log', FLOOD_MS, () =>
      printed(city.running.lines)
        .slice(before)
        .some((line) => line.includes(' raised ') && line.includes('BĐ2')),
    )
    await until('a siren sounds with no hub', FLOOD_MS, async () => {
      return (await water())?.stations.some(({ sounding }) => sounding)
    })
    await until('an hour has passed without the hub', 30_000, async () => {
      return ((await water())?.at ?? 0) > killedAt + 3_600_000
    })
    expect(await hubRuns()).toBe(false)
    const startedAt = await now()
    const unheard = printed(city.running.lines)

    expect(await tram('city', 'start', 'hub', '--data', data)).toMatchObject({ code: 0 })
    await until('the hub has everything', 60_000, caughtUp(city.url), () => seen)
    // A node that had nothing new to tell may say hello only now, with rows that are still on their way.
    await until('every station is complete', 30_000, async () => {
      return allComplete(await told(`${city.url}/api/v1/stations`))
    })
    await city.running.end('SIGTERM')

    const hub = hubOnDisk(join(data, 'hub'))
    const events = hub.events.map(inWords)
    expect(events.filter((line, index) => events.indexOf(line) !== index)).toEqual([])
    expect(unheard.length).toBeGreaterThan(before)
    expect(unheard.map(withoutNode).filter((line) => !events.includes(line))).toEqual([])
    const history = STATIONS.flatMap((station) => hub.times(station, 'stage'))
    expect(history.filter((at) => at > killedAt && at < startedAt).length).toBeGreaterThan(2)
    hub.close()
  }, 600_000)

  test('Ctrl-C ends every process of the city', async () => {
    const city = await startCity()
    await until('the virtual equipment answers', READY_MS, water)
    await until('the hub answers', READY_MS, async () => (await ledgerOf(city.url, 'gh-01')) !== undefined)
    const all = await states()
    await city.running.end('SIGTERM')
    const left = all.filter(({ pid }) => pid !== undefined && lives(pid))
    expect(left).toEqual([])
    const ended = city.running.lines.filter((line) => line.startsWith('■'))
    expect(ended.length).toBe(all.length)
    expect(ended.filter((line) => !line.includes('(code 0)'))).toEqual([])
  }, 240_000)

  test('virtual equipment that is told to end as soon as it answers ends in good order', async () => {
    const part = await writePart({ speed: 60, from: Date.UTC(2026, 2, 10, 3) })
    const sim = start('sim', '--spec', part.layout.spec)
    while (!existsSync(part.layout.simControl) && !sim.ended()) await pause(1)
    expect(await sim.end('SIGTERM')).toBe(0)
    await part.remove()
  }, 120_000)

  test('no process outlives a city that was killed', async () => {
    const city = await startCity()
    const all = await states()
    await city.running.end('SIGKILL')
    await until('every process has ended by itself', 60_000, () =>
      all.every(({ pid }) => pid === undefined || !lives(pid)),
    )
  }, 240_000)
})

const RECORD = join(root, '..', 'shared', 'testdata', 'hydrograph-dead-run-2019-05.csv')
const LEVELS = '0.6,1,1.5'
/** The station's own rules, other than the trial's defaults. */
const RULES = ['--clear-below', '0.08', '--hold-min', '20']
/** The highest flood of the record, and before it the hours (two minutes at 600 times) in which the sensors join. */
const FROM = '2019-05-10T06:00Z'
const RISES = Date.parse('2019-05-11T01:00Z')
const measured = matcher(Type.Object({ stage_m: Type.Number() }))
const TO = '2019-05-11T08:00Z'

const missing = !existsSync(RECORD)
const title = missing
  ? 'a real record (skipped: the hydrograph of Dead Run is not beside the project)'
  : 'a real record'
describe.skipIf(missing)(title, () => {
  test('drives a station at 600 times real time, and each crossing is in its log once', async () => {
    const [head = '', ...rows] = readFileSync(RECORD, 'utf8').trim().split('\n')
    const file = join(folder.path, 'flood.csv')
    writeFileSync(file, [head, ...rows.filter((row) => row >= FROM && row <= TO)].join('\n'))
    const tried = await tram('try', 'flood', '--record', file, '--levels', LEVELS, ...RULES, '--json')
    const wanted = crossings(tried.out.split('\n').map((line) => parseEvent(JSON.parse(line)).level))
    expect(wanted).toEqual(['over 1', 'over 2', 'over 3', 'under 3', 'under 2', 'under 1'])

    const city = await startCity('--hydrograph', file, '--levels', LEVELS, '--speed', '600')
    await until('the stream is measured', 150_000, async () =>
      measured(await told(`${city.url}/api/v1/stations/suoi-khe-lau`)),
    )
    expect(await now()).toBeLessThan(RISES)
    await until('the flood is over', 150_000, () =>
      printed(city.running.lines).some(
        (line) => line.startsWith('suoi-khe-lau') && line.includes(' cleared ') && line.includes('BĐ1'),
      ),
    )
    await until('the hub has everything', 30_000, caughtUp(city.url))
    await city.running.end('SIGTERM')
    const hub = hubOnDisk(join(data, 'hub'))
    const levels = hub.events
      .filter(({ station, rule }) => station === 'suoi-khe-lau' && rule === 'level')
      .map(({ level }) => level)
    hub.close()
    expect(crossings(levels)).toEqual(wanted)
  }, 600_000)
})

/**
 * The levels in force, one after another, as crossings: water that rises over two levels from one report to the next
 * (at this speed a report is half a second of a shared radio channel, and some are lost) crosses both.
 */
function crossings(levels: readonly number[]): string[] {
  return levels.flatMap((level, index) => {
    const before = levels[index - 1] ?? 0
    const steps = Array.from({ length: Math.abs(level - before) }, (_, step) => step)
    return steps.map((step) => (level > before ? `over ${before + step + 1}` : `under ${before - step}`))
  })
}

const checkEvent = checker(
  Type.Object({ at: Type.String(), event: Type.String(), level: Type.Integer(), stage_m: Type.Number() }),
)

function parseEvent(value: unknown) {
  const checked = checkEvent(value)
  if (!checked.ok) throw new Error(`${checked.problem.path} ${checked.problem.message}`)
  return checked.value
}
