import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type FakeClock, fakeClock } from '../../core/fakes/fake-clock.ts'
import { memoryBroker } from '../../core/fakes/memory-broker.ts'
import type { EdgeId, SiteId } from '../../core/ids.ts'
import { edgeId, siteId } from '../../core/ids.ts'
import { silentLog } from '../../core/log.ts'
import { openSqlite } from '../../core/node/sqlite.ts'
import type { Broker } from '../../core/ports/broker.ts'
import type { SqlStore } from '../../core/ports/sql-store.ts'
import { encodeCbor } from '../../core/wire/cbor.ts'
import type { CommandOutcome } from '../../core/wire/commands.ts'
import { decodeAck, decodeWant } from '../../core/wire/decoders.ts'
import type { Frame, Summary } from '../../core/wire/frame.ts'
import { encodeFrame } from '../../core/wire/frame-codec.ts'
import type { Ack, AlarmEvent, Hello, Want } from '../../core/wire/messages.ts'
import { edgeTopics } from '../../core/wire/topics.ts'
import { type Alerts, createAlerts } from '../../hub/alerts/alerts.ts'
import { createEdges, type Edges } from '../../hub/fleet/edges.ts'
import { createFleet, type Fleet } from '../../hub/fleet/fleet.ts'
import { createIngest, type Ingest } from '../../hub/ingest/ingest.ts'
import { createRefusals, type Refusals } from '../../hub/refusals.ts'
import type { Disk } from '../../hub/store/room.ts'
import { createHubStore, type HubStore } from '../../hub/store/store.ts'

export const EPOCH = '00112233445566aa'
export const T0 = Date.UTC(2026, 9, 1, 3)

function must<T>(result: { ok: true; value: T } | { ok: false }): T {
  if (!result.ok) throw new Error('bad id in a test')
  return result.value
}

export const SITE: SiteId = must(siteId('dong-ha'))
export const EDGE: EdgeId = must(edgeId('edge-1'))
export const TOPICS = edgeTopics(SITE, EDGE)

/** A directory that vanishes with `dispose`. */
export function temporary(): { readonly path: string; dispose(): void } {
  const path = mkdtempSync(join(tmpdir(), 'tram-hub-'))
  return { path, dispose: () => rmSync(path, { recursive: true, force: true }) }
}

/** The hub's inside on a real database, with an edge's end of a broker in memory. */
export interface World {
  readonly clock: FakeClock
  readonly sql: SqlStore
  readonly store: HubStore
  readonly edges: Edges
  readonly alerts: Alerts
  readonly fleet: Fleet
  readonly ingest: Ingest
  readonly refusals: Refusals
  readonly edge: Broker
  readonly acks: Ack[]
  readonly wants: Want[]
  /** What became of commands, as whoever keeps them was told. */
  readonly outcomes: (readonly [edge: string, outcome: CommandOutcome])[]
  settle(): Promise<void>
  send(frame: Frame): void
  hello(part?: Partial<Hello>): void
  series(...channels: string[]): void
  alarm(first: number, ...events: Partial<AlarmEvent>[]): void
  close(): void
}

export async function createWorld(
  timeZone = 'Asia/Ho_Chi_Minh',
  wrap = (sql: SqlStore) => sql,
  disk?: () => Disk | undefined,
): Promise<World> {
  const directory = temporary()
  const clock = fakeClock(T0)
  const sql = wrap(openSqlite(join(directory.path, 'hub.sqlite')))
  const store = createHubStore(sql, timeZone, disk)
  const refusals = createRefusals()
  const refuse = (problem: { code: Parameters<typeof refusals.count>[0] }) => refusals.count(problem.code)
  const edges = createEdges(sql, [EDGE, 'edge-2'])
  const alerts = createAlerts(sql)
  const fleet = createFleet({ clock, edges, store, alerts, refuse })
  const broker = memoryBroker(clock)
  const outcomes: World['outcomes'] = []
  const commands = { outcome: (...told: World['outcomes'][number]) => void outcomes.push(told) }
  const parts = { clock, wall: clock, log: silentLog, site: SITE, edges, store, alerts, commands, refuse }
  const ingest = createIngest({ ...parts, broker: broker.client('hub') })
  ingest.start()
  const edge = broker.client('edge')
  const acks: Ack[] = []
  const wants: Want[] = []
  edge.subscribe(TOPICS.ack, (_topic, payload) => acks.push(must(decodeAck(payload))))
  edge.subscribe(TOPICS.want, (_topic, payload) => wants.push(must(decodeWant(payload))))
  const settle = () => clock.advance(50)
  await settle()
  return {
    clock,
    sql,
    store,
    edges,
    alerts,
    fleet,
    ingest,
    refusals,
    edge,
    acks,
    wants,
    outcomes,
    settle,
    send: (frame) => void edge.publish(TOPICS.up(frame.lane), encodeFrame(frame)),
    hello(part = {}) {
      const hello: Hello = {
        v: 1,
        epoch: EPOCH,
        software: 'test',
        boot: 'b1',
        at: T0,
        clock: 'synced',
        lanes: [],
        series: 0,
        ...part,
      }
      void edge.publish(TOPICS.hello, encodeCbor(hello))
    },
    series(...channels) {
      const entries = channels.map((name) => {
        const [device = '', ...rest] = name.split('/')
        return { device, channel: rest.join('/'), unit: 'm', resolution: 0.001 }
      })
      void edge.publish(TOPICS.series, encodeCbor({ v: 1, epoch: EPOCH, from: 0, entries }))
    },
    alarm(first, ...events) {
      const rows = events.map((part, index) => {
        const at = part.at ?? T0 + first + index
        return { seq: first + index, at, body: encodeCbor({ ...ALARM, at, ...part }) }
      })
      const last = first + rows.length - 1
      const frame: Frame = { lane: 'alarm', epoch: EPOCH, first, last, gaps: [], events: rows }
      void edge.publish(TOPICS.up('alarm'), encodeFrame(frame))
    },
    close() {
      ingest.stop()
      sql.close()
      directory.dispose()
    },
  }
}

export const ALARM: AlarmEvent = {
  v: 1,
  alarm: 'dh/level/1',
  station: 'dh',
  rule: 'level',
  event: 'raised',
  level: 1,
  at: T0,
  text: { vi: 'Vượt BĐ1', en: 'Above BĐ1' },
}

/** A frame of `live` rows with consecutive numbers. */
export function liveFrame(
  first: number,
  rows: readonly {
    readonly series?: number
    readonly at: number
    readonly value: number
    readonly flag?: 1 | 3 | 4
    readonly summary?: Summary
  }[],
): Frame {
  const readings = rows.map(({ series = 0, at, value, flag = 1, summary }, index) => ({
    ...{ seq: first + index, series, at, value, flag },
    ...(summary !== undefined && { summary }),
  }))
  return { lane: 'live', epoch: EPOCH, first, last: first + rows.length - 1, gaps: [], readings }
}
