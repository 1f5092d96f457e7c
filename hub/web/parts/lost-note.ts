import { h, setAttributes, setText } from '../../../page/element.ts'
import type { Scene } from '../context.ts'
import { headlineOf } from '../headline.ts'
import type { Voice } from '../wording.ts'

/** Says on every page, over its foot, that the hub is lost and how old the figures are. It moves nothing. */
export function createLostNote() {
  const element = h('p', { class: 'lost-note', role: 'alert' })
  return {
    element,
    update(scene: Scene, voice: Voice) {
      const lost = scene.link === 'lost'
      setAttributes(element, { hidden: !lost })
      setText(element, lost ? headlineOf(scene, voice).title : '')
    },
  }
}
