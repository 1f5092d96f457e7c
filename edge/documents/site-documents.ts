import { type Cancel, type Clock, type ClockQuality, every, type NodeClock } from '../../core/clock.ts'
import { documentKind } from '../../core/documents/check-document.ts'
import { type Body, contentOf, type Edit, type Unit, withEdit } from '../../core/documents/edit.ts'
import { isWhole, restoreLost } from '../../core/documents/restore.ts'
import { generationOf, successor } from '../../core/documents/revision.ts'
import { FaultError, fault } from '../../core/errors.ts'
import { oneAtATime } from '../../core/one-at-a-time.ts'
import type {
  DocumentStore,
  Revision,
  RevisionStore,
  StoredDocument,
} from '../../core/ports/document-store.ts'
import { hex, type Random } from '../../core/random.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { Refusals } from '../refusals.ts'
import type { NodeCheck } from './checks.ts'
import { CONFLICT, CONFLICTS_MAX, type OpenConflict, openConflicts } from './conflicts.ts'
import { createEditions, FORCE } from './editions.ts'
import { createSettling } from './settling.ts'

/**
 * The documents that this node works by. The store beneath holds every edit of both sides under `{edge}/{id}`; here is
 * only what is in force: checked against the node's devices, merged where both sides edited, and of documents that
 * were written together all or none. What was in force stays so, over a restart too, until something better has come.
 */
export interface SiteDocuments extends DocumentStore {
  /** Reads what is in force and settles what came before. Before that there are no documents. */
  start(): Promise<void>
  /**
   * Writes documents as a unit: all in force at once, here and wherever they are replicated to. DOCUMENT_CONFLICT where
   * another revision of one than its `rev` is in force; left out, whichever is.
   */
  putAll(
    documents: readonly { readonly id: string; readonly body: Body; readonly rev?: string }[],
    by: string,
  ): Promise<Result<void>>
  /** DOCUMENT_CONFLICT where another revision than `rev` is in force; left out, whichever is. */
  remove(id: string, by: string, rev?: string): Promise<Result<void>>
  conflicts(): Promise<readonly OpenConflict[]>
  /** Puts a losing edit back, as an edit of `by`. Faults: CONFLICT_UNKNOWN, DOCUMENT_UNKNOWN, and what checks say. */
  restore(conflict: string, by: string): Promise<Result<void>>
  dismiss(conflict: string, by: string): Promise<Result<void>>
  /** Whose edit is in force. */
  edit(id: string): Edit | undefined
  /** Called with the id after each document that comes into force or goes. */
  onForce(handler: (id: string) => void): Cancel
  /** Called after each change that this node made and the hub does not have yet. */
  onOwnChange(handler: () => void): Cancel
  /** Resolves once everything that is in the store has been looked at. */
  settled(): Promise<void>
}

const SEED = 'seed:'
/** After this long a unit that is not whole is told as a fault. */
const UNIT_PATIENCE_MS = 10 * 60_000
const WATCH_MS = 60_000

interface Draft {
  readonly id: string
  readonly body: Body
  readonly rev?: string
}

