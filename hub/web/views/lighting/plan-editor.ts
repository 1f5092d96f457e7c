import type { StreetView } from '../../../api/lighting-schema.ts'
import type { Plan } from './plan-content.ts'

/** What an editor of a part of the plan is given: the draft as it stands, and how to change it. */
export interface Drafting {
  readonly plan: () => Plan
  readonly street: () => StreetView
  readonly now: () => number
  /** `shape`: lines came or went, so that all editors are drawn anew; the element of this id is focused then. */
  edit(change: (plan: Plan) => Plan, shape?: { readonly focus?: string }): void
}

/** One section of the form. `draw` builds it from the draft; `retell` only brings derived pictures up to date. */
export interface PlanEditor {
  readonly element: HTMLElement
  draw(): void
  retell(): void
  /** A problem that the hub found in this section; empty for none. */
  complain(reason: string): void
}
