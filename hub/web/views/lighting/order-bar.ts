import { button, h, setAttributes, setText } from '../../../../page/element.ts'
import type { OrderView, StreetView } from '../../../api/lighting-schema.ts'
import type { Order } from '../../command-order.ts'
import type { Scene } from '../../context.ts'
import { confirm } from '../../parts/confirm.ts'
import type { LightContext } from './context.ts'
import { createLampFacts } from './lamp-facts.ts'
import {
  type Duration,
  durationWords,
  emergencyOrder,
  lastUndoable,
  lightOrder,
  releaseOrder,
  secondsOf,
} from './light-order.ts'
import { createOrderFields } from './order-fields.ts'
import { createOrderRow } from './order-list.ts'
import { type NamedLamps, type Selection, selectionWords, targetOf } from './selection.ts'

export interface OrderBarOptions {
  readonly clear: () => void
  /** Something was sent: ask again. */
  readonly changed: () => void
}

/**
 * Sets the level of the selected lamps. At the foot of a phone, under the thumb, folded to one line until it is wanted;
 * beside the map on a desk.
 */
export function createOrderBar(context: LightContext, { clear, changed }: OrderBarOptions) {
  const { voice, light, api } = context
  let street: StreetView | undefined
  let scene: Scene | undefined
  let selection: Selection = new Set()
  let named: readonly NamedLamps[] = []
  let open = false
  let busy = false

  const title = h('h2', { id: 'light-order-title', 'aria-live': 'polite' })
  const clearing = button(light('chooseNone'), clear, { class: 'light-clear' })
  const folding = button('', () => fold(!open), { class: 'light-fold', 'aria-controls': 'light-order-form' })
  const facts = createLampFacts(context)
  const last = createOrderRow(context, changed)
  const lastBox = h('div', { class: 'light-last', hidden: true }, last.element)
  const fields = createOrderFields(context, () => draw())
  const contact = h('p', { class: 'control-warning' })
  const trouble = h('p', { class: 'trouble', role: 'alert' })
  const send = h('button', { type: 'submit', class: 'order-send light-send' })
  const release = button(light('release'), () => void giveBack())
  const emergency = button(light('emergency'), () => void allOn(), { class: 'order-emergency' })
  const form = h(
    'form',
    { class: 'light-form', id: 'light-order-form', novalidate: true },
    contact,
    ...fields.elements,
    trouble,
    h('div', { class: 'order-buttons' }, send, release, emergency),
  )
  const element = h(
    'section',
    { class: 'panel light-bar', 'aria-labelledby': 'light-order-title' },
    lastBox,
    h('header', { class: 'light-bar-head' }, title, clearing, folding),
    facts.element,
    form,
  )
  const fold = (next: boolean) => {
    open = next
    element.classList.toggle('light-open', open)
    setAttributes(folding, { 'aria-expanded': String(open) })
    setText(folding, light(open ? 'closeOrder' : 'openOrder'))
  }
  fold(false)

  const give = async (order: Order): Promise<void> => {
    if (street === undefined) return
    busy = true
    setText(trouble, '')
    draw()
    const answer = await api.command(street.edge, order)
    busy = false
    if (answer.ok) {
      fields.sent()
      fold(false)
      changed()
    } else setText(trouble, light('notSent', { reason: answer.refusal.reason[voice.language] }))
    draw()
  }
  const giveLevel = async () => {
    if (street === undefined || scene === undefined || selection.size === 0) return
    const why = fields.why()
    if (why === '') {
      setText(trouble, light('whyMissing'))
      return fields.askWhy()
    }
    const [target, level, duration] = [targetOf(selection, named), fields.level(), fields.duration()]
    const order = lightOrder({
      station: street.id,
      target,
      level,
      why,
      for_s: secondsOf(duration, street, scene.now),
    })
    if (await agreed(level, duration)) await give(order)
  }
  /** Dark streets and whole streets are looked at twice. */
  const agreed = async (level: number, duration: Duration): Promise<boolean> => {
    if (street === undefined || scene === undefined) return false
    const whole = selection.size === street.lamps.length
    if (level > 0 && !whole) return true
    const count = voice.format.count(selection.size)
    const words = durationWords(duration, street, scene.now, context)
    const values = {
      lamps: light(whole ? 'confirmWhole' : 'confirmLamps', { count }),
      level: voice.format.number(level),
      for: duration === 'min30' || duration === 'h2' ? light('confirmFor', { duration: words }) : words,
    }
    return confirm({
      title: light(level === 0 ? 'confirmOff' : 'confirmLevel', values),
      notes: [
        ...(level === 0 ? [light('confirmDarkNote')] : []),
        ...(whole ? [light('confirmWholeNote')] : []),
      ],
      yes: level === 0 ? light('sendOff') : light('sendLevel', { level }),
      no: light('cancel'),
      grave: level === 0,
    })
  }
  const giveBack = async () => {
    if (street === undefined || selection.size === 0) return
    await give(releaseOrder(street.id, targetOf(selection, named), fields.why() || light('releaseWhy')))
  }
  const allOn = async () => {
    if (street === undefined) return
    const go = await confirm({
      title: light('emergency'),
      notes: [light('confirmEmergency')],
      yes: light('emergency'),
      no: light('cancel'),
      grave: true,
    })
    if (go) await give(emergencyOrder(street.id, fields.why() || light('emergencyWhy')))
  }
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void giveLevel()
  })
  const draw = () => {
    if (street === undefined || scene === undefined) return
    const none = selection.size === 0
    setText(title, selectionWords(selection, named, context))
    setAttributes(clearing, { hidden: none })
    element.classList.toggle('light-idle', none)
    fields.update(street, scene)
    const level = fields.level()
    setText(send, busy ? light('sending') : level === 0 ? light('sendOff') : light('sendLevel', { level }))
    send.disabled = busy || none
    release.disabled = busy || none
    emergency.disabled = busy
    facts.update(street, selection, scene)
    const { edge } = street
    const quarantine = scene.model.edges.find((known) => known.edge === edge)?.quarantine ?? null
    setText(contact, voice.say(quarantine === null ? 'controlOffline' : 'controlWithheld'))
    setAttributes(contact, { hidden: street.online && quarantine === null })
  }
  return {
    element,
    update(
      next: StreetView,
      at: Scene,
      chosen: Selection,
      names: readonly NamedLamps[],
      orders: readonly OrderView[],
    ) {
      street = next
      scene = at
      selection = chosen
      named = names
      const undoable = lastUndoable(orders)
      setAttributes(lastBox, { hidden: undoable === undefined })
      if (undoable !== undefined) last.update(undoable, next, at, true)
      draw()
    },
  }
}
