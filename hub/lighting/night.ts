import Type from 'typebox'
import { type NightFinder, nightFinder } from '../../core/documents/lighting-night.ts'
import { LightingCalendar, LightingProfile } from '../../core/documents/lighting-street.ts'
import { matcher } from '../../core/schema.ts'
import { isTimeZone } from '../../core/time-zone.ts'
import type { NightView } from '../api/lighting-schema.ts'

const isPlan = matcher(
  Type.Object({
    location: Type.Object({
      lat: Type.Number({ minimum: -90, maximum: 90 }),
      lon: Type.Number({ minimum: -180, maximum: 180 }),
    }),
    timeZone: Type.String(),
    profiles: Type.Array(LightingProfile, { minItems: 1, maxItems: 100 }),
    calendar: LightingCalendar,
  }),
)

/** Tells of the night that holds a time; of a plan that this hub cannot read it tells nothing. */
export type NightTeller = (now: number) => NightView | null

export function nightTeller(document: unknown): NightTeller {
  if (!isPlan(document) || !isTimeZone(document.timeZone)) return () => null
  const find: NightFinder = nightFinder(document)
  return (now) => {
    const { profile, exception, from, to, sunset, sunrise, steps } = find(now)
    return {
      id: profile.id,
      name: profile.name,
      exception: exception?.name ?? null,
      ...{ from, to, sunset, sunrise },
      steps: steps.map(({ at, level }) => ({ at, level })),
    }
  }
}
