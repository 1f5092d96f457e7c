import type { Zone } from '../../../../core/documents/greenhouse.ts'
import type { Text } from '../../../../core/text.ts'
import { judgeCeiling } from '../account.ts'
import { type Draft, note, updateRun } from '../draft.ts'
import { judge, settle, unsuspect, zoneSubject } from '../fault-book.ts'
import { flowsOf, usualFlow } from '../flow.ts'
import { holdAnew } from '../interlocks.ts'
import { ask, outputOf } from '../outputs.ts'
import { moistureOf } from '../sensors.ts'
import { JOURNAL_MAX, type JournalEntry, type Run, type RunEnd } from '../state.ts'
import { causeText, endText } from '../wording.ts'
import { rawMoisture } from './probes.ts'

/** A run from the opening of its valve to its shutting. */

/** A valve that has not answered after this long does not open, or does not shut; unless its house says otherwise. */
const ANSWER_S = 120
/** A pump is taken to stand still so long after it was told to, where nothing confirms it. */
const PUMP_STOPS_MS = 10_000
/** A zone's hardware ends by itself so long after its turn should. */
const SPARE_MS = 30_000

export function isActive({ phase }: Run): boolean {
  return phase === 'opening' || phase === 'watering' || phase === 'closing'
}

/** Opens the valve for the next turn of a run that waited. */
export function beginTurn(draft: Draft, run: Run): void {
  const { t, at } = draft
  const beganAt = run.beganAt ?? at
  const zone = draft.layout.zone(run.zone)
  const found = run.beganAt === null && zone !== undefined ? rawMoisture(draft, zone) : (run.found ?? null)
  updateRun(draft, run.id, { phase: 'opening', phaseT: t, turn_s: 0, afterT: null, beganAt, found })
  draft.save = true
}

/** Moves every active run on. */
export function followRuns(draft: Draft): void {
  for (const zone of draft.house.zones) watchShut(draft, zone)
  for (const run of draft.runs) {
    const zone = draft.layout.zone(run.zone)
    if (zone === undefined) continue
    switch (run.phase) {
      case 'opening':
        followOpening(draft, run, zone)
        break
      case 'watering':
        followWatering(draft, run, zone)
        break
      case 'closing':
        followClosing(draft, run, zone)
        break
      case 'queued':
      case 'soaking':
        break
    }
  }
}

/** A valve that is open though nobody wants it so is told; one that people hold open is not. */
function watchShut(draft: Draft, { id, valve }: Zone): void {
  const { asked, known, sent } = outputOf(draft, valve)
  const subject = zoneSubject(draft, id)
  if (asked === 0 && known === 0) settle(draft, 'valve-open', subject)
  else if (asked === 0 && known === 1 && sent !== 1)
    judge(draft, 'valve-open', subject, { bad: true, forMs: answerMs(draft) })
  else unsuspect(draft, 'valve-open', id)
}

export function answerMs({ house }: Pick<Draft, 'house'>): number {
  return (house.water.answer_s ?? ANSWER_S) * 1000
}

function followOpening(draft: Draft, run: Run, zone: Zone): void {
  const { t, house } = draft
  const valve = outputOf(draft, zone.valve)
  if (valve.asked === 1 && valve.known === 1) {
    const lead_ms = (house.water.pump?.lead_s ?? 0) * 1000
    if (t - Math.max(valve.knownT, run.phaseT) >= lead_ms)
      updateRun(draft, run.id, { phase: 'watering', phaseT: t })
    return
  }
  const asked = valve.asked === 1
  const refused = asked && (valve.failed || (valve.known === 0 && valve.knownT > valve.askedT))
  if (!refused && t - run.phaseT < answerMs(draft)) return
  judge(draft, 'valve-dumb', zoneSubject(draft, zone.id), { bad: true, forMs: 0 })
  endTurn(draft, run, 'valve')
}

function followWatering(draft: Draft, run: Run, zone: Zone): void {
  const valve = outputOf(draft, zone.valve)
  if (valve.known === 0 && valve.knownT > run.phaseT) {
    endTurn(draft, run, 'taken')
    return
  }
  if (endsWithoutPump(draft, run)) return
  const recipe = draft.layout.recipe(run.recipe)
  const left = turnLeft(draft, run, zone)
  if (left.s <= 0) {
    endTurn(draft, run, left.end)
    return
  }
  // The pipe is rinsed while there is still time for it.
  if (recipe !== undefined && run.afterT === null && left.s <= recipe.after_min * 60)
    updateRun(draft, run.id, { afterT: draft.t })
}

