/**
 * One after another: of the normal frames to devices that always listen, the next leaves when the last is answered or
 * an answer would have come. A gateway that speaks hears nothing, so hundreds of frames in a row would drown their own
 * answers; and two gateways never speak at once. Urgent lamps stand before the others; a siren does not stand in line.
 */
export interface Pacing {
  /** Calls `go` when the turn comes, at once when nobody is before it. */
  join(urgent: boolean, go: (turn: Turn) => void): Turn
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
  type Line = Map<Turn, (turn: Turn) => void>
  const lines: { readonly urgent: Line; readonly normal: Line } = { urgent: new Map(), normal: new Map() }
  let current: Turn | undefined

  const next = () => {
    const line = lines.urgent.size > 0 ? lines.urgent : lines.normal
    const [first] = line
    if (current !== undefined || first === undefined) return
    const [turn, go] = first
    line.delete(turn)
    current = turn
    go(turn)
  }
  return {
    join(urgent, go) {
      const line = urgent ? lines.urgent : lines.normal
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
