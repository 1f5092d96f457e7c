import type { OrderView } from '../../../api/lighting-schema.ts'
import type { View } from '../../context.ts'
import { type LightingRoute, STREET_PARTS, type StreetPart, streetHref } from '../../route.ts'
import type { LightingWord } from '../../words-lighting.ts'
import { createPartedPage } from '../parted-page.ts'
import type { LightContext, LitStreet } from './context.ts'
import { createEnergyPart } from './energy-part.ts'
import { createFaultList } from './fault-list.ts'
import { createLampsPart } from './lamps-part.ts'
import { createPlanPart } from './plan-part.ts'
import { healthWords } from './street-figures.ts'

const TAB_WORDS = {
  lamps: 'tabLamps',
  plan: 'tabPlan',
  energy: 'tabEnergy',
  faults: 'tabFaults',
} as const satisfies Record<StreetPart, LightingWord>

type StreetRoute = Extract<LightingRoute, { readonly page: 'street' }>

/** Everything about one street. */
export function createStreetPage(context: LightContext, route: StreetRoute): View {
  const { voice, light, api, clock } = context
  const { edge, street: id, lamp } = route
  const key = { edge, street: id }
  let orders: readonly OrderView[] = []
  return createPartedPage<LitStreet, StreetPart>({
    ...{ voice, clock, style: 'street', title: light('title') },
    back: { href: '#/lights', words: light('backToStreets') },
    tabs: {
      ...{ words: light('tabs'), first: route.part },
      all: STREET_PARTS.map((part) => ({
        part,
        words: light(TAB_WORDS[part]),
        href: streetHref(edge, id, part),
      })),
    },
    async ask() {
      const [answer, given] = await Promise.all([api.street(key), api.lightOrders(key)])
      if (given.ok) orders = given.value
      return answer.ok ? { ok: true, value: { street: answer.value, orders } } : answer
    },
    told: ({ streets }) => streets[`${edge}/${id}`],
    refused: ({ status, reason }) =>
      status === 404 ? light('noStreet') : light('failed', { reason: reason[voice.language] }),
    nameOf: ({ street }) => street.name[voice.language],
    health: ({ street }, scene) => healthWords(street, scene, context),
    make({ street: first }, changed) {
      const faults = createFaultList(context, first.timeZone, key)
      return {
        lamps: createLampsPart(context, { first, changed, lamp }),
        plan: createPlanPart(context, first),
        energy: createEnergyPart(context, first),
        faults: { ...faults, update: (_street, scene) => faults.update(scene) },
      }
    },
  })
}
