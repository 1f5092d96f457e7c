/** Devices that speak in frames on a serial line of their own. */
export const serialErrors = {
  SERIAL_CHECKSUM: {
    what: {
      vi: 'Khung của {device} trên đường {where} sai mã kiểm tra hoặc bị đứt.',
      en: 'A frame of {device} on the line {where} has a wrong check sum or was cut.',
    },
    next: {
      vi: 'Thỉnh thoảng là bình thường; nếu nhiều, kiểm tra tốc độ cổng, chẵn lẻ, dây mát và vỏ chống nhiễu.',
      en: 'Normal now and then; if there are many, check speed, parity, the ground wire and the shield.',
    },
  },
  SERIAL_SILENT: {
    what: {
      vi: 'Thiết bị {device} trên đường {where} im lặng đã {seconds} giây.',
      en: 'The device {device} on the line {where} has been silent for {seconds} s.',
    },
    next: {
      vi: 'Kiểm tra nguồn thiết bị, dây RX/TX (có bị đảo), tốc độ cổng và tên cổng (/dev/serial/by-id/…).',
      en: "Check the device's power, RX and TX (swapped?), the port's speed and its name (/dev/serial/by-id/…).",
    },
  },
  SERIAL_LINE_CHOICE: {
    what: {
      vi: 'Đường nối tiếp "{line}" phải có đúng một trong hai: serial hoặc tcp.',
      en: 'The serial line "{line}" needs exactly one of serial and tcp.',
    },
    next: { vi: 'Sửa mục serial trong edge.yaml.', en: 'Correct the serial section of edge.yaml.' },
  },
} as const
