import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../../../core/clock.ts'
import type { SiteId } from '../../../core/ids.ts'
import { silentLog } from '../../../core/log.ts'
import { openSqlite } from '../../../core/node/sqlite.ts'
import type { SqlStore } from '../../../core/ports/sql-store.ts'
import type { Random } from '../../../core/random.ts'
import { createAlerts } from '../../../hub/alerts/alerts.ts'
import { createCommands } from '../../../hub/commands/commands.ts'
import { createEdges } from '../../../hub/fleet/edges.ts'
import { createFleet } from '../../../hub/fleet/fleet.ts'
import { createQuarantine } from '../../../hub/fleet/quarantine.ts'
import type { Changes } from '../../../hub/ingest/changes.ts'
import { createIngest } from '../../../hub/ingest/ingest.ts'
import { guarded } from '../../../hub/refusals.ts'
import { createHubStore } from '../../../hub/store/store.ts'
import type { Lines, Seat } from './lines.ts'
import { createFate, type Fate, inherit, mortalStore } from './mortal-store.ts'
import { PowerCut } from './power-cut.ts'

export const HUB_FILE = 'hub.sqlite'

export interface HubParts {
  readonly site: SiteId
  readonly edges: readonly string[]
  readonly world: Clock
  readonly random: Random
  readonly lines: Lines
  /** Between the hub and its database: a planted bug. */
  readonly storeWrap?: ((store: SqlStore, path: string) => SqlStore) | undefined
  readonly refused: (code: string) => void
  readonly committed: (changes: Changes) => void
}

/** One life of the hub: what `hub/hub.ts` composes, without its ports. */
export interface HubLife {
  readonly path: string
  readonly sql: SqlStore
  readonly fate: Fate
  readonly seat: Seat
  readonly commands: ReturnType<typeof createCommands>
  readonly fleet: ReturnType<typeof createFleet>
  readonly edges: ReturnType<typeof createEdges>
  readonly quarantine: ReturnType<typeof createQuarantine>
  /** As kill -9: what is on disk lies in `heir`. */
  end(heir: string): void
}

/** A clock whose timers end with their life. The hub is a server with a good clock. */
function lifeClock(world: Clock, died: () => void) {
  let ended = false
  const clock: Clock = {
    now: world.now,
    monotonic: world.monotonic,
    quality: world.quality,
    after(delayMs, work) {
      if (ended) return () => {}
      return world.after(delayMs, () => {
        if (ended) return
        try {
          work()
        } catch (cause) {
          if (!(cause instanceof PowerCut)) throw cause
          died()
        }
      })
    },
  }
  const end = () => {
    ended = true
  }
  return { clock, end }
}

export function bootHub(parts: HubParts, folder: string, died: () => void): HubLife {
  mkdirSync(folder, { recursive: true })
  const { site, random, lines } = parts
  const path = join(folder, HUB_FILE)
  const fate = createFate(parts.world, died)
  const { clock, end } = lifeClock(parts.world, died)
  const inner = openSqlite(path)
  const mortal = mortalStore(path, inner, { fate, random })
  const sql = parts.storeWrap?.(mortal, path) ?? mortal
  const refuse = ({ code }: { readonly code: string }) => parts.refused(code)

  const store = createHubStore(sql, 'Asia/Ho_Chi_Minh')
  const edges = createEdges(sql, parts.edges)
  const alerts = createAlerts(sql)
  const fleet = createFleet({ clock, edges, store, alerts, refuse })
  const seat = lines.seat({ name: 'hub', client: 'hub', died })
  const { quarantined } = edges
  const common = { clock, wall: clock, site, edges, refuse, broker: seat }
  const commands = createCommands({ ...common, random, sql, quarantined })
  const ingest = createIngest({ ...common, log: silentLog, store, alerts, commands })
  lines.onPresence((client, connected) => {
    if (client !== 'hub') ingest.presence(client, connected)
  })
  ingest.onCommit(parts.committed)
  ingest.onCommit(({ edges: heard }) => guarded(refuse, () => commands.committed(heard)))
  ingest.start()
  commands.start()

  let ended = false
  return {
    ...{ path, sql, fate, seat, commands, fleet, edges },
    quarantine: createQuarantine({ sql, edges, alerts }),
    end(heir) {
      if (ended) return
      ended = true
      end()
      fate.dead = true
      lines.onPresence(() => {})
      rmSync(heir, { recursive: true, force: true })
      mkdirSync(heir, { recursive: true })
      inherit(path, join(heir, HUB_FILE), fate)
      inner.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
