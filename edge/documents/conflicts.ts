import { Conflict } from '../../core/documents/conflict.ts'
import { contentOf } from '../../core/documents/edit.ts'
import type { RevisionStore } from '../../core/ports/document-store.ts'
import { checker } from '../../core/schema.ts'

/** An edit that a merge did not take, under its id without the edge. */
export interface OpenConflict extends Conflict {
  readonly id: string
}

export const CONFLICT = 'conflict:'
/** More open conflicts than this nobody reads: the oldest goes. */
export const CONFLICTS_MAX = 200

const check = checker(Conflict)

/** Oldest first. */
export async function openConflicts(store: RevisionStore, prefix: string): Promise<readonly OpenConflict[]> {
  const documents = await store.list(prefix + CONFLICT)
  const open = documents.flatMap(({ id, body }) => {
    const checked = check(contentOf(body))
    return checked.ok ? [{ ...checked.value, id: id.slice(prefix.length) }] : []
  })
  return open.sort((a, b) => a.at - b.at)
}
