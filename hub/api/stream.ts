import type { ServerResponse } from 'node:http'
import { type Cancel, type Clock, every } from '../../core/clock.ts'
import type { Alerts } from '../alerts/alerts.ts'
import type { Fleet } from '../fleet/fleet.ts'
import type { Changes } from '../ingest/ingest.ts'
import { guarded, type Refuse } from '../refusals.ts'
import type { CommandView, StreamEvent } from './schema.ts'

export const CLIENTS_MAX = 200
/** A station is told at most five times a second. */
const COALESCE_MS = 200
const HEARTBEAT_MS = 15_000
/** Bytes that may wait for one client; a slower one is cut and comes back for the state of then. */
const BUFFER_BYTES_MAX = 512 * 1024
/** How long a browser waits before it comes back. */
const RETRY_MS = 2_000
const RETRY_SLOW_MS = 10_000

/** Server-sent events for whoever watches; nothing is worked out while nobody does. */
export interface LiveStream {
  /** False when there are too many clients. */
  add(response: ServerResponse): boolean
  changed(changes: Changes): void
  /** A document of an edge came, changed or went; `id` is without the edge. */
  document(edge: string, id: string): void
  /** A command was given, sent or answered. */
  command(view: CommandView): void
  clients(): number
  close(): void
}

export function createLiveStream(options: {
  readonly wall: Clock
  readonly fleet: Fleet
  readonly alerts: Alerts
  readonly refuse: Refuse
}): LiveStream {
  const { wall, fleet, alerts, refuse } = options
  const clients = new Set<ServerResponse>()
  const dirty = new Set<string>()
  /** What was told last, so that only what changed is told. */
  const told = new Map<string, string>()
  let armed: Cancel | undefined
  let lastFlush = Number.NEGATIVE_INFINITY

  const write = (text: string) => {
    for (const client of clients) {
      if (client.writableLength + text.length <= BUFFER_BYTES_MAX) client.write(text)
      else {
        client.end(`retry: ${RETRY_SLOW_MS}\n\n`)
        clients.delete(client)
        // What is buffered for it would stay in memory for as long as it does not read.
        client.destroy()
      }
    }
  }
  const tell = ({ event, data }: StreamEvent) => write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
  const tellChanged = (key: string, event: StreamEvent) => {
    const text = JSON.stringify(event.data)
    if (told.get(key) === text) return
    told.set(key, text)
    tell(event)
  }
  const flush = () => {
    armed = undefined
    lastFlush = wall.monotonic()
    // What is shown is read from the disk: should that fail, pages are told at the next change.
    guarded(refuse, tellDirty)
  }
  const tellDirty = () => {
    for (const edge of dirty) {
      for (const station of fleet.stationsOf(edge))
        tellChanged(`station ${edge} ${station.id}`, { event: 'station', data: station })
      const view = fleet.edge(edge)
      if (view !== undefined) tellChanged(`edge ${edge}`, { event: 'edge', data: view })
    }
    dirty.clear()
  }
  const heartbeat = every(wall, HEARTBEAT_MS, () => write(':\n\n'))

  return {
    add(response) {
      if (clients.size >= CLIENTS_MAX) return false
      clients.add(response)
      response.on('close', () => clients.delete(response))
      response.write(`retry: ${RETRY_MS}\n\n`)
      return true
    },
    changed({ edges, alarms, alerts: ids }) {
      if (clients.size === 0) {
        told.clear()
        return
      }
      for (const { edge, alarm } of alarms) tell({ event: 'alarm', data: { edge, alarm } })
      for (const id of ids) {
        const alert = alerts.get(id)
        if (alert !== undefined) tell({ event: 'alert', data: alert })
      }
      for (const edge of edges) dirty.add(edge)
      const wait = Math.max(0, lastFlush + COALESCE_MS - wall.monotonic())
      if (dirty.size > 0) armed ??= wall.after(wait, flush)
    },
    command: (data) => tell({ event: 'command', data }),
    document(edge, id) {
      if (clients.size === 0) return
      tell({ event: id.startsWith('conflict:') ? 'conflict' : 'document', data: { edge, id } })
    },
    clients: () => clients.size,
    close() {
      heartbeat()
      armed?.()
      for (const client of clients) client.end()
      clients.clear()
    },
  }
}
