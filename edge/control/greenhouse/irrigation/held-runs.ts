import type { InterlockReport } from '../../controller.ts'
import type { Draft } from '../draft.ts'
import { PATIENCE } from '../interlocks.ts'
import { placeKey } from '../layout.ts'
import { endTurn, isActive } from './runs.ts'

/** For a rest that is over as soon as this no valve is shut. */
const SHORT_REST_S = 30

/** Ends what cannot go on. The pump serves all runs, a valve its own; dosing pumps are the doser's to see to. */
export function endHeldRuns(draft: Draft, report: InterlockReport): void {
  if (report.event === 'free') return
  const key = placeKey(report)
  const { pump } = draft.house.water
  const all = pump !== undefined && placeKey(pump) === key
  for (const run of draft.runs.filter(isActive)) {
    const valve = draft.layout.zone(run.zone)?.valve
    if (!all && (valve === undefined || placeKey(valve) !== key)) continue
    const waits = PATIENCE.has(report.name) && report.event !== 'latched'
    if (waits && report.left_s !== undefined && report.left_s <= SHORT_REST_S) continue
    if (waits) endTurn(draft, run, null)
    else endTurn(draft, run, 'interlock', report.text)
  }
}
