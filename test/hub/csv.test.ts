import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { csvOf } from '../../hub/api/csv.ts'

/** A table that opens as a table, in either language, and never as a program. */

describe('a table for spreadsheets', () => {
  test('begins with a byte order mark, ends lines as RFC 4180 says, and speaks Vietnamese', () => {
    expect(csvOf(['Tuyến', 'kWh'], [['Hùng Vương', { value: 1290.5, decimals: 1 }]], 'vi')).toBe(
      '\uFEFF"Tuyến";"kWh"\r\n"Hùng Vương";1290,5\r\n',
    )
  })

  test('has commas between cells and decimal points in English', () => {
    expect(csvOf(['a', 'b'], [['x', { value: -0.5, decimals: 2 }]], 'en')).toBe(
      '\uFEFF"a","b"\r\n"x",-0.50\r\n',
    )
  })

  test('leaves what is not known empty', () => {
    expect(csvOf(['a'], [[{ value: null, decimals: 3 }]], 'en')).toBe('\uFEFF"a"\r\n\r\n')
  })

  test('doubles quotes, and keeps separators and line breaks within their cell', () => {
    expect(csvOf(['a'], [['1" ; ,\n2']], 'vi')).toBe('\uFEFF"a"\r\n"1"" ; ,\n2"\r\n')
  })
})

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '  =1', '|cmd', '%0A'])(
  'a name that looks like a formula is text: %j',
  (name) => {
    expect(csvOf(['a'], [[name]], 'en')).toBe(`\uFEFF"a"\r\n"'${name}"\r\n`)
  },
)

test('no text of anybody becomes a formula, or leaves its cell', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 30 }), (name) => {
      const body = csvOf(['a'], [[name, 'next']], 'en')
        .split('\r\n')
        .slice(1)
        .join('\r\n')
      const cell = /^"((?:[^"]|"")*)","next"\r\n$/.exec(body)?.[1]
      expect(cell).toBeDefined()
      expect(cell).not.toMatch(/^\s*[=+@-]/)
      expect(cell?.replace(/^'/, '').replaceAll('""', '"')).toBe(name.replace(/^'/, ''))
    }),
    { numRuns: 5_000 },
  )
})
