/**
 * Points that a node computes itself, so that hub and page can find them without asking.
 * A station's points have the station's id as device; the node's own have `node`.
 */
export const STATION_POINTS = {
  stage: { unit: 'm', resolution: 0.001 },
  rise: { unit: 'm/h', resolution: 0.001 },
  level: { unit: '1', resolution: 1 },
  rain_1h: { unit: 'mm', resolution: 0.1 },
  rain_24h: { unit: 'mm', resolution: 0.1 },
  rain_since_19: { unit: 'mm', resolution: 0.1 },
  /** UTC seconds at which a manual silence ends, 0 for none. */
  silenced_until: { unit: 's', resolution: 1 },
} as const satisfies Readonly<Record<string, PointShape>>

export interface PointShape {
  readonly unit: string
  readonly resolution: number
}

/** Device of the node's own health points; `refused/{CODE}` counts what it refused. */
export const NODE_DEVICE = 'node'
export const REFUSED_PREFIX = 'refused/'
