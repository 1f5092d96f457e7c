import { button, type Child, h, setAttributes, setText } from '../element.ts'
import { decimalsOf, readNumber, writtenNumber } from './numbers.ts'
import type { EditorVoice } from './words.ts'

/** Something wrong with a document, and where: a JSON pointer into it, or undefined for no one place. */
export interface Complaint {
  readonly at: string | undefined
  readonly text: string
}

export interface NumberShape {
  readonly unit: string
  readonly least: number
  readonly most: number
}

export interface Option<T> {
  readonly value: T
  readonly words: string
}

interface Known {
  readonly at: string
  readonly trouble: HTMLElement
  readonly element: HTMLElement
  readonly control: Element
  /** What is wrong with what stands in it, before anybody else is asked. */
  own: string
}

export type Fields = ReturnType<typeof createFields>

/** A field with the faults of ten zones above it would be out of sight; mending two often mends all. */
const COMPLAINTS_SHOWN = 2

/** The fields of one form, each under its label and with its own line for what is wrong with it. */
export function createFields({ say, format }: EditorVoice, stem: string, readOnly: boolean) {
  /** Those that a rebuilt part has taken away go when the next complaints are told. */
  let known: Known[] = []
  let made = 0

  const show = (field: Known, told: string) => {
    const text = field.own === '' ? told : field.own
    setText(field.trouble, text)
    setAttributes(field.trouble, { hidden: text === '' })
    setAttributes(field.control, { 'aria-invalid': text === '' ? undefined : 'true' })
  }
  /** Registers a control under its label; `labelled` for one that a label element can point to. */
  const place = (
    at: string,
    label: string,
    control: Element,
    labelled: boolean,
    ...more: readonly Child[]
  ) => {
    const id = `${stem}-${++made}`
    const trouble = h('p', { class: 'field-trouble', id: `${id}-trouble`, hidden: true, role: 'alert' })
    setAttributes(control, { id, 'aria-describedby': trouble.id })
    if (readOnly) setAttributes(control, { disabled: true })
    const name = labelled
      ? h('label', { class: 'field-label', for: id }, label)
      : h('span', { class: 'field-label', 'aria-hidden': 'true' }, label)
    const element = h(
      'div',
      { class: 'field' },
      name,
      h('div', { class: 'field-row' }, control, ...more),
      trouble,
    )
    const field: Known = { at, trouble, element, control, own: '' }
    known.push(field)
    return { element, field }
  }
  const keys = (label: string, buttons: readonly HTMLButtonElement[]) => {
    if (readOnly) for (const press of buttons) press.disabled = true
    return h('div', { class: 'field-keys', role: 'group', 'aria-label': label }, ...buttons)
  }

  return {
    text(at: string, label: string, value: string, take: (value: string) => void): HTMLElement {
      const input = h('input', { type: 'text', value, maxlength: 60, autocomplete: 'off' })
      const { element, field } = place(at, label, input, true)
      input.addEventListener('input', () => {
        const text = input.value.trim()
        field.own = text === '' ? say('nameMissing') : ''
        show(field, '')
        if (text !== '') take(text)
      })
      return element
    },
    /** Written with a comma or a point, whichever the thumb finds. */
    number(at: string, label: string, value: number, shape: NumberShape, take: (value: number) => void) {
      const input = h('input', {
        ...{ type: 'text', inputmode: 'decimal', class: 'field-number', autocomplete: 'off' },
        ...{ value: writtenNumber(value, format.number(1.5, 1).includes(',')), maxlength: 12 },
      })
      const unit = h('span', { class: 'field-unit' }, shape.unit)
      const { element, field } = place(at, label, input, true, unit)
      input.addEventListener('input', () => {
        const given = readNumber(input.value)
        field.own = given === undefined ? say('numberWrong') : rangeWrong(given, shape)
        show(field, '')
        if (given !== undefined && field.own === '') take(given)
      })
      return element
    },
    /** Always of 24 hours, whatever the browser was set to; there is no 25:00 to be chosen. */
    clock(
      at: string,
      label: string,
      value: string,
      take: (value: string) => void,
      ...more: readonly Child[]
    ) {
      const [hour = '00', minute = '00'] = value.split(':')
      const minutes = ['00', '05', '10', '15', '20', '25', '30', '35', '40', '45', '50', '55']
      const pick = (words: string, chosen: string, all: readonly string[]) => {
        const options = all.includes(chosen) ? all : [...all, chosen].toSorted()
        const select = h(
          'select',
          { class: 'field-clock', 'aria-label': `${label}: ${words}`, disabled: readOnly },
          ...options.map((one) => h('option', { value: one, selected: one === chosen }, one)),
        )
        select.addEventListener('change', () => take(`${hours.value}:${mins.value}`))
        return select
      }
      const hours = pick(
        say('hour'),
        hour,
        Array.from({ length: 24 }, (_, one) => String(one).padStart(2, '0')),
      )
      const mins = pick(say('minute'), minute, minutes)
      const both = h('div', { class: 'field-time', role: 'group', 'aria-label': label }, hours, ':', mins)
      return place(at, label, both, false, ...more).element
    },
    date(at: string, label: string, value: string, take: (value: string) => void): HTMLElement {
      const input = h('input', { type: 'date', value, required: true })
      input.addEventListener('change', () => {
        if (input.value !== '') take(input.value)
      })
      return place(at, label, input, true).element
    },
    toggle(at: string, label: string, value: boolean, take: (value: boolean) => void): HTMLElement {
      const input = h('input', { type: 'checkbox', class: 'switch-box', role: 'switch', checked: value })
      input.addEventListener('change', () => take(input.checked))
      const { element } = place(at, label, input, true)
      element.classList.add('field-switch')
      return element
    },
    /** A few keys of which one is pressed. */
    choice<T>(at: string, label: string, options: readonly Option<T>[], value: T, take: (value: T) => void) {
      const press = (chosen: T) => {
        options.forEach((option, index) => {
          const key = buttons[index]
          if (key !== undefined) setAttributes(key, { 'aria-pressed': String(option.value === chosen) })
        })
      }
      const buttons = options.map((option) =>
        button(
          option.words,
          () => {
            press(option.value)
            take(option.value)
          },
          { class: 'choice' },
        ),
      )
      press(value)
      return place(at, label, keys(label, buttons), false).element
    },
    /** Several keys, of which some are pressed; told in the order of the options. */
    several<T extends string>(
      at: string,
      label: string,
      options: readonly Option<T>[],
      value: readonly T[],
      take: (value: readonly T[]) => void,
    ) {
      const inOrder = (chosen: readonly T[]) =>
        options.map((option) => option.value).filter((one) => chosen.includes(one))
      return place(
        at,
        label,
        keys(
          label,
          pressable(options, value, false, (next) => take(inOrder(next))),
        ),
        false,
      ).element
    },
    /** Several keys, pressed in an order that counts. */
    ordered(
      at: string,
      label: string,
      options: readonly Option<string>[],
      value: readonly string[],
      take: (value: readonly string[]) => void,
    ) {
      return place(at, label, keys(label, pressable(options, value, true, take)), false).element
    },
    /** Shows each complaint at the field that it is about, and gives back those that are about none. */
    tell(complaints: readonly Complaint[]): readonly Complaint[] {
      known = known.filter(({ element }) => element.isConnected)
      const homes = complaints.map(({ at }) => (at === undefined ? undefined : nearest(known, at)))
      for (const field of known) {
        const own = complaints.filter((_, index) => homes[index] === field).map(({ text }) => text)
        const more = own.length - COMPLAINTS_SHOWN
        const rest = more > 0 ? [say('complaintsMore', { count: more })] : []
        show(field, [...own.slice(0, COMPLAINTS_SHOWN), ...rest].join(' '))
      }
      return complaints.filter((_, index) => homes[index] === undefined)
    },
    /** The first field, from above, in which something stands that is no value at all. */
    firstWrong(): Element | undefined {
      const wrong = known.filter(({ element, own }) => element.isConnected && own !== '')
      return wrong.map(({ control }) => control).toSorted(fromAbove)[0]
    },
  }

  function rangeWrong(value: number, { least, most, unit }: NumberShape): string {
    if (value >= least && value <= most) return ''
    const number = (one: number) => format.number(one, decimalsOf(one))
    return say('numberRange', { least: number(least), most: number(most), unit })
  }
}

