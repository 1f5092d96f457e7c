import type { ClockQuality, Mono, Utc } from '../../core/clock.ts'
import type { Reading } from '../../core/reading.ts'
import type { Result } from '../../core/result.ts'
import type { Text } from '../../core/text.ts'
import type { AlarmEvent } from '../../core/wire/messages.ts'

/** What every controller is: a pure step from what happened to what should be. */

export interface Now {
  readonly at: Utc
  readonly mono: Mono
  /** How well `at` is known: what goes by the clock may not go by one that nobody has told the time. */
  readonly quality: ClockQuality
}

/** What can happen to any of them. A tick comes at least once a second. */
export type CommonInput<Document> =
  | {
      readonly type: 'telemetry'
      readonly device: string
      readonly telemetry: Readonly<Record<string, number>>
      readonly failed: Readonly<Record<string, string>>
      /** When the device measured, best known UTC. */
      readonly at: Utc
    }
  | { readonly type: 'tick' }
  | {
      readonly type: 'output'
      readonly device: string
      readonly requests: readonly { readonly output: string; readonly value: number }[]
      readonly stage: 'sent' | 'confirmed' | 'failed'
    }
  | { readonly type: 'document'; readonly document: Document }
  /** An interlock has ended or held back what was asked of an output, or does so no more. */
  | InterlockReport

export interface InterlockReport {
  readonly type: 'interlock'
  readonly device: string
  readonly output: string
  /** Kind of the interlock, or the name of a `needs`. */
  readonly name: string
  /**
   * `held`: it is kept at rest though it is asked for, or would be for long; `stopped`: a run was ended, and it is kept at rest; `latched`: the
   * same until a person has looked; `free`: none of these any more.
   */
  readonly event: 'held' | 'stopped' | 'latched' | 'free'
  readonly text: Text
  /** It is over by itself after so many seconds; left out where nobody knows when. */
  readonly left_s?: number
}

/** What an output should do from now on; the claim dies after `validS` unless it is told again. */
export interface ControlOutput {
  readonly device: string
  readonly output: string
  readonly value: number
  /** Where the hardware can time itself out, it should return to its safe value after this long. */
  readonly forS?: number
  readonly urgency: 'urgent' | 'normal'
  /**
   * Sent to the device once more though it was told the same before, because it has not confirmed or is known to do
   * otherwise. Left out, the claim is only renewed: that costs no airtime.
   */
  readonly again?: boolean
  /**
   * Whose right it has: an alarm goes before commands, `emergency` is a command that does, `override` one that goes
   * before a manual hold as well, `rest` gives way to all.
   */
  readonly purpose: 'alarm' | 'emergency' | 'override' | 'schedule' | 'self-test' | 'rest'
  readonly validS: number
  readonly reason: Text
}

export interface Step<State> {
  readonly state: State
  readonly outputs: readonly ControlOutput[]
  readonly events: readonly AlarmEvent[]
  readonly readings: readonly Reading[]
  /** The state must be on disk before the outputs act: what has begun may not begin again after a power cut. */
  readonly save?: boolean
}

/** One kind of controller, by the kind of its document. States are plain data: they are written down as JSON. */
export interface Controller<Document extends { readonly id: string }, Input, State> {
  readonly kind: string
  create(document: Document): State
  /** A state as it was written down, perhaps by an older edition. */
  restore(saved: unknown): Result<State>
  documentOf(state: State): Document
  step(state: State, input: Input, now: Now): Step<State>
}
