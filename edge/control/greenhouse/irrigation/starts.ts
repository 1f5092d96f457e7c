import type { Program, Zone } from '../../../../core/documents/greenhouse.ts'
import { isWithinHours, startsBetween } from '../../../../core/documents/greenhouse-plan.ts'
import { judgeCeiling } from '../account.ts'
import { type Draft, note } from '../draft.ts'
import { dayOf, houseTime } from '../house-clock.ts'
import { rainOfDay } from '../rain.ts'
import { isBlind, moistureOf } from '../sensors.ts'
import { RUNS_MAX, type Run, type RunCause, type RunEnd, type StartMemory } from '../state.ts'
import { waterBalance } from '../water-balance.ts'
import { endText } from '../wording.ts'
import { programWants, type Wants } from './amounts.ts'
import { LATE_MS } from './queue.ts'
import { enter, writeDown } from './runs.ts'

/** When programs begin. Nothing begins twice: the time up to which starts were looked for only goes on. */

const MINUTE_MS = 60_000
/** Starts that were missed longer ago are not even told. */
const MISSED_MS = 7 * 86_400_000

export function followStarts(draft: Draft): void {
  // While all water is stopped nothing is looked for: what falls due meanwhile is late, as after a power cut.
  if (draft.paused !== null) return
  const now = houseTime(draft)
  const lookedAt = draft.clock.lookedAt
  for (const program of draft.house.programs) {
    if (!program.on) continue
    if (program.start.by === 'moisture') followMoisture(draft, program, now)
    else if (now !== null && lookedAt !== null) followClockStarts(draft, program, lookedAt, now)
  }
  if (now !== null && lookedAt !== null && now > lookedAt) draft.clock = { ...draft.clock, lookedAt: now }
}

/** Of several starts that were missed only the last may still come, if it is not too late. */
function followClockStarts(draft: Draft, program: Program, after: number, now: number): void {
  // Times of day are whole minutes, in every zone.
  if (Math.floor(after / MINUTE_MS) === Math.floor(now / MINUTE_MS)) return
  const due = [...startsBetween(program.start, draft.layout.clock, Math.max(after, now - MISSED_MS), now)]
  const skipper = draft.skips[program.id]
  const [first] = due
  if (first !== undefined && skipper !== undefined) {
    draft.skips = withoutKey(draft.skips, program.id)
    due.shift()
    leaveOut(draft, program, [first], 'skipped', skipper)
  }
  const last = due.at(-1)
  const inTime = last !== undefined && now - last < LATE_MS
  const missed = inTime ? due.slice(0, -1) : due
  if (missed.length > 0) leaveOut(draft, program, missed, 'missed', null)
  if (inTime) beginProgram(draft, program)
}

function beginProgram(draft: Draft, program: Program): void {
  for (const id of program.zones) {
    const zone = draft.layout.zone(id)
    if (zone === undefined || isBusy(draft, program, id)) continue
    if (hasRained(draft, program, zone)) {
      enter(draft, entryOf(program, id, draft.at, 'rain', null))
      continue
    }
    if (program.start.by === 'clock') enqueue(draft, program, zone, 'clock')
    else followBalance(draft, program, zone)
  }
}

/** A zone that has not used up what it may waits for another day. */
function followBalance(draft: Draft, program: Program, zone: Zone): void {
  const { deficit_mm, readily_mm } = waterBalance(draft)
  const [deficit, readily] = [deficit_mm(zone.id), readily_mm(zone.id)]
  if (deficit === null || readily === null) enqueue(draft, program, zone, 'fallback')
  else if (deficit >= readily) enqueue(draft, program, zone, 'balance')
}

/**
 * A zone that is too dry, within the hours of its program and after its pause. Without a probe that is believed it gets
 * its usual amount once a day, at the beginning of those hours. While nobody knows the time, hours do not count: that the
 * soil is dry is no guess.
 */
function followMoisture(draft: Draft, program: Program, now: number | null): void {
  const { start } = program
  if (start.by !== 'moisture') return
  const within = now === null || isWithinHours(start, draft.layout.clock.shown(now))
  if (!within) return
  for (const id of program.zones) {
    const zone = draft.layout.zone(id)
    if (zone === undefined || isBusy(draft, program, id)) continue
    const memory = startOf(draft, program, id)
    const moisture = moistureOf(draft, id)
    const paused = memory.endedT !== null && draft.t - memory.endedT < start.pause_min * 60_000
    if (moisture !== null) {
      if (moisture < start.below && !paused) beginMoisture(draft, program, zone, 'moisture')
      continue
    }
    const day = dayOf(draft)
    const hadToday = memory.blindDay !== null && day <= memory.blindDay && memory.blindDay - day <= 2
    if (hadToday || !isBlind(draft, id)) continue
    draft.starts = { ...draft.starts, [`${program.id}/${id}`]: { ...memory, blindDay: day } }
    beginMoisture(draft, program, zone, 'fallback')
  }
}

