import type { Greenhouse } from '../../../core/documents/greenhouse.ts'
import type { WaterAmount } from '../../../core/wire/commands.ts'
import type { CommonInput } from '../controller.ts'

/** Water for one zone, as a person asks for it. */
export interface WaterOrder {
  readonly zone: string
  readonly amount: WaterAmount
  readonly recipe?: string
  readonly who: string
  readonly why: string
  /** Id of the command that asks it: the same again changes nothing. */
  readonly order: string
}

/** What can happen to a greenhouse. A tick must come at least once a second: runs, doses and faults live on it. */
export type GreenhouseInput =
  | CommonInput<Greenhouse>
  | ({ readonly type: 'water' } & WaterOrder)
  /** Ends what a zone has running and waiting; without one, all water, and programs wait until `water-resume`. */
  | { readonly type: 'water-stop'; readonly zone?: string; readonly who: string }
  | { readonly type: 'water-resume'; readonly who: string }
  /** A person has looked after what an interlock had latched, and freed it. */
  | {
      readonly type: 'interlock-reset'
      readonly device: string
      readonly output: string
      readonly who: string
    }
  /** The next start of a program is left out. */
  | { readonly type: 'program-skip'; readonly program: string; readonly who: string }
