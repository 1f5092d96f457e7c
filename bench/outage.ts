import { join } from 'node:path'
import type { Mono } from '../core/clock.ts'
import { silentLog } from '../core/log.ts'
import { sqliteSource } from '../core/node/sqlite-source.ts'
import { systemClock } from '../core/node/system-clock.ts'
import { systemRandom } from '../core/node/system-random.ts'
import type { Reading } from '../core/reading.ts'
import type { AlarmEvent } from '../core/wire/messages.ts'
import { createOutbox } from '../edge/outbox/create-outbox.ts'
import { CHANNELS, readingSets, shapeOf, syntheticStages } from './series.ts'

/** Sixty days of readings and some alarms, ending a minute ago: what a node holds that nobody could reach. */
export interface Outage {
  readonly readings: number
  readonly alarms: readonly AlarmEvent[]
  /** UTC of the newest set of readings. */
  readonly until: number
  sets(): Generator<readonly Reading[]>
}

const DARK_MS = 60 * 86_400_000
const SETS_PER_COMMIT = 1_000
const MINUTE_MS = 60_000

export function outage(readings: number, alarms: number): Outage {
  const sets = Math.ceil(readings / CHANNELS.length)
  const step_ms = Math.floor(DARK_MS / sets)
  const until = Date.now() - MINUTE_MS
  const from = until - (sets - 1) * step_ms
  return {
    readings: sets * CHANNELS.length,
    alarms: Array.from({ length: alarms }, (_, n) =>
      alarmAt(from + Math.floor((n + 0.5) * (sets / alarms)) * step_ms, n),
    ),
    until,
    *sets() {
      let n = 0
      for (const set of readingSets(sets, syntheticStages(2_000), step_ms)) {
        const at = from + n++ * step_ms
        yield set.map((reading) => ({ ...reading, at }))
      }
    },
  }
}

export function alarmAt(at: number, n: number): AlarmEvent {
  const text = { vi: `Mực nước trên BĐ1 lần ${n}`, en: `Water above BĐ1, ${n}` }
  return {
    v: 1,
    alarm: `dong-ha/level/${n}`,
    station: 'dong-ha',
    rule: 'level',
    event: 'raised',
    level: 1,
    at,
    text,
  }
}

/** Writes it into the outbox of a node that is not running, as the node itself would have. */
export async function fillOutbox(dataDir: string, dark: Outage): Promise<void> {
  const outbox = createOutbox({
    source: sqliteSource(join(dataDir, 'outbox.db')),
    boot: 'dark',
    clock: systemClock(),
    random: systemRandom,
    log: silentLog,
    shape: shapeOf,
    onFault: (problem) => {
      throw new Error(problem.code)
    },
  })
  const instant = (at: number) => ({
    at,
    mono: (at - dark.until + DARK_MS) as Mono,
    quality: 'synced' as const,
  })
  const alarms = [...dark.alarms]
  const kept: Promise<unknown>[] = []
  let waiting = 0
  for (const set of dark.sets()) {
    const at = set[0]?.at ?? 0
    outbox.readings(set, instant(at))
    for (let next = alarms[0]; next !== undefined && next.at <= at; next = alarms[0]) {
      alarms.shift()
      kept.push(outbox.alarm(next, instant(next.at)))
    }
    if (++waiting % SETS_PER_COMMIT === 0) outbox.flush()
  }
  outbox.flush()
  await Promise.all(kept)
  outbox.close()
}
