import type { ClockQuality, Utc } from '../../core/clock.ts'
import type { Conflict } from '../../core/documents/conflict.ts'
import type { Greenhouse } from '../../core/documents/greenhouse.ts'
import type { GreenhouseView } from '../../core/greenhouse-view.ts'
import type { Text } from '../../core/text.ts'
import type { WaterAmount } from '../../core/wire/commands.ts'

/**
 * What the panel's server and its page say to each other, as JSON under /api: types, and nothing that runs. Times are UTC
 * milliseconds of the node, never the phone's. Whatever is refused comes with a 4xx or 5xx status and a `PanelProblem`.
 */

export type { GreenhouseView, RunView, ZoneView } from '../../core/greenhouse-view.ts'

export interface PanelProblem {
  readonly code: string
  readonly what: Text
  readonly next: Text
  /** PIN_WRONG: tries that are left before it is locked. */
  readonly left?: number
  /** PIN_LOCKED: seconds until it may be tried again. */
  readonly until_s?: number
  /** Where in the document it lies, as a JSON pointer; left out where it is about more than one place. */
  readonly at?: string
}

/**
 * `member`: looks, waters, stops, lets go on, skips, holds outputs, and frees an interlock after looking. `owner`: also
 * programs, recipes and all else of the document, conflicts and accounts.
 */
export type PanelRole = 'owner' | 'member'

/** A PIN is digits alone: an owner's at least 6, a member's at least 4, nobody's more than 12; none that is too easy. */
export const PIN_DIGITS = { owner: 6, member: 4, most: 12 } as const

/** GET /api/session. Nothing else but signing in is answered without a session. */
export interface SessionView {
  readonly signedIn: { readonly account: string; readonly name: string; readonly role: PanelRole } | null
  readonly accounts: readonly { readonly id: string; readonly name: string }[]
  readonly language: 'vi' | 'en'
  /** What the node is called. */
  readonly greenhouse: Text
  /** There is no owner yet: POST /api/setup with the code of `tram panel code`. It also makes a further owner. */
  readonly setup: boolean
}

/** POST /api/session → SessionView. 401 PIN_WRONG, 429 PIN_LOCKED. DELETE /api/session → 204. */
export interface SignIn {
  readonly account: string
  readonly pin: string
}

/** POST /api/setup → SessionView, signed in as the new owner. 401 SETUP_CODE_WRONG, 429 PIN_LOCKED. */
export interface Setup {
  readonly code: string
  readonly name: string
  readonly pin: string
}

/** GET /api/accounts → AccountView[] (owner). */
export interface AccountView {
  readonly id: string
  readonly name: string
  readonly role: PanelRole
  /** Phones and screens that are signed in as this person. */
  readonly sessions: number
  /** Seconds until a locked PIN may be tried again; 0 for not locked. */
  readonly locked_s: number
}

/**
 * POST /api/accounts → AccountView (owner). DELETE /api/accounts/:id → 204: its sessions end with it.
 * DELETE /api/accounts/:id/sessions → 204: a phone was lost; of one's own account all but the one that asks.
 */
export interface NewAccount {
  readonly name: string
  readonly role: PanelRole
  readonly pin: string
}

/** PUT /api/accounts/:id → AccountView (owner): what is left out stays. A new PIN ends its sessions and its lock. */
export interface AccountChange {
  readonly name?: string
  readonly role?: PanelRole
  readonly pin?: string
}

/** PUT /api/session/pin → 204: a person's own PIN. Ends the other sessions of the account. */
export interface PinChange {
  readonly pin: string
  readonly newPin: string
}

/**
 * POST /api/session/confirm → 204: the PIN once more. What is sensitive (sensitive.ts) is refused with 403 PIN_AGAIN where
 * the PIN was given too long ago on this phone; it is then given here, and the same asked once more.
 */
export interface ConfirmPin {
  readonly pin: string
}

/**
 * GET /api/state, and each `state` of GET /api/events: whole, at once, then on change and at most once a second. While
 * water runs and nothing else changes it comes every 5 s: the page counts on by itself. Journals hold their newest 20
 * runs; GET /api/greenhouses/:id/journal → RunView[] has all.
 */
export interface PanelState {
  readonly at: Utc
  readonly greenhouses: readonly GreenhouseView[]
  readonly outputs: readonly PanelOutput[]
  readonly node: PanelNode
}

