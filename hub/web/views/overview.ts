import { createKeyedList, h, setText } from '../../../page/element.ts'
import type { StationView } from '../../api/schema.ts'
import type { Context, Scene, View } from '../context.ts'
import { activeAlerts, stationKey } from '../live/model.ts'
import { createCityMap } from '../map/city-map.ts'
import { createAlarmList } from '../parts/alarm-list.ts'
import { createHeadlineBand } from '../parts/headline-band.ts'
import { levelMark } from '../parts/icons.ts'
import { createStationCard, stationHref } from '../parts/station-card.ts'

/** The wall's page: headline, station cards, map, live alarms. */
export function createOverview(context: Context): View {
  const { voice } = context
  const { say } = voice
  const headline = createHeadlineBand(voice)
  const map = createCityMap(voice, (station) => {
    location.hash = stationHref(station)
  })
  const alarms = createAlarmList(context, 'noAlarms')
  const count = h('span', { class: 'count' })
  const strip = h('div', { class: 'cards' })
  let scene: Scene | undefined
  const cards = createKeyedList<StationView>(strip, stationKey, (station) => {
    const card = createStationCard(station, voice)
    return {
      element: card.element,
      update: (view) => {
        if (scene !== undefined) card.update(view, scene)
      },
    }
  })
  const element = h(
    'div',
    { class: 'overview' },
    headline.element,
    h('section', { class: 'cards-section', 'aria-label': say('stations') }, strip),
    h(
      'section',
      { class: 'alarms-section panel' },
      h('header', { class: 'panel-head' }, h('h2', {}, say('alarms')), count),
      alarms.element,
    ),
    h(
      'section',
      { class: 'map-section panel' },
      map.element,
      h('ul', { class: 'legend', 'aria-label': say('legend') }, ...legend(say)),
      h('p', { class: 'map-note' }, say('mapSchematic')),
    ),
  )
  return {
    element,
    title: say('overview'),
    update(next) {
      scene = next
      headline.update(next)
      cards(next.model.stations)
      alarms.update(next.model.alerts, next)
      setText(count, say('activeCount', { count: activeAlerts(next.model).length }))
      map.update(next)
    },
    close: map.close,
  }
}

function legend(say: Context['voice']['say']): HTMLElement[] {
  return ([0, 1, 2, 3, 'unknown'] as const).map((grade) => {
    const word =
      grade === 'unknown'
        ? say('levelUnknown')
        : grade === 0
          ? say('levelNone')
          : say('levelShort', { level: grade })
    return h('li', {}, levelMark(grade, 20), word)
  })
}
