import type { Cancel, Clock, Mono } from '../../core/clock.ts'
import type { SqlStore } from '../../core/ports/sql-store.ts'
import type { SiteDocuments } from '../documents/site-documents.ts'
import type { Alike } from '../documents/sync.ts'
import { guarded, type Refusals } from '../refusals.ts'

const TABLE =
  'CREATE TABLE IF NOT EXISTS edit_sent (id TEXT PRIMARY KEY, rev TEXT NOT NULL) STRICT, WITHOUT ROWID'

/**
 * How many documents are in force as they were edited here, and are not known to be at the hub: also those of earlier
 * boots, and those that the hub refuses. What reached it is written down, document by document.
 */
export async function ownEdits(parts: {
  /** Real time. */
  readonly wall: Clock
  readonly edge: string
  readonly documents: Pick<SiteDocuments, 'list' | 'watch' | 'onForce' | 'edit'>
  readonly store: SqlStore
  readonly refusals: Refusals
  /** Called after each replication of both sides that came to its end. */
  onAlike(handler: (alike: Alike) => void): Cancel
}) {
  const { wall, documents, store } = parts
  const attempt = <T>(work: () => T) => guarded(parts.refusals, 'panel', work)
  /** In force: revision, and since when. */
  const inForce = new Map<string, { readonly rev: string; readonly since: Mono | undefined }>()
  const sent = new Map<string, string>()
  const refused = new Map<string, string>()

  attempt(() => {
    store.exec(TABLE)
    for (const { id, rev } of store.prepare('SELECT * FROM edit_sent').all())
      sent.set(String(id), String(rev))
  })
  const upsert = attempt(() =>
    store.prepare('INSERT INTO edit_sent VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET rev = excluded.rev'),
  )
  const erase = attempt(() => store.prepare('DELETE FROM edit_sent WHERE id = ?'))
  const isOwn = (id: string) => {
    const edit = documents.edit(id)
    // What a file brought was edited by nobody.
    return edit?.side === 'edge' && edit.by !== 'site'
  }
  const arrived = (id: string, rev: string) => {
    if (sent.get(id) === rev) return
    sent.set(id, rev)
    attempt(() => upsert?.run(id, rev))
  }
  const forget = (id: string) => {
    inForce.delete(id)
    refused.delete(id)
    if (sent.delete(id)) attempt(() => erase?.run(id))
  }
  const stops = [
    documents.watch(({ id, rev }) => inForce.set(id, { rev, since: wall.monotonic() })),
    documents.onForce((id) => {
      if (documents.edit(id) === undefined) forget(id)
    }),
    parts.onAlike(({ begun, refused: denied }) => {
      for (const id of denied.map((stored) => stored.slice(`${parts.edge}/`.length))) {
        const rev = inForce.get(id)?.rev
        if (rev !== undefined) refused.set(id, rev)
      }
      for (const [id, { rev, since }] of inForce) {
        // What came into force meanwhile is the next replication's; what was refused once is not offered again.
        const offered = (since === undefined || since <= begun) && refused.get(id) !== rev
        if (offered && isOwn(id)) arrived(id, rev)
      }
    }),
  ]
  for (const { id, rev } of await documents.list(''))
    if (!inForce.has(id)) inForce.set(id, { rev, since: undefined })
  return {
    waiting: () => [...inForce].filter(([id, { rev }]) => isOwn(id) && sent.get(id) !== rev).length,
    stop() {
      for (const stop of stops) stop()
    },
  }
}
