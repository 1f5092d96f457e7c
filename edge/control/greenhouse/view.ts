import type { Zone } from '../../../core/documents/greenhouse.ts'
import {
  greenhouseLabel,
  greenhouseLevel,
  greenhouseNext,
} from '../../../core/documents/greenhouse-faults.ts'
import { isTankLow } from '../../../core/documents/greenhouse-readings.ts'
import { vapourPressureDeficit } from '../../../core/evapotranspiration.ts'
import type { GreenhouseView, ProblemView, RunView, ZoneView } from '../../../core/greenhouse-view.ts'
import type { Now } from '../controller.ts'
import { cropStage } from './balance/root-zone.ts'
import { climateView } from './climate/follow.ts'
import { type Draft, openDraft } from './draft.ts'
import { feedPhase } from './fertigation/doser.ts'
import { isLearnt, measuredFlow } from './flow.ts'
import { dateOf } from './house-clock.ts'
import { heldBack } from './interlocks.ts'
import { nextStart } from './irrigation/next-start.ts'
import { holderOf } from './irrigation/queue.ts'
import { isActive, turnLeft } from './irrigation/runs.ts'
import { outputOf } from './outputs.ts'
import { atHome } from './place-name.ts'
import { moistureOf, sensed } from './sensors.ts'
import type { GreenhouseState, JournalEntry, Run } from './state.ts'
import { waterBalance } from './water-balance.ts'
import { causeText, endText } from './wording.ts'

/** How a greenhouse is, for people. Pure: the state as it would be at `now`, with nothing done. */
export function greenhouseView(state: GreenhouseState, now: Now): GreenhouseView {
  const draft = openDraft(state, now)
  const { house } = draft
  const { water, climate } = house
  const value = (point: Parameters<typeof sensed>[1]) => sensed(draft, point)
  const percent = value(water.tank)
  const [temperature, humidity] = [value(climate.temperature), value(climate.humidity)]
  return {
    ...{ id: house.id, name: house.name, at: now.at, timeZone: house.timeZone },
    paused: draft.paused === null ? null : { since: draft.paused.at, who: draft.paused.who },
    pump: pumpView(draft),
    tank:
      water.tank === undefined
        ? null
        : {
            percent,
            litres: percent === null ? null : (percent / 100) * water.tank.holds_L,
            low: isTankLow(percent, water.tank),
          },
    flow_Lmin: measuredFlow(draft),
    pressure_kPa: value(water.pressure),
    climate: {
      ...{ temperature_C: temperature, humidity },
      vpd_kPa:
        temperature === null || humidity === null ? null : vapourPressureDeficit(temperature, humidity),
      ...{ co2_ppm: value(climate.co2), light_lx: value(climate.light), par: value(climate.par) },
      devices: climateView(draft),
    },
    et0_mm: waterBalance(draft).et0_mm,
    zones: house.zones.map((zone) => zoneView(draft, zone)),
    problems: problemsOf(draft),
    fertiliser: (house.fertiliser?.channels ?? []).map(({ id, name, daily_mL }) => {
      const memory = draft.channels.find((one) => one.id === id)
      const { today_mL = 0, season_mL = 0 } = memory ?? {}
      return { channel: id, name, today_mL, season_mL, daily_mL }
    }),
    journal: draft.journal.map((entry) => journalView(draft, entry)),
  }
}

function pumpView(draft: Draft): GreenhouseView['pump'] {
  const { pump } = draft.house.water
  if (pump === undefined) return null
  const { asked, known } = outputOf(draft, pump)
  if (heldBack(draft, pump) !== undefined) return 'held'
  return (known ?? asked) > 0 ? 'on' : 'off'
}

function zoneView(draft: Draft, zone: Zone): ZoneView {
  const { id, name, soil, daily_L } = zone
  const memory = draft.zones[draft.layout.zoneIndex.get(id) ?? -1]
  const { today_L = 0, days_L = [], season_L = 0, last_Lmin = null } = memory ?? {}
  const moisture = moistureOf(draft, id)
  const balance = waterBalance(draft)
  const mine = draft.runs.filter((run) => run.zone === id)
  const running = mine.find(isActive)
  const waiting = mine.find((run) => !isActive(run))
  const date = dateOf(draft)
  const stage = date === null ? null : cropStage(zone.crop, date)
  const next = nextStart(draft, id)
  const learnt = memory !== undefined && isLearnt(memory, draft.house.faults.learn)
  return {
    ...{ id, name, moisture, daily_L, today_L, season_L },
    soilTemperature_C: sensed(draft, soil.temperature),
    ec_uScm: sensed(draft, soil.ec),
    ph: sensed(draft, soil.ph),
    lost: soil.moisture.length > 0 && moisture === null,
    crop: stage === null ? null : { name: stage.name, stage: stage.stage, day: stage.day, kc: stage.kc },
    deficit_mm: balance.deficit_mm(id),
    readily_mm: balance.readily_mm(id),
    valve: valveView(draft, zone),
    ...(running !== undefined && isRestedFor(draft, running)
      ? { running: null, waiting: waitingView(draft, running) }
      : {
          running: running === undefined ? null : runningView(draft, running, zone),
          waiting: waiting === undefined ? null : waitingView(draft, waiting),
        }),
    next,
    week_L: days_L.reduce((sum, one) => sum + one, today_L),
    flow: { usual_Lmin: learnt ? memory.usual.Lmin : null, last_Lmin },
    problems: Object.entries(draft.faults).flatMap(([key, { alarm, text, zone: of }]) => {
      const rule = key.slice(0, key.indexOf('/'))
      if (alarm === null || of !== id) return []
      const label = greenhouseLabel(rule)
      return [{ rule, label, text: atHome(text, draft.house), next: greenhouseNext(rule) }]
    }),
  }
}

