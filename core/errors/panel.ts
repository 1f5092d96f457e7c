/** The farmer's panel: its accounts, and what it refuses. */
export const panelErrors = {
  PIN_WRONG: {
    what: { vi: 'Sai mã PIN. Còn thử được {left} lần.', en: 'Wrong PIN. {left} more tries.' },
    next: {
      vi: 'Thử lại, hoặc nhờ chủ vườn đặt mã mới.',
      en: 'Try again, or ask an owner to set a new one.',
    },
  },
  PIN_LOCKED: {
    what: {
      vi: 'Nhập sai quá nhiều lần: tạm khóa {until_s} giây.',
      en: 'Too many wrong tries: locked for {until_s} s.',
    },
    next: {
      vi: 'Chờ rồi thử lại. Chủ vườn đặt được mã mới ở mục Người dùng; ở tủ điều khiển: "tram panel reset-pin".',
      en: 'Wait and try again. An owner can set a new PIN under Accounts; at the node: "tram panel reset-pin".',
    },
  },
  PIN_UNSOUND: {
    what: {
      vi: 'Mã PIN phải là {digits} đến {most} chữ số.',
      en: 'A PIN is {digits} to {most} digits.',
    },
    next: { vi: 'Chọn mã khác.', en: 'Choose another one.' },
  },
  PIN_TOO_EASY: {
    what: {
      vi: 'Mã PIN này quá dễ đoán (các số giống nhau hoặc liền nhau).',
      en: 'That PIN is too easy to guess (all the same digit, or digits in a row).',
    },
    next: { vi: 'Chọn mã khác.', en: 'Choose another one.' },
  },
  PIN_AGAIN: {
    what: {
      vi: 'Việc này cần mã PIN của bạn: đã hơn {minutes} phút từ lần nhập trước.',
      en: 'This needs your PIN: it was last given more than {minutes} min ago.',
    },
    next: { vi: 'Nhập mã PIN rồi làm lại.', en: 'Give your PIN, and do it again.' },
  },
  SETUP_CODE_WRONG: {
    what: { vi: 'Mã cài đặt sai hoặc đã hết hạn.', en: 'The setup code is wrong, or its time is over.' },
    next: {
      vi: 'Lấy mã mới ở tủ điều khiển bằng lệnh "tram panel code"; mã dùng được một lần, trong một giờ.',
      en: 'Get a new one at the node with "tram panel code"; it works once, within an hour.',
    },
  },
  ACCOUNT_UNKNOWN: {
    what: { vi: 'Không có người dùng này nữa.', en: 'There is no such account any more.' },
    next: { vi: 'Tải lại trang.', en: 'Load the page again.' },
  },
  ACCOUNT_NAME_TAKEN: {
    what: { vi: 'Đã có người tên "{name}".', en: 'Somebody is already called "{name}".' },
    next: { vi: 'Chọn tên khác.', en: 'Choose another name.' },
  },
  ACCOUNTS_FULL: {
    what: { vi: 'Đã có {max} người dùng.', en: 'There are already {max} accounts.' },
    next: { vi: 'Xóa người không còn dùng.', en: 'Remove one that is not used any more.' },
  },
  ACCOUNT_LAST_OWNER: {
    what: { vi: 'Phải còn ít nhất một chủ vườn.', en: 'At least one owner must remain.' },
    next: { vi: 'Cho người khác làm chủ vườn trước.', en: 'Make somebody else an owner first.' },
  },
  OWNER_ONLY: {
    what: { vi: 'Chỉ chủ vườn được làm việc này.', en: 'Only an owner may do that.' },
    next: { vi: 'Nhờ chủ vườn.', en: 'Ask an owner.' },
  },
  DOCUMENT_CHANGED: {
    what: {
      vi: 'Người khác vừa sửa cài đặt này; chưa lưu gì.',
      en: 'Somebody else has just changed these settings; nothing was saved.',
    },
    next: { vi: 'Xem bản mới rồi sửa lại.', en: 'Look at the new ones, and make your change again.' },
  },
  HISTORY_UNKNOWN: {
    what: {
      vi: 'Chưa ghi được số đo "{channel}" nào của {device}.',
      en: 'Nothing of "{channel}" of {device} has been recorded.',
    },
    next: { vi: 'Chờ thiết bị gửi số đo.', en: 'Wait until the device sends readings.' },
  },
  HISTORY_POINTS_FULL: {
    what: {
      vi: 'Lịch sử tại chỗ đã giữ {max} điểm đo: không ghi thêm {device}/{channel}.',
      en: 'The local history already holds {max} points: {device}/{channel} is not recorded.',
    },
    next: {
      vi: 'Hub vẫn nhận đủ. Bớt thiết bị trên nút này.',
      en: 'The hub has all of it. Serve fewer devices here.',
    },
  },
  HISTORY_LOST: {
    what: {
      vi: 'Đĩa không nhận lịch sử tại chỗ: bỏ {count} phút số đo.',
      en: 'The disk takes no local history: {count} minutes of readings were dropped.',
    },
    next: {
      vi: 'Điều khiển không bị ảnh hưởng. Kiểm tra đĩa của nút.',
      en: "Control is not touched by it. Check the node's disk.",
    },
  },
  PANEL_TLS_UNREADABLE: {
    what: {
      vi: 'Chứng thư của bảng điều khiển không dùng được: {reason}.',
      en: "The panel's certificate cannot be used: {reason}.",
    },
    next: { vi: 'Kiểm tra panel.tls trong edge.yaml.', en: 'Check panel.tls in edge.yaml.' },
  },
  PANEL_OFF: {
    what: { vi: 'Nút này không mở bảng điều khiển.', en: 'This node serves no panel.' },
    next: { vi: 'Thêm mục panel vào edge.yaml.', en: 'Add a panel section to edge.yaml.' },
  },
} as const
