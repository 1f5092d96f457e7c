import type { LightTarget } from '../../../../core/wire/commands.ts'
import type { StreetView } from '../../../api/lighting-schema.ts'
import type { Voices } from '../../parts/lighting/lamp-look.ts'

/** Ids of the lamps that the next order is for. */
export type Selection = ReadonlySet<string>

/** A set of lamps that has a name, and so a button of its own. */
export interface NamedLamps {
  readonly key: string
  readonly words: string
  readonly target: LightTarget
  readonly lamps: readonly string[]
  /** Of a feeder, its place in the street: its line on the map. */
  readonly line?: number
}

export function namedLamps(
  street: StreetView,
  { voice: { language }, light }: Voices,
): readonly NamedLamps[] {
  const ids = street.lamps.map(({ id }) => id)
  const known = new Set(ids)
  const named: readonly NamedLamps[] = [
    { key: 'all', words: light('chooseAll'), target: { all: true }, lamps: ids },
    ...street.groups.map(({ id, name, lamps }) => ({
      key: `group/${id}`,
      words: name[language],
      target: { group: id },
      lamps: lamps.filter((lamp) => known.has(lamp)),
    })),
    ...street.feeders.map(({ id, name }, line) => ({
      key: `feeder/${id}`,
      words: name[language],
      line,
      target: { feeder: id },
      lamps: street.lamps.filter(({ feeder }) => feeder === id).map((lamp) => lamp.id),
    })),
  ]
  return named.filter(({ lamps }) => lamps.length > 0)
}

const sameLamps = (lamps: readonly string[], selection: Selection) =>
  lamps.length === selection.size && lamps.every((lamp) => selection.has(lamp))

/** The name of a selection, where it has one: the whole street before a group before a feeder. */
export function nameOf(selection: Selection, named: readonly NamedLamps[]): NamedLamps | undefined {
  return selection.size === 0 ? undefined : named.find(({ lamps }) => sameLamps(lamps, selection))
}

/** As a command names them: by their common name, so that the log reads as people speak; else one by one. */
export function targetOf(selection: Selection, named: readonly NamedLamps[]): LightTarget {
  return nameOf(selection, named)?.target ?? { lamps: [...selection].toSorted() }
}

export function selectionWords(selection: Selection, named: readonly NamedLamps[], { voice, light }: Voices) {
  const count = voice.format.count(selection.size)
  if (selection.size === 0) return light('orderNone')
  const name = nameOf(selection, named)
  if (name === undefined) return light('orderSome', { count })
  return name.key === 'all' ? light('orderAll', { count }) : light('orderGroup', { name: name.words, count })
}

export function toggled(selection: Selection, lamp: string): Selection {
  const next = new Set(selection)
  if (!next.delete(lamp)) next.add(lamp)
  return next
}

/** Without lamps that the street no longer has. */
export function stillThere(selection: Selection, street: StreetView): Selection {
  const known = new Set(street.lamps.map(({ id }) => id))
  const kept = [...selection].filter((lamp) => known.has(lamp))
  return kept.length === selection.size ? selection : new Set(kept)
}
