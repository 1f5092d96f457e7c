import { type Cancel, type Clock, every, type NodeClock } from '../../core/clock.ts'
import { documentKind, editOf, isDeletable } from '../../core/documents/check-document.ts'
import { Conflict } from '../../core/documents/conflict.ts'
import { type Body, contentOf, type Edit, type Unit, withEdit } from '../../core/documents/edit.ts'
import { restoreLost } from '../../core/documents/restore.ts'
import { successor } from '../../core/documents/revision.ts'
import { FaultError, fault } from '../../core/errors.ts'
import type {
  DocumentStore,
  Revision,
  RevisionStore,
  StoredDocument,
} from '../../core/ports/document-store.ts'
import { hex, type Random } from '../../core/random.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { checker } from '../../core/schema.ts'
import type { Refusals } from '../refusals.ts'
import type { NodeCheck } from './checks.ts'
import { type InForce, type Resolved, resolve } from './resolve.ts'
import { createUnits } from './units.ts'

/**
 * The documents that this node works by. The store beneath holds every edit of both sides under `{edge}/{id}`; here is
 * only what is in force: checked against the node's devices, merged where both sides edited, and of documents that
 * were written together all or none. What was in force stays so, over a restart too, until something better has come.
 */
export interface SiteDocuments extends DocumentStore {
  /** Reads what is in force and settles what came before. Before that there are no documents. */
  start(): Promise<void>
  /** Writes documents as a unit: all in force at once, here and wherever they are replicated to. */
  putAll(
    documents: readonly { readonly id: string; readonly body: Body }[],
    by: string,
  ): Promise<Result<void>>
  remove(id: string, by: string): Promise<Result<void>>
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

export interface OpenConflict extends Conflict {
  readonly id: string
}

const SEED = 'seed:'
const FORCE = 'force:'
const CONFLICT = 'conflict:'
/** More open conflicts than this nobody reads: the oldest goes. */
const CONFLICTS_MAX = 200
/** After this long a unit that is not whole is told as a fault. */
const UNIT_PATIENCE_MS = 10 * 60_000
const WATCH_MS = 60_000

const checkConflict = checker(Conflict)

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
  const units = createUnits(store, storeId)
  const inForce = new Map<string, InForce>()
  /** What could not be read or written down; looked at again before long. */
  const unsettled = new Set<string>()
  const waiting = new Map<string, { readonly since: number; readonly missing: readonly string[] }>()
  const watchers = new Set<(document: StoredDocument) => void>()
  const forced = new Set<(id: string) => void>()
  const ownChanges = new Set<() => void>()
  const cancels: Cancel[] = []

