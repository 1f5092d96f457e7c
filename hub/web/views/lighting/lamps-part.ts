import { button, createSlot, h, setAttributes } from '../../../../page/element.ts'
import type { OrderView, StreetView } from '../../../api/lighting-schema.ts'
import type { Scene } from '../../context.ts'
import { createLampList } from '../../parts/lighting/lamp-list.ts'
import { createLampMap } from '../../parts/lighting/lamp-map.ts'
import { lampMark } from '../../parts/lighting/lamp-mark.ts'
import { createChooser } from './chooser.ts'
import type { LightContext, StreetPartView } from './context.ts'
import { createOrderBar } from './order-bar.ts'
import { createOrderList } from './order-list.ts'
import { mayTouchLights } from './permission.ts'
import { namedLamps, type Selection, stillThere, toggled } from './selection.ts'
import { figuresOf } from './street-figures.ts'
import { createTonight } from './tonight.ts'

export interface LampsPartOptions {
  readonly first: StreetView
  /** A lamp to select and show at once. */
  readonly lamp: string | undefined
  /** Something was sent: ask again. */
  readonly changed: () => void
}

/** The street as it burns now: numbers, map or list, the night, and what is asked of it. */
export function createLampsPart(
  context: LightContext,
  { first, lamp, changed }: LampsPartOptions,
): StreetPartView {
  const { light } = context
  let selection: Selection = new Set(lamp === undefined ? [] : [lamp])
  let street = first
  let scene: Scene | undefined
  let orders: readonly OrderView[] = []
  const select = (next: Selection) => {
    selection = next
    draw()
  }
  const press = (id: string) => select(toggled(selection, id))
  const map = createLampMap(context, {
    press,
    area(lamps) {
      chooser.drawing(false)
      select(new Set([...selection, ...lamps]))
    },
  })
  const list = createLampList(context, press)
  const chooser = createChooser(context, { select, draw: map.drawArea })
  const bar = createOrderBar(context, { clear: () => select(new Set()), changed })
  const orderList = createOrderList(context, { changed })
  const tonight = createTonight(context, first.timeZone)
  const figures = h('section', { class: 'panel street-figures' })
  const figuresSlot = createSlot(figures)
  const viewer = h('p', { class: 'panel quiet', hidden: true }, light('viewerNote'))
  let asList = false
  const look = createLookSwitch(context, (next) => {
    asList = next
    chooser.drawing(false)
    draw()
  })

  const draw = () => {
    if (scene === undefined) return
    const named = namedLamps(street, context)
    const may = mayTouchLights(scene.account)
    figuresSlot(street.totals, () => [figuresOf(street, context)])
    map.update(street, selection, scene.model.tileUrl)
    map.element.classList.toggle('map-old', !street.online || scene.link === 'lost')
    setAttributes(map.element, { hidden: asList })
    setAttributes(list.element, { hidden: !asList })
    if (asList) list.update(street, selection, scene.now)
    chooser.update(named, selection, asList)
    tonight.update(street, scene)
    setAttributes(bar.element, { hidden: !may })
    setAttributes(viewer, { hidden: may || scene.account === undefined })
    bar.update(street, scene, selection, named, orders)
    orderList.update(orders, street, scene, may)
  }
  let focused = lamp
  return {
    element: h(
      'div',
      { class: 'lamps-part' },
      figures,
      h(
        'section',
        { class: 'panel lamps-view' },
        h('header', { class: 'panel-head' }, chooser.element, look),
        h('div', { class: 'lamps-stage' }, map.element, legend(context), list.element),
      ),
      tonight.element,
      h('div', { class: 'lamps-side' }, bar.element, viewer, orderList.element),
    ),
    update({ street: next, orders: given }, at) {
      street = next
      scene = at
      orders = given
      selection = stillThere(selection, street)
      draw()
      if (focused === undefined) return
      map.show(focused)
      focused = undefined
    },
    close() {
      map.close()
      tonight.close()
    },
  }
}

/** Map or list: one of them at a time. */
function createLookSwitch({ light }: LightContext, look: (asList: boolean) => void) {
  const choose = (asList: boolean) => {
    setAttributes(showMap, { 'aria-pressed': String(!asList) })
    setAttributes(showList, { 'aria-pressed': String(asList) })
    look(asList)
  }
  const showMap = button(light('showMap'), () => choose(false), { class: 'span', 'aria-pressed': 'true' })
  const showList = button(light('showList'), () => choose(true), { class: 'span', 'aria-pressed': 'false' })
  return h('div', { class: 'spans', role: 'group', 'aria-label': light('showAs') }, showMap, showList)
}

function legend({ light }: LightContext): HTMLElement {
  const item = (mark: SVGSVGElement, words: string) => h('li', {}, mark, words)
  return h(
    'ul',
    { class: 'legend lamp-legend' },
    item(lampMark('lit', 100, false), light('legendLevel')),
    item(lampMark('off', 0, false), light('legendOff')),
    item(lampMark('faulty', 0, false), light('legendFault')),
    item(lampMark('silent', 0, false), light('legendSilent')),
    item(lampMark('off', 0, true), light('legendHeld')),
  )
}
