import { h, setText } from '../../../page/element.ts'
import type { Context, View } from './context.ts'
import type { Route } from './route.ts'
import type { Scene } from './scene.ts'
import { createHome } from './views/home.ts'

type Make = (context: Context) => View

/**
 * The page of a route. Home is there at once; the others come in two pieces when the first of each is opened, for every
 * piece costs a phone the headers of an answer, and the service worker keeps both.
 */
export function viewOf(route: Route, context: Context): View {
  switch (route.page) {
    case 'home':
      return createHome(context)
    case 'zone':
      return lazy(
        context,
        charts,
        ({ createZonePage }) =>
          (own) =>
            createZonePage(own, route.id),
      )
    case 'water':
      return lazy(context, pages, ({ createTankPage }) => createTankPage)
    case 'history':
      return lazy(context, charts, ({ createHistory }) => createHistory)
    case 'climate':
      return lazy(context, pages, ({ createClimate }) => createClimate)
    case 'programs':
      return lazy(context, pages, ({ createPrograms }) => createPrograms)
    case 'program':
      return lazy(
        context,
        pages,
        ({ createProgramPage }) =>
          (own) =>
            createProgramPage(own, route.id),
      )
    case 'recipes':
      return lazy(context, pages, ({ createRecipes }) => createRecipes)
    case 'recipe':
      return lazy(
        context,
        pages,
        ({ createRecipePage }) =>
          (own) =>
            createRecipePage(own, route.id),
      )
    case 'climate-settings':
      return lazy(context, pages, ({ createClimateSettings }) => createClimateSettings)
    case 'alarms':
      return lazy(context, pages, ({ createAlarms }) => createAlarms)
    case 'use':
      return lazy(context, pages, ({ createUse }) => createUse)
    case 'accounts':
      return lazy(context, pages, ({ createAccounts }) => createAccounts)
    case 'edits':
      return lazy(context, pages, ({ createEdits }) => createEdits)
    case 'settings':
      return lazy(context, pages, ({ createSettings }) => createSettings)
    case 'more':
      return lazy(context, pages, ({ createMore }) => createMore)
  }
}

const charts = () => import('./views/with-charts.ts')
const pages = () => import('./views/without-charts.ts')

function lazy<T>(context: Context, load: () => Promise<T>, pick: (piece: T) => Make): View {
  const { say } = context.voice
  const words = h('p', { class: 'quiet', role: 'status' }, say('loading'))
  const element = h('div', { class: 'lazy' }, words)
  let view: View | undefined
  let closed = false
  const show = (piece: T) => {
    if (closed) return
    view = pick(piece)(context)
    element.replaceChildren(view.element)
    view.update(context.scene())
  }
  load().then(show, () => setText(words, say('pageNotLoaded')))
  return {
    element,
    get title() {
      return view?.title ?? say('home')
    },
    update: (scene: Scene) => view?.update(scene),
    leave: () => view?.leave?.() ?? Promise.resolve(true),
    close() {
      closed = true
      view?.close?.()
    },
  }
}
