import { button, h, setAttributes, setText } from '../../../../page/element.ts'
import type { Voice } from '../scene.ts'
import { icon } from './icons.ts'

/** Ten keys for a wet thumb. What was pressed shows as dots; a keyboard works as well. */
export function createPinPad({ say }: Voice, most: number, enter: (digits: string) => void) {
  let digits = ''
  let isBusy = false
  const dots = h('p', { class: 'pin-dots', 'aria-hidden': 'true' })
  const told = h('p', { class: 'visually-hidden', 'aria-live': 'polite' })
  const go = button(say('enter'), () => enter(digits), { class: 'pin-key pin-enter primary' })
  const erase = button('', () => take(digits.slice(0, -1)), { class: 'pin-key', 'aria-label': say('erase') })
  erase.append(icon('erase', 30))
  const keys = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((digit) => key(digit))
  const all = [...keys, erase, key(0), go]
  const element = h('div', { class: 'pin' }, dots, told, h('div', { class: 'pin-keys' }, ...all))

  function key(digit: number): HTMLButtonElement {
    return button(String(digit), () => take(digits + digit), { class: 'pin-key' })
  }
  function take(next: string): void {
    if (isBusy || next.length > most) return
    digits = next
    setText(dots, digits === '' ? '' : '●'.repeat(digits.length))
    setText(told, say('pinDigits', { count: digits.length }))
    setAttributes(go, { disabled: digits.length === 0 })
  }
  const typed = (event: KeyboardEvent) => {
    if (isBusy || event.ctrlKey || event.metaKey || event.altKey) return
    if (/^[0-9]$/.test(event.key)) take(digits + event.key)
    else if (event.key === 'Backspace') take(digits.slice(0, -1))
    else if (event.key === 'Enter' && !(document.activeElement instanceof HTMLButtonElement)) enter(digits)
  }
  addEventListener('keydown', typed)
  take('')
  return {
    element,
    clear: () => {
      isBusy = false
      take('')
    },
    busy(next: boolean) {
      isBusy = next
      for (const press of all) press.disabled = next
      if (!next) take(digits)
    },
    close: () => removeEventListener('keydown', typed),
  }
}
