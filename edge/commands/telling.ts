import type { NodeClock } from '../../core/clock.ts'
import type { CommandOutcome } from '../../core/wire/commands.ts'
import type { AlarmPlace, Outbox } from '../outbox/outbox.ts'
import { guarded, type Refusals } from '../refusals.ts'
import type { CommandStore } from './command-store.ts'

/** Brings outcomes into the outbox, each once, over crashes, and knows which of them the hub does not have. */
export interface Telling {
  /** `key` is its entry in the store; undefined where the disk would not take one. */
  tell(outcome: CommandOutcome, key: number | undefined): void
  /** Tells what is not in the outbox, and drops what the hub has. */
  sweep(): void
  /** The hub is not known to have every outcome of this command. */
  waitsFor(command: string): boolean
}

export function createTelling(parts: {
  readonly clock: NodeClock
  readonly store: CommandStore
  readonly outbox: Pick<Outbox, 'alarm' | 'holds' | 'epoch' | 'lanes'>
  readonly refusals: Refusals
}): Telling {
  const { clock, store, outbox, refusals } = parts
  /** Keys of what is on its way into the outbox. */
  const underWay = new Set<number>()
  const attempt = <T>(work: () => T) => guarded(refusals, 'commands', work)
  const untold = () => attempt(store.untold) ?? []

  /** The place that it is about to have is written down just before: a crash neither loses nor doubles it. */
  const tell: Telling['tell'] = (outcome, key) => {
    const time = { at: clock.now(), mono: clock.monotonic(), quality: clock.quality() }
    if (key === undefined) {
      void outbox.alarm(outcome, time).then((kept) => {
        if (!kept.ok) refusals.note(kept.error, 'commands')
      })
      return
    }
    underWay.add(key)
    const placed = (place: AlarmPlace) => attempt(() => store.place(key, place))
    void outbox.alarm(outcome, time, placed).then((kept) => {
      underWay.delete(key)
      if (kept.ok) attempt(() => store.kept(key))
      else refusals.note(kept.error, 'commands')
    })
  }

  return {
    tell,
    sweep() {
      const epoch = outbox.epoch()
      const oldest = outbox.lanes().find(({ lane }) => lane === 'alarm')?.oldest ?? 0
      for (const { key, outcome, place, kept } of untold()) {
        if (underWay.has(key)) continue
        if (!kept && (place === null || !outbox.holds(place))) {
          // Its number may soon be another's, and it may have to wait longer than that for one of its own.
          if (place !== null) attempt(() => store.place(key, null))
          tell(outcome, key)
        }
        // What was of another epoch, the outbox carries on as far as it could save it.
        else if (place !== null && epoch !== undefined && (place.epoch !== epoch || place.seq < oldest))
          attempt(() => store.told(key))
        else if (!kept) attempt(() => store.kept(key))
      }
    },
    waitsFor: (command) => untold().some(({ outcome }) => outcome.command === command),
  }
}
