import { type Fault, fault } from '../errors.ts'
import type { Text } from '../text.ts'
import { isTimeZone } from '../time-zone.ts'
import type { DeviceLookup } from './check-flood-station.ts'
import { programFaults } from './check-greenhouse-programs.ts'
import { recipeFaults } from './check-greenhouse-recipes.ts'
import type { Greenhouse } from './greenhouse.ts'
import { firstRepeated, programWords, thingWords, words } from './greenhouse-words.ts'

const ZONE = { vi: 'khu', en: 'zone' }
const FAN = { vi: 'quạt', en: 'fan' }
const SHADE = { vi: 'lưới che', en: 'shade' }
const LAMP = { vi: 'đèn', en: 'lamp' }

/**
 * What a schema cannot say about a greenhouse: each contradiction as a fault in plain words, none for a sound document.
 * The detail `at` is where it lies, as a JSON pointer. Without `devices` the references to devices are left unchecked (a
 * hub does not know what hangs in the cabinet).
 */
export function checkGreenhouse(house: Greenhouse, devices?: DeviceLookup): readonly Fault[] {
  const basics = [
    ...placeFaults(house),
    ...dateFaults(house),
    ...repeatedNames(house),
    ...outputFaults(house),
    ...zoneFaults(house),
    ...climateFaults(house),
    ...rainFaults(house),
    ...recipeFaults(house),
    ...(devices === undefined ? [] : referenceFaults(house, devices)),
  ]
  // Programs can be worked out only where all else holds together.
  return basics.length > 0 ? basics : programFaults(house)
}

function placeFaults({ id: house, location, timeZone }: Greenhouse): readonly Fault[] {
  const { lat, lon } = location
  if (!(Math.abs(lat) <= 90 && Math.abs(lon) <= 180))
    return [fault('GREENHOUSE_PLACE_IMPOSSIBLE', { house, lat, lon, at: '/location' })]
  if (isTimeZone(timeZone)) return []
  return [fault('GREENHOUSE_TIME_ZONE_UNKNOWN', { house, timeZone: timeZone.slice(0, 60), at: '/timeZone' })]
}

function dateFaults({ id: house, zones, programs }: Greenhouse): readonly Fault[] {
  const dates = [
    ...zones.flatMap((zone, index) =>
      zone.crop === undefined
        ? []
        : [{ date: zone.crop.planted, at: `/zones/${index}/crop/planted`, where: thingWords(ZONE, zone) }],
    ),
    ...programs.flatMap((program, index) => {
      const { start } = program
      return start.by === 'clock' && start.every !== undefined
        ? [
            {
              date: start.every.from,
              at: `/programs/${index}/start/every/from`,
              where: programWords(program),
            },
          ]
        : []
    }),
  ]
  return dates
    .filter(({ date }) => !isDate(date))
    .map(({ date, at, where }) =>
      fault('GREENHOUSE_DATE_IMPOSSIBLE', { house, date, at, ...words('where', where) }),
    )
}

function isDate(text: string): boolean {
  const at = Date.parse(`${text}T00:00:00Z`)
  return Number.isFinite(at) && new Date(at).toISOString().startsWith(text)
}

/** Everything that is known by a name within the house must have its own. */
function repeatedNames(house: Greenhouse): readonly Fault[] {
  const { zones, programs, recipes, climate, fertiliser } = house
  const ids = (list: readonly { readonly id: string }[]) => list.map(({ id }) => id)
  const lists = [
    // A zone and a channel have points of the same name.
    ['zones, fertiliser.channels', [...ids(zones), ...ids(fertiliser?.channels ?? [])], '/zones'],
    ['programs', ids(programs), '/programs'],
    ['recipes', ids(recipes), '/recipes'],
    ['climate', [...ids(climate.fans), ...ids(climate.shade), ...ids(climate.lamps)], '/climate'],
  ] as const
  return lists.flatMap(([list, names, at]) => {
    const twice = firstRepeated(names)
    return twice === undefined
      ? []
      : [fault('GREENHOUSE_NAME_REPEATED', { house: house.id, list, name: twice, at })]
  })
}

interface Used {
  readonly by: Text
  readonly device: string
  readonly output: string
  readonly at: string
  /** What it is driven at when it is on: at least, and at most. */
  readonly on: readonly [least: number, most: number]
}

/** As full speed or full light is told where the document says nothing else. */
const PERCENT: Used['on'] = [1, 100]
const SWITCHED: Used['on'] = [1, 1]

