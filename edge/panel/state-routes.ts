import type { Api } from '../../core/http/json-server.ts'
import type { PanelGuard } from './guard.ts'
import type { LiveState } from './live-state.ts'
import type { PanelSite } from './site.ts'

/** How all is, once and as it changes. */
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
}
