import type { Clock } from '../../../core/clock.ts'
import type { Answer, Refusal } from '../../../page/ask.ts'
import { createSlot, h, setAttributes, setText } from '../../../page/element.ts'
import { createRefresh } from '../../../page/live/refresh.ts'
import type { Scene, View } from '../context.ts'
import type { Model } from '../live/model.ts'
import type { Voice } from '../wording.ts'

/** A page of one thing in parts behind tabs: a greenhouse, a street. */

const LEAST_MS = 1_000
const LONGEST_MS = 10_000

/** One part; all of them live as long as the page, so that nothing typed is lost by a look elsewhere. */
export interface PartView<T> {
  readonly element: HTMLElement
  update(thing: T, scene: Scene): void
  /** It is looked at, or no longer. */
  show?(shown: boolean): void
  /** Whether it may be closed, having asked where edits would be lost. */
  leave?(): Promise<boolean>
  close?(): void
}

export interface PartedPage<T, P extends string> {
  readonly voice: Voice
  readonly clock: Clock
  /** Of the page and of its head: `farm` for `farm-page`, `farm-head`, `farm-title`. */
  readonly style: string
  /** Until the thing is known. */
  readonly title: string
  readonly back: { readonly href: string; readonly words: string }
  readonly tabs: {
    readonly words: string
    readonly first: P
    readonly all: readonly { readonly part: P; readonly words: string; readonly href: string }[]
  }
  ask(): Promise<Answer<T>>
  /** What the model tells of the thing: it is asked for anew when that changes. */
  told(model: Model): unknown
  refused(refusal: Refusal): string
  nameOf(thing: T): string
  health(thing: T, scene: Scene): { readonly text: string; readonly tone: string }
  make(first: T, changed: () => void): Readonly<Record<P, PartView<T>>>
}

/** Asks for the thing as it changes, and shows the part that is chosen. */
export function createPartedPage<T, P extends string>(page: PartedPage<T, P>): View {
  const note = h('p', { class: 'quiet panel' }, page.voice.say('loading'))
  const element = h('div', { class: `${page.style}-page` }, note)
  let body: ReturnType<typeof createBody<T, P>> | undefined
  let thing: T | undefined
  let scene: Scene | undefined
  let seen: string | undefined
  const draw = () => {
    // What time it is at the hub is known with its first picture: until then nothing could be asked for a day.
    if (thing === undefined || scene?.model.loaded !== true) return
    if (body === undefined) {
      body = createBody(page, thing, refresh.wake)
      element.replaceChildren(...body.elements)
    }
    body.update(thing, scene)
  }
  const refresh = createRefresh({
    clock: page.clock,
    least_ms: LEAST_MS,
    longest_ms: LONGEST_MS,
    async ask() {
      const answer = await page.ask()
      if (answer.ok) {
        thing = answer.value
        draw()
      } else if (thing === undefined) setText(note, page.refused(answer.refusal))
    },
  })
  return {
    element,
    get title() {
      return thing === undefined ? page.title : page.nameOf(thing)
    },
    update(next) {
      scene = next
      const told = JSON.stringify([page.told(next.model), lastCommand(next), next.link])
      if (seen !== undefined && told !== seen) refresh.wake()
      seen = told
      draw()
    },
    leave: () => body?.leave() ?? Promise.resolve(true),
    close() {
      refresh.close()
      body?.close()
    },
  }
}

/** Changes with every command that is told. */
function lastCommand({ model }: Scene): string {
  const last = model.commands.at(-1)
  return last === undefined ? '' : `${last.id} ${last.state}`
}

function createBody<T, P extends string>(page: PartedPage<T, P>, first: T, changed: () => void) {
  const { style, back } = page
  const title = h('h1', {}, page.nameOf(first))
  const health = h('p', { class: 'status' })
  const slot = createSlot(health)
  const parts = page.make(first, changed)
  const tabs = page.tabs.all.map(({ part, words, href }) => {
    const tab = h('a', { class: 'menu-link', href }, words)
    tab.addEventListener('click', (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return
      event.preventDefault()
      // The address follows without a new page: what was typed in the other parts stays.
      history.replaceState(null, '', href)
      choose(part)
    })
    return { tab, name: part, part: parts[part] }
  })
  const choose = (chosen: P) => {
    for (const { name, tab, part } of tabs) {
      setAttributes(tab, { 'aria-current': name === chosen ? 'page' : undefined })
      setAttributes(part.element, { hidden: name !== chosen })
      part.show?.(name === chosen)
    }
  }
  const head = h(
    'header',
    { class: `${style}-head` },
    h('a', { href: back.href, class: 'back', 'aria-label': back.words }, '←'),
    h('div', { class: `${style}-title` }, title, health),
    h('nav', { class: 'menu', 'aria-label': page.tabs.words }, ...tabs.map(({ tab }) => tab)),
  )
  choose(page.tabs.first)
  return {
    elements: [head, ...tabs.map(({ part }) => part.element)],
    update(thing: T, scene: Scene) {
      setText(title, page.nameOf(thing))
      const words = page.health(thing, scene)
      slot(words, () => [words.text])
      setAttributes(health, { class: `status status-${words.tone}` })
      for (const { part } of tabs) part.update(thing, scene)
    },
    async leave() {
      for (const { part } of tabs) if ((await part.leave?.()) === false) return false
      return true
    },
    close() {
      for (const { part } of tabs) part.close?.()
    },
  }
}
