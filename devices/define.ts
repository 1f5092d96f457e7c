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

/** One output of one device. */
export interface OutputPlace {
  readonly device: string
  readonly output: string
}

/** What must be so. A point that is not known, or was heard too long ago, is not within any limits. */
export type Need =
  /** The channel lies within the limits, both included, has done so for `for_s`, and was heard and good within `fresh_s`. */
  | {
      readonly of: 'point'
      readonly device: string
      readonly channel: string
      readonly min?: number
      readonly max?: number
      readonly fresh_s: number
      /** Left out, 0. */
      readonly for_s?: number
    }
  /**
   * Another output has been known to be away from its safe value, or at rest, for at least `for_s`, and stays so. With
   * `fresh_s` it was heard so within that time; left out, what was heard last holds until its device is lost.
   */
  | ({
      readonly of: 'output'
      readonly is: 'away' | 'rest'
      readonly for_s: number
      readonly fresh_s?: number
    } & OutputPlace)
  | { readonly of: 'any'; readonly needs: readonly Need[] }

/** What no owner of an output can override, whoever asks. Kinds for junctions join this union. */
export type Interlock =
  /** Away from its safe value for at most `run_s` at a stretch, then at rest for `rest_s`. */
  | { readonly kind: 'longest-run'; readonly run_s: number; readonly rest_s: number }
  /** Once it has come to rest it stays there for at least `rest_s`. */
  | { readonly kind: 'minimum-rest'; readonly rest_s: number }
  /** Changed at most `most` times within any `per_s`; what is asked beyond that waits, and it stays as it is. */
  | { readonly kind: 'switching-limit'; readonly most: number; readonly per_s: number }
  /** Set going at most `most` times within any `per_s`; it is never kept running for it. */
  | { readonly kind: 'starts-limit'; readonly most: number; readonly per_s: number }
  /** Away from its safe value for at most `run_s` in all within any `per_s`, over restarts too: a daily ceiling. */
  | { readonly kind: 'run-budget'; readonly run_s: number; readonly per_s: number }
  /**
   * Runs only while this is so. In the first `after_s` of a run it is not asked for (a flow takes time to begin); untrue
   * for longer than `for_s` it ends the run. With `latch`, and where what was heard proves that it is untrue, the output
   * then stays at rest until a person has looked.
   */
  | {
      readonly kind: 'needs'
      /** Within the output: `dry-run`. */
      readonly name: string
      readonly need: Need
      readonly after_s: number
      readonly for_s: number
      readonly latch: boolean
      /** What is the matter when it stops the output, for who stands before it. */
      readonly text: Text
    }
  /**
   * Goes to rest only when none of these runs any more, and `for_s` after the last of them, so that no pump works against
   * a shut valve; they are stopped first. After `most_s` it goes to rest all the same: water never runs on.
   */
  | {
      readonly kind: 'outlasts'
      readonly others: readonly OutputPlace[]
      readonly for_s: number
      readonly most_s: number
    }

