const PLAIN_PX = 16

/** How much larger than on a desk the page's text is: drawings grow with it, so that a wall reads them too. */
export function drawingScale(): number {
  const size = Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
  return Number.isFinite(size) && size > 0 ? size / PLAIN_PX : 1
}
