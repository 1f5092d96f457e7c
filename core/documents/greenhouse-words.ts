import type { Text } from '../text.ts'

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
