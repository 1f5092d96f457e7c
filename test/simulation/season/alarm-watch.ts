import { alarmText, type MadeAlarm } from './chronicle.ts'
import type { Findings } from './findings.ts'
import type { HubLife } from './hub-life.ts'
import { eventsOf } from './hub-tables.ts'
import type { NodeLife } from './node-life.ts'
import type { Pole, Season } from './season.ts'

/** From a line's return until all alarms that were waiting are at the hub. */
const WITHIN_MS = 1_000
/** What is saved out of a damaged database comes when it comes. */
const RESCUE_MS = 60_000
const UNTOLD_MAX = 10_000

/** After an outage, alarms come first: within the first second, where nothing else goes wrong in it. */
export function watchAlarms(season: Season, findings: Findings): void {
  const { world, poles, hub } = season
  const well = (pole: Pole) => world.now() - pole.faultyAt > RESCUE_MS
  season.onLine((edge, life) => {
    const pole = poles.find(({ id }) => id === edge)
    const reader = hub.life()
    if (pole === undefined || reader === undefined || !calm(pole, life, reader)) return
    if (!well(pole)) return
    const waiting = alarmsNotAt(reader, pole)
    if (waiting.size === 0) return
    world.after(WITHIN_MS, () => {
      if (hub.life() !== reader || !calm(pole, life, reader) || !well(pole)) return
      const late = alarmsNotAt(reader, pole)
      const which = [...waiting].filter((alarm) => late.has(alarm))
      findings.saw('reconnections with alarms waiting')
      const text = which.map((alarm) => alarm.text).join(' ')
      findings.add('late-alarm', pole.id, `${new Date(world.now()).toISOString()} ${text}`, which.length)
    })
  })
}

function calm(pole: Pole, life: NodeLife, hub: HubLife): boolean {
  if (pole.node.life() !== life || pole.twin !== undefined) return false
  if (life.fate.full || hub.fate.full) return false
  return life.seat.fair() && hub.seat.fair() && life.outbox.ledger().fault === undefined
}

/**
 * Durable alarms that the machine still has to tell and the hub has not stored. Those that a restored hub has forgotten
 * and the machine has deleted are the judge's, in the end.
 */
function alarmsNotAt(hub: HubLife, pole: Pole): ReadonlySet<MadeAlarm> {
  const outbox = pole.node.life()?.outbox
  const epoch = outbox?.epoch()
  const untold = new Set(outbox?.alarms(UNTOLD_MAX).map(({ seq }) => seq))
  if (untold.size === 0) return new Set()
  const stored = new Map<string, number>()
  for (const body of eventsOf(hub.sql, pole.id)) {
    const text = alarmText(body)
    stored.set(text, (stored.get(text) ?? 0) + 1)
  }
  const missing = [...pole.chronicle.alarms.values()].filter(({ text, durableAt, homes }) => {
    if (durableAt === undefined || homes.every(({ disk }) => disk !== pole.node.disk())) return false
    if (!homes.some((home) => home.epoch === epoch && untold.has(home.seq))) return false
    const count = stored.get(text) ?? 0
    stored.set(text, count - 1)
    return count <= 0
  })
  return new Set(missing)
}
