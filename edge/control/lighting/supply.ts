import type { Draft } from './draft.ts'
import { isInForce } from './fault-book.ts'

/** Whether a lamp can have power at all: a lamp without is not to blame for being dark or silent. */

export const CABINET = 'cabinet'

export function lampSubjectKey(lamp: string): string {
  return `lamp:${lamp}`
}

export function feederSubjectKey(feeder: string): string {
  return `feeder:${feeder}`
}

/** It is told to be closed, by the street or by whoever drives its contactor instead. */
export function isDrivenClosed(draft: Draft, index: number): boolean {
  const feeder = draft.feeders[index]
  return feeder?.driven ?? feeder?.closed ?? true
}

/** Why no power comes to the cabinet or past its protection; null where it does. */
export function cabinetDead(draft: Draft): boolean {
  return isInForce(draft, 'supply-lost', CABINET) || isInForce(draft, 'rcd-tripped', CABINET)
}

/** The feeder's lamps are known to have no supply. */
export function unsupplied(draft: Draft, index: number): boolean {
  const place = draft.street.feeders[index]
  if (place === undefined) return false
  if (place.contactor !== undefined && !isDrivenClosed(draft, index)) return !isWelded(draft, place.id)
  return cabinetDead(draft) || feederBroken(draft, place.id) || phaseDead(draft, index)
}

function isWelded(draft: Draft, feeder: string): boolean {
  return isInForce(draft, 'contactor-welded', feederSubjectKey(feeder))
}

function feederBroken(draft: Draft, feeder: string): boolean {
  const key = feederSubjectKey(feeder)
  return isInForce(draft, 'feeder-power-lost', key) || isInForce(draft, 'contactor-stuck-open', key)
}

/** Its phase is the one that the cabinet has lost. */
export function phaseDead(draft: Draft, index: number): boolean {
  const feeder = draft.feeders[index]
  if (!isInForce(draft, 'phase-lost', CABINET) || feeder === undefined || feeder.voltage_V === null)
    return false
  return feeder.voltage_V < draft.street.cabinet.phaseLost_V
}
