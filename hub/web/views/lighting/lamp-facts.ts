import { createSlot, h, setAttributes } from '../../../../page/element.ts'
import type { LampView, StreetView } from '../../../api/lighting-schema.ts'
import type { Scene } from '../../context.ts'
import { heardWords, levelWords } from '../../parts/lighting/lamp-list.ts'
import { lampWords, watts } from '../../parts/lighting/lamp-look.ts'
import type { LightContext } from './context.ts'
import type { Selection } from './selection.ts'

/** Everything about the one lamp that is selected; nothing when there are several. */
export function createLampFacts(context: LightContext) {
  const { voice, light } = context
  const element = h('dl', { class: 'facts lamp-facts' })
  const slot = createSlot(element)
  const rows = (lamp: LampView, street: StreetView, now: number): readonly (readonly [string, string])[] => [
    [light('pole'), lamp.pole],
    [light('level'), levelWords(lamp, context)],
    [light('power'), watts(lamp.power, voice)],
    [light('state'), lampWords(lamp, street, now, context).join(' · ') || voice.say('noValue')],
    [light('heard'), heardWords(lamp, street, now, context)],
  ]
  return {
    element,
    update(street: StreetView, selection: Selection, { now }: Scene) {
      const lamp = selection.size === 1 ? street.lamps.find(({ id }) => selection.has(id)) : undefined
      setAttributes(element, { hidden: lamp === undefined })
      if (lamp === undefined) return
      const told = rows(lamp, street, now)
      slot(told, () => told.flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]))
    },
  }
}
