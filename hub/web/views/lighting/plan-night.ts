import { nightOf } from '../../../../core/documents/lighting-night.ts'
import type { LightingProfile } from '../../../../core/documents/lighting-street.ts'
import type { StreetView } from '../../../api/lighting-schema.ts'
import type { Night } from '../../parts/lighting/night.ts'

/** The night of now as this profile would light it: the node reckons with the very same function. */
export function nightByProfile(profile: LightingProfile, street: StreetView, now: number): Night {
  const { location, timeZone } = street
  const calendar = { usual: profile.id, week: {}, exceptions: [] }
  return nightOf({ location, timeZone, profiles: [profile], calendar }, now)
}
