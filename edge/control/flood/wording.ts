import type { FloodStation } from '../../../core/documents/flood-station.ts'
import { stageSentence } from '../../../core/documents/levels-wording.ts'
import { decimal, type Text } from '../../../core/text.ts'
import type { Word } from './alarm-book.ts'

/** The sentences of a station's alarm log. */

function led(vi: string, en: string, sentence: Text): Text {
  return { vi: `${vi} ${sentence.vi}.`, en: `${en} ${sentence.en}.` }
}

export function levelWord(station: FloodStation, before: number, level: number, stage_m: number): Word {
  const sentence = stageSentence(station.name, stage_m, station.levels)
  const measured = { value: stage_m, unit: 'm' }
  if (level === 0) return { ...measured, text: led('Hết báo động.', 'Alarm over.', sentence) }
  if (level < before)
    return {
      ...measured,
      text: led(`Hạ xuống báo động ${level}.`, `Down to alarm level ${level}.`, sentence),
    }
  return { ...measured, text: led(`Báo động ${level}.`, `Alarm level ${level}.`, sentence) }
}

export function riseWord(station: FloodStation, m_per_h: number, over: boolean): Word {
  const rate = decimal(m_per_h, 2)
  const { vi, en } = station.name
  return {
    value: Math.round(m_per_h * 1000) / 1000,
    unit: 'm/h',
    text: over
      ? {
          vi: `Nước ở ${vi} lên nhanh: ${rate.vi} m/giờ.`,
          en: `Water at ${en} is rising fast: ${rate.en} m/h.`,
        }
      : {
          vi: `Nước ở ${vi} không còn lên nhanh: ${rate.vi} m/giờ.`,
          en: `Water at ${en} no longer rises fast: ${rate.en} m/h.`,
        },
  }
}

type Over = NonNullable<FloodStation['rain']>['limits'][number]['over']

const OVER: Readonly<Record<Over, Text>> = {
  '5min': { vi: '5 phút', en: '5 minutes' },
  '15min': { vi: '15 phút', en: '15 minutes' },
  '1h': { vi: '1 giờ', en: '1 hour' },
  '12h': { vi: '12 giờ', en: '12 hours' },
  '24h': { vi: '24 giờ', en: '24 hours' },
  day: { vi: 'ngày thủy văn (từ 19:00)', en: 'the hydrological day (since 19:00)' },
}

export function rainWord(station: FloodStation, over: Over, mm: number, limit_mm: number): Word {
  const depth = decimal(mm, 1)
  const limit = plain(limit_mm)
  const { vi, en } = station.name
  const side =
    mm >= limit_mm ? { vi: 'đạt ngưỡng', en: 'reaching' } : { vi: 'đã dưới ngưỡng', en: 'now below' }
  return {
    value: Math.round(mm * 10) / 10,
    unit: 'mm',
    text: {
      vi: `Mưa tại ${vi} ${depth.vi} mm trong ${OVER[over].vi}, ${side.vi} ${limit.vi} mm.`,
      en: `Rain at ${en} ${depth.en} mm in ${OVER[over].en}, ${side.en} the limit of ${limit.en} mm.`,
    },
  }
}

export function sensorLostWord(station: FloodStation, reason: string | undefined, level: number): Word {
  const { vi, en } = station.name
  const why = reason === undefined ? { vi: 'không có số liệu tốt', en: 'no good reading' } : told(reason)
  const held =
    level > 0
      ? { vi: ` Giữ nguyên báo động ${level}.`, en: ` Alarm level ${level} is held.` }
      : { vi: '', en: '' }
  return {
    text: {
      vi: `Mất cảm biến mực nước ở ${vi}: ${why.vi}.${held.vi}`,
      en: `Water level sensor at ${en} lost: ${why.en}.${held.en}`,
    },
  }
}

function told(reason: string): Text {
  return { vi: `cảm biến báo "${reason}"`, en: `the sensor says "${reason}"` }
}

