import { bootOf } from './tables.ts'
import type { LiveRow } from './thinning.ts'

/** The newest value of each point: noted for every row that is written, in plain columns. */
export interface NewestValues {
  note(seq: number, series: number, at: number, value: number, mono: number, mark: number): void
  /** The row that a value came with has another number now. */
  moved(row: LiveRow, from: number): void
  all(): LiveRow[]
}

export function newestValues(rows: readonly LiveRow[]): NewestValues {
  const seqs: number[] = []
  const times: number[] = []
  const values: number[] = []
  const monos: number[] = []
  const marks: number[] = []
  const note: NewestValues['note'] = (seq, series, at, value, mono, mark) => {
    const known = bootOf(marks[series] ?? 0)
    const boot = bootOf(mark)
    // A row that was measured earlier may arrive later. Monotonic times tell, within a boot; a clock may have been wrong.
    if (known > boot || (known === boot && (monos[series] ?? -1) > mono)) return
    seqs[series] = seq
    times[series] = at
    values[series] = value
    monos[series] = mono
    marks[series] = mark
  }
  for (const { seq, series, at, value, mono, mark } of rows) note(seq, series, at, value, mono, mark)
  return {
    note,
    moved({ seq, series, mono, mark }, from) {
      if (seqs[series] === from || (monos[series] === mono && marks[series] === mark)) seqs[series] = seq
    },
    all: () =>
      seqs.flatMap((seq, series) => {
        const [at, value, mono, mark] = [times[series], values[series], monos[series], marks[series]]
        if (at === undefined || value === undefined || mono === undefined || mark === undefined) return []
        return [{ series, seq, at, value, mono, mark }]
      }),
  }
}
