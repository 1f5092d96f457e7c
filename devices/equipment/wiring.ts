import Type, { type Static, type TSchema } from 'typebox'
import { CHANNEL_PATTERN, ID_PATTERN } from '../../core/ids.ts'
import type { Interlock, Need } from '../define.ts'

/** What the wiring of every kind of equipment is made of. */

export const strict = { additionalProperties: false } as const
const Id = Type.String({ pattern: ID_PATTERN })
const Channel = Type.String({ maxLength: 60, pattern: CHANNEL_PATTERN })
export const Place = Type.Object({ device: Id, output: Channel }, strict)
export type Place = Static<typeof Place>

export const seconds = (usual: number, minimum = 0, maximum = 86_400) =>
  Type.Number({ minimum, maximum, default: usual })

/** A point that is believed for so long after it was heard. */
export const point = <P extends Record<string, TSchema>>(properties: P, fresh_s: number) =>
  Type.Object({ device: Id, channel: Channel, fresh_s: seconds(fresh_s, 1), ...properties }, strict)

/** The water that a pump draws from: a float that is wet, a level that is high enough. */
export const Supply = {
  float: Type.Optional(
    point(
      {
        /** What the channel says while it is wet. */
        wet: Type.Enum([0, 1], { default: 1 }),
        /** Dry, or not heard, for less than this ends no run: water sloshes. To begin one it is wet. */
        slosh_s: seconds(2, 0, 5),
      },
      30,
    ),
  ),
  tank: Type.Optional(point({ least: Type.Number({ minimum: 0, maximum: 100 }) }, 600)),
}

interface SupplyWiring {
  readonly float?: {
    readonly device: string
    readonly channel: string
    readonly fresh_s: number
    readonly wet: number
    readonly slosh_s: number
  }
  readonly tank?: {
    readonly device: string
    readonly channel: string
    readonly fresh_s: number
    readonly least: number
  }
}

export function supplyInterlocks({ float, tank }: SupplyWiring): readonly Interlock[] {
  const list: Interlock[] = []
  if (float !== undefined) {
    const { wet, slosh_s, ...where } = float
    list.push(
      needs(
        'low-water',
        { of: 'point', ...where, min: wet, max: wet },
        {
          vi: 'Phao báo bồn cạn, hoặc mất tín hiệu phao',
          en: 'The float says that the tank is empty, or is not heard',
        },
        { for_s: slosh_s },
      ),
    )
  }
  if (tank !== undefined) {
    const { least, ...where } = tank
    list.push(
      needs(
        'tank-low',
        { of: 'point', ...where, min: least },
        {
          vi: `Bồn còn dưới ${least} %, hoặc mất tín hiệu đo mức`,
          en: `The tank is below ${least} %, or its level is not heard`,
        },
      ),
    )
  }
  return list
}

/** A need without patience and without a latch, unless it says otherwise. */
export function needs(
  name: string,
  need: Need,
  text: Extract<Interlock, { kind: 'needs' }>['text'],
  more: Partial<Pick<Extract<Interlock, { kind: 'needs' }>, 'after_s' | 'for_s' | 'latch'>> = {},
): Interlock {
  return { kind: 'needs', name, need, after_s: 0, for_s: 0, latch: false, ...more, text }
}

/** One of the valves has been known to be open for so long. */
export function anyOpen(valves: readonly Place[], for_s: number, fresh_s: number): Need {
  return {
    of: 'any',
    needs: valves.map(({ device, output }) => ({ of: 'output', device, output, is: 'away', for_s, fresh_s })),
  }
}
