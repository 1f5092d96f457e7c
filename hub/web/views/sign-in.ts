import { h, setAttributes, setText } from '../../../page/element.ts'
import type { Api } from '../api.ts'
import type { View } from '../context.ts'
import { brand } from '../parts/icons.ts'
import type { Voice } from '../wording.ts'

/** Shown when the hub asks who is there; `done` goes back to where the person was. */
export function createSignIn(voice: Voice, api: Api, done: () => void): View {
  const { say, language } = voice
  const name = h('input', {
    id: 'name',
    name: 'name',
    autocomplete: 'username',
    required: true,
    autocapitalize: 'none',
    maxlength: 100,
  })
  const password = h('input', {
    id: 'password',
    name: 'password',
    type: 'password',
    autocomplete: 'current-password',
    required: true,
    maxlength: 200,
  })
  const send = h('button', { type: 'submit', class: 'primary' }, say('signIn'))
  const trouble = h('p', { class: 'trouble', role: 'alert' })
  const form = h(
    'form',
    { class: 'sign-in panel' },
    brand(),
    h('h1', {}, say('signInTitle')),
    h('p', { class: 'quiet' }, say('signInLead')),
    h('label', { for: 'name' }, say('signInName')),
    name,
    h('label', { for: 'password' }, say('signInPassword')),
    password,
    trouble,
    send,
  )
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    setAttributes(send, { disabled: true })
    void api.signIn(name.value, password.value).then((answer) => {
      setAttributes(send, { disabled: false })
      if (answer.ok) return done()
      setText(trouble, answer.refusal.reason[language])
      password.value = ''
      password.focus()
    })
  })
  return { element: form, title: say('signInTitle'), update() {} }
}
