import type { Cancel, Clock } from '../../../../core/clock.ts'
import { button, h, setAttributes, setText } from '../../../../page/element.ts'

const GOOD_MS = 6_000
const BAD_MS = 20_000

/** One sentence over the page's foot about what was just pressed; the newest stands alone. */
export function createNotice(clock: Clock, closeWords: () => string) {
  const words = h('span', { class: 'notice-words' })
  const close = button('✕', () => hide(), { class: 'notice-close' })
  const element = h('div', { class: 'notice', hidden: true }, words, close)
  let cancel: Cancel = () => {}
  const hide = () => {
    cancel()
    setAttributes(element, { hidden: true })
  }
  return {
    element,
    show(text: string, tone: 'good' | 'bad') {
      cancel()
      element.className = `notice notice-${tone}`
      setAttributes(element, { role: tone === 'bad' ? 'alert' : 'status', hidden: false })
      setAttributes(close, { 'aria-label': closeWords() })
      setText(words, text)
      cancel = clock.after(tone === 'bad' ? BAD_MS : GOOD_MS, hide)
    },
    hide,
  }
}
