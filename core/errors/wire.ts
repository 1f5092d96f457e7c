/** Frames and messages between edge and hub. */
export const wireErrors = {
  MESSAGE_TOO_LARGE: {
    what: {
      vi: 'Bản tin dài {bytes} byte, quá giới hạn {limit}.',
      en: 'The message is {bytes} bytes long, above the limit of {limit}.',
    },
    next: { vi: 'Kiểm tra phần mềm của bên gửi.', en: 'Check the software of the sender.' },
  },
  MESSAGE_MALFORMED: {
    what: { vi: 'Không giải mã được bản tin: {reason}.', en: 'The message cannot be decoded: {reason}.' },
    next: { vi: 'Kiểm tra phần mềm của bên gửi.', en: 'Check the software of the sender.' },
  },
  MESSAGE_INVALID: {
    what: {
      vi: 'Bản tin {message} sai ở "{key}": {reason}.',
      en: 'The {message} message is wrong at "{key}": {reason}.',
    },
    next: {
      vi: 'Hai bên có thể khác phiên bản; hãy cập nhật bên cũ.',
      en: 'The two sides may differ in version; update the older one.',
    },
  },
} as const
