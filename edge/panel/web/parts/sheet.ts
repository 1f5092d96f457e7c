import type { Clock } from '../../../../core/clock.ts'
import { button, type Child, h } from '../../../../page/element.ts'

export interface Sheet {
  readonly element: HTMLDialogElement
  close(): void
}

/** The second tap of a finger that opened the sheet must press nothing in it. */
const QUIET_MS = 400

/** A sheet from the foot of a phone, a window on a wide screen. Escape and the cross close it. */
export function openSheet(
  {
    clock,
    title,
    closeWords,
  }: { readonly clock: Clock; readonly title: string; readonly closeWords: string },
  ...content: readonly Child[]
): Sheet {
  const id = `sheet-${document.querySelectorAll('dialog').length}`
  const body = h(
    'div',
    { class: 'sheet-body', inert: true },
    ...content.filter((child) => child !== undefined),
  )
  const cross = button('✕', () => element.close(), { class: 'sheet-close', 'aria-label': closeWords })
  const element = h(
    'dialog',
    { class: 'sheet', 'aria-labelledby': id },
    h('header', { class: 'sheet-head' }, h('h2', { id, tabindex: -1 }, title), cross),
    body,
  )
  element.addEventListener('close', () => element.remove())
  document.body.append(element)
  element.showModal()
  element.querySelector('h2')?.focus()
  clock.after(QUIET_MS, () => body.removeAttribute('inert'))
  return { element, close: () => element.close() }
}

/** A last look before something that cannot be taken back. Anything but the button that goes ahead is a no. */
export function confirmSheet(
  clock: Clock,
  ask: {
    readonly title: string
    readonly notes: readonly string[]
    readonly yes: string
    readonly no: string
  },
): Promise<boolean> {
  return new Promise((resolve) => {
    let agreed = false
    const go = button(
      ask.yes,
      () => {
        agreed = true
        sheet.close()
      },
      { class: 'primary wide' },
    )
    const leave = button(ask.no, () => sheet.close(), { class: 'wide' })
    const sheet = openSheet(
      { clock, title: ask.title, closeWords: ask.no },
      ...ask.notes.map((note) => h('p', {}, note)),
      go,
      leave,
    )
    sheet.element.addEventListener('close', () => resolve(agreed))
  })
}
