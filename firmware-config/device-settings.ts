import type { Text } from '../core/text.ts'

/** How a report interval is said to a device over the air. */
export type IntervalCommand = 'milesight-seconds' | 'milesight-minutes' | 'dragino-seconds'

export interface DeviceSettings {
  /** What the technician opens to type the settings in. */
  readonly tool: Text
  /** What we recommend; a station may say otherwise. */
  readonly reportEveryS: number
  /** A lost level is followed by the next one; a pressed button is not. */
  readonly confirmed: boolean
  readonly interval: { readonly command: IntervalCommand; readonly minS: number; readonly maxS: number }
  /** Whatever else must not be left as it comes from the factory. */
  readonly others: readonly { readonly name: Text; readonly value: Text }[]
}

const toolBox: Text = {
  vi: 'ứng dụng Milesight ToolBox (NFC hoặc USB)',
  en: 'Milesight ToolBox (NFC or USB)',
}
const atCommands: Text = {
  vi: 'cổng nối tiếp 9600 baud, lệnh AT của Dragino',
  en: "the serial port at 9600 baud, Dragino's AT commands",
}
const off: Text = { vi: 'tắt', en: 'off' }

const milesightSeconds = { command: 'milesight-seconds', minS: 60, maxS: 64_800 } as const
const milesightMinutes = { command: 'milesight-minutes', minS: 60, maxS: 86_400 } as const
const draginoSeconds = { command: 'dragino-seconds', minS: 60, maxS: 86_400 } as const

const ownAlarms = {
  name: { vi: 'Cảnh báo ngưỡng của thiết bị', en: "The device's own threshold alarm" },
  value: { vi: 'tắt: nút biên tự quyết định', en: 'off: the node decides' },
}
const powerOnOff = {
  name: { vi: 'Trạng thái rơ-le khi có điện lại', en: 'Relays after a power cut' },
  value: off,
}

const levelSensor: DeviceSettings = {
  tool: toolBox,
  reportEveryS: 300,
  confirmed: false,
  interval: milesightSeconds,
  others: [ownAlarms],
}

/** By model. Intervals: field tables and encoders of Milesight-IoT/SensorDecoders; Dragino manuals, downlink type 01. */
export const deviceSettings: ReadonlyMap<string, DeviceSettings> = new Map<string, DeviceSettings>([
  [
    'milesight-em400-udl',
    {
      ...levelSensor,
      others: [
        ownAlarms,
        {
          name: { vi: 'Liên kết nghiêng với khoảng cách', en: 'Tilt and distance link' },
          value: { vi: 'tắt: khi nghiêng vẫn phải gửi', en: 'off: a tilted sensor must still report' },
        },
      ],
    },
  ],
  ['milesight-em410-rdl', { ...levelSensor, interval: milesightMinutes }],
  ['milesight-em500-udl', levelSensor],
  ['milesight-em500-swl', levelSensor],
  ['milesight-wts506', { ...levelSensor, reportEveryS: 600 }],
  [
    'milesight-em300-di',
    {
      ...levelSensor,
      others: [
        { name: { vi: 'Kiểu ngõ vào', en: 'Interface type' }, value: { vi: 'bộ đếm xung', en: 'counter' } },
        { name: { vi: 'Lọc xung', en: 'Pulse filter' }, value: { vi: 'bật', en: 'on' } },
      ],
    },
  ],
  [
    'milesight-uc300',
    { tool: toolBox, reportEveryS: 1200, confirmed: true, interval: milesightSeconds, others: [powerOnOff] },
  ],
  [
    'milesight-ws558',
    { tool: toolBox, reportEveryS: 1200, confirmed: true, interval: milesightSeconds, others: [powerOnOff] },
  ],
  [
    'dragino-ldds75',
    { tool: atCommands, reportEveryS: 300, confirmed: false, interval: draginoSeconds, others: [] },
  ],
  [
    'dragino-lt-22222-l',
    {
      tool: atCommands,
      reportEveryS: 1200,
      confirmed: true,
      interval: draginoSeconds,
      others: [
        {
          name: { vi: 'Chế độ làm việc', en: 'Working mode' },
          value: { vi: '1 (AT+MOD=1)', en: '1 (AT+MOD=1)' },
        },
      ],
    },
  ],
])
