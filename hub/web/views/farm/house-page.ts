import { createSlot, h, setAttributes, setText } from '../../../../page/element.ts'
import { createRefresh } from '../../../../page/live/refresh.ts'
import type { FarmView } from '../../../api/farm-schema.ts'
import type { Scene, View } from '../../context.ts'
import { FARM_PARTS, type FarmPart, farmHref } from '../../route.ts'
import type { FarmWord } from '../../words-farm.ts'
import type { FarmRoute } from '../farm-page.ts'
import { createAlarmsPart } from './alarms-part.ts'
import type { FarmContext } from './farm.ts'
import { healthWords } from './farm-figures.ts'
import { createProgramsPart } from './programs-part.ts'
import { createUsePart } from './use-part.ts'
import { createZonesPart } from './zones-part.ts'

const LEAST_MS = 1_000
const LONGEST_MS = 10_000

const TAB_WORDS = {
  zones: 'tabZones',
  programs: 'tabPrograms',
  use: 'tabUse',
  alarms: 'tabAlarms',
} as const satisfies Record<FarmPart, FarmWord>

/** One part of a greenhouse's page; all of them live as long as the page, so that nothing typed is lost by a look elsewhere. */
export interface HousePart {
  readonly element: HTMLElement
  update(house: FarmView, scene: Scene): void
  /** It is looked at, or no longer. */
  show?(shown: boolean): void
  /** Whether it may be closed, having asked where edits would be lost. */
  leave?(): Promise<boolean>
  close?(): void
}

type HouseRoute = Extract<FarmRoute, { readonly page: 'farm' }>

export function createHousePage(context: FarmContext, route: HouseRoute): View {
  const { voice, farm, api, clock } = context
  const key = { edge: route.edge, farm: route.farm }
  const note = h('p', { class: 'quiet panel' }, voice.say('loading'))
  const element = h('div', { class: 'farm-page' }, note)
  let body: ReturnType<typeof createBody> | undefined
  let house: FarmView | undefined
  let scene: Scene | undefined
  let seen: string | undefined
  const draw = () => {
    if (house === undefined || scene === undefined) return
    if (body === undefined) {
      body = createBody(context, route, house)
      element.replaceChildren(...body.elements)
    }
    body.update(house, scene)
  }
  const refresh = createRefresh({
    clock,
    least_ms: LEAST_MS,
    longest_ms: LONGEST_MS,
    async ask() {
      const answer = await api.farm(key)
      if (answer.ok) {
        house = answer.value
        draw()
      } else if (house === undefined) {
        const reason = answer.refusal.reason[voice.language]
        setText(note, answer.refusal.status === 404 ? farm('noFarm') : farm('failed', { reason }))
      }
    },
  })
  return {
    element,
    get title() {
      return house?.name[voice.language] ?? farm('title')
    },
    update(next) {
      scene = next
      const last = next.model.commands.at(-1)
      const told = JSON.stringify([
        next.model.farms[`${key.edge}/${key.farm}`],
        last === undefined ? '' : `${last.id} ${last.state}`,
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

function createBody(context: FarmContext, route: HouseRoute, first: FarmView) {
  const { voice, farm } = context
  const { language } = voice
  const title = h('h1', {}, first.name[language])
  const health = h('p', { class: 'status' })
  const use = createUsePart(context, { edge: route.edge, farm: route.farm })
  const parts: Readonly<Record<FarmPart, HousePart>> = {
    zones: createZonesPart(context, first),
    programs: createProgramsPart(context, first),
    use: { ...use, update: () => {} },
    alarms: createAlarmsPart(context, first),
  }
  const tabs = FARM_PARTS.map((part) => {
    const href = farmHref(route.edge, route.farm, part)
    const tab = h('a', { class: 'menu-link', href }, farm(TAB_WORDS[part]))
    tab.addEventListener('click', (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return
      event.preventDefault()
      // The address follows without a new page: what was typed in the other parts stays.
      history.replaceState(null, '', href)
      choose(part)
    })
    return { part, tab }
  })
  const choose = (chosen: FarmPart) => {
    for (const { part, tab } of tabs) {
      setAttributes(tab, { 'aria-current': part === chosen ? 'page' : undefined })
      setAttributes(parts[part].element, { hidden: part !== chosen })
      parts[part].show?.(part === chosen)
    }
  }
  const head = h(
    'header',
    { class: 'farm-head' },
    h('a', { href: '#/farms', class: 'back', 'aria-label': farm('back') }, '←'),
    h('div', { class: 'farm-title' }, title, health),
    h('nav', { class: 'menu', 'aria-label': farm('tabs') }, ...tabs.map(({ tab }) => tab)),
  )
  const slot = createSlot(health)
  choose(route.part)
  return {
    elements: [head, ...FARM_PARTS.map((part) => parts[part].element)],
    update(house: FarmView, scene: Scene) {
      setText(title, house.name[language])
      const words = healthWords(house, scene, context)
      slot(words, () => [words.text])
      setAttributes(health, { class: `status status-${words.tone}` })
      for (const part of FARM_PARTS) parts[part].update(house, scene)
    },
    async leave() {
      for (const part of FARM_PARTS) if ((await parts[part].leave?.()) === false) return false
      return true
    },
    close() {
      for (const part of FARM_PARTS) parts[part].close?.()
    },
  }
}