export function sensorBackWord(station: FloodStation): Word {
  return {
    text: {
      vi: `Cảm biến mực nước ở ${station.name.vi} đã trở lại.`,
      en: `Water level sensor at ${station.name.en} is back.`,
    },
  }
}

export function stuckWord(station: FloodStation, stuck: boolean, stage_m: number): Word {
  const { vi, en } = station.name
  const stage = decimal(stage_m, 2)
  const hours = plain(station.level.stuck.after_h)
  return {
    value: stage_m,
    unit: 'm',
    text: stuck
      ? {
          vi: `Mực nước ở ${vi} đứng yên ${stage.vi} m hơn ${hours.vi} giờ: cảm biến có thể bị kẹt.`,
          en: `Water level at ${en} has not moved from ${stage.en} m for ${hours.en} h: the sensor may be stuck.`,
        }
      : { vi: `Mực nước ở ${vi} lại thay đổi.`, en: `Water level at ${en} moves again.` },
  }
}

export function silencedWord(station: FloodStation, who: string, min: number): Word {
  const { vi, en } = station.name
  const length = plain(Math.round(min * 10) / 10)
  return {
    text: {
      vi: `${who} tắt còi ở ${vi} trong ${length.vi} phút; đèn vẫn nháy.`,
      en: `${who} silenced the sirens at ${en} for ${length.en} min; beacons go on.`,
    },
  }
}

export function resoundedWord(station: FloodStation, why: 'higher' | 'over' | 'asked', who: string): Word {
  const reason: Readonly<Record<typeof why, Text>> = {
    higher: { vi: 'nước lên mức cao hơn', en: 'the water rose to a higher level' },
    over: { vi: 'hết thời gian tắt còi', en: 'the silence is over' },
    asked: { vi: `theo yêu cầu của ${who}`, en: `asked by ${who}` },
  }
  const { vi, en } = station.name
  return {
    text: {
      vi: `Còi ở ${vi} kêu lại: ${reason[why].vi}.`,
      en: `Sirens at ${en} sound again: ${reason[why].en}.`,
    },
  }
}

export function selfTestWord(station: FloodStation, missing: readonly string[]): Word {
  const { vi, en } = station.name
  const names = missing.join(', ')
  return {
    text:
      missing.length === 0
        ? {
            vi: `Tự kiểm tra còi và đèn ở ${vi}: đạt.`,
            en: `Self-test of sirens and beacons at ${en}: passed.`,
          }
        : {
            vi: `Tự kiểm tra ở ${vi}: không thấy xác nhận từ ${names}.`,
            en: `Self-test at ${en}: no confirmation from ${names}.`,
          },
  }
}

export function unprovenWord(station: FloodStation, hops: readonly string[]): Word {
  const { vi, en } = station.name
  const hours = plain(station.provenWithin_h)
  const names = hops.map(hopName)
  return {
    text:
      hops.length === 0
        ? {
            vi: `Mọi chặng của đường báo động ở ${vi} đã được kiểm chứng.`,
            en: `Every hop of the alarm path at ${en} is proven again.`,
          }
        : {
            vi: `Đường báo động ở ${vi} chưa được kiểm chứng trong ${hours.vi} giờ: ${names.map((name) => name.vi).join(', ')}.`,
            en: `Alarm path at ${en} not proven within ${hours.en} h: ${names.map((name) => name.en).join(', ')}.`,
          },
  }
}

function hopName(hop: string): Text {
  if (hop === 'level') return { vi: 'cảm biến mực nước', en: 'level sensor' }
  if (hop === 'rain') return { vi: 'máy đo mưa', en: 'rain gauge' }
  if (hop === 'gateway') return { vi: 'trạm thu phát', en: 'gateway' }
  return { vi: `đầu ra ${hop}`, en: `output ${hop}` }
}

/** A number with the decimals that it has. */
function plain(value: number): Text {
  return { vi: String(value).replace('.', ','), en: String(value) }
}
