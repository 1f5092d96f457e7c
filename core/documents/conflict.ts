import Type, { type Static } from 'typebox'
import { Edit } from './edit.ts'

const strict = { additionalProperties: false } as const

/** Fields listed in one conflict; a document that differs in more is restored by hand. */
export const LOST_MAX = 200

/** An edit that a merge did not take: kept on both sides until somebody restores or dismisses it. */
export const Conflict = Type.Object(
  {
    kind: Type.Literal('conflict'),
    /** The document, without its edge: `flood-station:dong-ha`. */
    of: Type.String({ minLength: 3, maxLength: 120 }),
    /** The losing revision. */
    rev: Type.String({ maxLength: 60 }),
    /** Whose edit it was; left out where the revision did not say. */
    edit: Type.Optional(Edit),
    at: Type.Integer(),
    lost: Type.Array(
      Type.Object(
        {
          path: Type.Array(Type.String({ maxLength: 200 }), { maxItems: 16 }),
          kept: Type.Optional(Type.Unknown()),
          lost: Type.Optional(Type.Unknown()),
        },
        strict,
      ),
      { maxItems: LOST_MAX },
    ),
    /** Why it was not taken where not a rule decided: the merged or the edited document did not hold together. */
    reason: Type.Optional(
      Type.Object(
        {
          code: Type.String({ maxLength: 60 }),
          details: Type.Record(Type.String({ maxLength: 40 }), Type.Union([Type.String(), Type.Number()])),
        },
        strict,
      ),
    ),
  },
  strict,
)
export type Conflict = Static<typeof Conflict>

export function conflictId(of: string, rev: string): string {
  return `conflict:${of}:${rev}`
}
