import type { Mono } from '../../../core/clock.ts'
import type { Unit } from './unit.ts'

/** So many polls in a row without an answer, and a unit is down. */
const DOWN_AFTER = 3
const FIRST_PROBE_MS = 5_000
/** A module that puts its lamps out over a power cut is told again soon after it. */
const LONGEST_PROBE_MS = 60_000
/** Units that are down take at most this share of the line's time, however many they are. */
const DOWN_SHARE = 0.1
/** While the line itself is down a question costs nothing; it may be back at any moment. */
const LINE_RETRY_MS = 2_000
/** Cycles are looked back on for this long. */
const WINDOW_MS = 60_000

/** Which unit is asked next, so that a dead one never slows the living. */
export interface Schedule {
  /** The unit whose turn it is, and in how many ms. */
  next(now: Mono): { readonly unit: Unit; readonly inMs: number } | undefined
  /** It answered the poll that began then; true when it was down. */
  answered(unit: Unit, began: Mono): boolean
  /** It did not; true when it went down by that. */
  unanswered(
    unit: Unit,
    poll: { readonly began: Mono; readonly now: Mono; readonly lineDown: boolean },
  ): boolean
  down(): number
  /** The longest time that a living unit waited from one poll to the next, of late. */
  cycle_s(): number
}

export function createSchedule(units: readonly Unit[]): Schedule {
  /** Before then no unit that is down is asked. */
  let probesFrom = Number.NEGATIVE_INFINITY
  const cycles: { readonly at: Mono; readonly ms: number }[] = []

  const readyAt = (unit: Unit): number => (unit.down ? Math.max(unit.dueAt, probesFrom) : unit.dueAt)

  return {
    next(now) {
      let first: Unit | undefined
      for (const unit of units) {
        if (first === undefined || readyAt(unit) < readyAt(first)) first = unit
      }
      return first === undefined ? undefined : { unit: first, inMs: Math.max(0, readyAt(first) - now) }
    },
    answered(unit, began) {
      if (unit.polledAt !== undefined) cycles.push({ at: began, ms: began - unit.polledAt })
      while ((cycles[0]?.at ?? began) < began - WINDOW_MS) cycles.shift()
      unit.polledAt = began
      // What could not be asked in time is not asked twice as often afterwards.
      unit.dueAt = Math.max(unit.dueAt + unit.periodMs, began) as Mono
      const returned = unit.down
      unit.unanswered = 0
      unit.down = false
      unit.probes = 0
      return returned
    },
    unanswered(unit, { began, now, lineDown }) {
      unit.unanswered++
      unit.polledAt = undefined
      const wentDown = !unit.down && unit.unanswered >= DOWN_AFTER
      if (wentDown) unit.down = true
      if (lineDown) unit.dueAt = (now + Math.min(unit.periodMs, LINE_RETRY_MS)) as Mono
      else if (unit.down) {
        const waitMs = Math.min(FIRST_PROBE_MS * 2 ** unit.probes, LONGEST_PROBE_MS)
        unit.probes = Math.min(unit.probes + 1, 16)
        unit.dueAt = (now + waitMs) as Mono
        probesFrom = now + ((now - began) * (1 - DOWN_SHARE)) / DOWN_SHARE
      } else unit.dueAt = Math.max(unit.dueAt + unit.periodMs, now) as Mono
      return wentDown
    },
    down: () => units.filter(({ down }) => down).length,
    cycle_s: () => Math.max(0, ...cycles.map(({ ms }) => ms)) / 1_000,
  }
}
