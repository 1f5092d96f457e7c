import type { Clock } from '../../../core/clock.ts'
import { CABINET, OUTPUTS } from './devices.ts'
import type { Watch } from './equipment.ts'
import { PACE } from './node-life.ts'

/** What outputs truly did, on true time; it knows the interlocks and nothing of the arbiter. */
export interface OutputWatch extends Watch {
  /** Every wish for a value other than rest, in the order in which nodes sent it. */
  readonly wishes: readonly Wish[]
  readonly broken: readonly string[]
  /** The same for equipment of its own under the same identity. */
  twin(): OutputWatch
  /** Judges stretches that have not ended. */
  close(): void
}

export interface Wish {
  readonly output: string
  readonly value: number
  readonly at: number
  /** Of several machines under one identity. */
  readonly machine: number
}

/** A radio takes a while, and one downlink longer than another. */
const RADIO_TOLERANCE_MS = 5_000
/** A node that has just started tells what has interlocks to rest with its first tick. */
const START_TOLERANCE_MS = PACE.tickMs + RADIO_TOLERANCE_MS

export function createOutputWatch(world: Clock): OutputWatch {
  const wishes: Wish[] = []
  const broken: string[] = []
  let machines = 0
  const watch = (machine: number): OutputWatch => {
    const away = new Map<string, number>()
    const rested = new Map<string, number>()
    const stretch = (output: string, from: number, to: number) => {
      for (const interlock of interlocksOf(output)) {
        if (interlock.kind !== 'longest-run' || to - from <= interlock.run_s * 1000 + RADIO_TOLERANCE_MS)
          continue
        broken.push(
          `${output} ran for ${(to - from) / 1000} s from ${iso(from)}, allowed ${interlock.run_s} s`,
        )
      }
    }
    const start = (output: string, now: number) => {
      const restedAt = rested.get(output)
      away.set(output, now)
      if (restedAt === undefined) return
      for (const interlock of interlocksOf(output)) {
        if (interlock.kind !== 'minimum-rest') continue
        const rest = now - restedAt
        if (rest >= interlock.rest_s * 1000 - START_TOLERANCE_MS) continue
        broken.push(`${output} rested ${rest / 1000} s until ${iso(now)}, owed ${interlock.rest_s} s`)
      }
    }
    const end = (output: string, now: number) => {
      const from = away.get(output)
      if (from !== undefined) stretch(output, from, now)
      away.delete(output)
      rested.set(output, now)
    }
    return {
      wishes,
      broken,
      asked(device, { output, value }) {
        if (device === CABINET && value !== 0) wishes.push({ output, value, at: world.now(), machine })
      },
      changed({ device, output, value, before }) {
        if (device !== CABINET) return
        const now = world.now()
        if (before === 0) start(output, now)
        if (value === 0) end(output, now)
      },
      twin: () => watch(++machines),
      close() {
        for (const [output, from] of away) stretch(output, from, world.now())
      },
    }
  }
  return watch(0)
}

function interlocksOf(output: string) {
  const known = Object.entries(OUTPUTS).find(([name]) => name === output)
  return known?.[1].interlocks ?? []
}

function iso(utc: number): string {
  return new Date(utc).toISOString()
}
