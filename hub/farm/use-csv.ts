import type { Language } from '../../core/text.ts'
import { localClock } from '../../core/time-zone.ts'
import { type Cell, csvOf } from '../api/csv.ts'
import type { FarmUse, UsedBy } from '../api/farm-schema.ts'

const HEAD: Readonly<Record<Language, readonly string[]>> = {
  vi: [
    'Từ ngày',
    'Đến ngày',
    'Nhà kính',
    'Khu',
    'Diện tích (m²)',
    'Nước (L)',
    'Nước (mm = L/m²)',
    'Phân (mL)',
    'Phân (mL/m²)',
    'Đủ số liệu',
  ],
  en: [
    'From',
    'To',
    'Greenhouse',
    'Zone',
    'Area (m²)',
    'Water (L)',
    'Water (mm = L/m²)',
    'Fertiliser (mL)',
    'Fertiliser (mL/m²)',
    'Complete',
  ],
}
const WHOLE: Readonly<Record<Language, string>> = { vi: 'Cả nhà', en: 'All zones' }
const YES: Readonly<Record<Language, readonly [yes: string, no: string]>> = {
  vi: ['có', 'chưa'],
  en: ['yes', 'not yet'],
}

/** A line for each greenhouse and one for each of its zones, of each period. */
export function useCsv({ periods, farms, timeZone }: FarmUse, language: Language): string {
  const { shown } = localClock(timeZone)
  const day = (at: number) => new Date(shown(at)).toISOString().slice(0, 10)
  const [yes, no] = YES[language]
  const lines = periods.flatMap(({ from, to }, index) =>
    farms.flatMap((farm) => {
      const parts: readonly (readonly [string, UsedBy])[] = [
        [WHOLE[language], farm],
        ...farm.zones.map((zone) => [zone.name[language], zone] as const),
      ]
      return parts.map(([name, { area_m2, used }]): Cell[] => {
        const amounts = used[index]
        return [
          day(from),
          // A day that ends at midnight ends on the date before it.
          day(to - 1),
          farm.name[language],
          name,
          { value: area_m2, decimals: 1 },
          { value: amounts?.water_L ?? null, decimals: 1 },
          { value: amounts?.water_mm ?? null, decimals: 2 },
          { value: amounts?.fertiliser_mL ?? null, decimals: 0 },
          { value: amounts?.fertiliser_mLm2 ?? null, decimals: 2 },
          farm.complete[index] === true ? yes : no,
        ]
      })
    }),
  )
  return csvOf(HEAD[language], lines, language)
}
