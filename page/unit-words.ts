import type { Language, Text } from '../core/text.ts'
import { unitSymbol } from '../core/units.ts'

/** Units (UCUM) that people say in words of their language; all others are the same sign everywhere. */
const SAID: Readonly<Record<string, Text>> = {
  s: { vi: 'giây', en: 's' },
  min: { vi: 'phút', en: 'min' },
  h: { vi: 'giờ', en: 'h' },
  d: { vi: 'ngày', en: 'days' },
  'L/min': { vi: 'L/phút', en: 'L/min' },
  'L/h': { vi: 'L/giờ', en: 'L/h' },
}

/** How a unit is written behind a number: on every page the same. */
export function unitWord(unit: string, language: Language): string {
  return Object.hasOwn(SAID, unit) ? (SAID[unit]?.[language] ?? unit) : unitSymbol(unit)
}
