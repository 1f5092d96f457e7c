import type { ClockQuality } from '../../core/clock.ts'
import { SUPPLY_PREFIX } from '../../core/documents/node-points.ts'
import { FLAG } from '../../core/reading.ts'
import { firstLevel_m, type RelayDictionary, type RelayStation } from '../../core/relay/dictionary.ts'
import { type RadioState, type RadioStation, STATE_OUTPUTS_MAX } from '../../core/relay/state-frame.ts'
import { type FloodHost, type HostedStation, isFlood } from '../hosted-station.ts'
import type { OutputView } from '../outputs.ts'

/** What the node knows of the present. */
export interface Present {
  stations(): readonly HostedStation[]
  outputs(): readonly Pick<OutputView, 'device' | 'output' | 'confirmed'>[]
  /** The node's own numbers. */
  health(): Readonly<Record<string, number>>
}

/** The present in short, the flood stations in the dictionary's order beginning with number `from`. */
export function radioState(
  present: Present,
  dictionary: RelayDictionary,
  parts: { readonly serial: number; readonly clock: ClockQuality; readonly from: number },
): RadioState {
  const running = new Map(
    present
      .stations()
      .filter(isFlood)
      .map((station) => [station.id, station]),
  )
  const outputs = new Map(
    present.outputs().map(({ device, output, confirmed }) => [`${device}/${output}`, confirmed] as const),
  )
  const told = dictionary.flatMap((station, index) => {
    const state = station === undefined ? undefined : running.get(station.id)?.state()
    return station === undefined || state === undefined ? [] : [stationOf(index, station, state, outputs)]
  })
  const from = told.length === 0 ? 0 : parts.from % told.length
  return {
    serial24: parts.serial % 2 ** 24,
    clock: parts.clock,
    battery: batteryOf(present.health()),
    stations: [...told.slice(from), ...told.slice(0, from)],
  }
}

function stationOf(
  index: number,
  station: RelayStation,
  state: ReturnType<FloodHost['state']>,
  outputs: ReadonlyMap<string, OutputView['confirmed']>,
): RadioStation {
  const { told, quality, timeline } = state
  const stage_m = believed(told.stage)
  const rise = believed(told.rise)
  const rain1h = believed(told.rain_1h)
  const rain24h = believed(told.rain_24h)
  return {
    index,
    level: state.level.inForce,
    silenced: state.silence !== null,
    stage_cm:
      stage_m === undefined
        ? undefined
        : {
            value: Math.round((stage_m - firstLevel_m(station)) * 100),
            age_s: Math.max(0, timeline.t - quality.goodT) / 1000,
          },
    rise_cm_per_h: rise === undefined ? undefined : Math.round(rise * 100),
    rain1h: rain1h === undefined ? undefined : Math.round(rain1h * 10),
    rain24h: rain24h === undefined ? undefined : Math.round(rain24h * 10),
    outputs: station.alarms.slice(0, STATE_OUTPUTS_MAX).map(({ device, output }) => {
      const confirmed = outputs.get(`${device}/${output}`)
      return confirmed === null || confirmed === undefined ? undefined : confirmed.value > 0
    }),
  }
}

/** A station remembers what it told last as `value flag`; one that failed or is missing is no value. */
function believed(said: string | undefined): number | undefined {
  const [value, flag] = (said ?? '').split(' ').map(Number)
  if (value === undefined || flag === undefined || !Number.isFinite(value)) return undefined
  return flag === FLAG.fail || flag === FLAG.missing ? undefined : value
}

/** Of the first supply with a charge that the board names. */
function batteryOf(health: Readonly<Record<string, number>>): number | undefined {
  const name = Object.keys(health).find((key) => key.startsWith(SUPPLY_PREFIX) && key.endsWith('/capacity'))
  return name === undefined ? undefined : health[name]
}
