import type { Cover, Home } from './chronicle.ts'
import type { Copy } from './season.ts'

interface CopiedPole {
  readonly copies: readonly Copy[]
  readonly node: { readonly spoils: readonly unknown[] }
}

interface Shared {
  readonly homes: readonly Home[]
  readonly moved?: boolean
}

/**
 * Whether something is at the hub more than once because several machines had it on their disk, and each told it once.
 * Told as it was, the hub would have known it by its number; but it had another form before it was told: summed up,
 * moved behind what was summed up, saved out of a damaged database, or under a number that an earlier copy of the disk
 * had given to something else (docs/protocol.md, "Twins").
 */
export function toldByCopies(
  { copies, node }: CopiedPole,
  { homes, moved = false }: Shared,
  covers: readonly Cover[],
): boolean {
  const wasThere = ({ disk, at }: Copy) => homes.some((home) => home.disk === disk && home.at <= at)
  const contested = ({ disk, at }: Copy) => homes.some((home) => home.disk === disk && home.at > at)
  const machines = 1 + copies.filter(wasThere).length
  const once = new Set(covers.map(({ epoch }) => epoch)).size === covers.length
  const damaged = node.spoils.length > 0
  const changed = moved || damaged || covers.some(({ summary }) => summary) || copies.some(contested)
  return once && changed && covers.length <= machines
}
