import { monitorEventLoopDelay } from 'node:perf_hooks'
import { numbersOnly, type VitalSource } from './vitals.ts'

const MEGABYTE = 1_000_000
/** Ten wake-ups a second cost a resting node nothing that can be measured, and find every delay that a siren would feel. */
const LOOP_SAMPLE_MS = 100
const NANOS = 1_000_000

/** The node's own process: resident memory, time since its start, and how late its event loop was since the last question. */
export function processVitals(): VitalSource & { stop(): void } {
  const loop = monitorEventLoopDelay({ resolution: LOOP_SAMPLE_MS })
  loop.enable()
  return {
    name: 'process',
    read() {
      const lag = loop.count === 0 ? undefined : Math.max(0, loop.percentile(99) / NANOS - LOOP_SAMPLE_MS)
      loop.reset()
      return numbersOnly({
        memory: process.memoryUsage.rss() / MEGABYTE,
        uptime: process.uptime(),
        loop_lag: lag,
      })
    },
    stop: () => void loop.disable(),
  }
}
