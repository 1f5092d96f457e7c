import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'

/**
 * What goes by radio over a neighbour is sealed for the hub: authenticated encryption in SIV construction (RFC 5297's
 * idea, built from HMAC-SHA256). The tag is a MAC of the plaintext and at the same time the nonce of the keystream, so
 * nothing has to be remembered or be random: the same plaintext gives the same frame, and two plaintexts share a
 * keystream only where their tags collide. docs/relay-protocol.md has the bounds and the bytes.
 */

/** `tag` in bytes; `code` goes into the keys, so that no frame of one kind opens as another. */
export const SEALED_KINDS = {
  alarm: { code: 1, direction: 'up', tag: 4 },
  state: { code: 2, direction: 'up', tag: 8 },
  announce: { code: 3, direction: 'up', tag: 4 },
  ack: { code: 4, direction: 'down', tag: 4 },
} as const
export type SealedKind = keyof typeof SEALED_KINDS

export const RELAY_KEY_BYTES = 32
/** The first six bytes of an epoch stand for it: with those, two databases of one node are told apart. */
export const RELAY_EPOCH_BYTES = 6
const RELAY_EPOCH_DIGITS = RELAY_EPOCH_BYTES * 2
const HALF = 32
const LABEL = 'tram relay 1'

/** The part of an epoch that goes by radio, as 12 hexadecimal digits. */
export function relayEpoch(epoch: string): string {
  return epoch.slice(0, RELAY_EPOCH_DIGITS)
}

export interface SealContext {
  /** The secret that this node and the hub share: 32 bytes. */
  readonly key: Uint8Array
  readonly edge: string
  readonly kind: SealedKind
  /** Left out for an announcement, which is what tells the epoch. */
  readonly epoch?: string
}

export interface Seal {
  seal(plain: Uint8Array): Uint8Array
  /** Undefined for whatever was not sealed in this context. */
  open(sealed: Uint8Array): Uint8Array | undefined
}

export function createSeal(context: SealContext): Seal {
  const { tag: tagBytes } = SEALED_KINDS[context.kind]
  const keys = new Uint8Array(hkdfSync('sha256', context.key, new Uint8Array(0), infoOf(context), 2 * HALF))
  const macKey = keys.subarray(0, HALF)
  const streamKey = keys.subarray(HALF)

  const tagOf = (plain: Uint8Array) => mac(macKey, plain).subarray(0, tagBytes)
  const xor = (tag: Uint8Array, bytes: Uint8Array): Uint8Array => {
    const out = Uint8Array.from(bytes)
    for (let from = 0, block = 0; from < out.length; from += HALF, block++) {
      const stream = mac(streamKey, Uint8Array.of(...tag, block))
      for (let index = from; index < Math.min(from + HALF, out.length); index++) {
        out[index] = (out[index] ?? 0) ^ (stream[index - from] ?? 0)
      }
    }
    return out
  }
  return {
    seal(plain) {
      const tag = tagOf(plain)
      return Uint8Array.of(...tag, ...xor(tag, plain))
    },
    open(sealed) {
      if (sealed.length < tagBytes) return undefined
      const tag = sealed.slice(0, tagBytes)
      const plain = xor(tag, sealed.subarray(tagBytes))
      return timingSafeEqual(tag, tagOf(plain)) ? plain : undefined
    },
  }
}

/** label, 0, kind, direction (0 up, 1 down), length of the edge id, edge id, relay epoch (zeros where there is none). */
function infoOf({ edge, kind, epoch }: SealContext): Uint8Array {
  const { code, direction } = SEALED_KINDS[kind]
  const id = Buffer.from(edge, 'utf8')
  const epochBytes = Buffer.alloc(RELAY_EPOCH_BYTES)
  if (epoch !== undefined) epochBytes.write(relayEpoch(epoch), 'hex')
  return Buffer.concat([
    Buffer.from(LABEL),
    Uint8Array.of(0, code, direction === 'up' ? 0 : 1, id.length),
    id,
    epochBytes,
  ])
}

function mac(key: Uint8Array, bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHmac('sha256', key).update(bytes).digest())
}
