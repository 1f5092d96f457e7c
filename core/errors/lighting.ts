/** Streets: their controller, their document, and what is asked of their lamps. */
export const lightingErrors = {
  LIGHTING_STATE_UNREADABLE: {
    what: {
      vi: 'Trạng thái đã lưu của tuyến đèn không đọc được ở {path}: {reason}.',
      en: 'The saved state of the lighting street cannot be read at {path}: {reason}.',
    },
    next: {
      vi: 'Tuyến bắt đầu lại theo lịch, lệnh giữ đã mất; kiểm tra thẻ nhớ nếu lặp lại.',
      en: 'The street starts afresh by its calendar, holds are lost; check the disk if this happens again.',
    },
  },
  LIGHT_TARGET_UNKNOWN: {
    what: {
      vi: 'Tuyến {street} không có {kind} "{name}".',
      en: 'Street {street} has no {kind} "{name}".',
    },
    next: {
      vi: 'Tải lại trang rồi chọn lại; tuyến có thể vừa được sửa.',
      en: 'Load the page again and choose anew; the street may have been edited.',
    },
  },
} as const
