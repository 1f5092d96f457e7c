import { floorLevel, shiftClass } from '../../../core/documents/lighting-class.ts'
import { type NightFinder, nightFinder } from '../../../core/documents/lighting-night.ts'
import {
  type Lamp,
  type LightingStreet,
  type Luminaire,
  lampChannel,
} from '../../../core/documents/lighting-street.ts'

/** What follows from a street's document alone: who is where in its lists, and what each device's report is about. */
export interface Layout {
  readonly lampIndex: ReadonlyMap<string, number>
  readonly feederIndex: ReadonlyMap<string, number>
  /** Of each lamp. */
  readonly luminaire: readonly Luminaire[]
  readonly feederOf: readonly number[]
  readonly channels: readonly LampChannels[]
  /** Of each feeder: its lamps, and the devices that they hang on. */
  readonly lampsOf: readonly (readonly number[])[]
  readonly lampsOfDevice: ReadonlyMap<string, readonly number[]>
  /** Of each feeder: what its lamps draw at full light, W. */
  readonly rated_W: readonly number[]
  /** One lamp of each luminaire type. */
  readonly firstOfType: readonly number[]
  readonly sensors: readonly Sensor[]
  readonly modules: readonly Module[]
  readonly night: NightFinder
  /** The least level that a lamp needs for the street's class, made brighter by so many classes; at most 100. */
  floor(lamp: number, brighter: number): number
}

export interface LampChannels {
  readonly level: string
  readonly power: string
  readonly energy: string
  readonly voltage: string
  readonly hours: string
  readonly lampFailure: string
  readonly gearFailure: string
}

/** Something that the street listens to, by `key`: what it is for, its device and its channel. */
export type Sensor = {
  readonly key: string
  readonly device: string
  readonly channel: string
  readonly silentMs: number
} & (
  | { readonly role: 'photocell'; readonly use: NonNullable<LightingStreet['photocell']> }
  | { readonly role: 'motion'; readonly at_m: number; readonly use: NonNullable<LightingStreet['motion']> }
  | { readonly role: 'raise'; readonly use: LightingStreet['raises'][number] }
)

/** A device that reads contacts of the cabinet, and which: the feeders are those with an auxiliary contact on it. */
export interface Module {
  readonly device: string
  readonly silentMs: number
  readonly door: boolean
  readonly rcd: boolean
  readonly feeders: readonly number[]
}

const MINUTE_MS = 60_000
const SILENT_MIN = 60
/** One that speaks only of motion says little in a quiet night; a day without a word is too long for any. */
const MOTION_SILENT_MIN = 1_500

/** The layout is worked out once for a document; documents are never changed in place. */
const known = new WeakMap<LightingStreet, Layout>()

export function layoutOf(street: LightingStreet): Layout {
  const before = known.get(street)
  if (before !== undefined) return before
  const layout = layOut(street)
  known.set(street, layout)
  return layout
}

function layOut(street: LightingStreet): Layout {
  const { lamps, feeders, luminaires, road } = street
  const feederIndex = new Map(feeders.map(({ id }, index) => [id, index]))
  const feederOf = lamps.map(({ feeder }) => feederIndex.get(feeder) ?? 0)
  const luminaire = lamps.map((lamp) => luminaires[lamp.luminaire] ?? UNKNOWN_LUMINAIRE)
  const lampsOfDevice = new Map<string, number[]>()
  for (const [index, { device }] of lamps.entries()) {
    const there = lampsOfDevice.get(device)
    if (there === undefined) lampsOfDevice.set(device, [index])
    else there.push(index)
  }
  const types = [...new Set(lamps.map((lamp) => lamp.luminaire))]
  const typeOf = lamps.map((lamp) => types.indexOf(lamp.luminaire))
  const floors = types.map((name) =>
    SHIFTS.map((brighter) => {
      const needed = shiftClass(road.class, brighter)
      return Math.min(100, floorLevel(luminaires[name] ?? UNKNOWN_LUMINAIRE, road, needed))
    }),
  )
  return {
    lampIndex: new Map(lamps.map(({ id }, index) => [id, index])),
    feederIndex,
    luminaire,
    feederOf,
    channels: lamps.map(channelsOf),
    lampsOf: feeders.map((_, feeder) => [...lamps.keys()].filter((lamp) => feederOf[lamp] === feeder)),
    lampsOfDevice,
    sensors: sensorsOf(street),
    modules: modulesOf(street),
    night: nightFinder(street),
    firstOfType: types.map((_, type) => typeOf.indexOf(type)),
    rated_W: feeders.map((_, feeder) =>
      luminaire.reduce((sum, { rated_W }, lamp) => (feederOf[lamp] === feeder ? sum + rated_W : sum), 0),
    ),
    floor: (lamp, brighter) => floors[typeOf[lamp] ?? 0]?.[shiftIndex(brighter)] ?? 100,
  }
}

