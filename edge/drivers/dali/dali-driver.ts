import { type Cancel, type Clock, every, type Mono } from '../../../core/clock.ts'
import { fault } from '../../../core/errors.ts'
import type { Log } from '../../../core/log.ts'
import { err, ok, type Result } from '../../../core/result.ts'
import { arcOf, fadeCodeOf, fadeSecondsOf } from '../../../devices/codecs/dali-arc.ts'
import type { DeviceDefinition, OutputRequest } from '../../../devices/define.ts'
import type { Driver, DriverSink } from '../driver.ts'
import { chorusesOf } from './choruses.ts'
import type { DaliLineConfig } from './config.ts'
import { type Gear, gearsOf, type Wanted } from './gear.ts'
import { createGearKnowledge, type TellProgress } from './gear-knowledge.ts'
import type { DaliLine } from './line.ts'
import { createLineLoop } from './line-loop.ts'
import { createLineWork } from './line-work.ts'

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

const HEALTH_MS = 60_000

/**
 * One DALI line. A line of 1200 baud carries one question at a time (some 22 ms there, 9 ms back), so there is one loop
 * that always does what is most urgent.
 */
export function createDaliDriver(parts: DaliParts): Driver {
  const { config, devices, line, clock, wall, log, sink } = parts
  const gears = gearsOf(config, devices, wall.monotonic())
  const byId = new Map<string, Gear>(gears.map((gear) => [gear.id, gear]))
  const fadeMs = fadeSecondsOf(fadeCodeOf(config.fade_s)) * 1000
  const timers: Cancel[] = []

  const progress: TellProgress = (gear, wanted, stage, problem) => {
    const time = { at: clock.now(), mono: clock.monotonic(), quality: clock.quality() }
    const about = problem === undefined ? {} : { problem }
    sink.output({ device: gear.id, requests: [wanted.request], stage, time, ...about })
  }
  const knowledge = createGearKnowledge({ clock, wall, sink, progress })
  const choruses = chorusesOf(config, byId)
  const work = createLineWork({ gears, choruses, fadeMs, line, wall, sink, knowledge, progress })
  const loop = createLineLoop({
    ...work,
    wall,
    failed(problem, first) {
      if (first) for (const gear of gears) knowledge.lineDown(gear)
      sink.refused(problem)
    },
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
    working: () => line.working() && !loop.failing(),
    async start() {
      timers.push(every(wall, HEALTH_MS, tellHealth))
      await line.start()
      log.info('serving a DALI line', { line: config.id, where: line.where, gears: gears.length })
      loop.start()
    },
    async stop() {
      loop.stop()
      for (const cancel of timers.splice(0)) cancel()
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
      gear.wanted = { ...asked.value, urgent, stage: 'pending', tries: 0, lost: 0, checkAt: now }
      // It was seen to hold just that a moment ago: the line has better uses for its time.
      const holds = gear.level === asked.value.arc && !gear.silent && now - gear.heardAt < gear.pollMs
      if (holds && !urgent) gear.wanted.stage = 'told'
      if (holds && !urgent) gear.wanted.checkAt = (gear.heardAt + gear.pollMs) as Mono
      loop.wake(urgent)
      return ok(undefined)
    },
  }
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
