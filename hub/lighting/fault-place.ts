import { isLightingFault, LIGHTING_FAULTS } from '../../core/documents/lighting-faults.ts'
import type { StreetDocument } from './street-document.ts'

type Lamp = StreetDocument['lamps'][number]

/** What of a street a fault is about: one or more of its lamps, or one of its feeders, or neither: the cabinet. */
export interface FaultPlace {
  readonly lamps: readonly Lamp[]
  readonly feeder: StreetDocument['feeders'][number] | undefined
}

/** A fault of lamps that names a feeder is one of all its lamps: they have one cause, and are told as one. */
export function faultPlace(
  street: StreetDocument,
  about: { readonly device?: string | null; readonly part?: string | null; readonly rule: string },
): FaultPlace {
  const device = about.device ?? undefined
  const part = about.part ?? undefined
  const ofLamps = isLightingFault(about.rule) && LIGHTING_FAULTS[about.rule].about === 'lamp'
  if (ofLamps && device !== undefined) {
    const there = street.lamps.filter((lamp) => lamp.device === device && (part ?? lamp.id) === lamp.id)
    return { lamps: there, feeder: undefined }
  }
  const feeder = part === undefined ? undefined : street.feeders.find(({ id }) => id === part)
  const lamps = ofLamps && feeder !== undefined ? street.lamps.filter((lamp) => lamp.feeder === part) : []
  return { lamps, feeder }
}
