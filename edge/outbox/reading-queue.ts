import type { QueuedReadings } from './disk.ts'

/** Readings on their way to disk. When there are more than `limit`, the oldest batches go and are counted. */
export interface ReadingQueue {
  push(readings: QueuedReadings): void
  /** Readings, not batches. */
  size(): number
  /** Readings that were lost and not yet recorded as such. */
  dropped(): number
  dropAll(): void
  /** The oldest batches, of at least `rows` readings where there are so many. */
  peek(rows: number): readonly QueuedReadings[]
  /** The first `batches` and the count of `dropped` are on disk. */
  done(batches: number, dropped: number): void
}

export function readingQueue(limit: number): ReadingQueue {
  let queued: QueuedReadings[] = []
  let size = 0
  let dropped = 0
  return {
    push(readings) {
      queued.push(readings)
      size += readings.batch.length
      while (size > limit) {
        const lost = queued.shift()?.batch.length ?? 0
        size -= lost
        dropped += lost
      }
    },
    size: () => size,
    dropped: () => dropped,
    dropAll() {
      dropped += size
      queued = []
      size = 0
    },
    peek(rows) {
      let sum = 0
      const enough = queued.findIndex(({ batch }) => {
        sum += batch.length
        return sum >= rows
      })
      return enough === -1 ? [...queued] : queued.slice(0, enough + 1)
    },
    done(batches, recorded) {
      for (const { batch } of queued.slice(0, batches)) size -= batch.length
      queued = queued.slice(batches)
      dropped -= recorded
    },
  }
}
