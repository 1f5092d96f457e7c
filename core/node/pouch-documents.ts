import PouchDB, { type PouchDocument } from 'pouchdb'
import { fault } from '../errors.ts'
import type { DocumentStore, StoredDocument } from '../ports/document-store.ts'
import { err, ok } from '../result.ts'

/** Documents in PouchDB on LevelDB in a folder of their own. */
export function pouchDocuments(folder: string): DocumentStore {
  const database = new PouchDB(folder, { auto_compaction: false })
  const watchers = new Set<(document: StoredDocument) => void>()
  const changes = database.changes({ since: 'now', live: true, include_docs: true })
  changes.on('change', ({ doc }) => {
    if (doc === undefined || doc._id.startsWith('_')) return
    for (const watcher of watchers) watcher(stored(doc))
  })

  return {
    async get(id) {
      const found = await unlessMissing(database.get(id))
      return found === undefined ? undefined : stored(found)
    },
    async list(prefix) {
      const found = await database.allDocs({
        startkey: prefix,
        endkey: `${prefix}\ufff0`,
        include_docs: true,
      })
      return found.rows.flatMap((row) => (row.doc ? [stored(row.doc)] : []))
    },
    async put(id, body, rev) {
      try {
        const written = await database.put({ ...body, _id: id, ...(rev === undefined ? {} : { _rev: rev }) })
        return ok({ id, rev: written.rev, body })
      } catch (cause) {
        if (hasStatus(cause, 409)) return err(fault('DOCUMENT_CONFLICT', { id }))
        throw cause
      }
    },
    watch(handler) {
      watchers.add(handler)
      return () => watchers.delete(handler)
    },
    async close() {
      changes.cancel()
      watchers.clear()
      await database.close()
    },
  }
}

function stored(document: PouchDocument): StoredDocument {
  const body = Object.fromEntries(Object.entries(document).filter(([key]) => !key.startsWith('_')))
  return { id: document._id, rev: document._rev, body }
}

async function unlessMissing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work
  } catch (cause) {
    if (hasStatus(cause, 404)) return undefined
    throw cause
  }
}

function hasStatus(cause: unknown, status: number): boolean {
  return typeof cause === 'object' && cause !== null && 'status' in cause && cause.status === status
}
