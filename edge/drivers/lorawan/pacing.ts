/**
 * One after another: of the normal frames to devices that always listen, the next leaves when the last is answered or
 * an answer would have come. A gateway that speaks hears nothing, so hundreds of frames in a row would drown their own
 * answers; and two gateways never speak at once. What is urgent does not stand in this line.
 */
export interface Pacing {
  /** Calls `go` when the turn comes, at once when nobody is before it. */
  join(go: (turn: Turn) => void): Turn
}

export interface Turn {
  /** Ends the turn, or the waiting for it. Idempotent. */
  leave(): void
}

/**
 * The line is as long as there are devices: each stands in it at most once. `later` hands the turn on, for a device that
 * cannot be reached hands it on at once, and so may hundreds after it.
 */
export function createPacing(later: (work: () => void) => void): Pacing {
  const line = new Map<Turn, (turn: Turn) => void>()
  let current: Turn | undefined

  const next = () => {
    const [first] = line
    if (current !== undefined || first === undefined) return
    const [turn, go] = first
    line.delete(turn)
    current = turn
    go(turn)
  }
  return {
    join(go) {
      const turn: Turn = {
        leave() {
          line.delete(turn)
          if (current !== turn) return
          current = undefined
          later(next)
        },
      }
      line.set(turn, go)
      next()
      return turn
    },
  }
}
