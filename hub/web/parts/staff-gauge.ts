import { setAttributes, svg } from '../../../page/element.ts'
import type { StationView } from '../../api/schema.ts'
import { gradeOf, type Voice } from '../wording.ts'
import { type GaugeScale, gaugeScale, heightOn } from './gauge-scale.ts'

export interface GaugeSize {
  readonly width: number
  readonly height: number
  readonly numbersMax: number
  /** The plate's own width; the rest is for level labels. */
  readonly plate: number
  readonly font: number
}

export const SMALL_GAUGE: GaugeSize = { width: 84, height: 150, numbersMax: 5, plate: 38, font: 12 }
export const LARGE_GAUGE: GaugeSize = { width: 240, height: 420, numbersMax: 8, plate: 64, font: 17 }

const EDGE = 8

/** An enamelled staff gauge as it stands on a bridge pier, with its alarm levels and the water at its height. */
export function createStaffGauge(size: GaugeSize, voice: Voice) {
  const { width, height } = size
  const plate = svg('g', { class: 'gauge-plate' })
  const water = svg('g', { class: 'gauge-water' })
  const lines = svg('g', { class: 'gauge-levels' })
  water.append(
    svg('rect', { class: 'water-body', x: 0, y: 0, width: 100 + width, height: height * 2 }),
    svg('path', { class: 'water-top', d: waves(width + 100) }),
  )
  const clip = svg(
    'svg',
    { x: 0, y: EDGE, width, height: height - 2 * EDGE, viewBox: `0 0 ${width} ${height - 2 * EDGE}` },
    water,
  )
  const element = svg(
    'svg',
    { class: 'gauge', role: 'img', viewBox: `0 0 ${width} ${height}`, width, height },
    plate,
    clip,
    lines,
  )
  let drawn = ''
  return {
    element,
    update(station: StationView) {
      const scale = gaugeScale(station, size.numbersMax)
      const key = JSON.stringify([scale, station.levels])
      if (key !== drawn) {
        drawn = key
        plate.replaceChildren(...plateMarks(scale, size, voice))
        lines.replaceChildren(...levelLines(scale, station, size, voice))
      }
      const share = station.stage_m === null ? undefined : heightOn(scale, station.stage_m)
      water.classList.toggle('gauge-dry', share === undefined)
      const y = (height - 2 * EDGE) * (1 - (share ?? 0))
      water.style.transform = `translateY(${y.toFixed(1)}px)`
      setAttributes(element, { 'aria-label': description(station, voice) })
    },
  }
}

function description(station: StationView, { say, format }: Voice): string {
  const stage = station.stage_m === null ? say('stageUnknown') : format.metres(station.stage_m)
  const levels = station.levels
    .map((level) => `${say('levelShort', { level: level.level })} ${format.metres(level.stage_m)}`)
    .join(', ')
  return say('gaugeLabel', { stage, levels })
}

/** The E-shaped blocks of a staff gauge: five marks a number, on alternate sides of the plate from one number to the next. */
function plateMarks(scale: GaugeScale, size: GaugeSize, { format }: Voice): SVGElement[] {
  const x = 1
  const at = (value: number) => EDGE + (size.height - 2 * EDGE) * (1 - heightOn(scale, value))
  const marks: SVGElement[] = [
    svg('rect', {
      class: 'plate-face',
      x,
      y: EDGE,
      width: size.plate,
      height: size.height - 2 * EDGE,
      rx: 1.5,
    }),
  ]
  const numbers = Math.round((scale.top_m - scale.bottom_m) / scale.number_m)
  const digits = scale.number_m < 1 ? 1 : 0
  const bar = size.plate * 0.22
  for (let number = 0; number < numbers; number++) {
    const bottom = scale.bottom_m + number * scale.number_m
    const odd = number % 2 === 1
    const ink = odd ? 'plate-red' : 'plate-black'
    for (let mark = 0; mark < 10; mark += 2) {
      const low = at(bottom + mark * scale.mark_m)
      const high = at(bottom + (mark + 1) * scale.mark_m)
      const long = mark % 4 === 0
      const wide = long ? bar * 1.5 : bar
      const left = odd ? x + size.plate - wide : x
      marks.push(svg('rect', { class: ink, x: left, y: high, width: wide, height: low - high }))
    }
    const spine = odd ? x + size.plate - bar * 0.45 : x
    const top = at(bottom + 9 * scale.mark_m)
    marks.push(svg('rect', { class: ink, x: spine, y: top, width: bar * 0.45, height: at(bottom) - top }))
    if (number > 0 || bottom === 0) {
      const label = format.number(bottom, digits)
      const place = odd ? x + size.plate * 0.32 : x + size.plate * 0.68
      const y = at(bottom) - size.font * 0.18
      const font = label.length > 3 ? size.font * 0.8 : size.font
      marks.push(
        svg(
          'text',
          { class: 'plate-number', x: place, y, 'text-anchor': 'middle', 'font-size': font },
          label,
        ),
      )
    }
  }
  return marks
}

/** Labels that would touch are pushed apart; the line stays at its true height. */
function levelLines(
  scale: GaugeScale,
  station: StationView,
  size: GaugeSize,
  { say, format }: Voice,
): SVGElement[] {
  const gap = size.font * 1.3
  let lowest = Number.POSITIVE_INFINITY
  const rising = station.levels.toSorted((a, b) => a.stage_m - b.stage_m)
  return rising.flatMap(({ level, stage_m }) => {
    const y = EDGE + (size.height - 2 * EDGE) * (1 - heightOn(scale, stage_m))
    const textY = Math.min(y, lowest - gap)
    lowest = textY
    const right = size.plate + 9
    const name = say('levelShort', { level })
    // The small picture has its numbers on the plate; the large one has room to say them.
    const label = size.font > 14 ? `${name} ${format.metres(stage_m)}` : name
    return [
      svg('path', {
        class: `level-line grade-${gradeOf(level)}`,
        d: `M1 ${y}H${size.plate + 3}L${right} ${textY}h3`,
      }),
      svg(
        'text',
        { class: 'level-name', x: right + 5, y: textY + size.font * 0.36, 'font-size': size.font },
        label,
      ),
    ]
  })
}

function waves(width: number): string {
  let path = 'M0 1.500'
  for (let x = 0; x < width; x += 16) path += 'q4-3 8 0t8 0'
  return path
}
