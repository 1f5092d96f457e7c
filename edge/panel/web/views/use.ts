import { type Child, createSlot, h, setText } from '../../../../page/element.ts'
import type { GreenhouseView, UseAnswer, UseBy } from '../../api-types.ts'
import type { Context, View } from '../context.ts'
import { barChart, dayLabel } from '../parts/bars.ts'
import { createChoices } from '../parts/choices.ts'
import { pageOf, sayPage } from '../parts/page.ts'
import { litres } from '../zone-words.ts'

const DAY_MS = 86_400_000
/** How far back each way of counting looks. */
const BACK_DAYS = { day: 14, week: 12 * 7, month: 365, season: 365 } as const satisfies Record<UseBy, number>

/** Water by zone and fertiliser by channel, by day, week, month or season. */
export function createUse(context: Context): View {
  const { voice, api, scene, time } = context
  const { say, language, format } = voice
  const tell = sayPage(voice)
  const body = h('div', { class: 'use-body' })
  const message = h('p', { class: 'quiet', role: 'status' })
  const feed = h('section', { class: 'panel', hidden: true })
  const feedSlot = createSlot(feed)
  let turn = 0
  const kinds = createChoices<UseBy>(
    tell('period'),
    [
      { value: 'day', words: tell('byDay') },
      { value: 'week', words: tell('byWeek') },
      { value: 'month', words: tell('byMonth') },
      { value: 'season', words: tell('bySeason') },
    ],
    (by) => void choose(by),
  )
  const choose = async (by: UseBy) => {
    kinds.mark(by)
    const mine = ++turn
    setText(message, say('loading'))
    const to = time.now()
    const answer = await api.use(scene().house?.id ?? '', by, { from: to - BACK_DAYS[by] * DAY_MS, to })
    if (mine !== turn) return
    setText(message, answer.ok ? '' : answer.refusal.reason[language])
    body.replaceChildren(...(answer.ok ? panels(answer.value) : []))
  }
  const panels = (use: UseAnswer): readonly Node[] => {
    const house = scene().house
    const sums = use.from.map((_, index) =>
      use.zones.reduce((sum, zone) => sum + (zone.litres[index] ?? 0), 0),
    )
    const bars = use.from.map((day, index) => {
      const value = sums[index] ?? 0
      return { label: periodLabel(day, use.by), value, words: litres(value, context) }
    })
    const water = use.zones.map(({ zone, litres: given }) => {
      const name = house?.zones.find(({ id }) => id === zone)?.name[language] ?? zone
      return [name, litres(total(given), context)] as const
    })
    const channels = use.channels.map(({ channel, mL }) => {
      const name = house?.fertiliser.find((one) => one.channel === channel)?.name[language] ?? channel
      return [name, millilitres(total(mL))] as const
    })
    const chart = use.from.length > 1 ? barChart(tell('waterUsed'), bars) : undefined
    return [
      panel(tell('waterUsed'), chart, table([...water, [tell('allZones'), litres(total(sums), context)]])),
      ...(channels.length === 0 ? [] : [panel(tell('feedUsed'), table(channels))]),
    ]
  }
  const panel = (title: string, ...content: readonly Child[]) =>
    h('section', { class: 'panel' }, h('h3', {}, title), ...content)
  const table = (rows: readonly (readonly [string, string])[]) =>
    h(
      'table',
      { class: 'use-table' },
      h(
        'tbody',
        {},
        ...rows.map(([name, value]) => h('tr', {}, h('th', { scope: 'row' }, name), h('td', {}, value))),
      ),
    )
  const millilitres = (mL: number) =>
    mL >= 1_000 ? format.quantity(mL / 1_000, 1, 'L') : format.quantity(mL, 0, 'mL')
  const todayRows = ({ fertiliser }: GreenhouseView) =>
    fertiliser.map(
      ({ name, today_mL, daily_mL }) =>
        [
          name[language],
          tell('todayOf', { today: millilitres(today_mL), most: millilitres(daily_mL) }),
        ] as const,
    )
  void choose('day')
  return {
    element: pageOf(context, { title: say('use') }, kinds.element, message, body, feed),
    title: say('use'),
    update({ house }) {
      const rows = house === undefined ? [] : todayRows(house)
      feed.hidden = rows.length === 0
      feedSlot(rows, () => [h('h3', {}, `${tell('feedUsed')} – ${say('today')}`), table(rows)])
    },
  }
}

const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0)

/** A day or the first day of a week: `5/3`; a month: `3/2026`. */
function periodLabel(day: string, by: UseBy): string {
  const [year = '', month = ''] = day.split('-')
  return by === 'month' ? `${Number(month)}/${year}` : dayLabel(day)
}
