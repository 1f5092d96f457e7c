import { outputsOf } from '../../../core/documents/check-greenhouse.ts'
import type { Greenhouse, Recipe, Zone } from '../../../core/documents/greenhouse.ts'
import { dosesOf } from '../../../core/documents/greenhouse-dosing.ts'
import { BELIEVED, type Measured, mostFlow } from '../../../core/documents/greenhouse-readings.ts'
import type { Text } from '../../../core/text.ts'
import { type LocalClock, localClock } from '../../../core/time-zone.ts'

/** What follows from a greenhouse's document alone: what is listened to, and who is where in its lists. */
export interface Layout {
  readonly zoneIndex: ReadonlyMap<string, number>
  readonly clock: LocalClock
  /** By `device/channel`. */
  readonly sensors: ReadonlyMap<string, Sensor>
  readonly sensorsOf: ReadonlyMap<string, readonly Sensor[]>
  /** `device/output` of all that the greenhouse drives. */
  readonly outputs: ReadonlySet<string>
  zone(id: string): Zone | undefined
  recipe(id: string | null): Recipe | undefined
}

/** Something that is listened to, and what it may say when it is in order. */
export interface Sensor {
  readonly key: string
  readonly device: string
  readonly channel: string
  readonly silentMs: number
  readonly min: number
  readonly max: number
  /** What is done without it. */
  readonly without: Text
  readonly zone: string | null
}

export interface Point {
  readonly device: string
  readonly channel: string
}

const MINUTE_MS = 60_000

/** The layout is worked out once for a document; documents are never changed in place. */
const known = new WeakMap<Greenhouse, Layout>()

export function layoutOf(house: Greenhouse): Layout {
  const before = known.get(house)
  if (before !== undefined) return before
  const layout = layOut(house)
  known.set(house, layout)
  return layout
}

export function keyOf({ device, channel }: Point): string {
  return `${device}/${channel}`
}

export function placeKey({ device, output }: { readonly device: string; readonly output: string }): string {
  return `${device}/${output}`
}

function layOut(house: Greenhouse): Layout {
  const { zones, recipes, timeZone } = house
  const zoneIndex = new Map(zones.map(({ id }, index) => [id, index]))
  const sensors = new Map(sensorsOf(house).map((sensor) => [sensor.key, sensor]))
  const byDevice = new Map<string, Sensor[]>()
  for (const sensor of sensors.values())
    byDevice.set(sensor.device, [...(byDevice.get(sensor.device) ?? []), sensor])
  return {
    zoneIndex,
    clock: localClock(timeZone),
    sensors,
    sensorsOf: byDevice,
    outputs: new Set(outputsOf(house).map(placeKey)),
    zone: (id) => zones[zoneIndex.get(id) ?? -1],
    recipe: (id) => recipes.find((recipe) => recipe.id === id),
  }
}

const WITHOUT = {
  moisture: {
    vi: 'khu này tưới lượng thường lệ mỗi ngày một lần thay cho tưới theo độ ẩm',
    en: 'the zone gets its usual amount once a day instead of water by moisture',
  },
  flow: {
    vi: 'nước được tính theo lưu lượng thường lệ, không phát hiện được vỡ ống hay nghẹt béc',
    en: 'water is reckoned by the usual flow, and bursts and blockages are not noticed',
  },
  feed: {
    vi: 'châm theo tỷ lệ, không chỉnh theo đầu đo này',
    en: 'stock is dosed by ratio alone, without this correction',
  },
  air: {
    vi: 'không phun sương, quạt chạy theo cách đã chọn khi mất cảm biến',
    en: 'no mist, and fans do what was chosen for a lost sensor',
  },
  light: {
    vi: 'lưới che thu lại, đèn chỉ kéo dài ngày',
    en: 'shade is drawn away, and lamps only lengthen the day',
  },
  weather: {
    vi: 'lượng nước cây cần được ước tính',
    en: 'what the crop needs is estimated',
  },
  nothing: { vi: 'chỉ mất số đo này', en: 'only this value is missing' },
} as const satisfies Readonly<Record<string, Text>>

function sensorsOf(house: Greenhouse): readonly Sensor[] {
  const found: Sensor[] = []
  const add = (
    point: Point | undefined,
    range: Measured,
    silentMin: number,
    without: keyof typeof WITHOUT = 'nothing',
    zone: string | null = null,
    most: number = Number.POSITIVE_INFINITY,
  ) => {
    if (point === undefined) return
    const [min, max] = [BELIEVED[range][0], Math.min(most, BELIEVED[range][1])]
    const { device, channel } = point
    const silentMs = silentMin * MINUTE_MS
    found.push({ key: keyOf(point), device, channel, silentMs, min, max, without: WITHOUT[without], zone })
  }
  const { water, zones, fertiliser, climate, weather } = house
  add(water.flow, 'flow', water.silent_min, 'flow', null, mostFlow(house))
  add(water.volume, 'volume', water.silent_min, 'flow')
  add(water.pressure, 'pressure', water.silent_min)
  add(water.tank, 'tank', water.silent_min)
  for (const { id, soil } of zones) {
    for (const point of soil.moisture) add(point, 'moisture', soil.silent_min, 'moisture', id)
    add(soil.temperature, 'soilTemperature', soil.silent_min, 'nothing', id)
    add(soil.ec, 'soilEc', soil.silent_min, 'nothing', id)
    add(soil.ph, 'ph', soil.silent_min, 'nothing', id)
  }
  add(fertiliser?.ec, 'ec', fertiliser?.silent_min ?? 5, 'feed')
  add(fertiliser?.ph, 'ph', fertiliser?.silent_min ?? 5, 'feed')
  for (const name of ['temperature', 'humidity'] as const) add(climate[name], name, climate.silent_min, 'air')
  add(climate.light, 'light', climate.silent_min, 'light')
  for (const name of ['co2', 'par'] as const) add(climate[name], name, climate.silent_min)
  for (const name of ['temperature', 'humidity', 'wind', 'radiation', 'rain'] as const)
    add(weather[name], name, weather.silent_min, 'weather')
  return found
}

/** The channels that a recipe may drive: those of its doses, and the acid or base that corrects pH. */
export function channelsOf(house: Greenhouse, recipe: Recipe) {
  const dosed = dosesOf(house, recipe).map(({ channel }) => channel)
  const correcting = (house.fertiliser?.channels ?? []).filter(
    ({ part }) => recipe.ph !== undefined && (part === 'acid' || part === 'base'),
  )
  return [...new Set([...dosed, ...correcting])]
}
