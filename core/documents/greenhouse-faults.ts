import { fill, type Text } from '../text.ts'

/** The faults of a greenhouse: the `rule` of its alarms, with what to do next. Whoever shows them finds their words here. */

export interface GreenhouseFault {
  /** What it is about, so what `subject` names: a zone, a sensor, an output, a fertiliser's channel, or the house itself. */
  readonly about: 'zone' | 'sensor' | 'output' | 'channel' | 'house'
  /** Level of its alarm: 0 to know, 1 to look at in turn, 2 soon, 3 now: the crop or the pump is in danger. */
  readonly level: 0 | 1 | 2 | 3
  /** A few words for a list. */
  readonly label: Text
  /** The sentence of the alarm, with `{house}`, `{subject}` and, where there is one, `{detail}`. */
  readonly raised: Text
  readonly cleared: Text
  /** What the reader should do. */
  readonly next: Text
}

const well: Text = { vi: '{house}: {subject} đã bình thường.', en: '{house}: {subject} is well again.' }

export const GREENHOUSE_FAULTS = {
  'pipe-burst': {
    about: 'zone',
    level: 3,
    label: { vi: 'Vỡ ống', en: 'Burst pipe' },
    raised: {
      vi: '{house}: {subject} chảy mạnh hơn thường lệ nhiều: {detail}. Đã dừng tưới khu này.',
      en: '{house}: {subject} takes far more water than usual: {detail}. Its watering was ended.',
    },
    cleared: well,
    next: {
      vi: 'Đi dọc ống của khu tìm chỗ vỡ hay tuột, sửa xong tưới thử vài phút.',
      en: "Walk along the zone's pipe, mend what burst or slipped off, then water for a few minutes to try.",
    },
  },
  'no-flow': {
    about: 'zone',
    level: 3,
    label: { vi: 'Không có nước', en: 'No water' },
    raised: {
      vi: '{house}: mở {subject} mà nước không chảy: {detail}. Đã dừng tưới khu này.',
      en: '{house}: {subject} is open but no water flows: {detail}. Its watering was ended.',
    },
    cleared: well,
    next: {
      vi: 'Xem bồn còn nước, bơm có chạy, van tay có khóa, lọc có nghẹt không.',
      en: 'See whether the tank holds water, the pump runs, a hand valve is shut, or the filter is clogged.',
    },
  },
  'drippers-blocked': {
    about: 'zone',
    level: 2,
    label: { vi: 'Nghẹt béc', en: 'Drippers blocked' },
    raised: {
      vi: '{house}: {subject} chảy yếu hơn thường lệ: {detail}.',
      en: '{house}: {subject} takes less water than usual: {detail}.',
    },
    cleared: well,
    next: {
      vi: 'Súc rửa lọc và cuối ống, xem béc nào không nhỏ giọt.',
      en: 'Flush the filter and the ends of the pipes, and look for drippers that give nothing.',
    },
  },
  'water-leak': {
    about: 'house',
    level: 2,
    label: { vi: 'Rò nước', en: 'Leak' },
    raised: {
      vi: '{house}: không khu nào tưới mà nước vẫn chảy: {detail}.',
      en: '{house}: water flows though nothing is watered: {detail}.',
    },
    cleared: { vi: '{house}: nước đã ngừng rò.', en: '{house}: the leak has stopped.' },
    next: {
      vi: 'Xem van nào không khít, ống chính có rò không; khóa van tổng khi đi vắng.',
      en: 'Look for a valve that does not close and for a leaking main; shut the main tap while you are away.',
    },
  },
  'valve-dumb': {
    about: 'zone',
    level: 2,
    label: { vi: 'Van không mở', en: 'Valve does not open' },
    raised: {
      vi: '{house}: van của {subject} không báo đã mở. Đã dừng tưới khu này.',
      en: '{house}: the valve of {subject} does not say that it has opened. Its watering was ended.',
    },
    cleared: well,
    next: {
      vi: 'Xem pin và sóng của van, dây điện, rồi tưới thử vài phút.',
      en: 'Check the battery, radio or wire of the valve, then water for a few minutes to try.',
    },
  },
  'valve-open': {
    about: 'zone',
    level: 2,
    label: { vi: 'Van không đóng', en: 'Valve does not shut' },
    raised: {
      vi: '{house}: van của {subject} không báo đã đóng, có thể vẫn chảy.',
      en: '{house}: the valve of {subject} does not say that it has shut, and may still let water through.',
    },
    cleared: { vi: '{house}: van của {subject} đã đóng.', en: '{house}: the valve of {subject} is shut.' },
    next: {
      vi: 'Đóng van bằng tay nếu khu còn chảy nước; xem pin và sóng của van, dây điện.',
      en: 'Shut it by hand if the zone still takes water; check the battery, radio or wire of the valve.',
    },
  },
  'tank-low': {
    about: 'house',
    level: 2,
    label: { vi: 'Bồn cạn', en: 'Tank low' },
    raised: { vi: '{house}: bồn nước còn {detail}.', en: '{house}: the tank is down to {detail}.' },
    cleared: { vi: '{house}: bồn đã có nước.', en: '{house}: the tank has water again.' },
    next: {
      vi: 'Bơm thêm nước vào bồn, xem phao cấp nước.',
      en: 'Fill the tank, and see to its inlet float.',
    },
  },
  'house-hot': {
    about: 'house',
    level: 3,
    label: { vi: 'Quá nóng', en: 'Too hot' },
    raised: {
      vi: '{house} quá nóng: {detail}.',
      en: '{house} is too hot: {detail}.',
    },
    cleared: { vi: '{house} đã bớt nóng.', en: '{house} has cooled.' },
    next: {
      vi: 'Mở cửa, xem quạt và phun sương có chạy, kéo lưới che.',
      en: 'Open the doors, see whether fans and mist run, and draw the shade.',
    },
  },
  'house-cold': {
    about: 'house',
    level: 2,
    label: { vi: 'Quá lạnh', en: 'Too cold' },
    raised: {
      vi: '{house} quá lạnh: {detail}.',
      en: '{house} is too cold: {detail}.',
    },
    cleared: { vi: '{house} đã bớt lạnh.', en: '{house} is warm enough again.' },
    next: {
      vi: 'Đóng cửa và rèm, tắt quạt, che hoặc sưởi cho cây con.',
      en: 'Shut doors and curtains, stop the fans, cover or warm young plants.',
    },
  },
  // Not `sensor-lost`: that is a flood station's, and the rule alone must say whose an alarm is.
  'probe-lost': {
    about: 'sensor',
    level: 1,
    label: { vi: 'Mất cảm biến', en: 'Sensor lost' },
    raised: {
      vi: '{house}: cảm biến {subject} không có số đo: {detail}.',
      en: '{house}: sensor {subject} gives no value: {detail}.',
    },
    cleared: {
      vi: '{house}: cảm biến {subject} đo được trở lại.',
      en: '{house}: sensor {subject} measures again.',
    },
    next: {
      vi: 'Xem pin, dây và sóng của cảm biến.',
      en: 'Check the battery, cable and radio of the sensor.',
    },
  },
  'probe-suspect': {
    about: 'sensor',
    level: 1,
    label: { vi: 'Cảm biến đáng ngờ', en: 'Sensor suspect' },
    raised: {
      vi: '{house}: không tin được cảm biến {subject}: {detail}.',
      en: '{house}: sensor {subject} is not believed: {detail}.',
    },
    cleared: {
      vi: '{house}: cảm biến {subject} đáng tin trở lại.',
      en: '{house}: sensor {subject} is believed again.',
    },
    next: {
      vi: 'Xem đầu đo có nằm chặt trong đất, dây có đứt hay chạm; đo thử bằng máy cầm tay, rồi thay nếu hỏng.',
      en: 'See whether it sits firmly and its cable is whole; compare with a hand meter, and replace it if it is broken.',
    },
  },
  'clock-lost': {
    about: 'house',
    level: 2,
    label: { vi: 'Chưa biết giờ', en: 'Time not known' },
    raised: {
      vi: '{house}: nút không biết giờ: {detail}.',
      en: '{house}: the node does not know the time: {detail}.',
    },
    cleared: { vi: '{house}: nút đã biết giờ.', en: '{house}: the node knows the time again.' },
    next: {
      vi: 'Nối mạng cho nút, hoặc chỉnh giờ tại nút; trong khi chờ vẫn tưới tay được.',
      en: 'Connect the node to a network or set its time at the site; watering by hand works meanwhile.',
    },
  },
  'zone-ceiling': {
    about: 'zone',
    level: 1,
    label: { vi: 'Đủ mức tưới ngày', en: 'Daily ceiling reached' },
    raised: {
      vi: '{house}: {subject} đã tưới đủ mức cao nhất của ngày: {detail}. Hôm nay không tưới thêm.',
      en: '{house}: {subject} has had the most that a day allows: {detail}. It gets no more today.',
    },
    cleared: well,
    next: {
      vi: 'Nếu cây còn thiếu nước, xem có rò không rồi hãy nâng mức ngày của khu.',
      en: 'If the crop still lacks water, look for a leak before you raise the daily ceiling of the zone.',
    },
  },
  'stock-ceiling': {
    about: 'channel',
    level: 1,
    label: { vi: 'Đủ mức phân ngày', en: 'Daily feed ceiling reached' },
    raised: {
      vi: '{house}: {subject} đã châm đủ mức cao nhất của ngày: {detail}.',
      en: '{house}: {subject} has been dosed the most that a day allows: {detail}.',
    },
    cleared: well,
    next: {
      vi: 'Xem lại công thức và đầu đo EC, pH trước khi nâng mức ngày.',
      en: 'Check the recipe and the EC and pH probes before you raise the daily ceiling.',
    },
  },
  'feed-held': {
    about: 'zone',
    level: 2,
    label: { vi: 'Ngừng châm phân', en: 'Not fed' },
    raised: {
      vi: '{house}: {subject} đang tưới nhưng không châm phân, vì {detail}: phân sẽ chảy sang khu khác.',
      en: '{house}: {subject} is watered but not fed, because {detail}: the feed would reach another zone.',
    },
    cleared: {
      vi: '{house}: {subject} lại được châm phân, các van khác đã đóng.',
      en: '{house}: {subject} may be fed again, the other valves are shut.',
    },
    next: {
      vi: 'Đóng van đó bằng tay nếu còn chảy nước; xem pin và sóng của van, dây điện.',
      en: 'Shut that valve by hand if it lets water through; check its battery, radio or wire.',
    },
  },
  'ec-off': {
    about: 'house',
    level: 2,
    label: { vi: 'EC lệch', en: 'EC off target' },
    raised: {
      vi: '{house}: châm phân mà EC không đạt: {detail}.',
      en: '{house}: EC does not come to its target: {detail}.',
    },
    cleared: { vi: '{house}: EC đã đạt.', en: '{house}: EC is on target again.' },
    next: {
      vi: 'Xem bồn phân A, B còn không, bơm châm có hút không, đầu đo EC có bẩn không.',
      en: 'See whether tanks A and B hold stock, the dosing pumps draw, and the EC probe is clean.',
    },
  },
  'ph-off': {
    about: 'house',
    level: 2,
    label: { vi: 'pH lệch', en: 'pH off target' },
    raised: {
      vi: '{house}: châm mà pH không đạt: {detail}.',
      en: '{house}: pH does not come to its target: {detail}.',
    },
    cleared: { vi: '{house}: pH đã đạt.', en: '{house}: pH is on target again.' },
    next: {
      vi: 'Xem bồn axit hoặc kiềm còn không, bơm châm có hút không, hiệu chuẩn đầu đo pH.',
      en: 'See whether the acid or base tank holds stock and its pump draws; calibrate the pH probe.',
    },
  },
} as const satisfies Readonly<Record<string, GreenhouseFault>>

