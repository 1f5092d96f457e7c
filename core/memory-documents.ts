import { leafOrder, successor } from './documents/revision.ts'
import { fault } from './errors.ts'
import type { Revision, RevisionStore, StoredDocument } from './ports/document-store.ts'
import { err, ok } from './result.ts'

interface Entry {
  readonly revisions: Map<string, Revision>
  /** Revisions that another one follows. */
  readonly followed: Set<string>
  seq: number
}

/** Bodies of a document that are kept, the oldest going first; leaves stay. */
const REVISIONS_KEPT = 128

/** Documents in memory: for simulations, and for a node whose disk takes none. */
export function memoryDocuments(): RevisionStore {
  const entries = new Map<string, Entry>()
  const locals = new Map<string, Readonly<Record<string, unknown>>>()
  const watchers = new Set<(document: StoredDocument) => void>()
  const changed = new Set<(id: string) => void>()
  let seq = 0

  const leavesOf = (id: string): readonly Revision[] => {
    const entry = entries.get(id)
    if (entry === undefined) return []
    return [...entry.revisions.values()].filter(({ rev }) => !entry.followed.has(rev)).sort(leafOrder)
  }
  const current = (id: string): Revision | undefined => {
    const [winner] = leavesOf(id)
    return winner === undefined || winner.deleted ? undefined : winner
  }
  const add = (revision: Revision) => {
    const entry = entries.get(revision.id) ?? { revisions: new Map(), followed: new Set(), seq: 0 }
    entries.set(revision.id, entry)
    if (entry.revisions.has(revision.rev) || entry.followed.has(revision.rev)) return
    entry.revisions.set(revision.rev, structuredClone(revision))
    for (const rev of revision.history.slice(1)) entry.followed.add(rev)
    const oldest = entry.revisions.keys().next()
    if (entry.revisions.size > REVISIONS_KEPT && !oldest.done && entry.followed.has(oldest.value))
      entry.revisions.delete(oldest.value)
    entry.seq = ++seq
    queueMicrotask(() => {
      for (const handler of changed) handler(revision.id)
      const winner = current(revision.id)
      if (winner !== undefined) for (const watcher of watchers) watcher(plain(winner))
    })
  }
  const byId = (a: { readonly id: string }, b: { readonly id: string }) => (a.id < b.id ? -1 : 1)

  return {
    async get(id) {
      const found = current(id)
      return found === undefined ? undefined : plain(found)
    },
    async list(prefix) {
      const ids = [...entries.keys()].filter((id) => id.startsWith(prefix))
      return ids
        .flatMap((id) => current(id) ?? [])
        .map(plain)
        .sort(byId)
    },
    async put(id, body, rev) {
      const [winner] = leavesOf(id)
      const alive = current(id)
      if (alive?.rev !== rev) return err(fault('DOCUMENT_CONFLICT', { id }))
      const revision = successor(id, winner, body)
      add(revision)
      return ok(plain(revision))
    },
    watch(handler) {
      watchers.add(handler)
      return () => watchers.delete(handler)
    },
    async close() {
      watchers.clear()
      changed.clear()
    },
    leaves: async (id) => leavesOf(id),
    revision: async (id, rev) => entries.get(id)?.revisions.get(rev),
    async append(revisions) {
      for (const revision of revisions) add(revision)
      return ok(undefined)
    },
    async missing(asked) {
      const lists = Object.entries(asked).map(([id, revs]) => {
        const entry = entries.get(id)
        return [id, revs.filter((rev) => !entry?.revisions.has(rev) && !entry?.followed.has(rev))] as const
      })
      return Object.fromEntries(lists.filter(([, revs]) => revs.length > 0))
    },
    async changes(since, prefix, limit) {
      return [...entries]
        .filter(([id, entry]) => entry.seq > since && id.startsWith(prefix))
        .sort(([, a], [, b]) => a.seq - b.seq)
        .slice(0, limit)
        .map(([id, entry]) => {
          const leaves = leavesOf(id)
          return {
            seq: entry.seq,
            id,
            deleted: leaves[0]?.deleted ?? false,
            leaves: leaves.map(({ rev }) => rev),
          }
        })
    },
    count: async (prefix) => [...entries.keys()].filter((id) => id.startsWith(prefix)).length,
    local: async (key) => locals.get(key),
    async putLocal(key, body) {
      locals.set(key, structuredClone(body))
      return ok(undefined)
    },
    onChange(handler) {
      changed.add(handler)
      return () => changed.delete(handler)
    },
  }
}

function plain({ id, rev, body }: StoredDocument): StoredDocument {
  return { id, rev, body }
}