function valveView(draft: Draft, { valve }: Zone): ZoneView['valve'] {
  const { asked, known } = outputOf(draft, valve)
  if (known === null) return asked === 1 ? 'opening' : 'unknown'
  if (asked === 1) return known === 1 ? 'open' : 'opening'
  return known === 1 ? (draft.t - outputOf(draft, valve).askedT < CLOSING_MS ? 'closing' : 'open') : 'shut'
}

/** A valve that is open this long after it was told to shut is open. */
const CLOSING_MS = 120_000

function nameOf(draft: Pick<Draft, 'house'>): (program: string) => string {
  return (program) => draft.house.programs.find(({ id }) => id === program)?.name ?? program
}

function runningView(draft: Draft, run: Run, zone: Zone): NonNullable<ZoneView['running']> {
  const phase =
    run.phase === 'opening' || run.phase === 'closing'
      ? run.phase
      : feedPhase(run, draft.layout.recipe(run.recipe), draft.house.fertiliser)
  const of = run.wants.L === null ? { minutes: run.wants.s / 60 } : { litres: run.wants.L }
  const left_s = run.phase === 'closing' ? 0 : Math.max(0, turnLeft(draft, run, zone).s)
  return {
    ...{ why: causeText(run, nameOf(draft)), who: run.who, program: run.program, phase },
    ...{ since: run.beganAt ?? draft.at, left_s, litres: run.L, of, recipe: run.recipe },
  }
}

/** Its valve is open, and its pump rests for a while that is known. */
function isRestedFor(draft: Draft, { phase }: Run): boolean {
  const { pump } = draft.house.water
  return phase === 'watering' && pump !== undefined && (heldBack(draft, pump)?.untilT ?? null) !== null
}

function waitingView(draft: Draft, run: Run): NonNullable<ZoneView['waiting']> {
  const held = holderOf(draft, run)
  const why = causeText(run, nameOf(draft))
  if (draft.paused !== null) return { why, for: 'paused', until: null }
  if (held !== undefined) {
    const { text, untilT = null } = held
    const until = untilT === null ? null : draft.at + (untilT - draft.t)
    return { why: atHome(text, draft.house), for: 'interlock', until }
  }
  if (run.phase === 'soaking' && run.readyT > draft.t)
    return { why, for: 'soak', until: draft.at + (run.readyT - draft.t) }
  return { why, for: 'turn', until: null }
}

function problemsOf(draft: Draft): readonly ProblemView[] {
  const faults = Object.entries(draft.faults).flatMap(([key, { alarm, at, text }]): ProblemView[] => {
    const rule = key.slice(0, key.indexOf('/'))
    if (alarm === null) return []
    const level = greenhouseLevel(rule)
    return [
      {
        ...{ alarm, rule, level, since: at, text: atHome(text, draft.house) },
        ...{ next: greenhouseNext(rule), output: null, latched: false },
      },
    ]
  })
  const held = Object.entries(draft.interlocks).flatMap(([key, one]): ProblemView[] => {
    const rule = `interlock-${one.name}`
    const slash = key.indexOf('/')
    const output = { device: key.slice(0, slash), output: key.slice(slash + 1) }
    if (one.alarm === null) return []
    return [
      {
        ...{ alarm: one.alarm, rule, level: one.level, since: one.at },
        text: atHome(one.text, draft.house),
        ...{ next: greenhouseNext(rule), output, latched: one.latched },
      },
    ]
  })
  return [...held, ...faults].toSorted((one, other) => other.level - one.level || one.since - other.since)
}

function journalView(draft: Draft, entry: JournalEntry): RunView {
  return {
    ...{ at: entry.at, until: entry.until, zone: entry.zone, who: entry.who, litres: entry.L },
    ...{ minutes: entry.s / 60, recipe: entry.recipe, fertiliser_mL: entry.mL },
    why: causeText(entry, nameOf(draft)),
    end: endText(entry.end, entry.detail),
  }
}
