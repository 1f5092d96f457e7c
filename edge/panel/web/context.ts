import type { Random } from '../../../core/random.ts'
import type { ServerTime } from '../../../page/live/server-time.ts'
import type { Preferences } from '../../../page/preferences.ts'
import type { Api } from './api.ts'
import type { Documents } from './live/documents.ts'
import type { Under } from './parts/sheet.ts'
import type { Person, Scene } from './scene.ts'

/** What every view is given: how to speak, where to ask, what time it is at the node, and who is there. */
export interface Context extends Under {
  readonly api: Api
  readonly random: Random
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

export interface View {
  readonly element: HTMLElement
  readonly title: string
  update(scene: Scene): void
  /** Whether it may be closed: it asks whoever looks, where something would be lost. */
  leave?(): Promise<boolean>
  /** Lets go of charts and timers. */
  close?(): void
}
