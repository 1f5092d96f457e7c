export type Route =
  | { readonly page: 'overview' }
  | { readonly page: 'nodes' }
  | { readonly page: 'node'; readonly edge: string }
  | { readonly page: 'station'; readonly station: string }

/** `#/`, `#/nodes`, `#/node/{edge}`, `#/station/{id}`; anything else is the overview, where nobody is lost. */
export function routeOf(hash: string): Route {
  const [page, id] = hash.replace(/^#\/?/, '').split('/')
  if (page === 'nodes') return { page: 'nodes' }
  if (page === 'node' && id !== undefined && id !== '') return { page: 'node', edge: decoded(id) }
  if (page === 'station' && id !== undefined && id !== '') return { page: 'station', station: decoded(id) }
  return { page: 'overview' }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

export const nodeHref = (edge: string): string => `#/node/${encodeURIComponent(edge)}`
