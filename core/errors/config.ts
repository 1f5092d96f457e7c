/** Configuration files, ids and the command line. */
export const configErrors = {
  ID_MALFORMED: {
    what: {
      vi: 'Mã {kind} "{text}" không hợp lệ.',
      en: 'The {kind} id "{text}" is not valid.',
    },
    next: {
      vi: 'Chỉ dùng chữ thường, số và dấu gạch nối, dài 1 đến 40 ký tự.',
      en: 'Use only lower-case letters, digits and hyphens, 1 to 40 long.',
    },
  },
  CONFIG_UNREADABLE: {
    what: {
      vi: 'Không đọc được tệp cấu hình {file}: {reason}.',
      en: 'The configuration file {file} cannot be read: {reason}.',
    },
    next: { vi: 'Kiểm tra đường dẫn và quyền đọc.', en: 'Check the path and its permissions.' },
  },
  CONFIG_SYNTAX: {
    what: {
      vi: '{file} dòng {line}: YAML sai cú pháp: {reason}.',
      en: '{file} line {line}: not valid YAML: {reason}.',
    },
    next: {
      vi: 'Sửa dòng đó; hay gặp nhất là thụt lề sai.',
      en: 'Mend that line; wrong indentation is the usual cause.',
    },
  },
  CONFIG_INVALID: {
    what: {
      vi: '{file} dòng {line}: khóa "{key}" {reason}.',
      en: '{file} line {line}: key "{key}" {reason}.',
    },
    next: { vi: '{hint}', en: '{hint}' },
  },
  PORT_UNAVAILABLE: {
    what: {
      vi: 'Không mở được cổng {port} trên {host}: {reason}.',
      en: 'Port {port} on {host} cannot be opened: {reason}.',
    },
    next: {
      vi: 'Chương trình khác đang dùng cổng này, hoặc địa chỉ không thuộc máy này.',
      en: "Another program holds that port, or the address is not this machine's.",
    },
  },
  ALREADY_RUNNING: {
    what: { vi: 'Một tiến trình khác đang chạy trên {path}.', en: 'Another process already runs on {path}.' },
    next: {
      vi: 'Dừng tiến trình đó trước, hoặc dùng thư mục dữ liệu khác.',
      en: 'Stop that one first, or use another data folder.',
    },
  },
  CONTROL_UNAVAILABLE: {
    what: {
      vi: 'Không gọi được tiến trình qua {path}: {reason}.',
      en: 'No process answers at {path}: {reason}.',
    },
    next: {
      vi: 'Kiểm tra tiến trình có đang chạy và thư mục dữ liệu có đúng không.',
      en: 'Check that it is running and that the data folder is the right one.',
    },
  },
  CONTROL_REFUSED: {
    what: { vi: 'Yêu cầu bị từ chối: {reason}.', en: 'The request was refused: {reason}.' },
    next: { vi: 'Xem cách dùng bằng "tram --help".', en: 'See how it is used with "tram --help".' },
  },
  SECRET_UNREADABLE: {
    what: {
      vi: 'Không đọc được tệp khóa {file}: {reason}.',
      en: 'The key file {file} cannot be read: {reason}.',
    },
    next: {
      vi: 'Tạo bằng "tram key", đặt quyền 0600.',
      en: 'Make it with "tram key" and set its mode to 0600.',
    },
  },
  DOCUMENT_CONFLICT: {
    what: {
      vi: 'Tài liệu {id} đã bị sửa bởi người khác.',
      en: 'The document {id} was changed by somebody else meanwhile.',
    },
    next: { vi: 'Đọc lại rồi sửa lại.', en: 'Read it again and repeat the change.' },
  },
  DOCUMENT_INVALID: {
    what: {
      vi: 'Tài liệu {id} sai ở "{key}": {reason}.',
      en: 'The document {id} is wrong at "{key}": {reason}.',
    },
    next: {
      vi: 'Bản đang dùng được giữ nguyên; sửa rồi gửi lại.',
      en: 'The one in force stays; mend it and send it again.',
    },
  },
  PASSWORD_SHORT: {
    what: { vi: 'Mật khẩu ngắn hơn {least} ký tự.', en: 'The password is shorter than {least} characters.' },
    next: { vi: 'Chọn mật khẩu dài hơn.', en: 'Choose a longer one.' },
  },
  ERROR_UNKNOWN: {
    what: { vi: 'Không có mã lỗi "{text}".', en: 'There is no error code "{text}".' },
    next: { vi: 'Xem cả bảng bằng "tram errors".', en: 'See the whole table with "tram errors".' },
  },
  CONFIG_TIME_ZONE: {
    what: { vi: 'Không có múi giờ "{zone}".', en: 'There is no time zone "{zone}".' },
    next: { vi: 'Ví dụ: Asia/Ho_Chi_Minh.', en: 'For example: Asia/Ho_Chi_Minh.' },
  },
  CONFIG_DUPLICATE: {
    what: {
      vi: '{file}: mã "{id}" xuất hiện hai lần trong {list}.',
      en: '{file}: the id "{id}" stands twice in {list}.',
    },
    next: { vi: 'Đặt cho mỗi thứ một mã riêng.', en: 'Give each its own id.' },
  },
  HUB_LINK_MALFORMED: {
    what: { vi: 'hub.url "{url}" không phải địa chỉ.', en: 'hub.url "{url}" is not an address.' },
    next: {
      vi: 'Viết như mqtts://trung-tam.example.vn:8883.',
      en: 'Write it like mqtts://hub.example.vn:8883.',
    },
  },
  HUB_LINK_PLAIN: {
    what: {
      vi: 'Đường nối {url} không mã hóa và ra ngoài máy này.',
      en: 'The link {url} is not encrypted and leaves this machine.',
    },
    next: {
      vi: 'Dùng mqtts://, hoặc đặt hub.allowPlain: true nếu là mạng riêng.',
      en: 'Use mqtts://, or set hub.allowPlain: true on a private network.',
    },
  },
  CITY_PROCESS: {
    what: {
      vi: 'Không làm được điều đó với tiến trình "{name}".',
      en: 'That cannot be done with the process "{name}".',
    },
    next: {
      vi: 'Các tiến trình: {known}; xem trạng thái bằng "status".',
      en: 'The processes are: {known}; see how they are with "status".',
    },
  },
  NO_RADIO: {
    what: { vi: '{file} không có phần lorawan.', en: '{file} has no lorawan section.' },
    next: { vi: 'Thêm phần lorawan như trong docs/operations.md.', en: 'Add one as in docs/operations.md.' },
  },
  GATEWAY_NOT_CONFIGURED: {
    what: { vi: 'Gateway {eui} không có trong {file}.', en: 'The gateway {eui} is not in {file}.' },
    next: { vi: 'Thêm EUI của nó vào lorawan.gateways.', en: 'Add its EUI to lorawan.gateways.' },
  },
  BOARD_UNKNOWN: {
    what: { vi: 'Không biết bo mạch "{board}".', en: 'The board "{board}" is not known.' },
    next: { vi: 'Các bo mạch: {known}.', en: 'The boards are: {known}.' },
  },
  DEVICE_NOT_OTAA: {
    what: { vi: 'Không có thiết bị OTAA "{device}".', en: 'There is no OTAA device "{device}".' },
    next: { vi: 'Các thiết bị OTAA: {known}.', en: 'The OTAA devices are: {known}.' },
  },
} as const
