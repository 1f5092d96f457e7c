import type { Clock, ClockQuality, TimeSource, Utc, UtcBounds } from '../core/clock.ts'
import { FaultError, fault } from '../core/errors.ts'
import type { GreenhouseView } from '../core/greenhouse-view.ts'
import type { BrokerState } from '../core/ports/broker.ts'
import type { Random } from '../core/random.ts'
import type { Result } from '../core/result.ts'
import type { Agent } from './agent.ts'
import type { CommandRecord } from './commands/command-store.ts'
import { greenhouseView } from './control/greenhouse/view.ts'
import { documentControl } from './documents/control.ts'
import type { HoldView } from './documents/holds.ts'
import type { SiteDocuments } from './documents/site-documents.ts'
import type { DocumentSyncStatus } from './documents/sync.ts'
import { greenhouseControl } from './greenhouse-control.ts'
import { isFlood, isGreenhouse, isStreet } from './hosted-station.ts'
import type { Ledger, Outbox } from './outbox/outbox.ts'
import type { OutputView } from './outputs.ts'
import type { Refusals } from './refusals.ts'
import type { RelayStatus } from './relay/sender.ts'
import { type StreetStatus, streetStatus } from './street-status.ts'

export type { OpenConflict } from './documents/conflicts.ts'

/** The answer to `status`: how a node is, as `tram status` prints it. */
export interface NodeStatus extends NodeIdentity {
  readonly ledger: Ledger
  /** The node's own points: channel → value. */
  readonly health: Readonly<Record<string, number>>
  /** UTC at which each device was last heard. */
  readonly lastHeard: Readonly<Record<string, number>>
  readonly outputs: readonly OutputView[]
  readonly stations: readonly {
    readonly id: string
    /** Báo động in force, 0 for none. */
    readonly level: number
    readonly silenced: boolean
    /** Hops that have not been proven in time. */
    readonly unproven: readonly string[]
  }[]
  readonly streets: readonly StreetStatus[]
  /** With the newest of their runs. */
  readonly greenhouses: readonly GreenhouseView[]
  /** Outputs that people hold by hand. */
  readonly holds: readonly HoldView[]
  /** The newest ones, newest first. */
  readonly commands: readonly CommandRecord[]
  readonly refusals: ReturnType<Refusals['latest']>
}

/** What the process itself knows. */
export interface NodeIdentity {
  readonly site: string
  readonly edge: string
  readonly software: string
  readonly at: number
  readonly clock: ClockQuality
  /** Who last told this boot the time, and when. */
  readonly known: { readonly source: TimeSource; readonly at: Utc } | undefined
  /** Between these lies the true time; over the socket, which knows no infinity, `latest` is null while unbounded. */
  readonly bounds: { readonly [End in keyof UtcBounds]: UtcBounds[End] | null }
  readonly uptime_s: number
  readonly memory_MB: number
  readonly hub: { readonly url: string; readonly state: BrokerState; readonly ready: boolean }
  /** How alike the documents here and at the hub are; left out where they are not replicated. */
  readonly documents?: DocumentSyncStatus | undefined
  /** The way over a neighbour by radio; left out where there is none. */
  readonly relay?: RelayStatus | undefined
}

const COMMANDS_SHOWN = 10
const RUNS_SHOWN = 5

type Args = Readonly<Record<string, unknown>>

export interface NodeControlParts {
  readonly agent: Agent
  readonly outbox: Outbox
  readonly documents: SiteDocuments
  readonly refusals: Refusals
  readonly clock: Clock
  readonly random: Random
  identity(): NodeIdentity
}

/** What a person at the node may ask of it, by command. Refusals are thrown as FaultErrors. */
export function nodeControl(parts: NodeControlParts) {
  const { agent, outbox, documents, refusals, clock } = parts
  const now = () => ({ at: clock.now(), mono: clock.monotonic(), quality: clock.quality() })
  return {
    status: (): NodeStatus => {
      const identity = parts.identity()
      return {
        ...identity,
        ledger: outbox.ledger(),
        health: agent.health(),
        lastHeard: agent.lastHeard(),
        outputs: agent.outputs(),
        stations: agent
          .stations()
          .filter(isFlood)
          .map((station) => {
            const { level, silence, unproven } = station.state()
            return { id: station.id, level: level.inForce, silenced: silence !== null, unproven }
          }),
        streets: agent
          .stations()
          .filter(isStreet)
          .map((street) => streetStatus(street.state(), identity.at)),
        greenhouses: agent
          .stations()
          .filter(isGreenhouse)
          .map(({ state }) => {
            const view = greenhouseView(state(), now())
            return { ...view, journal: view.journal.slice(0, RUNS_SHOWN) }
          }),
        holds: agent.holds?.views() ?? [],
        commands: agent.commands(COMMANDS_SHOWN),
        refusals: refusals.latest(),
      }
    },
    silence(args: Args) {
      const minutes = Number(args.minutes)
      if (!(minutes > 0))
        throw new FaultError(fault('CONTROL_REFUSED', { reason: 'minutes must be above 0' }))
      orThrow(agent.ask(text(args, 'station'), { type: 'silence', who: text(args, 'who'), forMin: minutes }))
    },
    unsilence(args: Args) {
      orThrow(agent.ask(text(args, 'station'), { type: 'unsilence', who: text(args, 'who') }))
    },
    'self-test': (args: Args) => orThrow(agent.ask(text(args, 'station'), { type: 'self-test' })),
    reset: (args: Args) =>
      orThrow(agent.reset(text(args, 'device'), text(args, 'output'), text(args, 'who'))),
    ...greenhouseControl(parts),
    ...documentControl({ agent, documents }),
  }
}

function text(args: Args, key: string): string {
  const value = args[key]
  if (typeof value !== 'string' || value.length === 0 || value.length > 200) {
    throw new FaultError(fault('CONTROL_REFUSED', { reason: `"${key}" is missing` }))
  }
  return value
}

function orThrow(result: Result<unknown>): void {
  if (!result.ok) throw new FaultError(result.error)
}
