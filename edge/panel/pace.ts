import type { Clock } from '../../core/clock.ts'
import { FaultError, fault } from '../../core/errors.ts'

/** Work that takes so long, ms, keeps the node from its other work, which then has the node for so many times as long. */
const LONG_MS = 1_000
const RESTS = 4

/** Does work in one piece, as often as people want it where it is short. Throws a FaultError, HTTP_TOO_MANY, while it rests. */
export function createPace(wall: Clock): <T>(work: () => T) => T {
  let restsUntil = Number.NEGATIVE_INFINITY
  return (work) => {
    const began = wall.monotonic()
    if (began < restsUntil) throw new FaultError(fault('HTTP_TOO_MANY'))
    const done = work()
    const ended = wall.monotonic()
    if (ended - began >= LONG_MS) restsUntil = ended + RESTS * (ended - began)
    return done
  }
}
