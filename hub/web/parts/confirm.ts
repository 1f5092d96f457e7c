import { button, h } from '../../../page/element.ts'

export interface Question {
  readonly title: string
  readonly notes: readonly string[]
  /** What the button says that goes ahead, and how it looks. */
  readonly yes: string
  readonly no: string
  readonly grave: boolean
}

/** A last look before something that many people would notice. Anything but the button that goes ahead is a no. */
export function confirm({ title, notes, yes, no, grave }: Question): Promise<boolean> {
  return new Promise((resolve) => {
    let agreed = false
    const go = button(
      yes,
      () => {
        agreed = true
        dialog.close()
      },
      { class: `order-send${grave ? ' order-emergency' : ''}` },
    )
    const leave = button(no, () => dialog.close())
    const dialog = h(
      'dialog',
      { class: 'order-dialog', 'aria-labelledby': 'confirm-title' },
      h('h2', { id: 'confirm-title' }, title),
      ...notes.map((note) => h('p', {}, note)),
      h('div', { class: 'order-buttons' }, go, leave),
    )
    dialog.addEventListener('close', () => {
      dialog.remove()
      resolve(agreed)
    })
    document.body.append(dialog)
    dialog.showModal()
    // Enter alone must not put a street out.
    const first = grave ? leave : go
    first.focus()
  })
}
