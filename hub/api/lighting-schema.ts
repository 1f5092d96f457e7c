import Type, { type Static } from 'typebox'
import { CommandClass, CommandId, LightTarget } from '../../core/wire/commands.ts'
import { WordText } from '../../core/wire/messages.ts'
import { CommandState, Nullable, Problem } from './schema.ts'

/**
 * What the hub returns under /api/v1/lighting. Levels are percent of light, powers W, energies of lamps Wh, times UTC
 * milliseconds; `null` means "not known" or "never".
 */

const Name = Type.Object({ id: Type.String(), name: WordText })

/** Who holds a lamp, and until when; `until` is null until it is released. */
export const LampHold = Type.Object({
  command: CommandId,
  who: Type.String(),
  level: Type.Number(),
  until: Nullable(Type.Integer()),
})
export type LampHold = Static<typeof LampHold>

export const LampView = Type.Object({
  id: Type.String(),
  pole: Type.String(),
  device: Type.String(),
  feeder: Type.String(),
  lat: Type.Number(),
  lon: Type.Number(),
  /** Read back from the lamp. */
  level: Nullable(Type.Number()),
  /** What the street's controller wants it to give. */
  wanted: Nullable(Type.Number()),
  power: Nullable(Type.Number()),
  /** Its counter, as measured or else as reckoned. */
  energy: Nullable(Type.Number()),
  /** When the newest of these was measured. */
  heardAt: Nullable(Type.Integer()),
  /** Rules of what is wrong with it now, the worst first. */
  faults: Type.Array(Type.String()),
  held: Nullable(LampHold),
})
export type LampView = Static<typeof LampView>

/** The night that holds a time, from noon to noon: what the calendar and the sun make of it without holds or sensors. */
export const NightView = Type.Object({
  id: Type.String(),
  name: WordText,
  /** The calendar's exception that it comes from; null for a usual night. */
  exception: Nullable(WordText),
  from: Type.Integer(),
  to: Type.Integer(),
  /** Null where the sun does not set or rise in it. */
  sunset: Nullable(Type.Integer()),
  sunrise: Nullable(Type.Integer()),
  steps: Type.Array(Type.Object({ at: Type.Integer(), level: Type.Number() })),
})
export type NightView = Static<typeof NightView>

/** GET /api/v1/lighting/streets has all of them, GET /api/v1/lighting/streets/{edge}/{street} one. */
export const StreetView = Type.Object({
  edge: Type.String(),
  online: Type.Boolean(),
  lastSeen: Nullable(Type.Integer()),
  id: Type.String(),
  name: WordText,
  location: Type.Object({ lat: Type.Number(), lon: Type.Number() }),
  timeZone: Type.String(),
  lamps: Type.Array(LampView),
  feeders: Type.Array(
    Type.Object({
      ...Name.properties,
      power: Nullable(Type.Number()),
      /** The contactor's own word; null where there is none to tell. */
      closed: Nullable(Type.Boolean()),
      faults: Type.Array(Type.String()),
    }),
  ),
  groups: Type.Array(Type.Object({ ...Name.properties, lamps: Type.Array(Type.String()) })),
  profileTonight: Nullable(NightView),
  /** Least level that the street's class needs now, and by how many classes weather and traffic have raised it. */
  floor: Nullable(Type.Number()),
  raised: Nullable(Type.Number()),
  /** Rules of what is wrong with its cabinet and sensors, the worst first. */
  faults: Type.Array(Type.String()),
  totals: Type.Object({
    lamps: Type.Integer(),
    lit: Type.Integer(),
    /** Lamps with a fault, those that are silent not among them. */
    faulty: Type.Integer(),
    silent: Type.Integer(),
    power: Nullable(Type.Number()),
  }),
})
export type StreetView = Static<typeof StreetView>

/**
 * GET /api/v1/lighting/orders?edge=&street=&limit= : light commands, newest first. `confirmed` of `lamps` have shown the
 * level by their own word, `retrying` not yet; `lamps`, `confirmed` and `retrying` are null before the node has taken it.
 */
export const OrderView = Type.Object({
  command: CommandId,
  edge: Type.String(),
  street: Type.String(),
  class: CommandClass,
  target: LightTarget,
  who: Type.String(),
  why: Type.String(),
  /** When it was given. */
  at: Type.Integer(),
  state: CommandState,
  /** What was asked, and what is in force: the node may have raised it to what the street's class needs. */
  asked: Type.Number(),
  level: Nullable(Type.Number()),
  /** When it ends by itself; null where it does not, or has not begun. */
  until: Nullable(Type.Integer()),
  lamps: Nullable(Type.Integer()),
  confirmed: Nullable(Type.Integer()),
  retrying: Nullable(Type.Integer()),
  /** It holds lamps, or is on its way to: `cancel` it while it is `open`, otherwise give a `light-release` that names it. */
  undoable: Type.Boolean(),
  /** Why it was refused, failed or expired. */
  problem: Nullable(Problem),
})
export type OrderView = Static<typeof OrderView>

const Energy = {
  energy_kWh: Nullable(Type.Number()),
  /** As it would be with every lamp at full power for as long as the street is lit. */
  baseline_kWh: Nullable(Type.Number()),
  saved_kWh: Nullable(Type.Number()),
  saved_percent: Nullable(Type.Number()),
} as const

/** GET /api/v1/lighting/energy?edge=&street=&from=&to=&by=day|month ; days and months are those of the hub's zone. */
export const EnergyView = Type.Object({
  formula: WordText,
  timeZone: Type.String(),
  rows: Type.Array(
    Type.Object({
      from: Type.Integer(),
      to: Type.Integer(),
      ...Energy,
      feeders: Type.Array(Type.Object({ ...Name.properties, ...Energy })),
      /** The counters were read at both ends, and nothing of the time between is still to come. */
      complete: Type.Boolean(),
    }),
  ),
  /** Over all rows. */
  total: Type.Object(Energy),
  complete: Type.Boolean(),
})
export type EnergyView = Static<typeof EnergyView>

/** GET /api/v1/lighting/faults?edge=&street=&state= : one for each fault, however often it came; open ones first, then those of the last 90 days. */
export const FaultView = Type.Object({
  /** The newest alert of this fault: POST /api/v1/alerts/{alarm}/acknowledge says that somebody has taken it. */
  alarm: Type.String(),
  edge: Type.String(),
  street: Type.String(),
  streetName: WordText,
  /** Null for one of the cabinet or a feeder. */
  pole: Nullable(Type.String()),
  lamp: Nullable(Type.String()),
  feeder: Nullable(Type.String()),
  device: Nullable(Type.String()),
  rule: Type.String(),
  text: WordText,
  /** 0 for a notice, to 3. */
  level: Type.Integer(),
  /** When it came, and when it went. */
  since: Type.Integer(),
  until: Nullable(Type.Integer()),
  /** How many times it has come in the last 90 days. */
  times: Type.Integer(),
  /** The pole, or the street where it is not about one; null while its node does not describe it. */
  lat: Nullable(Type.Number()),
  lon: Nullable(Type.Number()),
  /** What a phone opens in the map that it has, with or without a network: `geo:16.8,107.1`. */
  geo: Nullable(Type.String()),
  /** The route of this hub's own page that shows it. */
  page: Type.String(),
  state: Type.Union([Type.Literal('active'), Type.Literal('cleared')]),
  acknowledgedBy: Nullable(Type.String()),
  acknowledgedAt: Nullable(Type.Integer()),
})
export type FaultView = Static<typeof FaultView>
