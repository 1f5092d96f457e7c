import { createHash, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../../core/clock.ts'
import { type Fault, fault } from '../../core/errors.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { parseHash, type SecretHash, verifySecret } from '../../core/scrypt.ts'

export interface EdgeAuth {
  /** The edge's id, once it has proven to be it. `certificateName` is the CN of a verified client certificate. */
  authenticate(attempt: Attempt): Promise<Result<string>>
}

export interface Attempt {
  readonly username: string | undefined
  readonly password: Uint8Array | undefined
  readonly certificateName: string | undefined
  readonly address: string
}

const KEY_BYTES_MAX = 256
/** After so many failures within the window, an address waits for that edge. */
const FAILURES_MAX = 5
const FAILURE_WINDOW_MS = 60_000
/** Addresses remembered; the oldest is forgotten first. */
const SUSPECTS_MAX = 10_000
/** Hashes being computed at once: more would starve the thread pool. */
const CHECKS_MAX = 64

/** Checks edges by key or certificate. A key proven once is remembered by its digest, so that a storm is cheap. */
export function createEdgeAuth(options: {
  readonly clock: Clock
  readonly edges: readonly { readonly id: string; readonly keyHash: string }[]
}): EdgeAuth {
  const { clock } = options
  const hashes = new Map<string, SecretHash>()
  for (const { id, keyHash } of options.edges) {
    const parsed = parseHash(keyHash)
    if (parsed !== undefined) hashes.set(id, parsed)
  }
  const proven = new Map<string, Buffer>()
  const suspects = createSuspects(clock)
  let checks = 0

  async function byKey(edge: string, key: Uint8Array, address: string): Promise<Result<string>> {
    const digest = createHash('sha256').update(key).digest()
    const known = proven.get(edge)
    if (known !== undefined && timingSafeEqual(known, digest)) return ok(edge)
    const who = `${address} ${edge}`
    if (suspects.blocked(who)) return err(fault('BROKER_TOO_MANY_FAILURES', { address }))
    if (checks >= CHECKS_MAX) return err(fault('BROKER_BUSY'))
    const stored = hashes.get(edge)
    // Counted before the slow check, so that many attempts at once do not slip past the limit.
    suspects.failed(who)
    if (stored === undefined) return err(refused(edge))
    checks++
    try {
      if (!(await verifySecret(key, stored))) return err(refused(edge))
    } finally {
      checks--
    }
    suspects.cleared(who)
    proven.set(edge, digest)
    return ok(edge)
  }

  return {
    async authenticate({ username, password, certificateName, address }) {
      if (certificateName !== undefined) {
        const same = username === undefined || username === certificateName
        return same && hashes.has(certificateName) ? ok(certificateName) : err(refused(certificateName))
      }
      if (username === undefined || password === undefined || password.length > KEY_BYTES_MAX)
        return err(refused(username ?? ''))
      return byKey(username, password, address)
    },
  }
}

function refused(edge: string): Fault {
  return fault('BROKER_NOT_AUTHENTICATED', { edge: edge.slice(0, 40) })
}

function createSuspects(clock: Clock) {
  const failures = new Map<string, { count: number; since: number }>()
  const current = (who: string) => {
    const found = failures.get(who)
    if (found !== undefined && clock.monotonic() - found.since <= FAILURE_WINDOW_MS) return found
    failures.delete(who)
    return undefined
  }
  return {
    blocked: (who: string) => (current(who)?.count ?? 0) >= FAILURES_MAX,
    failed(who: string) {
      const found = current(who)
      if (found !== undefined) {
        found.count++
        return
      }
      const oldest = failures.keys().next()
      if (failures.size >= SUSPECTS_MAX && !oldest.done) failures.delete(oldest.value)
      failures.set(who, { count: 1, since: clock.monotonic() })
    },
    cleared: (who: string) => void failures.delete(who),
  }
}
