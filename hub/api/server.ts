import swagger from '@fastify/swagger'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { jsonServer } from '../../core/http/json-server.ts'
import { securityHeaders, servePage } from '../../core/http/page.ts'
import type { Log } from '../../core/log.ts'
import type { Sessions } from '../accounts/sessions.ts'
import { type HubConfig, tileOrigin } from '../config.ts'
import type { HubDocuments } from '../documents/documents.ts'
import { documentRoutes } from '../documents/people-routes.ts'
import { type ReplicationRoutesOptions, replicationRoutes } from '../documents/replication-routes.ts'
import { accountRoutes } from './account-routes.ts'
import { type CommandRoutesOptions, commandRoutes } from './command-routes.ts'
import { type FarmRoutesOptions, farmRoutes } from './farm-routes.ts'
import { createGuard } from './guard.ts'
import { type LightingRoutesOptions, lightingRoutes } from './lighting-routes.ts'
import { type QuarantineRoutesOptions, quarantineRoutes } from './quarantine-routes.ts'
import { type ReadRoutesOptions, readRoutes } from './read-routes.ts'

export type ApiServer = Awaited<ReturnType<typeof createApiServer>>

export interface ApiServerOptions
  extends Omit<ReadRoutesOptions, 'guard' | 'tileUrl' | 'speed' | 'demo'>,
    Omit<CommandRoutesOptions, 'guard'>,
    Omit<QuarantineRoutesOptions, 'guard'>,
    Omit<LightingRoutesOptions, 'guard' | 'timeZone'>,
    Omit<FarmRoutesOptions, 'guard'> {
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
  const guard = createGuard(sessions)
  const tiles = config.tileUrl === null ? undefined : tileOrigin(config.tileUrl)
  const app = await jsonServer({
    log,
    headers: securityHeaders(tiles === undefined ? [] : [tiles]),
    behindProxy: config.http.behindTls,
    check: guard.checkOrigin,
  })
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
      await farmRoutes(api.withTypeProvider<TypeBoxTypeProvider>(), { ...options, guard })
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
