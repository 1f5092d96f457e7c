import type { Text } from '../../core/text.ts'
import type { GapReason } from '../../core/wire/frame.ts'

/** Why a number is not here as a row: what the node said, or what the hub knows of numbers that it knows nothing of. */
export type AbsenceReason = GapReason | HubReason
/** `waiting`: still to come. `replaced`: of an epoch that is over. */
export type HubReason = 'waiting' | 'replaced'

/** What a person is told; docs/protocol.md has the same in the words of the protocol. */
export const GAP_TEXTS: Readonly<Record<AbsenceReason, Text>> = {
  superseded: {
    vi: 'Giá trị mới hơn đã thay thế trước khi kịp gửi.',
    en: 'Newer values replaced them before they were sent.',
  },
  thinned: {
    vi: 'Nút đã gộp các số đo này vào dòng tổng hợp (số lượng, tổng, nhỏ nhất, lớn nhất) vì thiếu chỗ.',
    en: 'The node summed these readings up (count, sum, minimum, maximum) for want of room.',
  },
  dropped: {
    vi: 'Nút đã bỏ các dòng này vì hết chỗ trên đĩa hoặc trong bộ nhớ.',
    en: 'The node gave these rows up: there was no room on its disk or in its memory.',
  },
  released: {
    vi: 'Nút đã gửi, hub đã xác nhận và nút đã xóa; hub này không còn giữ (ví dụ vừa khôi phục từ bản sao lưu cũ).',
    en: 'The node had told them, a hub had confirmed them, and the node deleted them; this hub does not have them (as after it was restored from an older backup).',
  },
  unreadable: {
    vi: 'Các dòng này nằm trong một kho dữ liệu bị hỏng của nút.',
    en: 'These rows were in a database of the node that was damaged.',
  },
  corrupt: {
    vi: 'Kho dữ liệu của nút không còn dòng nào đọc được dưới các số này.',
    en: "The node's database holds no row under these numbers that makes sense.",
  },
  replaced: {
    vi: 'Các số này thuộc một kho dữ liệu mà nút không còn dùng: dòng nào còn thì đã mang số mới, dòng khác mất theo kho đó.',
    en: 'These numbers are of a database that the node does not use any more: what was left of it has new numbers, the rest is gone with it.',
  },
  waiting: {
    vi: 'Nút còn giữ các dòng này và sẽ gửi khi có đường truyền.',
    en: 'The node still holds these rows and sends them when there is a link.',
  },
}
