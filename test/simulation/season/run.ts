import { createHash } from 'node:crypto'
import type { SqlStore } from '../../../core/ports/sql-store.ts'
import { watchAlarms } from './alarm-watch.ts'
import type { FaultKind } from './faults.ts'
import { createFindings, type Findings } from './findings.ts'
import { judgeAlarms } from './judge-alarms.ts'
import { judgeCommands, openCommands } from './judge-commands.ts'
import { judgeRollups } from './judge-rollups.ts'
import { judgeRows } from './judge-rows.ts'
import type { LineCounts } from './lines.ts'
import { createOrders, type Orders } from './orders.ts'
import { PowerCut } from './power-cut.ts'
import { createSeason, type Season, type SeasonOptions } from './season.ts'
import { createTroubles } from './troubles.ts'
import { watchSeason } from './watches.ts'

export interface Outcome {
  readonly seed: number
  readonly days: number
  readonly nodes: number
  readonly faults: Readonly<Record<FaultKind, number>>
  readonly messages: Readonly<LineCounts>
  /** Handed to outboxes, durable there, and rows at the hub. */
  readonly readings: { readonly made: number; readonly durable: number; readonly stored: number }
  readonly alarms: number
  readonly commands: Readonly<Record<string, number>>
  readonly findings: Findings
  /** Of the hub's tables: the same for the same seed and program. */
  readonly digest: string
  /** Last events of those that something was found of. */
  readonly traces: Readonly<Record<string, readonly string[]>>
}

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
/** After the last fault everybody is given this long to tell what is left. */
const DRAIN_HOURS = 72
/** Readings go on coming: a moment between two of them is looked for. */
const LOOK_MS = 20_000

export async function runSeason(
  options: SeasonOptions,
  progress: (share: number, season: Season) => void = () => {},
): Promise<Outcome> {
  const season = createSeason(options)
  process.on('unhandledRejection', onlyPowerCuts)
  try {
    return await live(season, progress)
  } finally {
    await turn()
    process.off('unhandledRejection', onlyPowerCuts)
    season.close()
  }
}

/** A turn of the real event loop, which a season on its own clock never gives way to. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** A process may end in what it does after a promise: nobody is left to hear of it. */
function onlyPowerCuts(cause: unknown): void {
  if (!(cause instanceof PowerCut)) throw cause
}

async function live(season: Season, progress: (share: number, season: Season) => void): Promise<Outcome> {
  const { world, options } = season
  const findings = createFindings()
  const stopWatching = watchSeason(season, findings)
  watchAlarms(season, findings)
  const troubles = createTroubles(season)
  const orders = createOrders(season)
  const steps = Math.max(1, Math.ceil(options.days * 4))
  for (let step = 1; step <= steps; step++) {
    await world.advance((options.days * DAY_MS) / steps)
    await turn()
    progress(step / steps, season)
  }
  troubles.end()
  orders.end()
  await drain(season, orders, findings)
  stopWatching()
  return judge(season, findings, troubles.counts, orders)
}

async function drain(season: Season, orders: Orders, findings: Findings): Promise<void> {
  const { world, poles, hub } = season
  const told = () => poles.every(({ node, twin }) => twin === undefined && node.told())
  const settled = () => {
    const life = hub.life()
    if (life === undefined || poles.some(({ id }) => life.edges.quarantined(id))) return false
    return told() && openCommands(season, orders, life).length === 0
  }
  for (let hours = 0; hours < DRAIN_HOURS && !(hours >= 3 && settled()); hours++) {
    await world.advance(HOUR_MS)
    await turn()
  }
  for (const { equipment } of poles) equipment.stop()
  for (let looks = 0; looks < 200 && !(hub.life() !== undefined && told()); looks++)
    await world.advance(LOOK_MS)
  for (const { id, node, twin } of poles)
    if (!node.told() || twin !== undefined) findings.add('not-drained', id, stateOf(node))
}

function stateOf(node: Season['poles'][number]['node']): string {
  const life = node.life()
  if (life === undefined) return 'is off'
  const { lanes, queued, former, fault } = life.outbox.ledger()
  const waiting = lanes.map(({ lane, stored }) => `${lane} ${stored}`).join(', ')
  return `${life.seat.state()}: ${waiting}, queued ${JSON.stringify(queued)}, former ${former.rows}, ${fault?.code ?? 'sound'}`
}

function judge(season: Season, findings: Findings, faults: Outcome['faults'], orders: Orders): Outcome {
  const { options, poles, lines, trace } = season
  const hub = season.hub.life()
  if (hub === undefined) throw new Error('the hub is off at the end of the season')
  const stored = judgeRows(season, hub.sql, findings)
  const alarms = judgeAlarms(season, hub.sql, findings)
  for (const { outputs } of poles) outputs.close()
  const commands = judgeCommands(season, orders, hub, findings)
  judgeRollups(hub.sql, findings)
  const all = poles.flatMap(({ chronicle }) => [...chronicle.points.values()].flatMap(({ made }) => made))
  const concerned = [...new Set(findings.told.map(({ where }) => where))]
  return {
    ...{
      seed: options.seed,
      days: options.days,
      nodes: options.nodes,
      faults,
      messages: { ...lines.counts },
    },
    readings: {
      made: all.length,
      durable: all.filter(({ durableAt }) => durableAt !== undefined).length,
      stored,
    },
    ...{ alarms, commands, findings, digest: digestOf(hub.sql) },
    traces: Object.fromEntries(concerned.map((who) => [who, trace.of(who)])),
  }
}

/** Every table of the hub, row by row in the order of its key. */
function digestOf(sql: SqlStore): string {
  const hash = createHash('sha256')
  const tables = sql.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").all()
  for (const { name } of tables) {
    hash.update(String(name))
    for (const row of sql.prepare(`SELECT * FROM "${name}"`).iterate())
      for (const value of Object.values(row)) hash.update(value instanceof Uint8Array ? value : `${value}\0`)
  }
  return hash.digest('hex')
}
