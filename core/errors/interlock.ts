/** What no owner of an output can override, and the equipment that it protects. */
export const interlockErrors = {
  INTERLOCK_NOT_LATCHED: {
    what: {
      vi: 'Đầu ra {device}/{output} không bị khóa chờ người kiểm tra.',
      en: 'The output {device}/{output} is not latched.',
    },
    next: {
      vi: 'Không cần mở lại; xem vì sao nó chưa chạy bằng "tram status".',
      en: 'There is nothing to reset; see why it does not run with "tram status".',
    },
  },
} as const
