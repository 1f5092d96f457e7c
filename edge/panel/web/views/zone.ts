import type { Greenhouse } from '../../../../core/documents/greenhouse.ts'
import { createSlot, h, setText } from '../../../../page/element.ts'
import type { GreenhouseView, RunView, UseAnswer, ZoneView } from '../../api-types.ts'
import type { Context, View } from '../context.ts'
import { zoneFigures } from '../figures.ts'
import { barChart, dayLabel } from '../parts/bars.ts'
import { createHistoryChart } from '../parts/history-chart.ts'
import { facts, pageOf, sayPage } from '../parts/page.ts'
import { createSpanChoice, DAY_MS } from '../parts/span-choice.ts'
import { createZoneCard } from '../parts/zone-card.ts'
import { hrefOf } from '../route.ts'
import { litres } from '../zone-words.ts'

const DAYS = 14
/** A journal that could not be loaded is asked for again. */
const JOURNAL_AGAIN_MS = 10_000

/** One zone: what it does, its charts, what it took, and its journal. */
export function createZonePage(context: Context, id: string): View {
  const { voice, scene } = context
  const { say, language } = voice
  const tell = sayPage(voice)
  const first = scene().house?.zones.find((zone) => zone.id === id)
  const title = first?.name[language] ?? say('zones')
  const cardPlace = h('ul', { class: 'zone-one' })
  const factPlace = h('section', { class: 'panel' })
  const factSlot = createSlot(factPlace)
  const journal = h('ol', { class: 'journal' })
  const journalSlot = createSlot(journal)
  let runs: readonly RunView[] | undefined
  let newest = ''
  /** Asked for again when the newest run is another, or has ended. */
  const readJournal = async (house: GreenhouseView) => {
    const [head] = house.journal
    const key = JSON.stringify([head?.at, head?.until])
    if (key === newest) return
    newest = key
    const answer = await context.api.journal(house.id)
    if (key !== newest) return
    if (answer.ok) runs = answer.value
    else context.clock.after(JOURNAL_AGAIN_MS, () => (newest = ''))
  }
  const days = createDays(context, id)
  const charts = createZoneCharts(context, id)
  let card: ReturnType<typeof createZoneCard> | undefined

  return {
    element: pageOf(
      context,
      { title, back: hrefOf('home') },
      h('div', { class: 'zone-columns' }, cardPlace, factPlace),
      charts.element,
      h('section', { class: 'panel' }, h('h3', {}, tell('waterByDay')), days.element),
      h('section', { class: 'panel' }, h('h3', {}, tell('journal')), journal),
    ),
    title,
    update({ house, now }) {
      const zone = house?.zones.find((one) => one.id === id)
      if (house === undefined || zone === undefined) {
        if (house !== undefined) cardPlace.replaceChildren(h('li', {}, say('notFound')))
        return
      }
      if (card === undefined) {
        card = createZoneCard(context, { zone, house, now })
        cardPlace.replaceChildren(card.element)
      }
      card.update({ zone, house, now })
      charts.update()
      const rows = zoneRows(zone, context)
      factSlot(rows, () => [facts(rows)])
      void readJournal(house)
      const own = (runs ?? house.journal).filter((run) => run.zone === id)
      journalSlot([own, Math.floor(now / DAY_MS)], () =>
        own.length === 0
          ? [h('li', {}, tell('journalNone'))]
          : own.map((run) => journalLine(run, house, context)),
      )
    },
    close: charts.close,
  }
}

function zoneRows(zone: ZoneView, context: Context): readonly (readonly [string, string])[] {
  const tell = sayPage(context.voice)
  const { format } = context.voice
  const flow = (value: number | null) => (value === null ? '—' : format.quantity(value, 1, 'L/min'))
  const { crop, deficit_mm: missing, readily_mm: may } = zone
  const mm = (value: number) => format.quantity(value, 1, 'mm')
  return [
    ...(crop === null
      ? []
      : [
          [tell('crop'), tell('cropDay', { name: crop.name, stage: crop.stage, day: crop.day })] as const,
          [tell('cropKc'), format.number(crop.kc, 2)] as const,
        ]),
    ...(missing === null
      ? []
      : [
          [
            tell('deficit'),
            may === null ? mm(missing) : tell('deficitOf', { missing: mm(missing), may: mm(may) }),
          ] as const,
        ]),
    [tell('usualFlow'), flow(zone.flow.usual_Lmin)],
    [tell('lastFlow'), flow(zone.flow.last_Lmin)],
    [tell('thisWeek'), litres(zone.week_L, context)],
    [tell('thisSeason'), litres(zone.season_L, context)],
    [tell('mostDaily'), litres(zone.daily_L, context)],
  ]
}

function journalLine(run: RunView, house: GreenhouseView, context: Context): HTMLElement {
  const { language, format } = context.voice
  const tell = sayPage(context.voice)
  const amount = tell('runFacts', {
    litres: litres(run.litres, context),
    minutes: format.number(run.minutes, run.minutes < 10 ? 1 : 0),
  })
  const feed = run.fertiliser_mL > 0 ? ` · ${tell('runFeed', { mL: format.number(run.fertiliser_mL) })}` : ''
  return h(
    'li',
    { class: 'journal-run' },
    h('time', {}, format.time(run.at, house.timeZone, context.scene().now)),
    h('div', {}, h('b', {}, `${amount}${feed}`), h('p', {}, `${run.why[language]} – ${run.end[language]}`)),
  )
}

/** What the zone took, day by day. */
function createDays({ api, voice, scene, time }: Context, id: string) {
  const { language, format } = voice
  const tell = sayPage(voice)
  const words = h('p', { class: 'quiet', role: 'status' }, voice.say('loading'))
  const element = h('div', {}, words)
  const show = ({ from, zones }: UseAnswer) => {
    const given = zones.find(({ zone }) => zone === id)?.litres ?? []
    const bars = from.map((day, index) => {
      const value = given[index] ?? 0
      return { label: dayLabel(day), value, words: format.quantity(value, 0, 'L') }
    })
    element.replaceChildren(barChart(tell('waterByDay'), bars))
  }
  const to = time.now()
  void api.use(scene().house?.id ?? '', 'day', { from: to - DAYS * DAY_MS, to }).then((answer) => {
    if (answer.ok) show(answer.value)
    else setText(words, answer.refusal.reason[language])
  })
  return { element }
}

function createZoneCharts(context: Context, id: string) {
  const { voice, documents, scene } = context
  const { say, language } = voice
  const tell = sayPage(voice)
  const list = h('div', { class: 'chart-list' })
  let made: Greenhouse | undefined
  let charts: readonly ReturnType<typeof createHistoryChart>[] = []
  let span: { from: number; to: number } | undefined
  const spans = createSpanChoice(context, (next) => {
    span = next
    for (const chart of charts) void chart.load(next)
  })
  const close = () => {
    for (const chart of charts) chart.close()
  }
  const update = () => {
    const document = documents.known(scene().house?.id ?? '')
    if (document === undefined || document === made) return
    made = document
    close()
    const zone = document.zones.find((one) => one.id === id)
    const figures = zone === undefined ? [] : zoneFigures(zone, { language, say, tell })
    charts = figures.map((figure) => createHistoryChart(context, figure, document.timeZone))
    list.replaceChildren(...charts.map(({ element }) => element))
    if (span !== undefined) for (const chart of charts) void chart.load(span)
  }
  spans.begin()
  const closeAll = () => {
    spans.close()
    close()
  }
  return { element: h('section', { class: 'zone-charts' }, spans.element, list), update, close: closeAll }
}
