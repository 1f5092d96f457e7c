export const PAGES = [
  'home',
  'programs',
  'recipes',
  'climate',
  'water',
  'history',
  'alarms',
  'use',
  'accounts',
  'edits',
  'settings',
  'more',
] as const
/** Pages of one thing, by its id. */
export const THING_PAGES = ['zone', 'program', 'recipe'] as const

export type Page = (typeof PAGES)[number]
export type ThingPage = (typeof THING_PAGES)[number]
export type Route =
  | { readonly page: Page }
  | { readonly page: 'climate-settings' }
  | { readonly page: ThingPage; readonly id: string }

/** `#/`, `#/programs`, `#/zone/{id}`, …; anything else is home, where nobody is lost. */
export function routeOf(hash: string): Route {
  const [name, id] = hash.replace(/^#\/?/, '').split('/')
  if (name === 'climate' && id === 'settings') return { page: 'climate-settings' }
  const thing = THING_PAGES.find((known) => known === name)
  if (thing !== undefined && id !== undefined && id !== '') return { page: thing, id: decoded(id) }
  return { page: PAGES.find((known) => known === name) ?? 'home' }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

export const hrefOf = (page: Page): string => (page === 'home' ? '#/' : `#/${page}`)
export const thingHref = (page: ThingPage, id: string): string => `#/${page}/${encodeURIComponent(id)}`
/** A program or recipe that is not there yet. */
export const NEW = '+'
