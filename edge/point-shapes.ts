import { NODE_DEVICE, type PointShape, STATION_POINTS } from '../core/documents/points.ts'
import type { DeviceDefinition } from '../devices/define.ts'

/** Units and resolutions of the node's own numbers; what is not named here is a plain count. */
export const NODE_POINTS = {
  memory: { unit: 'MBy', resolution: 0.1 },
  disk_free: { unit: 'MBy', resolution: 1 },
  uptime: { unit: 's', resolution: 1 },
  cpu_temperature: { unit: 'Cel', resolution: 0.1 },
} as const satisfies Readonly<Record<string, PointShape>>

/** Link numbers that a driver reports of a device or gateway. */
const LINK_POINTS: Readonly<Record<string, PointShape>> = {
  rssi: { unit: 'dB[mW]', resolution: 1 },
  snr: { unit: 'dB', resolution: 0.1 },
}

const COUNT: PointShape = { unit: '1', resolution: 1 }
const ANY_NUMBER: PointShape = { unit: '1', resolution: 0.001 }

export type ShapeLookup = (device: string, channel: string) => PointShape

/** How a point's values are stored and sent: from the device's definition, the station's points, or the node's own. */
export function shapeLookup(
  definitions: ReadonlyMap<string, DeviceDefinition>,
  stations: ReadonlySet<string>,
): ShapeLookup {
  return (device, channel) => {
    if (device === NODE_DEVICE) return lookIn(NODE_POINTS, channel) ?? COUNT
    if (stations.has(device)) return lookIn(STATION_POINTS, channel) ?? ANY_NUMBER
    const definition = definitions.get(device)
    const known = lookIn(definition?.telemetry ?? {}, channel)
    if (known !== undefined) return { unit: known.unit, resolution: known.resolution }
    if (definition !== undefined && channel in definition.outputs) return COUNT
    return LINK_POINTS[channel.split('/').at(-1) ?? ''] ?? ANY_NUMBER
  }
}

function lookIn<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined
}
