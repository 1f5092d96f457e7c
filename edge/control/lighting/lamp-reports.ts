import type { Text } from '../../../core/text.ts'
import { learn, reckonedPower } from './consumption.ts'
import { type Draft, updateLamp } from './draft.ts'
import { countLamp } from './energy.ts'
import { isInForce, judge, type Subject, settle, unsuspect } from './fault-book.ts'
import { noteShown, powerReturned } from './light.ts'
import { DROPS_MAX } from './state.ts'
import { feederLamps, feederSubject, lampSubject, silentLamp } from './subjects.ts'
import { unsupplied } from './supply.ts'

/** What a lamp's device says of it, and which fault its power shows (DOMAIN §3). */

/** A device that says so of itself is believed when it says so twice. */
const FLAG_SAMPLES = 2
/** A difference of power that small is no fault, whatever share it is. */
const SLACK_W = 2
const SLACK_SHARE = 0.02
/** A lamp that is out draws no more than its standby and so much of its rated power. */
const OUT_SHARE = 0.05
const OUT_W = 1
/** Times the rated power: no lamp draws that, so the number is nonsense. */
const BELIEVED_TIMES = 5
/** Below this a lamp has no supply. */
const SUPPLY_V = 50
/** A lamp that goes out by itself so often within this time cycles, and is well again when it has not for so long. */
const CYCLES = 3
const CYCLES_WITHIN_MS = 3_600_000
const CYCLES_OVER_MS = 6 * 3_600_000

export interface Report {
  readonly telemetry: Readonly<Record<string, number>>
  readonly failed: Readonly<Record<string, string>>
  /** How long ago it was measured, ms. */
  readonly age: number
}

export function hearLamp(draft: Draft, index: number, report: Report): void {
  const place = draft.street.lamps[index]
  const names = draft.layout.channels[index]
  if (place === undefined || names === undefined) return
  const value = (channel: string): number | undefined => {
    const number = report.failed[channel] === undefined ? report.telemetry[channel] : undefined
    return number !== undefined && Number.isFinite(number) ? number : undefined
  }
  // A bus tells even of a gear that does not answer: what has failed is no word of it.
  if (Object.keys(report.telemetry).length > 0) heard(draft, index)
  const level = value(names.level)
  if (level !== undefined) noteShown(draft, index, level, report.age)
  const hours = value(names.hours)
  if (hours !== undefined && hours >= 0) updateLamp(draft, index, { hours })
  const energy = value(names.energy)
  if (energy !== undefined && energy >= 0) countLamp(draft, index, energy)
  const subject = lampSubject(draft, index)
  const judged = isJudged(draft, index, report.age)
  const lamp = draft.lamps[index]
  const moment = { judged, asked: lamp?.driven ?? lamp?.level ?? 0 }
  judgeFlag(draft, 'gear-failure', subject, value(names.gearFailure), moment)
  const lampFailed = value(names.lampFailure)
  if (lampFailed === 1 || (lampFailed === 0 && value(names.power) === undefined))
    judgeFlag(draft, 'lamp-failure', subject, lampFailed, moment)
  const power = value(names.power)
  const volts = value(names.voltage)
  if (power !== undefined) hearPower(draft, index, { power, level, volts, judged, lampFailed })
}

function heard(draft: Draft, index: number): void {
  const place = draft.street.lamps[index]
  if (place === undefined) return
  updateLamp(draft, index, { heardT: draft.t })
  if (Object.keys(draft.faults).length === 0) return
  settle(draft, 'gear-silent', silentLamp(draft, index))
  const feeder = draft.layout.feederOf[index] ?? 0
  settle(draft, 'gear-silent', feederLamps(draft, feeder))
  // Without a meter it was the silence of the lamps that spoke of a lost fuse.
  if (
    draft.street.feeders[feeder]?.power === undefined &&
    isInForce(draft, 'feeder-power-lost', feederSubject(draft, feeder).key)
  ) {
    settle(draft, 'feeder-power-lost', feederSubject(draft, feeder))
    powerReturned(draft, feeder)
  }
}

/** Not while something changes, and not where no power can come. */
function isJudged(draft: Draft, index: number, age: number): boolean {
  const lamp = draft.lamps[index]
  if (lamp === undefined || lamp.level === null || unsupplied(draft, draft.layout.feederOf[index] ?? 0))
    return false
  const quietMs = draft.street.faults.quiet_min * 60_000
  return draft.t - age >= lamp.changedT + quietMs
}

function judgeFlag(
  draft: Draft,
  name: 'gear-failure' | 'lamp-failure',
  subject: Subject,
  flag: number | undefined,
  { judged, asked }: { readonly judged: boolean; readonly asked: number },
): void {
  // A lamp that is out is not tried by its gear: that it says nothing then does not make it well.
  const tried = flag === 1 || name === 'gear-failure' || asked > 0
  if (flag === undefined || !judged || !tried) return
  judge(draft, name, subject, { bad: flag === 1, need: FLAG_SAMPLES, detail: SAYS_SO })
}

