import type { CommandAction } from '../../../core/wire/commands.ts'
import { button, h, setAttributes, setText } from '../../../page/element.ts'
import type { Order } from '../command-order.ts'
import type { Voice } from '../wording.ts'

/** One thing that can be asked of a station, before it is known for how long and why. */
export interface Proposal {
  readonly title: string
  readonly explanation: string
  readonly class: Order['class']
  /** Durations to choose from, with their words; empty where there is nothing to choose. The first is proposed. */
  readonly durations: readonly { readonly seconds: number; readonly words: string }[]
  /** Offers to override a manual hold at the site. */
  readonly overridable: boolean
  actions(seconds: number, override: boolean): readonly CommandAction[]
}

/** A reason that a refusal gives, or undefined when everything was sent. */
export type Send = (orders: readonly Order[]) => Promise<string | undefined>

/** Asks for a reason and a last look before anything is sent: what sounds a siren must not hang on one slip of a finger. */
export function openOrderDialog({ say }: Voice, proposal: Proposal, send: Send): void {
  const why = h('input', {
    type: 'text',
    id: 'order-why',
    maxlength: 200,
    autocomplete: 'off',
    required: true,
  })
  const duration = h(
    'select',
    { id: 'order-duration' },
    ...proposal.durations.map(({ seconds, words }) => h('option', { value: seconds }, words)),
  )
  const override = h('input', { type: 'checkbox', id: 'order-override' })
  const trouble = h('p', { class: 'trouble', role: 'alert', hidden: true })
  const press = h('button', { type: 'submit', class: `order-send order-${proposal.class}` }, say('sendOrder'))
  const leave = button(say('cancel'), () => dialog.close())
  const form = h(
    'form',
    { class: 'order-form', novalidate: true },
    h('h2', { id: 'order-title' }, proposal.title),
    h('p', {}, proposal.explanation),
    ...(proposal.durations.length > 0
      ? [h('label', { for: 'order-duration' }, say('howLong')), duration]
      : []),
    h('label', { for: 'order-why' }, say('whyAsked')),
    why,
    ...(proposal.overridable
      ? [h('label', { class: 'order-check', for: 'order-override' }, override, say('overrideHold'))]
      : []),
    trouble,
    h('div', { class: 'order-buttons' }, press, leave),
  )
  const dialog = h('dialog', { class: 'order-dialog', 'aria-labelledby': 'order-title' }, form)
  const complain = (reason: string) => {
    setText(trouble, reason)
    setAttributes(trouble, { hidden: reason === '' })
  }
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const reason = why.value.trim()
    if (reason === '') {
      complain(say('whyMissing'))
      why.focus()
      return
    }
    press.disabled = true
    setText(press, say('sendingOrder'))
    const actions = proposal.actions(Number(duration.value), override.checked)
    void send(actions.map((action) => ({ class: proposal.class, action, why: reason }))).then((refusal) => {
      if (refusal === undefined) return dialog.close()
      press.disabled = false
      setText(press, say('sendOrder'))
      complain(say('orderFailed', { reason: refusal }))
    })
  })
  dialog.addEventListener('close', () => dialog.remove())
  document.body.append(dialog)
  dialog.showModal()
  why.focus()
}
