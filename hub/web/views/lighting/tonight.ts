import { createSlot, h, setAttributes, setText } from '../../../../page/element.ts'
import type { StreetView } from '../../../api/lighting-schema.ts'
import type { Scene } from '../../context.ts'
import { createNightChart } from '../../parts/lighting/night-chart.ts'
import type { LightContext } from './context.ts'
import { holdsOf } from './light-order.ts'

/** What the calendar has for this night, where it stands now, and which lamps somebody holds otherwise. */
export function createTonight(context: LightContext, timeZone: string) {
  const { voice, light } = context
  const { format, language } = voice
  const title = h('h2', {})
  const chart = createNightChart(context, timeZone)
  const sun = h('p', { class: 'quiet' })
  const holds = h('ul', { class: 'holds' })
  const holdsSlot = createSlot(holds)
  const holdLines = (street: StreetView, now: number): readonly string[] =>
    holdsOf(street).map(({ hold, lamps }) => {
      const line = light('holdLine', {
        who: hold.who,
        lamps: format.count(lamps),
        level: format.number(hold.level),
      })
      const until =
        hold.until === null
          ? light('holdOpen')
          : light('holdUntil', { time: format.time(hold.until, timeZone, now) })
      return `${line}, ${until}`
    })
  return {
    element: h(
      'section',
      { class: 'panel tonight' },
      title,
      chart.element,
      sun,
      h('h3', {}, light('holds')),
      holds,
    ),
    update(street: StreetView, { now }: Scene) {
      const night = street.profileTonight
      setAttributes(chart.element, { hidden: night === null })
      if (night === null) {
        setText(title, light('tonight'))
        setText(sun, light('nightUnknown'))
      } else {
        const profile = (night.exception ?? night.name)[language]
        setText(title, light('tonightProfile', { profile }))
        const times = [
          night.sunset === null
            ? ''
            : light('sunset', { time: format.time(night.sunset, timeZone, night.sunset) }),
          night.sunrise === null
            ? ''
            : light('sunrise', { time: format.time(night.sunrise, timeZone, night.sunrise) }),
        ]
        setText(sun, times.filter((text) => text !== '').join(' · '))
        chart.update(night, now)
      }
      const lines = holdLines(street, now)
      holdsSlot(lines, () =>
        lines.length === 0
          ? [h('li', { class: 'quiet' }, light('noHolds'))]
          : lines.map((line) => h('li', {}, line)),
      )
    },
    close: chart.close,
  }
}
