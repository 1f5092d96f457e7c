import { INTERLOCK_RULE_PREFIX } from '../../../core/documents/greenhouse-faults.ts'
import type { Text } from '../../../core/text.ts'
import type { InterlockReport } from '../controller.ts'
import { alarmId, type Draft } from './draft.ts'
import { placeKey } from './layout.ts'
import { placeName } from './place-name.ts'
import { type InterlockMemory, LIMITS } from './state.ts'

/** What interlocks hold back, told as alarms. */

interface Place {
  readonly device: string
  readonly output: string
}

/** They only ask for patience: the run goes on when they are over. */
export const PATIENCE: ReadonlySet<string> = new Set([
  'minimum-rest',
  'starts-limit',
  'longest-run',
  'switching-limit',
])
/** One that is not latched and of which nothing more is heard is tried again after this. */
const TRY_AGAIN_MS = 1_800_000
/** So long after a restart what still holds is told again by whoever is held back. */
const TOLD_ANEW_MS = 600_000
/** One that has come so often within an hour is one alarm until it has been quiet for so long: water at its limit sloshes. */
const OFTEN = 3
const HOUR_MS = 3_600_000
const QUIET_MS = 1_800_000
const RULE_LENGTH_MAX = 40
const TEXT_LENGTH_MAX = 400

export function hearInterlock(draft: Draft, report: InterlockReport): void {
  if (!draft.layout.outputs.has(placeKey(report))) return
  if (report.event === 'free') {
    free(draft, report)
    return
  }
  note(draft, report)
}

/** What holds an output back now; undefined for nothing. */
export function heldBack(
  { interlocks, t }: Pick<Draft, 'interlocks' | 't'>,
  place: Place,
): InterlockMemory | undefined {
  const memory = interlocks[placeKey(place)]
  if (memory === undefined || !memory.holds) return undefined
  const lasts = memory.latched || t - memory.sinceT < TRY_AGAIN_MS || t < (memory.untilT ?? t)
  return lasts ? memory : undefined
}

/** What was told to hold an output back, and is seen to do so still: it is not tried again for as long. */
export function holdAnew(draft: Draft, place: Place): InterlockMemory | undefined {
  const memory = draft.interlocks[placeKey(place)]
  if (memory?.holds !== true) return undefined
  draft.interlocks = { ...draft.interlocks, [placeKey(place)]: { ...memory, sinceT: draft.t } }
  return memory
}

/** After a restart nobody knows what still holds: it is told again by whoever is held back. */
export function wakeInterlocks(draft: Draft): void {
  draft.interlocks = Object.fromEntries(
    Object.entries(draft.interlocks).map(([key, memory]) => [key, { ...memory, holds: false }]),
  )
}

/** What was told before a restart and by nobody since is over; a latch alone outlives one. */
export function followInterlocks(draft: Draft): void {
  for (const [key, memory] of Object.entries(draft.interlocks)) {
    const slash = key.indexOf('/')
    const place = { device: key.slice(0, slash), output: key.slice(slash + 1) }
    const quiet = memory.freeT !== undefined && draft.t - memory.freeT >= QUIET_MS
    if (quiet || isForgotten(draft, memory)) clear(draft, place, memory)
  }
}

function isForgotten({ t, bootT }: Draft, { holds, latched, sinceT }: InterlockMemory): boolean {
  return t - bootT >= TOLD_ANEW_MS && !holds && !latched && sinceT < bootT
}

/** An output that runs is not held back, whatever was told of it before. */
export function seeRunning(draft: Draft, place: Place): void {
  const memory = draft.interlocks[placeKey(place)]
  if (memory !== undefined && !memory.holds && memory.freeT === undefined) clear(draft, place, memory)
}

