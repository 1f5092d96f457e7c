import type { Fault } from '../../core/errors.ts'
import { type Problem, problemOf } from '../../core/http/problem.ts'

/** Sentences begin with their greenhouse, for whoever looks after many; who stands in it needs no such beginning. */
export function atHome(problem: Fault): Problem {
  const { code, what, next } = problemOf(problem)
  const { house, house_vi = house } = problem.details
  return { code, what: { vi: shortened(what.vi, house_vi), en: shortened(what.en, house) }, next }
}

function shortened(sentence: string, house: string | number | undefined): string {
  const beginning = [`${house}: `, `${house}, `].find((words) => sentence.startsWith(words))
  if (beginning === undefined) return sentence
  const rest = sentence.slice(beginning.length)
  return `${rest.charAt(0).toLocaleUpperCase('vi')}${rest.slice(1)}`
}
