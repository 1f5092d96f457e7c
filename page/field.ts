import { type Attributes, h } from './element.ts'

/** One field of a form under its label; several stand beside each other where there is room. */
export function field(label: string, input: HTMLInputElement | HTMLSelectElement, wide = false): HTMLElement {
  return h(
    'div',
    { class: wide ? 'plan-field plan-field-wide' : 'plan-field' },
    h('label', { for: input.id }, label),
    input,
  )
}

export function inputOf(attributes: Attributes, take: (input: HTMLInputElement) => void): HTMLInputElement {
  const input = h('input', { autocomplete: 'off', ...attributes })
  input.addEventListener('input', () => take(input))
  return input
}

export function selectOf(
  attributes: Attributes,
  options: readonly { readonly value: string; readonly words: string }[],
  chosen: string,
  take: (value: string) => void,
): HTMLSelectElement {
  const select = h('select', attributes, ...options.map(({ value, words }) => h('option', { value }, words)))
  // A value that is not among the options stays visible as it is: nothing is changed by being looked at.
  if (!options.some(({ value }) => value === chosen)) select.append(h('option', { value: chosen }, chosen))
  select.value = chosen
  select.addEventListener('change', () => take(select.value))
  return select
}
