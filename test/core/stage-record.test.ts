import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { explain } from '../../core/errors.ts'
import { readRecord } from '../../core/stage-record.ts'

const HEADING = 'time_utc,stage_m'
const ROW = '2026-09-01T00:00Z,1.25'
const AT = Date.UTC(2026, 8, 1)

function rows(text: string) {
  const read = readRecord(text)
  if (!read.ok) throw new Error(explain(read.error, 'en'))
  return read.value
}

function refusal(text: string) {
  const read = readRecord(text)
  return read.ok ? undefined : { code: read.error.code, line: read.error.details.line }
}

describe('a record that is read', () => {
  test.each([
    ['reads', '1.2', 1.2],
    ['takes an empty cell for no', '', 0],
  ])('%s rain', (_how, cell, rain_mm) => {
    expect(rows(`time_utc,stage_m,rain_mm\n2026-09-01T00:00Z,1.25,${cell}\n`)).toEqual([
      { at: AT, stage_m: 1.25, rain_mm },
    ])
  })

  test('refuses rain below nothing', () => {
    const read = readRecord('time_utc,stage_m,rain_mm\n2026-09-01T00:00Z,1.25,-3\n')
    expect(read).toMatchObject({
      ok: false,
      error: { code: 'RECORD_ROW_INVALID', details: { column: 'rain_mm' } },
    })
  })

  test('columns in any order among others', () => {
    expect(rows(`site,STAGE_M, time_utc \nx,1.25,2026-09-01T00:00Z`)).toEqual([
      { at: AT, stage_m: 1.25, rain_mm: 0 },
    ])
  })
  test('byte-order mark, CRLF and blank lines', () => {
    expect(rows(`\uFEFF${HEADING}\r\n\r\n${ROW}\r\n\r\n`)).toHaveLength(1)
  })
  test('quoted cells with commas, quotes and line ends', () => {
    expect(rows(`note,${HEADING}\n"a ""b"", \n c","2026-09-01T00:00Z","1.25"`)).toEqual([
      { at: AT, stage_m: 1.25, rain_mm: 0 },
    ])
  })
  test('a time with an offset', () => {
    expect(rows(`${HEADING}\n2026-09-01T07:00:00+07:00,1`)[0]?.at).toBe(AT)
  })
  test('a time without zone is UTC, with seconds and fraction', () => {
    expect(rows(`${HEADING}\n2026-09-01 00:00:01.5,1`)[0]?.at).toBe(AT + 1500)
  })
  test('a row without a stage is a gap', () => {
    expect(rows(`${HEADING}\n${ROW}\n2026-09-01T00:05Z,\n2026-09-01T00:10Z,2`)).toHaveLength(2)
  })
})

describe('a record that is refused', () => {
  test('nothing at all', () => expect(refusal('')?.code).toBe('RECORD_EMPTY'))
  test('a heading alone', () => expect(refusal(HEADING)?.code).toBe('RECORD_EMPTY'))
  test('a missing column', () =>
    expect(refusal(`time_utc,level\n${ROW}`)?.code).toBe('RECORD_COLUMN_MISSING'))
  test('a number that is none, with its line', () =>
    expect(refusal(`${HEADING}\n${ROW}\n\n2026-09-01T00:05Z,1.2x`)).toEqual({
      code: 'RECORD_ROW_INVALID',
      line: 4,
    }))
  test('a decimal comma', () =>
    expect(refusal(`${HEADING}\n2026-09-01T00:05Z,"1,25"`)?.code).toBe('RECORD_ROW_INVALID'))
  test('a day that does not exist', () =>
    expect(refusal(`${HEADING}\n2026-06-31T00:00Z,1`)?.code).toBe('RECORD_ROW_INVALID'))
  test('the line of a fault counts the line ends inside quotes', () =>
    expect(refusal(`note,${HEADING}\n"a\nb",2026-09-01T00:00Z,1\nc,never,1`)?.line).toBe(4))
  test('times that fall', () =>
    expect(refusal(`${HEADING}\n${ROW}\n2026-08-31T00:00Z,1`)).toEqual({
      code: 'RECORD_TIME_NOT_RISING',
      line: 3,
    }))
  test('a time given twice', () =>
    expect(refusal(`${HEADING}\n${ROW}\n${ROW}`)).toEqual({ code: 'RECORD_TIME_NOT_RISING', line: 3 }))
  test('a quotation left open', () =>
    expect(refusal(`${HEADING}\n"2026-09-01T00:00Z,1`)).toEqual({ code: 'RECORD_CSV_BROKEN', line: 2 }))
})

describe('whatever the file holds', () => {
  const scrap = fc.constantFrom(
    HEADING,
    ROW,
    ',',
    '"',
    '""',
    '\n',
    '\r\n',
    '\r',
    '\uFEFF',
    '1',
    '-.5',
    '1e9',
    'NaN',
    ' ',
    '\0',
    'é',
    '2026-09-01T00:05Z',
    '2026-02-30T00:00Z',
    '9999-12-31T23:59:59Z',
    ',1.5\n',
    'time_utc',
    'stage_m',
  )

  test('100,000 scraps of records give rows in rising order or one fault, never a throw', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.array(scrap, { maxLength: 12 }), (headed, parts) => {
        const read = readRecord((headed ? `${HEADING}\n` : '') + parts.join(''))
        if (!read.ok) return explain(read.error, 'vi').length > 0
        return read.value.every(
          (row, index) =>
            Number.isFinite(row.at) &&
            Number.isFinite(row.stage_m) &&
            (index === 0 || row.at > (read.value[index - 1]?.at ?? row.at)),
        )
      }),
      { numRuns: 100_000 },
    )
  })
  test('what is written as CSV is read back', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -5000, max: 90_000 }), { minLength: 1, maxLength: 30 }),
        (stages) => {
          const lines = stages.map(
            (mm, index) => `${new Date(AT + index * 60_000).toISOString()},${mm / 1000}`,
          )
          expect(rows([HEADING, ...lines].join('\n')).map(({ stage_m }) => stage_m)).toEqual(
            stages.map((mm) => mm / 1000),
          )
        },
      ),
      { numRuns: 1000 },
    )
  })
})
