import type { Result } from '../core/result.ts'
import type { Text } from '../core/text.ts'
import type { UnitCode } from '../core/units.ts'

/** When a value is worth storing and sending again, for whoever thins a channel's readings. */
export interface ReportPolicy {
  /** A value that differs from the last one told by less than this says nothing new; 0 tells every change. */
  readonly deadBand: number
  /** After this long without a word the value is told again, changed or not: silence must not look like calm. */
  readonly silenceS: number
}

/** What a device measures at one place: unit (UCUM), range, resolution and how often it is worth telling. */
export interface Channel {
  readonly label: Text
  readonly unit: UnitCode
  readonly min: number
  readonly max: number
  /** Smallest step that is stored and sent. */
  readonly resolution: number
  /** `counter` only grows (and wraps or restarts); `state` holds for as long as nothing else is said. */
  readonly kind: 'gauge' | 'counter' | 'state'
  readonly report: ReportPolicy
  /** Names of a state's values. */
  readonly states?: Readonly<Record<number, Text>>
}

/** What no owner of an output can override, whoever asks. Kinds for pumps, valves and junctions join this union. */
export type Interlock =
  /** Away from its safe value for at most `run_s` at a stretch, then at rest for `rest_s`. */
  | { readonly kind: 'longest-run'; readonly run_s: number; readonly rest_s: number }
  /** Once it has come to rest it stays there for at least `rest_s`. */
  | { readonly kind: 'minimum-rest'; readonly rest_s: number }

/** Something a device can be told to hold. Values are in the channel's own terms: 0 and 1 for a relay. */
export interface Output {
  readonly label: Text
  readonly min: number
  readonly max: number
  /** Driven when no owner is proven. */
  readonly safe: number
  /** What the hardware does by itself after a power cut. */
  readonly powerUp: number
  /** Longest time that the output may hold a value other than `safe` without being told again; 0 for no limit. */
  readonly deadManS: number
  /**
   * Longest time after which the hardware returns to `safe` by itself; absent where it cannot. A request for longer is
   * held until another is sent: then `deadManS` is the node's to keep.
   */
  readonly timedS?: number
  /** The telemetry channel that reads it back, where there is one. */
  readonly readBack?: string
  /** Enforced in the node's last step. Only what a data sheet or a rule of the trade asks for; none where none does. */
  readonly interlocks?: readonly Interlock[]
}

export interface OutputRequest {
  readonly output: string
  readonly value: number
  /** Where hardware can time itself out: return to `safe` after this long. */
  readonly forS?: number
}

export interface Downlink {
  readonly fPort: number
  readonly bytes: Uint8Array
}

/** Channel name → value in the channel's unit. A channel that the frame does not speak of is absent. */
export type Telemetry = Readonly<Record<string, number>>

export interface Decoded {
  readonly telemetry: Telemetry
  /** Channels that the device itself reports as out of order, with its reason: `no-target`, `disabled`, `sensor-fault`. */
  readonly failed?: Readonly<Record<string, string>>
}

export interface LorawanBinding {
  readonly class: 'A' | 'C'
  readonly fPort: number
  decode(bytes: Uint8Array, fPort: number): Result<Decoded>
  /** Turns requests into as few downlinks as the device allows. Absent for devices without outputs. */
  encode?(requests: readonly OutputRequest[]): Result<readonly Downlink[]>
}

export type Example =
  | {
      readonly via: 'lorawan'
      readonly fPort?: number
      readonly bytes: string
      readonly telemetry: Telemetry
      readonly failed?: Readonly<Record<string, string>>
    }
  | {
      readonly via: 'lorawan'
      readonly fPort?: number
      readonly bytes: string
      readonly error: RefusedPayload
    }
  | {
      readonly via: 'lorawan'
      readonly requests: readonly OutputRequest[]
      readonly downlinks: readonly { readonly fPort: number; readonly bytes: string }[]
    }

export type RefusedPayload =
  | 'PAYLOAD_TRUNCATED'
  | 'PAYLOAD_UNKNOWN_FIELD'
  | 'PAYLOAD_OUT_OF_RANGE'
  | 'PAYLOAD_WRONG_PORT'

/** At least one example that must be refused: no recorded bytes, no compile. */
export type Examples = readonly [
  Extract<Example, { error: RefusedPayload }>,
  Exclude<Example, { error: RefusedPayload }>,
  ...Example[],
]

export type DeviceKind = 'water-level' | 'rain' | 'weather' | 'soil' | 'relay' | 'generic'

export interface DeviceDefinition {
  /** `vendor-model` in lower case: the key in configuration files. */
  readonly model: string
  readonly kind: DeviceKind
  readonly label: Text
  readonly telemetry: Readonly<Record<string, Channel>>
  readonly outputs: Readonly<Record<string, Output>>
  readonly via: { readonly lorawan?: LorawanBinding }
  readonly examples: Examples
  /** Where the payload format and the example bytes were published. */
  readonly source: string
}

/** A device is one file whose default export is this. Definitions are data; drivers interpret them. */
export function defineDevice<const D extends DeviceDefinition>(definition: D): D {
  return definition
}
