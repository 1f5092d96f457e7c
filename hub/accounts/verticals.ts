import Type, { type Static } from 'typebox'

/** What a city uses its nodes for: an account may be limited to some of it. */
export const Vertical = Type.Enum(['flood', 'lighting', 'farm'])
export type Vertical = Static<typeof Vertical>

/**
 * Whether who is limited to `own` (everything where it is left out) may touch what belongs to `touched`: to all of it,
 * and what belongs to nothing that the hub knows is only for those without a limit.
 */
export function mayTouch(own: readonly Vertical[] | undefined, touched: ReadonlySet<Vertical>): boolean {
  if (own === undefined) return true
  return touched.size > 0 && [...touched].every((vertical) => own.includes(vertical))
}
