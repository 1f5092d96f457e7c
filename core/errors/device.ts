/** Device definitions and their decoders. */
export const deviceErrors = {
  PAYLOAD_TRUNCATED: {
    what: {
      vi: 'Gói tin của {model} bị cụt ở byte {at}.',
      en: 'The payload of {model} ends early, at byte {at}.',
    },
    next: {
      vi: 'Kiểm tra kiểu thiết bị đã khai báo và sóng của cảm biến.',
      en: 'Check the declared model and the radio link of the sensor.',
    },
  },
  PAYLOAD_UNKNOWN_FIELD: {
    what: {
      vi: 'Gói tin của {model} có trường lạ {field} ở byte {at}.',
      en: 'The payload of {model} has an unknown field {field} at byte {at}.',
    },
    next: {
      vi: 'Kiểm tra kiểu thiết bị và phiên bản phần mềm của nó.',
      en: 'Check the declared model and its firmware version.',
    },
  },
  PAYLOAD_OUT_OF_RANGE: {
    what: {
      vi: '{model}: {channel} = {value} nằm ngoài khoảng {min} đến {max}.',
      en: '{model}: {channel} = {value} lies outside {min} to {max}.',
    },
    next: { vi: 'Kiểm tra cảm biến và vị trí lắp.', en: 'Check the sensor and how it is mounted.' },
  },
  PAYLOAD_WRONG_PORT: {
    what: {
      vi: '{model} gửi trên cổng {port}, chờ cổng {expected}.',
      en: '{model} sent on port {port}, expected port {expected}.',
    },
    next: { vi: 'Kiểm tra kiểu thiết bị đã khai báo.', en: 'Check the declared model.' },
  },
  DEVICE_UNKNOWN_MODEL: {
    what: { vi: 'Không có kiểu thiết bị "{model}".', en: 'There is no device model "{model}".' },
    next: { vi: 'Chạy "tram devices" để xem danh sách.', en: 'Run "tram devices" to list them.' },
  },
  ACTION_UNSUPPORTED: {
    what: {
      vi: '{model} không có đầu ra "{output}" hoặc không làm được việc đó.',
      en: '{model} has no output "{output}" or cannot do that.',
    },
    next: {
      vi: 'Xem các đầu ra của kiểu thiết bị bằng "tram devices {model}".',
      en: 'See what it offers with "tram devices {model}".',
    },
  },
  UNIT_UNKNOWN: {
    what: { vi: 'Không biết đơn vị "{unit}".', en: 'The unit "{unit}" is not known.' },
    next: {
      vi: 'Dùng mã UCUM có trong core/units.ts, ví dụ m, mm, Cel, %.',
      en: 'Use a UCUM code from core/units.ts, such as m, mm, Cel, %.',
    },
  },
  UNITS_DIFFER: {
    what: {
      vi: 'Không đổi được từ {from} sang {to}: hai đại lượng khác nhau.',
      en: '{from} does not convert to {to}: they measure different quantities.',
    },
    next: { vi: 'Kiểm tra đơn vị của kênh.', en: "Check the channel's unit." },
  },
  CHANNELS_NOT_HEARD: {
    what: {
      vi: 'Gateway tám kênh không nghe được hết các kênh của {region}: {reason}.',
      en: 'An eight-channel gateway cannot hear all channels of {region}: {reason}.',
    },
    next: {
      vi: 'Bớt kênh phụ hoặc chọn các kênh gần nhau hơn.',
      en: 'Take fewer extra channels, or ones closer together.',
    },
  },
  REPORT_INTERVAL_UNSUPPORTED: {
    what: {
      vi: '{model} không gửi được mỗi {seconds} giây; được từ {min} đến {max}, bước {step}.',
      en: '{model} cannot report every {seconds} seconds; it takes {min} to {max} in steps of {step}.',
    },
    next: { vi: 'Chọn chu kỳ khác.', en: 'Choose another interval.' },
  },
  SETTINGS_UNKNOWN: {
    what: {
      vi: 'Chưa có bảng cài đặt cho {model}.',
      en: 'There is no settings sheet for {model}.',
    },
    next: {
      vi: 'Cài đặt theo tài liệu của hãng: OTAA, đúng kênh tần số của trạm.',
      en: "Follow the maker's manual: OTAA, and the station's channel plan.",
    },
  },
} as const
