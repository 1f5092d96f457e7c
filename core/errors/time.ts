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
  CERTIFICATE_OUT_OF_DATE: {
    what: {
      vi: 'Chứng thư {subject} chỉ dùng được từ {from} đến {to}.',
      en: 'The certificate {subject} is valid from {from} to {to} only.',
    },
    next: {
      vi: 'Thay chứng thư ở {host}; nếu còn hạn, kiểm tra giờ của nút bằng "tram status".',
      en: 'Renew it at {host}; if it has not run out, check the time of the node with "tram status".',
    },
  },
  CERTIFICATE_REFUSED: {
    what: {
      vi: 'Không tin được chứng thư của {host}: {reason}.',
      en: 'The certificate of {host} cannot be trusted: {reason}.',
    },
    next: {
      vi: 'Kiểm tra tệp ca của nút, tên máy trong địa chỉ, và ai đang trả lời ở địa chỉ đó.',
      en: "Check the node's ca file, the host name in the address, and who answers there.",
    },
  },
  EDGE_CERTIFICATE_EXPIRED: {
    what: {
      vi: 'Chứng thư của nút "{edge}" đã hết hạn từ {until}; nút vào bằng khóa.',
      en: 'The certificate of edge "{edge}" ran out on {until}; it came in by its key.',
    },
    next: {
      vi: 'Cấp chứng thư mới cho nút; dữ liệu vẫn về bình thường.',
      en: 'Give the edge a new certificate; its data arrives as usual.',
    },
  },
} as const
