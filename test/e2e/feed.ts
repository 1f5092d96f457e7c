import { createTransmitter, distance, type Gateway } from './radio.ts'
import { DATUM_M, type Site } from './site.ts'

const COUNT_EVERY_MS = 10
const LEVEL_EVERY_MS = 100
/** The sensor's range, in millimetres: each count is sent once at most. */
export const COUNTS_MAX = 10_000
/** Stages that cross every level upwards and downwards, twice in each second. */
const STAGES_M = [1.2, 1.21, 2.31, 2.32, 3.33, 3.34, 4.35, 4.36, 3.01, 1.22]

export interface Feed {
  /** When the count `n` was handed to the gateway (`performance.now()`), and when the node said that it had it. */
  readonly counts: () => readonly { readonly sentAt: number; readonly heardAt: number | undefined }[]
  stop(): void
}

/** Water that rises and falls through all levels, and beside it readings that count: 0 mm, 1 mm, 2 mm, … */
export function startFeed(gateway: Gateway, site: Site): Feed {
  const counter = createTransmitter(site.counter)
  const level = createTransmitter(site.level)
  const sent: { frame: number; sentAt: number }[] = []
  let turn = 0
  const counting = setInterval(() => {
    if (sent.length > COUNTS_MAX) return
    const sentAt = performance.now()
    sent.push({ frame: gateway.hear(counter.uplink(distance(sent.length))), sentAt })
  }, COUNT_EVERY_MS)
  const rising = setInterval(() => {
    const stage_m = STAGES_M[turn++ % STAGES_M.length] ?? 0
    gateway.hear(level.uplink(distance(Math.round((DATUM_M - stage_m) * 1_000))))
  }, LEVEL_EVERY_MS)
  return {
    counts: () => sent.map(({ frame, sentAt }) => ({ sentAt, heardAt: gateway.acknowledged.get(frame) })),
    stop() {
      clearInterval(counting)
      clearInterval(rising)
    },
  }
}
