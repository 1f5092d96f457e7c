import { button, createKeyedList, createSlot, h, setAttributes, setText } from '../../../../page/element.ts'
import type { LampView, StreetView } from '../../../api/lighting-schema.ts'
import type { Selection } from '../../views/lighting/selection.ts'
import type { LightingWord } from '../../words-lighting.ts'
import { LAMP_FILTERS, type LampFilter, lampWords, percent, type Voices, watts } from './lamp-look.ts'
import { lampMarkOf, markKey } from './lamp-mark.ts'

const FILTER_WORDS = {
  all: 'filterAll',
  faulty: 'filterFaulty',
  silent: 'filterSilent',
  held: 'filterHeld',
} as const satisfies Record<LampFilter, LightingWord>
const FILTERS: readonly LampFilter[] = ['all', 'faulty', 'silent', 'held']

/** The same lamps as the map, as rows: for keyboards, screen readers, and whoever knows the number on the pole. */
export function createLampList(voices: Voices, press: (lamp: string) => void) {
  const { voice, light } = voices
  let street: StreetView | undefined
  let now = 0
  let selection: Selection = new Set()
  let filter: LampFilter = 'all'
  const chips = FILTERS.map((name) => ({
    name,
    chip: button('', () => {
      filter = name
      draw()
    }),
  }))
  const empty = h('p', { class: 'quiet' }, light('noLamps'))
  const body = h('tbody', {})
  const heads = (['pole', 'level', 'power', 'feeder', 'state', 'heard'] as const).map((word) =>
    h('th', { scope: 'col' }, light(word)),
  )
  const table = h('table', { class: 'lamp-table' }, h('thead', {}, h('tr', {}, h('td', {}), ...heads)), body)
  const show = createKeyedList<LampView>(
    body,
    ({ id }) => id,
    (lamp) => createRow(lamp, voices, press),
  )
  const draw = () => {
    if (street === undefined) return
    const known = street
    for (const { name, chip } of chips) {
      setText(chip, light(FILTER_WORDS[name], { count: known.lamps.filter(LAMP_FILTERS[name]).length }))
      setAttributes(chip, { class: 'choice', 'aria-pressed': String(name === filter) })
    }
    const wanted = known.lamps.filter(LAMP_FILTERS[filter])
    setAttributes(empty, { hidden: wanted.length > 0 })
    setAttributes(table, { hidden: wanted.length === 0 })
    show(wanted.map((lamp) => ({ ...lamp })))
  }
  const createRow = (first: LampView, own: Voices, toggle: (lamp: string) => void) => {
    const check = h('input', { type: 'checkbox', 'aria-label': light('selectLamp', { pole: first.pole }) })
    check.addEventListener('change', () => toggle(first.id))
    const cells = h('td', { class: 'lamp-pole' })
    const level = h('td', {})
    const power = h('td', {})
    const feeder = h('td', {})
    const state = h('td', { class: 'lamp-state' })
    const heard = h('td', {})
    const pick = h('td', { class: 'lamp-pick' }, h('label', {}, check))
    const element = h('tr', {}, pick, cells, level, power, feeder, state, heard)
    const slot = createSlot(cells)
    return {
      element,
      update(lamp: LampView) {
        if (street === undefined) return
        check.checked = selection.has(lamp.id)
        element.classList.toggle('row-selected', check.checked)
        slot([lamp.pole, markKey(lamp)], () => [h('span', {}, lampMarkOf(lamp), lamp.pole)])
        setText(level, levelWords(lamp, own))
        setText(power, watts(lamp.power, voice))
        setText(
          feeder,
          street.feeders.find(({ id }) => id === lamp.feeder)?.name[voice.language] ?? lamp.feeder,
        )
        const words = lampWords(lamp, street, now, own).join(' · ')
        setText(state, words === '' ? voice.say('noValue') : words)
        setText(heard, heardWords(lamp, street, now, own))
        for (const [index, cell] of [cells, level, power, feeder, state, heard].entries()) {
          setAttributes(cell, { 'data-head': heads[index]?.textContent ?? '' })
        }
      },
    }
  }
  return {
    element: h(
      'div',
      { class: 'lamp-list' },
      h(
        'div',
        { class: 'choices', role: 'group', 'aria-label': light('filter') },
        ...chips.map(({ chip }) => chip),
      ),
      empty,
      h('div', { class: 'lamp-rows' }, table),
    ),
    update(next: StreetView, chosen: Selection, at: number) {
      street = next
      selection = chosen
      now = at
      draw()
    },
  }
}

/** What the lamp gives, and what it should, where the two differ. */
export function levelWords({ level, wanted }: LampView, { voice, light }: Voices): string {
  const given = level === null ? light('lampUnknown') : level === 0 ? light('lampOff') : percent(level, voice)
  if (wanted === null || level === null || Math.abs(wanted - level) < 1) return given
  return `${given}, ${light('wanted', { level: percent(wanted, voice) })}`
}

export function heardWords(
  lamp: LampView,
  street: StreetView,
  now: number,
  { voice, light }: Voices,
): string {
  return lamp.heardAt === null ? light('never') : voice.format.time(lamp.heardAt, street.timeZone, now)
}
