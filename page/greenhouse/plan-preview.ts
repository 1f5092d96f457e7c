import type { Greenhouse } from '../../core/documents/greenhouse.ts'
import { createSlot, h } from '../element.ts'
import type { EditorVoice } from './words.ts'

/** One watering to come. */
export interface PlannedWatering {
  readonly program: string
  readonly zone: string
  readonly at: number
  readonly minutes: number
  readonly litres: number
}

/** What will be watered in the next 24 hours, as the greenhouse itself reckons it. */
export function createPlanPreview({ say, language, format }: EditorVoice) {
  const list = h('ol', { class: 'plan-list' })
  const slot = createSlot(list)
  return {
    element: h('section', { class: 'plan-preview' }, h('h3', {}, say('planTitle')), list),
    update(plan: readonly PlannedWatering[], document: Greenhouse, now: number) {
      slot([plan, Math.floor(now / 86_400_000)], () => {
        if (plan.length === 0) return [h('li', { class: 'quiet' }, say('planNone'))]
        return plan.map(({ program, zone, at, minutes, litres }) => {
          const zoneName = document.zones.find(({ id }) => id === zone)?.name[language] ?? zone
          const programName = document.programs.find(({ id }) => id === program)?.name ?? program
          const amount = say('planRun', { minutes: format.number(minutes), litres: format.number(litres) })
          return h(
            'li',
            { class: 'plan-run' },
            h('b', {}, format.time(at, document.timeZone, now)),
            h('span', {}, `${zoneName} · ${programName}`),
            h('span', { class: 'quiet' }, amount),
          )
        })
      })
    },
  }
}
