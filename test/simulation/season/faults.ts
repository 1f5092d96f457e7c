import type { Text } from '../../../core/text.ts'

/** Every kind of fault that a season injects, and how often in thirty days: of the hub, or of twenty nodes. */
export const FAULTS = {
  'bad-weather': node(40, 'Đường truyền mất, trễ, lặp, đảo thứ tự', 'Line loses, delays, repeats, reorders'),
  dark: node(30, 'Mất liên lạc nhiều giờ tới nhiều ngày', 'Node cut off for hours to weeks'),
  'half-open': node(25, 'Kết nối mở một nửa', 'Half-open connection'),
  'broker-restart': hub(8, 'Broker khởi động lại, mất tin lưu', 'Broker restart, retained lost'),
  'hub-before-commit': hub(8, 'Hub chết trước khi ghi', 'Hub killed before its commit'),
  'hub-after-commit': hub(
    8,
    'Hub chết sau khi ghi, trước khi báo',
    'Hub killed after its commit, before its ack',
  ),
  'hub-torn': hub(6, 'Hub mất điện khi đang ghi', 'Hub power cut in mid-write'),
  'hub-restored': hub(2, 'Hub phục hồi từ bản sao cũ', 'Hub restored from an older backup'),
  'hub-slow': hub(6, 'Hub nhận chậm', 'Slow consumer'),
  'hub-disk-full': hub(4, 'Đĩa của hub đầy', 'Disk of the hub full'),
  'retry-storm': hub(4, 'Mọi nút gửi lại hai, ba lần', 'Everything delivered thrice, all reconnect'),
  'edge-killed': node(25, 'Nút chết bất kỳ lúc nào', 'Edge killed at any moment'),
  'edge-mid-transaction': node(25, 'Nút chết giữa giao dịch', 'Edge killed in mid-transaction'),
  'edge-after-commit': node(20, 'Nút chết ngay sau khi ghi', 'Edge killed right after its commit'),
  'edge-torn': node(25, 'Mất điện: đuôi nhật ký rách', 'Power cut: tail of the journal torn'),
  'disk-full': node(12, 'Đĩa đầy', 'Disk full'),
  'small-card-dark': {
    ...node(
      3,
      'Nút có thẻ nhớ nhỏ, mất liên lạc nửa mùa',
      'Node with a small card, cut off half of the season',
    ),
    beginsUntil: 0.4,
  },
  'page-spoiled-up': node(5, 'Trang dữ liệu hỏng khi đang chạy', 'Database page spoiled while running'),
  'page-spoiled-down': node(5, 'Trang dữ liệu hỏng khi tắt', 'Database page spoiled while off'),
  'disk-replaced': node(2, 'Thay đĩa', 'Replaced disk'),
  'disk-cloned': node(2, 'Đĩa bị sao chép, hai nút chạy', 'Cloned disk, two nodes run'),
  'clock-1970': node(8, 'Đồng hồ về 1970', 'Clock starts at 1970'),
  'clock-ahead': node(6, 'Đồng hồ chạy trước', 'Clock far ahead'),
  'clock-steps': node(15, 'Đồng hồ nhảy', 'Clock steps either way'),
  'clock-drifts': node(10, 'Đồng hồ trôi tới 200 ppm', 'Clock drifts, up to 200 ppm'),
  'certificate-expired': node(3, 'Chứng thư hết hạn khi mất liên lạc', 'Certificate expires while dark'),
  'sensor-stuck': node(8, 'Cảm biến kẹt', 'Sensor stuck'),
  'sensor-silent': node(8, 'Cảm biến im lặng', 'Sensor silent'),
  'sensor-babbling': node(5, 'Cảm biến nói gấp 100 lần', 'Sensor babbles at 100 times its rate'),
} as const satisfies Readonly<Record<string, FaultEntry>>

export type FaultKind = keyof typeof FAULTS

export interface FaultEntry {
  readonly perMonth: number
  readonly label: Text
  /** One hub, or any of the nodes. */
  readonly where: 'hub' | 'node'
  /** The part of the season in which it begins, where that is not all of it. */
  readonly beginsUntil?: number
}

export const FAULT_KINDS = Object.keys(FAULTS).filter((name): name is FaultKind => name in FAULTS)

function node(perMonth: number, vi: string, en: string): FaultEntry {
  return { perMonth, where: 'node', label: { vi, en } }
}

function hub(perMonth: number, vi: string, en: string): FaultEntry {
  return { perMonth, where: 'hub', label: { vi, en } }
}
