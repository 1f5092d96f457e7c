/**
 * The part of PouchDB that the product uses. The published types redeclare Node's Buffer and break every other one,
 * so this narrow declaration stands in for them.
 */
declare module 'pouchdb' {
  export type PouchDocument = { _id: string; _rev: string } & Record<string, unknown>

  export interface PouchChanges {
    on(event: 'change', handler: (change: { readonly doc?: PouchDocument }) => void): this
    cancel(): void
  }

  export default class PouchDB {
    constructor(name: string, options?: { readonly auto_compaction?: boolean })
    info(): Promise<unknown>
    get(id: string): Promise<PouchDocument>
    put(document: { _id: string; _rev?: string } & Record<string, unknown>): Promise<{ readonly rev: string }>
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
    close(): Promise<void>
  }
}