/** Every output that the greenhouse drives, with who uses it. */
export function outputsOf({ water, zones, fertiliser, climate }: Greenhouse): readonly Used[] {
  const { misting, fans, shade, lamps } = climate
  const place = ({ device, output }: { readonly device: string; readonly output: string }) => ({
    device,
    output,
  })
  const listed = (
    list: readonly {
      readonly name: Text | string
      readonly device: string
      readonly output: string
      readonly full?: number
      readonly least?: number | undefined
    }[],
    kind: Text,
    at: string,
  ): Used[] =>
    list.map((one, index) => ({
      ...place(one),
      by: thingWords(kind, one),
      at: `${at}/${index}`,
      on: [one.least ?? one.full ?? 1, one.full ?? 1] as const,
    }))
  return [
    ...(water.pump === undefined
      ? []
      : [
          {
            ...{ ...place(water.pump), by: { vi: 'bơm nước', en: 'the water pump' }, at: '/water/pump' },
            on: water.pump.variable ? PERCENT : SWITCHED,
          },
        ]),
    ...listed(
      zones.map(({ name, valve }) => ({ name, ...valve })),
      { vi: 'van khu', en: 'the valve of zone' },
      '/zones',
    ),
    ...listed(
      (fertiliser?.channels ?? []).map(({ name, pump }) => ({ name, ...pump })),
      { vi: 'bơm châm', en: 'dosing pump' },
      '/fertiliser/channels',
    ),
    ...(misting === undefined
      ? []
      : [
          {
            ...{ ...place(misting), by: { vi: 'phun sương', en: 'misting' }, at: '/climate/misting' },
            on: SWITCHED,
          },
        ]),
    ...listed(fans, FAN, '/climate/fans'),
    ...listed(shade, SHADE, '/climate/shade'),
    ...listed(lamps, LAMP, '/climate/lamps'),
  ]
}

/** An output has one user: two would take it from each other. */
function outputFaults(house: Greenhouse): readonly Fault[] {
  const users = new Map<string, Used>()
  return outputsOf(house).flatMap((used) => {
    const { device, output, at } = used
    const key = `${device}/${output}`
    const other = users.get(key)
    users.set(key, other ?? used)
    if (other === undefined) return []
    const names = { ...words('one', other.by, ''), ...words('other', used.by, '') }
    return [fault('GREENHOUSE_OUTPUT_SHARED', { house: house.id, device, output, at, ...names })]
  })
}

function zoneFaults({ id: house, water, zones }: Greenhouse): readonly Fault[] {
  return zones.flatMap(({ id: zone, flow_Lmin: flow, soil }, index) => {
    const { wilting, fieldCapacity } = soil
    return [
      ...(flow > water.gives_Lmin
        ? [
            fault('GREENHOUSE_ZONE_TOO_THIRSTY', {
              ...{ house, zone, flow, gives: water.gives_Lmin, at: `/zones/${index}/flow_Lmin` },
            }),
          ]
        : []),
      ...(wilting >= fieldCapacity
        ? [
            fault('GREENHOUSE_SOIL_LIMITS', {
              ...{ house, zone, wilting, fieldCapacity, at: `/zones/${index}/soil` },
            }),
          ]
        : []),
    ]
  })
}

/** Rain that nothing measures leaves nothing out. */
function rainFaults({ id: house, programs, weather }: Greenhouse): readonly Fault[] {
  if (weather.rain !== undefined) return []
  return programs.flatMap((program, index) =>
    program.on && program.rain_mm !== undefined
      ? [
          fault('GREENHOUSE_SENSOR_MISSING', {
            ...{ house, at: `/programs/${index}/rain_mm` },
            ...words('what', programWords(program)),
            ...words('needs', { vi: 'cảm biến mưa', en: 'a rain gauge' }),
          }),
        ]
      : [],
  )
}

