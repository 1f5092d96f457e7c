import { h, setAttributes, setText } from '../../../../page/element.ts'
import { PIN_DIGITS } from '../../api-types.ts'
import { newPin } from '../parts/new-pin.ts'
import type { SignInOptions } from './sign-in-options.ts'

/** The first owner, made by whoever stands at the node and has its code. */
export function createSetup({ voice, api, done }: SignInOptions): HTMLElement {
  const { say, language } = voice
  const code = h('input', {
    ...{ id: 'setup-code', autocomplete: 'one-time-code', autocapitalize: 'characters', maxlength: 40 },
  })
  const name = h('input', { id: 'setup-name', autocomplete: 'name', maxlength: 40 })
  const pin = newPin(voice, 'setup', PIN_DIGITS.owner)
  const trouble = h('p', { class: 'trouble', role: 'alert' })
  const send = h('button', { type: 'submit', class: 'primary wide' }, say('begin'))
  const form = h(
    'form',
    { class: 'form', novalidate: true },
    h('p', {}, say('firstSetupLead')),
    h('label', { for: 'setup-code' }, say('setupCode')),
    code,
    h('label', { for: 'setup-name' }, say('yourName')),
    name,
    ...pin.fields,
    trouble,
    send,
  )
  const wrong = (): readonly [string, HTMLElement] | undefined => {
    if (code.value.trim() === '') return [say('codeMissing'), code]
    if (name.value.trim() === '') return [say('nameMissing'), name]
    return pin.wrong()
  }
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const found = wrong()
    setText(trouble, found?.[0] ?? '')
    if (found !== undefined) return found[1].focus()
    setAttributes(send, { disabled: true })
    void api.setUp({ code: code.value.trim(), name: name.value.trim(), pin: pin.value() }).then((answer) => {
      setAttributes(send, { disabled: false })
      if (answer.ok) return done(answer.value)
      setText(trouble, answer.refusal.reason[language])
    })
  })
  return form
}
