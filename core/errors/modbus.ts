/** Modbus lines and the units on them. */
export const modbusErrors = {
  MODBUS_TIMEOUT: {
    what: {
      vi: 'Thiết bị số {unit} trên đường {where} không trả lời trong {ms} ms.',
      en: 'Unit {unit} on the line {where} did not answer within {ms} ms.',
    },
    next: {
      vi: 'Kiểm tra nguồn, dây A/B và số địa chỉ (unit) của thiết bị, tốc độ và chẵn lẻ của đường; nút tự hỏi lại.',
      en: 'Check its power, the A/B wires, its unit number, and the speed and parity of the line; the node asks again by itself.',
    },
  },
  MODBUS_CRC: {
    what: {
      vi: 'Trả lời của thiết bị số {unit} trên đường {where} bị hỏng ({bytes} byte, sai mã kiểm tra hoặc sai khuôn dạng).',
      en: 'The answer of unit {unit} on the line {where} was broken ({bytes} bytes, wrong check sum or shape).',
    },
    next: {
      vi: 'Kiểm tra điện trở cuối đường 120 Ω, vỏ chống nhiễu, hai thiết bị trùng địa chỉ, tốc độ và chẵn lẻ.',
      en: 'Check the 120 Ω at both ends, the shield, two units of one number, speed and parity.',
    },
  },
  MODBUS_LINE_DOWN: {
    what: {
      vi: 'Đường Modbus {where} đang đứt.',
      en: 'The Modbus line {where} is down.',
    },
    next: {
      vi: 'Kiểm tra bộ chuyển đổi USB-RS485 hoặc mạng tới bộ chuyển TCP; nút tự nối lại.',
      en: 'Check the USB to RS-485 adapter, or the network to the TCP gateway; the node reconnects by itself.',
    },
  },
  MODBUS_LINE_SILENT: {
    what: {
      vi: 'Trên đường {where} không còn thiết bị nào trả lời ({count} câu hỏi liền); cổng được đóng và mở lại.',
      en: 'Nobody answers on the line {where} any more ({count} questions in a row); its port is closed and opened again.',
    },
    next: {
      vi: 'Nếu lặp lại: kiểm tra nguồn của đường, dây A/B bị đảo, và bộ chuyển đổi.',
      en: "If it recurs: check the line's power, swapped A and B wires, and the adapter.",
    },
  },
  MODBUS_QUEUE_FULL: {
    what: {
      vi: 'Đường {where} quá bận: hơn {limit} câu hỏi đang chờ.',
      en: 'The line {where} is too busy: more than {limit} questions wait.',
    },
    next: {
      vi: 'Tăng poll_s của các thiết bị hoặc chia ra hai đường.',
      en: 'Raise poll_s of its devices, or split them over two lines.',
    },
  },
  MODBUS_ILLEGAL_FUNCTION: {
    what: {
      vi: 'Thiết bị số {unit} trên đường {where} không biết chức năng được hỏi (ngoại lệ 1).',
      en: 'Unit {unit} on the line {where} does not know the function that was asked of it (exception 1).',
    },
    next: {
      vi: 'Kiểm tra kiểu thiết bị (model) đã khai báo cho địa chỉ này.',
      en: 'Check the model that is declared for this unit.',
    },
  },
  MODBUS_ILLEGAL_ADDRESS: {
    what: {
      vi: 'Thiết bị số {unit} trên đường {where} không có thanh ghi {address} (ngoại lệ 2).',
      en: 'Unit {unit} on the line {where} has no register {address} (exception 2).',
    },
    next: {
      vi: 'Kiểm tra kiểu thiết bị và phiên bản của nó; thanh ghi đếm từ 0.',
      en: 'Check the declared model and its version; registers are counted from 0.',
    },
  },
  MODBUS_ILLEGAL_VALUE: {
    what: {
      vi: 'Thiết bị số {unit} trên đường {where} không nhận giá trị ở thanh ghi {address} (ngoại lệ 3).',
      en: 'Unit {unit} on the line {where} does not accept the value at register {address} (exception 3).',
    },
    next: {
      vi: 'Kiểm tra khoảng giá trị của đầu ra, và số thanh ghi đọc một lần (longestRead).',
      en: "Check the output's range, and how many registers are read at once (longestRead).",
    },
  },
  MODBUS_UNIT_FAILED: {
    what: {
      vi: 'Thiết bị số {unit} trên đường {where} báo lỗi bên trong (ngoại lệ {exception}).',
      en: 'Unit {unit} on the line {where} reports a failure of its own (exception {exception}).',
    },
    next: {
      vi: 'Tắt bật nguồn thiết bị; nếu lặp lại thì thay.',
      en: 'Switch the device off and on; replace it if that recurs.',
    },
  },
  MODBUS_UNIT_BUSY: {
    what: {
      vi: 'Thiết bị số {unit} trên đường {where} đang bận (ngoại lệ {exception}).',
      en: 'Unit {unit} on the line {where} is busy (exception {exception}).',
    },
    next: { vi: 'Nút tự hỏi lại.', en: 'The node asks again by itself.' },
  },
  MODBUS_GATEWAY: {
    what: {
      vi: 'Bộ chuyển ở {where} không tới được thiết bị số {unit} (ngoại lệ {exception}).',
      en: 'The gateway at {where} does not reach unit {unit} (exception {exception}).',
    },
    next: {
      vi: 'Kiểm tra dây sau bộ chuyển và nguồn của thiết bị.',
      en: 'Check the wires behind the gateway and the power of the device.',
    },
  },
  MODBUS_EXCEPTION: {
    what: {
      vi: 'Thiết bị số {unit} trên đường {where} trả lời bằng ngoại lệ lạ {exception}.',
      en: 'Unit {unit} on the line {where} answers with an unknown exception {exception}.',
    },
    next: { vi: 'Xem tài liệu của hãng.', en: "See the maker's manual." },
  },
  MODBUS_UNIT_DOWN: {
    what: {
      vi: 'Thiết bị {device} (số {unit}, đường {where}) đang không trả lời.',
      en: 'The device {device} (unit {unit}, line {where}) does not answer at present.',
    },
    next: {
      vi: 'Kiểm tra nguồn và dây của thiết bị; lệnh được gửi lại khi nó trở lại.',
      en: 'Check its power and wires; what it was told is told again when it returns.',
    },
  },
  MODBUS_READ_BACK: {
    what: {
      vi: 'Đầu ra {output} của {device} đọc lại khác với giá trị đã ghi: ghi {written}, đọc {read}.',
      en: 'The output {output} of {device} reads otherwise than it was written: wrote {written}, read {read}.',
    },
    next: {
      vi: 'Kiểm tra công tắc tay trên thiết bị và có chủ (master) khác trên đường không.',
      en: 'Check a manual switch on the device, and whether another master is on the line.',
    },
  },
  MODBUS_NONSENSE: {
    what: {
      vi: '{model}: {channel} đọc ra {value}, không thể đúng (khoảng {min} đến {max}).',
      en: '{model}: {channel} reads {value}, which cannot be (range {min} to {max}).',
    },
    next: {
      vi: 'Kiểm tra kiểu thiết bị, thứ tự byte và dây cảm biến.',
      en: "Check the declared model, the order of its bytes, and the sensor's wires.",
    },
  },
  MODBUS_STUCK: {
    what: {
      vi: '{device}: {channel} không đổi suốt {hours} giờ.',
      en: '{device}: {channel} has not moved for {hours} hours.',
    },
    next: {
      vi: 'Kiểm tra cảm biến tại chỗ; giá trị được đánh dấu nghi ngờ.',
      en: 'Check the sensor on site; its value is marked as doubtful.',
    },
  },
  MODBUS_LINE_CHOICE: {
    what: {
      vi: 'Đường Modbus "{line}" phải có đúng một trong hai: serial hoặc tcp.',
      en: 'The Modbus line "{line}" needs exactly one of serial and tcp.',
    },
    next: { vi: 'Sửa mục modbus trong edge.yaml.', en: 'Correct the modbus section of edge.yaml.' },
  },
  MODBUS_LINE_UNKNOWN: {
    what: {
      vi: 'Không có đường Modbus "{line}" trong edge.yaml; có: {known}.',
      en: 'There is no Modbus line "{line}" in edge.yaml; there are: {known}.',
    },
    next: { vi: 'Sửa tên đường.', en: 'Correct the name of the line.' },
  },
  MODBUS_UNIT_TWICE: {
    what: {
      vi: 'Hai thiết bị cùng số {unit} trên đường "{line}".',
      en: 'Two devices have the number {unit} on the line "{line}".',
    },
    next: {
      vi: 'Mỗi thiết bị một số; đặt lại trên thiết bị và trong edge.yaml.',
      en: 'Give each its own; set it on the device and in edge.yaml.',
    },
  },
} as const
