import type { Random } from '../../core/random.ts'

export interface StormShape {
  /** Hours from the beginning of the story to the first drop. */
  readonly after_h: number
  readonly lasts_h: number
  /** Millimetres in all. */
  readonly depth_mm: number
}

/** A storm is a few cells that pass over: each begins, swells and fades within the storm. */
const CELLS_MIN = 3
const CELLS_MAX = 7

/**
 * Rain in each step of `stepMs`, millimetres, adding up to `depth_mm` exactly (as far as floating point goes).
 * Shape: a sum of squared-sine cells of random place, width and weight; zero outside the storm.
 */
export function stormRain(shape: StormShape, random: Random, stepMs: number, steps: number): number[] {
  const beginMs = shape.after_h * 3_600_000
  const lengthMs = shape.lasts_h * 3_600_000
  const count = CELLS_MIN + Math.floor(random.next() * (CELLS_MAX - CELLS_MIN + 1))
  const cells = Array.from({ length: count }, () => {
    const width = lengthMs * (0.25 + 0.35 * random.next())
    return {
      from: beginMs + (lengthMs - width) * random.next(),
      width,
      weight: 0.3 + random.next(),
    }
  })
  const rain = Array.from({ length: steps }, (_, step) => {
    const middleMs = (step + 0.5) * stepMs
    return cells.reduce((sum, { from, width, weight }) => {
      const phase = (middleMs - from) / width
      return phase <= 0 || phase >= 1 ? sum : sum + weight * Math.sin(Math.PI * phase) ** 2
    }, 0)
  })
  const total = rain.reduce((sum, mm) => sum + mm, 0)
  return total === 0 ? rain : rain.map((mm) => (mm * shape.depth_mm) / total)
}
