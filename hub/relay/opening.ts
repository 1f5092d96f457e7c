import { hex } from '../../core/random.ts'
import { kindOfLength } from '../../core/relay/frame-kinds.ts'
import { createSeal, type Seal, type SealedKind } from '../../core/relay/seal.ts'

/** What an edge's sealed frame turned out to be. */
export type Opened =
  | { readonly kind: 'announce'; readonly epoch: string }
  | { readonly kind: 'alarm' | 'state'; readonly epoch: string; readonly plain: Uint8Array }

/** Seals and opens with the keys that the hub shares with edges. */
export interface Opening {
  knows(edge: string): boolean
  /** Undefined when it was not sealed by that edge, in one of these epochs, for the hub. */
  open(edge: string, sealed: Uint8Array, epochs: readonly string[]): Opened | undefined
  sealAck(edge: string, epoch: string, plain: Uint8Array): Uint8Array
}

/** Derived keys that are kept; the oldest gives way and is derived again. */
const SEALS_MAX = 1_000

export function createOpening(keys: ReadonlyMap<string, Uint8Array>): Opening {
  const seals = new Map<string, Seal>()

  const sealOf = (edge: string, kind: SealedKind, epoch?: string): Seal | undefined => {
    const key = keys.get(edge)
    if (key === undefined) return undefined
    const name = `${edge} ${kind} ${epoch ?? ''}`
    const kept = seals.get(name)
    if (kept !== undefined) return kept
    const [oldest] = seals.keys()
    if (seals.size >= SEALS_MAX && oldest !== undefined) seals.delete(oldest)
    const made = createSeal({ key, edge, kind, ...(epoch === undefined ? {} : { epoch }) })
    seals.set(name, made)
    return made
  }

  return {
    knows: (edge) => keys.has(edge),
    open(edge, sealed, epochs) {
      const kind = kindOfLength(sealed.length)
      if (kind === undefined) return undefined
      if (kind === 'announce') {
        const epoch = sealOf(edge, kind)?.open(sealed)
        return epoch === undefined ? undefined : { kind, epoch: hex(epoch) }
      }
      for (const epoch of epochs) {
        const plain = sealOf(edge, kind, epoch)?.open(sealed)
        if (plain !== undefined) return { kind, epoch, plain }
      }
      return undefined
    },
    sealAck(edge, epoch, plain) {
      const seal = sealOf(edge, 'ack', epoch)
      if (seal === undefined) throw new Error(`no relay key for ${edge}`)
      return seal.seal(plain)
    },
  }
}
