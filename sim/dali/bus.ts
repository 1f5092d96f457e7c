import type { Clock } from '../../core/clock.ts'
import type { VirtualGear } from './gear.ts'

/** What comes back on the wire after a forward frame: nothing, one byte, or bits that nobody can read. */
export type Backward = number | 'nothing' | 'mangled'

export interface VirtualDaliBus {
  /** Puts a frame on the wire; what the master reads back. */
  forward(frame: number): Backward
  /** `noise`: no answer arrives as it was sent. `unpowered`: the line's supply is gone, nobody hears anything. */
  trouble(kind: 'noise' | 'unpowered' | 'none'): void
  powered(): boolean
  /** Frames so far. */
  frames(): number
}

/** A frame counts as sent twice when it comes again so soon. */
const TWICE_WITHIN_MS = 100

/** The two wires with all gears on them. Gears that share an address answer over each other. */
export function createVirtualDaliBus(gears: readonly VirtualGear[], clock: Clock): VirtualDaliBus {
  let trouble: 'noise' | 'unpowered' | 'none' = 'none'
  let last = { frame: -1, at: Number.NEGATIVE_INFINITY }
  let frames = 0
  return {
    forward(frame) {
      frames++
      if (trouble === 'unpowered') return 'nothing'
      const now = clock.monotonic()
      const repeated = last.frame === frame && now - last.at <= TWICE_WITHIN_MS
      last = { frame, at: now }
      const answers = new Set(
        gears.map((gear) => gear.hear(frame, repeated)).filter((word) => word !== undefined),
      )
      const [answer] = answers
      if (answer === undefined) return 'nothing'
      return trouble === 'noise' || answers.size > 1 ? 'mangled' : answer
    },
    trouble(kind) {
      trouble = kind
    },
    powered: () => trouble !== 'unpowered',
    frames: () => frames,
  }
}
