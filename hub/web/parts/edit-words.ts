import type { DocumentView } from '../../api/schema.ts'
import type { Voice } from '../wording.ts'
import type { WordKey } from '../words.ts'

type Edit = NonNullable<DocumentView['edit']>

/** Names that no person has: the node's own files and command line, and the merge of two edits. */
const OWN_NAMES: Readonly<Record<string, WordKey>> = { site: 'bySite', merge: 'byMerge' }

export function editorWords(
  edit: Edit | null,
  { say }: Voice,
): { readonly who: string; readonly where: string } {
  const own = edit === null ? undefined : OWN_NAMES[edit.by]
  const who = own === undefined ? (edit?.by ?? '—') : say(own)
  return { who, where: say(edit?.side === 'hub' ? 'atHub' : 'atNode') }
}

const FIELD_WORDS: Readonly<Record<string, WordKey>> = {
  'clear/below_m': 'thresholdClearBelow',
  'clear/hold_min': 'thresholdClearHold',
  'rise/m_per_h': 'thresholdRise',
  'silence/longest_min': 'thresholdSilence',
}

/** Parts of a street's document that people edit. */
const STREET_WORDS: Readonly<Record<string, WordKey>> = {
  profiles: 'conflictProfiles',
  calendar: 'conflictCalendar',
  groups: 'conflictGroups',
}

/** A field of a document as the form calls it; one that the form does not have, by its path. */
export function fieldName(path: readonly string[], { say }: Voice): string {
  if (path.length === 0) return say('conflictWhole')
  const [list, item, field] = path
  if (list === 'levels' && item !== undefined && field === 'stage_m')
    return say('thresholdLevel', { level: item })
  const part = list === undefined ? undefined : STREET_WORDS[list]
  if (part !== undefined) return [say(part), ...path.slice(1)].join(' › ')
  const word = FIELD_WORDS[path.join('/')]
  return word === undefined ? path.join(' › ') : say(word)
}
