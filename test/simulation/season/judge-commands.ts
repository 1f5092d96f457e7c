import type { SqlStore } from '../../../core/ports/sql-store.ts'
import { decodeCbor } from '../../../core/wire/cbor.ts'
import type { Findings } from './findings.ts'
import type { HubLife } from './hub-life.ts'
import { eventsOf } from './hub-tables.ts'
import { PACE } from './node-life.ts'
import type { Given, Orders } from './orders.ts'
import type { Wish } from './output-watch.ts'
import type { Season } from './season.ts'

/** A wish may be repeated for as long as the command runs, and a tick of the node longer. */
const REPEAT_TOLERANCE_MS = PACE.tickMs + 5_000

/** None starts late, none runs twice, each ends with one outcome. Returns how many ended how. */
export function judgeCommands(
  season: Season,
  orders: Orders,
  hub: HubLife,
  findings: Findings,
): Readonly<Record<string, number>> {
  for (const pole of season.poles) {
    const own = new Map(
      orders.given.filter((given) => given.pole === pole).map((given) => [given.value, given]),
    )
    judgeWishes(pole.id, pole.outputs.wishes, own, findings)
    for (const broken of pole.outputs.broken) findings.add('broken-interlock', pole.id, broken)
  }
  return judgeOutcomes(season, orders, hub, findings)
}

function judgeWishes(
  where: string,
  wishes: readonly Wish[],
  given: ReadonlyMap<number, Given>,
  findings: Findings,
): void {
  const first = new Map<string, number>()
  const told = new Set<string>()
  for (const { machine, value, at } of wishes) {
    const command = given.get(value)
    if (command === undefined || command.class === 'setting') continue
    const key = `${machine} ${value}`
    const startedAt = first.get(key) ?? at
    first.set(key, startedAt)
    const late = startedAt >= command.expires
    const again = at > startedAt + command.for_ms + REPEAT_TOLERANCE_MS
    if ((!late && !again) || told.has(key)) continue
    told.add(key)
    const what = late ? 'started' : 'ran again'
    findings.add(
      'late-command',
      where,
      `${command.class} ${command.id} ${what} at ${new Date(at).toISOString()}, expired ${new Date(command.expires).toISOString()}`,
    )
  }
}

const ENDED = new Set(['done', 'refused', 'failed', 'expired', 'cancelled'])

/** Commands that the hub should know of and that have no outcome yet. */
export function openCommands(season: Season, orders: Orders, hub: HubLife): readonly Given[] {
  return orders.given.filter((given) => {
    return !forgotten(season, given) && !ENDED.has(hub.commands.get(given.id)?.state ?? 'unknown')
  })
}

/** A hub that was put back to an older copy knows nothing of what it asked meanwhile. */
function forgotten({ hub }: Season, { at }: Given): boolean {
  return hub.abandoned.some(({ backedUpAt, restoredAt }) => at >= backedUpAt && at <= restoredAt)
}

function judgeOutcomes(
  season: Season,
  orders: Orders,
  hub: HubLife,
  findings: Findings,
): Readonly<Record<string, number>> {
  const ends: Record<string, number> = {}
  const count = (end: string) => {
    ends[end] = (ends[end] ?? 0) + 1
  }
  const outcomes = new Map(season.poles.map((pole) => [pole.id, outcomesOf(hub.sql, pole.id)]))
  for (const given of orders.given) {
    const { id, pole } = given
    if (forgotten(season, given)) {
      count('forgotten by a restored hub')
      continue
    }
    const state = hub.commands.get(id)?.state ?? 'unknown'
    count(state)
    if (!ENDED.has(state)) findings.add('command-without-outcome', pole.id, `command ${id} is "${state}"`)
    const told = outcomes.get(pole.id)?.get(id) ?? []
    const finals = told.filter((outcome) => outcome !== 'accepted')
    const alone = pole.copies.length === 0 && pole.node.retired.size === 0
    if (alone && (finals.length > 1 || told.length - finals.length > 1))
      findings.add('command-without-outcome', pole.id, `command ${id} has outcomes ${told.join(', ')}`)
  }
  return ends
}

/** Outcomes of each command among the rows of the alarm lane. */
function outcomesOf(sql: SqlStore, edge: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>()
  for (const bytes of eventsOf(sql, edge)) {
    const decoded = decodeCbor(bytes)
    const body: unknown = decoded.ok ? decoded.value : undefined
    if (typeof body !== 'object' || body === null || !('command' in body) || !('outcome' in body)) continue
    const id = String(body.command)
    found.set(id, [...(found.get(id) ?? []), String(body.outcome)])
  }
  return found
}
