import type { FeatureCollection, Geometry } from 'geojson'
import { divIcon, geoJSON, type LatLngTuple, type LayerGroup, layerGroup, marker } from 'leaflet'
import type { Text } from '../../../core/text.ts'
import { h } from '../../../page/element.ts'
import coast from '../data/coast.geo.json'
import rivers from '../data/rivers.geo.json'
import wards from '../data/wards.geo.json'
import type { Voice } from '../wording.ts'

interface Drawn extends Text {
  readonly kind?: string
  /** Longitude and latitude of the name, where it is not the middle of the shape. */
  readonly label?: readonly number[]
}
type Drawing = FeatureCollection<Geometry, Drawn>

/**
 * The built-in base: sea, rivers and wards around Đông Hà, drawn by hand for orientation. Its files hold plain
 * GeoJSON; another city puts its own in their place.
 */
export function createBase(voice: Voice): LayerGroup {
  const base = layerGroup()
  for (const [name, file] of [
    ['sea', coast],
    ['ward', wards],
    ['river', rivers],
  ] as const) {
    const drawing = drawingOf(file)
    base.addLayer(
      geoJSON(drawing, {
        interactive: false,
        style: (feature) => ({
          className: `base-${name} base-${name}-${feature?.properties.kind ?? 'plain'}`,
        }),
      }),
    )
    for (const feature of drawing.features) {
      const at = labelPlace(name, feature.properties, feature.geometry)
      if (at !== undefined) base.addLayer(label(name, feature.properties[voice.language], at))
    }
  }
  return base
}

function drawingOf(file: { features: readonly { properties: Drawn; geometry: unknown }[] }): Drawing {
  const features = file.features.flatMap(({ properties, geometry }) =>
    isGeometry(geometry) ? [{ type: 'Feature' as const, properties, geometry }] : [],
  )
  return { type: 'FeatureCollection', features }
}

function isGeometry(value: unknown): value is Geometry {
  return typeof value === 'object' && value !== null && 'type' in value && 'coordinates' in value
}

function labelPlace(name: string, { label: place }: Drawn, geometry: Geometry): LatLngTuple | undefined {
  if (place !== undefined) return [place[1] ?? 0, place[0] ?? 0]
  if (name !== 'ward' || geometry.type !== 'Polygon') return undefined
  const ring = geometry.coordinates[0]?.slice(1) ?? []
  const middle = (axis: 0 | 1) => ring.reduce((sum, point) => sum + (point[axis] ?? 0), 0) / ring.length
  return [middle(1), middle(0)]
}

function label(name: string, text: string, at: LatLngTuple) {
  const words = h('span', { class: `base-label base-label-${name}`, 'aria-hidden': 'true' }, text)
  return marker(at, {
    icon: divIcon({ className: 'base-anchor', html: words, iconSize: [0, 0] }),
    interactive: false,
    keyboard: false,
  })
}
