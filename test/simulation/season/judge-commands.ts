import type { SqlStore } from '../../../core/ports/sql-store.ts'
import { decodeCbor } from '../../../core/wire/cbor.ts'
import { alarmText } from './chronicle.ts'
import type { Findings } from './findings.ts'
import type { HubLife } from './hub-life.ts'
import { eventsOf } from './hub-tables.ts'
import { PACE } from './node-life.ts'
import type { Given, Orders } from './orders.ts'
import type { Wish } from './output-watch.ts'
import type { Season } from './season.ts'
import { type Told, untruths } from './untruths.ts'

/** A wish may be repeated for as long as the command runs, and a tick of the node longer. */
const REPEAT_TOLERANCE_MS = PACE.tickMs + 5_000

/** None starts late, none runs twice, each ends with one outcome, and with a true one. Returns how many ended how. */
export function judgeCommands(
  season: Season,
  orders: Orders,
  hub: HubLife,
  findings: Findings,
): Readonly<Record<string, number>> {
  const ran = new Set<string>()
  for (const pole of season.poles) {
    const own = new Map(
      orders.given.filter((given) => given.pole === pole).map((given) => [given.value, given]),
    )
    for (const id of judgeWishes(pole.id, pole.outputs.wishes, own, findings)) ran.add(id)
    for (const broken of pole.outputs.broken) findings.add('broken-interlock', pole.id, broken)
  }
  return judgeOutcomes({ season, orders, hub, ran }, findings)
}

/** Returns the ids of momentary commands and emergencies that were sent to their outputs. */
function judgeWishes(
  where: string,
  wishes: readonly Wish[],
  given: ReadonlyMap<number, Given>,
  findings: Findings,
): ReadonlySet<string> {
  const ran = new Set<string>()
  const first = new Map<string, number>()
  const told = new Set<string>()
  for (const { machine, value, at } of wishes) {
    const command = given.get(value)
    if (command === undefined || command.class === 'setting') continue
    ran.add(command.id)
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
  return ran
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

interface Course {
  readonly season: Season
  readonly orders: Orders
  readonly hub: HubLife
  /** Ids of commands that were sent to their outputs. */
  readonly ran: ReadonlySet<string>
}

function judgeOutcomes(course: Course, findings: Findings): Readonly<Record<string, number>> {
  const { season, orders, hub, ran } = course
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
    const wrong = (what: string) => findings.add('command-without-outcome', pole.id, `command ${id} ${what}`)
    if (!ENDED.has(state)) wrong(`is "${state}"`)
    // What one machine or one disk knows, another does not.
    if (pole.copies.length > 0 || pole.node.retired.size > 0) continue
    const told = outcomes.get(pole.id)?.get(id) ?? []
    const does = given.class === 'setting' ? undefined : ran.has(id)
    for (const what of untruths({ state, told, ran: does, restores: restoresSince(season, given) }))
      wrong(what)
  }
  return ends
}

/** Each of them lost what it had been told since its copy was made, and asked again. */
function restoresSince({ hub }: Season, { at }: Given): number {
  return hub.abandoned.filter(({ restoredAt }) => restoredAt >= at).length
}

/** Outcomes of each command among the rows of the alarm lane. */
function outcomesOf(sql: SqlStore, edge: string): ReadonlyMap<string, readonly Told[]> {
  const found = new Map<string, Told[]>()
  for (const bytes of eventsOf(sql, edge)) {
    const decoded = decodeCbor(bytes)
    const body: unknown = decoded.ok ? decoded.value : undefined
    if (typeof body !== 'object' || body === null || !('command' in body) || !('outcome' in body)) continue
    const id = String(body.command)
    const told = { outcome: String(body.outcome), content: alarmText(bytes) }
    found.set(id, [...(found.get(id) ?? []), told])
  }
  return found
}
