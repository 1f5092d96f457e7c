import { createHash, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../../../core/clock.ts'
import { fault } from '../../../core/errors.ts'
import { err, ok, type Result } from '../../../core/result.ts'
import type { DeviceLogin } from './device-broker.ts'

export interface Logins {
  /** Errors: MQTT_NOT_AUTHENTICATED, MQTT_TOO_MANY_FAILURES; neither repeats a password. */
  check(username: string, password: Uint8Array | undefined, address: string): Result<DeviceLogin>
}

/** After so many failures within the window an address waits; a device with an old password tries every few seconds. */
const FAILURES_MAX = 10
const WINDOW_MS = 60_000
/** Addresses remembered; the oldest is forgotten first. */
const ADDRESSES_MAX = 1_000

export function createLogins(clock: Clock, logins: readonly DeviceLogin[]): Logins {
  const known = new Map(logins.map((login) => [login.username, { login, digest: digestOf(login.password) }]))
  const nobody = digestOf('')
  const failures = new Map<string, { count: number; since: number }>()

  const failed = (address: string) => {
    const now = clock.monotonic()
    const before = failures.get(address)
    if (before !== undefined && now - before.since <= WINDOW_MS) before.count++
    else {
      failures.delete(address)
      const [oldest] = failures.keys()
      if (failures.size >= ADDRESSES_MAX && oldest !== undefined) failures.delete(oldest)
      failures.set(address, { count: 1, since: now })
    }
  }
  const blocked = (address: string) => {
    const before = failures.get(address)
    return (
      before !== undefined && before.count >= FAILURES_MAX && clock.monotonic() - before.since <= WINDOW_MS
    )
  }
  return {
    check(username, password, address) {
      const found = known.get(username)
      // Compared in any case and in constant time: how long it takes tells nothing.
      const same = timingSafeEqual(digestOf(password ?? ''), found?.digest ?? nobody)
      // Many devices may share an address behind one router: a right password is right there too.
      const given = password !== undefined && password.length > 0
      if (found !== undefined && given && same) return ok(found.login)
      if (blocked(address)) return err(fault('MQTT_TOO_MANY_FAILURES', { address }))
      failed(address)
      return err(fault('MQTT_NOT_AUTHENTICATED', { address, username: username.slice(0, 40) }))
    },
  }
}

function digestOf(secret: Uint8Array | string): Buffer {
  return createHash('sha256').update(secret).digest()
}
