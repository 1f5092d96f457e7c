/** Timers by due time, those of one moment in the order in which they were armed. Adding and taking cost O(log n). */
export interface TimerHeap {
  add(due: number, work: () => void): Timer
  /** Forgets a timer; one that was taken or forgotten already is left alone. */
  cancel(timer: Timer): void
  /** Takes the first timer that is due at or before `until`. */
  take(until: number): { readonly due: number; readonly work: () => void } | undefined
  size(): number
}

export interface Timer {
  readonly due: number
  readonly order: number
  /** Undefined once taken or cancelled. */
  work: (() => void) | undefined
}

/** Cancelled timers stay in the heap until they come up, or until they are most of it. */
const SWEEP_AT = 64

export function timerHeap(): TimerHeap {
  let heap: Timer[] = []
  let live = 0
  let order = 0

  const before = (a: Timer, b: Timer) => a.due < b.due || (a.due === b.due && a.order < b.order)
  const rise = (timer: Timer, from: number) => {
    let index = from
    while (index > 0) {
      const above = (index - 1) >> 1
      const parent = heap[above]
      if (parent === undefined || before(parent, timer)) break
      heap[index] = parent
      index = above
    }
    heap[index] = timer
  }
  const sink = (timer: Timer, from: number) => {
    let index = from
    for (;;) {
      let below = 2 * index + 1
      let child = heap[below]
      if (child === undefined) break
      const right = heap[below + 1]
      if (right !== undefined && before(right, child)) {
        below++
        child = right
      }
      if (before(timer, child)) break
      heap[index] = child
      index = below
    }
    heap[index] = timer
  }
  const dropFirst = () => {
    const last = heap.pop()
    if (last !== undefined && heap.length > 0) sink(last, 0)
  }
  const sweep = () => {
    const kept = heap.filter(({ work }) => work !== undefined)
    // A sorted list is a heap.
    heap = kept.sort((a, b) => (before(a, b) ? -1 : 1))
  }

  return {
    add(due, work) {
      const timer: Timer = { due, order: order++, work }
      heap.push(timer)
      rise(timer, heap.length - 1)
      live++
      return timer
    },
    cancel(timer) {
      if (timer.work === undefined) return
      timer.work = undefined
      live--
      if (heap.length > SWEEP_AT && live < heap.length / 2) sweep()
    },
    take(until) {
      for (let first = heap[0]; first !== undefined; first = heap[0]) {
        const { due, work } = first
        if (work !== undefined && due > until) return undefined
        dropFirst()
        if (work === undefined) continue
        first.work = undefined
        live--
        return { due, work }
      }
      return undefined
    },
    size: () => live,
  }
}
