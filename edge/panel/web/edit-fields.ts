import type { Greenhouse } from '../../../core/documents/greenhouse.ts'
import type { Text } from '../../../core/text.ts'
import type { Voice } from './scene.ts'

/** What people call the document's fields, for edits that clash. A name that stands here not is shown as it is. */
const FIELDS: Readonly<Record<string, Text>> = {
  programs: { vi: 'Chương trình', en: 'Program' },
  recipes: { vi: 'Công thức', en: 'Recipe' },
  zones: { vi: 'Khu', en: 'Zone' },
  climate: { vi: 'Khí hậu', en: 'Climate' },
  water: { vi: 'Nước', en: 'Water' },
  fertiliser: { vi: 'Bộ châm phân', en: 'Dosing' },
  channels: { vi: 'Kênh', en: 'Channel' },
  weather: { vi: 'Thời tiết', en: 'Weather' },
  faults: { vi: 'Dò lỗi', en: 'Fault finding' },
  name: { vi: 'tên', en: 'name' },
  on: { vi: 'đang dùng', en: 'in use' },
  start: { vi: 'khi nào', en: 'when' },
  times: { vi: 'giờ', en: 'times' },
  days: { vi: 'ngày', en: 'days' },
  every: { vi: 'cách ngày', en: 'every' },
  by: { vi: 'theo', en: 'by' },
  at: { vi: 'lúc', en: 'at' },
  below: { vi: 'dưới', en: 'below' },
  until: { vi: 'đến', en: 'until' },
  from: { vi: 'từ', en: 'from' },
  to: { vi: 'đến', en: 'to' },
  pause_min: { vi: 'nghỉ (phút)', en: 'pause (min)' },
  amount: { vi: 'bao nhiêu', en: 'how much' },
  minutes: { vi: 'phút', en: 'minutes' },
  litres: { vi: 'lít', en: 'litres' },
  most_min: { vi: 'tối đa (phút)', en: 'at most (min)' },
  cycles: { vi: 'chia đợt', en: 'turns' },
  run_min: { vi: 'mỗi đợt (phút)', en: 'each (min)' },
  soak_min: { vi: 'nghỉ ngấm (phút)', en: 'soak (min)' },
  recipe: { vi: 'bón kèm', en: 'feed' },
  rain_mm: { vi: 'bỏ khi mưa (mm)', en: 'left out after rain (mm)' },
  doses: { vi: 'phân', en: 'doses' },
  channel: { vi: 'kênh', en: 'channel' },
  before_min: { vi: 'nước trước (phút)', en: 'before (min)' },
  after_min: { vi: 'nước sau (phút)', en: 'after (min)' },
  target: { vi: 'muốn đạt', en: 'target' },
  band: { vi: 'cho lệch', en: 'band' },
  misting: { vi: 'phun sương', en: 'misting' },
  fans: { vi: 'quạt', en: 'fan' },
  shade: { vi: 'lưới', en: 'shade' },
  lamps: { vi: 'đèn', en: 'lamps' },
  above_kPa: { vi: 'bắt đầu (kPa)', en: 'above (kPa)' },
  below_kPa: { vi: 'ngừng (kPa)', en: 'below (kPa)' },
  above_C: { vi: 'nóng hơn (°C)', en: 'above (°C)' },
  below_C: { vi: 'mát hơn (°C)', en: 'below (°C)' },
  hot_C: { vi: 'quá nóng (°C)', en: 'too hot (°C)' },
  cold_C: { vi: 'quá lạnh (°C)', en: 'too cold (°C)' },
  crop: { vi: 'cây trồng', en: 'crop' },
  soil: { vi: 'đất', en: 'soil' },
  longest_min: { vi: 'lâu nhất (phút)', en: 'longest (min)' },
  daily_L: { vi: 'tối đa mỗi ngày (L)', en: 'most a day (L)' },
}

const WORDS_MAX = 160

/** `Chương trình › Tưới sáng › bao nhiêu`. */
export function fieldWords(
  path: readonly string[],
  document: Greenhouse | undefined,
  { language }: Pick<Voice, 'language'>,
): string {
  const names = new Map<string, string>([
    ...(document?.programs ?? []).map(({ id, name }) => [id, name] as const),
    ...(document?.recipes ?? []).map(({ id, name }) => [id, name] as const),
    ...(document?.zones ?? []).map(({ id, name }) => [id, name[language]] as const),
    ...(document?.fertiliser?.channels ?? []).map(({ id, name }) => [id, name[language]] as const),
  ])
  return path.map((part) => FIELDS[part]?.[language] ?? names.get(part) ?? part).join(' › ')
}

/** A value as a person reads it; undefined for none. */
export function valueWords(value: unknown, voice: Pick<Voice, 'language' | 'format'>): string | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'number') return voice.format.number(value, Number.isInteger(value) ? 0 : 2)
  if (typeof value === 'boolean') return value ? '✓' : '✕'
  if (typeof value === 'string') return value.slice(0, WORDS_MAX)
  const parts = Array.isArray(value)
    ? value.map((one) => valueWords(one, voice) ?? '')
    : Object.entries(value).map(
        ([key, one]) => `${FIELDS[key]?.[voice.language] ?? key} ${valueWords(one, voice) ?? '–'}`,
      )
  return parts.join(', ').slice(0, WORDS_MAX)
}
