import { fault } from './errors.ts'
import type { DocumentStore, StoredDocument } from './ports/document-store.ts'
import { err, ok } from './result.ts'

/** Documents in memory: for simulations, and for a node whose disk takes none. */
export function memoryDocuments(): DocumentStore {
  const documents = new Map<string, StoredDocument>()
  const watchers = new Set<(document: StoredDocument) => void>()
  let writes = 0
  return {
    get: (id) => Promise.resolve(documents.get(id)),
    list(prefix) {
      const found = [...documents.values()].filter((document) => document.id.startsWith(prefix))
      return Promise.resolve(found.sort((a, b) => (a.id < b.id ? -1 : 1)))
    },
    put(id, body, rev) {
      if (documents.get(id)?.rev !== rev) return Promise.resolve(err(fault('DOCUMENT_CONFLICT', { id })))
      writes++
      const stored = { id, rev: String(writes), body: structuredClone(body) }
      documents.set(id, stored)
      queueMicrotask(() => {
        for (const watcher of watchers) watcher(stored)
      })
      return Promise.resolve(ok(stored))
    },
    watch(handler) {
      watchers.add(handler)
      return () => watchers.delete(handler)
    },
    close() {
      watchers.clear()
      return Promise.resolve()
    },
  }
}
