import {
  LIGHTING_FAULTS,
  type LightingFaultName,
  lightingFaultText,
} from '../../../core/documents/lighting-faults.ts'
import type { Text } from '../../../core/text.ts'
import type { AlarmEvent } from '../../../core/wire/messages.ts'
import type { Draft } from './draft.ts'
import { FAULTS_MAX, type LightingState } from './state.ts'

const TEXT_LENGTH_MAX = 400

/** What a fault is about: `key` among those of its name, the words for it, and its device where it has one. */
export interface Subject {
  readonly key: string
  readonly text: Text
  readonly device?: string
  /** Id of the lamp or feeder: a module of eight lamps is one device. */
  readonly part?: string
}

export interface Finding {
  /** True for a sample that speaks for the fault, false against it. */
  readonly bad: boolean
  /** So many in a row bring it into force, and so many take it out. */
  readonly need: number
  readonly detail?: Text
  readonly value?: number
  readonly unit?: string
}

/** One sample of what may be a fault. It is told once when it comes into force and once when it is over. */
export function judge(draft: Draft, name: LightingFaultName, subject: Subject, finding: Finding): void {
  const key = faultKey(name, subject.key)
  const known = draft.faults[key]
  const inForce = known !== undefined && known.alarm !== null
  if (finding.bad === inForce) {
    // Nothing speaks for a change any more.
    if (known === undefined || known.samples === 0) return
    if (inForce) setFault(draft, key, { ...known, samples: 0 })
    else dropFault(draft, key)
    return
  }
  if (known === undefined && Object.keys(draft.faults).length >= FAULTS_MAX) return
  const samples = (known?.samples ?? 0) + 1
  if (samples < finding.need) setFault(draft, key, { alarm: known?.alarm ?? null, samples })
  else if (finding.bad) raise(draft, name, key, subject, finding)
  else clear(draft, name, key, subject, finding)
}

/** Forgets a suspicion; what is in force stays. For a time in which samples say nothing. */
export function unsuspect(draft: Draft, name: LightingFaultName, subjectKey: string): void {
  const key = faultKey(name, subjectKey)
  const known = draft.faults[key]
  if (known === undefined || known.samples === 0) return
  if (known.alarm === null) dropFault(draft, key)
  else setFault(draft, key, { ...known, samples: 0 })
}

/** Ends a fault at once, if it is in force. */
export function settle(draft: Draft, name: LightingFaultName, subject: Subject): void {
  judge(draft, name, subject, { bad: false, need: 1 })
}

export function isInForce(
  { faults }: Pick<LightingState, 'faults'>,
  name: LightingFaultName,
  subjectKey: string,
): boolean {
  const known = faults[faultKey(name, subjectKey)]
  return known !== undefined && known.alarm !== null
}

export function faultKey(name: LightingFaultName, subjectKey: string): string {
  return `${name}/${subjectKey}`
}

function raise(draft: Draft, name: LightingFaultName, key: string, subject: Subject, finding: Finding): void {
  const alarm = `${draft.street.id}/${name}/${draft.nextAlarm}`
  draft.nextAlarm += 1
  setFault(draft, key, { alarm, samples: 0 })
  draft.events.push(eventOf(draft, name, alarm, 'raised', subject, finding))
}

function clear(draft: Draft, name: LightingFaultName, key: string, subject: Subject, finding: Finding): void {
  const alarm = draft.faults[key]?.alarm
  dropFault(draft, key)
  if (alarm !== undefined && alarm !== null)
    draft.events.push(eventOf(draft, name, alarm, 'cleared', subject, finding))
}

function eventOf(
  { street, at }: Draft,
  name: LightingFaultName,
  alarm: string,
  event: 'raised' | 'cleared',
  subject: Subject,
  { detail, value, unit }: Finding,
): AlarmEvent {
  const text = lightingFaultText(name, event, {
    street: street.name,
    subject: subject.text,
    ...(detail === undefined ? {} : { detail }),
  })
  return {
    v: 1,
    alarm,
    station: street.id,
    ...(subject.device === undefined ? {} : { device: subject.device }),
    ...(subject.part === undefined ? {} : { part: subject.part }),
    rule: name,
    event,
    level: event === 'raised' ? LIGHTING_FAULTS[name].level : 0,
    at: Math.round(at),
    ...(value === undefined ? {} : { value: Math.round(value * 10) / 10 }),
    ...(unit === undefined ? {} : { unit }),
    text: { vi: text.vi.slice(0, TEXT_LENGTH_MAX), en: text.en.slice(0, TEXT_LENGTH_MAX) },
  }
}

function setFault(draft: Draft, key: string, memory: LightingState['faults'][string]): void {
  draft.faults = { ...draft.faults, [key]: memory }
}

function dropFault(draft: Draft, key: string): void {
  const { [key]: _over, ...rest } = draft.faults
  draft.faults = rest
}

/** How many lamps have a fault, and how many are silent, whole feeders counted by their lamps. */
export function faultsOf(state: Pick<LightingState, 'faults' | 'street'>): {
  readonly faulty: number
  readonly silent: number
} {
  const faulty = new Set<string>()
  const silent = new Set<string>()
  for (const [key, { alarm }] of Object.entries(state.faults)) {
    if (alarm === null) continue
    const [name = '', subject = ''] = key.split('/')
    const [about = '', id = ''] = subject.split(':')
    if (about === 'lamp') (name === 'gear-silent' ? silent : faulty).add(id)
    else if (about === 'feeder' && name === 'gear-silent')
      for (const lamp of state.street.lamps) if (lamp.feeder === id) silent.add(lamp.id)
  }
  return { faulty: faulty.size, silent: silent.size }
}
