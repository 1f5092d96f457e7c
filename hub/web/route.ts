export type Route =
  | { readonly page: 'overview' }
  | { readonly page: 'nodes' }
  | { readonly page: 'node'; readonly edge: string }
  | { readonly page: 'station'; readonly station: string }
  | { readonly page: 'lights' }
  | {
      readonly page: 'street'
      readonly edge: string
      readonly street: string
      readonly part: StreetPart
      /** A lamp to show at once. */
      readonly lamp?: string
    }
  | { readonly page: 'farms' }
  | { readonly page: 'farm'; readonly edge: string; readonly farm: string; readonly part: FarmPart }

export const STREET_PARTS = ['lamps', 'plan', 'energy', 'faults'] as const
export type StreetPart = (typeof STREET_PARTS)[number]

export const FARM_PARTS = ['zones', 'programs', 'use', 'alarms'] as const
export type FarmPart = (typeof FARM_PARTS)[number]

export type LightingRoute = Extract<Route, { readonly page: 'lights' | 'street' }>
export type FarmRoute = Extract<Route, { readonly page: 'farms' | 'farm' }>

/**
 * `#/`, `#/nodes`, `#/node/{edge}`, `#/station/{id}`, `#/lights`, `#/lights/{edge}/{street}/{part}?lamp={id}`,
 * `#/farms`, `#/farms/{edge}/{id}/{part}`; anything else is the overview, where nobody is lost.
 */
export function routeOf(hash: string): Route {
  const [path = '', query] = hash.replace(/^#\/?/, '').split('?')
  const [page, ...rest] = path.split('/')
  const [id] = rest
  if (page === 'nodes') return { page: 'nodes' }
  if (page === 'node' && id !== undefined && id !== '') return { page: 'node', edge: decoded(id) }
  if (page === 'station' && id !== undefined && id !== '') return { page: 'station', station: decoded(id) }
  if (page === 'lights') return lightsRoute(rest, new URLSearchParams(query).get('lamp'))
  if (page === 'farms') return farmsRoute(rest)
  return { page: 'overview' }
}

function farmsRoute([edge, farm, part]: readonly string[]): Route {
  if (edge === undefined || farm === undefined || edge === '' || farm === '') return { page: 'farms' }
  return {
    page: 'farm',
    edge: decoded(edge),
    farm: decoded(farm),
    part: FARM_PARTS.find((known) => known === part) ?? 'zones',
  }
}

function lightsRoute([edge, street, part]: readonly string[], lamp: string | null): Route {
  if (edge === undefined || street === undefined || edge === '' || street === '') return { page: 'lights' }
  return {
    page: 'street',
    edge: decoded(edge),
    street: decoded(street),
    part: STREET_PARTS.find((known) => known === part) ?? 'lamps',
    ...(lamp === null ? {} : { lamp }),
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

export const nodeHref = (edge: string): string => `#/node/${encodeURIComponent(edge)}`

export function streetHref(edge: string, street: string, part: StreetPart = 'lamps'): string {
  const path = [edge, street, ...(part === 'lamps' ? [] : [part])]
  return `#/lights/${path.map(encodeURIComponent).join('/')}`
}

export function farmHref(edge: string, farm: string, part: FarmPart = 'zones'): string {
  const path = [edge, farm, ...(part === 'zones' ? [] : [part])]
  return `#/farms/${path.map(encodeURIComponent).join('/')}`
}
