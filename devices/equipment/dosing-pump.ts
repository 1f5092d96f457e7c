import Type, { type Static } from 'typebox'
import type { Interlock, OutputPlace } from '../define.ts'
import { anyOpen, needs, Place, point, seconds, strict } from './wiring.ts'

/** A pump that doses fertiliser, acid or base into flowing water: never into standing water, never too much of it. */
export const DosingPump = Type.Object(
  {
    kind: Type.Literal('dosing-pump'),
    ...Place.properties,
    valves: Type.Array(Place, { minItems: 1, maxItems: 64 }),
    valve_fresh_s: seconds(1_800, 10),
    /** At least so much has flowed for `for_s` before it begins. */
    flow: point({ least_Lmin: Type.Number({ exclusiveMinimum: 0 }), for_s: seconds(5, 0, 300) }, 15),
    /** Acid and base, A and B: these rest, and have for `flush_s`, while this one runs; and the other way round. */
    never_with: Type.Array(Place, { maxItems: 16, default: [] }),
    flush_s: seconds(30, 0, 3_600),
    longest_pulse_s: seconds(120, 1, 3_600),
    rest_s: seconds(2),
    /** Within any 24 hours, over restarts too. */
    daily_s: Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 86_400 }),
  },
  strict,
)
export type DosingPump = Static<typeof DosingPump>

const DAY_S = 86_400

/** `apart`: the channels that it never runs with, named by either. */
export function dosingPumpInterlocks(pump: DosingPump, apart: readonly OutputPlace[]): readonly Interlock[] {
  const { least_Lmin, for_s, ...where } = pump.flow
  return [
    needs('valve-open', anyOpen(pump.valves, 0, pump.valve_fresh_s), {
      vi: 'Chưa có van nào chắc chắn đang mở',
      en: 'No valve is known to be open',
    }),
    needs(
      'flow',
      { of: 'point', ...where, min: least_Lmin, for_s },
      {
        vi: `Nước chưa chảy đủ ${least_Lmin} L/phút trong ${for_s} giây`,
        en: `No ${least_Lmin} L/min have flowed for ${for_s} s`,
      },
    ),
    ...apart.map(({ device, output }, index) =>
      needs(
        `apart-${index + 1}`,
        { of: 'output', device, output, is: 'rest', for_s: pump.flush_s },
        {
          vi: `Không châm cùng ${device}/${output}: kênh đó phải nghỉ ${pump.flush_s} giây trước`,
          en: `Never dosed with ${device}/${output}: that one rests for ${pump.flush_s} s before`,
        },
      ),
    ),
    { kind: 'longest-run', run_s: pump.longest_pulse_s, rest_s: pump.rest_s },
    { kind: 'minimum-rest', rest_s: pump.rest_s },
    { kind: 'run-budget', run_s: pump.daily_s, per_s: DAY_S },
  ]
}
