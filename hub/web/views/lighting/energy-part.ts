import { button, createSlot, h, setAttributes, setText } from '../../../../page/element.ts'
import type { EnergyView, StreetView } from '../../../api/lighting-schema.ts'
import { energyFile } from '../../api.ts'
import { createStackedBars } from '../../parts/stacked-bars.ts'
import type { LightContext, StreetPartView } from './context.ts'
import { type EnergyBy, energySpan } from './energy-span.ts'

type Row = EnergyView['rows'][number]
type Figures = Pick<Row, 'energy_kWh' | 'baseline_kWh' | 'saved_kWh' | 'saved_percent'>
const NOTHING: Figures = { energy_kWh: null, baseline_kWh: null, saved_kWh: null, saved_percent: null }

/** Used and saved energy by day or month, of the street or one feeder: as bars, as a table, as a file. */
export function createEnergyPart(context: LightContext, first: StreetView): StreetPartView {
  const { voice, light, api, time } = context
  const { format, language, say } = voice
  let by: EnergyBy = 'day'
  let back = 0
  let feeder = ''
  let energy: EnergyView | undefined
  let shown = false
  let turn = 0

  const bars = createStackedBars((value) => format.number(value, value > 0 && value < 10 ? 1 : 0))
  const title = h('h3', { class: 'energy-title' })
  const note = h('p', { class: 'quiet', role: 'status' }, say('loading'))
  const table = h('div', { class: 'energy-table-box' })
  const tableSlot = createSlot(table)
  const formula = h('p', {})
  const file = h('a', { class: 'button-link', download: '' }, light('csv'))
  const scope = h('select', { id: 'energy-scope' })
  const scopeSlot = createSlot(scope)
  scope.addEventListener('change', () => {
    feeder = scope.value
    draw()
  })
  const kinds = (['day', 'month'] as const).map((kind) => ({
    kind,
    press: button(
      light(kind === 'day' ? 'byDay' : 'byMonth'),
      () => {
        by = kind
        back = 0
        void load()
      },
      { class: 'span' },
    ),
  }))
  const move = (step: number) => () => {
    back = Math.max(0, back + step)
    void load()
  }
  const later = button(`${light('later')} ›`, move(-1))
  const query = () => {
    const zone = energy?.timeZone ?? first.timeZone
    return { edge: first.edge, street: first.id, by, ...energySpan(by, back, time.now(), zone) }
  }
  const load = async () => {
    const mine = ++turn
    const asked = query()
    setAttributes(file, { href: energyFile(asked, language) })
    for (const { kind, press } of kinds) setAttributes(press, { 'aria-pressed': String(kind === by) })
    setAttributes(later, { disabled: back === 0 })
    setText(title, spanWords(asked.from))
    const answer = await api.energy(asked)
    if (mine !== turn) return
    if (answer.ok) energy = answer.value
    else setText(note, light('failed', { reason: answer.refusal.reason[language] }))
    setAttributes(note, { hidden: answer.ok })
    draw()
  }
  const spanWords = (from: number) =>
    new Intl.DateTimeFormat(language === 'vi' ? 'vi-VN' : 'en-GB', {
      timeZone: energy?.timeZone ?? first.timeZone,
      year: 'numeric',
      ...(by === 'day' ? { month: 'long' as const } : {}),
    }).format(from)
  const rowLabel = (row: Row) => {
    const parts = new Intl.DateTimeFormat('en-GB', {
      timeZone: energy?.timeZone ?? first.timeZone,
      day: '2-digit',
      month: '2-digit',
    }).format(row.from)
    const [day = '', month = ''] = parts.split('/')
    return by === 'day' ? day : month
  }
  const figuresIn = (row: Row): Figures =>
    feeder === '' ? row : (row.feeders.find(({ id }) => id === feeder) ?? NOTHING)
  const kWh = (value: number | null) =>
    value === null
      ? say('noValue')
      : `${signed(format.number(value, Math.abs(value) < 100 ? 1 : 0))}\u00a0kWh`
  const share = (value: number | null) =>
    value === null ? say('noValue') : `${signed(format.number(value, 1))}\u00a0%`

  const draw = () => {
    if (energy === undefined || !shown) return
    const known = energy
    const rows = known.rows.map((row) => ({ row, own: figuresIn(row) }))
    const words = (own: Figures) =>
      light('energyBars', {
        used: kWh(own.energy_kWh),
        saved: kWh(own.saved_kWh),
        share: share(own.saved_percent),
      })
    const total = feeder === '' ? known.total : sumOf(rows.map(({ own }) => own))
    bars.update(
      rows.map(({ row, own }) => ({
        label: rowLabel(row),
        words: `${rowLabel(row)}: ${words(own)}`,
        parts: [
          { style: 'energy-used', value: own.energy_kWh },
          { style: 'energy-saved', value: own.saved_kWh },
        ],
        complete: row.complete || own.energy_kWh === null,
      })),
      words(total),
      'kWh',
    )
    setText(formula, known.formula[language])
    const told = rows.filter(({ own }) => own.energy_kWh !== null)
    setAttributes(bars.element, { hidden: told.length === 0 })
    setText(note, light(told.length === 0 ? 'noEnergy' : 'energyIncomplete'))
    setAttributes(note, { hidden: told.length > 0 && known.complete })
    tableSlot([by, feeder, told, total], () =>
      told.length === 0
        ? []
        : [
            tableOf(
              told.map(({ row, own }) => [rowLabel(row), own]),
              total,
            ),
          ],
    )
  }
  const line = (label: string, own: Figures) => {
    const cells = [
      ['used', kWh(own.energy_kWh)],
      ['baseline', kWh(own.baseline_kWh)],
      ['saved', kWh(own.saved_kWh)],
      ['savedShare', share(own.saved_percent)],
    ] as const
    return h(
      'tr',
      {},
      h('th', { scope: 'row' }, label),
      ...cells.map(([word, text]) => h('td', { 'data-head': light(word) }, text)),
    )
  }
  const tableOf = (rows: readonly (readonly [string, Figures])[], total: Figures) =>
    h(
      'table',
      { class: 'energy-table' },
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          ...(['period', 'used', 'baseline', 'saved', 'savedShare'] as const).map((word) =>
            h(
              'th',
              { scope: 'col' },
              word === 'period' ? light(by === 'day' ? 'byDay' : 'byMonth') : light(word),
            ),
          ),
        ),
      ),
      h('tbody', {}, ...rows.map(([label, own]) => line(label, own))),
      h('tfoot', {}, line(light('total'), total)),
    )
  return {
    element: h(
      'section',
      { class: 'panel energy-part' },
      h(
        'header',
        { class: 'panel-head' },
        h('h2', {}, light('energyTitle')),
        h(
          'div',
          { class: 'spans', role: 'group', 'aria-label': light('by') },
          ...kinds.map(({ press }) => press),
        ),
      ),
      h(
        'div',
        { class: 'energy-bar' },
        button(`‹ ${light('earlier')}`, move(1)),
        title,
        later,
        h('label', { for: 'energy-scope' }, light('scope')),
        scope,
        file,
      ),
      note,
      bars.element,
      h(
        'ul',
        { class: 'energy-legend' },
        h('li', { class: 'energy-key-used' }, light('used')),
        h('li', { class: 'energy-key-saved' }, light('saved')),
      ),
      table,
      h('details', { class: 'energy-formula', open: true }, h('summary', {}, light('formula')), formula),
    ),
    update({ street }) {
      const options = [
        ['', light('wholeStreet')],
        ...street.feeders.map(({ id, name }) => [id, name[language]]),
      ]
      scopeSlot(options, () => options.map(([value, words]) => h('option', { value }, words)))
      scope.value = feeder
    },
    show(next) {
      shown = next
      if (shown) void load()
    },
    close: bars.close,
  }
}

/** With a minus sign as wide as the digits. */
const signed = (text: string) => text.replace('-', '\u2212')

/** Sums what is known; nothing known is not zero. */
function sumOf(all: readonly Figures[]): Figures {
  const sum = (key: 'energy_kWh' | 'baseline_kWh' | 'saved_kWh') => {
    const known = all.flatMap((one) => one[key] ?? [])
    return known.length === 0 ? null : known.reduce((a, b) => a + b, 0)
  }
  const [energy_kWh, baseline_kWh, saved_kWh] = [sum('energy_kWh'), sum('baseline_kWh'), sum('saved_kWh')]
  const saved_percent =
    saved_kWh === null || baseline_kWh === null || baseline_kWh <= 0 ? null : (saved_kWh / baseline_kWh) * 100
  return { energy_kWh, baseline_kWh, saved_kWh, saved_percent }
}
