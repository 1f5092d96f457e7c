import { editOf } from '../../core/documents/check-document.ts'
import type { Unit } from '../../core/documents/edit.ts'
import { generationOf } from '../../core/documents/revision.ts'
import type { Revision, RevisionStore } from '../../core/ports/document-store.ts'

/** How far back in a document's history a unit is looked for: nobody edits one more often before its unit has arrived. */
const HISTORY_SEARCHED = 16

/** Documents that were written together, by what of them has arrived. */
export interface Units {
  /** Units of the edits from the one in force (excluded) up to this leaf. */
  of(leaf: Revision, since: string | undefined): Promise<readonly Unit[]>
  /** Members that have not arrived; none where the unit is whole. */
  missing(unit: Unit): Promise<readonly string[]>
}

export function createUnits(store: RevisionStore, storeId: (id: string) => string): Units {
  /** From the leaf back to `until`, each with what it says. */
  const past = async (leaf: Revision, until: string | undefined): Promise<readonly Revision[]> => {
    const found = [leaf]
    for (const rev of leaf.history.slice(1, HISTORY_SEARCHED)) {
      if (rev === until) break
      const older = await store.revision(leaf.id, rev)
      if (older !== undefined) found.push(older)
    }
    return found
  }
  const unitsIn = (revisions: readonly Revision[]) =>
    revisions.flatMap(({ body }) => editOf(body)?.unit ?? [])
  const arrived = async (unit: Unit, id: string): Promise<boolean> => {
    // Replication brings the text of the last revision alone: of a document that went on since, the unit is not seen.
    const made = unit.generations?.[unit.of.indexOf(id)] ?? Number.POSITIVE_INFINITY
    for (const leaf of await store.leaves(storeId(id))) {
      if (generationOf(leaf.rev) > made) return true
      if (unitsIn(await past(leaf, undefined)).some((other) => other.id === unit.id)) return true
    }
    return false
  }
  return {
    async of(leaf, since) {
      return leaf.rev === since ? [] : unitsIn(await past(leaf, since))
    },
    async missing(unit) {
      const absent: string[] = []
      for (const id of unit.of) if (!(await arrived(unit, id))) absent.push(id)
      return absent
    },
  }
}
