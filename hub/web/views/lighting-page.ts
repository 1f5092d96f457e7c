import { h, setText } from '../../../page/element.ts'
import type { Context, View } from '../context.ts'
import type { Route } from '../route.ts'

export type LightingRoute = Extract<Route, { readonly page: 'lights' | 'street' }>

/** Streets and their lamps. Loaded when it is opened: most screens of a flood hub never are on it. */
export function createLightingPage(context: Context, route: LightingRoute): View {
  const { say } = context.voice
  const note = h('p', { class: 'quiet panel' }, say('loading'))
  const element = h('div', { class: 'lighting' }, note)
  let view: View | undefined
  let last: Parameters<View['update']>[0] | undefined
  let closed = false
  import('./lighting/lighting.ts').then(
    ({ createLighting }) => {
      if (closed) return
      view = createLighting(context, route)
      element.replaceChildren(view.element)
      if (last !== undefined) view.update(last)
    },
    // The hub went away, or was replaced by another version, while this page stood open.
    () => setText(note, say('pageNotLoaded')),
  )
  return {
    element,
    get title() {
      return view?.title ?? say('lights')
    },
    update(scene) {
      last = scene
      view?.update(scene)
    },
    leave: () => view?.leave?.() ?? Promise.resolve(true),
    close() {
      closed = true
      view?.close?.()
    },
  }
}
