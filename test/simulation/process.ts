import { join } from 'node:path'
import type { FloodStation } from '../../core/documents/flood-station.ts'
import type { FakeClock } from '../../core/fakes/fake-clock.ts'
import type { MemoryBroker } from '../../core/fakes/memory-broker.ts'
import type { EdgeId, SiteId } from '../../core/ids.ts'
import { silentLog } from '../../core/log.ts'
import { openSqlite } from '../../core/node/sqlite.ts'
import { sqliteSource } from '../../core/node/sqlite-source.ts'
import type { DatagramNetwork } from '../../core/ports/datagram.ts'
import type { DocumentStore } from '../../core/ports/document-store.ts'
import type { SqlStore } from '../../core/ports/sql-store.ts'
import type { Random } from '../../core/random.ts'
import type { Reading } from '../../core/reading.ts'
import type { AlarmEvent } from '../../core/wire/messages.ts'
import type { DeviceDefinition } from '../../devices/define.ts'
import { createAgent } from '../../edge/agent.ts'
import { openCommandStore } from '../../edge/commands/command-store.ts'
import { createControlState } from '../../edge/control-state.ts'
import { stationCheck } from '../../edge/documents/stations.ts'
import type { LorawanConfig } from '../../edge/drivers/lorawan/config.ts'
import { createLorawanDriver } from '../../edge/drivers/lorawan/lorawan-driver.ts'
import { scopedClock } from '../../edge/drivers/lorawan/scoped-clock.ts'
import { deviceLookup } from '../../edge/load-config.ts'
import { createOutbox } from '../../edge/outbox/create-outbox.ts'
import { createSync } from '../../edge/outbox/sync.ts'
import { shapeLookup } from '../../edge/point-shapes.ts'
import { createRefusals } from '../../edge/refusals.ts'

/** What a node is made of in every one of its lives. */
export interface NodeParts {
  readonly clock: FakeClock
  readonly random: Random
  readonly network: DatagramNetwork
  readonly broker: MemoryBroker
  readonly site: SiteId
  readonly edge: EdgeId
  readonly station: FloodStation
  readonly definitions: ReadonlyMap<string, DeviceDefinition>
  readonly lorawan: LorawanConfig
  /** What survives a kill. */
  readonly folder: string
  readonly documents: DocumentStore
  readonly history: History
}

/** What a node has produced over all its lives, as the checkers know it. */
export interface History {
  /** Every reading that was handed to the outbox, and when. */
  readonly readings: { readonly reading: Reading; readonly handedAt: number }[]
  /** Alarm events in the order in which they were on disk. */
  readonly kept: AlarmEvent[]
  /** UTC of each kill. */
  readonly kills: number[]
}

export interface NodeProcess {
  /** As kill -9 does: no timer fires any more, no file is flushed, every socket is gone. */
  kill(): Promise<void>
  /** Rows that the hub has not committed, on disk or on their way there. */
  behind(): number
}

/** One life of an edge node, from power-up until it is killed. */
export function bootNode(parts: NodeParts, life: number): NodeProcess {
  const { folder, random, definitions, history, edge, site } = parts
  const clock = scopedClock(parts.clock)
  const stores: SqlStore[] = []
  const sockets: { close(): Promise<void> }[] = []
  const open = (name: string) => {
    const store = openSqlite(join(folder, name))
    stores.push(store)
    return store
  }
  const network: DatagramNetwork = {
    async bind(address) {
      const socket = await parts.network.bind(address)
      sockets.push(socket)
      return socket
    },
  }
  const refusals = createRefusals({ clock, log: silentLog })
  const outbox = createOutbox({
    source: { ...sqliteSource(join(folder, 'outbox.db')), open: () => open('outbox.db') },
    boot: `${edge}-${life}`,
    clock,
    random,
    log: silentLog,
    shape: shapeLookup(definitions),
    onFault: (problem) => refusals.note(problem, 'outbox'),
  })
  const agent = createAgent({
    clock,
    wall: clock,
    speed: 1,
    definitions,
    documents: parts.documents,
    stations: [parts.station],
    checkStation: stationCheck(deviceLookup(definitions)),
    memory: createControlState({ store: open('control.db'), clock, refusals }),
    commands: openCommandStore(open('commands.db')),
    refusals,
    outbox: {
      ...outbox,
      readings(batch, time) {
        for (const reading of batch) history.readings.push({ reading, handedAt: clock.now() })
        outbox.readings(batch, time)
      },
      async alarm(event, time, before) {
        const kept = await outbox.alarm(event, time, before)
        if (kept.ok && 'alarm' in event) history.kept.push(event)
        return kept
      },
    },
    drivers: (sink) => [
      {
        driver: createLorawanDriver({
          config: parts.lorawan,
          devices: definitions,
          clock,
          radioClock: clock,
          random,
          log: silentLog,
          sink,
          network,
          store: open('lorawan.db'),
        }),
        devices: [...definitions.keys()],
      },
    ],
    vitals: (tell) => tell({ memory: 60 }),
    say: () => {},
  })
  const broker = parts.broker.client(edge)
  const sync = createSync({
    outbox,
    broker,
    clock,
    log: silentLog,
    site,
    edge,
    hello: () => ({ software: 'simulation', boot: `${edge}-${life}` }),
    describe: () => ({ name: parts.station.name, ...agent.describe() }),
    refused: (problem) => refusals.note(problem, 'sync'),
  })
  agent.onDescription(() => sync.describeAgain())
  sync.start()
  void agent.start()
  return {
    async kill() {
      history.kills.push(clock.now())
      clock.end()
      await Promise.all(sockets.map((socket) => socket.close()))
      await broker.close()
      for (const store of stores) store.close()
    },
    behind() {
      const { lanes, queued } = outbox.ledger()
      const rows = lanes.filter(({ lane }) => lane !== 'state')
      const unsent = rows.reduce((sum, { produced, acknowledged }) => sum + produced - acknowledged, 0)
      return unsent + queued.alarms + queued.readings
    },
  }
}
