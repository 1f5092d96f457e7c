import type { Text } from '../../../core/text.ts'
import { reckonedPower } from './consumption.ts'
import { type Draft, updateFeeder } from './draft.ts'
import { countFeeder, settleLamp } from './energy.ts'
import { isInForce, judge, settle, unsuspect } from './fault-book.ts'
import type { Report } from './lamp-reports.ts'
import { powerReturned } from './light.ts'
import { type FeederMemory, LONG_AGO } from './state.ts'
import { cabinetSubject, feederSubject, moduleSubject } from './subjects.ts'
import { CABINET, cabinetDead, feederBroken, isDrivenClosed, phaseDead } from './supply.ts'

/** What the cabinet's meter and contacts say: of its supply, its door, its protection and its feeders. */

/** Two samples of a contact or a voltage. */
const CONTACT_SAMPLES = 2
/** Contacts move, and a meter averages, for so long after an order. */
const SETTLED_MS = 30_000
/** Lamps that were told so long ago draw what they should. */
const LAMPS_SETTLED_MS = 120_000
/** Less than this cannot be told from the cabinet's own consumption. */
const JUDGED_W = 100
const NO_POWER_SHARE = 0.1
const LIVE_SHARE = 0.05
const LIVE_W = 50
/** The standby of its lamps, where there is enough of it, goes away when a feeder opens. */
const STANDBY_JUDGED_W = 20

export function hearCabinet(draft: Draft, device: string, report: Report): void {
  const { cabinet, feeders } = draft.street
  const value = (point: { readonly device: string; readonly channel: string } | undefined) => {
    if (point === undefined || point.device !== device || report.failed[point.channel] !== undefined)
      return undefined
    const number = report.telemetry[point.channel]
    return number !== undefined && Number.isFinite(number) ? number : undefined
  }
  if (Object.keys(report.telemetry).length > 0) heardOf(draft, device)
  hearContact(draft, 'door-open', value(cabinet.door), 1)
  hearContact(draft, 'rcd-tripped', value(cabinet.rcd), CONTACT_SAMPLES)
  hearPhases(draft, cabinet.phases.map(value))
  for (const [index, feeder] of feeders.entries()) {
    const scale = feeder.power?.unit === 'kW' ? 1_000 : 1
    const counted = feeder.energy?.unit === 'kWh' ? 1_000 : 1
    const volts = value(feeder.voltage)
    if (volts !== undefined) updateFeeder(draft, index, { voltage_V: volts, voltageT: draft.t })
    const contact = value(feeder.contactor?.feedback)
    if (contact !== undefined) {
      updateFeeder(draft, index, { contact: contact >= 1 })
      judgeContact(draft, index, contact >= 1)
    }
    const count = value(feeder.energy)
    if (count !== undefined && count >= 0) countFeeder(draft, index, count * counted)
    const power = value(feeder.power)
    if (power !== undefined) {
      updateFeeder(draft, index, { power_W: Math.max(0, power * scale), powerT: draft.t })
      judgePower(draft, index, Math.max(0, power * scale), report.age)
    }
  }
}

function hearContact(
  draft: Draft,
  name: 'door-open' | 'rcd-tripped',
  closed: number | undefined,
  need: number,
): void {
  if (closed === undefined) return
  const { door, rcd } = draft.street.cabinet
  const subject = cabinetSubject(draft, (name === 'door-open' ? door : rcd)?.device)
  withSupply(draft, () => judge(draft, name, subject, { bad: closed >= 1, need }))
}

function hearPhases(draft: Draft, volts: readonly (number | undefined)[]): void {
  if (volts.every((one) => one === undefined)) return
  const phases = volts.map((one, index) => one ?? draft.phases_V[index] ?? null)
  draft.phases_V = phases
  const { phaseLost_V } = draft.street.cabinet
  const lost = phases.flatMap((one, index) => (one !== null && one < phaseLost_V ? [`L${index + 1}`] : []))
  const all = lost.length === phases.length
  const subject = cabinetSubject(draft)
  const detail: Text = { vi: lost.join(', '), en: lost.join(', ') }
  withSupply(draft, () => {
    judge(draft, 'supply-lost', subject, { bad: all, need: CONTACT_SAMPLES, detail })
    if (all) unsuspect(draft, 'phase-lost', CABINET)
    else judge(draft, 'phase-lost', subject, { bad: lost.length > 0, need: CONTACT_SAMPLES, detail })
  })
}

/** A meter, or a module that reads contacts, has spoken: what is seen through it is known again. */
function heardOf(draft: Draft, device: string): void {
  if (draft.street.cabinet.meter === device) {
    draft.meterT = draft.t
    withSupply(draft, () => settle(draft, 'meter-silent', cabinetSubject(draft, device)))
  }
  if (!draft.layout.modules.some((module) => module.device === device)) return
  draft.modulesT = { ...draft.modulesT, [device]: draft.t }
  const subject = moduleSubject(device)
  if (!isInForce(draft, 'cabinet-silent', subject.key)) return
  // It may have forgotten what its contactors should do.
  for (const [index, { contactor }] of draft.street.feeders.entries())
    if (contactor?.device === device) updateFeeder(draft, index, { toldT: LONG_AGO })
  withSupply(draft, () => settle(draft, 'cabinet-silent', subject))
}