/** A pump that is known to rest though it is asked for gives no water, and no valve stays open for it. */
function endsWithoutPump(draft: Draft, run: Run): boolean {
  const { pump } = draft.house.water
  if (pump === undefined) return false
  const { asked, askedT, known, knownT } = outputOf(draft, pump)
  if (asked === 0 || known !== 0) return false
  if (draft.t - Math.max(askedT, knownT, run.phaseT) < answerMs(draft)) return false
  const held = holdAnew(draft, pump)
  endTurn(draft, run, held === undefined ? 'no-flow' : 'interlock', held?.text ?? PUMP_SILENT)
  return true
}

interface TurnLeft {
  /** Seconds that the turn still has. */
  readonly s: number
  /** What ends it; null for its soaking pause. */
  readonly end: RunEnd | null
}

/** How long a turn goes on, and what will end it: the first of all that may. */
export function turnLeft(draft: Draft, run: Run, zone: Zone): TurnLeft {
  const memory = draft.zones[draft.layout.zoneIndex.get(zone.id) ?? -1]
  const flow = Math.max(0.001, currentFlow(draft, run) / 60)
  const longest_s = zone.longest_min * 60
  const minutesGiven = run.wants.L === null && run.wants.s >= longest_s
  const ends: TurnLeft[] = [
    { s: longest_s - run.s, end: minutesGiven ? 'done' : 'limit' },
    { s: (zone.daily_L - (memory?.today_L ?? 0)) / flow, end: 'limit' },
    { s: run.wants.s - run.s, end: run.wants.L === null ? 'done' : 'time' },
    ...(run.wants.L === null ? [] : [{ s: (run.wants.L - run.L) / flow, end: 'done' as const }]),
    ...(run.cycles === null ? [] : [{ s: run.cycles.run_s - run.turn_s, end: null }]),
    ...(isMoist(draft, run) ? [{ s: rinseLeft(draft, run), end: 'moist' as const }] : []),
  ]
  return ends.reduce((first, one) => (one.s < first.s ? one : first))
}

export function isMoist(draft: Draft, run: Run): boolean {
  if (run.wants.moisture === null) return false
  const moisture = moistureOf(draft, run.zone)
  return moisture !== null && moisture >= run.wants.moisture
}

/** What is left of the plain water at the end of a turn with a recipe; it is given even to soil that is moist. */
function rinseLeft({ layout, t }: Draft, run: Run): number {
  const recipe = layout.recipe(run.recipe)
  if (recipe === undefined || run.mL === 0) return 0
  const rinsed_s = run.afterT === null ? 0 : (t - run.afterT) / 1000
  return recipe.after_min * 60 - rinsed_s
}

/** L/min that a run takes now. */
export function currentFlow(draft: Draft, run: Run): number {
  if (run.phase !== 'watering') return usualFlow(draft, run.zone)
  const zones = draft.runs.flatMap(({ phase, zone }) => (phase === 'watering' ? [zone] : []))
  return flowsOf(draft, zones).get(run.zone) ?? usualFlow(draft, run.zone)
}

/** Ends what a run does with its valve; with null it soaks and goes on. The valve shuts after the pump. */
export function endTurn(draft: Draft, run: Run, end: RunEnd | null, detail: Text | null = null): void {
  if (!isActive(run)) {
    if (end !== null) finish(draft, run, end, detail)
    return
  }
  if (run.phase === 'closing') {
    // The first reason is the true one; a pause is none.
    if (run.end === null && end !== null) updateRun(draft, run.id, { end, detail })
    return
  }
  updateRun(draft, run.id, { phase: 'closing', phaseT: draft.t, end, detail })
  draft.save = true
}

function followClosing(draft: Draft, run: Run, zone: Zone): void {
  const { t } = draft
  const valve = outputOf(draft, zone.valve)
  if (valve.asked !== 0) return
  if (valve.known === 0) {
    // That a valve which did not open is shut is no answer.
    if (run.end !== 'valve') settle(draft, 'valve-dumb', zoneSubject(draft, zone.id))
    leave(draft, run)
  } else if (t - valve.askedT >= answerMs(draft) || valve.failed) {
    judge(draft, 'valve-open', zoneSubject(draft, zone.id), { bad: true, forMs: 0 })
    leave(draft, run)
  }
}

function leave(draft: Draft, run: Run): void {
  if (run.end !== null) finish(draft, run, run.end, run.detail)
  else {
    const soak_ms = (run.cycles?.soak_s ?? 0) * 1000
    updateRun(draft, run.id, {
      phase: 'soaking',
      phaseT: draft.t,
      turn_s: 0,
      readyT: draft.t + soak_ms,
      afterT: null,
    })
  }
  draft.save = true
}

