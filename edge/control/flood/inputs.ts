import type { Mono, Utc } from '../../../core/clock.ts'
import type { FloodStation } from '../../../core/documents/flood-station.ts'
import type { Reading } from '../../../core/reading.ts'
import type { Text } from '../../../core/text.ts'
import type { AlarmEvent } from '../../../core/wire/messages.ts'
import type { FloodState } from './state.ts'

/** What can happen to a station. A tick must come at least once a second: patterns, silences and losses live on it. */
export type FloodInput =
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
  /** Someone at the site or the desk quiets the sirens; beacons stay. */
  | { readonly type: 'silence'; readonly who: string; readonly forMin: number }
  | { readonly type: 'unsilence'; readonly who: string }
  | { readonly type: 'self-test' }
  | { readonly type: 'document'; readonly station: FloodStation }

export interface Now {
  readonly at: Utc
  readonly mono: Mono
}

/**
 * What an output should do from now on. Told when the value changes, every `RENEW_S` while it is on (so that claims
 * and dead-man timers stay alive), and again, ever more slowly, until a confirmation has come back.
 */
export interface FloodOutput {
  readonly device: string
  readonly output: string
  /** 1 on, 0 off. */
  readonly value: 0 | 1
  /** Where the hardware can time itself out, it should return to off after this long. */
  readonly forS?: number
  readonly urgency: 'urgent' | 'normal'
  readonly purpose: 'alarm' | 'self-test' | 'rest'
  /** The claim dies after this long unless told again. */
  readonly validS: number
  readonly reason: Text
}

export interface FloodStep {
  readonly state: FloodState
  readonly outputs: readonly FloodOutput[]
  readonly events: readonly AlarmEvent[]
  readonly readings: readonly Reading[]
}