function pressable<T extends string>(
  options: readonly Option<T>[],
  first: readonly T[],
  numbered: boolean,
  take: (chosen: readonly T[]) => void,
): readonly HTMLButtonElement[] {
  let chosen = first
  const press = (value: T) => {
    chosen = chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value]
    show()
    take(chosen)
  }
  const buttons = options.map(({ value, words }) => button(words, () => press(value), { class: 'choice' }))
  const show = () => {
    options.forEach(({ value, words }, index) => {
      const key = buttons[index]
      const turn = chosen.indexOf(value)
      if (key === undefined) return
      setAttributes(key, { 'aria-pressed': String(turn >= 0) })
      setText(key, numbered && turn >= 0 && chosen.length > 1 ? `${turn + 1}. ${words}` : words)
    })
  }
  show()
  return buttons
}

const fromAbove = (a: Element, b: Element): number =>
  (a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING) === 0 ? 1 : -1

/** The field at a pointer (a figure rather than its switch), or the innermost one around it, or the first within it. */
function nearest(fields: readonly Known[], at: string): Known | undefined {
  // What is about all programs together is about none of one's fields.
  if (at.split('/').length <= 2) return undefined
  const within = (inner: string, outer: string) => inner === outer || inner.startsWith(`${outer}/`)
  const around = fields.filter((field) => within(at, field.at)).toSorted((a, b) => a.at.length - b.at.length)
  return around.at(-1) ?? fields.find((field) => within(field.at, at))
}
