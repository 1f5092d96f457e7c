import type { Cover, Home } from './chronicle.ts'
import type { Copy } from './season.ts'

interface CopiedPole {
  readonly copies: readonly Copy[]
  readonly node: { readonly spoils: readonly unknown[] }
}

interface Shared {
  readonly homes: readonly Home[]
  readonly madeAt: number
  /** Undefined where only a commit that nobody was told of has kept it. */
  readonly durableAt: number | undefined
  readonly moved?: boolean
}

/**
 * Whether something is at the hub more than once because two machines had it on their disk, and each told it once. Told
 * as it was, the hub would have known it by its number; but one of them had given it another form before it told it:
 * summed it up, moved it behind what was summed up, or saved it out of a damaged database (docs/protocol.md, "Twins").
 */
export function toldByCopies(
  { copies, node }: CopiedPole,
  { homes, madeAt, durableAt = madeAt, moved = false }: Shared,
  covers: readonly Cover[],
): boolean {
  const holders = copies.filter(({ disk, at }) => durableAt <= at && homes.some((home) => home.disk === disk))
  const once = new Set(covers.map(({ epoch }) => epoch)).size === covers.length
  const changed = node.spoils.length > 0 || moved || covers.some(({ summary }) => summary)
  return once && changed && covers.length <= 1 + holders.length
}
