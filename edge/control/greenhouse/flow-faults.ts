import { decimal, type Text } from '../../../core/text.ts'
import { wetZones } from './account.ts'
import { type Draft, updateZone } from './draft.ts'
import { houseSubject, judge, type Subject, settle, unsuspect, zoneSubject } from './fault-book.ts'
import { isLearnt, measuredFlow, NOTHING_SHARE, usualFlow } from './flow.ts'
import { answerMs, endTurn, isActive } from './irrigation/runs.ts'
import { outputOf } from './outputs.ts'
import { pouredOf, sensed } from './sensors.ts'

/**
 * What measured flow tells of pipes and drippers: against what the zones that are open usually take, which is learnt
 * from their first sound runs and kept, so that drippers which clog slowly are noticed. A changed `flow_Lmin` is learnt
 * anew. Nothing is judged while flow settles after a valve has moved.
 */

/** A zone teaches what it takes only by runs of this length, s. */
const LESSON_S = 60
/** What trickles out of pipes after the last valve has shut. */
const EMPTYING_MS = 60_000

export function followFlow(draft: Draft): void {
  const zones = wetZones(draft)
  const group = zones.join('+')
  if (group !== draft.flow.group) {
    learn(draft)
    draft.flow = { ...draft.flow, group, sinceT: draft.t, measured: { L: 0, s: 0 } }
    for (const zone of draft.house.zones) forget(draft, zone.id)
  }
  // What a valve lets through is counted once it has answered: until then the flow is nobody's fault.
  if (moves(draft)) draft.flow = { ...draft.flow, sinceT: draft.t }
  const measured = measuredFlow(draft)
  const { settle_s } = draft.house.faults
  if (measured === null || draft.t - draft.flow.sinceT < settle_s * 1000) {
    unsuspect(draft, 'water-leak', '')
    return
  }
  if (zones.length === 0) judgeLeak(draft, measured)
  else judgeZones(draft, zones, measured)
}

/** Whether a valve was told to open or shut and may still answer. */
function moves(draft: Draft): boolean {
  return draft.house.zones.some(({ valve }) => {
    const { asked, known, askedT } = outputOf(draft, valve)
    return known !== asked && draft.t - askedT < answerMs(draft)
  })
}

/** While zones are open nothing is said of leaks; the flow of each is judged as one with those that are open beside it. */
function judgeZones(draft: Draft, zones: readonly string[], measured: number): void {
  const { burst, blocked, for_s, learn: need } = draft.house.faults
  const usual = zones.reduce((sum, zone) => sum + usualFlow(draft, zone), 0)
  const learnt = zones.every((id) => {
    const memory = draft.zones[draft.layout.zoneIndex.get(id) ?? -1]
    return memory !== undefined && isLearnt(memory, need)
  })
  const share = measured / Math.max(0.001, usual)
  const detail = flowDetail(measured, usual, learnt)
  const finding = (bad: boolean) => ({ bad, forMs: for_s * 1000, detail, value: measured, unit: 'L/min' })
  for (const id of zones) {
    const subject = zoneSubject(draft, id)
    judge(draft, 'no-flow', subject, finding(share < NOTHING_SHARE))
    judge(draft, 'pipe-burst', subject, finding(share > burst))
    // The document's flow may be a guess: what is less than a guess is not blocked.
    if (learnt) judge(draft, 'drippers-blocked', subject, finding(share < blocked && share >= NOTHING_SHARE))
    if (share > burst || share < NOTHING_SHARE) endFaulty(draft, id)
  }
  const sound = share <= burst && share >= (learnt ? blocked : NOTHING_SHARE)
  const s = Math.max(0, draft.t - Math.max(draft.beforeT, draft.flow.sinceT)) / 1000
  const { L, s: before } = draft.flow.measured
  draft.flow = {
    ...draft.flow,
    measured: sound ? { L: L + (measured * s) / 60, s: before + s } : { L: 0, s: 0 },
  }
}

