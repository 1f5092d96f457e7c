import Type, { type Static } from 'typebox'
import type { Interlock } from '../define.ts'
import { needs, Place, point, Supply, seconds, strict, supplyInterlocks } from './wiring.ts'

/** Mist nozzles: wet leaves breed fungus, and a mister that is forgotten floods the house. */
export const Mister = Type.Object(
  {
    kind: Type.Literal('mister'),
    ...Place.properties,
    /** Never above so many percent. */
    humidity: Type.Optional(point({ most: Type.Number({ minimum: 1, maximum: 99 }) }, 600)),
    ...Supply,
    longest_run_s: seconds(120, 1, 3_600),
    rest_s: seconds(30, 1),
  },
  strict,
)
export type Mister = Static<typeof Mister>

export function misterInterlocks(mister: Mister): readonly Interlock[] {
  const { humidity, longest_run_s, rest_s } = mister
  return [
    ...supplyInterlocks(mister),
    ...(humidity === undefined ? [] : [damp(humidity)]),
    { kind: 'longest-run', run_s: longest_run_s, rest_s },
    { kind: 'minimum-rest', rest_s },
  ]
}

function damp({ most, ...where }: NonNullable<Mister['humidity']>): Interlock {
  return needs(
    'humidity',
    { of: 'point', ...where, max: most },
    {
      vi: `Độ ẩm không khí trên ${most} %, hoặc mất tín hiệu độ ẩm`,
      en: `The air is above ${most} % humidity, or its humidity is not heard`,
    },
  )
}
