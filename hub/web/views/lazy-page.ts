import { h, setText } from '../../../page/element.ts'
import type { Context, View } from '../context.ts'

export interface LazyPage {
  readonly class: string
  /** While it is being loaded. */
  readonly title: string
  readonly load: () => Promise<View>
}

/** A page that is loaded when it is opened: most screens of a flood hub never are on it. */
export function createLazyPage({ voice: { say } }: Context, page: LazyPage): View {
  const note = h('p', { class: 'quiet panel' }, say('loading'))
  const element = h('div', { class: page.class }, note)
  let view: View | undefined
  let last: Parameters<View['update']>[0] | undefined
  let closed = false
  page.load().then(
    (loaded) => {
      if (closed) return loaded.close?.()
      view = loaded
      element.replaceChildren(view.element)
      if (last !== undefined) view.update(last)
    },
    // The hub went away, or was replaced by another version, while this page stood open.
    () => setText(note, say('pageNotLoaded')),
  )
  return {
    element,
    get title() {
      return view?.title ?? page.title
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