/** Writes a run into the journal. */
export function finish(draft: Draft, run: Run, end: RunEnd, detail: Text | null = null): void {
  draft.runs = draft.runs.filter(({ id }) => id !== run.id)
  const { zone, program, order, who, cause, recipe, mL, L, s } = run
  enter(draft, {
    ...{ at: run.beganAt ?? draft.at, until: run.beganAt === null ? null : draft.at },
    ...{ zone, program, order, who, cause, recipe, mL, L, s, end, detail },
  })
  if (end === 'limit') judgeCeiling(draft, zone)
  const key = `${program}/${zone}`
  const before = program === null ? undefined : draft.starts[key]
  if (program === null || before === undefined) return
  const usual = before.usual_L
  const sound = (end === 'done' || end === 'moist') && cause !== 'fallback' && L > 0
  const usual_L = sound ? (usual === null ? L : usual + (L - usual) / 4) : usual
  draft.starts = { ...draft.starts, [key]: { ...before, endedT: draft.t, usual_L } }
}

/** One line of the journal. */
export function writeDown(draft: Draft, entry: JournalEntry): void {
  draft.journal = [entry, ...draft.journal].slice(0, JOURNAL_MAX)
  draft.save = true
}

/** One line of the journal; what went another way than was planned is also told. */
export function enter(draft: Draft, entry: JournalEntry): void {
  writeDown(draft, entry)
  const { end, zone, detail } = entry
  if (end === 'done' || end === 'moist') return
  const why = causeText(entry, (id) => draft.house.programs.find((one) => one.id === id)?.name ?? id)
  const name = zoneSubject(draft, zone).text
  const how = endText(end, detail)
  note(draft, { vi: `${name.vi}, ${why.vi}: ${how.vi}.`, en: `${name.en}, ${why.en}: ${how.en}.` }, zone)
}

/** Tells pump and valves what the runs need: the pump runs only for open valves, and the last valve shuts after it. */
export function driveWater(draft: Draft): void {
  const { house, runs, t } = draft
  // A person who wants it to stop waits for the valves as well as for the pump.
  draft.urgent ||= runs.some(({ phase, end }) => phase === 'closing' && end === 'stopped')
  const watering = runs.filter(({ phase }) => phase === 'watering')
  const { pump } = house.water
  if (pump !== undefined) {
    const needed = watering.reduce((sum, run) => sum + usualFlow(draft, run.zone), 0)
    ask(draft, pump, {
      value: watering.length === 0 ? 0 : pump.variable ? speedFor(needed, house.water.gives_Lmin) : 1,
      reason: watering.length === 0 ? PUMP_RESTS : PUMP_RUNS,
    })
  }
  const memory = pump === undefined ? undefined : outputOf(draft, pump)
  const resting =
    memory === undefined || (memory.asked === 0 && (memory.known === 0 || t - memory.askedT >= PUMP_STOPS_MS))
  for (const zone of house.zones) {
    const run = runs.find((one) => one.zone === zone.id && isActive(one))
    const lingers = run?.phase === 'closing' && watering.length === 0 && !resting
    const open = run !== undefined && (run.phase !== 'closing' || lingers)
    const reason =
      run === undefined || !open
        ? SHUT
        : causeText(run, (id) => house.programs.find((program) => program.id === id)?.name ?? id)
    ask(draft, zone.valve, {
      value: open ? 1 : 0,
      reason,
      ...(run === undefined ? {} : { untilT: hardwareEnd(draft, run, zone) }),
    })
  }
}

/** When the hardware of a valve that opens now is to shut by itself, whatever becomes of the node. */
function hardwareEnd(draft: Draft, run: Run, zone: Zone): number {
  const most_s = Math.min(
    zone.longest_min * 60 - run.s,
    run.wants.s - run.s,
    run.cycles?.run_s ?? Number.POSITIVE_INFINITY,
  )
  return draft.t + Math.max(1, most_s) * 1000 + answerMs(draft) + SPARE_MS
}

/** Percent of full speed that gives so much: flow and speed go together. Below a fifth a pump lifts nothing. */
function speedFor(needed_Lmin: number, gives_Lmin: number): number {
  return Math.min(100, Math.max(20, Math.ceil((needed_Lmin / gives_Lmin) * 100)))
}

const PUMP_SILENT: Text = { vi: 'bơm không báo đã chạy', en: 'the pump does not say that it runs' }
const PUMP_RUNS: Text = { vi: 'có khu đang tưới', en: 'a zone is being watered' }
const PUMP_RESTS: Text = { vi: 'không khu nào tưới', en: 'nothing is being watered' }
const SHUT: Text = { vi: 'khu không tưới', en: 'the zone is not being watered' }
