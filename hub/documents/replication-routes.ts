import type { FastifyInstance, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { explain, FaultError, fault } from '../../core/errors.ts'
import type { Api } from '../../core/http/json-server.ts'
import { faultOf, statusOf } from '../../core/http/problem.ts'
import { oneAtATime } from '../../core/one-at-a-time.ts'
import type { RevisionStore } from '../../core/ports/document-store.ts'
import type { EdgeAuth } from '../broker/edge-auth.ts'
import type { Refuse } from '../refusals.ts'
import { isRevision } from './couch-wire.ts'
import { type EdgeReplication, edgeReplication } from './replication.ts'

/**
 * The part of CouchDB's replication protocol that a one-shot replication in either direction needs, at /db/{site}.
 * Each edge sees a database of its own documents alone. docs/decisions/0010-documents.md says why it is ours.
 */

export interface ReplicationRoutesOptions {
  readonly site: string
  readonly store: RevisionStore
  readonly auth: EdgeAuth
  readonly quarantined: (edge: string) => boolean
  readonly refuse: Refuse
}

const BODY_BYTES_MAX = 8 * 1024 * 1024
const REQUESTS_PER_MINUTE = 1_200
const CHANGES_MAX = 500
const DOCUMENTS_MAX = 200
const REVISIONS_MAX = 100

const Id = Type.String({ minLength: 1, maxLength: 200 })
const Rev = Type.String({ minLength: 3, maxLength: 80 })
const Flag = Type.Optional(Type.Boolean())
const ChangesQuery = Type.Object({
  since: Type.Integer({ minimum: 0, default: 0 }),
  limit: Type.Integer({ minimum: 1, maximum: CHANGES_MAX, default: CHANGES_MAX }),
  style: Type.Optional(Type.Union([Type.Literal('main_only'), Type.Literal('all_docs')])),
  feed: Type.Optional(Type.Literal('normal')),
  filter: Type.Optional(Type.Never()),
})
const RevsDiff = Type.Record(Id, Type.Array(Rev, { maxItems: REVISIONS_MAX }), { maxProperties: CHANGES_MAX })
const BulkGet = Type.Object({
  docs: Type.Array(Type.Object({ id: Id, rev: Type.Optional(Rev) }), { maxItems: DOCUMENTS_MAX }),
})
const BulkDocs = Type.Object({
  docs: Type.Array(Type.Record(Type.String(), Type.Unknown()), { maxItems: DOCUMENTS_MAX }),
  new_edits: Type.Literal(false),
})
const Checkpoint = Type.Record(Type.String({ maxLength: 40 }), Type.Unknown())
const CheckpointName = Type.Object({ name: Type.String({ pattern: '^[A-Za-z0-9._~=-]{1,80}$' }) })

export async function replicationRoutes(
  app: FastifyInstance,
  options: ReplicationRoutesOptions,
): Promise<void> {
  const edges = new WeakMap<FastifyRequest, EdgeReplication>()
  const inTurn = oneAtATime()
  const of = (request: FastifyRequest): EdgeReplication => {
    const found = edges.get(request)
    if (found === undefined) throw new Error('a replication request went past its authentication')
    return found
  }
  app.addHook('onRequest', async (request, reply) => {
    const edge = await authenticated(request, options.auth)
    if (!edge.ok) {
      options.refuse(edge.error)
      reply.header('www-authenticate', 'Basic realm="tram"')
      return reply.code(401).send({ error: 'unauthorized', reason: edge.error.code })
    }
    edges.set(request, edgeReplication({ ...options, edge: edge.value, inTurn }))
  })
  app.setErrorHandler((error: Error & { readonly statusCode?: number }, _request, reply) => {
    const problem = error instanceof FaultError ? error.fault : (faultOf(error) ?? fault('HTTP_FAILED'))
    options.refuse(problem)
    const status = statusOf(problem)
    const name = status === 403 ? 'forbidden' : status === 400 ? 'bad_request' : problem.code.toLowerCase()
    return reply.code(status).send({ error: name, reason: explain(problem, 'en') })
  })

  const limited = {
    config: {
      rateLimit: { max: REQUESTS_PER_MINUTE, timeWindow: 60_000, keyGenerator: whoAsks },
    },
    bodyLimit: BODY_BYTES_MAX,
  }
  const hidden = { hide: true } as const
  const db: Api = app.withTypeProvider()
  // A replication asks this to see that there is a database; how many changes it has in all is no edge's business.
  db.get('/', { ...limited, schema: hidden }, () => ({ db_name: options.site, instance_start_time: '0' }))
  db.get('/_changes', { ...limited, schema: { ...hidden, querystring: ChangesQuery } }, async (request) => {
    const { since, limit, style } = request.query
    const changes = await of(request).changes(since, limit)
    return {
      results: changes.map(({ seq, id, deleted, leaves }) => ({
        seq,
        id,
        changes: (style === 'all_docs' ? leaves : leaves.slice(0, 1)).map((rev) => ({ rev })),
        ...(deleted ? { deleted: true } : {}),
      })),
      last_seq: changes.at(-1)?.seq ?? since,
    }
  })
  db.post('/_revs_diff', { ...limited, schema: { ...hidden, body: RevsDiff } }, (request) =>
    of(request).missing(request.body),
  )
  readRoutes(db, of, limited)
  db.post('/_bulk_docs', { ...limited, schema: { ...hidden, body: BulkDocs } }, async (request, reply) => {
    const refused = await of(request).store(request.body.docs)
    reply.code(201)
    return refused.map(({ id, problem }) => ({ id, error: 'forbidden', reason: explain(problem, 'en') }))
  })
  db.get(
    '/_local/:name',
    { ...limited, schema: { ...hidden, params: CheckpointName } },
    async (request, reply) => {
      const { name } = request.params
      const found = await of(request).checkpoint(name)
      if (found === undefined) return reply.code(404).send({ error: 'not_found', reason: 'missing' })
      return { ...found, _id: `_local/${name}`, _rev: '0-1' }
    },
  )
  db.put(
    '/_local/:name',
    { ...limited, schema: { ...hidden, params: CheckpointName, body: Checkpoint } },
    async (request, reply) => {
      const { _id, _rev, ...body } = request.body
      const { name } = request.params
      const rev = await of(request).putCheckpoint(name, body)
      reply.code(201)
      return { ok: true, id: `_local/${name}`, rev }
    },
  )
}

function readRoutes(
  db: Api,
  of: (request: FastifyRequest) => EdgeReplication,
  limited: { readonly bodyLimit: number },
): void {
  const hidden = { hide: true } as const
  const query = Type.Object({ revs: Flag, latest: Flag })
  db.post(
    '/_bulk_get',
    { ...limited, schema: { ...hidden, querystring: query, body: BulkGet } },
    async (request) => {
      const { revs = false, latest = false } = request.query
      const results = []
      for (const { id, rev } of request.body.docs) {
        const docs = await of(request).revisions(id, rev === undefined ? 'all' : [rev], { revs, latest })
        results.push({
          id,
          docs: docs.map((doc) => ('ok' in doc ? doc : { error: missing(id, doc.missing) })),
        })
      }
      return { results }
    },
  )
  db.get(
    '/:id',
    {
      ...limited,
      schema: {
        ...hidden,
        params: Type.Object({ id: Id }),
        querystring: Type.Object({
          revs: Flag,
          latest: Flag,
          open_revs: Type.Optional(Type.String({ maxLength: 10_000 })),
        }),
      },
    },
    async (request, reply) => {
      const { revs = false, latest = false, open_revs } = request.query
      const asked = open_revs === undefined ? 'all' : revisionsIn(open_revs)
      const found = await of(request).revisions(request.params.id, asked, { revs, latest })
      if (open_revs !== undefined) return found
      const [winner] = found
      if (winner !== undefined && 'ok' in winner && winner.ok._deleted !== true) return winner.ok
      return reply
        .code(404)
        .send({ error: 'not_found', reason: winner === undefined ? 'missing' : 'deleted' })
    },
  )
}

function missing(id: string, rev: string) {
  return { id, rev, error: 'not_found', reason: 'missing' }
}

function revisionsIn(text: string): readonly string[] | 'all' {
  if (text === 'all') return 'all'
  const parsed = parseJson(text)
  if (
    Array.isArray(parsed) &&
    parsed.length <= REVISIONS_MAX &&
    parsed.every((rev) => typeof rev === 'string' && isRevision(rev))
  )
    return parsed.map(String)
  throw new FaultError(fault('HTTP_INVALID', { reason: 'open_revs is no list of revisions' }))
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function authenticated(request: FastifyRequest, auth: EdgeAuth) {
  const { username, password } = basicOf(request)
  return auth.authenticate({ username, password, certificateName: undefined, address: request.ip })
}

function basicOf(request: FastifyRequest): {
  username: string | undefined
  password: Uint8Array | undefined
} {
  const found = /^Basic ([A-Za-z0-9+/=]{1,600})$/i.exec(request.headers.authorization ?? '')
  const text = Buffer.from(found?.[1] ?? '', 'base64').toString('utf8')
  const colon = text.indexOf(':')
  if (colon <= 0) return { username: undefined, password: undefined }
  return { username: text.slice(0, colon), password: Buffer.from(text.slice(colon + 1)) }
}

/** Many edges may come from behind one address. */
function whoAsks(request: FastifyRequest): string {
  return `${request.ip} ${basicOf(request).username?.slice(0, 40) ?? ''}`
}
