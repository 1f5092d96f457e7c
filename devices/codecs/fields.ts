import { type Findings, measured, outOfOrder } from './findings.ts'
import type { NumberFormat } from './number-formats.ts'

/** A piece of a frame of known length, and what it says. */
export interface Field {
  readonly size: number
  /** Channels that it may speak of: checked against the definition when the codec is made. */
  readonly channels: readonly string[]
  read(view: DataView, at: number, findings: Findings): void
  /** How long it is differs between firmwares: what stands behind it in the frame is not read. */
  readonly toEnd?: true
}

export interface ValueOptions {
  /** The channel's unit = raw number / `per`. */
  readonly per?: number
  /** Bytes after the number that are known and say nothing that we keep (a device's own alarm flag). */
  readonly trailing?: number
  /** Raw numbers by which the device says that it has no measurement, and why. */
  readonly instead?: Readonly<Record<number, string>>
}

/** A number of one channel. */
export function value(channel: string, format: NumberFormat, options: ValueOptions = {}): Field {
  const { per = 1, trailing = 0, instead = {} } = options
  return {
    size: format.size + trailing,
    channels: [channel],
    read(view, at, findings) {
      const raw = format.read(view, at)
      const reason = instead[raw]
      if (reason === undefined) measured(findings, channel, raw / per)
      else outOfOrder(findings, channel, reason)
    },
  }
}

/** Several fields one after the other. */
export function sequence(...parts: readonly Field[]): Field {
  return {
    size: parts.reduce((sum, part) => sum + part.size, 0),
    channels: parts.flatMap((part) => part.channels),
    read(view, at, findings) {
      let offset = at
      for (const part of parts) {
        part.read(view, offset, findings)
        offset += part.size
      }
    },
  }
}

/** One bit of a byte as a state channel per name; `null` for a bit that is not kept. Lowest bit first. */
export function bits(names: readonly (string | null)[]): Field {
  return {
    size: 1,
    channels: names.filter((name) => name !== null),
    read(view, at, findings) {
      const byte = view.getUint8(at)
      names.forEach((name, bit) => {
        if (name !== null) measured(findings, name, (byte >> bit) & 1)
      })
    },
  }
}

/** Known bytes that we do not keep: versions, serial numbers, echoes of settings, old history. */
export function skipped(size: number): Field {
  return { size, channels: [], read: () => {} }
}

/** The echo of an order, as long as the device's firmware makes it. */
export function echo(): Field {
  return { ...skipped(0), toEnd: true }
}
