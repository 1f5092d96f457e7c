import type { SensorPoint } from '../../core/documents/greenhouse-doubts.ts'
import type { Now } from '../control/controller.ts'
import { openDraft } from '../control/greenhouse/draft.ts'
import { keyOf } from '../control/greenhouse/layout.ts'
import { sensed } from '../control/greenhouse/sensors.ts'
import type { GreenhouseState } from '../control/greenhouse/state.ts'

/** Tells of a sensor whether nothing is measured by it now. Of one that the greenhouse does not listen to nobody knows. */
export function silentSensors(state: GreenhouseState, now: Now): (point: SensorPoint) => boolean {
  const draft = openDraft(state, now)
  return (point) => draft.layout.sensors.has(keyOf(point)) && sensed(draft, point) === null
}
