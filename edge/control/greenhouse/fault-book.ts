import {
  GREENHOUSE_FAULTS,
  type GreenhouseFaultName,
  greenhouseFaultText,
} from '../../../core/documents/greenhouse-faults.ts'
import type { Text } from '../../../core/text.ts'
import { alarmId, type Draft } from './draft.ts'
import { type FaultMemory, type GreenhouseState, LIMITS } from './state.ts'

const TEXT_LENGTH_MAX = 400

/** What a fault is about: `key` among those of its name, the words for it, its device with what of it, and its zone where it has them. */
export interface Subject {
  readonly key: string
  readonly text: Text
  readonly device?: string
  /** What that device measures: the hub shows no soil moisture that is not believed here. */
  readonly channel?: string
  readonly zone?: string
}

export interface Finding {
  /** True for what speaks for the fault, false against it. */
  readonly bad: boolean
  /** It must be so for this long before it comes into force, or is over. */
  readonly forMs: number
  readonly detail?: Text
  readonly value?: number
  readonly unit?: string
}

/** What is seen of a fault now. It is told once when it comes into force and once when it is over. */
export function judge(draft: Draft, name: GreenhouseFaultName, subject: Subject, finding: Finding): void {
  const key = faultKey(name, subject.key)
  const known = draft.faults[key]
  const inForce = known !== undefined && known.alarm !== null
  if (finding.bad === inForce) {
    if (known === undefined) return
    if (!inForce) dropFault(draft, key)
    else if (known.sinceT !== null) setFault(draft, key, { ...known, sinceT: null })
    return
  }
  if (known === undefined && Object.keys(draft.faults).length >= LIMITS.FAULTS_MAX) return
  const sinceT = known?.sinceT ?? draft.t
  if (draft.t - sinceT < finding.forMs) {
    if (known?.sinceT === sinceT) return
    const fresh = { alarm: null, at: draft.at, text: { vi: '', en: '' }, zone: subject.zone ?? null }
    setFault(draft, key, { ...(known ?? fresh), sinceT })
  } else if (finding.bad) raise(draft, name, key, subject, finding)
  else clear(draft, name, key, subject, finding)
}

/** Ends a fault at once, if it is in force, and forgets a suspicion. */
export function settle(draft: Draft, name: GreenhouseFaultName, subject: Subject): void {
  if (isInForce(draft, name, subject.key)) judge(draft, name, subject, { bad: false, forMs: 0 })
  else unsuspect(draft, name, subject.key)
}

/** Forgets a suspicion; what is in force stays. For a time in which nothing can be said. */
export function unsuspect(draft: Draft, name: GreenhouseFaultName, subjectKey: string): void {
  const key = faultKey(name, subjectKey)
  const known = draft.faults[key]
  if (known === undefined || known.sinceT === null) return
  if (known.alarm === null) dropFault(draft, key)
  else setFault(draft, key, { ...known, sinceT: null })
}

export function isInForce(
  { faults }: Pick<GreenhouseState, 'faults'>,
  name: GreenhouseFaultName,
  subjectKey: string,
): boolean {
  const known = faults[faultKey(name, subjectKey)]
  return known !== undefined && known.alarm !== null
}

/** Suspicions do not outlive a restart: they count time that was watched. */
export function wakeFaults(draft: Draft): void {
  draft.faults = Object.fromEntries(
    Object.entries(draft.faults).flatMap(([key, memory]) =>
      memory.alarm === null ? [] : [[key, { ...memory, sinceT: null }]],
    ),
  )
}

export function faultKey(name: GreenhouseFaultName, subjectKey: string): string {
  return `${name}/${subjectKey}`
}

export function houseSubject({ house }: Pick<GreenhouseState, 'house'>): Subject {
  return { key: '', text: house.name }
}

export function zoneSubject(draft: Pick<Draft, 'layout'>, zone: string): Subject {
  return { key: zone, text: draft.layout.zone(zone)?.name ?? { vi: zone, en: zone }, zone }
}

function raise(
  draft: Draft,
  name: GreenhouseFaultName,
  key: string,
  subject: Subject,
  finding: Finding,
): void {
  const alarm = alarmId(draft, name)
  const text = textOf(draft, name, 'raised', subject, finding)
  setFault(draft, key, { alarm, sinceT: null, at: draft.at, text, zone: subject.zone ?? null })
  tellEvent(draft, name, alarm, 'raised', subject, finding, text)
}

function clear(
  draft: Draft,
  name: GreenhouseFaultName,
  key: string,
  subject: Subject,
  finding: Finding,
): void {
  const alarm = draft.faults[key]?.alarm
  dropFault(draft, key)
  if (alarm !== undefined && alarm !== null)
    tellEvent(
      draft,
      name,
      alarm,
      'cleared',
      subject,
      finding,
      textOf(draft, name, 'cleared', subject, finding),
    )
}

function textOf(
  { house }: Draft,
  name: GreenhouseFaultName,
  event: 'raised' | 'cleared',
  subject: Subject,
  { detail }: Finding,
): Text {
  const { vi, en } = greenhouseFaultText(name, event, {
    house: house.name,
    subject: subject.text,
    ...(detail === undefined ? {} : { detail }),
  })
  return { vi: vi.slice(0, TEXT_LENGTH_MAX), en: en.slice(0, TEXT_LENGTH_MAX) }
}

function tellEvent(
  { house, at, events }: Draft,
  name: GreenhouseFaultName,
  alarm: string,
  event: 'raised' | 'cleared',
  subject: Subject,
  { value, unit }: Finding,
  text: Text,
): void {
  events.push({
    ...{ v: 1, alarm, station: house.id, rule: name, event, at: Math.round(at), text },
    ...(subject.device === undefined ? {} : { device: subject.device }),
    ...(subject.channel === undefined ? {} : { channel: subject.channel }),
    ...(subject.zone === undefined ? {} : { part: subject.zone }),
    level: event === 'raised' ? GREENHOUSE_FAULTS[name].level : 0,
    ...(value === undefined ? {} : { value: Math.round(value * 10) / 10 }),
    ...(unit === undefined ? {} : { unit }),
  })
}

function setFault(draft: Draft, key: string, memory: FaultMemory): void {
  draft.faults = { ...draft.faults, [key]: memory }
}

function dropFault(draft: Draft, key: string): void {
  const { [key]: _over, ...rest } = draft.faults
  draft.faults = rest
}