export function createSiteDocuments(parts: {
  readonly store: RevisionStore
  readonly edge: string
  readonly clock: NodeClock
  readonly wall: Clock
  readonly random: Random
  readonly check: NodeCheck
  readonly refusals: Refusals
}): SiteDocuments {
  const { store, clock, wall, check, refusals } = parts
  const prefix = `${parts.edge}/`
  const storeId = (id: string) => prefix + id
  const editBy = (by: string, unit?: Unit, quality = clock.quality()): Edit => ({
    at: Math.round(clock.now()),
    by: by.slice(0, 60) || 'site',
    side: 'edge',
    clock: quality,
    ...(unit === undefined ? {} : { unit }),
  })
  const editions = createEditions(store)
  const settling = createSettling({ ...parts, prefix, editions, editBy })
  /** What could not be read or written down; looked at again before long. */
  const unsettled = new Set<string>()
  const cancels: Cancel[] = []
  const inTurn = oneAtATime()
  const resultInTurn = <T>(work: () => Promise<Result<T>>) => inTurn(() => tellingFaults(work))

  /** The end of a document, to be written. */
  const endOf = async (id: string, by: string): Promise<readonly Revision[]> => {
    const leaves = (await store.leaves(storeId(id))).filter(({ deleted }) => !deleted)
    return leaves.map((leaf) => successor(leaf.id, leaf, withEdit({}, editBy(by)), true))
  }
  const end = async (id: string, by: string): Promise<Result<void>> => {
    const ends = await endOf(id, by)
    if (ends.length === 0) return err(fault('DOCUMENT_UNKNOWN', { id: id.slice(0, 160) }))
    return editions.force(editions.get(id) === undefined ? new Map() : new Map([[id, undefined]]), ends)
  }
  /** An edit follows what is in force here, also where something else has come that is not; both then stand side by side. */
  const parentOf = async (id: string): Promise<Revision | undefined> => {
    const present = editions.get(id)
    const [winner] = await store.leaves(storeId(id))
    const own = present === undefined ? undefined : await store.revision(storeId(id), present.rev)
    return own ?? winner
  }
  const unitOf = (members: ReadonlyMap<string, { readonly parent: Revision | undefined }>): Unit => ({
    id: hex(parts.random.bytes(8)),
    of: [...members.keys()],
    generations: [...members.values()].map(({ parent }) =>
      parent === undefined ? 1 : generationOf(parent.rev) + 1,
    ),
  })
  /** Writes sound documents, more than one as a unit, together with what else is to be written. */
  const write = async (
    drafts: readonly Draft[],
    by: string,
    { also = [], quality }: { readonly also?: readonly Revision[]; readonly quality?: ClockQuality } = {},
  ): Promise<Result<void>> => {
    const sound = new Map<string, { readonly content: Body; readonly parent: Revision | undefined }>()
    for (const { id, body, rev } of drafts) {
      if (rev !== undefined && editions.get(id)?.rev !== rev) return err(fault('DOCUMENT_CONFLICT', { id }))
      const checked = check(id, contentOf(body))
      if (!checked.ok) return checked
      sound.set(id, { content: checked.value, parent: await parentOf(id) })
    }
    const unit = sound.size > 1 ? unitOf(sound) : undefined
    const written = new Map(
      [...sound].map(([id, { content, parent }]) => [
        id,
        successor(storeId(id), parent, withEdit(content, editBy(by, unit, quality))),
      ]),
    )
    return editions.force(written, [...written.values(), ...also])
  }
  const boundConflicts = async () => {
    const open = await openConflicts(store, prefix)
    for (const { id } of open.slice(0, Math.max(0, open.length - CONFLICTS_MAX))) {
      refusals.note(fault('CONFLICTS_TOO_MANY', { id, max: CONFLICTS_MAX }), 'documents')
      await end(id, 'limit')
    }
  }
  const settleOne = async (id: string): Promise<Result<void>> => {
    if (!id.startsWith(CONFLICT)) return settling.settle(id)
    await boundConflicts()
    return ok(undefined)
  }
  const settleAll = async (ids: Iterable<string>) => {
    for (const id of ids) {
      const settled = await tellingFaults(() => settleOne(id))
      if (settled.ok) continue
      refusals.note(settled.error, 'documents')
      unsettled.add(id)
    }
  }
  const load = async () => {
    const adopted = await adopt(store, prefix, editBy('site'))
    if (!adopted.ok) refusals.note(adopted.error, 'documents')
    await editions.load()
    const changed = await store.changes(0, prefix, Number.MAX_SAFE_INTEGER)
    await settleAll(changed.map(({ id }) => id.slice(prefix.length)).filter((id) => !id.startsWith(CONFLICT)))
  }
  const watch = () => {
    const again = [...unsettled]
    unsettled.clear()
    if (again.length > 0) void inTurn(() => settleAll(again))
    for (const { since, missing } of settling.waiting()) {
      const minutes = Math.floor((wall.monotonic() - since) / 60_000)
      if (minutes * 60_000 < UNIT_PATIENCE_MS) continue
      refusals.note(fault('DOCUMENT_UNIT_INCOMPLETE', { minutes, missing: missing.join(', ') }), 'documents')
    }
  }

  return {
    async start() {
      const changed = (id: string) => {
        if (id.startsWith(prefix)) void inTurn(() => settleAll([id.slice(prefix.length)]))
      }
      cancels.push(store.onChange(changed), every(wall, WATCH_MS, watch))
      await inTurn(load)
    },
    get: async (id) => (id.startsWith(SEED) ? store.get(id) : editions.shown(id)),
    async list(wanted) {
      if (wanted.startsWith(SEED)) return store.list(wanted)
      const ids = editions.ids().filter((id) => id.startsWith(wanted))
      return ids.sort().flatMap((id) => editions.shown(id) ?? [])
    },
    put: (id, body, rev) =>
      resultInTurn(async (): Promise<Result<StoredDocument>> => {
        if (id.startsWith(SEED)) return store.put(id, body, rev)
        if (editions.get(id)?.rev !== rev) return err(fault('DOCUMENT_CONFLICT', { id }))
        // What a file says to a new disk was not meant now: the hub may have what people have made of it since.
        const written = await write([{ id, body }], 'site', rev === undefined ? { quality: 'unknown' } : {})
        if (!written.ok) return written
        const shown = editions.shown(id)
        return shown === undefined ? err(fault('DOCUMENT_UNKNOWN', { id })) : ok(shown)
      }),
    putAll: (documents, by) => resultInTurn(() => write(documents, by)),
    remove: (id, by, rev) =>
      resultInTurn(async () => {
        if (rev !== undefined && editions.get(id)?.rev !== rev) return err(fault('DOCUMENT_CONFLICT', { id }))
        return end(id, by)
      }),
    conflicts: () => openConflicts(store, prefix),
    restore: (conflict, by) =>
      resultInTurn(async () => {
        const found = (await openConflicts(store, prefix)).find(({ id }) => id === conflict)
        if (found === undefined) return err(fault('CONFLICT_UNKNOWN', { id: conflict.slice(0, 200) }))
        const present = editions.shown(found.of)
        if (present === undefined && !isWhole(found.lost))
          return err(fault('DOCUMENT_UNKNOWN', { id: found.of }))
        const body = restoreLost(documentKind(found.of), present?.body ?? {}, found.lost)
        return write([{ id: found.of, body }], by, { also: await endOf(conflict, by) })
      }),
    dismiss: (conflict, by) =>
      resultInTurn(async () => {
        const known = conflict.startsWith(CONFLICT) && (await endOf(conflict, by)).length > 0
        return known ? end(conflict, by) : err(fault('CONFLICT_UNKNOWN', { id: conflict.slice(0, 200) }))
      }),
    edit: editions.edit,
    watch: editions.watch,
    onForce: editions.onForce,
    onOwnChange: editions.onOwnChange,
    settled: () => inTurn(() => Promise.resolve()),
    async close() {
      for (const cancel of cancels.splice(0)) cancel()
      await inTurn(() => store.close())
    },
  }
}

/** Reading a failing disk rejects; whoever asked for a result gets one. */
async function tellingFaults<T>(work: () => Promise<Result<T>>): Promise<Result<T>> {
  try {
    return await work()
  } catch (cause) {
    if (!(cause instanceof FaultError)) throw cause
    return err(cause.fault)
  }
}

/** Documents of a node that did not replicate yet stand without their edge: they move under it. */
async function adopt(store: RevisionStore, prefix: string, edit: Edit): Promise<Result<void>> {
  for (const { id, body } of await store.list('')) {
    if (id.includes('/') || id.startsWith(SEED) || id.startsWith(FORCE)) continue
    const [leaf] = await store.leaves(id)
    const known = (await store.leaves(prefix + id)).length > 0
    const moved = known ? [] : [successor(prefix + id, undefined, withEdit(body, edit))]
    if (leaf === undefined) continue
    const written = await store.append([...moved, successor(id, leaf, {}, true)])
    if (!written.ok) return written
  }
  return ok(undefined)
}
