import type { LightingStreet } from '../../../core/documents/lighting-street.ts'
import type { LightTarget } from '../../../core/wire/commands.ts'
import type { CommonInput } from '../controller.ts'

/** Lamps at a level, as a person asks for it; kept until `forS` is over, or with null until it is released. */
export interface LightOrder {
  /** Id of the command that asks it: the same again changes nothing. */
  readonly command: string
  /** Of two the higher is the newer. */
  readonly order: number
  readonly who: string
  readonly why: string
  readonly target: LightTarget
  /** Percent of light. */
  readonly level: number
  readonly forS: number | null
  readonly emergency: boolean
  /** It stands above a manual hold of a lamp at the site. */
  readonly override?: boolean
}

/** What can happen to a street. A tick must come at least once a second: nights, holds, faults and energy live on it. */
export type LightingInput =
  | CommonInput<LightingStreet>
  | ({ readonly type: 'light' } & LightOrder)
  /** Ends what `command` asked (an undo), or all that older orders than this one ask of the target. */
  | {
      readonly type: 'light-release'
      readonly order: number
      readonly target?: LightTarget
      readonly command?: string
    }
