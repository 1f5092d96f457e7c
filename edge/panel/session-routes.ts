import type { FastifyReply, FastifyRequest } from 'fastify'
import { FaultError, fault } from '../../core/errors.ts'
import type { Api } from '../../core/http/json-server.ts'
import type { Result } from '../../core/result.ts'
import type { Text } from '../../core/text.ts'
import { type Account, type Accounts, pinFault } from './accounts.ts'
import { triedFrom } from './address.ts'
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
import type { KnownPhones } from './known-phones.ts'
import { LockKey, type Lockout } from './lockout.ts'
import { digestOf, type PanelSessions, SESSION_MS } from './sessions.ts'
import type { SignIn, TriedFrom } from './sign-in.ts'

/** Says which phone it is, and nothing about who holds it. */
export const PHONE_COOKIE = 'tram_phone'
/** As long as browsers keep any. */
const PHONE_S = 400 * 86_400

const TRIES_PER_MINUTE = { rateLimit: { max: 20, timeWindow: 60_000 } }

export interface SessionRoutesOptions {
  readonly guard: PanelGuard
  readonly accounts: Accounts
  readonly sessions: PanelSessions
  readonly phones: KnownPhones
  readonly signIn: SignIn
  readonly lockout: Lockout
  readonly name: Text
  readonly language: 'vi' | 'en'
  /** Over TLS: then the cookie never goes without it. */
  readonly secure: boolean
}

/** Signing in and out, and whose accounts there are. The session is a cookie that no script reads and no other site sends. */
export async function sessionRoutes(api: Api, options: SessionRoutesOptions): Promise<void> {
  const { guard, accounts, sessions, phones, signIn } = options
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
    const phone = phones.remember(phoneOf(request), account.id)
    reply.setCookie(SESSION_COOKIE, token, { ...cookie, maxAge: SESSION_MS / 1000 })
    reply.setCookie(PHONE_COOKIE, phone, { ...cookie, maxAge: PHONE_S })
    return view(account)
  }
  const from = (request: FastifyRequest, account: string): TriedFrom => ({
    address: triedFrom(request.ip),
    phone: phones.find(phoneOf(request), account),
  })
  /** The PIN of who is signed in, on this very session: how often others have tried is nothing to it. */
  const prove = async (request: FastifyRequest, pin: string): Promise<string> => {
    const token = guard.token(request)
    if (token === undefined) throw new FaultError(fault('HTTP_LOGIN_REQUIRED'))
    orThrow(await signIn.withPin(guard.person(request).id, pin, { session: digestOf(token) }))
    return token
  }

  api.get('/session', (request) => view(guard.account(request)))
  api.post('/session', { config: TRIES_PER_MINUTE, schema: { body: SignInBody } }, async (request, reply) => {
    const { account, pin } = request.body
    const signedIn = orThrow(await signIn.withPin(account, pin, from(request, account)))
    return begin(signedIn, request, reply)
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
      const made = orThrow(await signIn.withCode(request.body, triedFrom(request.ip)))
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
      const token = await prove(request, pin)
      orThrow(await accounts.change(id, { pin: newPin }))
      sessions.endAll(id, token)
      sessions.prove(token)
      return reply.code(204).send()
    },
  )
  api.post(
    '/session/confirm',
    { onRequest: guard.need('member'), config: TRIES_PER_MINUTE, schema: { body: ConfirmBody } },
    async (request, reply) => {
      sessions.prove(await prove(request, request.body.pin))
      return reply.code(204).send()
    },
  )
  ownersRoutes(api, options)
}

function ownersRoutes(api: Api, { guard, accounts, sessions, phones, lockout }: SessionRoutesOptions): void {
  const owner = { onRequest: guard.need('owner') }
  const view = (account: Account) => accountView(account, { sessions, phones, lockout })
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
        lockout.right(locksOf(id, phones))
      }
      return view(changed)
    },
  )
  api.delete(
    '/accounts/:id/sessions',
    { ...owner, schema: { params: AccountParams } },
    async (request, reply) => {
      const { id } = request.params
      signOutEverywhere({ guard, sessions }, id, request)
      // A phone that is lost is nobody's any more.
      phones.forgetAll(id, guard.person(request).id === id ? phoneOf(request) : undefined)
      return reply.code(204).send()
    },
  )
  api.delete('/accounts/:id', { ...owner, schema: { params: AccountParams } }, async (request, reply) => {
    orThrow(accounts.remove(request.params.id))
    sessions.endAll(request.params.id)
    phones.forgetAll(request.params.id)
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

function phoneOf(request: FastifyRequest): string | undefined {
  return request.cookies[PHONE_COOKIE]
}

/** All that keeps the PIN of an account from being tried by who is not signed in. */
export function locksOf(account: string, phones: Pick<KnownPhones, 'of'>): readonly string[] {
  return [LockKey.account(account), ...phones.of(account).map((phone) => LockKey.phone(phone, account))]
}

export function accountView(
  { id, name, role }: Account,
  { sessions, phones, lockout }: Pick<SessionRoutesOptions, 'sessions' | 'phones' | 'lockout'>,
): AccountView {
  const locked_s = Math.max(...locksOf(id, phones).map(lockout.lockedS))
  return { id, name, role, sessions: sessions.count(id), locked_s }
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
