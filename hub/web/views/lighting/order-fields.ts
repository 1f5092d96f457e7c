import { button, createSlot, h, setAttributes, setText } from '../../../../page/element.ts'
import type { StreetView } from '../../../api/lighting-schema.ts'
import type { Scene } from '../../context.ts'
import type { LightContext } from './context.ts'
import { DURATIONS, type Duration, durationWords, nextDawn } from './light-order.ts'

const PRESETS = [100, 70, 50, 0] as const
const STEP = 5
const REASONS = ['whyComplaint', 'whyEvent', 'whyWeather', 'whyWork'] as const

/** Level, duration and reason: what an order says beside its lamps. */
export function createOrderFields({ voice, light }: LightContext, changed: () => void) {
  const range = h('input', {
    type: 'range',
    id: 'light-level',
    min: 0,
    max: 100,
    step: STEP,
    value: 70,
  })
  const told = h('output', { for: 'light-level', class: 'light-level-value' })
  const setLevel = (level: number) => {
    range.value = String(level)
    changed()
  }
  range.addEventListener('input', changed)
  const presets = PRESETS.map((level) => ({
    level,
    press: button(level === 0 ? light('presetOff') : `${level}\u00a0%`, () => setLevel(level), {
      class: 'choice',
    }),
  }))
  const duration = h('select', { id: 'light-duration' })
  const slot = createSlot(duration)
  const reasons = h(
    'datalist',
    { id: 'light-reasons' },
    ...REASONS.map((reason) => h('option', { value: light(reason) })),
  )
  const why = h('input', {
    type: 'text',
    id: 'light-why',
    maxlength: 200,
    list: 'light-reasons',
    autocomplete: 'off',
  })
  const chosen = (): Duration => DURATIONS.find((known) => known === duration.value) ?? 'min30'
  return {
    elements: [
      h(
        'div',
        { class: 'light-level' },
        h('label', { for: 'light-level' }, light('orderLevel')),
        told,
        range,
        h(
          'div',
          { class: 'choices', role: 'group', 'aria-label': light('presets') },
          ...presets.map(({ press }) => press),
        ),
      ),
      h(
        'div',
        { class: 'light-words' },
        h('div', {}, h('label', { for: 'light-duration' }, light('howLong')), duration),
        h('div', {}, h('label', { for: 'light-why' }, light('why')), why, reasons),
      ),
    ],
    level: () => Number(range.value),
    duration: chosen,
    why: () => why.value.trim(),
    askWhy: () => why.focus(),
    sent() {
      why.value = ''
    },
    update(street: StreetView, { now }: Scene) {
      const level = Number(range.value)
      setText(told, `${voice.format.number(level)}\u00a0%`)
      for (const { level: own, press } of presets)
        setAttributes(press, { 'aria-pressed': String(own === level) })
      const before = chosen()
      const possible = DURATIONS.filter((name) => name !== 'dawn' || nextDawn(street, now) !== undefined)
      const words = possible.map((name) => durationWords(name, street, now, { voice, light }))
      slot(words, () => possible.map((value, index) => h('option', { value }, words[index])))
      duration.value = possible.includes(before) ? before : 'min30'
    },
  }
}
