import type { OrderView, StreetView } from '../../../api/lighting-schema.ts'
import type { Context } from '../../context.ts'
import type { Voices } from '../../parts/lighting/lamp-look.ts'
import type { PartView } from '../parted-page.ts'

/** What every part of the lighting page is given. */
export interface LightContext extends Context, Voices {}

/** A street, and the orders that are given for it. */
export interface LitStreet {
  readonly street: StreetView
  readonly orders: readonly OrderView[]
}
export type StreetPartView = PartView<LitStreet>
