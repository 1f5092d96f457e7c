import Type, { type Static } from 'typebox'

/** Whose edit a document is: kept in it under this key, beside what it says. */
export const EDIT_KEY = '$edit'

const strict = { additionalProperties: false } as const

/** Documents of one unit. */
export const UNIT_MAX = 32

/** Documents that were written together: nobody takes one into force before all of `of` have arrived. */
export const Unit = Type.Object(
  {
    id: Type.String({ minLength: 1, maxLength: 40 }),
    /** Ids without the edge: `flood-station:dong-ha`. */
    of: Type.Array(Type.String({ minLength: 3, maxLength: 120 }), { minItems: 1, maxItems: UNIT_MAX }),
    /** Which generation of each, in the same order, it is: a later one is known to follow it without its text. */
    generations: Type.Optional(Type.Array(Type.Integer({ minimum: 1 }), { minItems: 1, maxItems: UNIT_MAX })),
  },
  strict,
)
export type Unit = Static<typeof Unit>

export const Edit = Type.Object(
  {
    /** UTC by the clock of the side that edited; how much it is worth says `clock`. */
    at: Type.Integer(),
    by: Type.String({ minLength: 1, maxLength: 60 }),
    side: Type.Union([Type.Literal('edge'), Type.Literal('hub')]),
    clock: Type.Union([Type.Literal('synced'), Type.Literal('holdover'), Type.Literal('unknown')]),
    unit: Type.Optional(Unit),
  },
  strict,
)
export type Edit = Static<typeof Edit>
export type EditSide = Edit['side']

export type Body = Readonly<Record<string, unknown>>

/** What a document says, without whose edit it is. */
export function contentOf(body: Body): Body {
  const { [EDIT_KEY]: _edit, ...content } = body
  return content
}

export function withEdit(content: Body, edit: Edit): Body {
  return { ...content, [EDIT_KEY]: edit }
}
