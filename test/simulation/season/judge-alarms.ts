import type { SqlStore } from '../../../core/ports/sql-store.ts'
import { createAccounts, placeOf } from './accounts.ts'
import { alarmText, type Cover, type MadeAlarm } from './chronicle.ts'
import { toldByCopies } from './copies.ts'
import type { Findings } from './findings.ts'
import { eventRowsOf, streamsOf } from './hub-tables.ts'
import type { Pole, Season } from './season.ts'

/** Each durable row of the alarm lane exactly once. Returns how many the hub has. */
export function judgeAlarms(season: Season, sql: SqlStore, findings: Findings): number {
  return season.poles.reduce((rows, pole) => rows + judgePole(season, pole, sql, findings), 0)
}

function judgePole(season: Season, pole: Pole, sql: SqlStore, findings: Findings): number {
  const made = new Map<string, MadeAlarm[]>()
  for (const alarm of pole.chronicle.alarms.values())
    made.set(alarm.text, [...(made.get(alarm.text) ?? []), alarm])
  const stored = new Map<string, Cover[]>()
  const events = eventRowsOf(sql, pole.id)
  for (const { epoch, body } of events) {
    const text = alarmText(body)
    stored.set(text, [...(stored.get(text) ?? []), { epoch, summary: false }])
  }
  for (const [text, covers] of stored) {
    const known = made.get(text) ?? []
    const again = Math.max(0, covers.length - known.length)
    const others = Math.max(0, known.length - 1)
    if (again > 0 && known.some((one) => toldByCopies(pole, one, covers.slice(others))))
      findings.saw('alarms that a copy of the disk told, and the node otherwise', again)
    else {
      const what = `alarm stored ${covers.length} times, made ${known.length}: ${text}`
      findings.add('duplicated', pole.id, what, again)
    }
  }
  const streams = streamsOf(sql, pole.id)
  const accounts = createAccounts(season, pole, streams, 'alarm')
  for (const [text, alarms] of made) {
    const durable = alarms.filter(({ durableAt }) => durableAt !== undefined)
    let missing = durable.length - (stored.get(text)?.length ?? 0)
    for (const { homes } of durable) {
      if (missing <= 0) break
      const reason = accounts.named(homes) ?? accounts.counted()
      if (reason === undefined) continue
      missing--
      findings.account(`alarm: ${reason}`)
    }
    const where = durable.map(({ homes }) => homes.map((home) => placeOf(streams, 'alarm', home)).join(' = '))
    findings.add('lost', pole.id, `alarm of ${where.join(', ')}: ${text}`, Math.max(0, missing))
  }
  return events.length
}