/** An output that a greenhouse drives. */
export interface PanelOutput {
  readonly device: string
  readonly output: string
  readonly value: number
  readonly min: number
  readonly max: number
  /** 1 for on and off; the step of one that can be between. */
  readonly step: number
  /** By hand it is held running for no longer than this, s; null where no interlock bounds its runs. */
  readonly longest_s: number | null
  readonly why: Text
  /** Held by hand; null where it goes by itself. */
  readonly held: { readonly value: number; readonly who: string; readonly until: Utc } | null
}

export interface PanelNode {
  readonly name: Text
  readonly hub: 'connected' | 'cut'
  /** Since when the hub is as it is; null where this boot has not seen it otherwise and does not know. */
  readonly since: Utc | null
  /** Rows that the hub does not have yet. */
  readonly unsent: number
  readonly clock: ClockQuality
  readonly edits: {
    /** Documents edited here that the hub does not have yet. */
    readonly waiting: number
    /** Edits that a merge did not take: GET /api/conflicts. */
    readonly conflicts: number
  }
}

/** An event of GET /api/events: `ping` comes every 15 s, so that a page knows a dead line from a quiet greenhouse. */
export type PanelEvent =
  | { readonly event: 'state'; readonly data: PanelState }
  | { readonly event: 'ping'; readonly data: { readonly at: Utc } }

/** POST /api/greenhouses/:id/water → 202 Taken. */
export interface WaterOrder {
  readonly zone: string
  readonly amount: WaterAmount
  readonly recipe?: string
  /** Whoever sends it again, for want of an answer, sends the same: it is then watered once. */
  readonly order?: string
}
/** POST …/stop → 202 Taken: a zone, or all water, and then programs wait until POST …/resume {} → 202 Taken. */
export interface StopOrder {
  readonly zone?: string
}
/** POST …/skip → 202 Taken: the next start of a program is left out. */
export interface SkipOrder {
  readonly program: string
}
export interface Taken {
  readonly taken: true
}

/** POST /api/outputs/:device/:output/hold → 202 Taken; DELETE lets it go; POST …/reset frees its latched interlock. */
export interface HoldOrder {
  readonly value: number
  readonly for_s: number
}

/** GET /api/greenhouses/:id/document */
export interface DocumentAnswer {
  readonly rev: string
  readonly body: Greenhouse
}
/** PUT /api/greenhouses/:id/document → DocumentRev (owner). 409 DOCUMENT_CHANGED, 422 with what is wrong first. */
export interface DocumentEdit {
  readonly rev: string
  readonly body: unknown
}
export interface DocumentRev {
  readonly rev: string
}

/** POST /api/greenhouses/:id/document/check {body}: nothing is saved. */
export interface DocumentCheck {
  readonly problems: readonly PanelProblem[]
  /** What may be saved and will surprise; none where it has problems. */
  readonly warnings: readonly PanelProblem[]
  /** The next 24 h by this document; empty where it has problems. */
  readonly plan: readonly PlannedRun[]
}
export interface PlannedRun {
  readonly program: string
  readonly zone: string
  readonly at: Utc
  readonly minutes: number
  readonly litres: number
}

/** GET /api/history?device&channel&from&to&points: `points` rows or one more at most, each of `step` ms from `t` on. */
export interface HistoryAnswer {
  readonly unit: string
  readonly step: number
  /** t, min, mean, max */
  readonly rows: readonly (readonly [Utc, number, number, number])[]
}

/** GET /api/greenhouses/:id/use?by=day|week|month|season&from&to; a season is all from `from` to `to` in one. */
export type UseBy = 'day' | 'week' | 'month' | 'season'
export interface UseAnswer {
  readonly by: UseBy
  /** Local dates on which each period begins, oldest first: `2026-03-01`. */
  readonly from: readonly string[]
  /** One number a period. */
  readonly zones: readonly { readonly zone: string; readonly litres: readonly number[] }[]
  readonly channels: readonly { readonly channel: string; readonly mL: readonly number[] }[]
}

/** GET /api/conflicts → PanelConflict[]; POST /api/conflicts/:id/restore or …/dismiss → 204 (owner). */
export interface PanelConflict {
  /** Encode it as one part of the address. */
  readonly id: string
  readonly of: string
  /** When it was edited; where nobody can tell, when it was found to clash. */
  readonly at: Utc
  readonly by: string | null
  readonly side: 'edge' | 'hub' | null
  readonly lost: Conflict['lost']
}