export type GreenhouseFaultName = keyof typeof GREENHOUSE_FAULTS

export const GREENHOUSE_FAULT_NAMES: readonly GreenhouseFaultName[] =
  Object.keys(GREENHOUSE_FAULTS).filter(isFaultName)

/** Alarms of interlocks are `interlock-{name}`: the interlock's own words say what is the matter. */
export const INTERLOCK_RULE_PREFIX = 'interlock-'
/** Notes about programs and runs: nothing is wrong with the equipment. */
export const PROGRAM_RULE = 'watering'

export function isFaultName(rule: string): rule is GreenhouseFaultName {
  return Object.hasOwn(GREENHOUSE_FAULTS, rule)
}

/** Whether an alarm's rule is of a greenhouse: those of flood stations and streets have other names. */
export function isGreenhouseFault(rule: string): boolean {
  return isFaultName(rule) || rule === PROGRAM_RULE || rule.startsWith(INTERLOCK_RULE_PREFIX)
}

/** By the interlock's name: where to look, in the order in which it mostly is. */
const INTERLOCK_NEXTS: Readonly<Record<string, Text>> = {
  'dry-run': {
    vi: 'Xem bồn còn nước, van hút có mở, lưới lọc có nghẹt; rồi bấm "Đã kiểm tra, mở lại".',
    en: 'See whether the tank holds water, the suction valve is open and the filter is clean; then press "Checked, release".',
  },
  'flow-lost': {
    vi: 'Xem dây và nguồn của đồng hồ nước; đo lại được là bơm tự chạy tiếp.',
    en: 'Check the wire and supply of the flow meter; once it is heard again the pump goes on by itself.',
  },
  'pressure-lost': {
    vi: 'Xem dây và nguồn của cảm biến áp suất; đo lại được là bơm tự chạy tiếp.',
    en: 'Check the wire and supply of the pressure sensor; once it is heard again the pump goes on by itself.',
  },
  'low-water': {
    vi: 'Thêm nước vào bồn; bồn còn đầy thì xem phao có kẹt, dây phao có đứt.',
    en: 'Fill the tank; if it is full, see whether its float is stuck or its wire is broken.',
  },
  'tank-low': {
    vi: 'Thêm nước vào bồn; bồn còn đầy thì xem cảm biến mức.',
    en: 'Fill the tank; if it is full, see to its level sensor.',
  },
  'valve-open': {
    vi: 'Xem van của khu có mở thật không, pin và sóng của van.',
    en: "See whether the zone's valve really opens, and its battery and radio.",
  },
  'pressure-high': {
    vi: 'Xem van nào không mở, lọc có nghẹt, cảm biến áp suất còn nối.',
    en: 'Look for a valve that does not open, a clogged filter, or a pressure sensor that is off its wire.',
  },
  'pressure-low': {
    vi: 'Đi dọc đường ống tìm chỗ vỡ hay tuột, xem bơm có lên nước.',
    en: 'Walk along the pipes for a burst, and see whether the pump draws water.',
  },
  flow: {
    vi: 'Xem nước có chảy qua ống châm không, đồng hồ nước còn quay và còn nối dây.',
    en: 'See whether water flows past the dosing point, and the flow meter turns and is wired.',
  },
  humidity: {
    vi: 'Không cần làm gì khi trời ẩm; trời khô thì xem cảm biến độ ẩm.',
    en: 'Nothing to do in moist air; in dry air see to the humidity sensor.',
  },
}
const INTERLOCK_NEXT: Text = {
  vi: 'Xem tận nơi nguyên nhân vừa nêu, sửa xong bấm "Đã kiểm tra, mở lại" nếu còn khóa.',
  en: 'Go and see to the cause that is named; then press "Checked, release" if it is still held.',
}

