import type { Language } from '../../../core/text.ts'
import type { Format } from '../../../page/format.ts'
import type { LinkState } from '../../../page/live/feed.ts'
import type { GreenhouseView, PanelState, SessionView } from '../api-types.ts'
import type { Say } from './words.ts'

/** What a view needs in order to speak: the words and the numbers of one language. */
export interface Voice {
  readonly language: Language
  readonly say: Say
  readonly format: Format
}

export type Person = NonNullable<SessionView['signedIn']>

/** One look at the world, given to `update` whenever something in it changed, and each second. */
export interface Scene {
  /** Undefined until the node has been heard at all. */
  readonly state: PanelState | undefined
  /** The greenhouse that is looked at. */
  readonly house: GreenhouseView | undefined
  readonly link: LinkState
  /** How long ago the node was heard, ms; null for never. */
  readonly age: number | null
  /** The node's time. */
  readonly now: number
}
