import type { Utc } from '../../core/clock.ts'
import { ok, type Result } from '../../core/result.ts'
import type { Hydrograph } from '../spec.ts'
import { generateFlood } from './generator.ts'
import { readRecord } from './record.ts'
import { playWater, type Water } from './water.ts'

/** The water that a hydrograph describes, beginning at `begin`. Errors: those of `read`, RECORD_INVALID. */
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
      const record = readRecord(hydrograph.file, text.value)
      return record.ok ? ok(playWater(record.value, begin, hydrograph.afterEnd)) : record
    }
  }
}
