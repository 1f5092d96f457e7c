import { createKeyedList, createSlot, h, setAttributes, setText } from '../../../../page/element.ts'
import { createRefresh } from '../../../../page/live/refresh.ts'
import type { StreetView } from '../../../api/lighting-schema.ts'
import type { Scene, View } from '../../context.ts'
import { streetHref } from '../../route.ts'
import type { LightContext } from './context.ts'
import { createFaultList } from './fault-list.ts'
import { figuresOf, healthWords } from './street-figures.ts'

const LEAST_MS = 2_000
const LONGEST_MS = 15_000

/** All streets, each with its numbers, and the work orders of all of them. */
export function createStreetList(context: LightContext): View {
  const { voice, light, api, clock } = context
  const note = h('p', { class: 'quiet panel' }, voice.say('loading'))
  const list = h('ul', { class: 'streets', 'aria-label': light('streets') })
  const faults = createFaultList(context)
  let scene: Scene | undefined
  let seen: Scene['model']['streets'] | undefined
  const show = createKeyedList<StreetView>(
    list,
    ({ edge, id }) => `${edge}/${id}`,
    () => {
      const element = h('li', { class: 'street-card panel' })
      const slot = createSlot(element)
      return {
        element,
        update: (street) => slot([street, minuteOf(scene)], () => card(street, scene, context)),
      }
    },
  )
  const refresh = createRefresh({
    clock,
    least_ms: LEAST_MS,
    longest_ms: LONGEST_MS,
    async ask() {
      const answer = await api.streets()
      if (!answer.ok) {
        const reason = answer.refusal.reason[voice.language]
        return setText(note, light('failed', { reason }))
      }
      setText(note, light('noStreets'))
      setAttributes(note, { hidden: answer.value.length > 0 })
      show(answer.value)
    },
  })
  return {
    element: h('div', { class: 'plain-page' }, h('h1', {}, light('title')), note, list, faults.element),
    title: light('title'),
    update(next) {
      scene = next
      faults.update(next)
      if (next.model.streets === seen) return
      if (seen !== undefined) refresh.wake()
      seen = next.model.streets
    },
    close() {
      refresh.close()
      faults.close()
    },
  }
}

const minuteOf = (scene: Scene | undefined) => Math.floor((scene?.now ?? 0) / 60_000)

function card(street: StreetView, scene: Scene | undefined, context: LightContext): readonly Node[] {
  const { language } = context.voice
  const health = healthWords(street, scene, context)
  return [
    h(
      'h2',
      {},
      h('a', { class: 'street-link', href: streetHref(street.edge, street.id) }, street.name[language]),
    ),
    h('p', { class: `status status-${health.tone}` }, health.text),
    figuresOf(street, context),
  ]
}
