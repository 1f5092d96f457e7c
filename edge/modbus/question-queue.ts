import type { Mono } from '../../core/clock.ts'
import type { Result } from '../../core/result.ts'
import type { Ask } from './exchange.ts'

export interface Question {
  readonly ask: Ask
  done(result: Result<readonly number[]>): void
}

/** Questions that wait for the line. One beyond this is refused: polling faster than a line can answer helps nobody. */
export const WAITING_MAX = 512

/** Urgent questions first, each kind in the order of asking; a unit that is owed a late answer is passed over. */
export interface QuestionQueue {
  /** False where there is no room. */
  add(question: Question): boolean
  /** The next that may be asked now. */
  take(now: Mono): Question | undefined
  /** Asks a unit nothing before then: what it still says would be taken for the answer to the next question. */
  rest(unit: number, until: Mono): void
  /** When the next may be asked, where one waits that may not be asked now. */
  next(): Mono | undefined
  /** Everything that waits, which waits no more. */
  clear(): readonly Question[]
}

export function createQuestionQueue(): QuestionQueue {
  const urgent: Question[] = []
  const normal: Question[] = []
  const resting = new Map<number, Mono>()
  const waiting = () => [...urgent, ...normal]

  return {
    add(question) {
      if (urgent.length + normal.length >= WAITING_MAX) return false
      const queue = question.ask.urgent === true ? urgent : normal
      queue.push(question)
      return true
    },
    take(now) {
      for (const [unit, until] of resting) if (until <= now) resting.delete(unit)
      for (const queue of [urgent, normal]) {
        const index = queue.findIndex(({ ask }) => !resting.has(ask.unit))
        if (index >= 0) return queue.splice(index, 1)[0]
      }
      return undefined
    },
    rest: (unit, until) => void resting.set(unit, until),
    next() {
      let soonest: Mono | undefined
      for (const { ask } of waiting()) {
        const until = resting.get(ask.unit)
        if (until !== undefined && (soonest === undefined || until < soonest)) soonest = until
      }
      return soonest
    },
    clear() {
      const all = waiting()
      urgent.length = 0
      normal.length = 0
      return all
    },
  }
}
