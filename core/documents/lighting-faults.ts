import { fill, type Text } from '../text.ts'

/** The faults of a lighting street: the `rule` of its alarms. Whoever shows or exports them finds their words here. */

export interface LightingFault {
  /** What it is about, so what `subject` names: a pole, a feeder, a sensor, or the cabinet itself. */
  readonly about: 'lamp' | 'feeder' | 'sensor' | 'cabinet'
  /** Level of its alarm: 0 to look at, 1 to mend in turn, 2 to mend soon, 3 dark or dangerous: now. */
  readonly level: 0 | 1 | 2 | 3
  /** A few words for a list. */
  readonly label: Text
  /** The sentence of the alarm, with `{street}`, `{subject}` and, where there is one, `{detail}`. */
  readonly raised: Text
  readonly cleared: Text
}

const lampCleared: Text = {
  vi: 'Đèn ở cột {subject}, {street}, đã bình thường.',
  en: 'The lamp on pole {subject}, {street}, is well again.',
}
const feederCleared: Text = {
  vi: 'Lộ {subject}, {street}, đã bình thường.',
  en: 'Feeder {subject}, {street}, is well again.',
}

export const LIGHTING_FAULTS = {
  'lamp-failure': {
    about: 'lamp',
    level: 2,
    label: { vi: 'Đèn hỏng', en: 'Lamp failed' },
    raised: {
      vi: 'Đèn ở cột {subject}, {street}, không sáng: {detail}.',
      en: 'The lamp on pole {subject}, {street}, does not burn: {detail}.',
    },
    cleared: lampCleared,
  },
  'lamp-power-low': {
    about: 'lamp',
    level: 1,
    label: { vi: 'Công suất đèn thấp', en: 'Lamp power low' },
    raised: {
      vi: 'Đèn ở cột {subject}, {street}, tiêu thụ ít hơn phải có: {detail}.',
      en: 'The lamp on pole {subject}, {street}, draws less than it should: {detail}.',
    },
    cleared: lampCleared,
  },
  'lamp-power-high': {
    about: 'lamp',
    level: 1,
    label: { vi: 'Công suất đèn cao', en: 'Lamp power high' },
    raised: {
      vi: 'Đèn ở cột {subject}, {street}, tiêu thụ nhiều hơn phải có: {detail}.',
      en: 'The lamp on pole {subject}, {street}, draws more than it should: {detail}.',
    },
    cleared: lampCleared,
  },
  'lamp-unexpected-on': {
    about: 'lamp',
    level: 1,
    label: { vi: 'Đèn sáng ngoài lệnh', en: 'Lamp on unasked' },
    raised: {
      vi: 'Đèn ở cột {subject}, {street}, vẫn tiêu thụ điện dù đã ra lệnh tắt: {detail}.',
      en: 'The lamp on pole {subject}, {street}, draws power though it was told to be out: {detail}.',
    },
    cleared: lampCleared,
  },
  'gear-failure': {
    about: 'lamp',
    level: 2,
    label: { vi: 'Bộ nguồn đèn hỏng', en: 'Control gear failed' },
    raised: {
      vi: 'Bộ nguồn của đèn ở cột {subject}, {street}, tự báo hỏng.',
      en: 'The control gear on pole {subject}, {street}, says that it has failed.',
    },
    cleared: lampCleared,
  },
  // Its subject says itself whether it is one lamp or all of a feeder.
  'gear-silent': {
    about: 'lamp',
    level: 1,
    label: { vi: 'Đèn mất liên lạc', en: 'Lamp silent' },
    raised: {
      vi: 'Không liên lạc được với {subject}, {street}: {detail}.',
      en: 'Nothing is heard of {subject}, {street}: {detail}.',
    },
    cleared: {
      vi: 'Đã liên lạc lại được với {subject}, {street}.',
      en: 'Heard again of {subject}, {street}.',
    },
  },
  'lamp-cycling': {
    about: 'lamp',
    level: 1,
    label: { vi: 'Đèn chập chờn', en: 'Lamp cycling' },
    raised: {
      vi: 'Đèn ở cột {subject}, {street}, tự tắt rồi sáng lại nhiều lần: {detail}.',
      en: 'The lamp on pole {subject}, {street}, goes out and comes back by itself: {detail}.',
    },
    cleared: lampCleared,
  },
  'feeder-power-lost': {
    about: 'feeder',
    level: 3,
    label: { vi: 'Lộ mất điện (cầu chì, áp-tô-mát)', en: 'Feeder without power (fuse, breaker)' },
    raised: {
      vi: 'Lộ {subject}, {street}, không có điện dù đã đóng: {detail}. Kiểm tra cầu chì, áp-tô-mát.',
      en: 'Feeder {subject}, {street}, has no power though it is switched on: {detail}. Check its fuse or breaker.',
    },
    cleared: feederCleared,
  },
  'contactor-welded': {
    about: 'feeder',
    level: 2,
    label: { vi: 'Công-tắc-tơ dính', en: 'Contactor welded' },
    raised: {
      vi: 'Công-tắc-tơ lộ {subject}, {street}, không ngắt: {detail}. Coi chừng: lộ còn điện.',
      en: 'The contactor of feeder {subject}, {street}, does not open: {detail}. Beware: the feeder is live.',
    },
    cleared: feederCleared,
  },
  'contactor-stuck-open': {
    about: 'feeder',
    level: 3,
    label: { vi: 'Công-tắc-tơ không đóng', en: 'Contactor does not close' },
    raised: {
      vi: 'Công-tắc-tơ lộ {subject}, {street}, không đóng: {detail}.',
      en: 'The contactor of feeder {subject}, {street}, does not close: {detail}.',
    },
    cleared: feederCleared,
  },
  'phase-lost': {
    about: 'cabinet',
    level: 2,
    label: { vi: 'Mất pha', en: 'Phase lost' },
    raised: {
      vi: 'Tủ điện {street} mất pha: {detail}.',
      en: 'The cabinet of {street} has lost a phase: {detail}.',
    },
    cleared: { vi: 'Tủ điện {street} đã đủ pha.', en: 'The cabinet of {street} has all phases again.' },
  },
  'supply-lost': {
    about: 'cabinet',
    level: 3,
    label: { vi: 'Tủ mất điện', en: 'Cabinet without supply' },
    raised: {
      vi: 'Tủ điện {street} mất điện: {detail}. Cả tuyến tối.',
      en: 'The cabinet of {street} has no supply: {detail}. The whole street is dark.',
    },
    cleared: { vi: 'Tủ điện {street} có điện trở lại.', en: 'The cabinet of {street} has its supply again.' },
  },
  'door-open': {
    about: 'cabinet',
    level: 1,
    label: { vi: 'Cửa tủ mở', en: 'Door open' },
    raised: { vi: 'Cửa tủ điện {street} mở.', en: 'The cabinet door of {street} is open.' },
    cleared: { vi: 'Cửa tủ điện {street} đã đóng.', en: 'The cabinet door of {street} is closed.' },
  },
  'rcd-tripped': {
    about: 'cabinet',
    level: 3,
    label: { vi: 'Chống rò đã nhảy', en: 'RCD tripped' },
    raised: {
      vi: 'Thiết bị chống dòng rò của tủ {street} đã nhảy: có thể rò điện ra cột. Đừng đóng lại khi chưa kiểm tra.',
      en: 'The residual-current device of {street} has tripped: a pole may be live. Do not reset it unchecked.',
    },
    cleared: {
      vi: 'Thiết bị chống dòng rò của tủ {street} đã đóng lại.',
      en: 'The residual-current device of {street} is closed again.',
    },
  },
  'meter-silent': {
    about: 'cabinet',
    level: 1,
    label: { vi: 'Công tơ mất liên lạc', en: 'Meter silent' },
    raised: {
      vi: 'Công tơ của tủ {street} không trả lời: {detail}.',
      en: 'The meter of {street} does not answer: {detail}.',
    },
    cleared: { vi: 'Công tơ của tủ {street} trả lời trở lại.', en: 'The meter of {street} answers again.' },
  },
  // Of a module that reads the cabinet's contacts: what it would say is unknown from then.
  'cabinet-silent': {
    about: 'cabinet',
    level: 2,
    label: { vi: 'Mô-đun tủ mất liên lạc', en: 'Cabinet module silent' },
    raised: {
      vi: 'Mô-đun {subject} trong tủ {street} không trả lời: {detail}. Kiểm tra nguồn và dây tín hiệu của mô-đun.',
      en: 'Module {subject} in the cabinet of {street} does not answer: {detail}. Check its supply and its bus wires.',
    },
    cleared: {
      vi: 'Mô-đun {subject} trong tủ {street} trả lời trở lại.',
      en: 'Module {subject} in the cabinet of {street} answers again.',
    },
  },
  // Its detail says what is wrong with it and what the street does without it.
  // Not `sensor-lost`: that is a flood station's, and the rule alone must say whose an alarm is.
  'street-sensor-lost': {
    about: 'sensor',
    level: 1,
    label: { vi: 'Mất cảm biến', en: 'Sensor lost' },
    raised: {
      vi: 'Không dùng được cảm biến {subject} của {street}: {detail}.',
      en: 'Sensor {subject} of {street} cannot be used: {detail}.',
    },
    cleared: {
      vi: 'Cảm biến {subject} của {street} đã bình thường.',
      en: 'Sensor {subject} of {street} is well again.',
    },
  },
} as const satisfies Readonly<Record<string, LightingFault>>

export type LightingFaultName = keyof typeof LIGHTING_FAULTS

export const LIGHTING_FAULT_NAMES: readonly LightingFaultName[] =
  Object.keys(LIGHTING_FAULTS).filter(isLightingFault)

/** Whether an alarm's rule is a fault of a street: those of flood stations have other names. */
export function isLightingFault(rule: string): rule is LightingFaultName {
  return Object.hasOwn(LIGHTING_FAULTS, rule)
}

/** The sentence of a fault that has come or gone. `subject` is the pole, the feeder or the sensor. */
export function lightingFaultText(
  name: LightingFaultName,
  event: 'raised' | 'cleared',
  about: { readonly street: Text; readonly subject: Text; readonly detail?: Text },
): Text {
  const sentence = LIGHTING_FAULTS[name][event]
  const { street, subject, detail = { vi: '', en: '' } } = about
  return {
    vi: fill(sentence.vi, { street: street.vi, subject: subject.vi, detail: detail.vi }),
    en: fill(sentence.en, { street: street.en, subject: subject.en, detail: detail.en }),
  }
}
