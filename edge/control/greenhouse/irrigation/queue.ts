import { fitsBeside } from '../../../../core/documents/greenhouse-plan.ts'
import type { Draft } from '../draft.ts'
import { usualFlow } from '../flow.ts'
import { heldBack } from '../interlocks.ts'
import type { Run } from '../state.ts'
import { beginTurn, endTurn, finish, isActive, isMoist, turnLeft } from './runs.ts'

/** Who waters next: in the order of asking, people before programs, as many at once as the water allows. */

/** What has waited so long for a pump or a valve that is held back is given up: the plan has moved on. */
export const LATE_MS = 2 * 3_600_000

export function followQueue(draft: Draft): void {
  dropLate(draft)
  if (draft.paused !== null) return
  const waiting = draft.runs
    .filter((run) => run.phase === 'queued' || run.phase === 'soaking')
    .toSorted((one, other) => rankOf(one) - rankOf(other) || one.queuedT - other.queuedT || one.id - other.id)
  for (const run of waiting) {
    if (run.phase === 'soaking' && run.readyT > draft.t) continue
    const zone = draft.layout.zone(run.zone)
    if (zone === undefined) {
      finish(draft, run, 'edited')
      continue
    }
    const left = turnLeft(draft, run, zone)
    // Less than a second is no turn.
    if (isMoist(draft, run) || left.s < 1) {
      finish(draft, run, isMoist(draft, run) ? 'moist' : (left.end ?? 'done'))
      continue
    }
    if (holderOf(draft, run) !== undefined) continue
    const active = draft.runs.filter(isActive)
    if (active.some((other) => other.zone === run.zone)) continue
    // Nobody overtakes one that waits for more water than is left: it would wait for ever.
    if (
      !fitsBeside(
        active.map((one) => turnOf(draft, one)),
        turnOf(draft, run),
        draft.house.water.gives_Lmin,
      )
    )
      return
    beginTurn(draft, run)
  }
}

/** The interlock that keeps a run waiting: of the pump, or of its own valve. */
export function holderOf(draft: Pick<Draft, 'house' | 'layout' | 'interlocks' | 't'>, run: Run) {
  const { pump } = draft.house.water
  const valve = draft.layout.zone(run.zone)?.valve
  return (
    (pump === undefined ? undefined : heldBack(draft, pump)) ??
    (valve === undefined ? undefined : heldBack(draft, valve))
  )
}

/** What is fed flows to every zone that is open: a run with a recipe waters alone. */
function turnOf(draft: Draft, run: Run) {
  const nominal = draft.layout.zone(run.zone)?.flow_Lmin ?? 0
  return { flow_Lmin: Math.max(nominal, usualFlow(draft, run.zone)), alone: run.recipe !== null }
}

function rankOf({ cause }: Run): number {
  return cause === 'person' ? 0 : 1
}

function dropLate(draft: Draft): void {
  for (const run of draft.runs) {
    const held = isActive(run) ? undefined : holderOf(draft, run)
    if (held === undefined) continue
    const since = Math.max(held.sinceT, run.queuedT, run.readyT)
    if (draft.t - since >= LATE_MS) endTurn(draft, run, run.s > 0 ? 'interlock' : 'missed', held.text)
  }
}
