import { type Cancel, type Clock, every, type Mono } from '../../../core/clock.ts'
import { type Fault, fault } from '../../../core/errors.ts'
import type { Log } from '../../../core/log.ts'
import { err, ok, type Result } from '../../../core/result.ts'
import { arcOf, fadeCodeOf, fadeSecondsOf } from '../../../devices/codecs/dali-arc.ts'
import type { DeviceDefinition, OutputRequest } from '../../../devices/define.ts'
import type { Driver, DriverSink, OutputProgress } from '../driver.ts'
import type { DaliLineConfig } from './config.ts'
import { type Gear, gearsOf, type Wanted } from './gear.ts'
import { createGearKnowledge } from './gear-knowledge.ts'
import { askGear } from './gear-word.ts'
import type { DaliLine } from './line.ts'
import { type Remembered, recall } from './memory.ts'
import { type Chorus, nextTelling } from './send-plan.ts'
import { groupName, type Setting, sceneName } from './settings.ts'

export interface DaliParts {
  readonly config: DaliLineConfig
  /** Definitions by device id, for every device in the configuration. */
  readonly devices: ReadonlyMap<string, DeviceDefinition>
  readonly line: DaliLine
  /** By which readings are dated. */
  readonly clock: Clock
  /** Real time, by which wires go. */
  readonly wall: Clock
  readonly log: Log
  readonly sink: DriverSink
}

/** After the fade, before a gear is asked whether it has arrived. */
const SETTLING_MS = 200
const LINE_PAUSE_MIN_MS = 1_000
const LINE_PAUSE_MAX_MS = 30_000
/** Tellings that the wire failed on before the agent hears of it; they stay wanted. */
const WIRE_TRIES = 3
const HEALTH_MS = 60_000

/** One piece of work on the line; a fault of the way to the gateway ends it. */
type Work = () => Promise<Fault | undefined>

/**
 * One DALI line. A line of 1200 baud carries one question at a time (some 22 ms there, 9 ms back), so there is one loop
 * that always does what is most urgent: tell levels, see whether they were taken, keep settings, and ask around.
 */
