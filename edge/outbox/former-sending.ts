import type { Lane } from '../../core/wire/topics.ts'
import type { FormerFrame } from './outbox.ts'

/** Which frame of a former epoch goes next: a window of them at a time, the one that waited longest first. */
export function formerSending(window: number, resendMs: number) {
  const sentAt = new Map<number, number>()
  return {
    next(frames: readonly FormerFrame[], ready: ReadonlySet<Lane>, now: number): FormerFrame | undefined {
      const held = new Set(frames.map(({ id }) => id))
      for (const id of sentAt.keys()) if (!held.has(id)) sentAt.delete(id)
      const underWay = [...sentAt.values()].filter((at) => now - at < resendMs).length
      if (underWay >= window) return undefined
      const before = ({ id }: FormerFrame) => sentAt.get(id) ?? -Number.MAX_VALUE
      return frames
        .filter((frame) => ready.has(frame.lane) && now - before(frame) >= resendMs)
        .sort((one, two) => before(one) - before(two))[0]
    },
    /** When one of them is to be sent again. */
    dueAt: () =>
      [...sentAt.values()].reduce((due, at) => Math.min(due, at + resendMs), Number.POSITIVE_INFINITY),
    sent: (frame: FormerFrame, now: number) => void sentAt.set(frame.id, now),
    clear: () => sentAt.clear(),
  }
}
