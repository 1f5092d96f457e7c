export type InTurn = <T>(work: () => Promise<T>) => Promise<T>

/** Runs one piece of work after the other, whatever becomes of each: what was read is what is written over. */
export function oneAtATime(): InTurn {
  let queue: Promise<unknown> = Promise.resolve()
  return (work) => {
    const turn = queue.then(work, work)
    queue = turn.catch(() => {})
    return turn
  }
}
