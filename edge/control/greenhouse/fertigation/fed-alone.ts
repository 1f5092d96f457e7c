import type { Zone } from '../../../../core/documents/greenhouse.ts'
import type { Text } from '../../../../core/text.ts'
import type { Draft } from '../draft.ts'
import { judge, settle, zoneSubject } from '../fault-book.ts'
import { placeKey } from '../layout.ts'

/**
 * What is fed flows to every zone that is open: while another valve than that of the fed run may be open nothing is dosed,
 * and people are told which.
 */

/** True where the stock reaches no other zone; where it may, that is an alarm until it cannot any more. */
export function isFedAlone(draft: Draft, zone: Zone): boolean {
  const others = draft.house.zones.filter(({ id, valve }) => id !== zone.id && mayBeOpen(draft, valve))
  if (others.length === 0) return true
  const list = (language: keyof Text) => others.map(({ name }) => name[language]).join(', ')
  const detail = {
    vi: `van của ${list('vi')} có thể đang mở`,
    en: `the valve of ${list('en')} may be open`,
  }
  judge(draft, 'feed-held', zoneSubject(draft, zone.id), { bad: true, forMs: 0, detail })
  return false
}

/** Ends what was told once every valve but that of a run is shut. */
export function followFedAlone(draft: Draft): void {
  for (const zone of draft.house.zones) {
    const others = draft.house.zones.filter(({ id }) => id !== zone.id)
    if (others.some(({ valve }) => mayBeOpen(draft, valve))) continue
    settle(draft, 'feed-held', zoneSubject(draft, zone.id))
  }
}

/**
 * It is not known to be shut. Of a valve of which nothing was ever told since its house is known the node itself will hear:
 * it tells each of them to shut as it starts.
 */
function mayBeOpen({ outputs }: Draft, valve: Zone['valve']): boolean {
  const memory = outputs[placeKey(valve)]
  return memory !== undefined && memory.known !== 0
}
