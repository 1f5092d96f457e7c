import type { Clock, Mono, Utc } from '../core/clock.ts'
import type { Text } from '../core/text.ts'
import { heldUntil } from './control/arbiter.ts'
import type { InterlockReport } from './control/controller.ts'
import { forbidsStill, restOwed } from './control/interlocks.ts'
import type { Facts } from './control/needs.ts'
import type { Entry } from './driven-output.ts'

/** What keeps an output at rest though somebody asks for it, or would for long; or until a person has looked. */
export interface HeldView {
  /** Kind of the interlock, or the name of what it needs. */
  readonly name: string
  readonly event: Exclude<InterlockReport['event'], 'free'>
  readonly text: Text
  readonly since: Utc
  /** When it is over by itself; null where nobody knows. */
  readonly until: Utc | null
}

/**
 * What is asked for and held back is told after this long: a pump often waits a while for its valve. How long a rest lasts
 * is known beforehand: it is told at once where it is waited for, and where it lasts longer than this nobody should ask.
 */
const HELD_TOLD_MS = 30_000

/**
 * Tells what interlocks do, once each: when they begin, when they turn into something worse, and when what stopped the
 * output would do so no more.
 */
export interface InterlockReports {
  /** After an output was decided. */
  look(entry: Entry, facts: Facts): void
  /** Tells what was seen since the last time; handlers may ask for outputs meanwhile. */
  tell(): void
  on(handler: (report: InterlockReport) => void): void
  of(entry: Entry): HeldView | null
}

interface Holding extends Pick<HeldView, 'name' | 'event' | 'text'> {
  /** When it is over by itself; null where nobody knows. */
  readonly endsAt: Mono | null
}

interface Seen extends Holding {
  readonly since: Utc
  readonly from: Mono
  readonly told: boolean
}

export function createInterlockReports(clock: Clock): InterlockReports {
  const seen = new Map<Entry, Seen>()
  const ran = new Set<Entry>()
  const untold: InterlockReport[] = []
  let handler: (report: InterlockReport) => void = () => {}

  const say = (
    { device, name: output }: Entry,
    seen: Omit<Seen, 'told'>,
    event: InterlockReport['event'],
  ) => {
    const { name, text, endsAt } = seen
    const left_s = event === 'free' || endsAt === null ? undefined : (endsAt - clock.monotonic()) / 1000
    untold.push({
      ...{ type: 'interlock', device, output, name, event, text },
      ...(left_s === undefined ? {} : { left_s }),
    })
  }

  /** What holds it now, with since when; undefined for nothing. */
  const holding = (entry: Entry, facts: Facts, now: Mono): Omit<Seen, 'told'> | undefined => {
    const before = seen.get(entry)
    const held = heldBy(entry, ran.has(entry), now)
    if (held === undefined) {
      const still = before?.told === true && before.event !== 'latched'
      return still && forbidsStill(entry.arbiter, entry.output, before.name, facts, now) ? before : undefined
    }
    if (before?.name !== held.name) return { ...held, since: clock.now(), from: now }
    // A run that was stopped is still stopped while it is held back; only a latch makes it worse.
    const event = held.event === 'held' && before.event === 'stopped' ? 'stopped' : held.event
    const { since, from } = before
    return { ...held, event, since, from }
  }

  return {
    look(entry, facts) {
      const now = clock.monotonic()
      const before = seen.get(entry)
      const next = holding(entry, facts, now)
      if (entry.arbiter.runningSince === null) ran.delete(entry)
      else ran.add(entry)
      if (before?.told === true && before.name !== next?.name) say(entry, before, 'free')
      if (next === undefined) {
        seen.delete(entry)
        return
      }
      const wasTold = before?.told === true && before.name === next.name
      const told = wasTold || next.event !== 'held' || next.endsAt !== null || now - next.from >= HELD_TOLD_MS
      if (told && !(wasTold && before.event === next.event)) say(entry, next, next.event)
      seen.set(entry, { ...next, told })
    },
    tell() {
      for (const report of untold.splice(0)) handler(report)
    },
    on(given) {
      handler = given
    },
    of(entry) {
      const held = seen.get(entry)
      if (held === undefined) return null
      const { name, event, text, since, endsAt } = held
      const until = endsAt === null ? null : clock.now() + (endsAt - clock.monotonic())
      return { name, event, text, since, until }
    },
  }
}

function heldBy({ arbiter, decision, output }: Entry, ran: boolean, now: Mono): Holding | undefined {
  const [latch] = arbiter.latches
  const need = output.interlocks.find((one) => one.kind === 'needs' && one.name === latch)
  if (latch !== undefined && need?.kind === 'needs')
    return { name: latch, event: 'latched', text: need.text, endsAt: null }
  const rest = restOwed(arbiter, output, now)
  // What its owner wanted for so long and no longer has ended as it should, though he has not said so yet.
  const isAsked = heldUntil(arbiter, (value) => value !== output.safe, now) > now
  if (decision?.winner === 'interlock' && decision.value === output.safe && isAsked) {
    const { owner: name, reason: text } = decision
    return { name, event: ran ? 'stopped' : 'held', text, endsAt: rest?.name === name ? rest.until : null }
  }
  if (rest === undefined || rest.until - now <= HELD_TOLD_MS) return undefined
  return { name: rest.name, event: 'held', text: rest.reason, endsAt: rest.until }
}
