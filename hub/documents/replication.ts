import { DOCUMENT_DEPTH_MAX, DOCUMENTS_PER_EDGE_MAX, textOf } from '../../core/documents/check-document.ts'
import type { Body } from '../../core/documents/edit.ts'
import { type Fault, FaultError, fault } from '../../core/errors.ts'
import type { InTurn } from '../../core/one-at-a-time.ts'
import type { DocumentChange, Revision, RevisionStore } from '../../core/ports/document-store.ts'
import type { Refuse } from '../refusals.ts'
import { couchOf, revisionFrom } from './couch-wire.ts'

/** One edge's side of a request of the replication: everything is bounded to ids that begin with the edge's own. */
export interface EdgeReplication {
  changes(since: number, limit: number): Promise<readonly DocumentChange[]>
  missing(
    asked: Readonly<Record<string, readonly string[]>>,
  ): Promise<Readonly<Record<string, { missing: readonly string[] }>>>
  /** The asked revisions, or with `latest` the leaves that follow them; undefined for one that is not here. */
  revisions(id: string, revs: readonly string[] | 'all', options: RevisionOptions): Promise<readonly Found[]>
  /** Stores what is sound, all at once; what was refused comes back by id, and is counted. */
  store(documents: readonly Body[]): Promise<readonly { readonly id: string; readonly problem: Fault }[]>
  checkpoint(name: string): Promise<Body | undefined>
  putCheckpoint(name: string, body: Body): Promise<string>
}

export interface RevisionOptions {
  readonly revs: boolean
  readonly latest: boolean
}

export type Found = { readonly ok: Body } | { readonly missing: string }

/** Checkpoints of replications that are kept for one edge; the one that was longest untouched goes first. */
const CHECKPOINTS_MAX = 8
const CHECKPOINT_BYTES_MAX = 8 * 1024
/** What one request is answered with; a batch of the largest documents in conflict is less. */
const ANSWER_BYTES_MAX = 16 * 1024 * 1024
/** A merge ends all leaves but one, and what it ended stays as a tombstone. */
const LIVING_LEAVES_MAX = 32
const LEAVES_MAX = 2_000

/** Throws FaultErrors: DOCUMENT_FOREIGN, DOCUMENT_WITHHELD, DOCUMENT_TOO_LARGE and the store's. */
export function edgeReplication(parts: {
  readonly edge: string
  readonly store: RevisionStore
  readonly quarantined: (edge: string) => boolean
  readonly refuse: Refuse
  /** Runs one after the other what reads and writes the checkpoints. */
  readonly inTurn: InTurn
}): EdgeReplication {
  const { edge, store, refuse } = parts
  const prefix = `${edge}/`
  const own = (id: string) => {
    if (!id.startsWith(prefix))
      throw new FaultError(fault('DOCUMENT_FOREIGN', { edge, id: id.slice(0, 120) }))
    return id
  }
  /** Of two nodes with one identity nobody knows which it is that asks. */
  const trusted = () => {
    if (parts.quarantined(edge)) throw new FaultError(fault('DOCUMENT_WITHHELD', { edge }))
  }
  let answered = 0
  const told = (revision: Revision, revs: boolean): Found => {
    const document = couchOf(revision, revs)
    answered += JSON.stringify(document).length
    if (answered <= ANSWER_BYTES_MAX) return { ok: document }
    const { id } = revision
    throw new FaultError(
      fault('DOCUMENT_TOO_LARGE', { id, max: ANSWER_BYTES_MAX, depth: DOCUMENT_DEPTH_MAX }),
    )
  }
  const checkpoints = async (): Promise<Map<string, Body>> => {
    const kept = await store.local(`checkpoints ${edge}`)
    return new Map(Object.entries(kept ?? {}).filter((entry): entry is [string, Body] => isRecord(entry[1])))
  }
  /** Ids of new documents beyond what a node may have, and of known ones with more leaves than edits apart make. */
  const tooMany = async (revisions: readonly Revision[]): Promise<ReadonlySet<string>> => {
    const fresh = new Set<string>()
    const over = new Set<string>()
    for (const id of new Set(revisions.map((revision) => revision.id))) {
      const leaves = await store.leaves(id)
      if (leaves.length === 0) fresh.add(id)
      const after = leavesOf([...leaves, ...revisions.filter((revision) => revision.id === id)])
      const living = after.filter(({ deleted }) => !deleted).length
      if (living > LIVING_LEAVES_MAX || after.length > LEAVES_MAX) over.add(id)
    }
    const room = fresh.size === 0 ? 0 : DOCUMENTS_PER_EDGE_MAX - (await store.count(prefix))
    for (const id of [...fresh].slice(Math.max(0, room))) over.add(id)
    return over
  }

  return {
    async changes(since, limit) {
      trusted()
      return store.changes(since, prefix, limit)
    },
    async missing(asked) {
      for (const id of Object.keys(asked)) own(id)
      const missing = await store.missing(asked)
      return Object.fromEntries(Object.entries(missing).map(([id, revs]) => [id, { missing: revs }]))
    },
    async revisions(id, revs, options) {
      trusted()
      const leaves = await store.leaves(own(id))
      if (revs === 'all') return leaves.map((leaf) => told(leaf, options.revs))
      const answer = new Map<string, Found>()
      for (const rev of revs) {
        const following = options.latest ? leaves.filter(({ history }) => history.includes(rev)) : []
        const older = following.length > 0 ? undefined : await store.revision(id, rev)
        const found = older === undefined ? following : [older]
        for (const revision of found) answer.set(revision.rev, told(revision, options.revs))
        if (found.length === 0) answer.set(rev, { missing: rev })
      }
      return [...answer.values()]
    },
    async store(documents) {
      trusted()
      const refused: { id: string; problem: Fault }[] = []
      const revisions = documents.flatMap((document) => {
        const read = revisionFrom(document, prefix)
        if (!read.ok) refused.push({ id: textOf(document._id), problem: read.error })
        return read.ok ? [read.value] : []
      })
      const over = await tooMany(revisions)
      for (const id of over)
        refused.push({ id, problem: fault('DOCUMENT_TOO_MANY', { edge, max: DOCUMENTS_PER_EDGE_MAX }) })
      const stored = await store.append(revisions.filter(({ id }) => !over.has(id)))
      if (!stored.ok) throw new FaultError(stored.error)
      for (const { problem } of refused) refuse(problem)
      return refused
    },
    checkpoint: async (name) => (await checkpoints()).get(name),
    putCheckpoint: (name, body) =>
      parts.inTurn(async () => {
        if (JSON.stringify(body).length > CHECKPOINT_BYTES_MAX)
          throw new FaultError(
            fault('DOCUMENT_TOO_LARGE', { id: name.slice(0, 60), max: CHECKPOINT_BYTES_MAX, depth: 8 }),
          )
        const kept = await checkpoints()
        kept.delete(name)
        kept.set(name, body)
        const newest = [...kept].slice(-CHECKPOINTS_MAX)
        const written = await store.putLocal(`checkpoints ${edge}`, Object.fromEntries(newest))
        if (!written.ok) throw new FaultError(written.error)
        return '0-1'
      }),
  }
}

/** Of these revisions those that none of them follows. */
function leavesOf(revisions: readonly Revision[]): readonly Revision[] {
  const followed = new Set(revisions.flatMap(({ history }) => history.slice(1)))
  const known = new Map(revisions.map((revision) => [revision.rev, revision]))
  return [...known.values()].filter(({ rev }) => !followed.has(rev))
}

function isRecord(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
