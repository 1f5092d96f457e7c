import 'leaflet/dist/leaflet.css'
import {
  control,
  divIcon,
  type FitBoundsOptions,
  type LatLngBounds,
  type LatLngTuple,
  type LeafletMouseEvent,
  latLngBounds,
  layerGroup,
  map as leaflet,
  type Marker,
  marker,
  type Point,
  polyline,
  tileLayer,
} from 'leaflet'
import { h } from '../../../../page/element.ts'
import type { LampView, StreetView } from '../../../api/lighting-schema.ts'
import { createBase } from '../../map/base.ts'
import type { Selection } from '../../views/lighting/selection.ts'
import { createAreaTool } from './area-tool.ts'
import { lookOf, type Voices } from './lamp-look.ts'
import { feederClass, lampMarkOf, markKey } from './lamp-mark.ts'

/** A press within so many CSS pixels of a lamp is meant for it: half of a finger. */
const REACH_PX = 26
const HOME_ZOOM_MAX = 18
/** Room at the edges; below, for the legend. */
const HOME_ROOM: FitBoundsOptions = { paddingTopLeft: [28, 28], paddingBottomRight: [28, 64] }
const CLOSE_ZOOM = 17
/** Closer than this the marks are drawn small, or smaller still, so that they do not lie on one another. */
const CROWDED_PX = 20
const PACKED_PX = 11
const SPARSE_PX = 34
const ICON_PX = 32

export interface LampMapActions {
  press(lamp: string): void
  /** Lamps inside a drawn rectangle. */
  area(lamps: readonly string[]): void
}

/**
 * The street with its lamps. Marks are drawings only: a press chooses the nearest lamp within reach, so a finger needs
 * no aim. Keyboard and screen reader use the list, which shows and does the same.
 */
export function createLampMap({ voice, light }: Voices, actions: LampMapActions) {
  const element = h('div', { class: 'map lamp-map', role: 'region', 'aria-label': light('map') })
  const touch = matchMedia('(pointer: coarse)').matches
  const chart = leaflet(element, {
    zoomControl: false,
    attributionControl: false,
    // On a phone one finger scrolls the page, two move the map.
    dragging: !touch,
    scrollWheelZoom: false,
    boxZoom: false,
    zoomSnap: 0.25,
    minZoom: 8,
    maxZoom: 20,
    keyboard: false,
  })
  chart.setView([16.82, 107.1], 12)
  createBase(voice).addTo(chart)
  control.zoom({ zoomInTitle: voice.say('mapZoomIn'), zoomOutTitle: voice.say('mapZoomOut') }).addTo(chart)
  const lines = layerGroup().addTo(chart)
  const pins = new Map<string, ReturnType<typeof createPin>>()
  let lamps: readonly LampView[] = []
  let tiles: string | null = null
  let layout = ''
  let bounds: LatLngBounds | undefined

  const place = (lamp: LampView): Point => chart.latLngToContainerPoint([lamp.lat, lamp.lon])
  const area = createAreaTool(element, (inside) =>
    actions.area(lamps.filter((lamp) => inside(place(lamp))).map(({ id }) => id)),
  )
  chart.on('click', ({ containerPoint }: LeafletMouseEvent) => {
    const near = lamps
      .map((lamp) => ({ lamp, away: place(lamp).distanceTo(containerPoint) }))
      .toSorted((a, b) => a.away - b.away)[0]
    if (near !== undefined && near.away <= REACH_PX) actions.press(near.lamp.id)
  })
  const fitMarks = () => {
    const gap = medianGap(lamps.map(place))
    element.classList.toggle('lamps-crowded', gap < CROWDED_PX && gap >= PACKED_PX)
    element.classList.toggle('lamps-packed', gap < PACKED_PX)
    element.classList.toggle('lamps-sparse', gap > SPARSE_PX)
  }
  chart.on('zoomend', fitMarks)
  let homing = false
  /** Somebody has moved the map: it stays where they left it. */
  let moved = false
  chart.on('zoomstart dragstart', () => {
    if (!homing) moved = true
  })
  const goHome = () => {
    if (bounds === undefined || moved || element.clientWidth === 0) return
    homing = true
    chart.fitBounds(bounds, { ...HOME_ROOM, maxZoom: HOME_ZOOM_MAX, animate: false })
    homing = false
    fitMarks()
  }
  const watch = new ResizeObserver(() => {
    chart.invalidateSize({ animate: false })
    goHome()
  })
  watch.observe(element)

  const drawLines = (street: StreetView) => {
    lines.clearLayers()
    street.feeders.forEach(({ id }, index) => {
      const along = street.lamps.filter(({ feeder }) => feeder === id)
      polyline(
        along.map(({ lat, lon }): LatLngTuple => [lat, lon]),
        { className: `feeder-line ${feederClass(index)}`, interactive: false },
      ).addTo(lines)
    })
  }
  return {
    element,
    /** While it is on, dragging draws a rectangle instead of moving the map. */
    drawArea: area.use,
    update(street: StreetView, selection: Selection, tileUrl: string | null) {
      lamps = street.lamps
      if (tileUrl !== tiles) {
        tiles = tileUrl
        if (tiles !== null) tileLayer(tiles, { maxZoom: 20, maxNativeZoom: 19 }).addTo(chart)
      }
      const ids = new Set(lamps.map(({ id }) => id))
      for (const [id, pin] of pins) {
        if (ids.has(id)) continue
        pin.marker.remove()
        pins.delete(id)
      }
      for (const lamp of lamps) {
        const pin = pins.get(lamp.id) ?? createPin(lamp)
        if (!pins.has(lamp.id)) {
          pins.set(lamp.id, pin)
          pin.marker.addTo(chart)
        }
        pin.update(lamp, selection.has(lamp.id))
      }
      const next = JSON.stringify(lamps.map(({ id, lat, lon, feeder }) => [id, lat, lon, feeder]))
      if (next === layout) return
      layout = next
      drawLines(street)
      bounds = lamps.length > 0 ? latLngBounds(lamps.map(({ lat, lon }) => [lat, lon])) : undefined
      goHome()
    },
    show(id: string) {
      const lamp = lamps.find((known) => known.id === id)
      if (lamp === undefined) return
      moved = true
      chart.setView([lamp.lat, lamp.lon], Math.max(chart.getZoom(), CLOSE_ZOOM), { animate: false })
    },
    close() {
      watch.disconnect()
      area.close()
      chart.remove()
    },
  }
}

function createPin(first: LampView) {
  const box = h('span', { class: 'lamp-pin' })
  const pin: Marker = marker([first.lat, first.lon], {
    icon: divIcon({ className: 'pin-anchor', html: box, iconSize: [ICON_PX, ICON_PX] }),
    interactive: false,
    keyboard: false,
  })
  let shown = ''
  return {
    marker: pin,
    update(lamp: LampView, selected: boolean) {
      box.classList.toggle('lamp-selected', selected)
      const key = markKey(lamp)
      if (key === shown) return
      shown = key
      box.replaceChildren(lampMarkOf(lamp))
      pin.setLatLng([lamp.lat, lamp.lon])
      // What needs a person lies on top.
      pin.setZIndexOffset({ faulty: 2_000, silent: 1_000, lit: 0, off: 0 }[lookOf(lamp)])
    },
  }
}

/** Typical distance on the screen from one lamp to the next. */
function medianGap(places: readonly Point[]): number {
  const gaps = places
    .slice(1)
    .map((point, index) => point.distanceTo(places[index] ?? point))
    .toSorted((a, b) => a - b)
  return gaps[Math.floor(gaps.length / 2)] ?? Number.POSITIVE_INFINITY
}
