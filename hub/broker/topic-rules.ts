import type { SiteId } from '../../core/ids.ts'
import { edgeId } from '../../core/ids.ts'
import { edgeTopics, parseRelayTopic, parseUpTopic } from '../../core/wire/topics.ts'

/** An edge publishes upward on its own topics and nowhere else. */
export function mayPublish(site: SiteId, edge: string, topic: string): boolean {
  const up = parseUpTopic(topic) ?? parseRelayTopic(topic)
  return up !== undefined && up.site === site && up.edge === edge
}

/** An edge hears its own downward topics, each by its full name: no wildcard reaches a neighbour. */
export function maySubscribe(site: SiteId, edge: string, filter: string): boolean {
  const id = edgeId(edge)
  if (!id.ok) return false
  const topics = edgeTopics(site, id.value)
  const downward: readonly string[] = [topics.ack, topics.want, topics.cmd, topics.docs, topics.relayed]
  return downward.includes(filter)
}

/** Only these say what an edge is for as long as nothing else is said. */
export function mayRetain(topic: string): boolean {
  const kind = parseUpTopic(topic)?.kind
  return kind === 'hello' || kind === 'describe' || kind === 'alive'
}
