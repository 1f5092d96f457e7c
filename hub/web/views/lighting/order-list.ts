import { button, createKeyedList, createSlot, h, setAttributes, setText } from '../../../../page/element.ts'
import type { OrderView, StreetView } from '../../../api/lighting-schema.ts'
import type { Scene } from '../../context.ts'
import { STATE_TONES, STATE_WORDS } from '../../parts/command-list.ts'
import type { LightContext } from './context.ts'
import { targetWords, undoOrder } from './light-order.ts'

const SHOWN_MAX = 10

export interface OrderListOptions {
  /** Something was sent: ask again. */
  readonly changed: () => void
}

/** What was asked of the lamps, how far it has come, and its undo for as long as it is in force. */
export function createOrderList(context: LightContext, { changed }: OrderListOptions) {
  const { light } = context
  const list = h('ol', { class: 'commands light-orders' })
  const empty = h('p', { class: 'quiet' }, light('noOrders'))
  let street: StreetView | undefined
  let scene: Scene | undefined
  let mayUndo = false
  const show = createKeyedList<OrderView>(
    list,
    ({ command }) => command,
    () => {
      const row = createOrderRow(context, changed)
      return {
        element: h('li', { class: 'command light-order-row' }, row.element),
        update(order) {
          if (street !== undefined && scene !== undefined) row.update(order, street, scene, mayUndo)
        },
      }
    },
  )
  return {
    element: h('section', { class: 'panel' }, h('h2', {}, light('orders')), empty, list),
    update(orders: readonly OrderView[], next: StreetView, at: Scene, may: boolean) {
      street = next
      scene = at
      mayUndo = may
      setAttributes(empty, { hidden: orders.length > 0 })
      show(orders.slice(0, SHOWN_MAX))
    },
  }
}

/** One order with its progress: a row of the list, and the last one once more beside the slider. */
export function createOrderRow(context: LightContext, changed: () => void) {
  const { voice, light, api } = context
  const { say, format, language } = voice
  const words = h('b', {})
  const state = h('span', { class: 'status' })
  const meta = h('p', { class: 'command-meta' })
  const bar = h('progress', { class: 'light-progress', 'aria-label': light('progressLabel') })
  const count = h('p', { class: 'light-count' })
  const why = h('p', { class: 'command-why' })
  const slot = createSlot(state)
  let shown: OrderView | undefined
  const undo = button(light('undo'), () => void takeBack(), { class: 'command-cancel' })
  const takeBack = async () => {
    if (shown === undefined) return
    undo.disabled = true
    const { edge, command, state: at } = shown
    const answer =
      at === 'open'
        ? await api.cancelCommand({ edge, id: command })
        : await api.command(edge, undoOrder(shown, light('undoWhy')))
    undo.disabled = false
    if (!answer.ok) {
      setText(why, light('undoFailed', { reason: answer.refusal.reason[language] }))
      setAttributes(why, { hidden: false, role: 'alert' })
    }
    changed()
  }
  return {
    element: h(
      'div',
      { class: 'light-order' },
      h('p', { class: 'command-head' }, words, state),
      h('div', { class: 'light-progress-line' }, bar, count),
      meta,
      why,
      undo,
    ),
    update(order: OrderView, street: StreetView, { now }: Scene, mayUndo: boolean) {
      const fresh = order.command !== shown?.command || order.state !== shown.state
      shown = order
      const lamps = targetWords(order.target, street, context)
      const title = light(order.asked === 0 ? 'orderOff' : 'orderLight', {
        lamps,
        level: format.number(order.asked),
      })
      const clamped = order.level !== null && Math.abs(order.level - order.asked) >= 1
      setText(
        words,
        clamped ? `${title} (${light('orderClamped', { level: format.number(order.level ?? 0) })})` : title,
      )
      slot(order.state, () => [say(STATE_WORDS[order.state])])
      setAttributes(state, { class: `status status-${STATE_TONES[order.state]}` })
      setText(meta, [format.time(order.at, street.timeZone, now), order.who, order.why].join(' · '))
      const told = order.lamps !== null
      setAttributes(bar, { hidden: !told, max: order.lamps ?? 1, value: order.confirmed ?? 0 })
      setAttributes(count, { hidden: !told })
      setText(count, progressWords(order, context))
      if (fresh || order.problem !== null) {
        const problem = order.problem
        setText(why, problem === null ? '' : `${problem.what[language]} ${problem.next[language]}`)
        setAttributes(why, { hidden: problem === null, role: undefined })
      }
      setAttributes(undo, {
        hidden: !order.undoable || !mayUndo,
        'aria-label': light('undoOf', { order: title }),
      })
    },
  }
}

export function progressWords(order: OrderView, { light, voice }: LightContext): string {
  const { format } = voice
  const [lamps, confirmed, retrying] = [order.lamps ?? 0, order.confirmed ?? 0, order.retrying ?? 0].map(
    (n) => format.count(n),
  )
  const values = { lamps: lamps ?? '', confirmed: confirmed ?? '', retrying: retrying ?? '' }
  return light((order.retrying ?? 0) > 0 ? 'progressRetrying' : 'progress', values)
}
