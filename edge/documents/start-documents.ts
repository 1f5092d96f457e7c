import { type Fault, FaultError } from '../../core/errors.ts'
import { memoryDocuments } from '../../core/memory-documents.ts'
import type { RevisionStore } from '../../core/ports/document-store.ts'
import type { SiteDocuments } from './site-documents.ts'

export interface StartedDocuments<Store> {
  readonly documents: SiteDocuments
  /** Undefined where they are in memory alone. */
  readonly kept: Store | undefined
}

/**
 * The documents at work, whatever the disk does: fresh ones in place of those that turn out to be damaged when they are
 * read, or in memory. A node must come up and guard by its files. Each fault on the way is told.
 */
export async function startDocuments<Store extends RevisionStore>(parts: {
  /** Undefined where the disk takes none. */
  open(): Promise<Store | undefined>
  /** Puts what was opened beside. Throws a FaultError where that fails. */
  putAside(): void
  make(store: RevisionStore): SiteDocuments
  told(problem: Fault): void
}): Promise<StartedDocuments<Store>> {
  const started = async (store: RevisionStore): Promise<SiteDocuments | Fault> => {
    const documents = parts.make(store)
    try {
      await documents.start()
      return documents
    } catch (cause) {
      if (!(cause instanceof FaultError)) throw cause
      await documents.close()
      return cause.fault
    }
  }
  for (const last of [false, true]) {
    const kept = await parts.open()
    if (kept === undefined) break
    const documents = await started(kept)
    if ('start' in documents) return { documents, kept }
    parts.told(documents)
    if (last || documents.code !== 'STORE_CORRUPT' || !putAside(parts)) break
  }
  const documents = parts.make(memoryDocuments())
  await documents.start()
  return { documents, kept: undefined }
}

function putAside(parts: { putAside(): void; told(problem: Fault): void }): boolean {
  try {
    parts.putAside()
    return true
  } catch (cause) {
    if (!(cause instanceof FaultError)) throw cause
    parts.told(cause.fault)
    return false
  }
}
