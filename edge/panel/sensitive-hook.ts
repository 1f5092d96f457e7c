import { isRecord } from '../../core/documents/json-values.ts'
import type { Api } from '../../core/http/json-server.ts'
import type { PanelGuard } from './guard.ts'
import { differsBeyond, type SensitiveAct, sensitiveAct } from './sensitive.ts'
import type { PanelSite } from './site.ts'

/** Asks for the PIN again before what is sensitive; after roles and shapes have been looked at, before anything is done. */
export function askAgain(
  api: Api,
  { guard, site }: { readonly guard: PanelGuard; readonly site: PanelSite },
): void {
  const concerns = async (act: SensitiveAct, params: unknown, body: unknown): Promise<boolean> => {
    if (act.unlessOnly === undefined) return true
    const edited = isRecord(body) ? body.body : undefined
    const present = await site.document(isRecord(params) ? String(params.id) : '')
    // What has no such greenhouse, or is no document, is refused by who looks closer.
    return present.ok && isRecord(edited) && differsBeyond(act.unlessOnly, { ...present.value.body }, edited)
  }
  api.addHook('preHandler', async (request) => {
    const act = sensitiveAct(request.method, request.routeOptions.url)
    if (act !== undefined && (await concerns(act, request.params, request.body))) guard.checkFresh(request)
  })
}
