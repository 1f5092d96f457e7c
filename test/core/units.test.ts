import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { STATION_POINTS } from '../../core/documents/points.ts'
import { convert, findUnit, isUnitCode, type UnitCode, unitSymbol, units } from '../../core/units.ts'

const codes = Object.keys(units).filter(isUnitCode)

describe('convert', () => {
  test.each([
    [2116, 'mm', 'm', 2.116],
    [2, 'cm', 'm', 0.02],
    [36, 'km/h', 'm/s', 10],
    [1, 'm/s', 'km/h', 3.6],
    [0.001, 'm/h', 'mm/h', 1],
    [1006.3, 'hPa', 'kPa', 100.63],
    [101.325, 'kPa', 'Pa', 101_325],
    [90, 'min', 'h', 1.5],
    [4.88, 'mA', 'A', 0.00488],
    [234_567, 'Wh', 'kWh', 234.567],
    [0, 'Cel', 'K', 273.15],
    [300, 'K', 'Cel', 26.85],
    [50, '%', '1', 0.5],
    [240, 'uS/cm', 'mS/cm', 0.24],
    [5, 'm3', 'L', 5000],
    [250, 'mL', 'L', 0.25],
    [120, 'L/h', 'L/min', 2],
    [400, '[ppm]', '%', 0.04],
  ] as const)('%d %s is %s: %d', (value, from, to, expected) => {
    const result = convert(value, from, to)
    expect(result.ok && result.value).toBeCloseTo(expected, 10)
  })

  test('says millimetres as metres without rounding noise', () => {
    fc.assert(
      fc.property(fc.integer({ min: -20_000, max: 20_000 }), (millimetres) => {
        expect(convert(millimetres, 'mm', 'm')).toEqual({
          ok: true,
          value: Number((millimetres / 1000).toFixed(3)),
        })
      }),
    )
  })

  test('comes back to where it was, for every pair of one quantity', () => {
    const pairs = codes.flatMap((from) =>
      codes.filter((to) => units[to].quantity === units[from].quantity).map((to) => [from, to] as const),
    )
    fc.assert(
      fc.property(
        fc.constantFrom(...pairs),
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        ([from, to], value) => {
          const there = convert(value, from, to)
          const back = there.ok ? convert(there.value, to, from) : there
          expect(back.ok && Math.abs(back.value - value)).toBeLessThanOrEqual(
            1e-9 * Math.max(1, Math.abs(value)) + 1e-9,
          )
        },
      ),
    )
  })

  test('refuses to turn metres into degrees', () => {
    expect(convert(1, 'm', 'Cel')).toEqual({
      ok: false,
      error: { code: 'UNITS_DIFFER', details: { from: 'm', to: 'Cel' } },
    })
  })

  test('refuses to turn a ratio of levels into a level', () => {
    expect(convert(1, 'dB', 'dB[mW]').ok).toBe(false)
  })

  test.each(['feet', '', 'toString', '__proto__'])('refuses the unknown unit "%s"', (code) => {
    const result = convert(1, code, 'm')
    expect(result.ok || result.error.code).toBe('UNIT_UNKNOWN')
  })
})

describe('units', () => {
  test.each([
    ['m', 'MTR'],
    ['mm', 'MMT'],
    ['Cel', 'CEL'],
    ['%', 'P1'],
    ['hPa', 'A97'],
    ['m/s', 'MTS'],
    ['V', 'VLT'],
    ['1', 'C62'],
  ] as const)('%s is %s to NGSI-LD', (code, common) => {
    expect(units[code].common).toBe(common)
  })

  test('gives no two units of one quantity the same code', () => {
    const named = codes.map((code: UnitCode) => units[code].common).filter((common) => common !== null)
    expect(new Set(named).size).toBe(named.length)
  })

  test.each(Object.entries(STATION_POINTS))("know the unit of a station's %s", (_point, { unit }) => {
    expect(isUnitCode(unit)).toBe(true)
  })

  test('shows degrees Celsius as people write them', () => {
    expect(unitSymbol('Cel')).toBe('°C')
  })

  test('shows a unit that it does not know as it came', () => {
    expect(unitSymbol('furlong')).toBe('furlong')
  })

  test('finds a unit by its code', () => {
    expect(findUnit('m')).toEqual({ ok: true, value: units.m })
  })
})
