import type { Greenhouse } from '../../../core/documents/greenhouse.ts'
import type { Text } from '../../../core/text.ts'
import { placeKey } from './layout.ts'

/** What people at the house call what hangs on an output; of one that the house does not drive its address. */
export function placeName(
  house: Greenhouse,
  place: { readonly device: string; readonly output: string },
): Text {
  const { water, zones, fertiliser, climate } = house
  const key = placeKey(place)
  const named = [
    ...(water.pump === undefined ? [] : [{ at: water.pump, name: PUMP }]),
    ...zones.map(({ valve, name }) => ({ at: valve, name: quoted(VALVE, name) })),
    ...(fertiliser?.channels ?? []).map(({ pump, name }) => ({ at: pump, name: quoted(DOSING, name) })),
    ...(climate.misting === undefined ? [] : [{ at: climate.misting, name: MISTING }]),
    ...[...climate.fans, ...climate.shade, ...climate.lamps].map((one) => ({ at: one, name: one.name })),
  ]
  return named.find(({ at }) => placeKey(at) === key)?.name ?? { vi: key, en: key }
}

/** Within the house nobody has to be told which house it is: a sentence about it without its name in front. */
export function atHome(text: Text, { name }: Pick<Greenhouse, 'name'>): Text {
  const without = (sentence: string, house: string) =>
    sentence.startsWith(`${house}: `) ? capital(sentence.slice(house.length + 2)) : sentence
  return { vi: without(text.vi, name.vi), en: without(text.en, name.en) }
}

export const MISTING: Text = { vi: 'Phun sương', en: 'Misting' }
const PUMP: Text = { vi: 'Bơm nước', en: 'Water pump' }
const VALVE: Text = { vi: 'Van', en: 'Valve' }
const DOSING: Text = { vi: 'Bơm châm', en: 'Dosing pump' }

function quoted(kind: Text, { vi, en }: Text): Text {
  return { vi: `${kind.vi} "${vi}"`, en: `${kind.en} "${en}"` }
}

function capital(sentence: string): string {
  return `${sentence.charAt(0).toLocaleUpperCase('vi')}${sentence.slice(1)}`
}
