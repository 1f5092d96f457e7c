import { every } from '../../../../core/clock.ts'
import { button, h, setAttributes, setText } from '../../../../page/element.ts'
import { PIN_DIGITS, type SessionView } from '../../api-types.ts'
import type { Api } from '../api.ts'
import type { Context, View } from '../context.ts'
import { durationText } from '../duration.ts'
import { icon } from '../parts/icons.ts'
import { createPinPad } from '../parts/pin-pad.ts'
import type { Voice } from '../scene.ts'
import { createSetup } from './setup.ts'

export interface SignInOptions {
  readonly voice: Voice
  readonly api: Api
  readonly clock: Context['clock']
  readonly session: SessionView
  readonly switchLanguage: () => void
  readonly done: (session: SessionView) => void
}

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
    const pad = createPinEntry(options, account)
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

function createPinEntry(
  { voice, api, clock, done }: SignInOptions,
  account: SessionView['accounts'][number],
) {
  const { say, language } = voice
  const trouble = h('p', { class: 'trouble pin-trouble', role: 'alert' })
  let stopCounting = () => {}
  const pad = createPinPad(voice, PIN_DIGITS.most, (digits) => void enter(digits))
  const enter = async (digits: string) => {
    if (digits === '') return
    pad.busy(true)
    const answer = await api.signIn({ account: account.id, pin: digits })
    if (answer.ok) return done(answer.value)
    pad.clear()
    const { reason, body } = answer.refusal
    const locked_s = numberIn(body, 'until_s')
    if (locked_s !== undefined) return lock(locked_s)
    pad.busy(false)
    setText(trouble, reason[language])
  }
  const lock = (seconds: number) => {
    const until = clock.monotonic() + seconds * 1000
    pad.busy(true)
    const tick = () => {
      const left = until - clock.monotonic()
      if (left > 0) return setText(trouble, say('pinLocked', { left: durationText(left, voice) }))
      stopCounting()
      setText(trouble, '')
      pad.busy(false)
    }
    stopCounting()
    stopCounting = every(clock, 1_000, tick)
    tick()
  }
  setAttributes(trouble, { 'aria-live': 'assertive' })
  return {
    element: h('div', { class: 'pin-entry' }, pad.element, trouble),
    close() {
      stopCounting()
      pad.close()
    },
  }
}

export function numberIn(body: unknown, key: string): number | undefined {
  if (typeof body !== 'object' || body === null) return undefined
  const value: unknown = Object.entries(body).find(([name]) => name === key)?.[1]
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}
