import type { Fault } from '../errors.ts'
import type { Text } from '../text.ts'
import { isRecord } from './json-values.ts'

/** How faults of a greenhouse's document name what they are about. */

/** Details of a fault in both languages: `where_words` and `where_words_vi`. */
export function words(name: string, { vi, en }: Text, suffix = '_words'): Readonly<Record<string, string>> {
  return { [`${name}${suffix}`]: en, [`${name}${suffix}_vi`]: vi }
}

export function zoneWords(id: string): Text {
  return { vi: `khu "${id}"`, en: `zone "${id}"` }
}

export function programWords(id: string): Text {
  return { vi: `chương trình "${id}"`, en: `program "${id}"` }
}

export function firstRepeated(names: readonly string[]): string | undefined {
  const seen = new Set<string>()
  return names.find((name) => seen.size === seen.add(name).size)
}

/** Where a document lists what a detail of a fault names by its id. */
const LISTS = {
  zone: (house) => house.zones,
  program: (house) => house.programs,
  recipe: (house) => house.recipes,
  channel: (house) => (isRecord(house.fertiliser) ? house.fertiliser.channels : undefined),
} as const satisfies Record<string, (house: Readonly<Record<string, unknown>>) => unknown>

/** A fault of a document, sound or not, that calls zones and programs as the document's people do, not by their ids. */
export function asCalledThere(problem: Fault, house: unknown): Fault {
  if (!isRecord(house)) return problem
  const called = Object.entries(LISTS).flatMap(([key, listOf]) => {
    const name = nameIn(listOf(house), problem.details[key])
    return name === undefined ? [] : Object.entries(words(key, name, ''))
  })
  return { ...problem, details: { ...problem.details, ...Object.fromEntries(called) } }
}

function nameIn(list: unknown, id: string | number | undefined): Text | undefined {
  const item: unknown = Array.isArray(list) ? list.find((one) => isRecord(one) && one.id === id) : undefined
  const name = isRecord(item) ? item.name : undefined
  if (typeof name === 'string') return { vi: name, en: name }
  const both = isRecord(name) && typeof name.vi === 'string' && typeof name.en === 'string'
  return both ? { vi: String(name.vi), en: String(name.en) } : undefined
}
