import { createHash } from 'node:crypto'
import type { Clock } from '../../core/clock.ts'
import { hex, type Random } from '../../core/random.ts'
import { parseHash, verifySecret } from '../../core/scrypt.ts'
import type { HubConfig, Role } from '../config.ts'
import type { Vertical } from './verticals.ts'

export interface User {
  readonly name: string
  readonly role: Role
  /** What the account is limited to; left out, everything. */
  readonly verticals?: readonly Vertical[]
}

export interface Sessions {
  /** A new session's token, or undefined for a wrong name or password. */
  login(name: string, password: string): Promise<{ readonly token: string; readonly user: User } | undefined>
  find(token: string): User | undefined
  logout(token: string): void
}

/** A working shift. */
export const SESSION_MS = 12 * 3_600_000
/** The oldest session ends when there are more. */
const SESSIONS_MAX = 1_000
const TOKEN_BYTES = 32
/** Checked where no such user exists, so that an answer takes as long. */
const NOBODY = `scrypt$16384$8$1$${'A'.repeat(22)}==$${'A'.repeat(43)}=`

const RANK: Readonly<Record<Role, number>> = { viewer: 0, operator: 1, admin: 2 }

export function mayActAs(user: User, role: Role): boolean {
  return RANK[user.role] >= RANK[role]
}

/** Sessions live in memory and end with the process; only digests of their tokens are kept. */
export function createSessions(options: {
  readonly wall: Clock
  readonly random: Random
  readonly users: HubConfig['users']
}): Sessions {
  const { wall, random } = options
  const users = new Map(options.users.map((user) => [user.name, user]))
  const sessions = new Map<string, { readonly user: User; readonly until: number }>()
  const digest = (token: string) => createHash('sha256').update(token).digest('hex')
  return {
    async login(name, password) {
      const user = users.get(name)
      const stored = parseHash(user?.passwordHash ?? NOBODY)
      if (stored === undefined || !(await verifySecret(password, stored)) || user === undefined)
        return undefined
      const token = hex(random.bytes(TOKEN_BYTES))
      const oldest = sessions.keys().next()
      if (sessions.size >= SESSIONS_MAX && !oldest.done) sessions.delete(oldest.value)
      const limit = user.verticals === undefined ? {} : { verticals: user.verticals }
      const session = { name: user.name, role: user.role, ...limit }
      sessions.set(digest(token), { user: session, until: wall.monotonic() + SESSION_MS })
      return { token, user: session }
    },
    find(token) {
      const key = digest(token)
      const session = sessions.get(key)
      if (session === undefined) return undefined
      if (session.until > wall.monotonic()) return session.user
      sessions.delete(key)
      return undefined
    },
    logout: (token) => void sessions.delete(digest(token)),
  }
}
