/** What a node was told of the time, and of certificates whose dates depend on it. */
export const timeErrors = {
  TIME_IMPLAUSIBLE: {
    what: {
      vi: 'Nguồn giờ "{source}" báo {utc}, không thể đúng.',
      en: 'The time source "{source}" says {utc}, which cannot be.',
    },
    next: {
      vi: 'Giờ đó không được dùng. Kiểm tra pin đồng hồ, máy chủ NTP hoặc GNSS của gateway.',
      en: 'It is not used. Check the RTC battery, the NTP server, or the GNSS of the gateway.',
    },
  },
  TIME_DISAGREES: {
    what: {
      vi: 'Nguồn giờ "{source}" lệch {apart_s} giây so với giờ đã biết.',
      en: 'The time source "{source}" is {apart_s} s apart from the time known.',
    },
    next: {
      vi: 'Nút giữ giờ từ nguồn tốt hơn; kiểm tra nguồn bị lệch.',
      en: 'The node keeps to its better source; check the one that is off.',
    },
  },
  TIME_FLOOR_IMPLAUSIBLE: {
    what: {
      vi: 'Mốc giờ đã lưu ({utc}) không thể đúng.',
      en: 'The stored lower bound of the time ({utc}) cannot be.',
    },
    next: {
      vi: 'Mốc này bị bỏ qua; mốc mới được ghi khi biết giờ.',
      en: 'It is ignored, and written anew once the time is known.',
    },
  },
} as const
