import type { Language } from '../../core/text.ts'

/** A cell: text, a number with so many places, or nothing. */
export type Cell = string | { readonly value: number | null; readonly decimals: number }

/** Vietnamese spreadsheets read decimal commas, and semicolons between cells; English ones the other way. */
const SEPARATOR: Readonly<Record<Language, string>> = { vi: ';', en: ',' }
const DECIMAL: Readonly<Record<Language, string>> = { vi: ',', en: '.' }
/** Without it spreadsheets take UTF-8 for the code page of their machine. */
const BYTE_ORDER_MARK = '\uFEFF'
/** How a spreadsheet knows a formula; what a lamp is named must never become one. */
const FORMULA = /^[\s]*[=+\-@|%]|^[\t\r]/

/** RFC 4180 lines (CRLF, quotes doubled) as spreadsheets of that language open them. */
export function csvOf(
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  language: Language,
): string {
  const line = (cells: readonly Cell[]) =>
    cells.map((cell) => cellText(cell, language)).join(SEPARATOR[language])
  return BYTE_ORDER_MARK + [head, ...rows].map((cells) => `${line(cells)}\r\n`).join('')
}

function cellText(cell: Cell, language: Language): string {
  if (typeof cell !== 'string') {
    const { value, decimals } = cell
    return value === null ? '' : value.toFixed(decimals).replace('.', DECIMAL[language])
  }
  const safe = FORMULA.test(cell) ? `'${cell}` : cell
  return `"${safe.replaceAll('"', '""')}"`
}
