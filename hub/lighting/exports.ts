import { isLightingFault, LIGHTING_FAULTS } from '../../core/documents/lighting-faults.ts'
import type { Language } from '../../core/text.ts'
import { localClock } from '../../core/time-zone.ts'
import { type Cell, csvOf } from '../api/csv.ts'
import type { EnergyView, FaultView } from '../api/lighting-schema.ts'

/** Tables for spreadsheets: days and times as the site's clock shows them, one line for each thing. */

const ENERGY_HEAD: Readonly<Record<Language, readonly string[]>> = {
  vi: [
    'Từ ngày',
    'Đến ngày',
    'Lộ',
    'Điện năng (kWh)',
    'Hết công suất (kWh)',
    'Tiết kiệm (kWh)',
    'Tiết kiệm (%)',
    'Đủ số liệu',
  ],
  en: ['From', 'To', 'Feeder', 'Energy (kWh)', 'Full power (kWh)', 'Saved (kWh)', 'Saved (%)', 'Complete'],
}
const WHOLE_STREET: Readonly<Record<Language, string>> = { vi: 'Cả tuyến', en: 'Whole street' }

/** A line for the street and one for each feeder of each day or month. */
export function energyCsv({ rows, timeZone }: EnergyView, language: Language): string {
  const day = dayIn(timeZone)
  const lines = rows.flatMap((row) => {
    const whole = { ...row, name: { vi: WHOLE_STREET.vi, en: WHOLE_STREET.en } }
    return [whole, ...row.feeders].map((part): Cell[] => [
      day(row.from),
      // A day that ends at midnight ends on the date before it.
      day(row.to - 1),
      part.name[language],
      { value: part.energy_kWh, decimals: 3 },
      { value: part.baseline_kWh, decimals: 3 },
      { value: part.saved_kWh, decimals: 3 },
      { value: part.saved_percent, decimals: 1 },
      yesOrNo(row.complete, language),
    ])
  })
  return csvOf(ENERGY_HEAD[language], lines, language)
}

const FAULT_HEAD: Readonly<Record<Language, readonly string[]>> = {
  vi: [
    'Tuyến',
    'Cột',
    'Hư hỏng',
    'Mô tả',
    'Mức',
    'Từ lúc',
    'Hết lúc',
    'Số lần',
    'Người nhận',
    'Vĩ độ',
    'Kinh độ',
    'Bản đồ',
  ],
  en: [
    'Street',
    'Pole',
    'Fault',
    'What',
    'Level',
    'Since',
    'Until',
    'Times',
    'Taken by',
    'Latitude',
    'Longitude',
    'Map',
  ],
}

/** A line for each fault, in the order of the list. */
export function faultsCsv(faults: readonly FaultView[], timeZone: string, language: Language): string {
  const time = timeIn(timeZone)
  const lines = faults.map((fault): Cell[] => [
    fault.streetName[language],
    fault.pole ?? '',
    isLightingFault(fault.rule) ? LIGHTING_FAULTS[fault.rule].label[language] : fault.rule,
    fault.text[language],
    { value: fault.level, decimals: 0 },
    time(fault.since),
    fault.until === null ? '' : time(fault.until),
    { value: fault.times, decimals: 0 },
    fault.acknowledgedBy ?? '',
    { value: fault.lat, decimals: 6 },
    { value: fault.lon, decimals: 6 },
    fault.geo ?? '',
  ])
  return csvOf(FAULT_HEAD[language], lines, language)
}

/** `2026-11-21 05:30`: the one way of writing a time that every spreadsheet reads alike. */
function timeIn(timeZone: string): (at: number) => string {
  const { shown } = localClock(timeZone)
  return (at) => new Date(shown(at)).toISOString().slice(0, 16).replace('T', ' ')
}

function dayIn(timeZone: string): (at: number) => string {
  const time = timeIn(timeZone)
  return (at) => time(at).slice(0, 10)
}

function yesOrNo(value: boolean, language: Language): string {
  if (language === 'vi') return value ? 'có' : 'chưa'
  return value ? 'yes' : 'not yet'
}
