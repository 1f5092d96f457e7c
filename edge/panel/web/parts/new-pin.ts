import { h } from '../../../../page/element.ts'
import { PIN_DIGITS } from '../../api-types.ts'
import type { Voice } from '../scene.ts'

/** A PIN that is chosen: asked for twice, digits alone. */
export function newPin({ say }: Pick<Voice, 'say'>, stem: string, least: number) {
  const { most } = PIN_DIGITS
  const input = (id: string) =>
    h('input', { id, type: 'password', inputmode: 'numeric', autocomplete: 'new-password', maxlength: most })
  const first = input(`${stem}-pin`)
  const again = input(`${stem}-pin-again`)
  const value = () => first.value.trim()
  return {
    fields: [
      h('label', { for: first.id }, say('newPin', { least, most })),
      first,
      h('label', { for: again.id }, say('newPinAgain')),
      again,
    ],
    value,
    /** What is wrong with it, and where to mend it. */
    wrong(): readonly [string, HTMLElement] | undefined {
      const digits = /^[0-9]+$/.test(value()) && value().length >= least && value().length <= most
      if (!digits) return [say('pinShort', { least, most }), first]
      return again.value.trim() === value() ? undefined : [say('pinsDiffer'), again]
    },
  }
}
