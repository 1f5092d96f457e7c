import type { FastifyReply, FastifyRequest } from 'fastify'
import { FaultError, fault } from '../../core/errors.ts'
import type { Api } from '../../core/http/json-server.ts'
import type { Result } from '../../core/result.ts'
import type { Text } from '../../core/text.ts'
import { type Account, type Accounts, pinFault } from './accounts.ts'
import type { AccountView, SessionView } from './api-types.ts'
import {
  AccountChangeBody,
  AccountParams,
  ConfirmBody,
  NewAccountBody,
  PinChangeBody,
  SetupBody,
  SignInBody,
} from './bodies.ts'
import { type PanelGuard, SESSION_COOKIE } from './guard.ts'
import type { Lockout } from './lockout.ts'
import { type PanelSessions, SESSION_MS } from './sessions.ts'
import type { SignIn } from './sign-in.ts'

const TRIES_PER_MINUTE = { rateLimit: { max: 20, timeWindow: 60_000 } }

export interface SessionRoutesOptions {
  readonly guard: PanelGuard
  readonly accounts: Accounts
  readonly sessions: PanelSessions
  readonly signIn: SignIn
  readonly lockout: Lockout
  readonly name: Text
  readonly language: 'vi' | 'en'
  /** Over TLS: then the cookie never goes without it. */
  readonly secure: boolean
}

/** Signing in and out, and whose accounts there are. The session is a cookie that no script reads and no other site sends. */
export async function sessionRoutes(api: Api, options: SessionRoutesOptions): Promise<void> {
  const { guard, accounts, sessions, signIn } = options
  const cookie = { path: '/', httpOnly: true, sameSite: 'strict', secure: options.secure } as const

  const view = (signedIn: Account | undefined): SessionView => ({
    signedIn:
      signedIn === undefined ? null : { account: signedIn.id, name: signedIn.name, role: signedIn.role },
    accounts: accounts.list().map(({ id, name }) => ({ id, name })),
    language: options.language,
    greenhouse: options.name,
    setup: !accounts.hasOwner(),
  })
  const begin = (account: Account, request: FastifyRequest, reply: FastifyReply): SessionView => {
    const before = guard.token(request)
    if (before !== undefined) sessions.end(before)
    const token = sessions.begin(account.id)
    reply.setCookie(SESSION_COOKIE, token, { ...cookie, maxAge: SESSION_MS / 1000 })
    return view(account)
  }

  api.get('/session', (request) => view(guard.account(request)))
  api.post('/session', { config: TRIES_PER_MINUTE, schema: { body: SignInBody } }, async (request, reply) => {
    const { account, pin } = request.body
    return begin(orThrow(await signIn.withPin(account, pin, addressOf(request))), request, reply)
  })
  api.delete('/session', async (request, reply) => {
    const token = guard.token(request)
    if (token !== undefined) sessions.end(token)
    return reply.clearCookie(SESSION_COOKIE, cookie).code(204).send()
  })
  api.post(
    '/setup',
    {
      config: TRIES_PER_MINUTE,
      schema: { body: SetupBody },
    },
    async (request, reply) => {
      const made = orThrow(await signIn.withCode(request.body, addressOf(request)))
      return begin(made, request, reply)
    },
  )
  api.put(
    '/session/pin',
    {
      onRequest: guard.need('member'),
      config: TRIES_PER_MINUTE,
      schema: { body: PinChangeBody },
    },
    async (request, reply) => {
      const { pin, newPin } = request.body
      const { id, role } = guard.person(request)
      const unsound = pinFault(newPin, role)
      if (unsound !== undefined) throw new FaultError(unsound)
      orThrow(await signIn.withPin(id, pin, addressOf(request)))
      orThrow(await accounts.change(id, { pin: newPin }))
      const token = guard.token(request)
      sessions.endAll(id, token)
      if (token !== undefined) sessions.prove(token)
      return reply.code(204).send()
    },
  )
  api.post(
    '/session/confirm',
    { onRequest: guard.need('member'), config: TRIES_PER_MINUTE, schema: { body: ConfirmBody } },
    async (request, reply) => {
      orThrow(await signIn.withPin(guard.person(request).id, request.body.pin, addressOf(request)))
      const token = guard.token(request)
      if (token !== undefined) sessions.prove(token)
      return reply.code(204).send()
    },
  )
  ownersRoutes(api, options)
}

function ownersRoutes(api: Api, { guard, accounts, sessions, lockout }: SessionRoutesOptions): void {
  const owner = { onRequest: guard.need('owner') }
  const view = (account: Account) => accountView(account, { sessions, lockout })
  api.get('/accounts', owner, () => accounts.list().map(view))
  api.post('/accounts', { ...owner, schema: { body: NewAccountBody } }, async (request, reply) =>
    reply.code(201).send(view(orThrow(await accounts.add(request.body)))),
  )
  api.put(
    '/accounts/:id',
    {
      ...owner,
      schema: {
        params: AccountParams,
        body: AccountChangeBody,
      },
    },
    async (request) => {
      const { id } = request.params
      const changed = orThrow(await accounts.change(id, request.body))
      if (request.body.pin !== undefined) {
        signOutEverywhere({ guard, sessions }, id, request)
        lockout.right([`account ${id}`])
      }
      return view(changed)
    },
  )
  api.delete(
    '/accounts/:id/sessions',
    { ...owner, schema: { params: AccountParams } },
    async (request, reply) => {
      signOutEverywhere({ guard, sessions }, request.params.id, request)
      return reply.code(204).send()
    },
  )
  api.delete('/accounts/:id', { ...owner, schema: { params: AccountParams } }, async (request, reply) => {
    orThrow(accounts.remove(request.params.id))
    sessions.endAll(request.params.id)
    return reply.code(204).send()
  })
}

/** Of one's own account all but the session that asks. */
function signOutEverywhere(
  { guard, sessions }: Pick<SessionRoutesOptions, 'guard' | 'sessions'>,
  id: string,
  request: FastifyRequest,
): void {
  sessions.endAll(id, guard.person(request).id === id ? guard.token(request) : undefined)
}

export function accountView(
  { id, name, role }: Account,
  { sessions, lockout }: Pick<SessionRoutesOptions, 'sessions' | 'lockout'>,
): AccountView {
  return { id, name, role, sessions: sessions.count(id), locked_s: lockout.lockedS(`account ${id}`) }
}

/** Where a try comes from. Of an IPv6 address the network: whoever has one has all of its addresses. */
export function addressOf({ ip }: Pick<FastifyRequest, 'ip'>): string {
  if (!ip.includes(':') || ip.startsWith('::ffff:')) return ip.replace(/^::ffff:/, '')
  return ip.split('::')[0]?.split(':').slice(0, 4).join(':') ?? ip
}

export function orThrow<T>(result: Result<T>): T {
  if (!result.ok) throw new FaultError(result.error)
  return result.value
}

/** For what a route names and the node has not. */
export function found<T>(value: T | undefined): T {
  if (value === undefined) throw new FaultError(fault('HTTP_NOT_FOUND'))
  return value
}
