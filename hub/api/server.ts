import cookie from '@fastify/cookie'
import rateLimit from '@fastify/rate-limit'
import swagger from '@fastify/swagger'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import fastify, { type FastifySchemaCompiler } from 'fastify'
import type { TSchema } from 'typebox'
import { Convert, Default } from 'typebox/value'
import { FaultError, fault } from '../../core/errors.ts'
import type { Log } from '../../core/log.ts'
import { checker } from '../../core/schema.ts'
import type { Sessions } from '../accounts/sessions.ts'
import type { HubConfig } from '../config.ts'
import type { HubDocuments } from '../documents/documents.ts'
import { documentRoutes } from '../documents/people-routes.ts'
import { type ReplicationRoutesOptions, replicationRoutes } from '../documents/replication-routes.ts'
import { accountRoutes } from './account-routes.ts'
import { type CommandRoutesOptions, commandRoutes } from './command-routes.ts'
import { createGuard } from './guard.ts'
import { type LightingRoutesOptions, lightingRoutes } from './lighting-routes.ts'
import { securityHeaders, servePage } from './page.ts'
import { faultOf, problemOf, statusOf } from './problem.ts'
import { type QuarantineRoutesOptions, quarantineRoutes } from './quarantine-routes.ts'
import { type ReadRoutesOptions, readRoutes } from './read-routes.ts'

const BODY_BYTES_MAX = 16 * 1024
const URL_PARAMETER_MAX = 200
const REQUEST_TIMEOUT_MS = 10_000

export type ApiServer = Awaited<ReturnType<typeof createApiServer>>

export interface ApiServerOptions
  extends Omit<ReadRoutesOptions, 'guard' | 'tileUrl' | 'speed' | 'demo'>,
    Omit<CommandRoutesOptions, 'guard'>,
    Omit<QuarantineRoutesOptions, 'guard'>,
    Omit<LightingRoutesOptions, 'guard' | 'timeZone'> {
  readonly log: Log
  readonly config: HubConfig
  /** Undefined where the configuration has no users: then everybody at this machine is a local operator. */
  readonly sessions: Sessions | undefined
  /** The built page; undefined for none. */
  readonly page: string | undefined
  /** Documents for people, and the database that edges replicate with; undefined where the hub keeps none. */
  readonly documents?:
    | { readonly people: HubDocuments; readonly replication: ReplicationRoutesOptions }
    | undefined
}

/** The hub's HTTP side: routes of the contract in schema.ts, its OpenAPI document, and the page. */
export async function createApiServer(options: ApiServerOptions) {
  const { log, config, sessions, documents } = options
  const app = fastify({
    bodyLimit: BODY_BYTES_MAX,
    routerOptions: { maxParamLength: URL_PARAMETER_MAX },
    requestTimeout: REQUEST_TIMEOUT_MS,
    trustProxy: config.http.behindTls,
    forceCloseConnections: true,
  }).withTypeProvider<TypeBoxTypeProvider>()
  app.setValidatorCompiler(validatorOf)
  // Answers are built from our own types; their schemas are for the OpenAPI document.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data))

  app.setErrorHandler((error: Error & { readonly statusCode?: number }, request, reply) => {
    const problem = error instanceof FaultError ? error.fault : faultOf(error)
    if (problem === undefined) log.error('request failed', { url: request.url, reason: error.message })
    const told = problem ?? fault('HTTP_FAILED')
    return reply.code(statusOf(told)).send(problemOf(told))
  })
  app.setNotFoundHandler((_request, reply) => {
    const problem = fault('HTTP_NOT_FOUND')
    return reply.code(statusOf(problem)).send(problemOf(problem))
  })

  const guard = createGuard(sessions)
  const headers = securityHeaders(config.tileUrl)
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(headers)
    if (request.url.startsWith('/api/')) reply.header('cache-control', 'no-store')
    guard.checkOrigin(request)
  })
  await app.register(cookie)
  await app.register(rateLimit, { global: false })
  await app.register(swagger, {
    openapi: { openapi: '3.1.0', info: { title: 'Trạm hub', version: '1' } },
  })
  await app.register(
    async (api) => {
      await accountRoutes(api.withTypeProvider<TypeBoxTypeProvider>(), { guard, sessions, config })
      const { tileUrl, demo } = config
      const shown = { tileUrl, demo: demo !== undefined, speed: demo?.speed ?? 1 }
      await readRoutes(api.withTypeProvider<TypeBoxTypeProvider>(), { ...options, ...shown, guard })
      await quarantineRoutes(api.withTypeProvider<TypeBoxTypeProvider>(), { ...options, guard })
      await commandRoutes(api.withTypeProvider<TypeBoxTypeProvider>(), { ...options, guard })
      const { timeZone } = config
      await lightingRoutes(api.withTypeProvider<TypeBoxTypeProvider>(), { ...options, timeZone, guard })
      if (documents !== undefined)
        await documentRoutes(api.withTypeProvider<TypeBoxTypeProvider>(), {
          guard,
          documents: documents.people,
          belonging: options.belonging,
        })
      api.get('/openapi.json', { schema: { hide: true } }, () => app.swagger())
    },
    { prefix: '/api/v1' },
  )
  if (documents !== undefined) {
    const { replication } = documents
    await app.register((db) => replicationRoutes(db, replication), { prefix: `/db/${replication.site}` })
  }
  await servePage(app, options.page)
  return app
}

/** What stands in an address is text: it is turned into what its schema says, and defaults are filled in. */
export const validatorOf: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const check = checker(schema)
  return (value: unknown) => {
    const checked = check(httpPart === 'body' ? value : Default(schema, Convert(schema, value)))
    if (checked.ok) return { value: checked.value }
    const { path, message } = checked.problem
    return { error: Object.assign(new Error(`${path} ${message}`), { statusCode: 400 }) }
  }
}
