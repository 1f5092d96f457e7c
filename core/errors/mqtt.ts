/** Local devices that speak MQTT to the node itself. */
export const mqttErrors = {
  MQTT_NOT_AUTHENTICATED: {
    what: {
      vi: 'Một thiết bị MQTT ở {address} đưa sai tên hoặc mật khẩu (tên "{username}").',
      en: 'An MQTT device at {address} gave a wrong name or password (name "{username}").',
    },
    next: {
      vi: 'Đặt lại tên và mật khẩu trong thiết bị theo cấu hình nút; nếu không phải của ta, tìm xem ai đang thử.',
      en: "Set name and password in the device as in the node's configuration; if it is not ours, find out who tries.",
    },
  },
  MQTT_TOO_MANY_FAILURES: {
    what: {
      vi: 'Quá nhiều lần đăng nhập MQTT sai từ {address}.',
      en: 'Too many failed MQTT log-ins from {address}.',
    },
    next: {
      vi: 'Chờ một phút, rồi kiểm tra thiết bị ở đó.',
      en: 'Wait a minute, then check the device there.',
    },
  },
  MQTT_TOPIC_FORBIDDEN: {
    what: {
      vi: 'Thiết bị {device} không được dùng chủ đề {topic}.',
      en: 'The device {device} may not use the topic {topic}.',
    },
    next: {
      vi: 'Thiết bị chỉ được dùng chủ đề dưới {own}/; đặt lại chủ đề (Tasmota: FullTopic %topic%/%prefix%/).',
      en: 'It may use what is below {own}/ alone; set its topic so (Tasmota: FullTopic %topic%/%prefix%/).',
    },
  },
  MQTT_QOS: {
    what: {
      vi: 'Thiết bị {device} gửi với QoS 2.',
      en: 'The device {device} publishes with QoS 2.',
    },
    next: { vi: 'Đặt QoS 0 hoặc 1.', en: 'Set it to QoS 0 or 1.' },
  },
  MQTT_FLOOD: {
    what: {
      vi: 'Thiết bị {device} gửi quá {limit} bản tin mỗi giây; kết nối bị cắt.',
      en: 'The device {device} sends more than {limit} messages a second; its connection was cut.',
    },
    next: {
      vi: 'Giảm nhịp báo của thiết bị; nếu vẫn vậy, khởi động lại nó.',
      en: 'Let it report less often; restart it if that does not help.',
    },
  },
  MQTT_PACKET_TOO_LARGE: {
    what: {
      vi: 'Một gói MQTT từ {address} dài quá {limit} byte.',
      en: 'An MQTT packet from {address} is longer than {limit} bytes.',
    },
    next: { vi: 'Kiểm tra thiết bị ở đó.', en: 'Check the device there.' },
  },
  MQTT_PROTOCOL: {
    what: {
      vi: 'Một kết nối MQTT tại nút bị cắt: {reason}.',
      en: 'An MQTT connection to the node was cut: {reason}.',
    },
    next: { vi: 'Kiểm tra thiết bị và mạng của nó.', en: 'Check the device and its network.' },
  },
  MQTT_TOO_MANY_CONNECTIONS: {
    what: {
      vi: 'Quá nhiều kết nối MQTT tới nút ({limit}).',
      en: 'Too many MQTT connections to the node ({limit}).',
    },
    next: {
      vi: 'Tìm xem ai đang kết nối; một thiết bị chỉ cần một kết nối.',
      en: 'Find out who connects; a device needs one connection.',
    },
  },
  MQTT_TOPIC_OVERLAP: {
    what: {
      vi: 'Chủ đề của {device} trùng hoặc nằm trong chủ đề của {other}.',
      en: 'The topic of {device} is that of {other}, or lies below it.',
    },
    next: {
      vi: 'Cho mỗi thiết bị một chủ đề và một tên đăng nhập riêng.',
      en: 'Give every device a topic and a user name of its own.',
    },
  },
  MQTT_SILENT: {
    what: {
      vi: 'Thiết bị {device} không nói gì đã {silent_s} giây.',
      en: 'The device {device} has said nothing for {silent_s} s.',
    },
    next: {
      vi: 'Kiểm tra nguồn và Wi-Fi của thiết bị.',
      en: "Check the device's power and its Wi-Fi.",
    },
  },
  MQTT_UNCONFIRMED: {
    what: {
      vi: '{device} không xác nhận sau {tries} lần gửi.',
      en: '{device} did not confirm after {tries} tries.',
    },
    next: {
      vi: 'Kiểm tra nguồn và Wi-Fi của thiết bị; nút thử lại khi nó nói.',
      en: "Check the device's power and its Wi-Fi; the node tries again when it speaks.",
    },
  },
} as const
