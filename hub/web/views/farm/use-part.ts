import { button, createSlot, h, setAttributes, setText } from '../../../../page/element.ts'
import { DEFAULT_ZONE } from '../../../../page/format.ts'
import type { FarmUse, UseBy } from '../../../api/farm-schema.ts'
import { type FarmKey, farmUseFile } from '../../api.ts'
import { createStackedBars } from '../../parts/stacked-bars.ts'
import type { FarmWord } from '../../words-farm.ts'
import type { FarmContext } from './context.ts'
import { litres, millilitres } from './farm-figures.ts'
import { type Measure, rowsOf, togetherOf, type UseRow } from './use-rows.ts'
import { useSpan } from './use-span.ts'

const BY_WORDS = { day: 'byDay', week: 'byWeek', month: 'byMonth' } as const satisfies Record<UseBy, FarmWord>
const MEASURE_WORDS = {
  water_L: 'asLitres',
  water_mm: 'asDepth',
  fertiliser_mL: 'asFeed',
  fertiliser_mLm2: 'asFeedArea',
} as const satisfies Record<Measure, FarmWord>
const UNITS = { water_L: 'L', water_mm: 'mm', fertiliser_mL: 'mL', fertiliser_mLm2: 'mL/m²' } as const

/**
 * Water and fertiliser of zones or greenhouses side by side, and of one of them over time; as a file for spreadsheets.
 * Of all greenhouses where no `key` is given.
 */
