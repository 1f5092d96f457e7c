import type { Greenhouse } from '../../../core/documents/greenhouse.ts'
import { placesOf } from '../../../core/documents/greenhouse-places.ts'
import type { Text } from '../../../core/text.ts'
import { placeKey } from './layout.ts'

/** What people at the house call what hangs on an output; of one that the house does not drive its address. */
export function placeName(
  house: Greenhouse,
  place: { readonly device: string; readonly output: string },
): Text {
  const key = placeKey(place)
  return placesOf(house).find((one) => placeKey(one) === key)?.name ?? { vi: key, en: key }
}

/** Within the house nobody has to be told which house it is: a sentence about it without its name in front. */
export function atHome(text: Text, { name }: Pick<Greenhouse, 'name'>): Text {
  const without = (sentence: string, house: string) =>
    sentence.startsWith(`${house}: `) ? capital(sentence.slice(house.length + 2)) : sentence
  return { vi: without(text.vi, name.vi), en: without(text.en, name.en) }
}

function capital(sentence: string): string {
  return `${sentence.charAt(0).toLocaleUpperCase('vi')}${sentence.slice(1)}`
}
