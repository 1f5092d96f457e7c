import Type, { type Static } from 'typebox'
import type { Interlock } from '../define.ts'
import { anyOpen, needs, Place, point, Supply, seconds, strict, supplyInterlocks } from './wiring.ts'

/**
 * A pump that pushes water through valves: it runs dry within seconds, bursts what is shut, and wears out by its starts.
 * Starts and rest by the motor's data sheet; left out, what small induction motors bear.
 */
export const WaterPump = Type.Object(
  {
    kind: Type.Literal('water-pump'),
    ...Place.properties,
    /** One of these is known to be open for `lead_s` before it begins, and while it runs. */
    valves: Type.Array(Place, { minItems: 1, maxItems: 64 }),
    lead_s: seconds(3, 0, 600),
    /** A valve that is read back and was not heard for this long is not known to be open. */
    valve_fresh_s: seconds(1_800, 10),
    ...Supply,
    /**
     * Below `least_Lmin` at `within_s` after the start, or for `lost_s` later, it has run dry: it stays off. A meter that is
     * not heard ends the run as well, but proves nothing: heard for `heard_s` without a gap, the pump may begin again.
     */
    flow: Type.Optional(
      point(
        {
          least_Lmin: Type.Number({ exclusiveMinimum: 0 }),
          within_s: seconds(10, 5, 300),
          lost_s: seconds(3, 0, 4),
          heard_s: seconds(10, 0, 600),
        },
        15,
      ),
    ),
    /** kPa. Above `most` at any time; below `least` once `within_s` have passed. Not heard: as of the flow. */
    pressure: Type.Optional(
      point(
        {
          most: Type.Optional(Type.Number()),
          least: Type.Optional(Type.Number()),
          within_s: seconds(20, 5, 300),
          for_s: seconds(2, 0, 4),
          heard_s: seconds(10, 0, 600),
        },
        30,
      ),
    ),
    longest_run_s: seconds(14_400, 1),
    /** After its longest run. */
    long_rest_s: seconds(300),
    rest_s: seconds(20),
    starts_per_hour: Type.Integer({ minimum: 1, maximum: 120, default: 20 }),
  },
  strict,
)
export type WaterPump = Static<typeof WaterPump>

export function waterPumpInterlocks(pump: WaterPump): readonly Interlock[] {
  return [
    needs('valve-open', anyOpen(pump.valves, pump.lead_s, pump.valve_fresh_s), {
      vi: 'Chưa có van nào chắc chắn đang mở',
      en: 'No valve is known to be open',
    }),
    ...supplyInterlocks(pump),
    ...dryRun(pump),
    ...pressure(pump),
    { kind: 'longest-run', run_s: pump.longest_run_s, rest_s: pump.long_rest_s },
    { kind: 'minimum-rest', rest_s: pump.rest_s },
    { kind: 'starts-limit', most: pump.starts_per_hour, per_s: 3_600 },
  ]
}

function dryRun({ flow }: WaterPump): readonly Interlock[] {
  if (flow === undefined) return []
  const { least_Lmin, within_s, lost_s, heard_s, ...where } = flow
  const text = {
    vi: `Chạy khô: không có ${least_Lmin} L/phút sau ${within_s} giây`,
    en: `Runs dry: no ${least_Lmin} L/min after ${within_s} s`,
  }
  const patience = { after_s: within_s - lost_s, for_s: lost_s, latch: true }
  return [
    needs('flow-lost', { of: 'point', ...where, for_s: heard_s }, FLOW_LOST, { for_s: lost_s }),
    needs('dry-run', { of: 'point', ...where, min: least_Lmin }, text, patience),
  ]
}

function pressure({ pressure: wired }: WaterPump): readonly Interlock[] {
  if (wired === undefined) return []
  const { most, least, within_s, for_s, heard_s, ...where } = wired
  const high = {
    vi: `Áp suất trên ${most} kPa, hoặc mất tín hiệu áp suất: có thể van kẹt hoặc lọc tắc`,
    en: `The pressure is above ${most} kPa, or is not heard: a valve may be stuck or a filter blocked`,
  }
  const low = {
    vi: `Áp suất dưới ${least} kPa: có thể vỡ ống hoặc bơm mất nước`,
    en: `The pressure is below ${least} kPa: a pipe may have burst, or the pump has lost its water`,
  }
  const list: Interlock[] = []
  if (most !== undefined)
    list.push(needs('pressure-high', { of: 'point', ...where, max: most }, high, { for_s }))
  if (least !== undefined) {
    const patience = { after_s: within_s - for_s, for_s, latch: true }
    list.push(needs('pressure-lost', { of: 'point', ...where, for_s: heard_s }, PRESSURE_LOST, { for_s }))
    list.push(needs('pressure-low', { of: 'point', ...where, min: least }, low, patience))
  }
  return list
}

const FLOW_LOST = {
  vi: 'Mất tín hiệu đồng hồ nước, không biết nước có chảy không',
  en: 'The flow meter is not heard: nobody knows whether water flows',
}
const PRESSURE_LOST = {
  vi: 'Mất tín hiệu áp suất',
  en: 'The pressure is not heard',
}
