import type { Text } from '../../../core/text.ts'
import { layoutOf } from './layout.ts'
import { heldLamps } from './orders.ts'
import { nextStep } from './scene.ts'
import type { LightingState } from './state.ts'

/** A street at a glance, for who stands at its cabinet. */
export interface StreetSummary {
  readonly lamps: number
  readonly lit: number
  /** Lamps with a fault, silent ones not among them; and those that are silent. */
  readonly faulty: number
  readonly silent: number
  /** Mean of the lamps that burn, percent of light; 0 where none does. */
  readonly level: number
  readonly profile: Text
  readonly next: { readonly at: number; readonly level: number } | null
  readonly holds: readonly {
    readonly command: string
    readonly who: string
    readonly why: string
    readonly level: number
    /** Lamps on which it is in force. */
    readonly lamps: number
    /** Best known UTC; null for until it is released. */
    readonly until: number | null
  }[]
}

export function streetSummary(state: LightingState, at: number): StreetSummary {
  const burning = state.lamps.flatMap(({ level }) => (level !== null && level > 0 ? [level] : []))
  const night = layoutOf(state.street).night(at)
  const held = heldLamps(state)
  return {
    lamps: state.lamps.length,
    lit: burning.length,
    ...faultsOf(state),
    level: burning.length === 0 ? 0 : burning.reduce((sum, level) => sum + level, 0) / burning.length,
    profile: night.profile.name,
    next: nextStep(night, at),
    holds: state.holds.map((hold) => ({
      command: hold.command,
      who: hold.who,
      why: hold.why,
      level: hold.level,
      lamps: held.filter((one) => one === hold).length,
      until: hold.untilT === null ? null : at + hold.untilT - state.timeline.t,
    })),
  }
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
