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

/** Those of a lighting street, likewise; `energy/{feeder}`, `baseline/{feeder}` and `power/{feeder}` are a feeder's. */
export const STREET_POINTS = {
  /** Mean light of the lamps that should burn, percent. */
  level: { unit: '%', resolution: 0.1 },
  power: { unit: 'W', resolution: 1 },
  /** Counters over the life of the street, as measured, and as it would be with every lamp at full power all night. */
  energy: { unit: 'Wh', resolution: 1 },
  baseline: { unit: 'Wh', resolution: 1 },
  lit: { unit: '1', resolution: 1 },
  faulty: { unit: '1', resolution: 1 },
  silent: { unit: '1', resolution: 1 },
  /** The least that the street's class needs now, percent of light; classes that weather and traffic add. */
  floor: { unit: '%', resolution: 0.1 },
  raised: { unit: '1', resolution: 1 },
} as const satisfies Readonly<Record<string, PointShape>>

/** Points that the street's controller adds to each lamp's device. */
export const LAMP_POINTS = {
  /** What the lamp should give now, percent of light. */
  wanted: { unit: '%', resolution: 0.1 },
  /** Reckoned from level and rated power where nothing measures it. */
  energy_reckoned: { unit: 'Wh', resolution: 1 },
} as const satisfies Readonly<Record<string, PointShape>>

/**
 * Those of a greenhouse, likewise. `{name}/{zone}` is a zone's, `{name}/{channel}` that of a fertiliser's channel; both
 * have the shape that stands here under the name alone.
 */
export const GREENHOUSE_POINTS = {
  /** Zones that are being watered now, and whether a person has stopped all water. */
  running: { unit: '1', resolution: 1 },
  paused: { unit: '1', resolution: 1 },
  vpd: { unit: 'kPa', resolution: 0.001 },
  /** Reference evapotranspiration of the last whole day. */
  et0: { unit: 'mm', resolution: 0.01 },
  /** Counters over the life of the greenhouse; with a zone, of that zone. Reckoned from its usual flow where none is measured. */
  water: { unit: 'L', resolution: 0.1 },
  fertiliser: { unit: 'mL', resolution: 1 },
  /** Of a zone: seconds that it still waters, UTC seconds of its next program (0 for none), water missing in the root zone. */
  left: { unit: 's', resolution: 1 },
  next: { unit: 's', resolution: 1 },
  deficit: { unit: 'mm', resolution: 0.1 },
  /** Of a zone: what it takes when all is well, as learnt. */
  usual_flow: { unit: 'L/min', resolution: 0.1 },
} as const satisfies Readonly<Record<string, PointShape>>

export interface PointShape {
  readonly unit: string
  readonly resolution: number
}

/** Device of the node's own health points; `refused/{CODE}` counts what it refused. */
export const NODE_DEVICE = 'node'
export const REFUSED_PREFIX = 'refused/'
