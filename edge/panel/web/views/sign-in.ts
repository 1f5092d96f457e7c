import { button, h } from '../../../../page/element.ts'
import type { SessionView } from '../../api-types.ts'
import type { View } from '../context.ts'
import { icon } from '../parts/icons.ts'
import { createPinEntry } from '../parts/pin-entry.ts'
import { createSetup } from './setup.ts'
import type { SignInOptions } from './sign-in-options.ts'

/** Choose your name, press your PIN. On a node without an owner: make one with the code that it prints. */
export function createSignIn(options: SignInOptions): View {
  const { voice, session, switchLanguage } = options
  const { say, language } = voice
  const card = h('div', { class: 'sign-card panel' })
  const show = (...parts: readonly (Node | undefined)[]) =>
    card.replaceChildren(...parts.filter((part) => part !== undefined))
  let closePad = () => {}

  const names = () => {
    closePad()
    const setUp = button(say('firstSetup'), () => setup(), { class: 'text-press' })
    if (session.setup && session.accounts.length === 0) return setup()
    show(
      h('h1', {}, say('whoAreYou')),
      session.accounts.length === 0 ? h('p', {}, say('noAccounts')) : undefined,
      h(
        'ul',
        { class: 'names' },
        ...session.accounts.map((account) => {
          const press = button(account.name, () => pin(account), { class: 'name-press' })
          press.prepend(icon('accounts', 30))
          return h('li', {}, press)
        }),
      ),
      setUp,
    )
  }
  const pin = (account: SessionView['accounts'][number]) => {
    const pad = createPinEntry(options, async (digits) => {
      const answer = await options.api.signIn({ account: account.id, pin: digits })
      if (answer.ok) options.done(answer.value)
      return answer
    })
    closePad = pad.close
    show(
      h('h1', {}, say('enterPin', { name: account.name })),
      pad.element,
      button(say('otherName'), names, { class: 'text-press' }),
    )
  }
  const setup = () => {
    const form = createSetup(options)
    const back = session.accounts.length > 0 ? button(say('back'), names, { class: 'text-press' }) : undefined
    show(h('h1', {}, say('firstSetup')), form, back)
  }
  names()
  return {
    element: h(
      'div',
      { class: 'sign-in-page' },
      h('p', { class: 'sign-house' }, session.greenhouse[language]),
      card,
      button(say('switchLanguage'), switchLanguage, {
        class: 'text-press',
        'aria-label': say('switchLanguageLabel'),
        lang: language === 'vi' ? 'en' : 'vi',
      }),
    ),
    title: say('whoAreYou'),
    update() {},
    close: () => closePad(),
  }
}
