import Type, { type Static } from 'typebox'
import type { Interlock, OutputPlace } from '../define.ts'
import { Place, seconds, strict } from './wiring.ts'

/** A valve that waters a zone: no water runs on, and it shuts behind the pump, not against it. */
export const ZoneValve = Type.Object(
  {
    kind: Type.Literal('zone-valve'),
    ...Place.properties,
    longest_run_s: seconds(14_400, 1),
    rest_s: seconds(5),
    /** It shuts this long after the pump is known to rest, and this long after it should have in any case. */
    after_pump_s: seconds(2, 0, 60),
    most_s: seconds(45, 1, 600),
  },
  strict,
)
export type ZoneValve = Static<typeof ZoneValve>

/** `pumps`: those that push through it. */
export function zoneValveInterlocks(
  { longest_run_s, rest_s, after_pump_s, most_s }: ZoneValve,
  pumps: readonly OutputPlace[],
): readonly Interlock[] {
  const outlasts: Interlock = { kind: 'outlasts', others: pumps, for_s: after_pump_s, most_s }
  return [{ kind: 'longest-run', run_s: longest_run_s, rest_s }, ...(pumps.length === 0 ? [] : [outlasts])]
}
