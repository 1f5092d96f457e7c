import { createSlot, h, setAttributes, setText, svg } from '../../../../page/element.ts'
import type { GreenhouseView } from '../../api-types.ts'
import type { Context, View } from '../context.ts'
import { facts, pageOf, sayPage } from '../parts/page.ts'
import { litres, pumpWord } from '../zone-words.ts'

/** How full the tank is, what the pump does, and what flows. */
export function createTankPage(context: Context): View {
  const { voice } = context
  const { say, format } = voice
  const tell = sayPage(voice)
  const level = svg('rect', { class: 'tank-water', x: 4, width: 92 })
  const drawing = svg(
    'svg',
    { class: 'tank', viewBox: '0 0 100 120', 'aria-hidden': 'true' },
    svg('rect', { class: 'tank-ground', x: 4, y: 6, width: 92, height: 110, rx: 6 }),
    level,
    svg('rect', { class: 'tank-line', x: 4, y: 6, width: 92, height: 110, rx: 6 }),
  )
  const percent = h('b', { class: 'tank-percent' })
  const note = h('p', { class: 'tank-note' })
  const none = h('p', { class: 'quiet' }, tell('noTank'))
  const tankPanel = h('section', { class: 'panel tank-panel' }, drawing, h('div', {}, percent, note))
  const figures = h('section', { class: 'panel' })
  const slot = createSlot(figures)

  const showTank = ({ tank }: GreenhouseView) => {
    setAttributes(tankPanel, { hidden: tank === null })
    setAttributes(none, { hidden: tank !== null })
    if (tank === null) return
    const share = Math.min(1, Math.max(0, (tank.percent ?? 0) / 100))
    setAttributes(level, { y: 6 + 110 * (1 - share), height: 110 * share })
    tankPanel.classList.toggle('tank-low', tank.low)
    setText(percent, tank.percent === null ? say('unknownValue') : format.quantity(tank.percent, 0, '%'))
    const holds = tank.litres === null ? '' : tell('tankHolds', { litres: litres(tank.litres, context) })
    setText(note, `${tank.low ? `${say('tankLow')} · ` : ''}${holds}`)
  }
  const rows = (house: GreenhouseView) => {
    const { pump, flow_Lmin, pressure_kPa, zones } = house
    const today = zones.reduce((sum, zone) => sum + zone.today_L, 0)
    const measured = (value: number | null, unit: string) =>
      value === null ? say('unknownValue') : format.quantity(value, 1, unit)
    return [
      ...(pump === null ? [] : [[say('pump'), say(pumpWord(pump, house))] as const]),
      [tell('flow'), measured(flow_Lmin, 'L/min')] as const,
      [tell('pressure'), measured(pressure_kPa, 'kPa')] as const,
      [tell('todayAll'), litres(today, context)] as const,
    ]
  }
  return {
    element: pageOf(context, { title: tell('tankPage') }, tankPanel, none, figures),
    title: tell('tankPage'),
    update({ house }) {
      if (house === undefined) return
      showTank(house)
      const shown = rows(house)
      slot(shown, () => [facts(shown)])
    },
  }
}
