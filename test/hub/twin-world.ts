import type { Frame } from '../../core/wire/frame.ts'
import { createWorld, EDGE, EPOCH, liveFrame, T0, type World } from './world.ts'

/** A hub and what two nodes under one identity say to it. */

export const OTHER = 'ffffffffffffffff'
export const LATE_MS = 121_000
export const DAY = 86_400_000

export type Live = Extract<Frame, { readonly lane: 'live' | 'state' }>

export function live(first: number, ...values: number[]): Live {
  const frame = liveFrame(
    first,
    values.map((value, n) => ({ at: T0 + first + n, value })),
  )
  if (frame.lane === 'alarm') throw new Error('not a frame of readings')
  return frame
}

export interface TwinWorld extends World {
  /** Says a frame, of which nothing was answered before. */
  tell(frame: Frame): Promise<void>
  /** Says hello. */
  say(boot: string, epoch?: string, more?: object): Promise<void>
  /** Why the node is in quarantine. */
  quarantine(): string | undefined
}

export async function createTwinWorld(): Promise<TwinWorld> {
  const world = await createWorld()
  return {
    ...world,
    async tell(frame) {
      world.acks.length = 0
      world.wants.length = 0
      world.send(frame)
      await world.settle()
    },
    async say(boot, epoch = EPOCH, more = {}) {
      world.hello({ boot, epoch, ...more })
      await world.settle()
    },
    quarantine: () => world.fleet.edge(EDGE)?.quarantine?.reason,
  }
}
