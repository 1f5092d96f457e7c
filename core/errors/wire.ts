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
  FRAME_TRUNCATED: {
    what: { vi: 'Khung dữ liệu bị cụt ở {bytes} byte.', en: 'The frame ends early, after {bytes} bytes.' },
    next: {
      vi: 'Nút sẽ gửi lại; nếu lặp lại, kiểm tra đường truyền.',
      en: 'The node sends it again; if it recurs, check the link.',
    },
  },
  FRAME_BAD_MAGIC: {
    what: { vi: 'Dữ liệu nhận được không phải khung của Trạm.', en: 'What arrived is not a frame.' },
    next: {
      vi: 'Kiểm tra xem ai khác đang gửi vào chủ đề này.',
      en: 'Check who else publishes on this topic.',
    },
  },
  FRAME_VERSION: {
    what: {
      vi: 'Khung có phiên bản {version}, bên này hiểu {known}.',
      en: 'The frame has version {version}; this side knows {known}.',
    },
    next: { vi: 'Cập nhật bên cũ hơn.', en: 'Update the older side.' },
  },
  FRAME_LANE: {
    what: { vi: 'Khung thuộc luồng lạ {lane}.', en: 'The frame belongs to an unknown lane {lane}.' },
    next: { vi: 'Cập nhật bên cũ hơn.', en: 'Update the older side.' },
  },
  FRAME_CRC: {
    what: {
      vi: 'Khung sai mã kiểm tra: nhận {found}, tính ra {computed}.',
      en: 'The frame fails its checksum: {found} was sent, {computed} computed.',
    },
    next: {
      vi: 'Nút sẽ gửi lại; nếu lặp lại, kiểm tra đường truyền và thẻ nhớ.',
      en: 'The node sends it again; if it recurs, check link and disk.',
    },
  },
  FRAME_TRAILING: {
    what: { vi: 'Khung có {bytes} byte thừa ở cuối.', en: 'The frame has {bytes} bytes after its end.' },
    next: { vi: 'Kiểm tra phần mềm của bên gửi.', en: 'Check the software of the sender.' },
  },
  FRAME_TOO_LARGE: {
    what: {
      vi: 'Khung quá lớn ({what}), giới hạn {limit}.',
      en: 'The frame is too large ({what}); the limit is {limit}.',
    },
    next: { vi: 'Kiểm tra phần mềm của bên gửi.', en: 'Check the software of the sender.' },
  },
  FRAME_ACCOUNTING: {
    what: {
      vi: 'Khung khai số thứ tự không khớp: {reason}.',
      en: 'The frame does not account for its sequence numbers: {reason}.',
    },
    next: { vi: 'Kiểm tra phần mềm của bên gửi.', en: 'Check the software of the sender.' },
  },
  FRAME_BODY: {
    what: {
      vi: 'Không đọc được phần thân khung: {reason}.',
      en: 'The body of the frame cannot be read: {reason}.',
    },
    next: { vi: 'Kiểm tra phần mềm của bên gửi.', en: 'Check the software of the sender.' },
  },
  SYNC_OTHER_EPOCH: {
    what: {
      vi: 'Trung tâm nói về kho dữ liệu {epoch}, nút đang dùng {own}.',
      en: 'The hub speaks of the database {epoch}; this node has {own}.',
    },
    next: {
      vi: 'Bình thường ngay sau khi thay thẻ nhớ; nếu kéo dài, có thể hai nút trùng danh tính.',
      en: 'Normal just after a disk was replaced; if it goes on, two nodes may share one identity.',
    },
  },
  SYNC_UNKNOWN_ROWS: {
    what: {
      vi: 'Trung tâm xác nhận {count} dòng của luồng {lane} mà nút chưa từng gửi.',
      en: 'The hub acknowledged {count} rows of the {lane} lane that this node never sent.',
    },
    next: {
      vi: 'Nút không xóa gì; kiểm tra xem có hai nút trùng danh tính không.',
      en: 'The node deletes nothing for it; check whether two nodes share one identity.',
    },
  },
  SYNC_TOO_MANY_REQUESTS: {
    what: {
      vi: 'Trung tâm đòi gửi lại hơn {limit} khung một lúc.',
      en: 'The hub asked for more than {limit} frames at once.',
    },
    next: { vi: 'Nó sẽ hỏi lại phần còn thiếu.', en: 'It will ask again for what is still missing.' },
  },
} as const
