import type { Clock } from '../../../core/clock.ts'
import type { Language } from '../../../core/text.ts'
import type { Format } from '../../../page/format.ts'
import type { LinkState } from '../../../page/live/feed.ts'
import type { ServerTime } from '../../../page/live/server-time.ts'
import type { Preferences } from '../../../page/preferences.ts'
import type { GreenhouseView, PanelState, SessionView } from '../api-types.ts'
import type { Api } from './api.ts'
import type { Documents } from './live/documents.ts'
import type { Say } from './words.ts'

/** What a view needs in order to speak: the words and the numbers of one language. */
export interface Voice {
  readonly language: Language
  readonly say: Say
  readonly format: Format
}

export type Person = NonNullable<SessionView['signedIn']>

/** What every view is given: how to speak, where to ask, what time it is at the node, and who is there. */
export interface Context {
  readonly voice: Voice
  readonly api: Api
  readonly clock: Clock
  readonly time: ServerTime
  readonly documents: Documents
  readonly person: Person
  readonly preferences: Preferences
  prefer(change: Partial<Preferences>): void
  /** The scene of the moment, for what happens at a press. */
  scene(): Scene
  /** Tells how something went, to eyes and ears, over the page's foot. */
  notice(text: string, tone: 'good' | 'bad'): void
  goTo(hash: string): void
  signOut(): void
}

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

export interface View {
  readonly element: HTMLElement
  readonly title: string
  update(scene: Scene): void
  /** Whether it may be closed: it asks whoever looks, where something would be lost. */
  leave?(): Promise<boolean>
  /** Lets go of charts and timers. */
  close?(): void
}
