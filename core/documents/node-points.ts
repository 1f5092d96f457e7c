import type { Text } from '../text.ts'
import type { PointShape } from './points.ts'

/**
 * What a node tells of itself, under the device `node`. Whole names first; `supply/{name}/…` is told for each supply
 * that the board knows, and anything else (`refused/{CODE}`) is a plain count.
 */
export interface NodePoint extends PointShape {
  readonly label: Text
  /** A value that differs from the last one told by less than this says nothing new. */
  readonly deadBand: number
}

/** After this long without a word a point is told again, changed or not: silence must not look like calm. */
export const NODE_SILENCE_S = 900

export const NODE_POINTS = {
  memory: point('MBy', 0.1, 5, 'Bộ nhớ nút đang dùng', 'Memory of the node'),
  memory_free: point('MBy', 1, 50, 'Bộ nhớ máy còn trống', 'Memory free on the machine'),
  disk_free: point('MBy', 1, 50, 'Đĩa còn trống', 'Disk free'),
  disk_used: point('%', 0.1, 1, 'Đĩa đã dùng', 'Disk used'),
  cpu_load: point('%', 1, 20, 'Tải bộ xử lý', 'Processor load'),
  cpu_temperature: point('Cel', 0.1, 1, 'Nhiệt độ bộ xử lý', 'Processor temperature'),
  uptime: point('s', 1, 600, 'Chạy liên tục', 'Running for'),
  boots: point('1', 1, 1, 'Số lần khởi động', 'Starts since the disk was new'),
  boots_day: point('1', 1, 1, 'Khởi động trong 24 giờ', 'Starts in the last 24 h'),
  loop_lag: point('ms', 1, 20, 'Độ trễ xử lý (p99)', 'Event-loop lag (p99)'),
  drivers: point('1', 1, 1, 'Số trình điều khiển', 'Drivers'),
  drivers_down: point('1', 1, 1, 'Trình điều khiển không làm việc', 'Drivers not working'),
  clock_quality: point(
    '1',
    1,
    1,
    'Đồng hồ: 2 chuẩn, 1 tự chạy, 0 chưa biết giờ',
    'Clock: 2 synced, 1 holdover, 0 unknown',
  ),
  time_known_s: point('s', 1, 600, 'Từ lần biết giờ gần nhất', 'Since the time was last known'),
  oldest_unsent_s: point('s', 1, 300, 'Dòng chưa gửi lâu nhất', 'Oldest row not yet sent'),
  alarms_waiting: point('1', 1, 1, 'Cảnh báo chờ gửi', 'Alarms waiting'),
  readings_waiting: point('1', 1, 100, 'Số đo chờ gửi', 'Readings waiting'),
  outbox_used: point('%', 0.1, 1, 'Kho chờ gửi đã dùng', 'Outbox used'),
  hours_left: point('h', 0.1, 24, 'Còn giữ đủ', 'Hours left until readings are thinned'),
  hours_until_dropped: point('h', 1, 24, 'Còn giữ được dạng thưa', 'Hours left until readings are dropped'),
  thinned: point('1', 1, 1000, 'Số đo đã thưa bớt', 'Readings thinned'),
  dropped: point('1', 1, 1000, 'Số đo đã bỏ', 'Readings dropped'),
  modem_state: point(
    '1',
    1,
    1,
    'Modem LoRa: 2 đã vào mạng, 1 đang vào, 0 chưa nối',
    'LoRa modem: 2 joined, 1 joining, 0 unplugged',
  ),
  modem_rssi: point('dB[mW]', 1, 3, 'Modem LoRa: mức tín hiệu', 'LoRa modem: signal'),
  modem_snr: point('dB', 0.1, 3, 'Modem LoRa: tín hiệu trên nhiễu', 'LoRa modem: signal to noise'),
  modem_sent: point('1', 1, 1, 'Modem LoRa: khung đã gửi', 'LoRa modem: frames sent'),
} as const satisfies Readonly<Record<string, NodePoint>>

export const SUPPLY_PREFIX = 'supply/'

/** Last part of `supply/{name}/…`. */
export const SUPPLY_POINTS = {
  online: point('1', 1, 1, 'có điện', 'online'),
  capacity: point('%', 1, 1, 'còn', 'charge'),
  voltage: point('V', 0.01, 0.1, 'điện áp', 'voltage'),
  current: point('A', 0.01, 0.1, 'dòng điện', 'current'),
  charging: point('1', 1, 1, 'đang nạp (1) hay xả (-1)', 'charging (1) or discharging (-1)'),
} as const satisfies Readonly<Record<string, NodePoint>>

export type NodePointName = keyof typeof NODE_POINTS
export type SupplyPointName = keyof typeof SUPPLY_POINTS

/** The point of a channel of the node; undefined for a plain count. */
export function nodePoint(channel: string): NodePoint | undefined {
  if (!channel.startsWith(SUPPLY_PREFIX)) return lookIn(NODE_POINTS, channel)
  const [name, kind, ...rest] = channel.slice(SUPPLY_PREFIX.length).split('/')
  const known = kind === undefined || rest.length > 0 ? undefined : lookIn(SUPPLY_POINTS, kind)
  if (known === undefined) return undefined
  const label = { vi: `Nguồn ${name}: ${known.label.vi}`, en: `Supply ${name}: ${known.label.en}` }
  return { ...known, label }
}

function point(unit: string, resolution: number, deadBand: number, vi: string, en: string): NodePoint {
  return { unit, resolution, deadBand, label: { vi, en } }
}

function lookIn<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined
}
