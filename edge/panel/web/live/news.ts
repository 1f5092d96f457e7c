import type { Language } from '../../../../core/text.ts'
import type { GreenhouseView, PanelState } from '../../api-types.ts'
import type { Say } from '../words.ts'

/** What is worth saying aloud when the state has changed: trouble at once, the rest when there is a pause. */
export interface News {
  readonly urgent: readonly string[]
  readonly calm: readonly string[]
}

export function newsBetween(
  before: PanelState | undefined,
  after: PanelState,
  { language, say }: { readonly language: Language; readonly say: Say },
): News {
  if (before === undefined) return { urgent: [], calm: [] }
  const urgent: string[] = []
  const calm: string[] = []
  for (const house of after.greenhouses) {
    const was = before.greenhouses.find(({ id }) => id === house.id)
    if (was === undefined) continue
    const known = new Set(was.problems.map(({ alarm }) => alarm))
    for (const { alarm, text, next } of house.problems) {
      if (!known.has(alarm)) urgent.push(`${text[language]} ${next[language]}`)
    }
    if (was.paused === null && house.paused !== null) calm.push(say('pausedTitle'))
    if (was.paused !== null && house.paused === null) calm.push(say('resumed'))
    calm.push(...zoneNews(was, house, language, say))
  }
  return { urgent, calm }
}

function zoneNews(was: GreenhouseView, is: GreenhouseView, language: Language, say: Say): readonly string[] {
  return is.zones.flatMap((zone) => {
    const before = was.zones.find(({ id }) => id === zone.id)
    if (before === undefined) return []
    const name = zone.name[language]
    if (isWatering(before) === isWatering(zone)) return []
    return [isWatering(zone) ? say('watering', { zone: name }) : say('zoneStopped', { zone: name })]
  })
}

/** Water flows, or did when it was last heard: an order whose valve has not opened yet is not news. */
export const isWatering = ({ running }: GreenhouseView['zones'][number]): boolean =>
  running !== null && running.phase !== 'opening'
