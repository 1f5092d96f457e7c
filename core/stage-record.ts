import { type Fault, fault } from './errors.ts'
import { err, ok, type Result } from './result.ts'

/** A row of a gauge's record: UTC in ms, the stage in metres, and the rain since the row before, 0 where none is told. */
export interface RecordRow {
  readonly at: number
  readonly stage_m: number
  readonly rain_mm: number
}

/** Longest record that is read, in characters: fifty years of five-minute rows. */
export const RECORD_CHARACTERS_MAX = 256 * 1024 * 1024
const CELLS_MAX = 200
const SHOWN_MAX = 60

/**
 * Reads a CSV record with the columns `time_utc` (ISO 8601; a time without zone is UTC) and `stage_m`, and `rain_mm`
 * where there is one, among others in any order. Byte-order mark, CRLF, quoted cells and blank lines are tolerated, so are gaps in time; a row whose
 * stage is empty counts as one. Faults: RECORD_EMPTY, RECORD_COLUMN_MISSING, RECORD_ROW_INVALID (with its line),
 * RECORD_CSV_BROKEN, RECORD_TIME_NOT_RISING, RECORD_TOO_LARGE.
 */
export function readRecord(text: string): Result<readonly RecordRow[]> {
  if (text.length > RECORD_CHARACTERS_MAX)
    return err(fault('RECORD_TOO_LARGE', { max: RECORD_CHARACTERS_MAX, unit: 'characters' }))
  const lines = csvLines(text)
  const heading = lines.next()
  if (heading.done) return err(fault('RECORD_EMPTY'))
  const columns = findColumns(heading.value)
  if (!columns.ok) return columns
  const rows: RecordRow[] = []
  for (const line of lines) {
    const row = readRow(line, columns.value, rows[rows.length - 1])
    if (!row.ok) return row
    if (row.value !== undefined) rows.push(row.value)
  }
  return rows.length === 0 ? err(fault('RECORD_EMPTY')) : ok(rows)
}

interface Columns {
  readonly time: number
  readonly stage: number
  /** -1 where the record has no rain. */
  readonly rain: number
}

interface CsvLine {
  /** Number of the line on which it begins, from 1. */
  readonly line: number
  readonly cells: readonly string[]
  /** A quotation was left open, or there were too many cells. */
  readonly broken: boolean
}

function findColumns(heading: CsvLine): Result<Columns> {
  const names = heading.cells.map((cell) => cell.trim().toLowerCase())
  const time = names.indexOf('time_utc')
  const stage = names.indexOf('stage_m')
  if (time >= 0 && stage >= 0) return ok({ time, stage, rain: names.indexOf('rain_mm') })
  const column = time < 0 ? 'time_utc' : 'stage_m'
  return err(fault('RECORD_COLUMN_MISSING', { column, heading: shown(heading.cells.join(',')) }))
}

function readRow(
  line: CsvLine,
  columns: Columns,
  previous: RecordRow | undefined,
): Result<RecordRow | undefined> {
  if (line.broken) return err(fault('RECORD_CSV_BROKEN', { line: line.line, max: CELLS_MAX }))
  const timeText = line.cells[columns.time]?.trim() ?? ''
  const stageText = line.cells[columns.stage]?.trim() ?? ''
  const at = readTime(timeText)
  if (at === undefined) return err(rowFault(line.line, 'time_utc', timeText))
  if (previous !== undefined && at <= previous.at)
    return err(
      fault('RECORD_TIME_NOT_RISING', {
        line: line.line,
        time: shown(timeText),
        previous: new Date(previous.at).toISOString(),
      }),
    )
  if (stageText === '') return ok(undefined)
  const stage_m = readNumber(stageText)
  if (stage_m === undefined) return err(rowFault(line.line, 'stage_m', stageText))
  const rainText = line.cells[columns.rain]?.trim() ?? ''
  const rain_mm = rainText === '' ? 0 : readNumber(rainText)
  if (rain_mm === undefined || rain_mm < 0) return err(rowFault(line.line, 'rain_mm', rainText))
  return ok({ at, stage_m, rain_mm })
}