/** Where a fault of the supply is over, the lamps behind it come back at full light and are told again. */
export function withSupply(draft: Draft, hear: () => void): void {
  const before = draft.street.feeders.map((_, index) => isDead(draft, index))
  hear()
  for (const [index, wasDead] of before.entries()) {
    const dead = isDead(draft, index)
    if (dead === wasDead) continue
    if (dead) for (const lamp of draft.layout.lampsOf[index] ?? []) settleLamp(draft, lamp)
    else powerReturned(draft, index)
  }
}

function isDead(draft: Draft, index: number): boolean {
  if (Object.keys(draft.faults).length === 0) return false
  return cabinetDead(draft) || phaseDead(draft, index) || feederBroken(draft, index)
}

/** The auxiliary contact does not agree with what the contactor was told. */
function judgeContact(draft: Draft, index: number, closed: boolean): void {
  const feeder = draft.feeders[index]
  if (feeder === undefined || !hasActed(feeder, draft.t)) return
  const subject = feederSubject(draft, index)
  const need = CONTACT_SAMPLES
  // Each shows only while it is told the other thing: a welded contactor is not mended by being told to close.
  withSupply(draft, () => {
    if (isDrivenClosed(draft, index))
      judge(draft, 'contactor-stuck-open', subject, { bad: !closed, need, detail: CONTACT_OPEN })
    else judge(draft, 'contactor-welded', subject, { bad: closed, need, detail: CONTACT_CLOSED })
  })
}

/** Its driver has confirmed what it was told, and it has had time to move: an order that nobody heard is no fault of it. */
function hasActed({ actedT }: FeederMemory, t: number): boolean {
  return actedT !== null && t - actedT >= SETTLED_MS
}

function judgePower(draft: Draft, index: number, power: number, age: number): void {
  const feeder = draft.feeders[index]
  const place = draft.street.feeders[index]
  if (feeder === undefined || place === undefined) return
  const subject = feederSubject(draft, index)
  const { samples: need } = draft.street.faults
  const withheld =
    cabinetDead(draft) || phaseDead(draft, index) || draft.t - age < feeder.changedT + SETTLED_MS
  if (withheld) {
    unsuspect(draft, 'feeder-power-lost', subject.key)
    unsuspect(draft, 'contactor-welded', subject.key)
    return
  }
  if (place.contactor !== undefined && !isDrivenClosed(draft, index)) {
    if (hasActed(feeder, draft.t - age)) judgeOpen(draft, index, power, need)
    return
  }
  const expected = settledPower(draft, index)
  // Where little should flow, or the contact says why nothing does, no power says nothing of the fuse; power does.
  const telling = expected >= JUDGED_W && feeder.contact !== false
  if (!telling && power < JUDGED_W) {
    unsuspect(draft, 'feeder-power-lost', subject.key)
    return
  }
  const bad = telling && power < NO_POWER_SHARE * expected
  const detail = {
    vi: `${Math.round(power)} W, phải là ${Math.round(expected)} W`,
    en: `${Math.round(power)} W instead of ${Math.round(expected)} W`,
  }
  withSupply(draft, () =>
    judge(draft, 'feeder-power-lost', subject, { bad, need, detail, value: power, unit: 'W' }),
  )
}

/** Told open and no contact of its own to tell: power flows on, or the standby of its lamps has not gone away. */
function judgeOpen(draft: Draft, index: number, power: number, need: number): void {
  const feeder = draft.feeders[index]
  if (feeder === undefined || feeder.contact !== null) return
  const lamps = draft.layout.lampsOf[index] ?? []
  const sum = (watts: (lamp: number) => number) => lamps.reduce((total, lamp) => total + watts(lamp), 0)
  const rated = sum((lamp) => draft.layout.luminaire[lamp]?.rated_W ?? 0)
  const standby = sum((lamp) => draft.layout.luminaire[lamp]?.standby_W ?? 0)
  const flows = power > Math.max(LIVE_W, LIVE_SHARE * rated)
  const { before_W } = feeder
  const stays = before_W !== null && standby >= STANDBY_JUDGED_W && power > before_W - standby / 2
  const detail: Text = { vi: `còn ${Math.round(power)} W`, en: `${Math.round(power)} W still flow` }
  const bad = flows || stays
  judge(draft, 'contactor-welded', feederSubject(draft, index), {
    bad,
    need,
    detail,
    value: power,
    unit: 'W',
  })
}

/** What those lamps of a feeder must draw that were told their level long enough ago, W. */
function settledPower(draft: Draft, index: number): number {
  let W = 0
  for (const lamp of draft.layout.lampsOf[index] ?? []) {
    const memory = draft.lamps[lamp]
    const luminaire = draft.layout.luminaire[lamp]
    if (memory === undefined || luminaire === undefined || memory.level === null) continue
    if (draft.t - memory.changedT < LAMPS_SETTLED_MS) continue
    W += reckonedPower(luminaire, memory.load, memory.driven ?? memory.level)
  }
  return W
}

const CONTACT_OPEN: Text = {
  vi: 'tiếp điểm phụ báo đang mở',
  en: 'its auxiliary contact says that it is open',
}
const CONTACT_CLOSED: Text = {
  vi: 'tiếp điểm phụ báo đang đóng',
  en: 'its auxiliary contact says that it is closed',
}
