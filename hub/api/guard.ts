import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Fault, FaultError, fault } from '../../core/errors.ts'
import { isForeign } from '../../core/http/json-server.ts'
import { mayActAs, type Sessions, type User } from '../accounts/sessions.ts'
import { mayTouch, type Vertical } from '../accounts/verticals.ts'
import { isLoopback, type Role } from '../config.ts'

export const SESSION_COOKIE = 'tram_session'

/** On a demonstration, everybody who sits at this machine. */
const LOCAL_OPERATOR: User = { name: 'demo', role: 'operator' }

export interface Guard {
  /** Refuses what another site's page makes a browser send; throws a FaultError. */
  checkOrigin(request: FastifyRequest): void
  user(request: FastifyRequest): User | undefined
  /** A hook that lets only this role or a higher one pass. */
  need(role: Role): (request: FastifyRequest, reply: FastifyReply) => Promise<void>
  /**
   * Who touches something that belongs to these uses of the city's nodes. Throws a FaultError: HTTP_LOGIN_REQUIRED, or
   * HTTP_VERTICAL_FORBIDDEN for an account that is limited to others.
   */
  touch(request: FastifyRequest, belongs: ReadonlySet<Vertical>): User
}

/** Without `sessions` there are no accounts, and the page is served on this machine only. */
export function createGuard(sessions: Sessions | undefined): Guard {
  const user = (request: FastifyRequest): User | undefined => {
    if (sessions === undefined) return LOCAL_OPERATOR
    const token = request.cookies[SESSION_COOKIE]
    return token === undefined ? undefined : sessions.find(token)
  }
  return {
    user,
    checkOrigin(request) {
      if (isForeign(request)) throw refusal('HTTP_ORIGIN_REFUSED')
      // Another site's name may resolve to this machine (DNS rebinding); its own name gives it away.
      const name = request.hostname.replace(/^\[|\]$/g, '')
      if (sessions === undefined && !isLoopback(name)) throw refusal('HTTP_ORIGIN_REFUSED')
    },
    need: (role) => async (request) => {
      const who = user(request)
      if (who === undefined) throw refusal('HTTP_LOGIN_REQUIRED')
      if (!mayActAs(who, role)) throw refusal('HTTP_FORBIDDEN')
    },
    touch(request, belongs) {
      const who = user(request)
      if (who === undefined) throw refusal('HTTP_LOGIN_REQUIRED')
      if (!mayTouch(who.verticals, belongs)) throw refusal('HTTP_VERTICAL_FORBIDDEN')
      return who
    },
  }
}

function refusal(code: Fault['code']): FaultError {
  return new FaultError(fault(code))
}
