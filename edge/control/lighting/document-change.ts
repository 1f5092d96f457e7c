import { designWarnings } from '../../../core/documents/check-lighting-street.ts'
import { isLightingFault, LIGHTING_FAULTS } from '../../../core/documents/lighting-faults.ts'
import type { Feeder, LightingStreet } from '../../../core/documents/lighting-street.ts'
import { explain } from '../../../core/errors.ts'
import type { Draft } from './draft.ts'
import { type Subject, settle } from './fault-book.ts'
import { layoutOf } from './layout.ts'
import { createFeeder, createLamp, LONG_AGO } from './state.ts'
import { moduleSubjectKey } from './supply.ts'

/**
 * Puts a new document in force while the street burns. Lamps, feeders and sensors that stay keep what is known of them;
 * what hangs on another wire than before begins anew. The document in force, given again, changes nothing.
 */
export function changeDocument(draft: Draft, street: LightingStreet): void {
  if (street.id === draft.street.id && JSON.stringify(street) !== JSON.stringify(draft.street))
    replace(draft, street)
  warn(draft)
}

function replace(draft: Draft, street: LightingStreet): void {
  const { t, street: before } = draft
  const oldLamps = new Map(before.lamps.map((lamp, index) => [lamp.id, { lamp, memory: draft.lamps[index] }]))
  const oldFeeders = new Map(
    before.feeders.map((feeder, index) => [feeder.id, { feeder, memory: draft.feeders[index] }]),
  )
  draft.lamps = street.lamps.map((lamp) => {
    const old = oldLamps.get(lamp.id)
    const same = old !== undefined && old.lamp.device === lamp.device && old.lamp.output === lamp.output
    const memory = same ? old.memory : undefined
    if (memory === undefined) return createLamp(lamp, t)
    const sameType =
      JSON.stringify(before.luminaires[old?.lamp.luminaire ?? '']) ===
      JSON.stringify(street.luminaires[lamp.luminaire])
    return sameType ? memory : { ...memory, load: null, changedT: t }
  })
  draft.feeders = street.feeders.map((feeder) => {
    const old = oldFeeders.get(feeder.id)
    if (old?.memory === undefined) return createFeeder(feeder, t)
    const { energy_Wh, baseline_Wh } = old.memory
    if (wiresOf(feeder) === wiresOf(old.feeder)) return old.memory
    return { ...createFeeder(feeder, t), closed: old.memory.closed, energy_Wh, baseline_Wh, toldT: LONG_AGO }
  })
  draft.street = street
  draft.layout = layoutOf(street)
  const known = new Set(draft.layout.sensors.map(({ key }) => key))
  draft.sensors = Object.fromEntries(Object.entries(draft.sensors).filter(([key]) => known.has(key)))
  draft.phases_V = []
  draft.meterT = t
  const modules = new Set(draft.layout.modules.map(({ device }) => device))
  draft.modulesT = Object.fromEntries(
    Object.entries(draft.modulesT).filter(([device]) => modules.has(device)),
  )
  endForgotten(draft, before, known)
}

function wiresOf({ contactor, power, energy, voltage }: Feeder): string {
  return JSON.stringify([contactor, power, energy, voltage])
}

/** Faults of lamps, feeders, sensors and contacts that the new document does not have are over. */
function endForgotten(draft: Draft, before: LightingStreet, sensors: ReadonlySet<string>): void {
  const { cabinet } = draft.street
  const lamps = new Map(draft.street.lamps.map((lamp) => [`lamp:${lamp.id}`, lamp.device]))
  const devices = new Map(before.lamps.map((lamp) => [`lamp:${lamp.id}`, lamp]))
  // What was seen over another wire could never be seen to end.
  const wires = new Map(before.feeders.map((feeder) => [feeder.id, wiresOf(feeder)]))
  const feeders = new Set(
    draft.street.feeders
      .filter((feeder) => wires.get(feeder.id) === wiresOf(feeder))
      .map(({ id }) => `feeder:${id}`),
  )
  const modules = new Set(draft.layout.modules.map(({ device }) => moduleSubjectKey(device)))
  const kept = (name: string, key: string): boolean => {
    if (key.startsWith('lamp:')) return lamps.has(key) && lamps.get(key) === devices.get(key)?.device
    if (key.startsWith('feeder:')) return feeders.has(key)
    if (name === 'cabinet-silent') return modules.has(key)
    if (name === 'street-sensor-lost') return sensors.has(key)
    if (name === 'door-open') return cabinet.door !== undefined
    if (name === 'rcd-tripped') return cabinet.rcd !== undefined
    if (name === 'meter-silent') return cabinet.meter !== undefined
    return cabinet.phases.length > 0
  }
  for (const whole of Object.keys(draft.faults)) {
    const slash = whole.indexOf('/')
    const name = whole.slice(0, slash)
    const key = whole.slice(slash + 1)
    if (!isLightingFault(name) || kept(name, key)) continue
    const lamp = devices.get(key)
    const words = lamp?.pole ?? key.slice(key.indexOf(':') + 1)
    const subject: Subject = {
      key,
      text: LIGHTING_FAULTS[name].about === 'cabinet' ? draft.street.name : { vi: words, en: words },
      ...(lamp === undefined ? {} : { device: lamp.device }),
    }
    settle(draft, name, subject)
  }
}

/** What the design of the street falls short of is said once for each edition of it; it stops nothing. */
function warn(draft: Draft): void {
  const warnings = designWarnings(draft.street)
  const text = {
    vi: warnings.map((warning) => explain(warning, 'vi')).join(' '),
    en: warnings.map((warning) => explain(warning, 'en')).join(' '),
  }
  if (text.en === draft.warned) return
  draft.warned = text.en
  if (warnings.length === 0) return
  const alarm = `${draft.street.id}/${DESIGN_RULE}/${draft.nextAlarm}`
  draft.nextAlarm += 1
  draft.events.push({
    v: 1,
    alarm,
    station: draft.street.id,
    rule: DESIGN_RULE,
    event: 'note',
    level: 0,
    at: Math.round(draft.at),
    text: { vi: text.vi.slice(0, TEXT_LENGTH_MAX), en: text.en.slice(0, TEXT_LENGTH_MAX) },
  })
}

/** The rule of notes about the street's design: not a fault of its equipment. */
export const DESIGN_RULE = 'light-design'
const TEXT_LENGTH_MAX = 400