/** Water that runs where it should not, or not at all, is not asked for any longer. */
function endFaulty(draft: Draft, zone: string): void {
  const run = draft.runs.find((one) => one.zone === zone && isActive(one))
  if (run === undefined) return
  const faulty = (name: 'pipe-burst' | 'no-flow') => draft.faults[`${name}/${zone}`]?.alarm ?? null
  if (faulty('pipe-burst') !== null) endTurn(draft, run, 'burst')
  else if (faulty('no-flow') !== null) endTurn(draft, run, 'no-flow')
}

function judgeLeak(draft: Draft, measured: number): void {
  const { leak_Lmin, for_s } = draft.house.faults
  const { zones, water } = draft.house
  const moving = [...zones.map(({ valve }) => valve), ...(water.pump === undefined ? [] : [water.pump])].some(
    (place) => draft.t - outputOf(draft, place).askedT < EMPTYING_MS,
  )
  const bad = measured > leak_Lmin
  if (bad && moving) return
  const flow = decimal(measured, 1)
  judge(draft, 'water-leak', houseSubject(draft), {
    ...{ bad, forMs: for_s * 1000, detail: { vi: `${flow.vi} L/phút`, en: `${flow.en} L/min` } },
    ...{ value: measured, unit: 'L/min' },
  })
}

/** A sound run teaches what its zones take; of several at once each by what the document says of them. */
function learn(draft: Draft): void {
  const { group, measured } = draft.flow
  if (group === '' || measured.s < LESSON_S) return
  const zones = group.split('+').flatMap((id) => draft.layout.zone(id) ?? [])
  const nominal = zones.reduce((sum, { flow_Lmin }) => sum + flow_Lmin, 0)
  const Lmin = (measured.L / measured.s) * 60
  for (const { id, flow_Lmin } of zones) {
    const memory = draft.zones[draft.layout.zoneIndex.get(id) ?? -1]
    if (memory === undefined || nominal <= 0) continue
    const fresh = memory.usual.of_Lmin === flow_Lmin ? memory.usual : { Lmin: 0, runs: 0, of_Lmin: flow_Lmin }
    if (fresh.runs >= draft.house.faults.learn) continue
    const sample = (Lmin * flow_Lmin) / nominal
    const runs = fresh.runs + 1
    updateZone(draft, id, {
      usual: { Lmin: fresh.Lmin + (sample - fresh.Lmin) / runs, runs, of_Lmin: flow_Lmin },
    })
  }
}

/** Suspicions of the flow before the valves moved say nothing about the flow after it. */
function forget(draft: Draft, zone: string): void {
  for (const name of ['no-flow', 'pipe-burst', 'drippers-blocked'] as const) unsuspect(draft, name, zone)
}

/** A tank that runs low is told before it is dry. */
export function followTank(draft: Draft): void {
  const { tank } = draft.house.water
  const percent = sensed(draft, tank)
  const subject: Subject = houseSubject(draft)
  if (tank === undefined || percent === null) {
    if (tank === undefined) {
      settle(draft, 'tank-low', subject)
      draft.tank = null
    }
    return
  }
  const low = draft.faults['tank-low/']?.alarm ?? null
  if (draft.tank === null || Math.abs(percent - draft.tank.percent) >= TANK_MOVES)
    draft.tank = { percent, poured_L: pouredOf(draft) }
  // Water that sloshes about the limit is one fault.
  const bad = percent <= tank.low + (low === null ? 0 : HYSTERESIS)
  const said = decimal(percent, 0)
  judge(draft, 'tank-low', subject, {
    ...{ bad, forMs: 10_000, detail: { vi: `${said.vi} %`, en: `${said.en} %` }, value: percent, unit: '%' },
  })
}

const HYSTERESIS = 3
/** Percent: less may be noise. */
const TANK_MOVES = 1

function flowDetail(measured: number, usual: number, learnt: boolean): Text {
  const [is, was] = [decimal(measured, 1), decimal(usual, 1)]
  return learnt
    ? { vi: `${is.vi} L/phút, thường ${was.vi}`, en: `${is.en} L/min, usually ${was.en}` }
    : { vi: `${is.vi} L/phút, theo hồ sơ ${was.vi}`, en: `${is.en} L/min, by the document ${was.en}` }
}
