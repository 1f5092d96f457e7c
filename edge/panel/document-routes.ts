import Type from 'typebox'
import type { Clock } from '../../core/clock.ts'
import { DOCUMENT_BYTES_MAX } from '../../core/documents/check-document.ts'
import type { Api } from '../../core/http/json-server.ts'
import { ID_PATTERN } from '../../core/ids.ts'
import type { DocumentRev } from './api-types.ts'
import { CheckBody, DocumentBody } from './bodies.ts'
import type { PanelGuard } from './guard.ts'
import { createPace } from './pace.ts'
import { orThrow } from './session-routes.ts'
import type { PanelSite } from './site.ts'

const House = Type.Object({ id: Type.String({ pattern: ID_PATTERN }) })
const ConflictId = Type.Object({
  id: Type.String({ minLength: 3, maxLength: 200, pattern: '^conflict:.+$' }),
})
/** With room for how JSON is spelt. */
const EDIT_BYTES_MAX = 2 * DOCUMENT_BYTES_MAX
/** A check works out a day of water: as often as a person types, and no oftener. */
const CHECKS = { rateLimit: { max: 120, timeWindow: 60_000 } }

/** A greenhouse's document: seen by all, edited by owners; and the edits that a merge with the hub did not take. */
export async function panelDocumentRoutes(
  api: Api,
  { guard, site, wall }: { readonly guard: PanelGuard; readonly site: PanelSite; readonly wall: Clock },
): Promise<void> {
  const paced = createPace(wall)
  const member = { onRequest: guard.need('member') }
  const owner = { onRequest: guard.need('owner') }
  const url = '/greenhouses/:id/document'

  api.get(url, { ...member, schema: { params: House } }, async (request) =>
    orThrow(await site.document(request.params.id)),
  )
  api.put(
    url,
    {
      ...owner,
      bodyLimit: EDIT_BYTES_MAX,
      schema: { params: House, body: DocumentBody },
    },
    async (request): Promise<DocumentRev> => {
      const { rev, body } = request.body
      const { name } = guard.person(request)
      return { rev: orThrow(await site.putDocument(request.params.id, rev, body, name)) }
    },
  )
  api.post(
    `${url}/check`,
    {
      ...member,
      config: CHECKS,
      bodyLimit: EDIT_BYTES_MAX,
      schema: { params: House, body: CheckBody },
    },
    (request) => paced(() => orThrow(site.check(request.params.id, request.body.body))),
  )
  api.get('/conflicts', member, () => site.conflicts())
  for (const action of ['restore', 'dismiss'] as const) {
    api.post(
      `/conflicts/:id/${action}`,
      { ...owner, schema: { params: ConflictId } },
      async (request, reply) => {
        orThrow(await site[action](request.params.id, guard.person(request).name))
        return reply.code(204).send()
      },
    )
  }
}
