import { renameSync, rmSync } from 'node:fs'
import PouchDB, { type PouchDocument } from 'pouchdb'
import { generationOf, leafOrder } from '../documents/revision.ts'
import { type Fault, FaultError, fault } from '../errors.ts'
import type { DocumentChange, Revision, RevisionStore, StoredDocument } from '../ports/document-store.ts'
import { err, ok, type Result } from '../result.ts'
import { type Remote, type Replicated, replicatePouch } from './pouch-replication.ts'
import { syncLevelLog } from './sync-log.ts'

export interface PouchDocuments extends RevisionStore {
  /** Replicates once in both directions; only ids with `prefix` leave this store. Fault: DOCUMENT_SYNC_FAILED. */
  replicate(remote: Remote, prefix: string): Promise<Result<Replicated>>
}

/**
 * Bodies of older revisions are kept this many generations back, so that two sides that edited apart still find the
 * body of their common ancestor; every so many generations older ones are deleted.
 */
const ANCESTORS_KEPT = 64
const COMPACT_EVERY = 8
const CHANGES_PAGE = 500

/**
 * Documents in PouchDB on LevelDB in a folder of their own. Rejects with a FaultError when the folder cannot be opened:
 * STORE_UNWRITABLE, or STORE_CORRUPT.
 */
export async function pouchDocuments(folder: string): Promise<PouchDocuments> {
  const database = new PouchDB(folder, { auto_compaction: false })
  await readable(folder, database.info())
  const watchers = new Set<(document: StoredDocument) => void>()
  const changed = new Set<(id: string) => void>()
  const changes = database.changes({ since: 'now', live: true, include_docs: true })
  changes.on('change', ({ id, deleted, doc }) => {
    if (id.startsWith('_')) return
    for (const handler of changed) handler(id)
    if (doc !== undefined && deleted !== true) for (const watcher of watchers) watcher(stored(doc))
  })
  const latest = changeIndex(database)
  const written = async (revisions: readonly Pick<Revision, 'id' | 'rev'>[]) => {
    await syncLevelLog(folder)
    for (const { id, rev } of revisions)
      if (generationOf(rev) > ANCESTORS_KEPT && generationOf(rev) % COMPACT_EVERY === 0)
        await database.compactDocument(id, ANCESTORS_KEPT)
  }
  const leaves = async (id: string): Promise<readonly Revision[]> => {
    const found = await readable(folder, unlessMissing(database.get(id, { open_revs: 'all', revs: true })))
    return (found ?? [])
      .flatMap(({ ok: leaf }) => (leaf === undefined ? [] : [revisionOf(leaf)]))
      .sort(leafOrder)
  }

  return {
    leaves,
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
        const done = await database.put({ ...body, _id: id, ...(rev === undefined ? {} : { _rev: rev }) })
        await written([{ id, rev: done.rev }])
        return ok({ id, rev: done.rev, body })
      } catch (cause) {
        return err(hasStatus(cause, 409) ? fault('DOCUMENT_CONFLICT', { id }) : storeFault(folder, cause))
      }
    },
    watch(handler) {
      watchers.add(handler)
      return () => watchers.delete(handler)
    },
    async revision(id, rev) {
      const found = await readable(folder, unlessMissing(database.get(id, { rev, revs: true })))
      return found === undefined ? undefined : revisionOf(found)
    },
    async append(revisions) {
      if (revisions.length === 0) return ok(undefined)
      try {
        await database.bulkDocs(revisions.map(pouchOf), { new_edits: false })
        await written(revisions)
        return ok(undefined)
      } catch (cause) {
        return err(storeFault(folder, cause))
      }
    },
    async missing(asked) {
      const found = await readable(folder, database.revsDiff(asked))
      return Object.fromEntries(Object.entries(found).map(([id, { missing }]) => [id, missing]))
    },
    async changes(since, prefix, limit) {
      const ids = await readable(folder, latest(since, prefix, limit))
      const told: DocumentChange[] = []
      for (const { id, seq } of ids) {
        const all = await leaves(id)
        told.push({ seq, id, deleted: all[0]?.deleted ?? false, leaves: all.map(({ rev }) => rev) })
      }
      return told
    },
    async count(prefix) {
      return (await readable(folder, latest(-1, prefix, Number.MAX_SAFE_INTEGER))).length
    },
    async local(key) {
      const found = await readable(folder, unlessMissing(database.get(`_local/${key}`)))
      return found === undefined ? undefined : stored(found).body
    },
    async putLocal(key, body) {
      const id = `_local/${key}`
      try {
        const present = await unlessMissing(database.get(id))
        await database.put({ ...body, _id: id, ...(present === undefined ? {} : { _rev: present._rev }) })
        return ok(undefined)
      } catch (cause) {
        return err(storeFault(folder, cause))
      }
    },
    onChange(handler) {
      changed.add(handler)
      return () => changed.delete(handler)
    },
    replicate: (remote, prefix) => replicatePouch(database, remote, prefix),
    async close() {
      changes.cancel()
      watchers.clear()
      changed.clear()
      await database.close()
    },
  }
}

