import Type from 'typebox'
import { FaultError, fault } from '../../core/errors.ts'
import type { Api } from '../../core/http/json-server.ts'
import { CHANNEL_PATTERN, ID_PATTERN } from '../../core/ids.ts'
import type { PanelGuard } from './guard.ts'
import type { LiveState } from './live-state.ts'
import { orThrow } from './session-routes.ts'
import type { PanelSite } from './site.ts'

const Id = Type.String({ pattern: ID_PATTERN })
const Time = Type.Integer({ minimum: 0, maximum: 8.64e15 })
const House = Type.Object({ id: Id })
/** A history is work for the node: a page asks for a few charts, not for hundreds. */
const CHARTS = { rateLimit: { max: 120, timeWindow: 60_000 } }
const POINTS_MAX = 1_000
const SPAN_MAX_MS = 800 * 86_400_000

/** How all is, once and as it changes, and how it was. */
export async function stateRoutes(
  api: Api,
  { guard, live, site }: { readonly guard: PanelGuard; readonly live: LiveState; readonly site: PanelSite },
): Promise<void> {
  const member = { onRequest: guard.need('member') }
  api.get('/state', member, () => site.state())
  api.get('/events', member, (request, reply) => {
    const token = guard.token(request)
    if (token === undefined) throw new Error('a stream went past the sign-in')
    reply.hijack()
    const head = Object.entries(reply.getHeaders()).map(([name, value]) => [name, String(value)])
    live.add(reply.raw, token, Object.fromEntries(head))
  })
  api.get('/greenhouses/:id/journal', { ...member, schema: { params: House } }, (request) =>
    orThrow(site.journal(request.params.id)),
  )
  api.get(
    '/history',
    {
      ...member,
      config: CHARTS,
      schema: {
        querystring: Type.Object({
          device: Id,
          channel: Type.String({ maxLength: 60, pattern: CHANNEL_PATTERN }),
          from: Time,
          to: Time,
          points: Type.Integer({ minimum: 1, maximum: POINTS_MAX, default: 400 }),
        }),
      },
    },
    (request) => {
      checkSpan(request.query)
      return orThrow(site.history(request.query))
    },
  )
  api.get(
    '/greenhouses/:id/use',
    {
      ...member,
      config: CHARTS,
      schema: {
        params: House,
        querystring: Type.Object({
          by: Type.Enum(['day', 'week', 'month', 'season'], { default: 'day' }),
          from: Time,
          to: Time,
        }),
      },
    },
    (request) => {
      checkSpan(request.query)
      return orThrow(site.use(request.params.id, request.query))
    },
  )
}

function checkSpan({ from, to }: { readonly from: number; readonly to: number }): void {
  if (to > from && to - from <= SPAN_MAX_MS) return
  const reason = { reason: 'to must lie after from, by 800 days at most' }
  throw new FaultError(
    fault('HTTP_INVALID', { ...reason, reason_vi: '"to" phải sau "from", nhiều nhất 800 ngày' }),
  )
}