/** Something a device can be told to hold. Values are in the channel's own terms: 0 and 1 for a relay. */
export interface Output {
  readonly label: Text
  readonly min: number
  readonly max: number
  /** Driven when no owner is proven. */
  readonly safe: number
  /** What the hardware does by itself after a power cut. */
  readonly powerUp: number
  /**
   * Longest time that the output may hold a value other than `safe` without being told again; 0 for no limit: then it
   * is left as it is when its node ends.
   */
  readonly deadManS: number
  /**
   * Longest time after which the hardware returns to `safe` by itself; absent where it cannot. A request for longer is
   * held until another is sent: then `deadManS` is the node's to keep.
   */
  readonly timedS?: number
  /** The telemetry channel that reads it back, where there is one. */
  readonly readBack?: string
  /** It counts as read back when the channel lies no further than this from what was asked; left out, not at all. */
  readonly readBackWithin?: number
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

export type ModbusTable = 'coil' | 'discrete' | 'holding' | 'input'
export type ModbusNumber = 'u16' | 's16' | 'u32' | 's32' | 'u64' | 'f32'
/** Order of bytes as they come over the wire, A the most significant: `ABCD` is what the standard says. */
export type ModbusOrder = 'ABCD' | 'CDAB' | 'BADC' | 'DCBA'

/** Where a channel's value stands: value = raw × `scale` + `offset`, in the channel's unit. */
export interface ModbusField {
  readonly table: ModbusTable
  /** As in the protocol, from 0: what a manual calls 40001 is holding register 0. */
  readonly address: number
  /** Left out for coils and discrete inputs. */
  readonly type?: ModbusNumber
  readonly order?: ModbusOrder
  readonly scale?: number
  readonly offset?: number
  /** One bit of a register, 0 the lowest. */
  readonly bit?: number
  /** Raw numbers that stand for "no measurement", each with the reason that the device means by it. */
  readonly instead?: Readonly<Record<number, string>>
}

/** Where an output is written, always with read-back of the same place. raw = (value − `offset`) / `scale`. */
export interface ModbusWrite {
  readonly table: 'coil' | 'holding'
  readonly address: number
  readonly type?: ModbusNumber
  readonly order?: ModbusOrder
  readonly scale?: number
  readonly offset?: number
  /** Register of the same table that is 1 while this output is away from 0, and 0 otherwise: a drive's run command. */
  readonly starts?: number
}

export interface ModbusBinding {
  readonly read: Readonly<Record<string, ModbusField>>
  readonly write?: Readonly<Record<string, ModbusWrite>>
  /** How often it is asked, unless the configuration says otherwise. */
  readonly poll_s: number
  /** The most registers that it answers at once, where that is fewer than the protocol's 125. */
  readonly longestRead?: number
  /** It takes one register in each write (function 06) and knows none for several. */
  readonly writesOne?: boolean
}

/** A unit's registers as a frame holds them: table → address → raw 16 bits (0 or 1 for a bit). */
export type ModbusImage = Partial<Readonly<Record<ModbusTable, Readonly<Record<number, number>>>>>

/** One control gear on a DALI line. Levels travel as arc power; channels and outputs are in percent of light. */
export interface DaliBinding {
  readonly curve: 'logarithmic' | 'linear'
  /** How often level and status are asked, unless the configuration says otherwise. */
  readonly poll_s: number
  /** Channels that stand in its memory banks, and how often those are read. */
  readonly memory?: Readonly<Record<string, DaliMemory>>
  readonly memory_s?: number
}

/** A number in a gear's memory bank, most significant byte first: value = raw × `scale` × 10^(the byte at `tenfoldAt`). */
export interface DaliMemory {
  readonly bank: number
  readonly at: number
  readonly bytes: number
  /** Where a signed power of ten stands. */
  readonly tenfoldAt?: number
  readonly scale?: number
}

/** A board that runs StandardFirmata, with what hangs on each pin. Calibration is the site's: its configuration has it. */
export interface FirmataBinding {
  readonly read: Readonly<Record<string, FirmataRead>>
  readonly write?: Readonly<Record<string, FirmataWrite>>
  /** Analog pins are read this often; what the board is asked in any case. */
  readonly sample_ms: number
  /** Channels are told this often, and digital ones at each change. */
  readonly tell_s: number
  /** A pin that changes so often while its node lives, for a watchdog relay: the board itself never lets go of anything. */
  readonly heartbeat?: { readonly pin: number; readonly every_ms: number }
}

export type FirmataRead =
  /** 1 while the pin is high; `inverted` while it is low. */
  | { readonly kind: 'digital'; readonly pin: number; readonly pullUp?: boolean; readonly inverted?: boolean }
  /** Analog channel `pin` (A0 is 0), as volts by `full_V`, then along the straight lines through `curve` ([volts, value], rising). */
  | {
      readonly kind: 'analog'
      readonly pin: number
      readonly full_V: number
      readonly curve: readonly (readonly [volts: number, value: number])[]
      /** Outside these volts the probe is broken or unplugged. */
      readonly sound_V?: readonly [number, number]
    }
  /** Falling edges since the node began, over `perUnit`: a counter; at most `most_Hz` can be counted. */
  | { readonly kind: 'pulses'; readonly pin: number; readonly perUnit: number; readonly most_Hz: number }
  /** The same edges as a rate in units per minute. */
  | { readonly kind: 'pulse-rate'; readonly pin: number; readonly perUnit: number; readonly over_s: number }
  /** A number in a register of a device on the board's I²C bus, most significant byte first. */
  | {
      readonly kind: 'i2c'
      readonly address: number
      /** Left out for a device that answers without being told a register. */
      readonly register?: number
      readonly bytes: number
      /** First of the answer's bytes that the number stands in. */
      readonly at: number
      readonly type: 'u8' | 'u16' | 's16' | 'u24'
      readonly scale: number
      readonly offset: number
    }

export type FirmataWrite =
  | { readonly kind: 'digital'; readonly pin: number; readonly inverted?: boolean }
  /** Percent of the time that the pin is high. */
  | { readonly kind: 'pwm'; readonly pin: number }
  /** Percent of the way between two angles, in degrees. */
  | { readonly kind: 'servo'; readonly pin: number; readonly from_deg: number; readonly to_deg: number }

/** A device that speaks in frames on a serial line of its own. */
export interface SerialBinding {
  readonly framing: SerialFraming
  /** What it is asked with, and how often; absent for one that speaks by itself. */
  readonly poll?: { readonly bytes: string; readonly every_s: number }
  /** One frame without its delimiters and checksum. */
  decode(frame: Uint8Array): Result<Decoded>
}

export type SerialFraming =
  /**
   * Printable ASCII that ends with these bytes (hex), longest frame `max` bytes without delimiters and checksum; the
   * checksum is over what lies before its own digits, `nmea-if-told` where some firmware leaves it out.
   */
  | {
      readonly kind: 'line'
      readonly start?: string
      readonly end: string
      readonly max: number
      readonly checksum?: 'nmea' | 'nmea-if-told'
    }
  /**
   * Begins with `start` (hex); its whole length, start and checksum included, is always the same, or what stands in the
   * byte `at` (0 is the first of the start) and `adds` more, at most `max`. The checksum is last, over all before it.
   */
  | {
      readonly kind: 'binary'
      readonly start: string
      readonly length:
        | { readonly at: number; readonly adds: number; readonly max: number }
        | { readonly always: number }
      readonly checksum: 'sum8' | 'xor8' | 'crc16-modbus' | 'none'
    }

/** A device that speaks MQTT on the node's own broker, below a topic of its own. */
export interface MqttBinding {
  /** Topics below the device's own that are read: `tele/SENSOR`. */
  readonly topics: readonly string[]
  decode(topic: string, payload: Uint8Array): Result<Decoded>
  encode?(requests: readonly OutputRequest[]): Result<readonly MqttMessage[]>
  /** After this long without a word the device is missed. */
  readonly silence_s: number
}

export interface MqttMessage {
  readonly topic: string
  readonly payload: Uint8Array
}

export type Example =
  | {
      readonly via: 'modbus'
      readonly image: ModbusImage
      readonly telemetry: Telemetry
      readonly failed?: Readonly<Record<string, string>>
    }
  | { readonly via: 'modbus'; readonly image: ModbusImage; readonly error: RefusedPayload }
  | {
      readonly via: 'modbus'
      readonly requests: readonly OutputRequest[]
      /** What stands at the unit after the requests were written. */
      readonly image: ModbusImage
    }
  | {
      readonly via: 'serial'
      /** A whole frame as it comes over the line, hex. */
      readonly bytes: string
      readonly telemetry: Telemetry
      readonly failed?: Readonly<Record<string, string>>
    }
  | { readonly via: 'serial'; readonly bytes: string; readonly error: RefusedPayload }
  | {
      readonly via: 'mqtt'
      readonly topic: string
      readonly payload: string
      readonly telemetry: Telemetry
      readonly failed?: Readonly<Record<string, string>>
    }
  | { readonly via: 'mqtt'; readonly topic: string; readonly payload: string; readonly error: RefusedPayload }
  | {
      readonly via: 'mqtt'
      readonly requests: readonly OutputRequest[]
      readonly messages: readonly { readonly topic: string; readonly payload: string }[]
    }
  /**
   * What the board reports of its pins (`d2` 0 or 1, `a0` 0 to 1023, `p2` falling edges counted, `f2` falling edges a
   * second, `i64` bytes of the device at 0x40 in hex), or is told (`d9` 0 or 1, 0 to 255 of PWM, degrees of a servo).
   */
  | {
      readonly via: 'firmata'
      readonly pins: FirmataPins
      readonly telemetry: Telemetry
      readonly failed?: Readonly<Record<string, string>>
    }
  | { readonly via: 'firmata'; readonly pins: FirmataPins; readonly error: RefusedPayload }
  | { readonly via: 'firmata'; readonly requests: readonly OutputRequest[]; readonly pins: FirmataPins }
  /** The arc level (0 to 254) that stands for a level in percent, and back. */
  | { readonly via: 'dali'; readonly percent: number; readonly arc: number }
  | { readonly via: 'dali'; readonly percent: number; readonly error: RefusedPayload }
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

export type FirmataPins = Readonly<Record<string, number | string>>

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

export type DeviceKind =
  | 'water-level'
  | 'rain'
  | 'weather'
  | 'soil'
  | 'relay'
  | 'luminaire'
  | 'meter'
  | 'cabinet'
  | 'photocell'
  | 'motion'
  | 'climate'
  | 'valve'
  | 'pump'
  | 'fan'
  | 'tank'
  | 'probe'
  | 'board'
  | 'generic'

export interface DeviceDefinition {
  /** `vendor-model` in lower case: the key in configuration files. */
  readonly model: string
  readonly kind: DeviceKind
  readonly label: Text
  readonly telemetry: Readonly<Record<string, Channel>>
  readonly outputs: Readonly<Record<string, Output>>
  readonly via: {
    readonly lorawan?: LorawanBinding
    readonly modbus?: ModbusBinding
    readonly dali?: DaliBinding
    readonly serial?: SerialBinding
    readonly mqtt?: MqttBinding
    readonly firmata?: FirmataBinding
  }
  readonly examples: Examples
  /** Where the payload format and the example bytes were published. */
  readonly source: string
}

/** A device is one file whose default export is this. Definitions are data; drivers interpret them. */
export function defineDevice<const D extends DeviceDefinition>(definition: D): D {
  return definition
}
