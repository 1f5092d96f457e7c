import Type, { type Static } from 'typebox'
import type { Interlock } from '../define.ts'
import { Place, seconds, strict } from './wiring.ts'

/** What only wears by being switched: fans, shade motors, lamps. It stays as it is rather than to change too often. */

const motor = <K extends string>(kind: K, most: number) =>
  Type.Object(
    {
      kind: Type.Literal(kind),
      ...Place.properties,
      /** Changes of its value within any `per_s`; each step of a variable speed is one. */
      changes: Type.Integer({ minimum: 1, maximum: 3_600, default: most }),
      per_s: seconds(3_600, 60),
    },
    strict,
  )

export const Fan = motor('fan', 30)
export const Shade = motor('shade', 12)
export const GrowLamp = motor('grow-lamp', 6)
export type Motor = Static<typeof Fan> | Static<typeof Shade> | Static<typeof GrowLamp>

export function motorInterlocks({ changes, per_s }: Motor): readonly Interlock[] {
  return [{ kind: 'switching-limit', most: changes, per_s }]
}
