import { nodePoint } from '../core/documents/node-points.ts'
import { GREENHOUSE_POINTS, NODE_DEVICE, type PointShape, STATION_POINTS } from '../core/documents/points.ts'
import type { DeviceDefinition } from '../devices/define.ts'

/** Numbers that a driver reports of its link to a device, or a modem of its own; what is not named here may be any number. */
const LINK_POINTS = {
  link_rssi: { unit: 'dB[mW]', resolution: 1 },
  link_snr: { unit: 'dB', resolution: 0.1 },
  link_margin: { unit: 'dB', resolution: 1 },
  link_battery: { unit: '%', resolution: 1 },
  link_sf: { unit: '1', resolution: 1 },
  link_fcnt: { unit: '1', resolution: 1 },
  rssi: { unit: 'dB[mW]', resolution: 1 },
  snr: { unit: 'dB', resolution: 0.1 },
  cycle_s: { unit: 's', resolution: 0.001 },
} as const satisfies Readonly<Record<string, PointShape>>

const COUNT: PointShape = { unit: '1', resolution: 1 }
const ANY_NUMBER: PointShape = { unit: '1', resolution: 0.001 }

export type ShapeLookup = (device: string, channel: string) => PointShape

/**
 * How a point's values are stored and sent: from the device's definition, the node's own, a station's, or a link's.
 * Stations are known by their points alone: one may be added as a document while the node runs.
 */
export function shapeLookup(definitions: ReadonlyMap<string, DeviceDefinition>): ShapeLookup {
  return (device, channel) => {
    if (device === NODE_DEVICE) return shapeOf(nodePoint(channel)) ?? COUNT
    const definition = definitions.get(device)
    const known = lookIn(definition?.telemetry ?? {}, channel)
    if (known !== undefined) return { unit: known.unit, resolution: known.resolution }
    if (definition === undefined)
      return (
        lookIn(STATION_POINTS, channel) ?? ofGreenhouse(channel) ?? lookIn(LINK_POINTS, channel) ?? ANY_NUMBER
      )
    if (Object.hasOwn(definition.outputs, channel)) return COUNT
    return lookIn(LINK_POINTS, channel) ?? ANY_NUMBER
  }
}

/** A zone's or a fertiliser channel's point has the shape of its name alone. */
function ofGreenhouse(channel: string): PointShape | undefined {
  return lookIn(GREENHOUSE_POINTS, channel.split('/')[0] ?? '')
}

function shapeOf(point: PointShape | undefined): PointShape | undefined {
  return point === undefined ? undefined : { unit: point.unit, resolution: point.resolution }
}

function lookIn<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined
}
