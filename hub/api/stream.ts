import type { ServerResponse } from 'node:http'
import type { Cancel, Clock } from '../../core/clock.ts'
import { isGreenhouseFault } from '../../core/documents/greenhouse-faults.ts'
import { isLightingFault } from '../../core/documents/lighting-faults.ts'
import { createEventClients, eventText } from '../../core/http/event-clients.ts'
import type { Alerts } from '../alerts/alerts.ts'
import type { Farms } from '../farm/farms.ts'
import type { Fleet } from '../fleet/fleet.ts'
import type { Changes } from '../ingest/changes.ts'
import type { Streets } from '../lighting/streets.ts'
import { guarded, type Refuse } from '../refusals.ts'
import type { CommandView, StreamEvent } from './schema.ts'

export const CLIENTS_MAX = 200
/** A station is told at most five times a second. */
const COALESCE_MS = 200
/** A street or a greenhouse is asked for anew by whoever shows it, with all that it has. */
const PLACES_MS = 2_000

/** Server-sent events for whoever watches; nothing is worked out while nobody does. */
export interface LiveStream {
  /** `head` are the headers of the answer beside those of the stream. */
  add(response: ServerResponse, head?: Readonly<Record<string, string>>): void
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
  readonly streets: Pick<Streets, 'documentsOf'>
  readonly farms: Pick<Farms, 'documentsOf'>
  readonly refuse: Refuse
}): LiveStream {
  const { wall, fleet, alerts, streets, farms, refuse } = options
  const clients = createEventClients<null>({ wall, clientsMax: CLIENTS_MAX, heartbeat: () => ':\n\n' })
  const dirty = new Set<string>()
  /** What was told last, so that only what changed is told. */
  const told = new Map<string, string>()
  /** Edges whose streets and greenhouses may have changed. */
  const dirtyPlaces = new Set<string>()

  const tell = ({ event, data }: StreamEvent) => clients.write(eventText(event, data))
  const tellChanged = (key: string, event: StreamEvent) => {
    const text = JSON.stringify(event.data)
    if (told.get(key) === text) return
    told.set(key, text)
    tell(event)
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
  const tellPlaces = () => {
    for (const edge of dirtyPlaces) {
      for (const { id } of streets.documentsOf(edge)) tell({ event: 'street', data: { edge, street: id } })
      for (const { id } of farms.documentsOf(edge)) tell({ event: 'farm', data: { edge, farm: id } })
    }
    dirtyPlaces.clear()
  }
  // What is shown is read from the disk: should that fail, pages are told at the next change.
  const stationsSoon = paced(wall, COALESCE_MS, () => guarded(refuse, tellDirty))
  const placesSoon = paced(wall, PLACES_MS, () => guarded(refuse, tellPlaces))

  return {
    add: (response, head = {}) => void clients.add(response, null, head),
    changed({ edges, alarms, alerts: ids }) {
      if (clients.count() === 0) {
        told.clear()
        return
      }
      for (const { edge, alarm } of alarms)
        if (isFlood(alarm.rule)) tell({ event: 'alarm', data: { edge, alarm } })
      for (const id of ids) {
        const alert = alerts.get(id)
        if (alert !== undefined && isFlood(alert.rule)) tell({ event: 'alert', data: alert })
      }
      for (const edge of edges) {
        dirty.add(edge)
        dirtyPlaces.add(edge)
      }
      if (edges.size > 0) {
        stationsSoon.arm()
        placesSoon.arm()
      }
    },
    command: (data) => tell({ event: 'command', data }),
    document(edge, id) {
      if (clients.count() === 0) return
      tell({ event: id.startsWith('conflict:') ? 'conflict' : 'document', data: { edge, id } })
    },
    clients: clients.count,
    close() {
      stationsSoon.stop()
      placesSoon.stop()
      clients.close()
    },
  }
}

/** What lamps and greenhouses are faulted for is asked for by their own pages, and sounds at no wall. */
function isFlood(rule: string): boolean {
  return !isLightingFault(rule) && !isGreenhouseFault(rule)
}

/** Does the work once it is armed, at once or as soon as `everyMs` have passed since it was done last. */
function paced(wall: Clock, everyMs: number, work: () => void): { arm(): void; stop(): void } {
  let armed: Cancel | undefined
  let last = Number.NEGATIVE_INFINITY
  const run = () => {
    armed = undefined
    last = wall.monotonic()
    work()
  }
  return {
    arm() {
      armed ??= wall.after(Math.max(0, last + everyMs - wall.monotonic()), run)
    },
    stop: () => armed?.(),
  }
}
