/** Boards that run Firmata. */
export const firmataErrors = {
  FIRMATA_LINE_CHOICE: {
    what: {
      vi: 'Bo "{board}" phải có đúng một trong hai: serial hoặc tcp.',
      en: 'The board "{board}" needs exactly one of serial and tcp.',
    },
    next: { vi: 'Sửa mục firmata trong edge.yaml.', en: 'Correct the firmata section of edge.yaml.' },
  },
  FIRMATA_CALIBRATION: {
    what: {
      vi: 'Bo "{board}": đường chuẩn của kênh "{channel}" không dùng được.',
      en: 'The board "{board}": the calibration of channel "{channel}" cannot be used.',
    },
    next: {
      vi: 'Chỉ kênh analog có đường chuẩn: từ hai điểm [vôn, giá trị] trở lên, vôn tăng dần.',
      en: 'Analog channels alone have one: two points [volts, value] or more, in rising volts.',
    },
  },
  FIRMATA_SILENT: {
    what: {
      vi: 'Bo {device} ở {where} không trả lời đã {seconds} giây.',
      en: 'The board {device} at {where} has not answered for {seconds} s.',
    },
    next: {
      vi: 'Kiểm tra nguồn và cáp của bo, và bo đã nạp StandardFirmata tốc độ 57600; nút tự nối lại.',
      en: "Check the board's power and cable, and that it runs StandardFirmata at 57600 baud; the node connects again by itself.",
    },
  },
  FIRMATA_DOWN: {
    what: { vi: 'Bo {device} đang mất kết nối.', en: 'The board {device} is not connected at present.' },
    next: {
      vi: 'Kiểm tra nguồn và cáp của bo; nút tự nối lại, mọi đầu ra bắt đầu ở trạng thái an toàn.',
      en: 'Check its power and cable; the node connects again by itself, and every output begins at its safe value.',
    },
  },
  FIRMATA_RESET: {
    what: {
      vi: 'Bo {device} đã khởi động lại: mọi đầu ra về trạng thái an toàn.',
      en: 'The board {device} has restarted: every output is at its safe value.',
    },
    next: {
      vi: 'Nếu lặp lại: kiểm tra nguồn 5 V của bo, dây dài và nhiễu khi bơm đóng cắt.',
      en: "If it recurs: check the board's 5 V supply, long wires, and noise as the pump switches.",
    },
  },
  FIRMATA_READ_BACK: {
    what: {
      vi: 'Đầu ra {output} của bo {device} đọc lại khác với giá trị đã ghi: ghi {written}, đọc {read}.',
      en: 'The output {output} of the board {device} reads otherwise than it was written: wrote {written}, read {read}.',
    },
    next: {
      vi: 'Bo không giữ giá trị: kiểm tra phần mềm của bo (StandardFirmata) và cáp; rút cắm lại bo.',
      en: 'The board does not hold it: check its firmware (StandardFirmata) and its cable; unplug it and plug it in again.',
    },
  },
  FIRMATA_VERSION: {
    what: {
      vi: 'Bo {device} dùng Firmata {version}; cần 2.5 trở lên.',
      en: 'The board {device} speaks Firmata {version}; 2.5 or later is needed.',
    },
    next: {
      vi: 'Nạp StandardFirmata mới từ thư viện Firmata của Arduino IDE.',
      en: 'Upload a recent StandardFirmata from the Firmata library of the Arduino IDE.',
    },
  },
  FIRMATA_PIN: {
    what: {
      vi: 'Bo {device} không dùng được chân {pin} như kiểu thiết bị đòi hỏi.',
      en: 'The board {device} cannot use pin {pin} as its model asks.',
    },
    next: {
      vi: 'Kiểm tra kiểu thiết bị đã khai báo đúng loại bo (Uno, Mega).',
      en: 'Check that the declared model is for this kind of board (Uno, Mega).',
    },
  },
  FIRMATA_GARBAGE: {
    what: {
      vi: 'Bo {device} ở {where} gửi byte không đúng khuôn dạng Firmata.',
      en: 'The board {device} at {where} sends bytes that are no Firmata messages.',
    },
    next: {
      vi: 'Thỉnh thoảng là bình thường; nếu nhiều, kiểm tra tốc độ cổng (57600), cáp USB và dây mát.',
      en: "Normal now and then; if there is much, check the port's speed (57600), the USB cable and the ground wire.",
    },
  },
} as const
