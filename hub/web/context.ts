import type { Clock } from '../../core/clock.ts'
import type { Random } from '../../core/random.ts'
import type { LinkState } from '../../page/live/feed.ts'
import type { ServerTime } from '../../page/live/server-time.ts'
import type { AlertView } from '../api/schema.ts'
import type { Account } from './account.ts'
import type { Api } from './api.ts'
import type { Model } from './live/model.ts'
import type { Voice } from './wording.ts'

/** What every view is given: how to speak, where to ask, and what time it is at the hub. */
export interface Context {
  readonly voice: Voice
  readonly api: Api
  readonly clock: Clock
  readonly random: Random
  readonly time: ServerTime
  /** Sends an acknowledgement; the outcome comes back as a sentence when it failed. */
  acknowledge(alert: AlertView): Promise<string | undefined>
}

/** One look at the world, given to `update` whenever something in it changed. */
export interface Scene {
  readonly model: Model
  readonly link: LinkState
  /** Hub time at which the page last heard from the hub. */
  readonly heardAt: number | null
  readonly now: number
  readonly speed: number
  /** Who looks; undefined before the hub has said so. */
  readonly account: Account | undefined
}

export interface View {
  readonly element: HTMLElement
  readonly title: string
  update(scene: Scene): void
  /** Whether it may be closed: it asks whoever looks, where something would be lost. */
  leave?(): Promise<boolean>
  /** Lets go of maps, charts and timers. */
  close?(): void
}
