import type { Zone } from '../../../../core/documents/greenhouse.ts'
import { type Draft, updateZone } from '../draft.ts'
import { MOVED, sensed } from '../sensors.ts'

/**
 * A probe that water does not move is not believed: it hangs in the air, or says the same for ever. Looked at where a
 * zone that was dry got water that must show.
 */

/** Water that must show, mm on the zone's area, and how soon, ms. */
const WATER_MM = 1
const SHOWS_MS = 2 * 3_600_000
/** What a probe must rise by, percent of volume. */
const RISE = 0.2
/** Soil this near to field capacity lets more water drain: it need not show. */
const DRY = 3
const TIMES = 3

export function followProbes(draft: Draft): void {
  for (const zone of draft.house.zones) {
    const moisture = rawMoisture(draft, zone)
    const memory = draft.zones[draft.layout.zoneIndex.get(zone.id) ?? -1]
    if (memory === undefined || moisture === null) continue
    const { probe } = memory
    if (probe.stuckAt !== null) {
      if (Math.abs(moisture - probe.stuckAt) >= MOVED)
        updateZone(draft, zone.id, { probe: { before: null, sinceT: draft.t, unmoved: 0, stuckAt: null } })
      continue
    }
    if (probe.before === null) {
      const before = beforeWater(draft, zone)
      if (before !== null && before < zone.soil.fieldCapacity - DRY)
        updateZone(draft, zone.id, { probe: { ...probe, before, sinceT: draft.t } })
    } else if (moisture - probe.before >= RISE)
      updateZone(draft, zone.id, { probe: { ...probe, before: null, unmoved: 0 } })
    else if (draft.t - probe.sinceT >= SHOWS_MS) {
      const unmoved = probe.unmoved + 1
      const stuckAt = unmoved >= TIMES ? moisture : null
      updateZone(draft, zone.id, { probe: { before: null, sinceT: draft.t, unmoved, stuckAt } })
    }
  }
}

/** Moisture that the run has found which has given a zone so much; a probe beside a dripper may have shown it long since. */
function beforeWater({ runs }: Draft, { id, area_m2 }: Zone): number | null {
  const run = runs.find(({ zone, phase }) => zone === id && phase === 'watering')
  return run === undefined || run.L / area_m2 < WATER_MM ? null : (run.found ?? null)
}

/** As the probes say, believed or not. */
export function rawMoisture(draft: Draft, { soil }: Zone): number | null {
  const values = soil.moisture.flatMap((point) => sensed(draft, point) ?? [])
  return values.length === 0 ? null : Math.max(...values)
}
