import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import { FaultError, fault } from '../../core/errors.ts'
import type { Api } from '../../core/http/json-server.ts'
import { ID_PATTERN } from '../../core/ids.ts'
import type { Result } from '../../core/result.ts'
import type { Guard } from '../api/guard.ts'
import { ConflictView, DocumentHead, DocumentView, Problem } from '../api/schema.ts'
import type { Belonging } from '../fleet/belonging.ts'
import { type HubDocuments, PAGE_MAX } from './documents.ts'

/** The longest document there is, a street of 400 lamps, with room for how JSON is spelt. */
const EDIT_BYTES_MAX = 384 * 1024

const Edge = Type.String({ pattern: ID_PATTERN })
const DocumentId = Type.String({ minLength: 3, maxLength: 120 })
/** `{edge}/conflict:…`, as the list has it, encoded as one part of the address. */
const ConflictId = Type.String({ minLength: 5, maxLength: 200, pattern: '^[a-z0-9-]+/conflict:.+$' })
const Refused = { 400: Problem, 401: Problem, 403: Problem, 404: Problem, 409: Problem } as const

/** Documents for people: read by viewers, edited by operators. A conflict is restored or dismissed in one step. */
export async function documentRoutes(
  api: Api,
  parts: { readonly guard: Guard; readonly documents: HubDocuments; readonly belonging: Belonging },
): Promise<void> {
  const { guard, documents, belonging } = parts
  const viewer = { onRequest: guard.need('viewer') }
  const operator = { onRequest: guard.need('operator'), bodyLimit: EDIT_BYTES_MAX }
  const ofEdge = Type.Object({
    edge: Type.Optional(Edge),
    /** `{edge}/{id}` of the last one of the page before. */
    after: Type.Optional(Type.String({ maxLength: 200 })),
    limit: Type.Integer({ minimum: 1, maximum: PAGE_MAX, default: PAGE_MAX }),
  })
  const one = Type.Object({ edge: Edge, id: DocumentId })

  api.get(
    '/documents',
    { ...viewer, schema: { querystring: ofEdge, response: { 200: Type.Array(DocumentHead), ...Refused } } },
    async (request) => [...(await documents.list(request.query.edge, request.query))],
  )
  api.get(
    '/documents/:edge/:id',
    { ...viewer, schema: { params: one, response: { 200: DocumentView, ...Refused } } },
    async (request, reply) => {
      const { edge, id } = request.params
      const found = await documents.get(edge, id)
      if (found === undefined) throw new FaultError(fault('DOCUMENT_UNKNOWN', { id }))
      reply.header('etag', `"${found.rev}"`)
      return found
    },
  )
  api.put(
    '/documents/:edge/:id',
    {
      ...operator,
      schema: {
        params: one,
        body: Type.Record(Type.String(), Type.Unknown()),
        response: { 200: DocumentView, ...Refused },
      },
    },
    async (request, reply) => {
      const { edge, id } = request.params
      const { name } = guard.touch(request, belonging.ofDocument(edge, id, request.body))
      const rev = revisionAsked(request)
      const written = orThrow(await documents.put(edge, id, request.body, rev, name))
      reply.header('etag', `"${written.rev}"`)
      return written
    },
  )
  api.get(
    '/conflicts',
    { ...viewer, schema: { querystring: ofEdge, response: { 200: Type.Array(ConflictView), ...Refused } } },
    async (request) => [...(await documents.conflicts(request.query.edge, request.query))],
  )
  for (const action of ['restore', 'dismiss'] as const) {
    api.post(
      `/conflicts/:id/${action}`,
      {
        ...operator,
        schema: { params: Type.Object({ id: ConflictId }), response: { 204: Type.Null(), ...Refused } },
      },
      async (request, reply) => {
        const { id } = request.params
        const at = id.indexOf('/')
        const [edge, conflict] = [id.slice(0, at), id.slice(at + 1)]
        const { name } = guard.touch(request, belonging.ofDocument(edge, conflict))
        orThrow(await documents[action](edge, conflict, name))
        return reply.code(204).send(null)
      },
    )
  }
}

/** The revision that the editor has seen: `If-Match: "3-…"`. Without it the document must not exist yet. */
function revisionAsked(request: FastifyRequest): string | undefined {
  const given = request.headers['if-match']
  if (given === undefined) return undefined
  const found = /^"?([1-9][0-9]{0,8}-[0-9a-f]{1,64})"?$/.exec(given)
  if (found?.[1] === undefined)
    throw new FaultError(fault('HTTP_INVALID', { reason: 'If-Match is no revision' }))
  return found[1]
}

function orThrow<T>(result: Result<T>): T {
  if (!result.ok) throw new FaultError(result.error)
  return result.value
}
