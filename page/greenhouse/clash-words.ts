import type { Greenhouse } from '../../core/documents/greenhouse.ts'
import { isRecord, jsonEqual } from '../../core/documents/json-values.ts'
import type { Language, Text } from '../../core/text.ts'
import type { Format } from '../format.ts'
import { decimalsOf } from './numbers.ts'

interface Voice {
  readonly language: Language
  readonly format: Format
}

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
  times: { vi: 'lúc', en: 'at' },
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

/** What a word of the document's own stands for, where it stands: `by: clock`. */
const MEANINGS: Readonly<Record<string, Text>> = {
  clock: { vi: 'giờ', en: 'the clock' },
  moisture: { vi: 'độ ẩm đất', en: 'soil moisture' },
  balance: { vi: 'nước cây dùng', en: 'crop water use' },
}

const WORDS_MAX = 160
const NOTHING: Text = { vi: 'không có', en: 'nothing' }

/** One place of an edit that was not taken, as people say it. */
export interface ClashWords {
  /** `Chương trình › Tưới sáng › bao nhiêu`. */
  readonly field: string
  /** Where both sides have something: only that in which they differ. */
  readonly kept: string
  readonly lost: string
}

/** Tells a clash in words. The document gives the names of what its ids stand for. */
export function clashWords(
  clash: { readonly path: readonly string[]; readonly kept?: unknown; readonly lost?: unknown },
  document: Greenhouse | undefined,
  voice: Voice,
): ClashWords {
  const named = namesIn(document, voice.language)
  const value = (own: unknown, other: unknown) =>
    valueWords(own, other, named, voice) ?? NOTHING[voice.language]
  return {
    field: clash.path.map((part) => FIELDS[part]?.[voice.language] ?? named.get(part) ?? part).join(' › '),
    kept: value(clash.kept, clash.lost),
    lost: value(clash.lost, clash.kept),
  }
}

function namesIn(document: Greenhouse | undefined, language: Language): ReadonlyMap<string, string> {
  return new Map([
    ...(document?.programs ?? []).map(({ id, name }) => [id, name] as const),
    ...(document?.recipes ?? []).map(({ id, name }) => [id, name] as const),
    ...(document?.zones ?? []).map(({ id, name }) => [id, name[language]] as const),
    ...(document?.fertiliser?.channels ?? []).map(({ id, name }) => [id, name[language]] as const),
    ...[
      ...(document?.climate.fans ?? []),
      ...(document?.climate.shade ?? []),
      ...(document?.climate.lamps ?? []),
    ].map(({ id, name }) => [id, name[language]] as const),
  ])
}

/** A value as a person reads it, without what it shares with the other side's; undefined for none. */
function valueWords(
  value: unknown,
  other: unknown,
  named: ReadonlyMap<string, string>,
  voice: Voice,
): string | undefined {
  const { language, format } = voice
  if (value === undefined || value === null) return undefined
  if (typeof value === 'number') return format.number(value, decimalsOf(value))
  if (typeof value === 'boolean') return value ? '✓' : '✕'
  if (typeof value === 'string') {
    return (MEANINGS[value]?.[language] ?? named.get(value) ?? value).slice(0, WORDS_MAX)
  }
  if (Array.isArray(value)) {
    const all = value.map((one) => valueWords(one, undefined, named, voice) ?? '')
    return all.join(', ').slice(0, WORDS_MAX)
  }
  const others = isRecord(other) ? other : {}
  const parts = Object.entries(value)
    .filter(([key, one]) => key !== 'id' && !jsonEqual(one, others[key]))
    .map(([key, one]) => {
      const words = valueWords(one, others[key], named, voice) ?? '–'
      return `${FIELDS[key]?.[language] ?? key} ${words}`
    })
  return parts.join(', ').slice(0, WORDS_MAX)
}
