import type { Text } from '../text.ts'

/** What people call what a greenhouse drives: in its own sentences, at its panel and at the hub. */

interface Output {
  readonly device: string
  readonly output: string
}
interface Named extends Output {
  readonly name: Text
}

/** What of a greenhouse's document tells where its machines hang. */
export interface Machines {
  readonly water: { readonly pump?: Output | undefined }
  readonly zones: readonly { readonly name: Text; readonly valve: Output }[]
  readonly fertiliser?:
    | { readonly channels: readonly { readonly name: Text; readonly pump: Output }[] }
    | undefined
  readonly climate: {
    readonly misting?: Output | undefined
    readonly fans: readonly Named[]
    readonly shade: readonly Named[]
    readonly lamps: readonly Named[]
  }
}

/** Every output that a greenhouse drives, with its name. */
export function placesOf({ water, zones, fertiliser, climate }: Machines): readonly Named[] {
  const called = ({ device, output }: Output, name: Text): Named => ({ device, output, name })
  return [
    ...(water.pump === undefined ? [] : [called(water.pump, PUMP)]),
    ...zones.map(({ valve, name }) => called(valve, quoted(VALVE, name))),
    ...(fertiliser?.channels ?? []).map(({ pump, name }) => called(pump, quoted(DOSING, name))),
    ...(climate.misting === undefined ? [] : [called(climate.misting, MISTING)]),
    ...[...climate.fans, ...climate.shade, ...climate.lamps].map((one) => called(one, one.name)),
  ]
}

export const MISTING: Text = { vi: 'Phun sương', en: 'Misting' }
const PUMP: Text = { vi: 'Bơm nước', en: 'Water pump' }
const VALVE: Text = { vi: 'Van', en: 'Valve' }
const DOSING: Text = { vi: 'Bơm châm', en: 'Dosing pump' }

function quoted(kind: Text, { vi, en }: Text): Text {
  return { vi: `${kind.vi} "${vi}"`, en: `${kind.en} "${en}"` }
}
