import { button, h, setAttributes, setText } from '../../../../page/element.ts'
import { stepFrom } from '../step.ts'
import { icon } from './icons.ts'

export interface StepperOptions {
  readonly label: string
  readonly less: string
  readonly more: string
  readonly take: (value: number) => void
}

export interface Range {
  readonly least: number
  readonly most: number
  readonly unit: string
}

/** One number between two keys that a wet thumb finds. */
export function createStepper({ label, less, more, take }: StepperOptions) {
  let value = 1
  let range: Range = { least: 1, most: 100, unit: '' }
  const figure = h('b', { class: 'stepper-figure' })
  const unit = h('span', { class: 'stepper-unit' })
  const shown = h(
    'output',
    { class: 'stepper-value', 'aria-live': 'polite', 'aria-label': label },
    figure,
    ' ',
    unit,
  )
  const key = (words: string, name: 'minus' | 'plus', up: boolean) => {
    const element = button('', () => move(up), { class: 'stepper-key', 'aria-label': words })
    element.append(icon(name, 32))
    return element
  }
  const down = key(less, 'minus', false)
  const up = key(more, 'plus', true)
  const show = () => {
    setText(figure, String(value))
    setText(unit, range.unit)
    setAttributes(down, { disabled: value <= range.least })
    setAttributes(up, { disabled: value >= range.most })
  }
  const set = (next: number) => {
    value = Math.min(range.most, Math.max(range.least, next))
    show()
    take(value)
  }
  const move = (upwards: boolean) => {
    const step = stepFrom(value, upwards)
    const next = upwards ? Math.floor(value / step + 1) * step : Math.ceil(value / step - 1) * step
    set(next)
  }
  return {
    element: h('div', { class: 'stepper', role: 'group', 'aria-label': label }, down, shown, up),
    set,
    within(next: Range, start: number) {
      range = next
      set(start)
    },
  }
}
