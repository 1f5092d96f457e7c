import { createSlot, h, setAttributes, setText } from '../../../../page/element.ts'
import { createRefresh } from '../../../../page/live/refresh.ts'
import type { OrderView, StreetView } from '../../../api/lighting-schema.ts'
import type { Scene, View } from '../../context.ts'
import { STREET_PARTS, type StreetPart, streetHref } from '../../route.ts'
import type { LightingWord } from '../../words-lighting.ts'
import type { LightingRoute } from '../lighting-page.ts'
import { createEnergyPart } from './energy-part.ts'
import { createFaultList } from './fault-list.ts'
import { createLampsPart } from './lamps-part.ts'
import type { LightContext } from './lighting.ts'
import { createPlanPart } from './plan-part.ts'
import { healthWords } from './street-figures.ts'

const LEAST_MS = 1_000
const LONGEST_MS = 10_000

const TAB_WORDS = {
  lamps: 'tabLamps',
  plan: 'tabPlan',
  energy: 'tabEnergy',
  faults: 'tabFaults',
} as const satisfies Record<StreetPart, LightingWord>

/** One part of a street's page; all of them live as long as the page, so that nothing typed is lost by a look elsewhere. */
export interface StreetPartView {
  readonly element: HTMLElement
  update(street: StreetView, scene: Scene, orders: readonly OrderView[]): void
  /** It is looked at, or no longer. */
  show?(shown: boolean): void
  /** Whether it may be closed, having asked where edits would be lost. */
  leave?(): Promise<boolean>
  close?(): void
}

type StreetRoute = Extract<LightingRoute, { readonly page: 'street' }>

export function createStreetPage(context: LightContext, route: StreetRoute): View {
  const { voice, light, api, clock } = context
  const key = { edge: route.edge, street: route.street }
  const note = h('p', { class: 'quiet panel' }, voice.say('loading'))
  const element = h('div', { class: 'street-page' }, note)
  let body: ReturnType<typeof createBody> | undefined
  let street: StreetView | undefined
  let orders: readonly OrderView[] = []
  let scene: Scene | undefined
  let seen: string | undefined
  const draw = () => {
    if (street === undefined || scene === undefined) return
    if (body === undefined) {
      body = createBody(context, route, street, refresh.wake)
      element.replaceChildren(...body.elements)
    }
    body.update(street, scene, orders)
  }
  const refresh = createRefresh({
    clock,
    least_ms: LEAST_MS,
    longest_ms: LONGEST_MS,
    async ask() {
      const [answer, given] = await Promise.all([api.street(key), api.lightOrders(key)])
      if (given.ok) orders = given.value
      if (answer.ok) {
        street = answer.value
        draw()
      } else if (street === undefined) {
        const reason = answer.refusal.reason[voice.language]
        const missing = answer.refusal.status === 404
        setText(note, missing ? light('noStreet') : light('failed', { reason }))
      }
    },
  })
  return {
    element,
    get title() {
      return street?.name[voice.language] ?? light('title')
    },
    update(next) {
      scene = next
      const told = JSON.stringify([
        next.model.streets[`${key.edge}/${key.street}`],
        lastCommand(next),
        next.link,
      ])
      if (seen !== undefined && told !== seen) refresh.wake()
      seen = told
      draw()
    },
    leave: () => body?.leave() ?? Promise.resolve(true),
    close() {
      refresh.close()
      body?.close()
    },
  }
}

/** Changes with every command that is told. */
function lastCommand({ model }: Scene): string {
  const last = model.commands.at(-1)
  return last === undefined ? '' : `${last.id} ${last.state}`
}

function createBody(context: LightContext, route: StreetRoute, first: StreetView, changed: () => void) {
  const { voice, light } = context
  const { language } = voice
  const title = h('h1', {}, first.name[language])
  const health = h('p', { class: 'status' })
  const faults = createFaultList(context, first.timeZone, { edge: route.edge, street: route.street })
  const parts: Readonly<Record<StreetPart, StreetPartView>> = {
    lamps: createLampsPart(context, { first, changed, lamp: route.lamp }),
    plan: createPlanPart(context, first),
    energy: createEnergyPart(context, first),
    faults: { ...faults, update: (_street, scene) => faults.update(scene) },
  }
  const tabs = STREET_PARTS.map((part) => {
    const href = streetHref(route.edge, route.street, part)
    const tab = h('a', { class: 'menu-link', href }, light(TAB_WORDS[part]))
    tab.addEventListener('click', (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return
      event.preventDefault()
      // The address follows without a new page: what was typed in the other parts stays.
      history.replaceState(null, '', href)
      choose(part)
    })
    return { part, tab }
  })
  const choose = (chosen: StreetPart) => {
    for (const { part, tab } of tabs) {
      setAttributes(tab, { 'aria-current': part === chosen ? 'page' : undefined })
      setAttributes(parts[part].element, { hidden: part !== chosen })
      parts[part].show?.(part === chosen)
    }
  }
  choose(route.part)
  const head = h(
    'header',
    { class: 'street-head' },
    h('a', { href: '#/lights', class: 'back', 'aria-label': light('backToStreets') }, '←'),
    h('div', { class: 'street-title' }, title, health),
    h('nav', { class: 'menu', 'aria-label': light('tabs') }, ...tabs.map(({ tab }) => tab)),
  )
  const slot = createSlot(health)
  return {
    elements: [head, ...STREET_PARTS.map((part) => parts[part].element)],
    update(street: StreetView, scene: Scene, orders: readonly OrderView[]) {
      setText(title, street.name[language])
      const words = healthWords(street, scene, context)
      slot(words, () => [words.text])
      setAttributes(health, { class: `status status-${words.tone}` })
      for (const part of STREET_PARTS) parts[part].update(street, scene, orders)
    },
    async leave() {
      for (const part of STREET_PARTS) if ((await parts[part].leave?.()) === false) return false
      return true
    },
    close() {
      for (const part of STREET_PARTS) parts[part].close?.()
    },
  }
}
