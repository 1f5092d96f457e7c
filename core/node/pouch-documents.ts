import { renameSync, rmSync } from 'node:fs'
import PouchDB, { type PouchDocument } from 'pouchdb'
import { type Fault, FaultError, fault } from '../errors.ts'
import type { DocumentStore, StoredDocument } from '../ports/document-store.ts'
import { err, ok } from '../result.ts'

/**
 * Documents in PouchDB on LevelDB in a folder of their own. Rejects with a FaultError when the folder cannot be opened:
 * STORE_UNWRITABLE, or STORE_CORRUPT.
 */
export async function pouchDocuments(folder: string): Promise<DocumentStore> {
  const database = new PouchDB(folder, { auto_compaction: false })
  await readable(folder, database.info())
  const watchers = new Set<(document: StoredDocument) => void>()
  const changes = database.changes({ since: 'now', live: true, include_docs: true })
  changes.on('change', ({ doc }) => {
    if (doc === undefined || doc._id.startsWith('_')) return
    for (const watcher of watchers) watcher(stored(doc))
  })

  return {
    async get(id) {
      const found = await readable(folder, unlessMissing(database.get(id)))
      return found === undefined ? undefined : stored(found)
    },
    async list(prefix) {
      const range = { startkey: prefix, endkey: `${prefix}\ufff0`, include_docs: true } as const
      const found = await readable(folder, database.allDocs(range))
      return found.rows.flatMap((row) => (row.doc ? [stored(row.doc)] : []))
    },
    async put(id, body, rev) {
      try {
        const written = await database.put({ ...body, _id: id, ...(rev === undefined ? {} : { _rev: rev }) })
        return ok({ id, rev: written.rev, body })
      } catch (cause) {
        return err(hasStatus(cause, 409) ? fault('DOCUMENT_CONFLICT', { id }) : storeFault(folder, cause))
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

/** Puts a damaged folder beside, in place of one that was put there before. FaultError: STORE_UNWRITABLE. */
export function putDocumentsAside(folder: string): void {
  try {
    const aside = `${folder}.damaged`
    rmSync(aside, { recursive: true, force: true })
    renameSync(folder, aside)
  } catch (cause) {
    throw new FaultError(storeFault(folder, cause), { cause })
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

/** What PouchDB rejects with while it reads is a failing disk. */
async function readable<T>(folder: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (cause) {
    throw new FaultError(storeFault(folder, cause), { cause })
  }
}

function storeFault(file: string, cause: unknown): Fault {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return fault(/corruption/i.test(reason) ? 'STORE_CORRUPT' : 'STORE_UNWRITABLE', { file, reason })
}

function hasStatus(cause: unknown, status: number): boolean {
  return typeof cause === 'object' && cause !== null && 'status' in cause && cause.status === status
}
