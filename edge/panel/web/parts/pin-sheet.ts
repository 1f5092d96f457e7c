import type { Answer } from '../../../../page/ask.ts'
import { button, h } from '../../../../page/element.ts'
import { createPinEntry } from './pin-entry.ts'
import { openSheet, type Under } from './sheet.ts'

/** Asks whoever holds the phone for their PIN once more; false where they leave it. */
export function askPin(
  under: Under,
  name: string,
  send: (digits: string) => Promise<Answer<unknown>>,
): Promise<boolean> {
  const { voice, clock } = under
  const { say } = voice
  return new Promise((resolve) => {
    let proven = false
    const entry = createPinEntry({ voice, clock }, async (digits) => {
      const answer = await send(digits)
      proven = answer.ok
      if (proven) sheet.close()
      return answer
    })
    const sheet = openSheet(
      under,
      { title: say('enterPin', { name }), closeWords: say('cancel') },
      h('p', { class: 'sheet-note' }, say('pinAgainNote')),
      entry.element,
      button(say('cancel'), () => sheet.close(), { class: 'wide' }),
    )
    sheet.element.addEventListener('close', () => {
      entry.close()
      resolve(proven)
    })
  })
}
