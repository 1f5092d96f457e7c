/** How relay controllers of different makers speak. */

export const RELAY_MODELS = ['dragino-lt-22222-l', 'milesight-ws558'] as const
export type RelayModel = (typeof RELAY_MODELS)[number]

/** What one downlink orders: relays to switch now, and relays to switch after a while. */
export interface RelayOrder {
  /** 1 for `relay1`. */
  readonly relay: number
  readonly closed: boolean
  /** Seconds; absent for now. A newer delayed order for a relay replaces the one before, see also `oneTask`. */
  readonly after_s?: number
}

/** How one model speaks. */
export interface RelayDialect {
  readonly model: RelayModel
  readonly fPort: number
  readonly relays: number
  /** The box keeps the delayed orders of one downlink only: newer ones replace those of every relay. */
  readonly oneTask: boolean
  readonly announcement?: (serial: readonly number[]) => Uint8Array
  /** What is not understood orders nothing, as in the hardware. */
  orders(bytes: Uint8Array, fPort: number): readonly RelayOrder[]
  report(state: RelayState): Uint8Array
}

export interface RelayState {
  /** By relay, the first being `relay1`. */
  readonly closed: readonly boolean[]
  readonly power_W: number
  readonly energy_Wh: number
}
