import type { Clock, Mono } from '../../../core/clock.ts'

/** What has been counted on one pin. */
export interface PulseMeter {
  /** The level of the pin, as it was reported; a fall to it counts where `counts`. */
  hear(level: number, counts: boolean): void
  /** The board was away: what its pin did meanwhile is not known. */
  lose(): void
  /** To be called in an even rhythm. `tooFast` of a rate: what came since the last call is not counted. */
  look(tooFast: (edges_Hz: number) => boolean): void
  /** Falling edges since the node began that can have been the meter's. */
  edges(): number
  /**
   * Falling edges a second over the last `over_s`; undefined while it has not been heard for so long. A board reports in
   * real time, so that on a demonstration's fast clock as much real time is looked back on.
   */
  rate_Hz(over_s: number): number | undefined
  tooFast(): boolean
}

interface Look {
  readonly mono: Mono
  readonly wall: Mono
  readonly edges: number
}

const LOOKS_MAX = 512
/** The rate that is judged. */
const JUDGED_S = 2

/** Rates go by the node's clock; `wall` is real time. */
export function createPulseMeter(clock: Clock, wall: Clock): PulseMeter {
  let level: number | undefined
  let heard = 0
  let doubtful = 0
  let doubted = false
  let looks: Look[] = []

  const rateOver = (over_s: number): number | undefined => {
    const last = looks.at(-1)
    if (last === undefined) return undefined
    const first = looks.findLast((look) => last.wall - look.wall >= 1_000 * over_s)
    return first === undefined ? undefined : ((last.edges - first.edges) * 1_000) / (last.mono - first.mono)
  }
  return {
    hear(now, counts) {
      if (counts && level === 1 && now === 0) heard++
      level = now
    },
    lose() {
      level = undefined
      looks = []
    },
    look(tooFast) {
      const before = looks.at(-1)?.edges ?? heard
      looks.push({ mono: clock.monotonic(), wall: wall.monotonic(), edges: heard })
      if (looks.length > LOOKS_MAX) looks.shift()
      doubted = tooFast(rateOver(JUDGED_S) ?? 0)
      if (doubted) doubtful += heard - before
    },
    edges: () => heard - doubtful,
    rate_Hz: rateOver,
    tooFast: () => doubted,
  }
}
