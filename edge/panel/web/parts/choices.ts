import { button, h, setAttributes } from '../../../../page/element.ts'

export interface Choice<T> {
  readonly value: T
  readonly words: string
}

/** A few large keys of which at most one is pressed. */
export function createChoices<T>(label: string, choices: readonly Choice<T>[], take: (value: T) => void) {
  const keys = choices.map(({ value, words }) =>
    button(words, () => take(value), { class: 'choice', 'aria-pressed': 'false' }),
  )
  return {
    element: h('div', { class: 'choices', role: 'group', 'aria-label': label }, ...keys),
    mark(chosen: T | undefined) {
      keys.forEach((key, index) => {
        setAttributes(key, { 'aria-pressed': String(choices[index]?.value === chosen) })
      })
    },
  }
}
