import Type, { type Static } from 'typebox'
import { CHANNEL_PATTERN, ID_PATTERN } from '../ids.ts'

const DAY_S = 86_400

/** Longer than this nobody holds an output by hand: whoever needs it asks again. */
export const HOLD_S_MAX = 30 * DAY_S

/** An output that a person has taken over by hand: `hold:{device}/{output}`. */
export const Hold = Type.Object(
  {
    kind: Type.Literal('hold'),
    device: Type.String({ pattern: ID_PATTERN }),
    output: Type.String({ maxLength: 60, pattern: CHANNEL_PATTERN }),
    value: Type.Number(),
    /** UTC by the clock of who made it; with that clock unknown, only `for_s` means anything. */
    until: Type.Integer(),
    for_s: Type.Integer({ minimum: 1, maximum: HOLD_S_MAX }),
    who: Type.String({ minLength: 1, maxLength: 60 }),
    why: Type.String({ maxLength: 200 }),
    /** Where and when it was made by hand: within that boot its end is counted by the monotonic clock. */
    made: Type.Optional(
      Type.Object(
        { boot: Type.String({ maxLength: 40 }), mono: Type.Number() },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
)
export type Hold = Static<typeof Hold>

export function holdId({ device, output }: Pick<Hold, 'device' | 'output'>): string {
  return `hold:${device}/${output}`
}