export function createDaliDriver(parts: DaliParts): Driver {
  const { config, devices, line, clock, wall, log, sink } = parts
  const gears = gearsOf(config, devices, wall.monotonic())
  const byId = new Map<string, Gear>(gears.map((gear) => [gear.id, gear]))
  const fadeMs = fadeSecondsOf(fadeCodeOf(config.fade_s)) * 1000
  const choruses = chorusesOf(config, byId)
  const timers: Cancel[] = []
  let running = false
  let wake: () => void = () => {}
  let pauseMs = LINE_PAUSE_MIN_MS
  let lineRetryAt = 0
  let lineFault: string | undefined

  const progress = (gear: Gear, wanted: Wanted, stage: OutputProgress['stage'], problem?: Fault) => {
    const time = { at: clock.now(), mono: clock.monotonic(), quality: clock.quality() }
    const about = problem === undefined ? {} : { problem }
    sink.output({ device: gear.id, requests: [wanted.request], stage, time, ...about })
  }
  const knowledge = createGearKnowledge({ clock, wall, sink, progress, where: line.where })

  const tell = (): Work | undefined => {
    const sound = choruses.filter(({ name }) => gears.every((gear) => gear.silent || gear.kept.has(name)))
    const telling = nextTelling(
      gears.map(({ address, wanted }) => ({
        address,
        arc: wanted?.arc,
        pending: wanted?.stage === 'pending',
        urgent: wanted?.stage === 'pending' && wanted.urgent,
      })),
      sound,
    )
    if (telling === undefined) return undefined
    const told = gears.flatMap((gear) =>
      gear.wanted !== undefined && telling.addresses.includes(gear.address)
        ? [{ gear, wanted: gear.wanted }]
        : [],
    )
    return async () => {
      const sent = await line.send(telling.forward)
      for (const { gear, wanted } of told) {
        if (gear.wanted !== wanted) continue
        wanted.tries++
        if (!sent.ok) {
          if (wanted.tries === WIRE_TRIES) progress(gear, wanted, 'failed', sent.error)
          continue
        }
        wanted.stage = 'told'
        wanted.checkAt = (wall.monotonic() + fadeMs + SETTLING_MS) as Mono
        progress(gear, wanted, 'sent')
      }
      return sent.ok ? undefined : sent.error
    }
  }
  const ask =
    (gear: Gear): Work =>
    async () => {
      const word = await askGear(line, gear.address)
      if (!word.ok) return word.error
      knowledge.take(gear, word.value)
      return undefined
    }
  const settle =
    (gear: Gear, setting: Setting): Work =>
    async () => {
      const done = await settled(line, setting)
      if (!done.ok) return done.error
      gear.unsettled = gear.unsettled.filter((other) => other !== setting)
      if (done.value === 'kept') gear.kept.add(setting.name)
      // It left in between: it is seen to when it is back.
      if (done.value === 'kept' || done.value === 'gone') return undefined
      const { name, wanted } = setting
      const details = { device: gear.id, setting: name, wanted, actual: done.value }
      sink.refused(fault('DALI_SETTING_REFUSED', details), gear.id)
      return undefined
    }
  const remember =
    ({ gear, item }: GearMemory): Work =>
    async () => {
      const found = await recall(line, gear.address, item)
      if (!found.ok) return found.error
      knowledge.remember(gear, item, found.value)
      return undefined
    }
  const nextWork = (): Work | undefined => {
    const now = wall.monotonic()
    if (lineRetryAt > now) return undefined
    const telling = tell()
    if (telling !== undefined) return telling
    const due = gears.toSorted((a, b) => dueAt(a) - dueAt(b))[0]
    const checked = due?.wanted?.stage === 'told'
    if (due !== undefined && checked && dueAt(due) <= now) return ask(due)
    const unsettled = gears.find(({ unsettled, silent, missed, level }) => {
      return unsettled.length > 0 && !silent && missed === 0 && level !== undefined
    })
    const [setting] = unsettled?.unsettled ?? []
    if (unsettled !== undefined && setting !== undefined) return settle(unsettled, setting)
    if (due !== undefined && dueAt(due) <= now) return ask(due)
    const next = nextMemory(gears)
    return next !== undefined && next.item.dueAt <= now ? remember(next) : undefined
  }
  /** A line that fails is tried ever more patiently; its gears are missed once. */
  const note = (problem: Fault | undefined) => {
    if (problem === undefined) {
      pauseMs = LINE_PAUSE_MIN_MS
      lineFault = undefined
      return
    }
    lineRetryAt = wall.monotonic() + pauseMs
    pauseMs = Math.min(2 * pauseMs, LINE_PAUSE_MAX_MS)
    if (lineFault === problem.code) return
    if (lineFault === undefined) for (const gear of gears) knowledge.lineDown(gear)
    lineFault = problem.code
    sink.refused(problem)
  }
  const live = async () => {
    while (running) {
      const work = nextWork()
      if (work === undefined) await pause()
      else {
        const problem = await work()
        if (running) note(problem)
      }
    }
  }
  const pause = () =>
    new Promise<void>((resolve) => {
      const memoryAt = nextMemory(gears)?.item.dueAt ?? Number.POSITIVE_INFINITY
      const due = Math.max(lineRetryAt, Math.min(memoryAt, ...gears.map(dueAt)))
      const cancel = wall.after(Math.max(1, due - wall.monotonic()), resolve)
      wake = () => {
        cancel()
        resolve()
      }
    })
  const tellHealth = () => {
    const now = wall.monotonic()
    const answering = gears.filter(({ silent }) => !silent)
    const cycle_s = Math.max(0, ...answering.map(({ heardAt }) => (now - heardAt) / 1000))
    const values = { open: line.working() ? 1 : 0, cycle_s, gears_silent: gears.length - answering.length }
    sink.health({ source: config.id, values })
  }

  return {
    name: `dali ${config.id}`,
    working: () => line.working() && lineFault === undefined,
    async start() {
      running = true
      timers.push(every(wall, HEALTH_MS, tellHealth))
      await line.start()
      log.info('serving a DALI line', { line: config.id, where: line.where, gears: gears.length })
      void live()
    },
    async stop() {
      running = false
      for (const cancel of timers.splice(0)) cancel()
      wake()
      await line.stop()
    },
    drive(device, requests, urgency) {
      const gear = byId.get(device)
      const asked = gear === undefined ? undefined : wish(gear, requests)
      if (gear === undefined || asked === undefined || !asked.ok)
        return asked === undefined || asked.ok
          ? err(fault('ACTION_UNSUPPORTED', { model: device, output: requests[0]?.output ?? '' }))
          : asked
      const now = wall.monotonic()
      const urgent = urgency === 'urgent'
      gear.wanted = { ...asked.value, urgent, stage: 'pending', tries: 0, checkAt: now }
      // It was seen to hold just that a moment ago: the line has better uses for its time.
      const holds = gear.level === asked.value.arc && !gear.silent && now - gear.heardAt < gear.pollMs
      if (holds && !urgent) gear.wanted.stage = 'told'
      if (holds && !urgent) gear.wanted.checkAt = (gear.heardAt + gear.pollMs) as Mono
      if (urgent) lineRetryAt = now
      wake()
      return ok(undefined)
    },
  }
}

