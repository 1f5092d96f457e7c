import { describe, expect, test } from 'vitest'
import {
  GREENHOUSE_FAULT_NAMES,
  GREENHOUSE_FAULTS,
  greenhouseFaultText,
  greenhouseNext,
  isGreenhouseFault,
} from '../../../core/documents/greenhouse-faults.ts'
import { LIGHTING_FAULT_NAMES } from '../../../core/documents/lighting-faults.ts'

const house = { vi: 'Nhà kính', en: 'Greenhouse' }
const subject = { vi: 'Khu 1', en: 'Zone 1' }
const detail = { vi: 'chi tiết', en: 'a detail' }

describe.each(GREENHOUSE_FAULT_NAMES)('%s', (name) => {
  test('is said whole in both languages, with what to do', () => {
    for (const event of ['raised', 'cleared'] as const) {
      const { vi, en } = greenhouseFaultText(name, event, { house, subject, detail })
      expect(`${vi}${en}`).not.toMatch(/[{}]/)
      expect(vi).not.toBe(en)
    }
    expect(greenhouseNext(name).vi.length).toBeGreaterThan(10)
  })

  test('has a name that fits into an alarm, and that no street has', () => {
    expect(name.length).toBeLessThanOrEqual(40)
    expect(LIGHTING_FAULT_NAMES).not.toContain(name)
    expect(isGreenhouseFault(name)).toBe(true)
  })
})

test('the level 3 is left to what endangers the crop or the pump now', () => {
  const grave = GREENHOUSE_FAULT_NAMES.filter((name) => GREENHOUSE_FAULTS[name].level === 3)
  expect(grave).toEqual(expect.arrayContaining(['pipe-burst', 'no-flow']))
  expect(grave.length).toBeLessThanOrEqual(4)
})

test("an alarm of an interlock is a greenhouse's, one of a flood station is not", () => {
  expect(isGreenhouseFault('interlock-dry-run')).toBe(true)
  expect(isGreenhouseFault('stage')).toBe(false)
  expect(isGreenhouseFault('sensor-lost')).toBe(false)
})

test('what to do about an interlock is told by its name, and of one unknown to go and see', () => {
  const unknown = greenhouseNext('interlock-something')
  expect(greenhouseNext('interlock-dry-run').vi).toContain('van hút')
  for (const name of [
    'dry-run',
    'low-water',
    'tank-low',
    'valve-open',
    'pressure-high',
    'pressure-low',
    'flow',
  ])
    expect(greenhouseNext(`interlock-${name}`)).not.toEqual(unknown)
  expect(greenhouseNext('interlock-constructor')).toEqual(unknown)
})
