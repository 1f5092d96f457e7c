import Type from 'typebox'
import { FaultError, fault } from '../../core/errors.ts'
import type { Api } from '../../core/http/json-server.ts'
import { SESSION_MS, type Sessions, type User } from '../accounts/sessions.ts'
import { Vertical } from '../accounts/verticals.ts'
import type { HubConfig } from '../config.ts'
import { type Guard, SESSION_COOKIE } from './guard.ts'
import { Problem } from './schema.ts'

const LOGINS_PER_MINUTE = 10

const UserView = Type.Object({
  name: Type.String(),
  role: Type.String(),
  /** What the account may touch; left out, everything. */
  verticals: Type.Optional(Type.Array(Vertical)),
})
const Login = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 60 }),
  password: Type.String({ minLength: 1, maxLength: 200 }),
})

/** POST login and logout, GET me. The session is a cookie that no script can read and no other site can send. */
export async function accountRoutes(
  api: Api,
  options: { readonly guard: Guard; readonly sessions: Sessions | undefined; readonly config: HubConfig },
): Promise<void> {
  const { guard, sessions, config } = options
  const cookie = {
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    secure: config.http.behindTls,
    maxAge: SESSION_MS / 1_000,
  } as const

  api.route({
    method: 'POST',
    url: '/login',
    schema: { body: Login, response: { 200: UserView, 401: Problem } },
    config: { rateLimit: { max: LOGINS_PER_MINUTE, timeWindow: 60_000 } },
    handler: async (request, reply) => {
      const session = await sessions?.login(request.body.name, request.body.password)
      if (session === undefined) throw new FaultError(fault('HTTP_LOGIN_FAILED'))
      reply.setCookie(SESSION_COOKIE, session.token, cookie)
      return userView(session.user)
    },
  })
  api.post('/logout', async (request, reply) => {
    const token = request.cookies[SESSION_COOKIE]
    if (token !== undefined) sessions?.logout(token)
    reply.clearCookie(SESSION_COOKIE, { path: '/' }).code(204)
  })
  api.get('/me', { schema: { response: { 200: UserView, 401: Problem } } }, (request) => {
    const user = guard.user(request)
    if (user === undefined) throw new FaultError(fault('HTTP_LOGIN_REQUIRED'))
    return userView(user)
  })
}

function userView({ name, role, verticals }: User) {
  return { name, role, ...(verticals !== undefined && { verticals: [...verticals] }) }
}
