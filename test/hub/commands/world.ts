import { join } from 'node:path'
import { type FakeClock, fakeClock } from '../../../core/fakes/fake-clock.ts'
import { memoryBroker } from '../../../core/fakes/memory-broker.ts'
import { seededRandom } from '../../../core/fakes/seeded-random.ts'
import { silentLog } from '../../../core/log.ts'
import { openSqlite } from '../../../core/node/sqlite.ts'
import { encodeCbor } from '../../../core/wire/cbor.ts'
import type { Command, CommandAction, CommandOutcome } from '../../../core/wire/commands.ts'
import { decodeCommand } from '../../../core/wire/decoders.ts'
import { encodeFrame } from '../../../core/wire/frame-codec.ts'
import { createAlerts } from '../../../hub/alerts/alerts.ts'
import type { CommandView } from '../../../hub/api/schema.ts'
import { createCommands } from '../../../hub/commands/commands.ts'
import { createEdges } from '../../../hub/fleet/edges.ts'
import { createIngest } from '../../../hub/ingest/ingest.ts'
import { createRefusals } from '../../../hub/refusals.ts'
import { createHubStore } from '../../../hub/store/store.ts'
import { EDGE, EPOCH, SITE, T0, TOPICS, temporary } from '../world.ts'

/** The hub's commands over its real database and real ingest, with an edge's end of a broker in memory. */
export function commandWorld(clock: FakeClock = fakeClock(T0)) {
  const directory = temporary()
  const broker = memoryBroker(clock)
  const sql = openSqlite(join(directory.path, 'hub.sqlite'))
  const refusals = createRefusals()
  const refuse = (problem: { code: Parameters<typeof refusals.count>[0] }) => refusals.count(problem.code)
  const told: CommandView[] = []
  /** One life of the hub; its database outlives it. */
  const boot = () => {
    const store = createHubStore(sql, 'Asia/Ho_Chi_Minh')
    const edges = createEdges(sql, [EDGE, 'edge-2'])
    const alerts = createAlerts(sql)
    const local = broker.client('hub')
    const { quarantined } = edges
    const own = { clock, wall: clock, site: SITE, edges, refuse, broker: local, quarantined }
    const commands = createCommands({ ...own, sql, random: seededRandom(clock.now()) })
    const ingest = createIngest({ ...own, log: silentLog, store, alerts, commands })
    ingest.onCommit(({ edges: heard }) => commands.committed(heard))
    commands.onChange((view) => void told.push(view))
    ingest.start()
    commands.start()
    const stop = async () => {
      commands.stop()
      ingest.stop()
      await local.close()
    }
    return { commands, edges, ingest, store, alerts, refuse, stop }
  }
  let seq = 0
  return {
    clock,
    broker,
    sql,
    refusals,
    told,
    boot,
    /** An edge that only listens and answers what the test says. */
    edge() {
      const client = broker.client('edge')
      const heard: Command[] = []
      client.subscribe(TOPICS.cmd, (_topic, payload) => {
        const command = decodeCommand(payload)
        if (command.ok) heard.push(command.value)
      })
      const hello = { v: 1, epoch: EPOCH, software: 't', boot: 'b1', clock: 'synced', lanes: [], series: 0 }
      return {
        heard,
        hello: () => void client.publish(TOPICS.hello, encodeCbor({ ...hello, at: clock.now() })),
        answer(...outcomes: Pick<CommandOutcome, 'command' | 'outcome'>[]) {
          const at = clock.now()
          const events = outcomes.map((part) => ({ seq: seq++, at, body: encodeCbor({ v: 1, at, ...part }) }))
          const first = seq - events.length
          const frame = { lane: 'alarm', epoch: EPOCH, first, last: seq - 1, gaps: [], events } as const
          void client.publish(TOPICS.up('alarm'), encodeFrame(frame))
        },
      }
    },
    audit: () =>
      sql
        .prepare('SELECT who, action FROM audit ORDER BY id')
        .all()
        .map(({ who, action }) => `${who} ${action}`),
    close() {
      sql.close()
      directory.dispose()
    },
  }
}

export const DRIVE: CommandAction = {
  type: 'drive',
  device: 'dh-siren',
  output: 'relay1',
  value: 1,
  for_s: 60,
}
export const WISH = { class: 'momentary', action: DRIVE, why: 'nước lên' } as const

export function must<T>(result: { ok: true; value: T } | { ok: false; error: { code: string } }): T {
  if (!result.ok) throw new Error(result.error.code)
  return result.value
}
