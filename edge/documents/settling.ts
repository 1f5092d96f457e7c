import type { Clock, NodeClock } from '../../core/clock.ts'
import { isDeletable } from '../../core/documents/check-document.ts'
import { contentOf, type Edit, withEdit } from '../../core/documents/edit.ts'
import { successor } from '../../core/documents/revision.ts'
import { fault } from '../../core/errors.ts'
import type { Revision, RevisionStore } from '../../core/ports/document-store.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { Refusals } from '../refusals.ts'
import type { NodeCheck } from './checks.ts'
import { CONFLICT } from './conflicts.ts'
import type { Editions } from './editions.ts'
import { type Resolved, resolve } from './resolve.ts'
import { createUnits } from './units.ts'

/** Brings what has come into force: whole units, merged, checked; or keeps what is in force and says why. */
export interface Settling {
  /** Looks at one document and at all that were written together with it. */
  settle(id: string): Promise<Result<void>>
  /** Units of which something is missing, and since when (real monotonic time). */
  waiting(): readonly { readonly since: number; readonly missing: readonly string[] }[]
}

export function createSettling(parts: {
  readonly store: RevisionStore
  readonly editions: Editions
  readonly prefix: string
  readonly clock: NodeClock
  readonly wall: Clock
  readonly check: NodeCheck
  readonly refusals: Refusals
  editBy(by: string): Edit
}): Settling {
  const { store, editions, prefix, clock, wall, check, refusals } = parts
  const storeId = (id: string) => prefix + id
  const units = createUnits(store, storeId)
  const waiting = new Map<string, { readonly since: number; readonly missing: readonly string[] }>()
  const living = async (id: string) => (await store.leaves(storeId(id))).filter(({ deleted }) => !deleted)

  /** True for a leaf whose units are whole; all that belongs to them is added to `together`. */
  const whole = async (id: string, leaf: Revision, together: Set<string>): Promise<boolean> => {
    let complete = true
    for (const unit of await units.of(leaf, editions.get(id)?.rev)) {
      const missing = await units.missing(unit)
      if (missing.length > 0) {
        complete = false
        waiting.set(unit.id, { since: waiting.get(unit.id)?.since ?? wall.monotonic(), missing })
        continue
      }
      waiting.delete(unit.id)
      for (const other of unit.of) together.add(other)
    }
    return complete
  }
  const ready = async (id: string, together: Set<string>): Promise<readonly Revision[]> => {
    const leaves: Revision[] = []
    for (const leaf of await living(id)) if (await whole(id, leaf, together)) leaves.push(leaf)
    return leaves
  }
  const resolveAll = async (
    leaves: ReadonlyMap<string, readonly Revision[]>,
    sound: NodeCheck,
    giveUp = false,
  ) => {
    const outcomes = new Map<string, Resolved>()
    for (const [id, own] of leaves) {
      const outcome = await resolve(
        {
          id,
          storeId: storeId(id),
          present: editions.get(id),
          check: sound,
          giveUp,
          edit: parts.editBy('merge'),
          now: clock.quality() === 'unknown' ? undefined : clock.now(),
          ancestor: (rev) => store.revision(storeId(id), rev),
        },
        own,
      )
      if (outcome !== undefined) outcomes.set(id, outcome)
    }
    return outcomes
  }
  const tellProblems = (id: string, { unmerged, refused }: Resolved) => {
    for (const problem of [unmerged, refused]) if (problem !== undefined) refusals.note(problem, id)
    if (unmerged !== undefined) refusals.note(fault('DOCUMENT_MERGE_INVALID', { id }), id)
    if (refused !== undefined && editions.get(id) !== undefined)
      refusals.note(fault('DOCUMENT_RESTORED_OWN', { id }), id)
  }
  /** A conflict that was restored or dismissed before is not opened again. */
  const unseen = async (writes: readonly Revision[]): Promise<readonly Revision[]> => {
    const fresh: Revision[] = []
    for (const write of writes) {
      const known = write.id.startsWith(storeId(CONFLICT)) && (await store.leaves(write.id)).length > 0
      if (!known) fresh.push(write)
    }
    return fresh
  }
  /** Deleted at the hub: a hold ends with it, a station does not. */
  const goneAtHub = async (id: string): Promise<Result<void>> => {
    const present = editions.get(id)
    if (present === undefined) return ok(undefined)
    if (isDeletable(id)) return editions.force(new Map([[id, undefined]]), [])
    const [leaf] = await store.leaves(storeId(id))
    const again = successor(storeId(id), leaf, withEdit(contentOf(present.body), parts.editBy('merge')))
    refusals.note(fault('DOCUMENT_RESTORED_OWN', { id }), id)
    return editions.force(new Map([[id, again]]), [again])
  }

  return {
    waiting: () => [...waiting.values()],
    async settle(first) {
      const together = new Set([first])
      const leaves = new Map<string, readonly Revision[]>()
      // The set grows while units are found; a Set is walked to what was added meanwhile.
      for (const id of together) {
        const own = await ready(id, together)
        if (own.length > 0) leaves.set(id, own)
        else if (id === first && editions.get(id) !== undefined && (await living(id)).length === 0)
          return goneAtHub(id)
      }
      let outcomes = await resolveAll(leaves, check)
      const refused = [...outcomes.values()].find((outcome) => outcome.refused !== undefined)?.refused
      // One document that cannot be used keeps back all that were written together with it. What is new among them ends
      // with the edit of what was there before: alone it would look whole the next time.
      if (refused !== undefined && outcomes.size > 1) {
        const half = [...outcomes.keys()].some((id) => editions.get(id) !== undefined)
        outcomes = await resolveAll(leaves, () => err(refused), half)
      }
      for (const [id, outcome] of outcomes) tellProblems(id, outcome)
      const taken = [...outcomes]
        .filter(([id, { refused: why }]) => why === undefined || editions.get(id) !== undefined)
        .filter(([id, { leaf }]) => leaf.rev !== editions.get(id)?.rev)
        .map(([id, { leaf }]) => [id, { rev: leaf.rev, body: leaf.body }] as const)
      const writes = await unseen([...outcomes.values()].flatMap((outcome) => outcome.writes))
      return taken.length + writes.length === 0 ? ok(undefined) : editions.force(new Map(taken), writes)
    },
  }
}
