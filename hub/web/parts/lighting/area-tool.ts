import { DomEvent, type Point, point } from 'leaflet'
import { h } from '../../../../page/element.ts'

/** A smaller rectangle is a slip of the finger. */
const LEAST_PX = 8

/** Draws a rectangle over a map with one finger, pen or mouse; `take` is given a test of what lies inside. */
export function createAreaTool(place: HTMLElement, take: (inside: (at: Point) => boolean) => void) {
  const sheet = h('div', { class: 'area-sheet', hidden: true })
  const frame = h('div', { class: 'area-frame', hidden: true })
  sheet.append(frame)
  place.append(sheet)
  let start: Point | undefined

  const at = (event: PointerEvent): Point => {
    const { left, top } = sheet.getBoundingClientRect()
    return point(event.clientX - left, event.clientY - top)
  }
  const draw = (a: Point, b: Point) => {
    frame.hidden = false
    frame.style.left = `${Math.min(a.x, b.x)}px`
    frame.style.top = `${Math.min(a.y, b.y)}px`
    frame.style.width = `${Math.abs(a.x - b.x)}px`
    frame.style.height = `${Math.abs(a.y - b.y)}px`
  }
  const stop = () => {
    start = undefined
    frame.hidden = true
  }
  sheet.addEventListener('pointerdown', (event) => {
    sheet.setPointerCapture(event.pointerId)
    start = at(event)
  })
  sheet.addEventListener('pointermove', (event) => {
    if (start !== undefined) draw(start, at(event))
  })
  sheet.addEventListener('pointercancel', stop)
  sheet.addEventListener('pointerup', (event) => {
    const from = start
    const to = at(event)
    stop()
    if (from === undefined || from.distanceTo(to) < LEAST_PX) return
    take(
      ({ x, y }) =>
        x >= Math.min(from.x, to.x) &&
        x <= Math.max(from.x, to.x) &&
        y >= Math.min(from.y, to.y) &&
        y <= Math.max(from.y, to.y),
    )
  })
  // A press on the sheet is none on the map beneath, which would move with the finger.
  DomEvent.disableClickPropagation(sheet)
  return {
    use(on: boolean) {
      sheet.hidden = !on
      if (!on) stop()
      place.classList.toggle('map-drawing', on)
    },
    close: () => sheet.remove(),
  }
}
