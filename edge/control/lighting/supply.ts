import type { LightingFaultName } from '../../../core/documents/lighting-faults.ts'
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

export function moduleSubjectKey(device: string): string {
  return `module:${device}`
}

/** It is told to be closed, by the street or by whoever drives its contactor instead. */
export function isDrivenClosed(draft: Draft, index: number): boolean {
  const feeder = draft.feeders[index]
  return feeder?.driven ?? feeder?.closed ?? true
}

/**
 * What a device has said is not known any more once it is silent: a fault that was seen through it stands until the
 * device says otherwise, but it explains nothing. It would hide for ever what really is broken behind it.
 */
function stillSeen(draft: Draft, name: LightingFaultName, key: string, seenBy: string | undefined): boolean {
  if (!isInForce(draft, name, key)) return false
  if (seenBy === undefined) return true
  if (seenBy === draft.street.cabinet.meter) return !isInForce(draft, 'meter-silent', CABINET)
  return !isInForce(draft, 'cabinet-silent', moduleSubjectKey(seenBy))
}

/** No power comes to the cabinet. */
export function supplyLost(draft: Draft): boolean {
  return stillSeen(draft, 'supply-lost', CABINET, draft.street.cabinet.phases[0]?.device)
}

/** No power comes to the cabinet or past its protection. */
export function cabinetDead(draft: Draft): boolean {
  return supplyLost(draft) || stillSeen(draft, 'rcd-tripped', CABINET, draft.street.cabinet.rcd?.device)
}

/** The feeder's lamps are known to have no supply. */
export function unsupplied(draft: Draft, index: number): boolean {
  const place = draft.street.feeders[index]
  if (place === undefined) return false
  if (place.contactor !== undefined && !isDrivenClosed(draft, index)) return !isWelded(draft, place.id)
  return cabinetDead(draft) || feederBroken(draft, index) || phaseDead(draft, index)
}

function isWelded(draft: Draft, feeder: string): boolean {
  return isInForce(draft, 'contactor-welded', feederSubjectKey(feeder))
}

/** Its fuse, or its contactor. */
export function feederBroken(draft: Draft, index: number): boolean {
  const { id, power, contactor } = draft.street.feeders[index] ?? { id: '' }
  const key = feederSubjectKey(id)
  return (
    stillSeen(draft, 'feeder-power-lost', key, power?.device) ||
    stillSeen(draft, 'contactor-stuck-open', key, contactor?.feedback?.device)
  )
}

/** Its phase is the one that the cabinet has lost. */
export function phaseDead(draft: Draft, index: number): boolean {
  const feeder = draft.feeders[index]
  const seenBy = draft.street.cabinet.phases[0]?.device
  if (!stillSeen(draft, 'phase-lost', CABINET, seenBy) || feeder === undefined || feeder.voltage_V === null)
    return false
  return feeder.voltage_V < draft.street.cabinet.phaseLost_V
}