/**
 * The last change of each document, kept in memory by prefix of its id, so that one of many edges is answered without
 * a walk over the changes of all.
 */
function changeIndex(database: PouchDB) {
  const seqs = new Map<string, Map<string, number>>()
  let upTo = 0
  let running: Promise<void> = Promise.resolve()
  const catchUp = async () => {
    for (;;) {
      const { results, last_seq } = await database.changes({ since: upTo, limit: CHANGES_PAGE })
      for (const { id, seq } of results) {
        const room = id.slice(0, id.indexOf('/') + 1)
        const ids = seqs.get(room) ?? new Map<string, number>()
        ids.delete(id)
        ids.set(id, seq)
        seqs.set(room, ids)
      }
      upTo = Math.max(upTo, last_seq)
      if (results.length < CHANGES_PAGE) return
    }
  }
  return async (since: number, prefix: string, limit: number) => {
    running = running.then(catchUp, catchUp)
    await running
    const rooms = prefix.includes('/')
      ? [seqs.get(prefix.slice(0, prefix.indexOf('/') + 1))]
      : [...seqs.values()]
    return rooms
      .flatMap((room) => [...(room ?? [])])
      .filter(([id, seq]) => seq > since && id.startsWith(prefix))
      .map(([id, seq]) => ({ id, seq }))
      .sort((a, b) => a.seq - b.seq)
      .slice(0, limit)
  }
}

/**
 * As `pouchDocuments`, with fresh documents in place of damaged ones, which are kept beside. Undefined where the folder
 * takes none; each fault on the way is told.
 */
export async function reopenPouchDocuments(
  folder: string,
  told: (problem: Fault) => void,
): Promise<PouchDocuments | undefined> {
  for (const last of [false, true]) {
    try {
      return await pouchDocuments(folder)
    } catch (cause) {
      if (!(cause instanceof FaultError)) throw cause
      told(cause.fault)
      if (last || cause.fault.code !== 'STORE_CORRUPT') return undefined
    }
    try {
      putDocumentsAside(folder)
    } catch (cause) {
      if (!(cause instanceof FaultError)) throw cause
      told(cause.fault)
      return undefined
    }
  }
  return undefined
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

function revisionOf(document: PouchDocument): Revision {
  const { start, ids } = document._revisions ?? { start: 0, ids: [] }
  const history = ids.map((digest, index) => `${start - index}-${digest}`)
  return { ...stored(document), deleted: document._deleted === true, history }
}

function pouchOf({ id, rev, body, deleted, history }: Revision): PouchDocument {
  const ids = history.map((past) => past.slice(past.indexOf('-') + 1))
  return {
    ...body,
    _id: id,
    _rev: rev,
    _revisions: { start: generationOf(rev), ids },
    ...(deleted ? { _deleted: true } : {}),
  }
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