interface PowerSample {
  readonly power: number
  readonly level: number | undefined
  readonly volts: number | undefined
  readonly judged: boolean
  readonly lampFailed: number | undefined
}

function hearPower(draft: Draft, index: number, sample: PowerSample): void {
  const lamp = draft.lamps[index]
  const luminaire = draft.layout.luminaire[index]
  const { power, level, volts, judged } = sample
  if (lamp === undefined || luminaire === undefined) return
  if (power < -SLACK_W || power > BELIEVED_TIMES * luminaire.rated_W + SLACK_W) return
  updateLamp(draft, index, { power_W: Math.max(0, power), powerT: draft.t })
  const subject = lampSubject(draft, index)
  const asked = lamp.driven ?? lamp.level ?? 0
  const unknown = asked > 0 && level === undefined && lamp.reads === null && lamp.tells
  if (!judged || unknown || (volts !== undefined && volts < SUPPLY_V)) {
    for (const name of POWER_FAULTS) unsuspect(draft, name, subject.key)
    return
  }
  if (asked > 0) judgeBurning(draft, index, asked, sample)
  else judgeOut(draft, index, power)
}

const POWER_FAULTS = ['lamp-failure', 'lamp-power-low', 'lamp-power-high', 'lamp-unexpected-on'] as const

function judgeBurning(draft: Draft, index: number, asked: number, sample: PowerSample): void {
  const lamp = draft.lamps[index]
  const luminaire = draft.layout.luminaire[index]
  if (lamp === undefined || luminaire === undefined) return
  const { power } = sample
  const { failed, low, high, samples: need } = draft.street.faults
  // What it shows is what it should draw: an order that has not reached it is no fault of the lamp.
  // Many tell level and power in frames of their own.
  const shows = sample.level ?? lamp.reads ?? asked
  const level = shows > 0 ? shows : asked
  const expected = reckonedPower(luminaire, lamp.load, level)
  const slack = Math.max(SLACK_W, SLACK_SHARE * luminaire.rated_W)
  const share = power / expected
  const isFailed = share < failed && expected - power > slack
  const isLow = !isFailed && share < low && expected - power > slack
  const isHigh = share > high && power - expected > slack
  const subject = lampSubject(draft, index)
  const finding = { need, detail: drawn(power, expected), value: power, unit: 'W' }
  const cycles = noteDrop(draft, index, isFailed)
  settle(draft, 'lamp-unexpected-on', subject)
  if (isInForce(draft, 'gear-failure', subject.key) || cycles) unsuspect(draft, 'lamp-failure', subject.key)
  else if (sample.lampFailed !== 1) judge(draft, 'lamp-failure', subject, { bad: isFailed, ...finding })
  judge(draft, 'lamp-power-low', subject, { bad: isLow, ...finding })
  judge(draft, 'lamp-power-high', subject, { bad: isHigh, ...finding })
  if (!isFailed && !isLow && !isHigh)
    updateLamp(draft, index, { load: learn(luminaire, lamp.load, { power_W: power, level }) })
}

function judgeOut(draft: Draft, index: number, power: number): void {
  const luminaire = draft.layout.luminaire[index]
  if (luminaire === undefined) return
  const most = luminaire.standby_W + OUT_SHARE * luminaire.rated_W + OUT_W
  const subject = lampSubject(draft, index)
  const { samples: need } = draft.street.faults
  const detail = drawn(power, luminaire.standby_W)
  judge(draft, 'lamp-unexpected-on', subject, { bad: power > most, need, detail, value: power, unit: 'W' })
}

/** A lamp that was burning and is dark though nobody told it to be: a few of these in an hour are a lamp that cycles. */
function noteDrop(draft: Draft, index: number, dark: boolean): boolean {
  const lamp = draft.lamps[index]
  if (lamp === undefined) return false
  const { t } = draft
  const recent = lamp.dropsT.filter((dropT) => t - dropT < CYCLES_OVER_MS)
  const dropped = dark && !lamp.dark
  const dropsT = (dropped ? [...recent, t] : recent).slice(-DROPS_MAX)
  if (dropsT.length !== lamp.dropsT.length || dark !== lamp.dark || dropped)
    updateLamp(draft, index, { dropsT, dark })
  const often = dropsT.filter((dropT) => t - dropT < CYCLES_WITHIN_MS).length >= CYCLES
  const subject = lampSubject(draft, index)
  const detail: Text = { vi: `${dropsT.length} lần`, en: `${dropsT.length} times` }
  if (often) judge(draft, 'lamp-cycling', subject, { bad: true, need: 1, detail })
  else if (dropsT.length === 0) settle(draft, 'lamp-cycling', subject)
  const latest = dropsT.at(-1)
  return (
    isInForce(draft, 'lamp-cycling', subject.key) && latest !== undefined && t - latest < CYCLES_WITHIN_MS
  )
}

function drawn(power: number, expected: number): Text {
  const [is, should] = [Math.round(power), Math.round(expected)]
  return { vi: `${is} W, phải là ${should} W`, en: `${is} W instead of ${should} W` }
}

const SAYS_SO: Text = { vi: 'thiết bị tự báo', en: 'its own gear says so' }
