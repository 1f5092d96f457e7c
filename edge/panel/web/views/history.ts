import type { Greenhouse } from '../../../../core/documents/greenhouse.ts'
import { h } from '../../../../page/element.ts'
import type { Context, View } from '../context.ts'
import { type FigureGroup, figureGroups } from '../figures.ts'
import { createHistoryChart } from '../parts/history-chart.ts'
import { pageOf, sayPage } from '../parts/page.ts'
import { createSpanChoice } from '../parts/span-choice.ts'

/** Everything that is measured, as charts: a zone or the house at a time. */
export function createHistory(context: Context): View {
  const { voice, documents, scene } = context
  const { say, language } = voice
  const tell = sayPage(voice)
  const charts = h('div', { class: 'chart-list' })
  const select = h('select', { class: 'wide', 'aria-label': tell('whichFigure') })
  let groups: readonly FigureGroup[] = []
  let shown: readonly ReturnType<typeof createHistoryChart>[] = []
  let span: { from: number; to: number } | undefined
  let made: Greenhouse | undefined

  const spans = createSpanChoice(context, (next) => {
    span = next
    for (const chart of shown) void chart.load(next)
  })
  const show = () => {
    for (const chart of shown) chart.close()
    const group = groups[select.selectedIndex] ?? groups[0]
    const zone = made?.timeZone ?? ''
    shown = (group?.figures ?? []).map((figure) => createHistoryChart(context, figure, zone))
    charts.replaceChildren(...shown.map(({ element }) => element))
    if (span !== undefined) for (const chart of shown) void chart.load(span)
  }
  const build = () => {
    const house = scene().house
    const document = house === undefined ? undefined : documents.known(house.id)
    if (document === undefined || document === made) return
    made = document
    groups = figureGroups(document, { language, say, tell })
    select.replaceChildren(...groups.map(({ name }) => h('option', {}, name)))
    show()
  }
  select.addEventListener('change', show)
  build()
  spans.begin()
  return {
    element: pageOf(context, { title: say('history') }, select, spans.element, charts),
    title: say('history'),
    update: build,
    close() {
      spans.close()
      for (const chart of shown) chart.close()
    },
  }
}
