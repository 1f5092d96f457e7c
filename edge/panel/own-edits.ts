import type { Clock } from '../../core/clock.ts'
import type { SiteDocuments } from '../documents/site-documents.ts'

/** Documents that were edited here in this boot and that the hub is not known to have. */
export function ownEdits(parts: {
  /** Real time. */
  readonly wall: Clock
  readonly documents: Pick<SiteDocuments, 'onForce' | 'edit'>
  /** Seconds since both sides were last alike; null for not in this boot. */
  alikeFor_s(): number | null
}): () => number {
  const { wall, documents } = parts
  const edited = new Map<string, number>()
  documents.onForce((id) => {
    const edit = documents.edit(id)
    // What a file brought was edited by nobody.
    if (edit?.side === 'edge' && edit.by !== 'site') edited.set(id, wall.monotonic())
  })
  return () => {
    const alike = parts.alikeFor_s()
    const alikeAt = alike === null ? Number.NEGATIVE_INFINITY : wall.monotonic() - alike * 1000
    for (const [id, at] of edited) if (at < alikeAt) edited.delete(id)
    return edited.size
  }
}
