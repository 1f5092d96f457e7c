import { join } from 'node:path'
import type { Mono } from '../../core/clock.ts'
import { silentLog } from '../../core/log.ts'
import { sqliteSource } from '../../core/node/sqlite-source.ts'
import { systemClock } from '../../core/node/system-clock.ts'
import { systemRandom } from '../../core/node/system-random.ts'
import type { Reading } from '../../core/reading.ts'
import { createOutbox } from '../../edge/outbox/create-outbox.ts'
import { amount, type Bench, type Figure, type Measurement } from '../measurement.ts'
import { bareLoop } from '../peers/bare-sqlite.ts'
import { interleaved, seconds } from '../rounds.ts'
import { CHANNELS, readingSets, shapeOf, syntheticStages } from '../series.ts'

/** Short rounds and many: a disk that others use as well is then slow for all contenders alike. */
const ROWS = 100_000
const ROUNDS_FACTOR = 3
const SET_ROWS = CHANNELS.length
/** Rows in one transaction: a usual group commit, and the largest. */
const BATCHES = [1_000, 10_000] as const
/** The outbox's own row: number, point, time, value, monotonic time, marks. */
const TABLE = `CREATE TABLE live (
  seq INTEGER PRIMARY KEY, series INTEGER NOT NULL, at INTEGER NOT NULL, value INTEGER NOT NULL,
  mono INTEGER NOT NULL, mark INTEGER NOT NULL)`
const COLUMNS = 6
/** Given to SQLite at once by the faster of the bare loops. */
const TOGETHER = 50

export const outboxRows: Measurement = {
  name: 'outbox-rows',
  title: 'durable rows a second through the outbox',
  async run(bench) {
    const figures: Figure[] = []
    for (const batch of BATCHES) {
      const rows = amount(bench.effort, ROWS / batch) * batch
      const sets = [...readingSets(rows / SET_ROWS, syntheticStages(2_000))]
      bench.say(`${rows} rows, ${batch} a transaction`)
      const bare = (together: number) => async () => [bareRate(bench, rows, batch, together)]
      const measured = await interleaved(bench.effort.rounds * ROUNDS_FACTOR, {
        ours: async () => [await oursRate(bench, sets, batch)],
        bare: bare(1),
        together: bare(TOGETHER),
      })
      const ours = measured.ours[0] ?? []
      const unit = 'rows/s'
      const what = `${batch} rows a transaction`
      figures.push(
        {
          what,
          unit,
          ours,
          peer: { name: 'bare loop', values: measured.bare[0] ?? [] },
          target: { of: 'ratio', bound: 'at least', limit: 0.8 },
        },
        {
          what,
          unit,
          ours,
          peer: { name: `bare loop, ${TOGETHER} rows a call`, values: measured.together[0] ?? [] },
        },
      )
    }
    return {
      figures,
      notes: [
        'Both: WAL, synchronous=FULL, an fsync for each transaction. The outbox also looks up points, scales and checks values, keeps the newest of each point, and numbers the rows.',
      ],
    }
  },
}

async function oursRate(bench: Bench, sets: readonly (readonly Reading[])[], batch: number): Promise<number> {
  const outbox = createOutbox({
    source: sqliteSource(join(bench.workplace.folder('outbox'), 'outbox.db')),
    boot: 'bench',
    clock: systemClock(),
    random: systemRandom,
    log: silentLog,
    shape: shapeOf,
    onFault: (problem) => {
      throw new Error(problem.code)
    },
  })
  const rows = sets.length * SET_ROWS
  const took = await seconds(() => {
    let waiting = 0
    for (const set of sets) {
      const at = set[0]?.at ?? 0
      outbox.readings(set, { at, mono: at as Mono, quality: 'synced' })
      waiting += set.length
      if (waiting < batch) continue
      outbox.flush()
      waiting = 0
    }
    outbox.flush()
  })
  const stored = outbox.ledger().lanes.find(({ lane }) => lane === 'live')?.stored
  outbox.close()
  if (stored !== rows) throw new Error(`the outbox holds ${stored} of ${rows} rows`)
  return rows / took
}

function bareRate({ workplace }: Bench, rows: number, batch: number, together: number): number {
  const loop = bareLoop(join(workplace.folder('bare'), 'bare.db'), TABLE, COLUMNS, together)
  const start = performance.now()
  for (let from = 0; from < rows; from += batch) {
    loop.batch(from, batch, (n) => [n, n % SET_ROWS, 1_759_276_800_000 + n, 4_200 - (n % 400), n, 1])
  }
  const took = (performance.now() - start) / 1000
  loop.close()
  return rows / took
}
