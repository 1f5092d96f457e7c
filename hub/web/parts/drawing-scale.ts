const PLAIN_PX = 16

/** How much larger than on a desk the page's text is: drawings grow with it, so that a wall reads them too. */
export function drawingScale(): number {
  const size = Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
  return Number.isFinite(size) && size > 0 ? size / PLAIN_PX : 1
}

/** Lines of a scale beside its foot. */
export const QUARTERS = 4

/** Tops whose quarters are round numbers, as a share of a power of ten. */
const TOPS = [1, 1.2, 1.6, 2, 2.4, 3.2, 4, 4.8, 6, 8, 10] as const

/** The lowest round top of a scale that holds `most`. */
export function roundTop(most: number): number {
  if (most <= 0) return QUARTERS
  const power = 10 ** Math.floor(Math.log10(most))
  return (TOPS.find((factor) => factor * power >= most) ?? 10) * power
}
