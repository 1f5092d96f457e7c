/** What can break in a house, by place. Those of probes and radios are their devices' own. */
const OF_PLACE: Readonly<Record<string, readonly string[]>> = {
  'gh-pump': ['dry', 'weak'],
  'gh-tank': ['empty'],
  'gh-float': ['stuck'],
  'gh-flow': ['lost'],
  'gh-pipe': ['leak'],
}
const OF_ZONE = ['burst', 'blocked'] as const
const OF_VALVE = ['stuck', 'shut'] as const

/** Every name of a fault that only a house knows. */
export const HOUSE_FAULTS = [
  'dry',
  'weak',
  'empty',
  'lost',
  'burst',
  'blocked',
  'leak',
  'shut',
  'gone',
  'reset',
  'hang',
  'stuck0',
  'stuck100',
  'stuck65535',
] as const

/** Where a house as a whole breaks. */
export const HOUSE_PLACES: readonly string[] = Object.keys(OF_PLACE)

export interface HouseFaults {
  has(where: string, name: string): boolean
  /** False for what cannot be; `none` mends everything there. */
  set(where: string, name: string): boolean
  of(where: string): readonly string[]
}

export function createHouseFaults(zones: readonly string[]): HouseFaults {
  const possible = new Map<string, readonly string[]>([
    ...Object.entries(OF_PLACE),
    ...zones.flatMap((id): [string, readonly string[]][] => [
      [id, OF_ZONE],
      [`${id}-valve`, OF_VALVE],
    ]),
  ])
  const broken = new Map<string, Set<string>>([...possible.keys()].map((where) => [where, new Set()]))
  return {
    has: (where, name) => broken.get(where)?.has(name) ?? false,
    set(where, name) {
      const here = broken.get(where)
      if (here === undefined) return false
      if (name === 'none') here.clear()
      else if (possible.get(where)?.includes(name) !== true) return false
      else here.add(name)
      return true
    },
    of: (where) => [...(broken.get(where) ?? [])],
  }
}
