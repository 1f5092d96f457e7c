/**
 * The part of PouchDB that the product uses. The published types redeclare Node's Buffer and break every other one,
 * so this narrow declaration stands in for them.
 */
declare module 'pouchdb' {
  export type PouchDocument = {
    _id: string
    _rev: string
    _deleted?: boolean
    _revisions?: { readonly start: number; readonly ids: readonly string[] }
  } & Record<string, unknown>

  export interface PouchChange {
    readonly id: string
    readonly seq: number
    readonly deleted?: boolean
    readonly doc?: PouchDocument
  }

  export interface PouchChanges {
    on(event: 'change', handler: (change: PouchChange) => void): this
    cancel(): void
  }

  /** What a server's answer is read for. */
  export interface PouchResponse {
    readonly ok: boolean
    readonly status: number
    json(): Promise<unknown>
  }

  export interface PouchRequest {
    readonly method?: string
    readonly body?: string | null
    readonly headers: { forEach(each: (value: string, name: string) => void): void }
    readonly signal?: AbortSignal | null
  }

  export interface PouchReplicated {
    readonly docs_read: number
    readonly docs_written: number
    readonly doc_write_failures: number
  }

  export interface PouchReplication extends Promise<PouchReplicated> {
    on(event: 'denied', handler: (denied: unknown) => void): this
    cancel(): void
  }

  export interface PouchReplicationOptions {
    readonly batch_size?: number
    readonly batches_limit?: number
    readonly checkpoint?: false
    readonly selector?: object
  }

  export default class PouchDB {
    constructor(
      name: string,
      options?: {
        readonly auto_compaction?: boolean
        readonly skip_setup?: boolean
        readonly auth?: { readonly username: string; readonly password: string }
        readonly fetch?: (url: string, request: PouchRequest) => Promise<PouchResponse>
      },
    )
    readonly replicate: {
      to(remote: PouchDB, options: PouchReplicationOptions): PouchReplication
      from(remote: PouchDB, options: PouchReplicationOptions): PouchReplication
    }
    info(): Promise<{ readonly update_seq: number }>
    get(id: string, options?: { readonly rev?: string; readonly revs?: true }): Promise<PouchDocument>
    get(
      id: string,
      options: { readonly open_revs: 'all'; readonly revs: true },
    ): Promise<readonly { readonly ok?: PouchDocument }[]>
    put(document: { _id: string; _rev?: string } & Record<string, unknown>): Promise<{ readonly rev: string }>
    bulkDocs(documents: readonly PouchDocument[], options: { readonly new_edits: false }): Promise<unknown>
    revsDiff(
      asked: Readonly<Record<string, readonly string[]>>,
    ): Promise<Readonly<Record<string, { readonly missing: readonly string[] }>>>
    compactDocument(id: string, depth: number): Promise<unknown>
    allDocs(options: {
      readonly startkey: string
      readonly endkey: string
      readonly include_docs: true
    }): Promise<{ readonly rows: readonly { readonly doc?: PouchDocument }[] }>
    changes(options: {
      readonly since: 'now'
      readonly live: true
      readonly include_docs: true
    }): PouchChanges
    changes(options: {
      readonly since: number
      readonly limit: number
    }): Promise<{ readonly results: readonly PouchChange[]; readonly last_seq: number }>
    close(): Promise<void>
  }
}
