import { h, setText } from '../../../page/element.ts'
import type { Context, View } from './context.ts'
import type { Route } from './route.ts'
import type { Scene } from './scene.ts'
import { createHome } from './views/home.ts'

type Make = (context: Context) => View

/** The page of a route. Home is there at once; the others are loaded when they are opened, and kept by the service worker. */
export function viewOf(route: Route, context: Context): View {
  switch (route.page) {
    case 'home':
      return createHome(context)
    case 'zone':
      return lazy(context, async () => {
        const { createZonePage } = await import('./views/zone.ts')
        return (own) => createZonePage(own, route.id)
      })
    case 'programs':
      return lazy(context, async () => (await import('./views/programs.ts')).createPrograms)
    case 'program':
      return lazy(context, async () => {
        const { createProgramPage } = await import('./views/program.ts')
        return (own) => createProgramPage(own, route.id)
      })
    case 'recipes':
      return lazy(context, async () => (await import('./views/recipes.ts')).createRecipes)
    case 'recipe':
      return lazy(context, async () => {
        const { createRecipePage } = await import('./views/recipe.ts')
        return (own) => createRecipePage(own, route.id)
      })
    case 'climate':
      return lazy(context, async () => (await import('./views/climate.ts')).createClimate)
    case 'climate-settings':
      return lazy(context, async () => (await import('./views/climate-settings.ts')).createClimateSettings)
    case 'water':
      return lazy(context, async () => (await import('./views/tank.ts')).createTankPage)
    case 'history':
      return lazy(context, async () => (await import('./views/history.ts')).createHistory)
    case 'alarms':
      return lazy(context, async () => (await import('./views/alarms.ts')).createAlarms)
    case 'use':
      return lazy(context, async () => (await import('./views/use.ts')).createUse)
    case 'accounts':
      return lazy(context, async () => (await import('./views/accounts.ts')).createAccounts)
    case 'edits':
      return lazy(context, async () => (await import('./views/edits.ts')).createEdits)
    case 'settings':
      return lazy(context, async () => (await import('./views/settings.ts')).createSettings)
    case 'more':
      return lazy(context, async () => (await import('./views/more.ts')).createMore)
  }
}

function lazy(context: Context, load: () => Promise<Make>): View {
  const { say } = context.voice
  const words = h('p', { class: 'quiet', role: 'status' }, say('loading'))
  const element = h('div', { class: 'lazy' }, words)
  let view: View | undefined
  let closed = false
  const show = (make: Make) => {
    if (closed) return
    view = make(context)
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
