import type { Cancel } from '../clock.ts'
import type { Result } from '../result.ts'

/** A JSON document by id, such as `flood-station:dong-ha`. `rev` changes with each write. */
export interface StoredDocument {
  readonly id: string
  readonly rev: string
  readonly body: Readonly<Record<string, unknown>>
}

/**
 * Documents that people edit: thresholds, schedules, programs. Replicated between node and hub.
 * Reading rejects with a FaultError where the disk fails: STORE_UNWRITABLE, STORE_CORRUPT; `put` says so in its result.
 */
export interface DocumentStore {
  get(id: string): Promise<StoredDocument | undefined>
  /** All documents whose id starts with `prefix`, by id. */
  list(prefix: string): Promise<readonly StoredDocument[]>
  /** Writes over revision `rev` (undefined: must not exist yet); DOCUMENT_CONFLICT when another is in force. */
  put(id: string, body: Readonly<Record<string, unknown>>, rev?: string): Promise<Result<StoredDocument>>
  /** Called after each change, whoever made it. */
  watch(handler: (document: StoredDocument) => void): Cancel
  close(): Promise<void>
}
