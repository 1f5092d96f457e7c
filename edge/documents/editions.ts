import type { Cancel } from '../../core/clock.ts'
import { editOf } from '../../core/documents/check-document.ts'
import { type Body, contentOf, type Edit } from '../../core/documents/edit.ts'
import { successor } from '../../core/documents/revision.ts'
import type { Revision, RevisionStore, StoredDocument } from '../../core/ports/document-store.ts'
import type { Result } from '../../core/result.ts'

/** An edition that the node works by: its revision, and its body with whose edit it is. */
export interface Edition {
  readonly rev: string
  readonly body: Body
}

/** What is in force at this node, kept beside the documents and never replicated. */
export interface Editions {
  load(): Promise<void>
  get(id: string): Edition | undefined
  ids(): readonly string[]
  shown(id: string): StoredDocument | undefined
  edit(id: string): Edit | undefined
  /** Writes down what is in force from now on, together with `writes`, all or nothing, and then tells of it. */
  force(news: ReadonlyMap<string, Edition | undefined>, writes: readonly Revision[]): Promise<Result<void>>
  watch(handler: (document: StoredDocument) => void): Cancel
  onForce(handler: (id: string) => void): Cancel
  onOwnChange(handler: () => void): Cancel
}

export const FORCE = 'force:'

export function createEditions(store: RevisionStore): Editions {
  const inForce = new Map<string, Edition>()
  const watchers = new Set<(document: StoredDocument) => void>()
  const forced = new Set<(id: string) => void>()
  const ownChanges = new Set<() => void>()

  const shown = (id: string): StoredDocument | undefined => {
    const edition = inForce.get(id)
    return edition === undefined ? undefined : { id, rev: edition.rev, body: contentOf(edition.body) }
  }
  const note = async (id: string, edition: Edition | undefined): Promise<Revision> => {
    const [before] = await store.leaves(FORCE + id)
    const body = edition === undefined ? {} : { rev: edition.rev, body: edition.body }
    return successor(FORCE + id, before, body, edition === undefined)
  }
  const take = (id: string, edition: Edition | undefined) => {
    if (edition === undefined) inForce.delete(id)
    else inForce.set(id, edition)
  }
  const tell = (id: string) => {
    const document = shown(id)
    if (document !== undefined) for (const watcher of watchers) watcher(document)
    for (const handler of forced) handler(id)
  }

  return {
    async load() {
      for (const { id, body } of await store.list(FORCE)) {
        const edition = editionOf(body)
        if (edition !== undefined) inForce.set(id.slice(FORCE.length), edition)
      }
    },
    get: (id) => inForce.get(id),
    ids: () => [...inForce.keys()],
    shown,
    edit(id) {
      const edition = inForce.get(id)
      return edition === undefined ? undefined : editOf(edition.body)
    },
    async force(news, writes) {
      const notes = await Promise.all([...news].map(([id, edition]) => note(id, edition)))
      const written = await store.append([...writes, ...notes])
      if (!written.ok) return written
      const changed = [...news].filter(([id, edition]) => inForce.get(id)?.rev !== edition?.rev)
      // All of a unit is in force before anybody is told of one of them.
      for (const [id, edition] of changed) take(id, edition)
      for (const [id] of changed) tell(id)
      if (writes.length > 0) for (const handler of ownChanges) handler()
      return written
    },
    watch: (handler) => added(watchers, handler),
    onForce: (handler) => added(forced, handler),
    onOwnChange: (handler) => added(ownChanges, handler),
  }
}

function editionOf({ rev, body }: Body): Edition | undefined {
  const known = typeof rev === 'string' && typeof body === 'object' && body !== null && !Array.isArray(body)
  return known ? { rev, body: { ...body } } : undefined
}

function added<T>(handlers: Set<T>, handler: T): Cancel {
  handlers.add(handler)
  return () => handlers.delete(handler)
}
