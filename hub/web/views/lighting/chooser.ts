import { button, createSlot, h, setAttributes, setText } from '../../../../page/element.ts'
import { feederMark } from '../../parts/lighting/lamp-mark.ts'
import type { LightContext } from './context.ts'
import { type NamedLamps, nameOf, type Selection } from './selection.ts'

export interface ChooserActions {
  readonly select: (next: Selection) => void
  /** Whether dragging over the map draws a rectangle. */
  readonly draw: (on: boolean) => void
}

/** Selects many lamps at once: those that have a name, or those inside a rectangle. */
export function createChooser({ light }: LightContext, { select, draw }: ChooserActions) {
  const names = h('div', { class: 'choices' })
  const slot = createSlot(names)
  const hint = h('p', { class: 'quiet choose-hint', role: 'status' }, light('mapHint'))
  const area = button(light('chooseArea'), () => drawing(!on), { class: 'choice', 'aria-pressed': 'false' })
  let on = false
  let current: string | undefined
  let chips: readonly { readonly key: string; readonly chip: HTMLButtonElement }[] = []

  const drawing = (next: boolean) => {
    on = next
    setAttributes(area, { 'aria-pressed': String(on) })
    setText(hint, light(on ? 'chooseAreaHint' : 'mapHint'))
    draw(on)
  }
  const chipOf = ({ key, words, lamps, line }: NamedLamps) => {
    // A second press lets go again.
    const chip = button(words, () => select(new Set(key === current ? [] : lamps)), { class: 'choice' })
    if (line !== undefined) chip.prepend(feederMark(line))
    return { key, chip }
  }
  return {
    drawing,
    element: h('div', { class: 'chooser', role: 'group', 'aria-label': light('choose') }, names, area, hint),
    update(named: readonly NamedLamps[], selection: Selection, asList: boolean) {
      current = nameOf(selection, named)?.key
      setAttributes(area, { hidden: asList })
      setAttributes(hint, { hidden: asList })
      slot(named, () => {
        chips = named.map(chipOf)
        return chips.map(({ chip }) => chip)
      })
      for (const { key, chip } of chips) setAttributes(chip, { 'aria-pressed': String(key === current) })
    },
  }
}
