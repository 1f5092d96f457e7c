import type { Cancel } from '../clock.ts'
import type { Result } from '../result.ts'

/** A JSON document by id, such as `flood-station:dong-ha`. `rev` changes with each write. */
export interface StoredDocument {
  readonly id: string
  readonly rev: string
  readonly body: Readonly<Record<string, unknown>>
}

/** One revision of a document, also one that is not in force. */
export interface Revision extends StoredDocument {
  readonly deleted: boolean
  /** Ids of this revision and of those before it, newest first, as far back as they are known. */
  readonly history: readonly string[]
}

/**
 * Documents that people edit: thresholds, schedules, programs. Replicated between node and hub; a document that both
 * edited has several leaves until somebody merges them.
 * Reading rejects with a FaultError where the disk fails: STORE_UNWRITABLE, STORE_CORRUPT; writing says so in its result.
 */
export interface DocumentStore {
  /** The winning leaf, as CouchDB chooses it; undefined where it is deleted. */
  get(id: string): Promise<StoredDocument | undefined>
  /** All documents whose id starts with `prefix`, by id. */
  list(prefix: string): Promise<readonly StoredDocument[]>
  /** Writes over revision `rev` (undefined: must not exist yet); DOCUMENT_CONFLICT when another is in force. Durable. */
  put(id: string, body: Readonly<Record<string, unknown>>, rev?: string): Promise<Result<StoredDocument>>
  /** Called after each change, whoever made it; not for deletions. */
  watch(handler: (document: StoredDocument) => void): Cancel
  close(): Promise<void>
}

/** A document store that shows its revisions, so that two of them can be made alike and their edits be merged. */
export interface RevisionStore extends DocumentStore {
  /** The winner first; deleted ones too. None for a document that was never here. */
  leaves(id: string): Promise<readonly Revision[]>
  /** An older revision; undefined once it is compacted away, or was never here. */
  revision(id: string, rev: string): Promise<Revision | undefined>
  /**
   * Adds revisions under the ids that they have, all or none, durable. What is here already stays as it is.
   * Nothing is refused for standing beside another leaf.
   */
  append(revisions: readonly Revision[]): Promise<Result<void>>
  /** Of the asked revisions by document, those that are not here. */
  missing(
    asked: Readonly<Record<string, readonly string[]>>,
  ): Promise<Readonly<Record<string, readonly string[]>>>
  /** Documents whose id starts with `prefix` that changed after `since`, in the order of their last change. */
  changes(since: number, prefix: string, limit: number): Promise<readonly DocumentChange[]>
  /** How many documents with this prefix there ever were, deleted ones too. */
  count(prefix: string): Promise<number>
  /** What belongs to this copy alone and is never replicated: how far a replication has come. */
  local(key: string): Promise<Readonly<Record<string, unknown>> | undefined>
  putLocal(key: string, body: Readonly<Record<string, unknown>>): Promise<Result<void>>
  /** Called after each change of the documents, with the id; deletions and losing leaves too. */
  onChange(handler: (id: string) => void): Cancel
}

export interface DocumentChange {
  /** Grows with each change of this copy. */
  readonly seq: number
  readonly id: string
  readonly deleted: boolean
  /** Ids of all leaves, the winner first. */
  readonly leaves: readonly string[]
}
