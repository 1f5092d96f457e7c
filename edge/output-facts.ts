import type { Clock, Mono } from '../core/clock.ts'
import type { OutputPlace } from '../devices/define.ts'
import { runsOn } from './control/interlocks.ts'
import { type Facts, isWithin, type KnownPoint, type PointNeed, placesOf, pointsOf } from './control/needs.ts'
import { type Entry, endsItself, hear } from './driven-output.ts'

/** What interlocks go by, gathered from what drivers tell: only the points and outputs that some interlock asks for. */
export interface OutputFacts {
  /** From now on what this output's interlocks go by is gathered. */
  watch(entry: Entry): void
  /** Whether an output's interlocks, or those of another that go by it, go by news. */
  concerns(entry: Entry): boolean
  /** A device told this, heard at `heardAt`; true where some interlock goes by it. */
  observe(
    device: string,
    telemetry: Readonly<Record<string, number>>,
    failed: Readonly<Record<string, string>>,
    heardAt: Mono,
  ): boolean
  /** For the interlocks of one output. */
  of(entry: Entry, durable: boolean): Facts
}

export function createOutputFacts(parts: {
  readonly clock: Clock
  entries(): ReadonlyMap<string, Entry>
  /** What a device declares that it can tell. */
  channelsOf(device: string): readonly string[]
}): OutputFacts {
  const { clock, entries } = parts
  const points = new Map<string, KnownPoint | null>()
  /** Since when what is asked to last has been so, by the needs that ask. */
  const lasting = new Map<PointNeed, Mono | undefined>()
  /** Other outputs that interlocks go by. */
  const asked = new Set<string>()

  const outputOf = (place: OutputPlace, without: string | undefined) => {
    const key = keyOf(place)
    const entry = entries().get(key)
    if (key === without || entry === undefined || entry.known === null) return undefined
    const wanted = entry.decision !== undefined && entry.decision.value !== entry.output.safe
    if (entry.known.away !== wanted) return undefined
    const ending = entry.arbiter.leavingSince !== null || endsItself(entry, clock.monotonic())
    if (entry.known.away && ending) return undefined
    // What nothing reads back is as it was last told to be until its device is lost: silence is no news of it.
    return entry.readBack === undefined ? { ...entry.known, heardAt: clock.monotonic() } : entry.known
  }
  const point: Facts['point'] = (device, channel) => points.get(`${device}/${channel}`) ?? undefined
  const since: Facts['since'] = (need) => lasting.get(need)
  const heardPoint = (device: string, channel: string, next: KnownPoint | null) => {
    const key = `${device}/${channel}`
    const before = points.get(key)
    points.set(key, next)
    for (const [need, from] of lasting) {
      if (need.device !== device || need.channel !== channel) continue
      const so = next !== null && isWithin(need, next.value)
      const gap = next !== null && next.heardAt - (before?.heardAt ?? next.heardAt) > need.fresh_s * 1000
      lasting.set(need, so ? (gap ? next.heardAt : (from ?? next.heardAt)) : undefined)
    }
  }
  const without = (key: string): Facts => ({
    point,
    since,
    output: (place) => outputOf(place, key),
    spares: () => false,
    durable: true,
  })
  /** An output that goes by this one, and would do without it. */
  const spares = (asking: Entry, other: OutputPlace): boolean => {
    const entry = entries().get(keyOf(other))
    const place = { device: asking.device, output: asking.name }
    return entry !== undefined && runsOn(entry.output, place, without(keyOf(place)), clock.monotonic())
  }

  return {
    watch({ output: { interlocks } }) {
      for (const need of pointsOf(interlocks)) {
        const key = `${need.device}/${need.channel}`
        if (!points.has(key)) points.set(key, null)
        if (need.for_s !== undefined && !lasting.has(need)) lasting.set(need, undefined)
      }
      for (const place of placesOf(interlocks)) asked.add(keyOf(place))
    },
    concerns: ({ device, name, guarded }) => guarded || asked.has(keyOf({ device, output: name })),
    observe(device, telemetry, failed, heardAt) {
      let news = false
      for (const [channel, value] of Object.entries(telemetry)) {
        const key = `${device}/${channel}`
        const known = points.get(key)
        if (known === undefined || (known !== null && known.heardAt > heardAt)) continue
        heardPoint(device, channel, { value, heardAt })
        news = true
      }
      for (const channel of Object.keys(failed)) {
        if (!points.has(`${device}/${channel}`)) continue
        heardPoint(device, channel, null)
        news = true
      }
      // All that it could tell has failed: the whole device is lost, and with it what its outputs do. One sensor is not.
      const lost =
        Object.keys(failed).length > 0 &&
        parts.channelsOf(device).every((channel) => Object.hasOwn(failed, channel))
      for (const entry of entries().values()) {
        if (entry.device !== device) continue
        const before = entry.known
        const { channel = '', within = 0 } = entry.readBack ?? {}
        const value = Object.hasOwn(telemetry, channel) ? telemetry[channel] : undefined
        if (lost || Object.hasOwn(failed, channel)) entry.known = null
        else if (value !== undefined && heardAt >= entry.heardAt)
          hear(entry, Math.abs(value - entry.output.safe) > within, heardAt, clock.monotonic())
        news ||= entry.known !== before && asked.has(keyOf({ device, output: entry.name }))
      }
      return news
    },
    of: (entry, durable) => ({
      point,
      since,
      output: (place) => outputOf(place, undefined),
      spares: (other) => spares(entry, other),
      durable,
    }),
  }
}

function keyOf({ device, output }: OutputPlace): string {
  return `${device}/${output}`
}
