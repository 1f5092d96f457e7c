import type { SqlStore } from '../../../core/ports/sql-store.ts'
import { FLAG } from '../../../core/reading.ts'
import type { Findings } from './findings.ts'

const DAY_MS = 86_400_000
/** Vietnam keeps one time all year. */
const LOCAL_MS = 7 * 3_600_000

/** What the buckets of every width count in all is what the rows and their summaries count. */
export function judgeRollups(sql: SqlStore, findings: Findings): void {
  const day = `(((at + ${LOCAL_MS}) / ${DAY_MS}) = ((coalesce(from_at, at) + ${LOCAL_MS}) / ${DAY_MS}))`
  const expected = sql
    .prepare(
      `SELECT point, sum(CASE WHEN count IS NULL OR NOT ${day} THEN 1 ELSE count END) AS n FROM reading
       LEFT JOIN summary USING (stream, seq) WHERE flag NOT IN (${FLAG.fail}, ${FLAG.missing}) GROUP BY point`,
    )
    .all()
  const counted = new Map(
    sql
      .prepare(`SELECT point, sum(count) AS n FROM rollup WHERE width = ${DAY_MS} GROUP BY point`)
      .all()
      .map(({ point, n }) => [Number(point), Number(n)]),
  )
  for (const { point, n } of expected) {
    const have = counted.get(Number(point)) ?? 0
    if (have !== Number(n))
      findings.add('wrong-rollup', 'hub', `point ${point}: days count ${have}, rows ${n}`)
  }
}
