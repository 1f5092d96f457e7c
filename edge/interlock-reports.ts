import type { Clock, Utc } from '../core/clock.ts'
import type { Text } from '../core/text.ts'
import type { InterlockReport } from './control/controller.ts'
import type { Entry } from './driven-output.ts'

/** What keeps an output at rest though somebody asks for it, or until a person has looked. */
export interface HeldView {
  /** Kind of the interlock, or the name of what it needs. */
  readonly name: string
  readonly event: Exclude<InterlockReport['event'], 'free'>
  readonly text: Text
  readonly since: Utc
}

/** Tells what interlocks do, once each: when they begin, when they turn into something worse, when they end. */
export interface InterlockReports {
  /** After an output was decided. */
  look(entry: Entry): void
  /** Tells what was seen since the last time; handlers may ask for outputs meanwhile. */
  tell(): void
  on(handler: (report: InterlockReport) => void): void
  of(entry: Entry): HeldView | null
}

export function createInterlockReports(clock: Clock): InterlockReports {
  const held = new Map<Entry, HeldView>()
  const ran = new Set<Entry>()
  const untold: InterlockReport[] = []
  let handler: (report: InterlockReport) => void = () => {}

  const say = (
    { device, name: output }: Entry,
    { name, event, text }: Omit<InterlockReport, 'type' | 'device' | 'output'>,
  ) => untold.push({ type: 'interlock', device, output, name, event, text })

  return {
    look(entry) {
      const before = held.get(entry)
      const now = heldBy(entry, ran.has(entry))
      if (entry.arbiter.runningSince === null) ran.delete(entry)
      else ran.add(entry)
      if (now === undefined) {
        if (before === undefined) return
        held.delete(entry)
        say(entry, { ...before, event: 'free' })
        return
      }
      if (before?.name === now.name) {
        // A run that was stopped is still stopped while it is held back; only a latch is news.
        if (before.event === now.event || now.event !== 'latched') return
      } else if (before !== undefined) say(entry, { ...before, event: 'free' })
      held.set(entry, { ...now, since: clock.now() })
      say(entry, now)
    },
    tell() {
      for (const report of untold.splice(0)) handler(report)
    },
    on(given) {
      handler = given
    },
    of: (entry) => held.get(entry) ?? null,
  }
}

function heldBy(
  { arbiter, decision, output }: Entry,
  ran: boolean,
): Pick<HeldView, 'name' | 'event' | 'text'> | undefined {
  const [latch] = arbiter.latches
  const need = output.interlocks.find((one) => one.kind === 'needs' && one.name === latch)
  if (latch !== undefined && need?.kind === 'needs') return { name: latch, event: 'latched', text: need.text }
  if (decision?.winner !== 'interlock' || decision.value !== output.safe) return undefined
  return { name: decision.owner, event: ran ? 'stopped' : 'held', text: decision.reason }
}
