import type { Fault } from '../errors.ts'
import type { Text } from '../text.ts'
import { isRecord } from './json-values.ts'

/** How faults of a greenhouse's document name what they are about. */

/** Details of a fault in both languages: `where_words` and `where_words_vi`. */
export function words(name: string, { vi, en }: Text, suffix = '_words'): Readonly<Record<string, string>> {
  return { [`${name}${suffix}`]: en, [`${name}${suffix}_vi`]: vi }
}

/** A thing of the greenhouse by its kind and its name: a document's names are in one language or in both. */
export function thingWords(kind: Text, { name }: { readonly name: Text | string }): Text {
  const { vi, en } = typeof name === 'string' ? { vi: name, en: name } : name
  return { vi: `${kind.vi} "${vi}"`, en: `${kind.en} "${en}"` }
}

export function programWords(program: { readonly name: string }): Text {
  return thingWords({ vi: 'chương trình', en: 'program' }, program)
}

export function firstRepeated(names: readonly string[]): string | undefined {
  const seen = new Set<string>()
  return names.find((name) => seen.size === seen.add(name).size)
}

/** Where a document lists what a detail of a fault names by its id. */
const LISTS = {
  house: (house) => [house],
  zone: (house) => house.zones,
  program: (house) => house.programs,
  recipe: (house) => house.recipes,
  channel: (house) => (isRecord(house.fertiliser) ? house.fertiliser.channels : undefined),
} as const satisfies Record<string, (house: Readonly<Record<string, unknown>>) => unknown>

/**
 * A fault of a document, sound or not, that calls the house, its zones and programs as their people do, not by their
 * ids, and writes numbers as they do.
 */
export function asCalledThere(problem: Fault, house: unknown): Fault {
  if (!isRecord(house)) return problem
  const { details } = problem
  const called = Object.entries(LISTS).flatMap(([key, listOf]) => {
    const name = nameIn(listOf(house), details[key])
    return name === undefined ? [] : Object.entries(words(key, name, ''))
  })
  const decimals = Object.entries(details).flatMap(([key, value]) =>
    typeof value === 'number' && !Number.isInteger(value)
      ? [[`${key}_vi`, String(value).replace('.', ',')]]
      : [],
  )
  return { ...problem, details: { ...details, ...Object.fromEntries([...decimals, ...called]) } }
}

function nameIn(list: unknown, id: string | number | undefined): Text | undefined {
  const item: unknown = Array.isArray(list) ? list.find((one) => isRecord(one) && one.id === id) : undefined
  const name = isRecord(item) ? item.name : undefined
  if (typeof name === 'string') return { vi: name, en: name }
  const both = isRecord(name) && typeof name.vi === 'string' && typeof name.en === 'string'
  return both ? { vi: String(name.vi), en: String(name.en) } : undefined
}