function beginMoisture(draft: Draft, program: Program, zone: Zone, cause: RunCause): void {
  const memory = startOf(draft, program, zone.id)
  const leave = (end: RunEnd, who: string | null) => {
    // As good as a run: the pause begins, or it would be left out every second.
    draft.starts = { ...draft.starts, [`${program.id}/${zone.id}`]: { ...memory, endedT: draft.t } }
    enter(draft, entryOf(program, zone.id, draft.at, end, who))
  }
  const skipper = draft.skips[program.id]
  const today = draft.zones[draft.layout.zoneIndex.get(zone.id) ?? -1]?.today_L ?? 0
  if (skipper !== undefined) {
    draft.skips = withoutKey(draft.skips, program.id)
    leave('skipped', skipper)
  } else if (hasRained(draft, program, zone)) leave('rain', null)
  else if (today >= zone.daily_L) judgeCeiling(draft, zone.id)
  else enqueue(draft, program, zone, cause)
}

function hasRained(draft: Draft, { rain_mm }: Program, { rained }: Zone): boolean {
  return rain_mm !== undefined && rainOfDay(draft) * rained >= rain_mm
}

/** A program waters a zone once at a time: what still runs or waits is this start's as well. */
function isBusy({ runs }: Draft, program: Program, zone: string): boolean {
  return runs.some((run) => run.program === program.id && run.zone === zone)
}

function startOf(draft: Draft, program: Program, zone: string): StartMemory {
  return draft.starts[`${program.id}/${zone}`] ?? { endedT: null, usual_L: null, blindDay: null }
}

function enqueue(draft: Draft, program: Program, zone: Zone, cause: RunCause): void {
  const wants = programWants(draft, program, zone, cause === 'fallback')
  const key = `${program.id}/${zone.id}`
  draft.starts = { ...draft.starts, [key]: startOf(draft, program, zone.id) }
  if (wants === null) return
  const { cycles } = program
  addRun(draft, {
    ...{ zone: zone.id, program: program.id, order: null, who: null, cause, wants },
    recipe: program.recipe ?? null,
    cycles: cycles === undefined ? null : { run_s: cycles.run_min * 60, soak_s: cycles.soak_min * 60 },
  })
}

/** Puts a run into the queue; false where it is full, which is told. */
export function addRun(
  draft: Draft,
  run: Pick<Run, 'zone' | 'program' | 'order' | 'who' | 'cause' | 'recipe' | 'cycles'> & {
    readonly wants: Wants
  },
): boolean {
  if (draft.runs.length >= RUNS_MAX) {
    const text = { vi: 'Hàng chờ tưới đã đầy, bỏ một lượt.', en: 'The queue is full; one run is left out.' }
    note(draft, text, run.zone)
    return false
  }
  const id = draft.nextRun
  draft.nextRun += 1
  draft.save = true
  draft.runs = [
    ...draft.runs,
    {
      ...{ ...run, id, phase: 'queued', phaseT: draft.t, readyT: draft.t, queuedT: draft.t },
      ...{ beganAt: null, turn_s: 0, s: 0, L: 0, afterT: null, mL: 0, end: null, detail: null },
    },
  ]
  return true
}

/** Told once for a program, however many zones and starts it is about; the journal has the last of them. */
function leaveOut(
  draft: Draft,
  program: Program,
  starts: readonly number[],
  end: RunEnd,
  who: string | null,
): void {
  const at = starts.at(-1) ?? draft.at
  for (const zone of program.zones) writeDown(draft, entryOf(program, zone, at, end, who))
  const how = endText(end, who === null ? null : { vi: who, en: who })
  const times = starts.length
  note(draft, {
    vi: `Chương trình ${program.name}: ${times > 1 ? `${times} lần tưới, ` : ''}${how.vi}.`,
    en: `Program ${program.name}: ${times > 1 ? `${times} starts, ` : ''}${how.en}.`,
  })
}

function withoutKey<T>(record: Readonly<Record<string, T>>, key: string): Readonly<Record<string, T>> {
  const { [key]: _left, ...rest } = record
  return rest
}

function entryOf(program: Program, zone: string, at: number, end: RunEnd, who: string | null) {
  const cause: RunCause = program.start.by
  return {
    ...{ at, until: null, zone, program: program.id, order: null, who, cause, end, detail: null },
    ...{ L: 0, s: 0, recipe: program.recipe ?? null, mL: 0 },
  }
}
