import Type from 'typebox'
import { checkReplicated, textOf } from '../../core/documents/check-document.ts'
import { type Body, EDIT_KEY } from '../../core/documents/edit.ts'
import { generationOf, HISTORY_MAX } from '../../core/documents/revision.ts'
import { type Fault, fault } from '../../core/errors.ts'
import type { Revision } from '../../core/ports/document-store.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { checker } from '../../core/schema.ts'

/** Documents as CouchDB's replication protocol writes them: what is ours to know of them stands under `_` keys. */

const REVISION = /^[1-9][0-9]{0,8}-[0-9a-f]{1,64}$/
const KNOWN_KEYS = ['_id', '_rev', '_revisions', '_deleted']

const checkKeys = checker(
  Type.Object({
    _id: Type.String({ maxLength: 200 }),
    _rev: Type.String({ maxLength: 80 }),
    _deleted: Type.Optional(Type.Boolean()),
    _revisions: Type.Optional(
      Type.Object({
        start: Type.Integer({ minimum: 1 }),
        ids: Type.Array(Type.String({ minLength: 1, maxLength: 64, pattern: '^[0-9a-f]+$' }), {
          minItems: 1,
          maxItems: HISTORY_MAX,
        }),
      }),
    ),
  }),
)

export function isRevision(text: string): boolean {
  return REVISION.test(text)
}

export function couchOf({ id, rev, body, deleted, history }: Revision, revs: boolean): Body {
  const ids = history.map((past) => past.slice(past.indexOf('-') + 1))
  return {
    ...body,
    _id: id,
    _rev: rev,
    ...(deleted ? { _deleted: true } : {}),
    ...(revs ? { _revisions: { start: generationOf(rev), ids } } : {}),
  }
}

/** A document that an edge wants stored, checked in every respect; `prefix` is what its ids begin with. */
export function revisionFrom(document: Body, prefix: string): Result<Revision> {
  const keys = checkKeys(document)
  if (!keys.ok) return err(malformed(document, keys.problem.path, keys.problem.message))
  const { _id: id, _rev: rev, _deleted: deleted, _revisions: revisions } = keys.value
  if (!id.startsWith(prefix)) return err(fault('DOCUMENT_FOREIGN', { edge: prefix.slice(0, -1), id }))
  const stray = Object.keys(document).find((key) => key.startsWith('_') && !KNOWN_KEYS.includes(key))
  if (stray !== undefined) return err(malformed(document, `/${stray.slice(0, 60)}`, 'is not a known key'))
  if (!REVISION.test(rev)) return err(malformed(document, '/_rev', 'is not a revision'))
  const history = revisions === undefined ? [rev] : historyOf(revisions)
  if (history[0] !== rev) return err(malformed(document, '/_revisions', 'does not begin with the revision'))
  const body = Object.fromEntries(Object.entries(document).filter(([key]) => !key.startsWith('_')))
  const name = id.slice(prefix.length)
  // Of what is deleted only who did it is kept.
  if (deleted === true) return ok({ id, rev, history, deleted, body: tombstone(body) })
  const checked = checkReplicated(name, body)
  return checked.ok ? ok({ id, rev, history, deleted: false, body }) : checked
}

function historyOf({ start, ids }: { readonly start: number; readonly ids: readonly string[] }): string[] {
  return ids.slice(0, start).map((digest, index) => `${start - index}-${digest}`)
}

function tombstone(body: Body): Body {
  const edit = body[EDIT_KEY]
  return edit === undefined || JSON.stringify(edit).length > 2_000 ? {} : { [EDIT_KEY]: edit }
}

function malformed(document: Body, key: string, reason: string): Fault {
  const id = textOf(document._id)
  return fault('DOCUMENT_INVALID', { id, key: key || '/', reason, reason_vi: reason })
}
