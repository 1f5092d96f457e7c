import { fill, type Language, type Text } from '../core/text.ts'

export type Values = Readonly<Record<string, string | number>>
export type Say<Key extends string> = (key: Key, values?: Values) => string

/** A page's words in one language; `{names}` are filled in. */
export function createSay<Key extends string>(
  words: Readonly<Record<Key, Text>>,
  language: Language,
): Say<Key> {
  return (key, values = {}) => fill(words[key][language], values)
}
