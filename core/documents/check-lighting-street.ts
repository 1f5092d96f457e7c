import { type Fault, fault } from '../errors.ts'
import { solarNoon } from '../sun.ts'
import { isTimeZone, localClock } from '../time-zone.ts'
import type { DeviceLookup } from './check-flood-station.ts'
import { calendarFaults } from './check-lighting-calendar.ts'
import { lightingDesigns } from './lighting-class.ts'
import type { LightingStreet } from './lighting-street.ts'

/**
 * What a schema cannot say about a street: each contradiction as a fault in plain words, none for a sound document.
 * Without `devices` the references to devices are left unchecked (a hub does not know what hangs in the cabinet).
 */
export function checkLightingStreet(street: LightingStreet, devices?: DeviceLookup): readonly Fault[] {
  const place = placeFaults(street)
  return [
    ...place,
    ...repeatedNames(street),
    ...nameFaults(street),
    ...outputFaults(street),
    ...limitFaults(street),
    // Nights can be worked out only where the time zone is one.
    ...(place.length > 0 ? [] : calendarFaults(street)),
    ...(devices === undefined ? [] : referenceFaults(street, devices)),
  ]
}

/** What is allowed and yet not as it should be: what the lamps give against what the street's class needs. */
export function designWarnings(street: LightingStreet): readonly Fault[] {
  return lightingDesigns(street).flatMap((design) => {
    const { luminaire, class: name, needed_lx, lumen_lx, point, least_lx } = design
    const about = { street: street.id, luminaire, class: name }
    const lx = (value: number) => Math.round(value * 10) / 10
    const short =
      lumen_lx < needed_lx
        ? [fault('STREET_CLASS_UNMET', { ...about, lumen_lx: lx(lumen_lx), needed_lx: lx(needed_lx) })]
        : []
    const dark =
      point !== null && point.midway_lx < least_lx
        ? [fault('STREET_MIDWAY_DARK', { ...about, midway_lx: lx(point.midway_lx), least_lx: lx(least_lx) })]
        : []
    return [...short, ...dark]
  })
}

const HOUR_MS = 3_600_000
/** Any day will do: the sun stands highest within so many hours of noon wherever people keep a sensible clock. */
const SOME_DAY = Date.UTC(2028, 0, 1, 12)
const NOON_OFF_MAX_H = 4

function placeFaults({ id: street, location, timeZone }: LightingStreet): readonly Fault[] {
  const { lat, lon } = location
  if (!(Math.abs(lat) <= 90 && Math.abs(lon) <= 180))
    return [fault('STREET_PLACE_IMPOSSIBLE', { street, lat, lon })]
  if (!isTimeZone(timeZone))
    return [fault('STREET_TIME_ZONE_UNKNOWN', { street, timeZone: timeZone.slice(0, 60) })]
  const noon = localClock(timeZone).shown(solarNoon(location, SOME_DAY))
  const hour = (noon / HOUR_MS) % 24
  if (Math.abs(hour - 12) <= NOON_OFF_MAX_H) return []
  return [fault('STREET_TIME_ZONE_FAR', { street, timeZone, lat, lon, hour: Math.round(hour) % 24 })]
}

/** Everything that is known by a name within the street must have its own. */
function repeatedNames(street: LightingStreet): readonly Fault[] {
  const { lamps, feeders, groups, profiles, raises, calendar } = street
  const lists = [
    ['lamps', lamps.map(({ id }) => id)],
    ['feeders', feeders.map(({ id }) => id)],
    ['groups', groups.map(({ id }) => id)],
    ['profiles', profiles.map(({ id }) => id)],
    ['raises', raises.map(({ id }) => id)],
    ['calendar.exceptions', calendar.exceptions.map(({ id }) => id)],
    ...groups.map(({ id, lamps: members }) => [`groups ${id}`, members] as const),
  ] as const
  return lists.flatMap(([list, names]) => {
    const twice = firstRepeated(names)
    return twice === undefined
      ? []
      : [fault('STREET_NAME_REPEATED', { street: street.id, list, name: twice })]
  })
}

function firstRepeated(names: readonly string[]): string | undefined {
  const seen = new Set<string>()
  return names.find((name) => seen.size === seen.add(name).size)
}

