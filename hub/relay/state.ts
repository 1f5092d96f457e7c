import { SUPPLY_PREFIX } from '../../core/documents/node-points.ts'
import { NODE_DEVICE } from '../../core/documents/points.ts'
import { FLAG } from '../../core/reading.ts'
import { firstLevel_m, type RelayDictionary } from '../../core/relay/dictionary.ts'
import type { RadioState, RadioStation } from '../../core/relay/state-frame.ts'
import type { HubStore } from '../store/store.ts'

/** A clock ahead of ours by more than this does not keep its reading newest for ever. */
const AHEAD_MS = 3_600_000

interface Value {
  readonly device: string
  readonly channel: string
  readonly value: number
  readonly age_s?: number
}

/**
 * Shows a radioed summary as present values. Only points that the edge has told by network before are shown, and
 * nothing goes into history: the readings themselves come later. In a transaction.
 */
export function storeState(
  store: HubStore,
  edge: string,
  state: RadioState,
  dictionary: RelayDictionary,
  heardAt: number,
): void {
  const charge = [...store.points.presentOf(edge, NODE_DEVICE).keys()].find(isCharge)
  const battery: Value[] =
    state.battery === undefined || charge === undefined
      ? []
      : [{ device: NODE_DEVICE, channel: charge, value: state.battery }]
  const values = [...battery, ...state.stations.flatMap((station) => valuesOf(station, dictionary))]
  for (const { device, channel, value, age_s = 0 } of values) {
    const point = store.points.find(edge, device, channel)
    if (point === undefined) continue
    const at = heardAt - age_s * 1000
    store.presents.put({ point: point.id, at, value, flag: FLAG.notEvaluated }, heardAt + AHEAD_MS)
  }
}

/** Of the first supply with a charge: the one that the node tells of. */
function isCharge(channel: string): boolean {
  return channel.startsWith(SUPPLY_PREFIX) && channel.endsWith('/capacity')
}

function valuesOf(told: RadioStation, dictionary: RelayDictionary): Value[] {
  const station = dictionary[told.index]
  if (station === undefined) return []
  const of = (channel: string, value: number | undefined, age_s = 0): Value[] =>
    value === undefined ? [] : [{ device: station.id, channel, value, age_s }]
  const { stage_cm, rise_cm_per_h, rain1h, rain24h } = told
  const stage_m = stage_cm === undefined ? undefined : firstLevel_m(station) + stage_cm.value / 100
  return [
    ...of('level', told.level),
    ...of('stage', stage_m === undefined ? undefined : Math.round(stage_m * 1000) / 1000, stage_cm?.age_s),
    ...of('rise', rise_cm_per_h === undefined ? undefined : rise_cm_per_h / 100),
    ...of('rain_1h', rain1h === undefined ? undefined : rain1h / 10),
    ...of('rain_24h', rain24h === undefined ? undefined : rain24h / 10),
    ...told.outputs.flatMap((on, place) => {
      const output = station.alarms[place]
      if (output === undefined || on === undefined) return []
      return [{ device: output.device, channel: output.output, value: on ? 1 : 0 }]
    }),
  ]
}