function climateFaults({ id: house, climate, weather }: Greenhouse): readonly Fault[] {
  const { misting, fans, shade, lamps } = climate
  const reversed = (what: Text, at: string, low: number, high: number) =>
    low < high ? [] : [fault('GREENHOUSE_LIMITS_REVERSED', { house, low, high, at, ...words('what', what) })]
  const missing = (what: Text, at: string, needs: Text) =>
    fault('GREENHOUSE_SENSOR_MISSING', { house, at, ...words('what', what), ...words('needs', needs) })
  const hours = misting?.hours
  const mist = { vi: 'phun sương', en: 'misting' }
  return [
    ...(misting === undefined
      ? []
      : reversed(mist, '/climate/misting', misting.below_kPa, misting.above_kPa)),
    ...(hours !== undefined && hours.from === hours.to
      ? [fault('GREENHOUSE_HOURS_EMPTY', { house, ...hours, at: '/climate/misting', ...words('what', mist) })]
      : []),
    ...(misting?.on === true && (climate.temperature === undefined || climate.humidity === undefined)
      ? [missing(mist, '/climate/misting', { vi: 'nhiệt độ và độ ẩm', en: 'temperature and humidity' })]
      : []),
    ...fans.flatMap((fan, index) => {
      const { on, below_C, above_C, full_C, above_humidity } = fan
      const [what, at] = [thingWords(FAN, fan), `/climate/fans/${index}`]
      return [
        ...reversed(what, at, below_C, above_C),
        ...(full_C === undefined ? [] : reversed(what, at, above_C, full_C)),
        ...(on && climate.temperature === undefined
          ? [missing(what, at, { vi: 'nhiệt độ', en: 'temperature' })]
          : []),
        ...(on && above_humidity !== undefined && climate.humidity === undefined
          ? [missing(what, at, { vi: 'độ ẩm', en: 'humidity' })]
          : []),
      ]
    }),
    ...shade.flatMap((net, index) => {
      const { on, below_lx, above_lx, most_wind_ms } = net
      const [what, at] = [thingWords(SHADE, net), `/climate/shade/${index}`]
      const light = { vi: 'ánh sáng', en: 'light' }
      return [
        ...reversed(what, at, below_lx, above_lx),
        ...(on && climate.light === undefined ? [missing(what, at, light)] : []),
        ...(on && most_wind_ms !== undefined && weather.wind === undefined
          ? [missing(what, `${at}/most_wind_ms`, { vi: 'cảm biến gió', en: 'a wind sensor' })]
          : []),
      ]
    }),
    ...lamps.flatMap((lamp, index) =>
      lamp.on && lamp.below_lx !== undefined && climate.light === undefined
        ? [
            missing(thingWords(LAMP, lamp), `/climate/lamps/${index}`, {
              vi: 'ánh sáng',
              en: 'light',
            }),
          ]
        : [],
    ),
  ]
}

interface PointAt {
  readonly device: string
  readonly channel: string
  readonly at: string
}

function pointsOf({ water, zones, fertiliser, climate, weather }: Greenhouse): readonly PointAt[] {
  const { flow, volume, pressure, tank } = water
  const { temperature, humidity, co2, light, par } = climate
  const groups = [
    ['/water', { flow, volume, pressure, tank }],
    ['/climate', { temperature, humidity, co2, light, par }],
    [
      '/weather',
      {
        ...{ temperature: weather.temperature, humidity: weather.humidity },
        ...{ wind: weather.wind, radiation: weather.radiation, rain: weather.rain },
      },
    ],
    ['/fertiliser', { ec: fertiliser?.ec, ph: fertiliser?.ph }],
    ...zones.map(
      ({ soil }, index) =>
        [
          `/zones/${index}/soil`,
          {
            ...{ temperature: soil.temperature, ec: soil.ec, ph: soil.ph },
            ...Object.fromEntries(soil.moisture.map((point, probe) => [`moisture/${probe}`, point])),
          },
        ] as const,
    ),
  ] as const
  return groups.flatMap(([at, named]) =>
    Object.entries(named).flatMap(([name, point]) =>
      point === undefined ? [] : [{ device: point.device, channel: point.channel, at: `${at}/${name}` }],
    ),
  )
}

function referenceFaults(house: Greenhouse, devices: DeviceLookup): readonly Fault[] {
  return [
    ...pointsOf(house)
      .filter(({ device, channel }) => !devices.hasChannel(device, channel))
      .map((point) => fault('GREENHOUSE_POINT_UNKNOWN', { house: house.id, ...point })),
    ...outputsOf(house)
      .filter(({ device, output }) => !devices.hasOutput(device, output))
      .map(({ device, output, at }) =>
        fault('GREENHOUSE_OUTPUT_UNKNOWN', { house: house.id, device, output, at }),
      ),
    ...outputsOf(house).flatMap((used) => rangeFault(house, used, devices) ?? []),
  ]
}

/** A relay is on at 1, and full speed is told in percent: what mistakes one for the other does nothing, or is refused at night. */
function rangeFault({ id: house }: Greenhouse, used: Used, devices: DeviceLookup): Fault | undefined {
  const { device, output, at, by, on } = used
  const range = devices.rangeOf?.(device, output)
  if (range === undefined) return undefined
  const { min, max } = range
  const [least, most] = on
  const isSwitch = max - min <= 1
  const fits = isSwitch ? least === max && most === max : least >= min && most <= max && most > min + 1
  if (fits) return undefined
  return fault('GREENHOUSE_VALUE_UNFIT', {
    ...{ house, device, output, value: most, min, max, at },
    ...words('what', by),
  })
}