export function createUsePart(context: FarmContext, key?: FarmKey) {
  const { voice, farm, api, time } = context
  const { format, language, say } = voice
  let by: UseBy = 'day'
  let back = 0
  let measure: Measure = 'water_L'
  let between: 'farms' | 'zones' = key === undefined ? 'farms' : 'zones'
  let chosen = ''
  let use: FarmUse | undefined
  let shown = false
  let turn = 0

  const bars = createStackedBars((value) => format.number(value, value > 0 && value < 10 ? 1 : 0))
  const title = h('h3', { class: 'use-title' })
  const caption = h('p', { class: 'use-caption' })
  const note = h('p', { class: 'quiet', role: 'status' }, say('loading'))
  const table = h('div', { class: 'use-table-box' })
  const tableSlot = createSlot(table)
  const file = h('a', { class: 'button-link', download: '' }, farm('csv'))
  const kinds = spans(farm('by'), BY_WORDS, (kind) => {
    by = kind
    back = 0
    void load()
  })
  const measures = spans(farm('measure'), MEASURE_WORDS, (next) => {
    measure = next
    draw()
  })
  const sides = spans(farm('compare'), { farms: 'betweenFarms', zones: 'betweenZones' } as const, (next) => {
    between = next
    chosen = ''
    draw()
  })
  const move = (step: number) => () => {
    back = Math.max(0, back + step)
    void load()
  }
  const later = button(`${farm('later')} ›`, move(-1))
  const query = () => ({ ...key, by, ...useSpan(by, back, time.now(), use?.timeZone ?? DEFAULT_ZONE) })
  const load = async () => {
    const mine = ++turn
    const asked = query()
    setAttributes(file, { href: farmUseFile(asked, language) })
    setAttributes(later, { disabled: back === 0 })
    kinds.mark(by)
    setText(title, spanWords(asked))
    const answer = await api.farmUse(asked)
    if (mine !== turn) return
    if (answer.ok) use = answer.value
    else setText(note, farm('failed', { reason: answer.refusal.reason[language] }))
    setAttributes(note, { hidden: answer.ok })
    if (answer.ok) draw()
  }
  const date = (at: number, shape: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(language === 'vi' ? 'vi-VN' : 'en-GB', {
      timeZone: use?.timeZone ?? DEFAULT_ZONE,
      ...shape,
    }).format(at)
  const dayMonth = (at: number) =>
    new Intl.DateTimeFormat('en-GB', {
      timeZone: use?.timeZone ?? DEFAULT_ZONE,
      day: '2-digit',
      month: '2-digit',
    }).format(at)
  const spanWords = ({ from, to }: { readonly from: number; readonly to: number }) => {
    if (by === 'month') return date(from, { year: 'numeric' })
    if (by === 'day') return date(from, { year: 'numeric', month: 'long' })
    return farm('weekOf', { from: dayMonth(from), to: dayMonth(to - 1) })
  }
  const periodLabel = (from: number) => {
    const [day = '', month = ''] = dayMonth(from).split('/')
    if (by === 'week') return `${day}/${month}`
    return by === 'day' ? day : month
  }
  const amount = (value: number | null, of: Measure): string => {
    if (value === null) return say('noValue')
    if (of === 'water_L') return litres(value, context)
    if (of === 'fertiliser_mL') return millilitres(value, context)
    return format.quantity(value, 1, UNITS[of])
  }

  const draw = () => {
    if (use === undefined || !shown) return
    const rows = rowsOf(use, between, language)
    const together = togetherOf(rows, farm('allTogether'))
    const over = rows.find((row) => row.key === chosen) ?? together
    measures.mark(measure)
    sides.mark(between)
    const told = rows.some(({ total }) => total.water_L !== null || total.fertiliser_mL !== null)
    setAttributes(bars.element, { hidden: !told })
    setAttributes(caption, { hidden: !told })
    setText(caption, `${over.name}: ${amount(over.total[measure], measure)}`)
    const { periods } = use
    bars.update(
      over.used.map((used, index) => {
        const label = periodLabel(periods[index]?.from ?? 0)
        return {
          label,
          parts: [{ style: 'use-bar', value: used[measure] }],
          words: `${label}: ${amount(used[measure], measure)}`,
          complete: over.complete[index] === true,
        }
      }),
      caption.textContent ?? '',
      UNITS[measure],
    )
    const partial = over.used.some((used, index) => used[measure] !== null && over.complete[index] !== true)
    setText(note, farm(told ? 'useIncomplete' : 'noUse'))
    setAttributes(note, { hidden: told && !partial })
    tableSlot([rows, measure, chosen], () => (told ? [tableOf(rows, together)] : []))
  }
  const tableOf = (rows: readonly UseRow[], together: UseRow) => {
    const most = Math.max(1e-9, ...rows.map(({ total }) => total[measure] ?? 0))
    const line = (row: UseRow, last: boolean) => {
      const pick = button(
        row.name,
        () => {
          chosen = row.key
          draw()
        },
        {
          class: 'use-pick',
          'aria-pressed': String(row.key === chosen),
          'aria-label': farm('showOne', { name: row.name }),
        },
      )
      const cells = [
        ['area', format.quantity(row.area_m2, 0, 'm²'), undefined],
        ['waterL', litres(row.total.water_L, context), 'water_L'],
        ['waterMm', amount(row.total.water_mm, 'water_mm'), 'water_mm'],
        ['feed', millilitres(row.total.fertiliser_mL, context), 'fertiliser_mL'],
        ['feedArea', amount(row.total.fertiliser_mLm2, 'fertiliser_mLm2'), 'fertiliser_mLm2'],
      ] as const
      return h(
        'tr',
        {},
        h('th', { scope: 'row' }, pick, last ? undefined : shareBar((row.total[measure] ?? 0) / most)),
        ...cells.map(([word, text, of]) =>
          h('td', { 'data-head': farm(word), class: of === measure ? 'use-measured' : undefined }, text),
        ),
      )
    }
    const head = ['place', 'area', 'waterL', 'waterMm', 'feed', 'feedArea'] as const
    return h(
      'table',
      { class: 'use-table' },
      h('thead', {}, h('tr', {}, ...head.map((word) => h('th', { scope: 'col' }, farm(word))))),
      h('tbody', {}, ...rows.map((row) => line(row, false))),
      h('tfoot', {}, line(together, true)),
    )
  }
  function spans<K extends string>(
    label: string,
    words: Readonly<Record<K, FarmWord>>,
    press: (kind: K) => void,
  ) {
    const kindsOf = Object.keys(words).filter((kind): kind is K => kind in words)
    const keys = kindsOf.map((kind) => ({
      kind,
      key: button(farm(words[kind]), () => press(kind), { class: 'span' }),
    }))
    return {
      element: h(
        'div',
        { class: 'spans', role: 'group', 'aria-label': label },
        ...keys.map((one) => one.key),
      ),
      mark(chosenKind: K) {
        for (const { kind, key: one } of keys)
          setAttributes(one, { 'aria-pressed': String(kind === chosenKind) })
      },
    }
  }
  return {
    element: h(
      'section',
      { class: 'panel use-part' },
      h(
        'header',
        { class: 'panel-head' },
        h('h2', {}, farm(key === undefined ? 'compareTitle' : 'useTitle')),
        kinds.element,
      ),
      h('div', { class: 'use-line' }, button(`‹ ${farm('earlier')}`, move(1)), title, later, file),
      h('div', { class: 'use-line' }, ...(key === undefined ? [sides.element] : []), measures.element),
      caption,
      bars.element,
      note,
      table,
    ),
    show(next: boolean) {
      shown = next
      if (shown) void load()
    },
    close: bars.close,
  }
}

/** How much of the largest it is, beside its name; the figure stands in the same line. */
function shareBar(share: number): HTMLElement {
  return h('progress', { class: 'use-share', max: 1, value: share, 'aria-hidden': 'true' })
}
