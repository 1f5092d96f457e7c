import type { FloodStation } from '../../../core/documents/flood-station.ts'
import type { CommonInput, Now, Step } from '../controller.ts'
import type { FloodState } from './state.ts'

/** What can happen to a station. A tick must come at least once a second: patterns, silences and losses live on it. */
export type FloodInput =
  | CommonInput<FloodStation>
  /** Someone at the site or the desk quiets the sirens; beacons stay. */
  | { readonly type: 'silence'; readonly who: string; readonly forMin: number }
  | { readonly type: 'unsilence'; readonly who: string }
  | { readonly type: 'self-test' }

/** Its sirens sound by how long something has lasted, whatever the clock is worth. */
export type FloodNow = Pick<Now, 'at' | 'mono'>

export type FloodStep = Step<FloodState>
