import type { Fault } from '../../core/errors.ts'

/** What is told with an outcome that is no fault. */
export type Details = Readonly<Record<string, string | number>>

/** How an action ended. */
export type End =
  | { readonly outcome: 'done'; readonly details?: Details }
  | { readonly outcome: 'refused' | 'failed'; readonly problem: Fault }

/** It is under way. */
export interface Begun {
  readonly outcome: 'accepted'
  readonly details?: Details
}