interface GearMemory {
  readonly gear: Gear
  readonly item: Remembered
}

/** What is to be read next from the memory of a gear that answers. */
function nextMemory(gears: readonly Gear[]): GearMemory | undefined {
  return gears
    .filter(({ silent, missed, level }) => !silent && missed === 0 && level !== undefined)
    .flatMap((gear) => gear.memory.map((item) => ({ gear, item })))
    .toSorted((a, b) => a.item.dueAt - b.item.dueAt)[0]
}

/** When a gear has to be asked. */
function dueAt({ wanted, askAt }: Gear): number {
  return wanted?.stage === 'told' ? wanted.checkAt : askAt
}

function wish(
  { definition, curve }: Gear,
  requests: readonly OutputRequest[],
): Result<Pick<Wanted, 'request' | 'arc'>> | undefined {
  const request = requests.at(-1)
  if (request === undefined || requests.some(({ output }) => output !== 'level')) return undefined
  const arc = arcOf(request.value, curve)
  if (arc.ok) return ok({ request, arc: arc.value })
  return err(fault(arc.error.code, { ...arc.error.details, model: definition.model }))
}

/** `kept`, `gone` where the gear does not answer, or the value that it holds to all the same. */
async function settled(line: DaliLine, setting: Setting): Promise<Result<'kept' | 'gone' | number>> {
  const first = await heldValue(line, setting)
  if (!first.ok) return first
  if (first.value === setting.wanted) return ok('kept')
  if (first.value === undefined && setting.optional) return ok('kept')
  for (const { forward, twice } of setting.write) {
    const sent = await line.send(forward, { twice })
    if (!sent.ok) return sent
  }
  const second = await heldValue(line, setting)
  if (!second.ok) return second
  return ok(second.value === setting.wanted ? 'kept' : (second.value ?? 'gone'))
}

async function heldValue(
  line: DaliLine,
  { before, question, read }: Setting,
): Promise<Result<number | undefined>> {
  for (const forward of before) {
    const sent = await line.send(forward)
    if (!sent.ok) return sent
  }
  const answer = await line.query(question)
  if (!answer.ok) return answer
  return ok(answer.value.kind === 'answer' ? read(answer.value.value) : undefined)
}

function chorusesOf(
  { groups, scenes }: DaliLineConfig,
  gears: ReadonlyMap<string, Gear>,
): readonly (Chorus & { readonly name: string })[] {
  const addressOf = (device: string) => gears.get(device)?.address ?? -1
  const arcFor = (device: string, level: number) => {
    const arc = arcOf(level, gears.get(device)?.curve ?? 'logarithmic')
    return arc.ok ? arc.value : undefined
  }
  return [
    ...groups.map(({ group, devices }) => ({
      name: groupName(group),
      target: { kind: 'group', group } as const,
      members: new Map(devices.map((device) => [addressOf(device), undefined] as const)),
    })),
    ...scenes.map(({ scene, levels }) => ({
      name: sceneName(scene),
      target: { kind: 'scene', scene } as const,
      members: new Map(
        levels.map(({ device, level }) => [addressOf(device), arcFor(device, level)] as const),
      ),
    })),
  ]
}