function rowFault(line: number, column: string, text: string): Fault {
  return fault('RECORD_ROW_INVALID', { line, column, text: shown(text) })
}

const NUMBER = /^[+-]?(?:\d{1,9}(?:\.\d{0,12})?|\.\d{1,12})(?:[eE][+-]?\d{1,2})?$/

function readNumber(text: string): number | undefined {
  if (!NUMBER.test(text)) return undefined
  const value = Number(text)
  return Number.isFinite(value) ? value : undefined
}

const TIME =
  /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(?:Z|([+-])(\d{2}):?(\d{2}))?$/

/** Reads the time field by field: `Date.parse` would take a time without zone for local, and the 31st of June for July. */
function readTime(text: string): number | undefined {
  const parts = TIME.exec(text)
  if (parts === null) return undefined
  const field = (index: number) => Number(parts[index] ?? 0)
  const [year, month, day, hour, minute, second] = [1, 2, 3, 4, 5, 6].map(field)
  if (year === undefined || month === undefined || day === undefined) return undefined
  if (hour === undefined || minute === undefined || second === undefined) return undefined
  if (hour > 23 || minute > 59 || second > 59 || field(9) > 14 || field(10) > 59) return undefined
  const date = new Date(Date.UTC(year, month - 1, day))
  if (year < 1000 || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined
  const fraction = Math.trunc(Number(`0.${parts[7] ?? '0'}`) * 1000)
  const offset = (field(9) * 60 + field(10)) * (parts[8] === '-' ? -60_000 : 60_000)
  return date.getTime() + ((hour * 60 + minute) * 60 + second) * 1000 + fraction - offset
}

/** Takes the text apart into lines of cells, line by line, skipping blank ones. Quoted cells may hold commas and line ends. */
function* csvLines(text: string): Generator<CsvLine, void> {
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0
  let line = 1
  while (at < text.length) {
    const begun = line
    const cells: string[] = []
    let broken = false
    for (;;) {
      const cell = text[at] === '"' ? quotedCell(text, at) : plainCell(text, at)
      if (cell.unclosed) broken = true
      if (cells.length < CELLS_MAX) cells.push(cell.text)
      else broken = true
      line += cell.lineEnds
      at = cell.end
      if (text[at] !== ',') break
      at++
    }
    at = text[at] === '\r' && text[at + 1] === '\n' ? at + 2 : at + 1
    line++
    const blank = cells.length === 1 && cells[0]?.trim() === '' && !broken
    if (!blank) yield { line: begun, cells, broken }
  }
}

interface Cell {
  readonly text: string
  /** Where the cell's comma or line end stands, or the text's end. */
  readonly end: number
  readonly lineEnds: number
  readonly unclosed: boolean
}

function plainCell(text: string, from: number): Cell {
  let end = from
  while (end < text.length && text[end] !== ',' && text[end] !== '\n' && text[end] !== '\r') end++
  return { text: text.slice(from, end), end, lineEnds: 0, unclosed: false }
}

/** `""` inside the quotes is one quote; what follows the closing one up to the comma belongs to the cell. */
function quotedCell(text: string, from: number): Cell {
  let content = ''
  let at = from + 1
  for (;;) {
    const quote = text.indexOf('"', at)
    if (quote < 0) {
      return { text: content + text.slice(at), end: text.length, lineEnds: 0, unclosed: true }
    }
    content += text.slice(at, quote)
    at = quote + 1
    if (text[at] !== '"') break
    content += '"'
    at++
  }
  const rest = plainCell(text, at)
  return {
    text: content + rest.text,
    end: rest.end,
    lineEnds: content.split('\n').length - 1,
    unclosed: false,
  }
}

function shown(text: string): string {
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text
}
