import type { Clock } from '../../../core/clock.ts'

/** The last events of each node and of the hub: what a failing run writes down. */
export interface Trace {
  note(who: string, what: string): void
  of(who: string): readonly string[]
}

const KEPT = 2_000

export function createTrace(world: Clock): Trace {
  const lines = new Map<string, string[]>()
  return {
    note(who, what) {
      const own = lines.get(who) ?? []
      lines.set(who, own)
      own.push(`${new Date(world.now()).toISOString()}  ${what}`)
      if (own.length > 2 * KEPT) own.splice(0, KEPT)
    },
    of: (who) => lines.get(who)?.slice(-KEPT) ?? [],
  }
}
