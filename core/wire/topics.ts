import { type EdgeId, edgeId, type SiteId, siteId } from '../ids.ts'

/** Most urgent first. `evidence` is reserved; its rows are not sent yet. */
export const LANES = ['alarm', 'state', 'live'] as const
export type Lane = (typeof LANES)[number]

const ROOT = 'tram/v1'

/**
 * The topics of one edge. Upward: `up/{lane}`, `series`, `describe`, `hello`, `alive`, `relay`.
 * Downward: `ack`, `want`, `cmd`, `docs`, `relayed`.
 */
export function edgeTopics(site: SiteId, edge: EdgeId) {
  const base = `${ROOT}/${site}/${edge}`
  return {
    base,
    up: (lane: Lane) => `${base}/up/${lane}`,
    series: `${base}/series`,
    describe: `${base}/describe`,
    hello: `${base}/hello`,
    alive: `${base}/alive`,
    ack: `${base}/ack`,
    want: `${base}/want`,
    cmd: `${base}/cmd`,
    /** The hub's documents have changed: come and fetch. */
    docs: `${base}/docs`,
    /** Sealed frames that this node heard from a neighbour by radio, and what goes back to that neighbour. */
    relay: `${base}/relay`,
    relayed: `${base}/relayed`,
  } as const
}

/** What the hub listens to, over all edges. */
export const HUB_FILTERS = ['up/+', 'series', 'describe', 'hello', 'alive'].map(
  (tail) => `${ROOT}/+/+/${tail}`,
)

export type UpTopic =
  | { readonly kind: 'up'; readonly site: SiteId; readonly edge: EdgeId; readonly lane: Lane }
  | { readonly kind: 'series' | 'describe' | 'hello' | 'alive'; readonly site: SiteId; readonly edge: EdgeId }

/** Where the hub listens for frames that edges relay for each other. */
export const RELAY_FILTER = `${ROOT}/+/+/relay`

/** Whose `relay` topic it is; undefined for any other topic. */
export function parseRelayTopic(topic: string): { readonly site: SiteId; readonly edge: EdgeId } | undefined {
  const [root, version, siteText, edgeText, tail, ...rest] = topic.split('/')
  if (`${root}/${version}` !== ROOT || tail !== 'relay' || rest.length > 0) return undefined
  const site = siteId(siteText ?? '')
  const edge = edgeId(edgeText ?? '')
  return site.ok && edge.ok ? { site: site.value, edge: edge.value } : undefined
}

/** Reads an upward topic; undefined for anything that is not one. */
export function parseUpTopic(topic: string): UpTopic | undefined {
  const [root, version, siteText, edgeText, tail, laneText, ...rest] = topic.split('/')
  if (`${root}/${version}` !== ROOT || rest.length > 0) return undefined
  const site = siteId(siteText ?? '')
  const edge = edgeId(edgeText ?? '')
  if (!site.ok || !edge.ok) return undefined
  const who = { site: site.value, edge: edge.value }
  if (tail === 'up') {
    const lane = LANES.find((name) => name === laneText)
    return lane === undefined ? undefined : { kind: 'up', ...who, lane }
  }
  if (laneText !== undefined) return undefined
  if (tail === 'series' || tail === 'describe' || tail === 'hello' || tail === 'alive')
    return { kind: tail, ...who }
  return undefined
}
