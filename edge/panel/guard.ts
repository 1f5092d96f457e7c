import { isIP } from 'node:net'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { FaultError, fault } from '../../core/errors.ts'
import { isForeign } from '../../core/http/json-server.ts'
import type { Account, Accounts } from './accounts.ts'
import type { PanelRole } from './api-types.ts'
import { PIN_FRESH_MS } from './sensitive.ts'
import type { PanelSessions } from './sessions.ts'

export const SESSION_COOKIE = 'tram_panel'

/** Who asks, and whether they may. */
export interface PanelGuard {
  /** Refuses what another site's page makes a browser send; throws a FaultError. */
  checkOrigin(request: FastifyRequest): void
  token(request: FastifyRequest): string | undefined
  /** Whose session a request brings; undefined for none. */
  account(request: FastifyRequest): Account | undefined
  /** The same, for a route that only the signed in reach; throws a FaultError for others. */
  person(request: FastifyRequest): Account
  /** Whether a session's token still is one. */
  stands(token: string): boolean
  /** Throws a FaultError, PIN_AGAIN, where the PIN was last given too long ago for what is sensitive. */
  checkFresh(request: FastifyRequest): void
  /** A hook that lets only this role or a higher one pass. */
  need(role: PanelRole): (request: FastifyRequest, reply: FastifyReply) => Promise<void>
}

export function createPanelGuard(parts: {
  readonly accounts: Accounts
  readonly sessions: PanelSessions
  /** Names beside addresses and local ones by which the panel may be called. */
  readonly names: readonly string[]
  /** Told of each request that a session came with. */
  seen(request: FastifyRequest): void
}): PanelGuard {
  const { accounts, sessions } = parts
  const names = new Set(parts.names.map((name) => name.toLowerCase()))
  const token = (request: FastifyRequest) => request.cookies[SESSION_COOKIE]
  const ofToken = (text: string | undefined): Account | undefined => {
    const id = text === undefined ? undefined : sessions.find(text)
    return id === undefined ? undefined : accounts.find(id)
  }
  const person = (request: FastifyRequest): Account => {
    const account = ofToken(token(request))
    if (account === undefined) throw new FaultError(fault('HTTP_LOGIN_REQUIRED'))
    parts.seen(request)
    return account
  }
  return {
    checkOrigin(request) {
      // Another site's name may be made to mean this node (DNS rebinding); its own name gives it away.
      const name = request.hostname.replace(/^\[|\]$/g, '').toLowerCase()
      if (isForeign(request) || !(isLocalName(name) || names.has(name)))
        throw new FaultError(fault('HTTP_ORIGIN_REFUSED'))
    },
    token,
    account: (request) => ofToken(token(request)),
    person,
    stands: (text) => ofToken(text) !== undefined,
    checkFresh(request) {
      const text = token(request)
      if (text === undefined || !sessions.provenWithin(text, PIN_FRESH_MS))
        throw new FaultError(fault('PIN_AGAIN', { minutes: PIN_FRESH_MS / 60_000 }))
    },
    need: (role) => async (request) => {
      if (role === 'owner' && person(request).role !== 'owner') throw new FaultError(fault('OWNER_ONLY'))
      person(request)
    },
  }
}

/** An address, or a name that no public server can give out. */
function isLocalName(name: string): boolean {
  return isIP(name) !== 0 || !name.includes('.') || /\.(local|lan|home\.arpa|internal)$/.test(name)
}
