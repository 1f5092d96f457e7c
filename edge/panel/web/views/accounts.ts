import { button, h, setAttributes, setText } from '../../../../page/element.ts'
import { type AccountView, type PanelRole, PIN_DIGITS } from '../../api-types.ts'
import type { Context, View } from '../context.ts'
import { durationText } from '../duration.ts'
import { createChoices } from '../parts/choices.ts'
import { newPin } from '../parts/new-pin.ts'
import { pageOf, sayPage } from '../parts/page.ts'
import { confirmSheet, openSheet } from '../parts/sheet.ts'

/** Who may do what here: the owner adds family, gives new PINs, and removes. */
export function createAccounts(context: Context): View {
  const { voice, api, notice, person } = context
  const { say, language } = voice
  const tell = sayPage(voice)
  const list = h('ul', { class: 'person-list' }, h('li', { class: 'quiet' }, say('loading')))
  let turn = 0
  const add = button(tell('addPerson'), () => openPersonSheet(context, undefined, load), { class: 'primary' })
  const element = pageOf(
    context,
    {
      title: say('accounts'),
      back: '#/more',
      more: person.role === 'owner' ? [add] : [],
    },
    list,
  )
  const remove = async ({ id, name }: AccountView) => {
    const words = {
      title: tell('removeAsk', { name }),
      notes: [tell('removePersonNote')],
      yes: tell('removePerson', { name }),
      no: say('cancel'),
    }
    if (!(await confirmSheet(context, words))) return
    const answer = await api.removeAccount(id)
    if (answer.ok) notice(tell('personRemoved', { name }), 'good')
    else notice(say('failed', { reason: answer.refusal.reason[language] }), 'bad')
    load()
  }
  const signOut = async ({ id, name }: AccountView) => {
    const title = tell('signOutAsk', { name })
    const words = { title, notes: [tell('signOutNote')], yes: tell('signOutPhones'), no: say('cancel') }
    if (!(await confirmSheet(context, words))) return
    const answer = await api.endSessions(id)
    if (answer.ok) notice(tell('signedOutPhones', { name }), 'good')
    else notice(say('failed', { reason: answer.refusal.reason[language] }), 'bad')
    load()
  }
  const card = (account: AccountView) => {
    const { id, name, role, sessions, locked_s } = account
    const mine = id === person.account
    const lock = locked_s > 0 ? ` · ${tell('lockedFor', { left: durationText(locked_s * 1000, voice) })}` : ''
    return h(
      'li',
      { class: 'panel person' },
      h('h3', {}, mine ? `${name} (${tell('you')})` : name),
      h('p', { class: 'quiet' }, `${tell(role)} · ${tell('phones', { count: sessions })}${lock}`),
      h(
        'div',
        { class: 'choices' },
        button(tell('newPinFor'), () => openPersonSheet(context, account, load), {
          ...{ class: 'choice', 'aria-label': tell('newPinOf', { name }) },
        }),
        sessions > (mine ? 1 : 0)
          ? button(tell(mine ? 'signOutOthers' : 'signOutPhones'), () => void signOut(account), {
              ...{ class: 'choice', 'aria-label': `${tell('signOutPhones')}: ${name}` },
            })
          : undefined,
        mine
          ? undefined
          : button(tell('removeThing'), () => void remove(account), {
              ...{ class: 'choice', 'aria-label': tell('removePerson', { name }) },
            }),
      ),
    )
  }
  function load(): void {
    const mine = ++turn
    void api.accounts().then((answer) => {
      if (mine !== turn) return
      const shown = answer.ok
        ? answer.value.map(card)
        : [h('li', { class: 'trouble' }, answer.refusal.reason[language])]
      list.replaceChildren(...shown)
    })
  }
  load()
  return { element, title: say('accounts'), update() {} }
}

/** A new person, or a new PIN for one who is there. */
function openPersonSheet(context: Context, account: AccountView | undefined, done: () => void): void {
  const { voice, api, notice } = context
  const { say, language } = voice
  const tell = sayPage(voice)
  let role: PanelRole = account?.role ?? 'member'
  const name = h('input', {
    id: 'person-name',
    maxlength: 40,
    autocomplete: 'off',
    value: account?.name ?? '',
  })
  const pinPlace = h('div', { class: 'form' })
  let pin = newPin(voice, 'person', PIN_DIGITS[role])
  const choose = (next: PanelRole) => {
    role = next
    roles.mark(next)
    pin = newPin(voice, 'person', PIN_DIGITS[next])
    pinPlace.replaceChildren(...pin.fields)
  }
  const roles = createChoices<PanelRole>(
    tell('role'),
    [
      { value: 'member', words: `${tell('member')}: ${tell('memberMay')}` },
      { value: 'owner', words: `${tell('owner')}: ${tell('ownerMay')}` },
    ],
    choose,
  )
  const trouble = h('p', { class: 'trouble', role: 'alert' })
  const send = h('button', { type: 'submit', class: 'primary wide' }, tell('save'))
  const who =
    account === undefined ? [h('label', { for: 'person-name' }, tell('personName')), name, roles.element] : []
  const form = h('form', { class: 'form', novalidate: true }, ...who, pinPlace, trouble, send)
  const wrong = (): readonly [string, HTMLElement] | undefined =>
    name.value.trim() === '' ? [say('nameMissing'), name] : pin.wrong()
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const found = wrong()
    setText(trouble, found?.[0] ?? '')
    if (found !== undefined) {
      found[1].focus()
      return
    }
    setAttributes(send, { disabled: true })
    const asked =
      account === undefined
        ? api.addAccount({ name: name.value.trim(), role, pin: pin.value() })
        : api.changeAccount(account.id, { pin: pin.value() })
    void asked.then((answer) => {
      setAttributes(send, { disabled: false })
      if (!answer.ok) return setText(trouble, answer.refusal.reason[language])
      notice(
        account === undefined ? tell('personAdded', { name: name.value.trim() }) : tell('pinChanged'),
        'good',
      )
      sheet.close()
      done()
    })
  })
  choose(role)
  const title = account === undefined ? tell('addPerson') : tell('newPinOf', { name: account.name })
  const sheet = openSheet(context, { title }, form)
}
