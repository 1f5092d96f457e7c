import type { Problem } from '../../core/http/problem.ts'
import type { Text } from '../../core/text.ts'

/** Faults name the greenhouse by its id, for whoever looks after many; who stands in it needs no such beginning. */
const HOUSE = { vi: /^Nhà kính [a-z0-9-]+: /, en: /^Greenhouse [a-z0-9-]+: / } as const

export function atHome<P extends Problem>(problem: P): P {
  return { ...problem, what: withoutHouse(problem.what) }
}

function withoutHouse({ vi, en }: Text): Text {
  return { vi: shortened(vi, HOUSE.vi), en: shortened(en, HOUSE.en) }
}

function shortened(sentence: string, beginning: RegExp): string {
  const rest = sentence.replace(beginning, '')
  return rest === sentence ? sentence : `${rest.charAt(0).toLocaleUpperCase('vi')}${rest.slice(1)}`
}
