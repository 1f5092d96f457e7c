import type { Agent } from 'node:http'
import PouchDB, { type PouchReplication, type PouchRequest, type PouchResponse } from 'pouchdb'
import { textOf } from '../documents/check-document.ts'
import { fault } from '../errors.ts'
import { err, ok, type Result } from '../result.ts'
import { type FetchOptions, httpFetch, keptConnections } from './http-fetch.ts'

/** A CouchDB-compatible database of the other side, and how to reach it. */
export interface Remote extends FetchOptions {
  /** http(s)://host:port/db/site */
  readonly url: string
  readonly username: string
  readonly password: string
  /** Compares everything, trusting no note of how far an earlier replication came. */
  readonly fromStart: boolean
}

export interface Replicated {
  readonly pulled: number
  readonly pushed: number
  /** Documents that the other side refused one by one: id and its reason. */
  readonly refused: readonly { readonly id: string; readonly reason: string }[]
}

/** A batch of ordinary documents passes a slow mobile line in a few seconds, and one of the largest what the hub takes. */
const BATCH = 6
const BATCHES = 2

/** One replication in each direction by PouchDB's own replicator: what the other side has first, then ours. */
export async function replicatePouch(
  database: PouchDB,
  remote: Remote,
  prefix: string,
): Promise<Result<Replicated>> {
  const { username, password } = remote
  const url = remote.url.replace(/\/+$/, '')
  const connections = keptConnections(url, remote)
  const other = new PouchDB(url, {
    skip_setup: true,
    auth: { username, password },
    fetch: fetchOf({ ...remote, url }, connections),
  })
  const options = {
    batch_size: BATCH,
    batches_limit: BATCHES,
    ...(remote.fromStart ? { checkpoint: false as const } : {}),
  }
  // The character after the prefix's last one bounds what begins with it.
  const end = prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1)
  try {
    const pulled = await database.replicate.from(other, options)
    const pushing = database.replicate.to(other, {
      ...options,
      selector: { _id: { $gte: prefix, $lt: end } },
    })
    const refused = collectDenied(pushing)
    const pushed = await pushing
    return ok({ pulled: pulled.docs_written, pushed: pushed.docs_written, refused })
  } catch (cause) {
    return err(fault('DOCUMENT_SYNC_FAILED', { reason: reasonOf(cause) }))
  } finally {
    await other.close()
    connections.destroy()
  }
}

/**
 * The replicator asks how large the other database is, for a display of progress, and lets a failure of that question
 * go uncaught, which would end the process when the hub dies in mid-replication. It is answered here.
 */
function fetchOf(
  remote: Remote,
  connections: Agent,
): (url: string, request: PouchRequest) => Promise<PouchResponse> {
  const send = httpFetch(remote, connections)
  const answer = { ok: true, status: 200, json: async () => ({ db_name: 'hub', update_seq: 0 }) }
  return async (url, request) => (url === `${remote.url}/` ? answer : send(url, request))
}

function collectDenied(pushing: PouchReplication) {
  const refused: { id: string; reason: string }[] = []
  pushing.on('denied', (denied) => {
    const { id, reason } =
      typeof denied === 'object' && denied !== null
        ? { id: '', reason: '', ...denied }
        : { id: '', reason: '' }
    refused.push({ id: textOf(id), reason: textOf(reason) })
  })
  return refused
}

function reasonOf(cause: unknown): string {
  if (typeof cause !== 'object' || cause === null) return textOf(cause)
  const { reason, message, name } = { reason: undefined, message: undefined, name: 'unknown', ...cause }
  return textOf(reason ?? (message || name))
}