function note(draft: Draft, report: InterlockReport): void {
  const key = placeKey(report)
  const known = draft.interlocks[key]
  const latched = report.event === 'latched'
  const untilT = report.left_s === undefined ? null : draft.t + report.left_s * 1000
  if (known !== undefined && known.name === report.name && known.latched === latched) {
    const { freeT: _over, ...again } = known
    draft.interlocks = { ...draft.interlocks, [key]: { ...again, holds: true, sinceT: draft.t, untilT } }
    return
  }
  if (known === undefined && Object.keys(draft.interlocks).length >= LIMITS.INTERLOCKS_MAX) return
  if (known !== undefined) clear(draft, report, known)
  const rule = `${INTERLOCK_RULE_PREFIX}${report.name}`.slice(0, RULE_LENGTH_MAX)
  const level = latched ? 3 : PATIENCE.has(report.name) ? 1 : 2
  const alarm = isNobodysProblem(report) ? null : alarmId(draft, rule)
  const text = textOf(draft, report)
  const memory = {
    name: report.name,
    alarm,
    latched,
    holds: true,
    sinceT: draft.t,
    untilT,
    at: draft.at,
    level,
    text,
  }
  draft.interlocks = { ...draft.interlocks, [key]: memory }
  draft.save = true
  if (alarm === null) return
  countComing(draft, report)
  draft.events.push({
    ...{ v: 1, alarm, station: draft.house.id, rule, event: 'raised', level },
    ...{ device: report.device, output: report.output, at: Math.round(draft.at), text },
  })
}

/**
 * A machine that catches its breath between two runs, or after a restart, is no matter for a person; that it had to end a
 * run is one.
 */
function isNobodysProblem({ name, event }: InterlockReport): boolean {
  return event !== 'latched' && (name === 'minimum-rest' || (name === 'longest-run' && event === 'held'))
}

/** An interlock's words say what it wants; of which machine it wants it is said here. */
function textOf({ house }: Draft, report: InterlockReport): Text {
  const machine = placeName(house, report)
  const of = (name: string, which: string, words: string) =>
    `${name}: ${which}: ${words}`.slice(0, TEXT_LENGTH_MAX)
  return {
    vi: of(house.name.vi, machine.vi, report.text.vi.replace(/^Khóa an toàn: /, '')),
    en: of(house.name.en, machine.en, report.text.en.replace(/^Interlock: /, '')),
  }
}

function free(draft: Draft, report: InterlockReport): void {
  const memory = draft.interlocks[placeKey(report)]
  // Of two that hold one output the last that was told is remembered; the other's end is none of its.
  if (memory === undefined || memory.name !== report.name) return
  const { times = 0 } = draft.comings[comingKey(report)] ?? {}
  if (memory.latched || memory.alarm === null || times < OFTEN) {
    clear(draft, report, memory)
    return
  }
  const still = { ...memory, holds: false, untilT: null, freeT: draft.t }
  draft.interlocks = { ...draft.interlocks, [placeKey(report)]: still }
}

function countComing(draft: Draft, report: InterlockReport): void {
  const recent = Object.entries(draft.comings).filter(([, { sinceT }]) => draft.t - sinceT < HOUR_MS)
  const { [comingKey(report)]: before = { times: 0, sinceT: draft.t }, ...others } =
    Object.fromEntries(recent)
  draft.comings = { ...others, [comingKey(report)]: { ...before, times: before.times + 1 } }
}

function comingKey(report: InterlockReport): string {
  return `${placeKey(report)} ${report.name}`
}

function clear(draft: Draft, place: Place, memory: InterlockMemory): void {
  const { [placeKey(place)]: _over, ...rest } = draft.interlocks
  draft.interlocks = rest
  draft.save = true
  if (memory.alarm === null) return
  const rule = `${INTERLOCK_RULE_PREFIX}${memory.name}`.slice(0, RULE_LENGTH_MAX)
  const { vi, en } = placeName(draft.house, place)
  draft.events.push({
    ...{ v: 1, alarm: memory.alarm, station: draft.house.id, rule },
    ...{ device: place.device, output: place.output },
    ...{ event: 'cleared', level: 0, at: Math.round(draft.at) },
    text: {
      vi: `${draft.house.name.vi}: ${vi} đã được mở khóa.`,
      en: `${draft.house.name.en}: ${en} is no longer held back.`,
    },
  })
}
