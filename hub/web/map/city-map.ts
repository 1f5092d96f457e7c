import 'leaflet/dist/leaflet.css'
import {
  control,
  divIcon,
  type LatLngBounds,
  latLngBounds,
  map as leaflet,
  type Marker,
  marker,
  type Point,
  tileLayer,
} from 'leaflet'
import { createSlot, h, setAttributes } from '../../../page/element.ts'
import type { StationView } from '../../api/schema.ts'
import type { Scene } from '../context.ts'
import { stationKey } from '../live/model.ts'
import { levelMark } from '../parts/icons.ts'
import { stationHref } from '../parts/station-card.ts'
import { levelText, offsetText, stationGrade, type Voice } from '../wording.ts'
import { createBase } from './base.ts'

const WARD_NAMES_FROM_ZOOM = 13
const HOME_ZOOM_MAX = 14

/** The city with its stations; needs no tiles. `tileUrl` of the hub's settings is drawn over the built-in base. */
export function createCityMap(voice: Voice, open: (station: StationView) => void) {
  const { say } = voice
  const element = h('div', { class: 'map', role: 'region', 'aria-label': say('map') })
  const touch = matchMedia('(pointer: coarse)').matches
  const chart = leaflet(element, {
    zoomControl: false,
    attributionControl: false,
    // On a phone one finger scrolls the page, two move the map.
    dragging: !touch,
    scrollWheelZoom: false,
    zoomSnap: 0.25,
    minZoom: 8,
    maxZoom: 18,
  })
  chart.setView([16.82, 107.1], 12)
  createBase(voice).addTo(chart)
  control.zoom({ zoomInTitle: say('mapZoomIn'), zoomOutTitle: say('mapZoomOut') }).addTo(chart)
  const names = () => element.classList.toggle('map-close', chart.getZoom() >= WARD_NAMES_FROM_ZOOM)
  chart.on('zoomend', () => {
    names()
    placeNames()
  })
  names()

  const pins = new Map<string, ReturnType<typeof createPin>>()
  let tiles: string | null = null
  let home = ''
  const goHome = (bounds: LatLngBounds) => {
    chart.fitBounds(bounds, {
      // Room for the names to the right of the marks, and for the legend below.
      paddingTopLeft: [60, 44],
      paddingBottomRight: [Math.min(190, element.clientWidth * 0.42), 56],
      maxZoom: HOME_ZOOM_MAX,
      animate: false,
    })
  }
  let bounds: LatLngBounds | undefined
  /** Names that would lie on one another go to the left of their mark; the highest level chooses first. */
  const placeNames = () => {
    const first = [...pins.values()].toSorted((a, b) => b.level() - a.level())
    const places = first.map((pin) => ({
      pin,
      ...pin.boxes(chart.latLngToContainerPoint(pin.marker.getLatLng())),
    }))
    const taken = places.map(({ mark }) => mark)
    for (const { pin, mark, left, right } of places) {
      const fits = (box: Box) =>
        box.left > 0 &&
        box.right < element.clientWidth &&
        !taken.some((other) => other !== mark && overlap(box, other))
      const toLeft = !fits(right) && fits(left)
      pin.turn(toLeft)
      taken.push(toLeft ? left : right)
    }
  }
  const watch = new ResizeObserver(() => {
    chart.invalidateSize({ animate: false })
    if (bounds !== undefined) goHome(bounds)
  })
  watch.observe(element)

  return {
    element,
    update({ model }: Scene) {
      if (model.tileUrl !== tiles) {
        tiles = model.tileUrl
        if (tiles !== null) tileLayer(tiles, { maxZoom: 19 }).addTo(chart)
      }
      for (const station of model.stations) {
        const key = stationKey(station)
        let pin = pins.get(key)
        if (pin === undefined) {
          pin = createPin(station, voice, open)
          pin.marker.addTo(chart)
          pins.set(key, pin)
        }
        pin.update(station)
      }
      placeNames()
      const spots = model.stations.map(({ location }) => [location.lat, location.lon] as [number, number])
      const place = JSON.stringify(spots)
      if (spots.length > 0 && place !== home) {
        home = place
        bounds = latLngBounds(spots)
        goHome(bounds)
        placeNames()
      }
    },
    close() {
      watch.disconnect()
      chart.remove()
    },
  }
}

interface Box {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

const overlap = (a: Box, b: Box) =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom

/** A station on the map: a real link, so that keyboard, screen reader and middle click work as anywhere. */
function createPin(first: StationView, voice: Voice, open: (station: StationView) => void) {
  const { language, format, say } = voice
  let shown = first
  const link = h('a', { class: 'pin', href: stationHref(first) })
  link.addEventListener('click', (event) => {
    if (event.metaKey || event.ctrlKey) return
    event.preventDefault()
    open(shown)
  })
  const pin: Marker = marker([first.location.lat, first.location.lon], {
    icon: divIcon({ className: 'pin-anchor', html: link, iconSize: [0, 0] }),
    keyboard: false,
    riseOnHover: true,
  })
  const slot = createSlot(link)
  return {
    marker: pin,
    level: () => shown.level ?? 0,
    /** Where the mark lies, and where the name would on either side of it. */
    boxes({ x, y }: Point) {
      const half = (link.querySelector('.pin-mark')?.clientWidth ?? 0) / 2
      const words = link.querySelector('.pin-words')
      const width = words?.clientWidth ?? 0
      const tall = (words?.clientHeight ?? 0) / 2
      const mark: Box = { left: x - half, right: x + half, top: y - half, bottom: y + half }
      const right: Box = { left: mark.right, right: mark.right + width, top: y - tall, bottom: y + tall }
      return { mark, right, left: { ...right, left: mark.left - width, right: mark.left } }
    },
    turn: (left: boolean) => link.classList.toggle('pin-left', left),
    update(station: StationView) {
      shown = station
      const grade = stationGrade(station)
      const side = link.classList.contains('pin-left') ? ' pin-left' : ''
      link.className = `pin grade-${grade}${station.online ? '' : ' pin-offline'}${side}`
      pin.setLatLng([station.location.lat, station.location.lon])
      pin.setZIndexOffset((station.level ?? 0) * 1000)
      const name = station.name[language]
      const stage = station.stage_m === null ? '' : format.metres(station.stage_m)
      const sounding = station.outputs.some((output) => output.means === 'siren' && output.on === true)
      link.classList.toggle('pin-sounding', sounding)
      const state = [
        levelText(station.level, voice),
        stage,
        station.stage_m === null ? '' : offsetText(station, voice),
      ]
      if (!station.online) state.push(say('offline'))
      const words = state.filter((word) => word !== '').join(', ')
      setAttributes(link, { 'aria-label': say('openStation', { station: name, state: words }) })
      slot([grade, name, stage, station.level], () => [
        h('span', { class: 'pin-mark' }, levelMark(grade, 38)),
        h(
          'span',
          { class: 'pin-words' },
          h('b', {}, name),
          h('span', {}, [levelText(station.level, voice), stage].filter((word) => word !== '').join(' · ')),
        ),
      ])
    },
  }
}
