import { type Body, UNIT_MAX } from '../../core/documents/edit.ts'
import { FaultError, fault } from '../../core/errors.ts'
import type { Result } from '../../core/result.ts'
import type { Agent } from '../agent.ts'
import type { SiteDocuments } from './site-documents.ts'

type Args = Readonly<Record<string, unknown>>

/** What a person at the node may do with documents and holds, by command. Refusals are thrown as FaultErrors. */
export function documentControl({
  agent,
  documents,
}: {
  readonly agent: Agent
  readonly documents: SiteDocuments
}) {
  const holds = () => {
    if (agent.holds === undefined) throw refusal('this node holds no outputs')
    return agent.holds
  }
  const put = async (entries: readonly { readonly id: string; readonly body: Body }[], who: string) => {
    for (const { id } of entries) {
      const retirement = agent.retirement(id)
      if (retirement !== undefined) throw new FaultError(retirement)
    }
    orThrow(await documents.putAll(entries, who))
  }
  return {
    async documents() {
      return (await documents.list('')).map(({ id, rev }) => ({ id, rev, edit: documents.edit(id) ?? null }))
    },
    async document(args: Args) {
      const found = await documents.get(text(args, 'id'))
      if (found === undefined) throw new FaultError(fault('DOCUMENT_UNKNOWN', { id: text(args, 'id') }))
      return found.body
    },
    'put-document': (args: Args) =>
      put([{ id: text(args, 'id'), body: mapOf(args.body) }], text(args, 'who')),
    /** Several documents as one unit. */
    async 'put-documents'(args: Args) {
      const { documents: list } = args
      if (!Array.isArray(list) || list.length === 0 || list.length > UNIT_MAX)
        throw refusal(`"documents" must be a list of at most ${UNIT_MAX}`)
      const entries = list.map((entry) => ({ id: text(mapOf(entry), 'id'), body: mapOf(mapOf(entry).body) }))
      await put(entries, text(args, 'who'))
    },
    conflicts: () => documents.conflicts(),
    async restore(args: Args) {
      orThrow(await documents.restore(text(args, 'id'), text(args, 'who')))
    },
    async dismiss(args: Args) {
      orThrow(await documents.dismiss(text(args, 'id'), text(args, 'who')))
    },
    async hold(args: Args) {
      const target = { device: text(args, 'device'), output: text(args, 'output') }
      const numbers = { value: numberIn(args, 'value'), for_s: Math.round(numberIn(args, 'for_s')) }
      const why = typeof args.why === 'string' ? args.why.slice(0, 200) : ''
      orThrow(await holds().hold({ ...target, ...numbers, why, who: text(args, 'who') }))
    },
    async unhold(args: Args) {
      orThrow(await holds().release(text(args, 'device'), text(args, 'output'), text(args, 'who')))
    },
  }
}

function mapOf(value: unknown): Body {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw refusal('the document is not a map')
  return { ...value }
}

function text(args: Args, key: string): string {
  const value = args[key]
  if (typeof value !== 'string' || value.length === 0 || value.length > 200)
    throw refusal(`"${key}" is missing`)
  return value
}

function numberIn(args: Args, key: string): number {
  const value = args[key]
  if (typeof value !== 'number' || !Number.isFinite(value)) throw refusal(`"${key}" must be a number`)
  return value
}

function refusal(reason: string): FaultError {
  return new FaultError(fault('CONTROL_REFUSED', { reason }))
}

function orThrow(result: Result<unknown>): void {
  if (!result.ok) throw new FaultError(result.error)
}
