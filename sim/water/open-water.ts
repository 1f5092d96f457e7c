import type { Utc } from '../../core/clock.ts'
import { ok, type Result } from '../../core/result.ts'
import { readRecord } from '../../core/stage-record.ts'
import type { Hydrograph } from '../spec.ts'
import { generateFlood } from './generator.ts'
import { waterOf } from './record.ts'
import { playWater, type Water } from './water.ts'

/** The water that a hydrograph describes, beginning at `begin`. Errors: those of `read` and of `readRecord`. */
export function openWater(
  hydrograph: Hydrograph,
  begin: Utc,
  read: (file: string) => Result<string>,
): Result<Water> {
  switch (hydrograph.kind) {
    case 'generator':
      return ok(playWater(generateFlood(hydrograph), begin, 'loop'))
    case 'csv': {
      const text = read(hydrograph.file)
      if (!text.ok) return text
      const rows = readRecord(text.value)
      return rows.ok ? ok(playWater(waterOf(rows.value), begin, hydrograph.afterEnd)) : rows
    }
  }
}
