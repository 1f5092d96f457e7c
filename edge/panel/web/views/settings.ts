import { button, createSlot, h, setAttributes, setText } from '../../../../page/element.ts'
import { PIN_DIGITS } from '../../api-types.ts'
import type { Context, View } from '../context.ts'
import { createChoices } from '../parts/choices.ts'
import { newPin } from '../parts/new-pin.ts'
import { facts, pageOf, sayPage } from '../parts/page.ts'
import { openSheet } from '../parts/sheet.ts'
import type { PageWord } from '../words-pages.ts'

const CLOCK_WORDS = {
  synced: 'clockSynced',
  holdover: 'clockHoldover',
  unknown: 'clockUnknown',
} as const satisfies Record<string, PageWord>

/** How this phone shows the page, the own PIN, and how the node is. */
export function createSettings(context: Context): View {
  const { voice, person, preferences, prefer } = context
  const { say, language, format } = voice
  const tell = sayPage(voice)
  const languages = createChoices(
    tell('language'),
    [
      { value: 'vi', words: 'Tiếng Việt' },
      { value: 'en', words: 'English' },
    ] as const,
    (value) => prefer({ language: value }),
  )
  const themes = createChoices(
    tell('theme'),
    [
      { value: 'auto', words: tell('themeAuto') },
      { value: 'light', words: tell('themeLight') },
      { value: 'dark', words: tell('themeDark') },
    ] as const,
    (value) => prefer({ theme: value }),
  )
  const sounds = createChoices(
    tell('sound'),
    [
      { value: true, words: tell('soundOn') },
      { value: false, words: tell('soundOff') },
    ],
    (value) => prefer({ sound: value }),
  )
  languages.mark(language)
  themes.mark(preferences.theme)
  sounds.mark(preferences.sound)
  const node = h('div', {})
  const nodeSlot = createSlot(node)
  const setting = (title: string, control: HTMLElement) =>
    h('section', { class: 'panel setting' }, h('h3', {}, title), control)
  return {
    element: pageOf(
      context,
      { title: say('settings') },
      setting(tell('language'), languages.element),
      setting(tell('theme'), themes.element),
      setting(tell('sound'), sounds.element),
      h(
        'section',
        { class: 'panel setting' },
        h('p', {}, tell('signedInAs', { name: person.name, role: tell(person.role) })),
        h(
          'div',
          { class: 'choices' },
          button(tell('myPin'), () => openPinSheet(context), { class: 'choice' }),
          button(tell('signOut'), context.signOut, { class: 'choice' }),
        ),
      ),
      h('section', { class: 'panel setting' }, h('h3', {}, tell('aboutNode')), node),
    ),
    title: say('settings'),
    update({ state }) {
      if (state === undefined) return
      const { hub, unsent, clock, name, edits } = state.node
      nodeSlot([state.node], () => [
        facts([
          [tell('aboutNode'), name[language]],
          [tell('hubLink'), tell(hub === 'connected' ? 'hubConnected' : 'hubCutNow')],
          [tell('unsent'), tell('unsentRows', { count: format.number(unsent) })],
          [tell('waitingEdits'), format.number(edits.waiting)],
          [tell('boxClock'), tell(CLOCK_WORDS[clock])],
        ]),
      ])
    },
  }
}

function openPinSheet(context: Context): void {
  const { voice, api, person, notice } = context
  const { language } = voice
  const tell = sayPage(voice)
  const old = h('input', {
    ...{ id: 'old-pin', type: 'password', inputmode: 'numeric', autocomplete: 'current-password' },
    maxlength: PIN_DIGITS.most,
  })
  const pin = newPin(voice, 'my', PIN_DIGITS[person.role])
  const trouble = h('p', { class: 'trouble', role: 'alert' })
  const send = h('button', { type: 'submit', class: 'primary wide' }, tell('change'))
  const form = h(
    'form',
    { class: 'form', novalidate: true },
    h('label', { for: 'old-pin' }, tell('oldPin')),
    old,
    ...pin.fields,
    trouble,
    send,
  )
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const found = pin.wrong()
    setText(trouble, found?.[0] ?? '')
    if (found !== undefined) {
      found[1].focus()
      return
    }
    setAttributes(send, { disabled: true })
    void api.changePin({ pin: old.value, newPin: pin.value() }).then((answer) => {
      setAttributes(send, { disabled: false })
      if (!answer.ok) return setText(trouble, answer.refusal.reason[language])
      notice(tell('pinChanged'), 'good')
      sheet.close()
    })
  })
  const sheet = openSheet(context, { title: tell('myPin') }, form)
}
