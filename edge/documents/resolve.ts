import type { Utc } from '../../core/clock.ts'
import { documentKind, editOf, isBounded } from '../../core/documents/check-document.ts'
import { type Conflict, conflictId, LOST_MAX } from '../../core/documents/conflict.ts'
import { type Body, contentOf, type Edit, withEdit } from '../../core/documents/edit.ts'
import { jsonEqual } from '../../core/documents/json-values.ts'
import {
  keepVersion,
  type Merged,
  mergeVersions,
  stricterVersion,
  type Version,
} from '../../core/documents/merge.ts'
import { policyOf } from '../../core/documents/merge-policies.ts'
import { commonAncestor, leafOrder, successor } from '../../core/documents/revision.ts'
import type { Fault } from '../../core/errors.ts'
import type { Revision } from '../../core/ports/document-store.ts'
import type { NodeCheck } from './checks.ts'
import type { Edition } from './editions.ts'

export interface Resolved {
  /** The one leaf that is left. */
  readonly leaf: Revision
  /** To be written, all at once: the merged revision, the end of the others, the conflicts. */
  readonly writes: readonly Revision[]
  /** Why two edits could not be merged: one of them was kept whole. */
  readonly unmerged: Fault | undefined
  /** Why what came cannot be used here: what is in force was kept, where there is anything. */
  readonly refused: Fault | undefined
}

export interface ResolveParts {
  /** With the edge: as the store has it. */
  readonly storeId: string
  readonly id: string
  readonly present: Edition | undefined
  readonly check: NodeCheck
  /** Whose merge it is. */
  readonly edit: Edit
  /** Best known UTC; undefined where it is not known. */
  readonly now: Utc | undefined
  /** End what cannot be used and has nothing in force to fall back to, instead of leaving it for a better day. */
  readonly giveUp: boolean
  ancestor(rev: string): Promise<Revision | undefined>
}

/**
 * Makes one edition of the living leaves of a document: merged by the policy of its kind, or, where that does not hold
 * together, the stricter of the sound ones, or what is in force. Whatever was not taken becomes a conflict.
 */
export async function resolve(
  parts: ResolveParts,
  leaves: readonly Revision[],
): Promise<Resolved | undefined> {
  const [first, ...others] = [...leaves].sort(leafOrder)
  if (first === undefined) return undefined
  let merged = versionOf(first)
  const lost: { readonly entry: Merged['lost'][number]; readonly reason: Fault | undefined }[] = []
  let unmerged: Fault | undefined
  for (const other of others) {
    const base = await baseOf(parts, first, other)
    const { result, reason } = mergeSound(parts, base, merged, versionOf(other))
    unmerged ??= reason
    lost.push(...result.lost.map((entry) => ({ entry, reason })))
    merged = { ...merged, body: result.body }
  }
  const sound = parts.check(parts.id, merged.body)
  if (!sound.ok) {
    if (parts.present === undefined) {
      const writes = parts.giveUp ? leaves.flatMap((leaf) => givenUp(parts, leaf, sound.error)) : []
      return { leaf: first, writes, unmerged, refused: sound.error }
    }
    const kept = {
      rev: parts.present.rev,
      body: contentOf(parts.present.body),
      edit: editOf(parts.present.body),
    }
    const result = keepVersion(policyOf(documentKind(parts.id)), undefined, kept, merged)
    lost.push(...result.lost.map((entry) => ({ entry, reason: sound.error })))
    merged = { ...merged, body: kept.body }
  }
  const same = jsonEqual(merged.body, versionOf(first).body)
  // What one edit alone says stays its author's: an order from afar must not become one made on site.
  const author = leaves.find((leaf) => jsonEqual(versionOf(leaf).body, merged.body))
  const edit = (author === undefined ? undefined : editOf(author.body)) ?? parts.edit
  const leaf = same ? first : successor(parts.storeId, first, withEdit(merged.body, edit))
  const ends = others.map((other) => endOf(parts, other))
  const conflicts = leaves.flatMap((loser) => {
    const own = lost.filter(({ entry }) => entry.rev === loser.rev)
    return own.length === 0 ? [] : [conflictOf(parts, loser, own)]
  })
  const refused = sound.ok ? undefined : sound.error
  return { leaf, writes: [...(same ? [] : [leaf]), ...ends, ...conflicts], unmerged, refused }
}

function endOf({ storeId, edit }: ResolveParts, leaf: Revision): Revision {
  return successor(storeId, leaf, withEdit({}, edit), true)
}

/** The end of a document, and a conflict that holds it whole. */
function givenUp(parts: ResolveParts, leaf: Revision, reason: Fault): readonly Revision[] {
  const entry = { path: [], lost: versionOf(leaf).body, rev: leaf.rev }
  return [endOf(parts, leaf), conflictOf(parts, leaf, [{ entry, reason }])]
}

/** What is too large to be worked with counts as empty, which no kind of document may be. */
function versionOf({ rev, body }: Revision): Version {
  return { rev, body: isBounded(body) ? contentOf(body) : {}, edit: editOf(body) }
}

async function baseOf(parts: ResolveParts, a: Revision, b: Revision): Promise<Body | undefined> {
  const rev = commonAncestor(a, b)
  if (rev === undefined) return undefined
  const found = await parts.ancestor(rev)
  if (found !== undefined && !found.deleted) return contentOf(found.body)
  return parts.present?.rev === rev ? contentOf(parts.present.body) : undefined
}

function mergeSound(
  { id, check, present, now }: ResolveParts,
  base: Body | undefined,
  a: Version,
  b: Version,
): { readonly result: Merged; readonly reason: Fault | undefined } {
  const policy = policyOf(documentKind(id))
  const result = mergeVersions(policy, base, a, b, now)
  const sound = check(id, result.body)
  if (sound.ok) return { result, reason: undefined }
  const usable = [a, b].filter((version) => check(id, version.body).ok)
  const known = [a, b].find(
    (version) => present !== undefined && jsonEqual(version.body, contentOf(present.body)),
  )
  const kept = usable.length === 1 ? usable[0] : (stricterVersion(policy, a, b) ?? known)
  const side = kept === b ? b : a
  return { result: keepVersion(policy, base, side, side === a ? b : a), reason: sound.error }
}

function conflictOf(
  parts: ResolveParts,
  loser: Revision,
  lost: readonly { readonly entry: Merged['lost'][number]; readonly reason: Fault | undefined }[],
): Revision {
  const reason = lost.find((one) => one.reason !== undefined)?.reason
  const edit = editOf(loser.body)
  const conflict: Conflict = {
    kind: 'conflict',
    of: parts.id,
    rev: loser.rev,
    at: parts.edit.at,
    lost: lost
      .slice(0, LOST_MAX)
      .map(({ entry: { rev: _rev, path, ...values } }) => ({ path: [...path], ...values })),
    ...(edit === undefined ? {} : { edit }),
    ...(reason === undefined ? {} : { reason: { code: reason.code, details: { ...reason.details } } }),
  }
  const prefix = parts.storeId.slice(0, parts.storeId.length - parts.id.length)
  return successor(prefix + conflictId(parts.id, loser.rev), undefined, withEdit(conflict, parts.edit))
}
