import type { Language, Text } from '../../core/text.ts'
import type { Format } from '../format.ts'
import { createSay, type Say } from '../say.ts'

/** The words of the editors of a greenhouse's document: programs, recipes, climate. `{names}` are filled in. */
export const editorWords = {
  numberWrong: { vi: 'Hãy nhập một con số, ví dụ 12 hoặc 1,5.', en: 'Please give a number, like 12 or 1.5.' },
  numberRange: { vi: 'Từ {least} đến {most} {unit}.', en: 'From {least} to {most} {unit}.' },
  nameMissing: { vi: 'Hãy đặt tên.', en: 'Please give it a name.' },
  hour: { vi: 'giờ', en: 'hour' },
  minute: { vi: 'phút', en: 'minute' },
  on: { vi: 'Bật', en: 'On' },
  off: { vi: 'Tắt', en: 'Off' },
  remove: { vi: 'Bỏ', en: 'Remove' },
  removeTime: { vi: 'Bỏ giờ {time}', en: 'Remove {time}' },
  minUnit: { vi: 'phút', en: 'min' },
  secUnit: { vi: 'giây', en: 's' },
  litreUnit: { vi: 'lít', en: 'litres' },
  dayUnit: { vi: 'ngày', en: 'days' },
  hourUnit: { vi: 'giờ', en: 'h' },

  programName: { vi: 'Tên chương trình', en: 'Name of the program' },
  programOn: { vi: 'Đang dùng', en: 'In use' },
  whichZones: { vi: 'Tưới khu nào (theo thứ tự bấm)', en: 'Which zones (in the order pressed)' },
  when: { vi: 'Khi nào tưới', en: 'When' },
  byClock: { vi: 'Theo giờ', en: 'By the clock' },
  byMoisture: { vi: 'Theo độ ẩm đất', en: 'By soil moisture' },
  byBalance: { vi: 'Theo nước cây dùng (ET0)', en: 'By crop water use (ET0)' },
  times: { vi: 'Giờ tưới', en: 'Times' },
  startTime: { vi: 'Giờ thứ {count}', en: 'Time {count}' },
  addTime: { vi: 'Thêm giờ', en: 'Add a time' },
  whichDays: { vi: 'Ngày nào', en: 'Which days' },
  everyDay: { vi: 'Mỗi ngày', en: 'Every day' },
  weekdays: { vi: 'Ngày trong tuần', en: 'Days of the week' },
  everySome: { vi: 'Cách ngày', en: 'Every few days' },
  everyDays: { vi: 'Mấy ngày một lần', en: 'Every how many days' },
  fromDay: { vi: 'Bắt đầu từ ngày', en: 'Beginning on' },
  mon: { vi: 'T2', en: 'Mon' },
  tue: { vi: 'T3', en: 'Tue' },
  wed: { vi: 'T4', en: 'Wed' },
  thu: { vi: 'T5', en: 'Thu' },
  fri: { vi: 'T6', en: 'Fri' },
  sat: { vi: 'T7', en: 'Sat' },
  sun: { vi: 'CN', en: 'Sun' },
  below: { vi: 'Tưới khi ẩm đất dưới', en: 'Water when soil moisture is below' },
  until: { vi: 'Cho đến khi đạt', en: 'Until it has reached' },
  hoursFrom: { vi: 'Chỉ từ lúc', en: 'Only from' },
  hoursTo: { vi: 'đến lúc', en: 'to' },
  pause: { vi: 'Nghỉ ít nhất giữa hai lần', en: 'Pause at least, between two times' },
  balanceAt: { vi: 'Xem lại mỗi ngày lúc', en: 'Look each day at' },
  balanceNote: {
    vi: 'Tưới khi cây đã dùng hết phần nước được phép trong đất, tính từ nắng, gió, độ ẩm và mưa.',
    en: 'Waters when the crop has used up what it may of the soil’s water, reckoned from sun, wind, humidity and rain.',
  },
  amount: { vi: 'Tưới bao nhiêu', en: 'How much' },
  inMinutes: { vi: 'Phút', en: 'Minutes' },
  inLitres: { vi: 'Lít', en: 'Litres' },
  inDepth: { vi: 'mm', en: 'mm' },
  inMissing: { vi: 'Đủ phần thiếu', en: 'What is missing' },
  forMinutes: { vi: 'Mỗi khu tưới', en: 'Each zone for' },
  forLitres: { vi: 'Mỗi khu được', en: 'Each zone gets' },
  forDepth: { vi: 'Lớp nước trên mặt luống', en: 'Depth on the zone' },
  mostMinutes: { vi: 'Nhiều nhất', en: 'At most' },
  cycles: { vi: 'Chia đợt cho đất ngấm', en: 'In turns, so that it soaks in' },
  cycleRun: { vi: 'Mỗi đợt', en: 'Each turn' },
  cycleSoak: { vi: 'Nghỉ cho ngấm', en: 'Soaking between' },
  feedWith: { vi: 'Bón kèm', en: 'Feed with it' },
  plainWater: { vi: 'Nước thường', en: 'Plain water' },
  rainSkip: { vi: 'Bỏ qua khi trời mưa', en: 'Leave out when it has rained' },
  rainAtLeast: { vi: 'Khi 24 giờ qua khu nhận được ít nhất', en: 'When 24 h brought the zone at least' },

  recipeName: { vi: 'Tên công thức', en: 'Name of the recipe' },
  beforeMin: { vi: 'Nước thường trước khi bón', en: 'Plain water before' },
  afterMin: { vi: 'Nước tráng sau khi bón', en: 'Rinsing after' },
  doses: { vi: 'Phân cho mỗi lít nước (0 là không bón)', en: 'Feed per litre of water (0 for none)' },
  steerEc: { vi: 'Giữ EC', en: 'Keep EC' },
  steerPh: { vi: 'Giữ pH', en: 'Keep pH' },
  target: { vi: 'Muốn đạt', en: 'Target' },
  band: { vi: 'Cho phép lệch', en: 'May be off by' },

  misting: { vi: 'Phun sương', en: 'Misting' },
  automatic: { vi: 'Tự động', en: 'Automatic' },
  mistAbove: { vi: 'Bắt đầu khi VPD trên', en: 'Begins above a VPD of' },
  mistBelow: { vi: 'Ngừng khi VPD dưới', en: 'Ends below a VPD of' },
  mistPulse: { vi: 'Mỗi lần phun', en: 'Each pulse' },
  mistPause: { vi: 'Nghỉ giữa hai lần', en: 'Pause between' },
  mistHumid: { vi: 'Không phun khi độ ẩm trên', en: 'Never above a humidity of' },
  onlyHours: { vi: 'Chỉ trong giờ', en: 'Only within hours' },
  fanAbove: { vi: 'Chạy khi nóng hơn', en: 'Runs above' },
  fanBelow: { vi: 'Tắt khi mát hơn', en: 'Stops below' },
  fanHumid: { vi: 'Cũng chạy khi ẩm hơn', en: 'Also above a humidity of' },
  fanLeast: { vi: 'Tốc độ lúc bắt đầu', en: 'Speed to begin with' },
  fanFull: { vi: 'Chạy hết cỡ khi nóng đến', en: 'Full speed from' },
  shadeAbove: { vi: 'Kéo lưới khi nắng trên', en: 'Closes above' },
  shadeBelow: { vi: 'Thu lưới khi nắng dưới', en: 'Opens below' },
  shadeHold: { vi: 'Giữ nguyên ít nhất', en: 'Stays at least' },
  shadeWind: { vi: 'Thu lưới khi gió trên', en: 'Opens in wind above' },
  lampDay: { vi: 'Ngày dài (kể cả nắng)', en: 'Length of day (with daylight)' },
  lampBelow: { vi: 'Chỉ khi tối hơn', en: 'Only when darker than' },
  noClimate: {
    vi: 'Nhà kính này chưa khai thiết bị khí hậu nào.',
    en: 'This greenhouse has no climate devices yet.',
  },

  sumClock: { vi: 'Lúc {times}, {days}', en: 'At {times}, {days}' },
  sumMoisture: {
    vi: 'Khi ẩm đất dưới {below} %, đến {until} %, từ {from} đến {to}',
    en: 'Below {below} % soil moisture, until {until} %, from {from} to {to}',
  },
  sumBalance: {
    vi: 'Theo nước cây dùng, xem lúc {at}',
    en: 'By crop water use, looked at {at}',
  },
  sumEvery: { vi: '{days} ngày một lần', en: 'every {days} days' },
  sumMinutes: { vi: '{count} phút mỗi khu', en: '{count} min a zone' },
  sumLitres: { vi: '{count} lít mỗi khu', en: '{count} litres a zone' },
  sumDepth: { vi: '{count} mm mỗi khu', en: '{count} mm a zone' },
  sumMissing: { vi: 'đủ phần thiếu, tối đa {count} phút', en: 'what is missing, at most {count} min' },
  sumCycles: { vi: 'Chia đợt {run} phút, nghỉ {soak} phút', en: 'Turns of {run} min, {soak} min apart' },
  sumRain: { vi: 'Bỏ qua khi mưa từ {count} mm', en: 'Left out after {count} mm of rain' },
  daily: { vi: 'mỗi ngày', en: 'every day' },

  planTitle: { vi: '24 giờ tới sẽ tưới', en: 'The next 24 hours' },
  planNone: { vi: 'Không tưới lần nào trong 24 giờ tới.', en: 'Nothing is watered in the next 24 hours.' },
  planRun: { vi: '{minutes} phút, {litres} lít', en: '{minutes} min, {litres} litres' },
  planMoisture: {
    vi: 'Chương trình theo độ ẩm chỉ tưới khi đất khô, nên không hẹn giờ trước.',
    en: 'Programs by moisture water when the soil is dry: their times are not known before.',
  },
} as const satisfies Record<string, Text>

export type EditorWord = keyof typeof editorWords

export interface EditorVoice {
  readonly language: Language
  readonly say: Say<EditorWord>
  readonly format: Format
}

export const createEditorVoice = (language: Language, format: Format): EditorVoice => ({
  language,
  say: createSay(editorWords, language),
  format,
})
