import { setAttributes, svg } from '../../../../page/element.ts'
import { onScale, type SoilBand, soilWord } from '../soil-band.ts'

const WIDTH = 200
const HEIGHT = 26
const TOP = 8
const THICK = 12

/** A bar from parched to soaked with the part that is good marked, and a mark where the soil is. Drawn beside its words. */
export function createSoilBar() {
  const good = svg('rect', { class: 'soil-good', y: TOP, height: THICK })
  const fill = svg('rect', { class: 'soil-fill', x: 0, y: TOP + 3, height: THICK - 6 })
  const mark = svg('path', { class: 'soil-mark' })
  const element = svg(
    'svg',
    {
      class: 'soil-bar',
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      preserveAspectRatio: 'none',
      'aria-hidden': 'true',
    },
    svg('rect', { class: 'soil-ground', x: 0, y: TOP, width: WIDTH, height: THICK }),
    good,
    fill,
    mark,
  )
  return {
    element,
    update(moisture: number | null, band: SoilBand) {
      const from = onScale(band.from, band) * WIDTH
      setAttributes(good, { x: from, width: Math.max(0, onScale(band.to, band) * WIDTH - from) })
      const at = moisture === null ? 0 : onScale(moisture, band) * WIDTH
      setAttributes(fill, { width: at, visibility: moisture === null ? 'hidden' : 'visible' })
      setAttributes(mark, {
        d: `M${at} ${TOP - 6}v${THICK + 12}`,
        visibility: moisture === null ? 'hidden' : 'visible',
      })
    },
  }
}

/** A drop that is as full as the soil is wet; `id` is the page's own for its outline. */
export function createSoilDrop(id: string) {
  const fill = svg('rect', { class: 'drop-fill', x: 0, width: 40, 'clip-path': `url(#${id})` })
  const element = svg(
    'svg',
    { class: 'drop', viewBox: '0 0 40 52', width: 40, height: 52, 'aria-hidden': 'true' },
    svg('clipPath', { id }, svg('path', { d: DROP })),
    svg('path', { class: 'drop-ground', d: DROP }),
    fill,
    svg('path', { class: 'drop-line', d: DROP }),
  )
  return {
    element,
    update(moisture: number | null, band: SoilBand) {
      const word = moisture === null ? 'lost' : soilWord(moisture, band)
      setAttributes(element, { class: `drop drop-${word}` })
      const height = moisture === null ? 0 : onScale(moisture, band) * DROP_HEIGHT
      setAttributes(fill, { y: DROP_FOOT - height, height })
    },
  }
}

const DROP = 'M20 2C32 17 37 24 37 33a17 17 0 0 1-34 0C3 24 8 17 20 2z'
const DROP_FOOT = 50
const DROP_HEIGHT = 48
