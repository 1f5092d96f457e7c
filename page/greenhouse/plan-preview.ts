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
      const lines = plan.map(({ program, zone, at, minutes, litres }) => {
        const zoneName = document.zones.find(({ id }) => id === zone)?.name[language] ?? zone
        const programName = document.programs.find(({ id }) => id === program)?.name ?? program
        return {
          time: format.time(at, document.timeZone, now),
          who: `${zoneName} · ${programName}`,
          amount: say('planRun', { minutes: format.number(minutes), litres: format.number(litres) }),
        }
      })
      slot(lines, () => {
        if (lines.length === 0) return [h('li', { class: 'quiet' }, say('planNone'))]
        return lines.map(({ time, who, amount }) =>
          h(
            'li',
            { class: 'plan-run' },
            h('b', {}, time),
            h('span', {}, who),
            h('span', { class: 'quiet' }, amount),
          ),
        )
      })
    },
  }
}