  /** One change at a time: what was read is what is written over. */
  let queue: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = queue.then(work, work)
    queue = turn.catch(() => {})
    return turn
  }
  const editBy = (by: string, unit?: Unit): Edit => ({
    at: Math.round(clock.now()),
    by: by.slice(0, 60) || 'site',
    side: 'edge',
    clock: clock.quality(),
    ...(unit === undefined ? {} : { unit }),
  })
  const living = async (id: string) => (await store.leaves(storeId(id))).filter(({ deleted }) => !deleted)
  const shown = (id: string, { rev, body }: InForce): StoredDocument => ({ id, rev, body: contentOf(body) })
  const toldOwn = () => {
    for (const handler of ownChanges) handler()
  }

  /** Writes down what is in force from now on, together with `writes`, and then acts by it. */
  const takeInForce = async (
    taken: ReadonlyMap<string, InForce | undefined>,
    writes: readonly Revision[],
  ): Promise<Result<void>> => {
    const notes: Revision[] = []
    for (const [id, edition] of taken) {
      const [before] = await store.leaves(FORCE + id)
      const body = edition === undefined ? {} : { rev: edition.rev, body: edition.body }
      notes.push(successor(FORCE + id, before, body, edition === undefined))
    }
    const written = await store.append([...writes, ...notes])
    if (!written.ok) {
      refusals.note(written.error, 'documents')
      return written
    }
    const news = [...taken].filter(([id, edition]) => inForce.get(id)?.rev !== edition?.rev)
    for (const [id, edition] of news) {
      if (edition === undefined) inForce.delete(id)
      else inForce.set(id, edition)
    }
    for (const [id, edition] of news) {
      if (edition !== undefined) for (const watcher of watchers) watcher(shown(id, edition))
      for (const handler of forced) handler(id)
    }
    if (writes.length > 0) toldOwn()
    return written
  }

  /** Leaves whose units are whole; ids of all documents that belong to them are added to `together`. */
  const ready = async (id: string, together: Set<string>): Promise<readonly Revision[]> => {
    const whole: Revision[] = []
    for (const leaf of await living(id)) {
      let complete = true
      for (const unit of await units.of(leaf, inForce.get(id)?.rev)) {
        const missing = await units.missing(unit)
        if (missing.length === 0) {
          waiting.delete(unit.id)
          for (const other of unit.of) together.add(other)
        } else {
          complete = false
          waiting.set(unit.id, { since: waiting.get(unit.id)?.since ?? wall.monotonic(), missing })
        }
      }
      if (complete) whole.push(leaf)
    }
    return whole
  }
  const resolveOne = (id: string, leaves: readonly Revision[], sound: NodeCheck) =>
    resolve(
      {
        id,
        storeId: storeId(id),
        present: inForce.get(id),
        check: sound,
        edit: editBy('merge'),
        now: clock.quality() === 'unknown' ? undefined : clock.now(),
        ancestor: (rev) => store.revision(storeId(id), rev),
      },
      leaves,
    )
  const resolveAll = async (leaves: ReadonlyMap<string, readonly Revision[]>, sound: NodeCheck) => {
    const outcomes = new Map<string, Resolved>()
    for (const [id, own] of leaves) {
      const outcome = await resolveOne(id, own, sound)
      if (outcome !== undefined) outcomes.set(id, outcome)
    }
    return outcomes
  }

  const settle = async (first: string): Promise<void> => {
    const together = new Set([first])
    const leaves = new Map<string, readonly Revision[]>()
    // The set grows while units are found; a Set is walked to what was added meanwhile.
    for (const id of together) {
      const whole = await ready(id, together)
      if (whole.length > 0) leaves.set(id, whole)
      else if (inForce.has(id) && (await living(id)).length === 0) return goneAtHub(id)
    }
    let outcomes = await resolveAll(leaves, check)
    const refused = [...outcomes.values()].find((outcome) => outcome.refused !== undefined)?.refused
    // One document that cannot be used keeps back all that were written together with it.
    if (refused !== undefined && outcomes.size > 1) outcomes = await resolveAll(leaves, () => err(refused))
    for (const [id, outcome] of outcomes) tellProblems(id, outcome)
    const news = [...outcomes].filter(([id, { leaf, writes, refused: why }]) => {
      const usable = why === undefined || inForce.has(id)
      return usable && (writes.length > 0 || leaf.rev !== inForce.get(id)?.rev)
    })
    if (news.length === 0) return
    const editions = news.map(([id, { leaf }]) => [id, { rev: leaf.rev, body: leaf.body }] as const)
    const fresh = await unseen(news.flatMap(([, { writes }]) => writes))
    const done = await takeInForce(new Map(editions), fresh)
    if (!done.ok) unsettled.add(first)
    if (fresh.some(({ id }) => id.startsWith(storeId(CONFLICT)))) await boundConflicts()
  }
  const tellProblems = (id: string, { unmerged, refused }: Resolved) => {
    for (const problem of [unmerged, refused]) if (problem !== undefined) refusals.note(problem, id)
    if (unmerged !== undefined) refusals.note(fault('DOCUMENT_MERGE_INVALID', { id }), id)
    if (refused !== undefined && inForce.has(id)) refusals.note(fault('DOCUMENT_RESTORED_OWN', { id }), id)
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
  const boundConflicts = async () => {
    const open = await openConflicts()
    for (const { id } of open.slice(0, Math.max(0, open.length - CONFLICTS_MAX))) {
      refusals.note(fault('CONFLICTS_TOO_MANY', { id, max: CONFLICTS_MAX }), 'documents')
      await end(id, 'limit')
    }
  }
  /** Deleted at the hub: a hold ends with it, a station does not. */
  const goneAtHub = async (id: string): Promise<void> => {
    const present = inForce.get(id)
    if (present === undefined) return
    if (isDeletable(id)) return void (await takeInForce(new Map([[id, undefined]]), []))
    const [leaf] = await store.leaves(storeId(id))
    const again = successor(storeId(id), leaf, withEdit(contentOf(present.body), editBy('merge')))
    refusals.note(fault('DOCUMENT_RESTORED_OWN', { id }), id)
    await takeInForce(new Map([[id, again]]), [again])
  }
  const openConflicts = async (): Promise<readonly OpenConflict[]> => {
    const documents = await store.list(storeId(CONFLICT))
    const open = documents.flatMap(({ id, body }) => {
      const checked = checkConflict(contentOf(body))
      return checked.ok ? [{ ...checked.value, id: id.slice(prefix.length) }] : []
    })
    return open.sort((a, b) => a.at - b.at)
  }
  const endOf = async (id: string, by: string): Promise<readonly Revision[]> =>
    (await living(id)).map((leaf) => successor(leaf.id, leaf, withEdit({}, editBy(by)), true))
  const end = async (id: string, by: string): Promise<Result<void>> => {
    const ends = await endOf(id, by)
    if (ends.length === 0) return err(fault('DOCUMENT_UNKNOWN', { id: id.slice(0, 160) }))
    return takeInForce(inForce.has(id) ? new Map([[id, undefined]]) : new Map(), ends)
  }
  /** An edit follows what is in force here, also where something else has come that is not; both then stand side by side. */
  const follow = async (id: string, content: Body, edit: Edit): Promise<Revision> => {
    const present = inForce.get(id)
    const leaves = await store.leaves(storeId(id))
    const parent =
      present === undefined ? leaves[0] : ((await store.revision(storeId(id), present.rev)) ?? leaves[0])
    return successor(storeId(id), parent, withEdit(content, edit))
  }
  const writeAll = async (
    documents: readonly { readonly id: string; readonly body: Body }[],
    by: string,
    also: readonly Revision[] = [],
  ): Promise<Result<readonly StoredDocument[]>> => {
    const ids = documents.map(({ id }) => id)
    const unit = ids.length > 1 ? { id: hex(parts.random.bytes(8)), of: ids } : undefined
    const written = new Map<string, Revision>()
    for (const { id, body } of documents) {
      const checked = check(id, contentOf(body))
      if (!checked.ok) return checked
      written.set(id, await follow(id, checked.value, editBy(by, unit)))
    }
    const done = await takeInForce(written, [...written.values(), ...also])
    return done.ok ? ok([...written].map(([id, edition]) => shown(id, edition))) : done
  }
  const settleAll = async (ids: Iterable<string>) => {
    for (const id of ids) {
      if (id.startsWith(CONFLICT)) continue
      try {
        await settle(id)
      } catch (cause) {
        if (!(cause instanceof FaultError)) throw cause
        refusals.note(cause.fault, 'documents')
        unsettled.add(id)
      }
    }
  }
  const load = async () => {
    await adopt(store, prefix, editBy('site'))
    for (const { id, body } of await store.list(FORCE)) {
      const edition = editionOf(body)
      if (edition !== undefined) inForce.set(id.slice(FORCE.length), edition)
    }
    const changed = await store.changes(0, prefix, Number.MAX_SAFE_INTEGER)
    await settleAll(changed.map(({ id }) => id.slice(prefix.length)))
  }
  const watch = () => {
    if (unsettled.size > 0) void inTurn(() => settleAll(taken(unsettled)))
    for (const { since, missing } of waiting.values()) {
      const minutes = Math.floor((wall.monotonic() - since) / 60_000)
      if (minutes * 60_000 < UNIT_PATIENCE_MS) continue
      refusals.note(fault('DOCUMENT_UNIT_INCOMPLETE', { minutes, missing: missing.join(', ') }), 'documents')
    }
  }

  return {
    async start() {
      cancels.push(
        store.onChange((id) => {
          if (id.startsWith(prefix)) void inTurn(() => settleAll([id.slice(prefix.length)]))
        }),
        every(wall, WATCH_MS, watch),
      )
      await inTurn(load)
    },
    async get(id) {
      if (id.startsWith(SEED)) return store.get(id)
      const present = inForce.get(id)
      return present === undefined ? undefined : shown(id, present)
    },
    async list(wanted) {
      if (wanted.startsWith(SEED)) return store.list(wanted)
      return [...inForce]
        .filter(([id]) => id.startsWith(wanted))
        .map(([id, edition]) => shown(id, edition))
        .sort((a, b) => (a.id < b.id ? -1 : 1))
    },
    put: (id, body, rev) =>
      inTurn(async () => {
        if (id.startsWith(SEED)) return store.put(id, body, rev)
        if (inForce.get(id)?.rev !== rev) return err(fault('DOCUMENT_CONFLICT', { id }))
        const written = await writeAll([{ id, body }], 'site')
        if (!written.ok) return written
        const [first] = written.value
        return first === undefined ? err(fault('DOCUMENT_UNKNOWN', { id })) : ok(first)
      }),
    putAll: (documents, by) =>
      inTurn(async () => {
        const written = await writeAll(documents, by)
        return written.ok ? ok(undefined) : written
      }),
    remove: (id, by) => inTurn(() => end(id, by)),
    conflicts: openConflicts,
    restore: (conflict, by) =>
      inTurn(async () => {
        const found = (await openConflicts()).find(({ id }) => id === conflict)
        if (found === undefined) return err(fault('CONFLICT_UNKNOWN', { id: conflict.slice(0, 200) }))
        const present = inForce.get(found.of)
        if (present === undefined) return err(fault('DOCUMENT_UNKNOWN', { id: found.of }))
        const body = restoreLost(documentKind(found.of), contentOf(present.body), found.lost)
        const written = await writeAll([{ id: found.of, body }], by, await endOf(conflict, by))
        return written.ok ? ok(undefined) : written
      }),
    dismiss: (conflict, by) =>
      inTurn(async () => {
        const known = conflict.startsWith(CONFLICT) && (await living(conflict)).length > 0
        return known ? end(conflict, by) : err(fault('CONFLICT_UNKNOWN', { id: conflict.slice(0, 200) }))
      }),
    edit: (id) => {
      const body = inForce.get(id)?.body
      return body === undefined ? undefined : editOf(body)
    },
    watch: (handler) => added(watchers, handler),
    onForce: (handler) => added(forced, handler),
    onOwnChange: (handler) => added(ownChanges, handler),
    settled: () => inTurn(() => Promise.resolve()),
    async close() {
      for (const cancel of cancels.splice(0)) cancel()
      await queue
      await store.close()
    },
  }
}

/** Documents of a node that did not replicate yet stand without their edge: they move under it. */
async function adopt(store: RevisionStore, prefix: string, edit: Edit): Promise<void> {
  for (const { id, body } of await store.list('')) {
    if (id.includes('/') || id.startsWith(SEED) || id.startsWith(FORCE)) continue
    const [leaf] = await store.leaves(id)
    const known = (await store.leaves(prefix + id)).length > 0
    const moved = known ? [] : [successor(prefix + id, undefined, withEdit(body, edit))]
    if (leaf !== undefined) await store.append([...moved, successor(id, leaf, {}, true)])
  }
}

function editionOf({ rev, body }: Body): InForce | undefined {
  const known = typeof rev === 'string' && typeof body === 'object' && body !== null && !Array.isArray(body)
  return known ? { rev, body: { ...body } } : undefined
}

/** All of a set, which is then empty. */
function taken<T>(set: Set<T>): readonly T[] {
  const all = [...set]
  set.clear()
  return all
}

function added<T>(handlers: Set<T>, handler: T): Cancel {
  handlers.add(handler)
  return () => handlers.delete(handler)
}