/** Lamps name their feeder and their type, groups their lamps. */
function nameFaults({ id: street, lamps, feeders, luminaires, groups }: LightingStreet): readonly Fault[] {
  const knownFeeders = new Set(feeders.map(({ id }) => id))
  const knownLamps = new Set(lamps.map(({ id }) => id))
  return [
    ...lamps
      .filter(({ feeder }) => !knownFeeders.has(feeder))
      .map(({ id, feeder }) => fault('STREET_FEEDER_UNKNOWN', { street, lamp: id, feeder })),
    ...lamps
      .filter(({ luminaire }) => !Object.hasOwn(luminaires, luminaire))
      .map(({ id, luminaire }) => fault('STREET_LUMINAIRE_UNKNOWN', { street, lamp: id, luminaire })),
    ...groups.flatMap(({ id: group, lamps: members }) =>
      members
        .filter((lamp) => !knownLamps.has(lamp))
        .map((lamp) => fault('STREET_GROUP_LAMP_UNKNOWN', { street, group, lamp })),
    ),
  ]
}

/**
 * An output that a street of the same node drives already: each would take it from the other. A street that is given
 * anew is no stranger to itself.
 */
export function takenOutput(street: LightingStreet, others: readonly LightingStreet[]): Fault | undefined {
  const strangers = others.filter(({ id }) => id !== street.id)
  const owners = new Map(strangers.flatMap((one) => outputsOf(one).map(({ key }) => [key, one.id])))
  for (const { key, device, output } of outputsOf(street)) {
    const other = owners.get(key)
    if (other !== undefined) return fault('STREET_OUTPUT_TAKEN', { street: street.id, other, device, output })
  }
  return undefined
}

/** What a street drives: its lamps, and the contactors of its feeders. */
function outputsOf({ lamps, feeders }: LightingStreet) {
  const contactors = feeders.flatMap(({ id, contactor }) =>
    contactor === undefined ? [] : [{ id, ...contactor }],
  )
  return [...lamps, ...contactors].map(({ id, device, output }) => ({
    ...{ id, device, output },
    key: `${device}/${output}`,
  }))
}

/** An output has one lamp, or one contactor: two would take it from each other. */
function outputFaults(street: LightingStreet): readonly Fault[] {
  const users = new Map<string, string>()
  return outputsOf(street).flatMap(({ id, device, output, key }) => {
    const other = users.get(key)
    users.set(key, other ?? id)
    return other === undefined
      ? []
      : [fault('STREET_OUTPUT_SHARED', { street: street.id, one: other, other: id, device, output })]
  })
}

function limitFaults({ id: street, photocell, faults, luminaires }: LightingStreet): readonly Fault[] {
  return [
    ...(photocell !== undefined && photocell.light_lx <= photocell.dark_lx
      ? [
          fault('STREET_PHOTOCELL_ORDER', {
            street,
            dark_lx: photocell.dark_lx,
            light_lx: photocell.light_lx,
          }),
        ]
      : []),
    ...(faults.failed >= faults.low
      ? [fault('STREET_FAULT_SHARES', { street, failed: faults.failed, low: faults.low })]
      : []),
    ...Object.entries(luminaires)
      .filter(([, { rated_W, standby_W }]) => standby_W >= rated_W)
      .map(([luminaire, { rated_W, standby_W }]) =>
        fault('STREET_STANDBY_TOO_HIGH', { street, luminaire, standby_W, rated_W }),
      ),
  ]
}

function referenceFaults(street: LightingStreet, devices: DeviceLookup): readonly Fault[] {
  const { cabinet, feeders, lamps, photocell, motion, raises } = street
  const channels = [
    ...[cabinet.door, cabinet.rcd, ...cabinet.phases, photocell, ...(motion?.sensors ?? []), ...raises],
    ...feeders.flatMap(({ power, energy, voltage, contactor }) => [
      power,
      energy,
      voltage,
      contactor?.feedback,
    ]),
  ].filter((point) => point !== undefined)
  const contactors = feeders.flatMap(({ contactor }) => (contactor === undefined ? [] : [contactor]))
  return [
    ...channels
      .filter(({ device, channel }) => !devices.hasChannel(device, channel))
      .map(({ device, channel }) => fault('STREET_CHANNEL_UNKNOWN', { street: street.id, device, channel })),
    ...[...lamps, ...contactors]
      .filter(({ device, output }) => !devices.hasOutput(device, output))
      .map(({ device, output }) => fault('STREET_OUTPUT_UNKNOWN', { street: street.id, device, output })),
  ]
}
