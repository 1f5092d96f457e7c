import { FLAG } from '../../../core/reading.ts'
import { createFarmUses } from '../../../hub/farm/farm-use.ts'
import { createFarms } from '../../../hub/farm/farms.ts'
import { lightingWorld } from '../lighting/world.ts'
import { FARM, FARM_DOCUMENT } from './house.ts'

/** The hub's farms over its real database and real ingest, with an edge that says what a test wants. */
export function farmWorld(document: unknown = { ...FARM_DOCUMENT, somethingNewer: true }) {
  const world = lightingWorld(document)
  const timeZone = 'Asia/Ho_Chi_Minh'
  const farms = () => {
    const { store, edges, alerts, refuse } = world.hub()
    return createFarms({ clock: world.clock, timeZone, store, edges, alerts, refuse })
  }
  return {
    ...world,
    farms,
    uses: () => createFarmUses({ clock: world.clock, timeZone, store: world.hub().store, farms: farms() }),
    /** Values of the greenhouse's own points. */
    own: (values: Readonly<Record<string, number>>, at?: number, unit = 'L') =>
      world.tell(
        Object.fromEntries(Object.entries(values).map(([point, value]) => [`${FARM}/${point}`, value])),
        at,
        unit,
        FLAG.good,
      ),
    problem: (rule: string, part: Parameters<typeof world.fault>[0] | object = {}) =>
      world.fault({ alarm: `${FARM}/${rule}/1`, station: FARM, rule, ...part }),
  }
}

export type FarmWorld = ReturnType<typeof farmWorld>
