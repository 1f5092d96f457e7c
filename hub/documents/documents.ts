import type { Clock } from '../../core/clock.ts'
import { checkDocument, documentKind, editOf } from '../../core/documents/check-document.ts'
import { Conflict } from '../../core/documents/conflict.ts'
import { type Body, contentOf, type Edit, withEdit } from '../../core/documents/edit.ts'
import { isWhole, restoreLost } from '../../core/documents/restore.ts'
import { successor } from '../../core/documents/revision.ts'
import { fault } from '../../core/errors.ts'
import { oneAtATime } from '../../core/one-at-a-time.ts'
import type { Revision, RevisionStore, StoredDocument } from '../../core/ports/document-store.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { checker } from '../../core/schema.ts'
import type { ConflictView, DocumentHead, DocumentView } from '../api/schema.ts'

/** Documents of all edges as people at the hub see and edit them. The edge that owns one merges and decides. */
export interface HubDocuments {
  list(edge: string | undefined, page?: Page): Promise<readonly DocumentHead[]>
  get(edge: string, id: string): Promise<DocumentView | undefined>
  /**
   * Writes over `rev` (undefined: a new document). Faults: DOCUMENT_CONFLICT where another edit is in force meanwhile,
   * those of `checkDocument`, and the store's.
   */
  put(
    edge: string,
    id: string,
    content: Body,
    rev: string | undefined,
    who: string,
  ): Promise<Result<DocumentView>>
  conflicts(edge: string | undefined, page?: Page): Promise<readonly ConflictView[]>
  /** Puts the losing edit of a conflict back as an edit of its own. Faults: CONFLICT_UNKNOWN, DOCUMENT_UNKNOWN, and as `put`. */
  restore(edge: string, conflict: string, who: string): Promise<Result<void>>
  dismiss(edge: string, conflict: string, who: string): Promise<Result<void>>
}

/** By edge, then by id. */
export interface Page {
  /** `{edge}/{id}` of the last one of the page before. */
  readonly after?: string | undefined
  readonly limit: number
}

export const PAGE_MAX = 500
const FIRST_PAGE: Page = { limit: PAGE_MAX }

const CONFLICT = 'conflict:'
const checkConflict = checker(Conflict)

export function createHubDocuments(parts: {
  readonly clock: Clock
  readonly store: RevisionStore
  readonly edges: readonly string[]
  /** The hub's documents of an edge have changed here: it should come and fetch. */
  nudge(edge: string): void
}): HubDocuments {
  const { clock, store } = parts
  const edges = new Set(parts.edges)
  const prefixes = (edge: string | undefined) =>
    (edge === undefined ? [...edges] : [edge]).map((id) => `${id}/`).sort()
  /** One writer at a time, so that what was read is what is written over. */
  const inTurn = oneAtATime()
  const editBy = (who: string): Edit => ({
    at: clock.now(),
    by: who.slice(0, 60),
    side: 'hub',
    clock: clock.quality(),
  })
  const headOf = async ({ id, rev, body }: StoredDocument): Promise<DocumentHead> => {
    const at = id.indexOf('/')
    const name = id.slice(at + 1)
    const living = (await store.leaves(id)).filter(({ deleted }) => !deleted)
    const edit = editOf(body) ?? null
    return {
      edge: id.slice(0, at),
      id: name,
      kind: documentKind(name),
      rev,
      edit,
      conflicted: living.length > 1,
    }
  }
  const listed = async (
    edge: string | undefined,
    conflicts: boolean,
    { after = '', limit }: Page,
  ): Promise<readonly StoredDocument[]> => {
    const found: StoredDocument[] = []
    const [last = ''] = after.split('/')
    for (const prefix of prefixes(edge)) {
      if (found.length >= limit) break
      if (prefix < `${last}/`) continue
      const documents = await store.list(conflicts ? prefix + CONFLICT : prefix)
      const wanted = documents.filter(
        ({ id }) => id > after && id.startsWith(prefix + CONFLICT) === conflicts,
      )
      found.push(...wanted.slice(0, limit - found.length))
    }
    return found
  }
  const leafOf = async (id: string): Promise<Revision | undefined> => {
    const [leaf] = await store.leaves(id)
    return leaf?.deleted === false ? leaf : undefined
  }
  const tombstone = (leaf: Revision, who: string) => successor(leaf.id, leaf, withEdit({}, editBy(who)), true)

  return {
    async list(edge, page = FIRST_PAGE) {
      return Promise.all((await listed(edge, false, page)).map(headOf))
    },
    async get(edge, id) {
      const found = await store.get(`${edge}/${id}`)
      return found === undefined ? undefined : { ...(await headOf(found)), content: contentOf(found.body) }
    },
    put: (edge, id, content, rev, who) =>
      inTurn(async () => {
        if (!edges.has(edge) || documentKind(id) === 'conflict')
          return err(fault('DOCUMENT_UNKNOWN', { id: id.slice(0, 120) }))
        const checked = checkDocument(id, contentOf(content))
        if (!checked.ok) return checked
        const written = await store.put(`${edge}/${id}`, withEdit(checked.value, editBy(who)), rev)
        if (!written.ok) return written
        parts.nudge(edge)
        return ok({ ...(await headOf(written.value)), content: checked.value })
      }),
    async conflicts(edge, page = FIRST_PAGE) {
      const documents = await listed(edge, true, page)
      return documents.flatMap(({ id, body }): ConflictView[] => {
        const checked = checkConflict(contentOf(body))
        if (!checked.ok) return []
        const { of, at, edit, lost, reason } = checked.value
        return [
          {
            id,
            edge: id.slice(0, id.indexOf('/')),
            of,
            at,
            edit: edit ?? null,
            lost,
            reason: reason ?? null,
          },
        ]
      })
    },
    restore: (edge, conflict, who) =>
      inTurn(async () => {
        const leaf = await leafOf(`${edge}/${conflict}`)
        const checked = checkConflict(contentOf(leaf?.body ?? {}))
        if (leaf === undefined || !checked.ok)
          return err(fault('CONFLICT_UNKNOWN', { id: conflict.slice(0, 200) }))
        const { of, lost } = checked.value
        const [present] = await store.leaves(`${edge}/${of}`)
        const living = present?.deleted === false ? contentOf(present.body) : undefined
        if (living === undefined && !isWhole(lost)) return err(fault('DOCUMENT_UNKNOWN', { id: of }))
        const restored = checkDocument(of, restoreLost(documentKind(of), living ?? {}, lost))
        if (!restored.ok) return restored
        const edit = withEdit(restored.value, editBy(who))
        const done = await store.append([successor(`${edge}/${of}`, present, edit), tombstone(leaf, who)])
        if (done.ok) parts.nudge(edge)
        return done
      }),
    dismiss: (edge, conflict, who) =>
      inTurn(async () => {
        const leaf = await leafOf(`${edge}/${conflict}`)
        if (leaf === undefined || !conflict.startsWith(CONFLICT))
          return err(fault('CONFLICT_UNKNOWN', { id: conflict.slice(0, 200) }))
        const done = await store.append([tombstone(leaf, who)])
        if (done.ok) parts.nudge(edge)
        return done
      }),
  }
}
