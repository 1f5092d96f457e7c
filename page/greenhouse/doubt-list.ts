import type { Text } from '../../core/text.ts'
import { createSlot, h, setAttributes } from '../element.ts'
import type { EditorVoice } from './words.ts'

/** What may surprise about a document, and what to do. */
export interface Doubt {
  readonly what: Text
  readonly next: Text
}

/** What may be saved and will surprise: told beside what is edited, and read out when it changes. */
export function createDoubtList({ say, language }: EditorVoice) {
  const list = h('ul', {})
  const slot = createSlot(list)
  const element = h(
    'section',
    { class: 'doubts', role: 'status', hidden: true },
    h('h3', {}, say('doubts')),
    list,
  )
  return {
    element,
    update(doubts: readonly Doubt[]) {
      setAttributes(element, { hidden: doubts.length === 0 })
      slot(doubts, () =>
        doubts.map(({ what, next }) =>
          h('li', {}, h('b', {}, what[language]), h('span', {}, next[language])),
        ),
      )
    },
  }
}