/** What to do about an alarm of this rule. */
export function greenhouseNext(rule: string): Text {
  if (isFaultName(rule)) return GREENHOUSE_FAULTS[rule].next
  const name = rule.slice(INTERLOCK_RULE_PREFIX.length)
  return Object.hasOwn(INTERLOCK_NEXTS, name) ? (INTERLOCK_NEXTS[name] ?? INTERLOCK_NEXT) : INTERLOCK_NEXT
}

const INTERLOCK_LABEL: Text = { vi: 'Khóa an toàn', en: 'Interlock' }

/** A few words for an alarm of this rule. */
export function greenhouseLabel(rule: string): Text {
  return isFaultName(rule) ? GREENHOUSE_FAULTS[rule].label : INTERLOCK_LABEL
}

/** How grave an alarm of this rule is; of an interlock its own report says so. */
export function greenhouseLevel(rule: string): number {
  return isFaultName(rule) ? GREENHOUSE_FAULTS[rule].level : 2
}

/** The sentence of a fault that has come or gone. */
export function greenhouseFaultText(
  name: GreenhouseFaultName,
  event: 'raised' | 'cleared',
  about: { readonly house: Text; readonly subject: Text; readonly detail?: Text },
): Text {
  const sentence = GREENHOUSE_FAULTS[name][event]
  const { house, subject, detail = { vi: '', en: '' } } = about
  return {
    vi: fill(sentence.vi, { house: house.vi, subject: subject.vi, detail: detail.vi }),
    en: fill(sentence.en, { house: house.en, subject: subject.en, detail: detail.en }),
  }
}
