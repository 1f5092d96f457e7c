import type { Utc } from '../../../core/clock.ts'
import type { FloodStation } from '../../../core/documents/flood-station.ts'
import { FLAG } from '../../../core/reading.ts'
import { lastLocalTime, nextLocalTime } from '../local-time.ts'
import { clear, inForce, raise } from './alarm-book.ts'
import type { FloodState, RainSpell } from './state.ts'
import { type Turn, tell } from './turn.ts'
import { rainWord } from './wording.ts'

type Memory = FloodState['rain']
type Rain = NonNullable<FloodStation['rain']>

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000
/** The hydrological day begins and ends at this local time. */
const HYDROLOGICAL_DAY_AT = '19:00'
/** Reports closer together than this are summed into one spell, dry ones between them included: it bounds the memory of a day. */
const SPELL_MS = MINUTE_MS
/** Never alarm on one interval: rain must have been counted in at least this many reports. */
const REPORTS_MIN = 2
/** An alarm ends once the rain of its window has fallen below this share of the limit. */
const CLEAR_SHARE = 0.8
/** Sizes at which counters of field devices wrap. */
const COUNTER_SIZES = [2 ** 16, 2 ** 24, 2 ** 32]

const WINDOW_MS = {
  '5min': 5 * MINUTE_MS,
  '15min': 15 * MINUTE_MS,
  '1h': HOUR_MS,
  '12h': 12 * HOUR_MS,
  '24h': DAY_MS,
} as const

/**
 * Counts since the last report. A counter that fell has wrapped, when it stood near the end of its size and the wrap
 * explains a believable rain, or was restarted and counts from 0. `undefined` when no reading is believable:
 * contact bounce, which is flagged and not counted.
 */
export function countsSince(
  before: number,
  after: number,
  believable: (counts: number) => boolean,
): number | undefined {
  if (after >= before) return believable(after - before) ? after - before : undefined
  if (Number.isInteger(before) && Number.isInteger(after)) {
    for (const size of COUNTER_SIZES) {
      if (before < size && before >= size * 0.9 && believable(after + size - before))
        return after + size - before
    }
  }
  return believable(after) ? after : undefined
}

/** Takes a report of the rain counter into account. An older or repeated one changes nothing. */
export function countRain(memory: Memory, rain: Rain, count: number, t: number): Memory {
  const last = memory.counter
  if (last === null) return { ...memory, counter: { t, count } }
  if (t <= last.t) return memory
  const elapsed = Math.max(t - last.t, MINUTE_MS)
  const most_mm = (rain.mm_per_h_max * elapsed) / HOUR_MS + rain.mm_per_count
  const counts = countsSince(last.count, count, (candidate) => candidate * rain.mm_per_count <= most_mm)
  if (counts === undefined) return { ...memory, counter: { t, count }, bounced: true }
  const mm = counts * rain.mm_per_count
  if (mm === 0) return { ...memory, counter: { t, count }, bounced: false }
  const spell = { fromT: last.t, toT: t, mm, reports: 1 }
  return { ...memory, counter: { t, count }, bounced: false, spells: addSpell(memory.spells, spell) }
}

function addSpell(spells: readonly RainSpell[], spell: RainSpell): readonly RainSpell[] {
  const kept = spells.filter(({ toT }) => spell.toT - toT < DAY_MS)
  const last = kept[kept.length - 1]
  if (last === undefined || spell.toT - last.fromT > SPELL_MS) return [...kept, spell]
  const merged = { ...spell, fromT: last.fromT, mm: last.mm + spell.mm, reports: last.reports + 1 }
  return [...kept.slice(0, -1), merged]
}

export interface RainSum {
  readonly mm: number
  /** Reports that counted rain in the window. */
  readonly reports: number
}

/** Rain of the last `window` ms; a spell that reaches over the edge counts by the share inside. */
export function rainOver(spells: readonly RainSpell[], t: number, window: number): RainSum {
  let mm = 0
  let reports = 0
  for (const spell of spells) {
    const inside = share(spell.fromT, spell.toT, t - window)
    if (inside <= 0) continue
    mm += spell.mm * inside
    reports += spell.reports
  }
  return { mm: Math.round(mm * 1000) / 1000, reports }
}

function share(from: number, to: number, since: number): number {
  if (since <= from) return 1
  return since >= to ? 0 : (to - since) / (to - from)
}

/** Sums the windows, tells the derived points and keeps the alarms: at each report, and each minute between. */
export function followRain(state: FloodState, turn: Turn, reported: boolean): FloodState {
  const { rain } = state.station
  if (rain === undefined || state.rain.counter === null) return state
  if (!reported && turn.t - state.rain.summedT < MINUTE_MS) return state
  const day = dayAround(state.rain.day, state.station.timeZone, turn.at)
  const memory = { ...state.rain, day, summedT: turn.t }
  const flag = memory.bounced ? FLAG.suspect : FLAG.good
  const hour = rainOver(memory.spells, turn.t, WINDOW_MS['1h'])
  const day24 = rainOver(memory.spells, turn.t, WINDOW_MS['24h'])
  // Spells lie on the timeline: when the clock is set, the rain moves with it to where it belongs in the day.
  const since19 = rainOver(memory.spells, turn.t, turn.at - day.from)
  let next: FloodState = { ...state, rain: memory }
  next = tell(next, turn, 'rain_1h', hour.mm, flag)
  next = tell(next, turn, 'rain_24h', day24.mm, flag)
  next = tell(next, turn, 'rain_since_19', since19.mm, flag)
  for (const limit of rain.limits) {
    const total = limit.over === 'day' ? since19 : rainOver(memory.spells, turn.t, WINDOW_MS[limit.over])
    next = judgeLimit(next, turn, limit, total)
  }
  return next
}

/** The rule's name, unique within a station because no limit is listed twice. */
export function rainRule(limit: Rain['limits'][number]): string {
  return `rain-${limit.over}-${limit.mm}`.slice(0, 40)
}

function judgeLimit(
  state: FloodState,
  turn: Turn,
  limit: Rain['limits'][number],
  total: RainSum,
): FloodState {
  const rule = rainRule(limit)
  const word = () => rainWord(state.station, limit.over, total.mm, limit.mm)
  if (inForce(state, rule))
    return total.mm < limit.mm * CLEAR_SHARE ? clear(state, turn, rule, word()) : state
  if (total.mm < limit.mm || total.reports < REPORTS_MIN) return state
  return raise(state, turn, rule, limit.level, word())
}

function dayAround(day: Memory['day'], timeZone: string, at: Utc): { readonly from: Utc; readonly to: Utc } {
  if (day !== null && at >= day.from && at < day.to) return day
  return {
    from: lastLocalTime(timeZone, HYDROLOGICAL_DAY_AT, at),
    to: nextLocalTime(timeZone, HYDROLOGICAL_DAY_AT, at),
  }
}
