import Type, { type Static } from 'typebox'

/** What a city uses its nodes for: an account may be limited to some of it. */
export const Vertical = Type.Union([Type.Literal('flood'), Type.Literal('lighting')])
export type Vertical = Static<typeof Vertical>
