import type { Clock, Mono } from '../../../core/clock.ts'
import { type Fault, fault } from '../../../core/errors.ts'
import { percentOf } from '../../../devices/codecs/dali-arc.ts'
import type { DriverSink, OutputProgress } from '../driver.ts'
import type { Gear, Wanted } from './gear.ts'
import type { GearWord } from './gear-word.ts'
import type { Recollection, Remembered } from './memory.ts'

/** How often a level is told before it is given up. */
const TELL_TRIES = 3
/** Questions left open in a row that make a gear silent; before that it is asked again soon. */
const MISSED_MAX = 3
const MISSED_PAUSE_MS = 2_000
/** A silent gear is asked more rarely, so that it costs the living little; a feeder that is switched on is seen soon. */
const SILENT_DOUBLINGS_MAX = 2
const FADING_PAUSE_MS = 1_000

export type TellProgress = (
  gear: Gear,
  wanted: Wanted,
  stage: OutputProgress['stage'],
  problem?: Fault,
) => void

export interface GearKnowledge {
  take(gear: Gear, word: GearWord): void
  /** What a pass over a memory bank brought; a value that cannot be is refused. */
  remember(gear: Gear, item: Remembered, found: Recollection): void
  /** Nothing is known of a gear while the way to its line is cut. */
  lineDown(gear: Gear): void
}

type Heard = Extract<GearWord, { kind: 'heard' }>

/** What the driver makes of what gears say, and of what they do not say. */
export function createGearKnowledge(parts: {
  readonly clock: Clock
  readonly wall: Clock
  readonly sink: DriverSink
  readonly progress: TellProgress
}): GearKnowledge {
  const { clock, wall, sink, progress } = parts
  const later = (ms: number) => (wall.monotonic() + ms) as Mono

  const report = (gear: Gear, telemetry: Record<string, number>, failed: Record<string, string> = {}) => {
    const time = { at: clock.now(), mono: clock.monotonic(), quality: clock.quality() }
    sink.telemetry({ device: gear.id, time, telemetry, failed, asked: true })
  }
  const reportMissing = (gear: Gear, reason: string) =>
    report(gear, {}, Object.fromEntries(Object.keys(gear.definition.telemetry).map((name) => [name, reason])))
  const giveUp = (gear: Gear, problem: Fault) => {
    const { wanted } = gear
    // What came in while the gear was asked has not been told yet.
    if (wanted?.stage !== 'told') return
    wanted.stage = 'given-up'
    progress(gear, wanted, 'failed', problem)
  }
  const again = (wanted: Wanted) => {
    wanted.stage = 'pending'
    wanted.tries = 0
  }

  const miss = (gear: Gear) => {
    gear.missed++
    gear.answering = false
    const silentFor = gear.missed - MISSED_MAX
    gear.askAt =
      silentFor < 0
        ? later(MISSED_PAUSE_MS)
        : later(gear.pollMs * 2 ** Math.min(silentFor, SILENT_DOUBLINGS_MAX))
    if (gear.wanted?.stage === 'told') gear.wanted.checkAt = gear.askAt
    if (silentFor < 0) return
    const problem = fault('DALI_GEAR_SILENT', { device: gear.id, address: gear.address })
    if (!gear.silent) sink.refused(problem, gear.id)
    gear.silent = true
    gear.level = undefined
    reportMissing(gear, 'no-answer')
    giveUp(gear, problem)
  }
  const collide = (gear: Gear) => {
    const problem = fault('DALI_COLLISION', { device: gear.id, address: gear.address })
    gear.missed = 0
    gear.answering = false
    gear.askAt = later(gear.pollMs)
    gear.level = undefined
    sink.refused(problem, gear.id)
    reportMissing(gear, 'collision')
    giveUp(gear, problem)
  }
  /** Whether the level that it was told has arrived. */
  const compare = (gear: Gear, wanted: Wanted, { status, level }: Heard, returned: boolean) => {
    if (level === wanted.arc) {
      if (wanted.stage === 'confirmed' || wanted.stage === 'pending') return
      wanted.stage = 'confirmed'
      progress(gear, wanted, 'confirmed')
      return
    }
    switch (wanted.stage) {
      case 'pending':
        return
      case 'confirmed':
        // Somebody else, or a power cut, has changed it.
        return again(wanted)
      case 'given-up':
        return returned || status.powerCycled ? again(wanted) : undefined
      case 'told':
        if (status.fading) {
          wanted.checkAt = later(FADING_PAUSE_MS)
          return
        }
        if (wanted.tries < TELL_TRIES) {
          wanted.stage = 'pending'
          return
        }
    }
    const details = { device: gear.id, wanted: wanted.arc, actual: level ?? 'unknown' }
    const problem = fault('DALI_UNCONFIRMED', details)
    sink.refused(problem, gear.id)
    giveUp(gear, problem)
  }
  const hear = (gear: Gear, word: Heard) => {
    const returned = gear.silent
    gear.missed = 0
    gear.silent = false
    gear.answering = true
    gear.level = word.level
    gear.heardAt = wall.monotonic()
    gear.askAt = later(gear.pollMs)
    // It may be another one in its place.
    if (returned) {
      gear.unsettled = gear.settings
      gear.unsettledTries = 0
      gear.kept.clear()
      for (const item of gear.memory) item.dueAt = gear.heardAt
    }
    const percent = word.level === undefined ? undefined : percentOf(word.level, gear.curve)
    const states = {
      lamp_failure: Number(word.status.lampFailure),
      gear_failure: Number(word.status.gearFailure),
    }
    if (percent === undefined) report(gear, states, { level: 'not-known' })
    else report(gear, { level: percent, ...states })
    if (gear.wanted !== undefined) compare(gear, gear.wanted, word, returned)
  }

  return {
    take(gear, word) {
      if (word.kind === 'heard') hear(gear, word)
      else if (word.kind === 'none') miss(gear)
      else collide(gear)
    },
    remember(gear, item, found) {
      if (found.kind === 'again') return
      item.dueAt = later(gear.memoryMs * item.turns)
      item.before = undefined
      item.passes = 0
      const { channel } = item
      if (found.kind === 'failed') {
        report(gear, {}, { [channel]: found.reason })
        return
      }
      const { value } = found
      const { model, telemetry } = gear.definition
      const { min = 0, max = 0 } = telemetry[channel] ?? {}
      if (value >= min && value <= max) {
        report(gear, { [channel]: value })
        return
      }
      sink.refused(fault('PAYLOAD_OUT_OF_RANGE', { model, channel, value, min, max }), gear.id)
      report(gear, {}, { [channel]: 'out-of-range' })
    },
    lineDown(gear) {
      gear.answering = false
      gear.level = undefined
      reportMissing(gear, 'line-down')
    },
  }
}
