import type { Text } from '../../../core/text.ts'
import type { Run, RunCause, RunEnd } from './state.ts'

/** Why a zone is watered, and why that ended, in words. */

const CAUSES: Readonly<Record<RunCause, Text>> = {
  clock: { vi: 'đến giờ', en: 'it is time' },
  moisture: { vi: 'đất khô', en: 'the soil is dry' },
  balance: { vi: 'cây thiếu nước theo thời tiết', en: 'the crop lacks water by the weather' },
  fallback: {
    vi: 'không có số đo, tưới lượng thường lệ',
    en: 'without a measurement, its usual amount',
  },
  person: { vi: 'tưới tay', en: 'by hand' },
}

const ENDS: Readonly<Record<RunEnd, Text>> = {
  done: { vi: 'đủ lượng', en: 'all of it given' },
  moist: { vi: 'đất đã đủ ẩm', en: 'the soil is moist enough' },
  limit: { vi: 'chạm mức cao nhất của khu', en: "the zone's limit is reached" },
  time: {
    vi: 'hết thời gian của lần tưới, chưa đủ lượng',
    en: 'its time is over, before all of it was given',
  },
  stopped: { vi: 'có người bấm dừng', en: 'stopped by a person' },
  taken: { vi: 'van bị đóng bởi người khác', en: 'somebody else shut the valve' },
  cut: { vi: 'mất điện giữa chừng, không tưới lại', en: 'cut short by a power cut, not begun anew' },
  interlock: { vi: 'khóa an toàn dừng', en: 'stopped by an interlock' },
  burst: { vi: 'nghi vỡ ống', en: 'a pipe seems to have burst' },
  'no-flow': { vi: 'nước không chảy', en: 'no water flowed' },
  valve: { vi: 'van không trả lời', en: 'the valve did not answer' },
  missed: { vi: 'bỏ vì quá giờ', en: 'left out: too late' },
  skipped: { vi: 'có người bỏ lần này', en: 'left out by a person' },
  rain: { vi: 'bỏ vì đã mưa', en: 'left out: it has rained' },
  edited: { vi: 'chương trình đã sửa', en: 'the program was edited' },
}

type About = Pick<Run, 'cause' | 'program' | 'who'>

/** `programs` gives what people call a program. */
export function causeText({ cause, program, who }: About, nameOf: (program: string) => string): Text {
  const { vi, en } = CAUSES[cause]
  if (program !== null) return { vi: `${nameOf(program)}: ${vi}`, en: `${nameOf(program)}: ${en}` }
  return who === null ? { vi, en } : { vi: `${who} ${vi}`, en: `${en}, ${who}` }
}

export function endText(end: RunEnd, detail: Text | null): Text {
  const { vi, en } = ENDS[end]
  return detail === null ? { vi, en } : { vi: `${vi}: ${detail.vi}`, en: `${en}: ${detail.en}` }
}

/** Whether what was asked has been given, as far as the zone's limits allow. */
export function isGood(end: RunEnd): boolean {
  return end === 'done' || end === 'moist' || end === 'limit'
}