/** There are six classes of a kind: more than five up or down is all the way. */
const SHIFT_MAX = 5
const SHIFTS = Array.from({ length: 2 * SHIFT_MAX + 1 }, (_, index) => index - SHIFT_MAX)

function shiftIndex(brighter: number): number {
  return Math.min(SHIFT_MAX, Math.max(-SHIFT_MAX, brighter)) + SHIFT_MAX
}

/** A lamp of a type that the document does not name, which its check refuses: always at full light. */
const UNKNOWN_LUMINAIRE: Luminaire = {
  rated_W: 100,
  standby_W: 0,
  flux_lm: 1,
  utilisation: 1,
  maintenance: 1,
  life_h: 1,
  height_m: 1,
  least: 100,
  constantLight: false,
}

function channelsOf(lamp: Lamp): LampChannels {
  const name = (channel: string) => lampChannel(lamp, channel)
  return {
    level: name('level'),
    power: name('power'),
    energy: name('energy'),
    voltage: name('voltage'),
    hours: name('hours'),
    lampFailure: name('lamp_failure'),
    gearFailure: name('gear_failure'),
  }
}

/** The meter is missed as the meter, whatever else it reads. */
function modulesOf({ cabinet, feeders }: LightingStreet): readonly Module[] {
  const { door, rcd, meter, silent_min } = cabinet
  const contacts = [door, rcd, ...feeders.map(({ contactor }) => contactor?.feedback)].filter(
    (contact) => contact !== undefined,
  )
  const silentMin = (device: string) =>
    Math.max(...contacts.filter((one) => one.device === device).map((one) => one.silent_min ?? silent_min))
  return [...new Set(contacts.map(({ device }) => device))]
    .filter((device) => device !== meter)
    .map((device) => ({
      device,
      silentMs: silentMin(device) * MINUTE_MS,
      door: door?.device === device,
      rcd: rcd?.device === device,
      feeders: [...feeders.keys()].filter((index) => feeders[index]?.contactor?.feedback?.device === device),
    }))
}

function sensorsOf({ photocell, motion, raises }: LightingStreet): readonly Sensor[] {
  const place = (
    role: string,
    { device, channel }: { readonly device: string; readonly channel: string },
  ) => ({
    key: `${role} ${device}/${channel}`,
    device,
    channel,
  })
  const silent = (use: { readonly silent_min?: number }, usual: number) =>
    (use.silent_min ?? usual) * MINUTE_MS
  return [
    ...(photocell === undefined
      ? []
      : [
          {
            ...place('photocell', photocell),
            role: 'photocell' as const,
            use: photocell,
            silentMs: silent(photocell, SILENT_MIN),
          },
        ]),
    ...(motion === undefined
      ? []
      : motion.sensors.map((sensor) => ({
          ...place('motion', sensor),
          role: 'motion' as const,
          at_m: sensor.at_m,
          use: motion,
          silentMs: silent(motion, MOTION_SILENT_MIN),
        }))),
    ...raises.map((raise) => ({
      ...place(`raise ${raise.id}`, raise),
      role: 'raise' as const,
      use: raise,
      silentMs: silent(raise, SILENT_MIN),
    })),
  ]
}
