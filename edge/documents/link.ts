import type { Clock, NodeClock, UtcBounds } from '../../core/clock.ts'
import { fault } from '../../core/errors.ts'
import type { Log } from '../../core/log.ts'
import type { Random } from '../../core/random.ts'
import { err, type Result } from '../../core/result.ts'
import type { LoadedEdge } from '../load-config.ts'
import type { Refusals } from '../refusals.ts'
import type { SiteDocuments } from './site-documents.ts'
import { createDocumentSync, type DocumentSync, type SyncOutcome } from './sync.ts'

/** A database of documents at the hub, and how to reach it. */
export interface HubDatabase {
  readonly url: string
  readonly username: string
  readonly password: string
  /** PEM texts. */
  readonly tls: { readonly ca?: string; readonly cert?: string; readonly key?: string }
  readonly bounds?: () => UtcBounds
  readonly fromStart: boolean
}

/** Replicates documents with the hub; undefined where the configuration names no database of it. */
export function documentLink(
  { config, path }: LoadedEdge,
  parts: {
    readonly key: string
    readonly clock: NodeClock
    readonly wall: Clock
    readonly random: Random
    readonly log: Log
    readonly documents: SiteDocuments
    readonly refusals: Refusals
    /** Text of a file that must be there. */
    read(file: string): string
    /** Replicates ids with the prefix; undefined where the disk takes no documents and they are in memory alone. */
    readonly replicate: ((database: HubDatabase, prefix: string) => Promise<Result<SyncOutcome>>) | undefined
  },
): DocumentSync | undefined {
  const { hub, edge } = config
  const { replicate, read, wall, random, log, refusals } = parts
  if (hub.documents === undefined) return undefined
  const tls = {
    ...(hub.ca === undefined ? {} : { ca: read(path(hub.ca)) }),
    ...(hub.cert === undefined ? {} : { cert: read(path(hub.cert)) }),
    ...(hub.certKey === undefined ? {} : { key: read(path(hub.certKey)) }),
  }
  // A demonstration plays another time; its certificates are of the present.
  const bounds = config.clock === undefined ? { bounds: parts.clock.bounds } : {}
  const database = { url: hub.documents, username: edge, password: parts.key, tls, ...bounds }
  const sync = createDocumentSync({
    wall,
    random,
    log,
    replicate: async (fromStart) =>
      replicate === undefined
        ? err(fault('DOCUMENTS_NOT_KEPT'))
        : replicate({ ...database, fromStart }, `${edge}/`),
    refused: (problem) => refusals.note(problem, 'documents'),
  })
  parts.documents.onOwnChange(sync.wake)
  return sync
}
