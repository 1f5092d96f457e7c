import type { CommandView } from '../api/schema.ts'

/** What is asked of a node: the class decides what becomes of it when it arrives late. */
export interface Order extends Pick<CommandView, 'class' | 'action' | 'why'> {
  /** For how long it may still run; by its class where it is left out. */
  readonly expires_s?: number
}
