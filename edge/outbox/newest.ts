import type { SqlRow } from '../../core/ports/sql-store.ts'
import { flagOf, number } from './tables.ts'

export interface NewestValue {
  readonly series: number
  /** Of the live row that it came with. */
  readonly seq: number
  readonly at: number
  readonly value: number
  readonly flag: number
}

/** The newest value of each point, in plain columns: noted for every row that is written. */
export interface NewestValues {
  note(series: number, seq: number, at: number, value: number, flag: number): void
  all(): NewestValue[]
}

export function newestValues(rows: readonly SqlRow[]): NewestValues {
  const seqs: number[] = []
  const times: number[] = []
  const values: number[] = []
  const flags: number[] = []
  const note = (series: number, seq: number, at: number, value: number, flag: number) => {
    // A row that was measured earlier may arrive later.
    if ((times[series] ?? -1) > at) return
    seqs[series] = seq
    times[series] = at
    values[series] = value
    flags[series] = flag
  }
  for (const row of rows) {
    const mark = flagOf(number(row, 'mark'))
    note(number(row, 'series'), number(row, 'seq'), number(row, 'at'), number(row, 'value'), mark)
  }
  return {
    note,
    all: () =>
      seqs.flatMap((seq, series) => {
        const [at, value, flag] = [times[series], values[series], flags[series]]
        if (at === undefined || value === undefined || flag === undefined) return []
        return [{ series, seq, at, value, flag }]
      }),
  }
}
