import { scrypt, timingSafeEqual } from 'node:crypto'
import type { Random } from './random.ts'

/** A secret's hash as it stands in a configuration file: `scrypt$N$r$p$salt$hash`, salt and hash in base64. */
export interface SecretHash {
  readonly cost: number
  readonly blockSize: number
  readonly parallel: number
  readonly salt: Uint8Array
  readonly hash: Uint8Array
}

/** RFC 7914's interactive parameters: 16 MiB and some 50 ms. */
const COST = 2 ** 14
const BLOCK_SIZE = 8
const PARALLEL = 1
const SALT_BYTES = 16
const HASH_BYTES = 32

/** A configuration file must not be able to hang the hub or eat its memory. */
const COST_MAX = 2 ** 17
const BLOCK_SIZE_MAX = 16
const PARALLEL_MAX = 4

/** Undefined for anything but a well-formed hash within the limits. */
export function parseHash(text: string): SecretHash | undefined {
  const found =
    /^scrypt\$(\d{1,6})\$(\d{1,2})\$(\d)\$([A-Za-z0-9+/]{11,88}={0,2})\$([A-Za-z0-9+/]{22,88}={0,2})$/.exec(
      text,
    )
  if (found === null) return undefined
  const [cost, blockSize, parallel] = [Number(found[1]), Number(found[2]), Number(found[3])]
  const powerOfTwo = cost > 1 && (cost & (cost - 1)) === 0
  if (!powerOfTwo || cost > COST_MAX || blockSize > BLOCK_SIZE_MAX || parallel > PARALLEL_MAX)
    return undefined
  if (blockSize < 1 || parallel < 1) return undefined
  const salt = Buffer.from(found[4] ?? '', 'base64')
  const hash = Buffer.from(found[5] ?? '', 'base64')
  return { cost, blockSize, parallel, salt, hash }
}

/** Hashes off the main thread, so that the event loop goes on. */
export async function hashSecret(secret: Uint8Array | string, random: Random): Promise<string> {
  const salt = random.bytes(SALT_BYTES)
  const options = { cost: COST, blockSize: BLOCK_SIZE, parallel: PARALLEL }
  const hash = await derive(secret, { ...options, salt, hash: new Uint8Array(HASH_BYTES) })
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
  return `scrypt$${COST}$${BLOCK_SIZE}$${PARALLEL}$${text(salt)}$${text(hash)}`
}

/** Off the main thread, in constant time over the hash. */
export async function verifySecret(secret: Uint8Array | string, stored: SecretHash): Promise<boolean> {
  return timingSafeEqual(await derive(secret, stored), stored.hash)
}

function derive(secret: Uint8Array | string, stored: SecretHash): Promise<Buffer> {
  const { cost, blockSize, parallel, salt, hash } = stored
  const options = { N: cost, r: blockSize, p: parallel, maxmem: 256 * cost * blockSize }
  return new Promise((resolve, reject) => {
    scrypt(secret, salt, hash.length, options, (error, key) => (error ? reject(error) : resolve(key)))
  })
}
