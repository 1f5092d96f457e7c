import type { Clock } from '../../../../core/clock.ts'
import { button, type Child, h } from '../../../../page/element.ts'
import type { Voice } from '../scene.ts'
import { stopSign } from './icons.ts'

export interface Sheet {
  readonly element: HTMLDialogElement
  close(): void
}

/** The second tap of a finger that opened the sheet must press nothing in it. */
const QUIET_MS = 400

/** What lies under a sheet: how it speaks, and its stop, which a sheet must not cover. */
export interface Under {
  readonly voice: Voice
  readonly clock: Clock
  /** Stops all water at once. */
  stopAll(): void
}

/** A sheet from the foot of a phone, a window on a wide screen. Escape, the cross and the stop close it. */
export function openSheet(
  { voice: { say }, clock, stopAll }: Under,
  { title, closeWords = say('close') }: { readonly title: string; readonly closeWords?: string },
  ...content: readonly Child[]
): Sheet {
  const id = `sheet-${document.querySelectorAll('dialog').length}`
  const body = h(
    'div',
    { class: 'sheet-body', inert: true },
    ...content.filter((child) => child !== undefined),
  )
  const stop = h(
    'button',
    { type: 'button', class: 'stop-key sheet-stop', 'aria-label': say('stopAllLabel') },
    stopSign(),
    say('stopAll'),
  )
  stop.addEventListener('click', () => {
    // What it says of the stop stands on the page.
    element.close()
    stopAll()
  })
  const cross = button('✕', () => element.close(), { class: 'sheet-close', 'aria-label': closeWords })
  const element = h(
    'dialog',
    { class: 'sheet', 'aria-labelledby': id },
    h('header', { class: 'sheet-head' }, h('h2', { id, tabindex: -1 }, title), stop, cross),
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
  under: Under,
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
      under,
      { title: ask.title, closeWords: ask.no },
      ...ask.notes.map((note) => h('p', {}, note)),
      go,
      leave,
    )
    sheet.element.addEventListener('close', () => resolve(agreed))
  })
}
