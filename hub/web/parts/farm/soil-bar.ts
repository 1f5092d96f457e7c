import { setAttributes, svg } from '../../../../page/element.ts'
import type { FarmZone } from '../../../api/farm-schema.ts'

type Soil = Pick<FarmZone, 'moisture' | 'fieldCapacity' | 'wilting' | 'depletion'>

/** Where the soil is as it should be: from where the crop begins to suffer (FAO-56, chapter 8) to field capacity. */
function goodFrom({ fieldCapacity, wilting, depletion }: Soil): number {
  return fieldCapacity - (fieldCapacity - wilting) * depletion
}

/** Compared in whole percents, as they are shown; null where nothing is measured. */
export function soilWord(soil: Soil): 'soilDry' | 'soilGood' | 'soilWet' | null {
  if (soil.moisture === null) return null
  const shown = Math.round(soil.moisture)
  if (shown < Math.round(goodFrom(soil))) return 'soilDry'
  return shown > Math.round(soil.fieldCapacity) ? 'soilWet' : 'soilGood'
}

const WIDTH = 100

/** A bar from parched to soaked with the good part marked, and a needle where the soil is. Drawn beside its words. */
export function createSoilBar() {
  const good = svg('rect', { class: 'soil-good', y: 4, height: 8 })
  const needle = svg('rect', { class: 'soil-needle', y: 0, width: 2, height: 16 })
  const element = svg(
    'svg',
    {
      class: 'soil-bar',
      viewBox: `0 0 ${WIDTH} 16`,
      preserveAspectRatio: 'none',
      'aria-hidden': 'true',
    },
    svg('rect', { class: 'soil-ground', x: 0, y: 4, width: WIDTH, height: 8 }),
    good,
    needle,
  )
  return {
    element,
    update(soil: Soil) {
      const { fieldCapacity, wilting, moisture } = soil
      const half = (fieldCapacity - wilting) / 2
      const [lowest, highest] = [Math.max(0, wilting - half), Math.min(100, fieldCapacity + half)]
      const on = (value: number) =>
        highest <= lowest ? 0 : Math.min(1, Math.max(0, (value - lowest) / (highest - lowest))) * WIDTH
      const from = on(goodFrom(soil))
      setAttributes(good, { x: from, width: on(fieldCapacity) - from })
      setAttributes(needle, {
        x: moisture === null ? 0 : Math.min(WIDTH - 2, on(moisture)),
        visibility: moisture === null ? 'hidden' : 'visible',
      })
    },
  }
}
