import { fault } from '../../core/errors.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { WaterSeries } from './water.ts'

/** A year of five-minute rows is 105,120; more than this is refused rather than held in memory. */
export const RECORD_ROWS_MAX = 1_000_000

/**
 * Reads a gauge's record: comma-separated with a header; columns `time_utc` (ISO 8601) and `stage_m` (metres) in any
 * order, and `rain_mm` (fallen since the row before) where there is one. Rows without a stage are left out, as the gap
 * they are; times must rise.
 */
export function readRecord(file: string, text: string): Result<WaterSeries & { readonly beginUtc: number }> {
  const refuse = (line: number, reason: string) => err(fault('RECORD_INVALID', { file, line, reason }))
  const lines = text.split(/\r?\n/)
  const header = (lines[0] ?? '')
    .replace(/^\uFEFF/, '')
    .split(',')
    .map((name) => name.trim())
  const timeColumn = header.indexOf('time_utc')
  const stageColumn = header.indexOf('stage_m')
  const rainColumn = header.indexOf('rain_mm')
  if (timeColumn < 0 || stageColumn < 0) return refuse(1, 'needs the columns time_utc and stage_m')
  if (lines.length > RECORD_ROWS_MAX + 1)
    return refuse(RECORD_ROWS_MAX + 2, `has more than ${RECORD_ROWS_MAX} rows`)

  const utc: number[] = []
  const stage_m: number[] = []
  const rain_mm: number[] = []
  let rain = 0
  for (const [index, line] of lines.entries()) {
    if (index === 0 || line.trim() === '') continue
    const cells = line.split(',')
    const at = Date.parse(asUtc((cells[timeColumn] ?? '').trim()))
    if (!Number.isFinite(at)) return refuse(index + 1, 'time_utc is not a time')
    if (at <= (utc.at(-1) ?? Number.NEGATIVE_INFINITY)) return refuse(index + 1, 'time_utc does not rise')
    rain += Math.max(0, number(rainColumn < 0 ? '' : cells[rainColumn]) ?? 0)
    const stageText = (cells[stageColumn] ?? '').trim()
    if (stageText === '') continue
    const stage = number(stageText)
    if (stage === undefined) return refuse(index + 1, 'stage_m is not a number')
    utc.push(at)
    stage_m.push(stage)
    rain_mm.push(rain)
  }
  const beginUtc = utc[0]
  if (beginUtc === undefined) return refuse(lines.length, 'holds no row with a stage')
  const rainBefore = rain_mm[0] ?? 0
  return ok({
    beginUtc,
    atMs: utc.map((at) => at - beginUtc),
    stage_m,
    rain_mm: rain_mm.map((total) => total - rainBefore),
  })
}

/** `2019-05-01T04:00` without a zone is UTC here, as the column's name says. */
function asUtc(text: string): string {
  return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?$/.test(text) ? `${text}Z` : text
}

function number(text: string | undefined): number | undefined {
  if (text === undefined || text.trim() === '') return undefined
  const value = Number(text)
  return Number.isFinite(value) ? value : undefined
}
