import type { HistoryAnswer } from '../../api-types.ts'

/** Equal-long columns, oldest first, as uPlot draws them: seconds, and values of which null is a break. */
export interface HistoryBand {
  readonly at: readonly number[]
  readonly min: readonly (number | null)[]
  readonly mean: readonly (number | null)[]
  readonly max: readonly (number | null)[]
}

/** A longer silence (in steps and in time) is a break: no line is drawn that nobody measured. */
const BREAK_STEPS = 3
const BREAK_MS = 60 * 60_000

export function historyBand({ step, rows }: HistoryAnswer, scale: number): HistoryBand {
  const longest = Math.max(step * BREAK_STEPS, BREAK_MS)
  const at: number[] = []
  const columns: [(number | null)[], (number | null)[], (number | null)[]] = [[], [], []]
  let before: number | undefined
  for (const [time, ...values] of rows) {
    if (before !== undefined && time - before > longest) {
      at.push((before + time) / 2000)
      for (const column of columns) column.push(null)
    }
    at.push(time / 1000)
    columns.forEach((column, index) => {
      column.push((values[index] ?? 0) * scale)
    })
    before = time
  }
  return { at, min: columns[0], mean: columns[1], max: columns[2] }
}
