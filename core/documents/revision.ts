import { createHash } from 'node:crypto'
import type { Revision } from '../ports/document-store.ts'
import type { Body } from './edit.ts'

/** Revision ids as CouchDB writes them: the generation, a hyphen, and a digest. */

/** Of a document's history, this many ids are written down with a revision. */
export const HISTORY_MAX = 1_000

export function generationOf(rev: string): number {
  return Number(rev.slice(0, rev.indexOf('-')))
}

/**
 * The revision that follows `parent` (undefined: the first). The same content after the same parent is the same
 * revision, wherever it is made.
 */
export function successor(
  id: string,
  parent: Pick<Revision, 'rev' | 'history'> | undefined,
  body: Body,
  deleted = false,
): Revision {
  const digest = createHash('md5')
    .update(JSON.stringify([parent?.rev ?? null, deleted, body]))
    .digest('hex')
  const rev = `${parent === undefined ? 1 : generationOf(parent.rev) + 1}-${digest}`
  return { id, rev, body, deleted, history: [rev, ...(parent?.history ?? [])].slice(0, HISTORY_MAX) }
}

/** CouchDB's choice among leaves: living before deleted, then the longer history, then the greater digest. */
export function leafOrder(
  a: Pick<Revision, 'rev' | 'deleted'>,
  b: Pick<Revision, 'rev' | 'deleted'>,
): number {
  if (a.deleted !== b.deleted) return a.deleted ? 1 : -1
  const generations = generationOf(b.rev) - generationOf(a.rev)
  if (generations !== 0) return generations
  return a.rev < b.rev ? 1 : a.rev > b.rev ? -1 : 0
}

/** The newest revision that two histories share; undefined where they share none. */
export function commonAncestor(a: Revision, b: Revision): string | undefined {
  const known = new Set(b.history)
  return a.history.find((rev) => known.has(rev))
}
