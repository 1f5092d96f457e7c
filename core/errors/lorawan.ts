/** Radio: gateways, LoRaWAN sessions, downlinks, and the ChirpStack integration. */
export const lorawanErrors = {
  UDP_TRUNCATED: {
    what: {
      vi: 'Gói UDP từ gateway bị cụt ({bytes} byte).',
      en: 'The UDP packet is cut short ({bytes} bytes).',
    },
    next: {
      vi: 'Kiểm tra phần mềm chuyển gói của gateway và mạng tới nó.',
      en: "Check the gateway's packet forwarder and the network to it.",
    },
  },
  UDP_TOO_LARGE: {
    what: {
      vi: 'Gói UDP dài {bytes} byte, quá giới hạn {limit}.',
      en: 'The UDP packet is {bytes} bytes long, above the limit of {limit}.',
    },
    next: {
      vi: 'Không gateway nào gửi gói như vậy; kiểm tra ai gửi vào cổng này.',
      en: 'No gateway sends such packets; find out who sends to this port.',
    },
  },
  UDP_VERSION: {
    what: {
      vi: 'Gói UDP theo phiên bản {version}, chỉ nhận phiên bản 2.',
      en: 'The UDP packet is of version {version}; only version 2 is spoken.',
    },
    next: {
      vi: 'Dùng Semtech packet forwarder (giao thức 2) trên gateway.',
      en: 'Use the Semtech packet forwarder (protocol 2) on the gateway.',
    },
  },
  UDP_KIND: {
    what: { vi: 'Gói UDP có loại lạ {kind}.', en: 'The UDP packet is of an unknown kind, {kind}.' },
    next: {
      vi: 'Kiểm tra phần mềm chuyển gói của gateway.',
      en: "Check the gateway's packet forwarder.",
    },
  },
  UDP_NOT_JSON: {
    what: { vi: 'Phần thân gói UDP không phải JSON.', en: 'The body of the UDP packet is not JSON.' },
    next: {
      vi: 'Kiểm tra phần mềm chuyển gói của gateway.',
      en: "Check the gateway's packet forwarder.",
    },
  },
  UDP_INVALID: {
    what: {
      vi: 'Gói UDP sai ở "{key}": {reason}.',
      en: 'The UDP packet is wrong at "{key}": {reason}.',
    },
    next: {
      vi: 'Kiểm tra phần mềm chuyển gói của gateway.',
      en: "Check the gateway's packet forwarder.",
    },
  },
  GATEWAY_UNKNOWN: {
    what: { vi: 'Gateway lạ {gateway}.', en: 'The gateway {gateway} is not known here.' },
    next: {
      vi: 'Thêm EUI của nó vào cấu hình nếu nó là của trạm này.',
      en: 'Add its EUI to the configuration if it belongs to this station.',
    },
  },
  GATEWAY_TIME_DISAGREES: {
    what: {
      vi: 'Giờ GNSS của gateway {gateway} lệch {apart_s} giây so với {other}.',
      en: 'The GNSS time of the gateway {gateway} is {apart_s} s apart from {other}.',
    },
    next: {
      vi: 'Giờ đó không được dùng; kiểm tra ăng-ten GNSS và phần mềm chuyển gói.',
      en: 'It is not used; check the GNSS antenna and the packet forwarder.',
    },
  },
  GATEWAY_TX_FAILED: {
    what: {
      vi: 'Gateway {gateway} không phát được: {reason}.',
      en: 'The gateway {gateway} could not transmit: {reason}.',
    },
    next: {
      vi: 'TX_FREQ hay TX_POWER: kiểm tra vùng tần số và công suất; TOO_LATE: kiểm tra độ trễ mạng.',
      en: 'For TX_FREQ or TX_POWER check region and power; for TOO_LATE check the network delay.',
    },
  },
  GATEWAY_CRC: {
    what: {
      vi: 'Gateway {gateway} nhận khung hỏng CRC.',
      en: 'The gateway {gateway} heard a frame with a bad CRC.',
    },
    next: {
      vi: 'Bình thường khi ít; nhiều thì kiểm tra ăng-ten và nhiễu.',
      en: 'A few are normal; when many, check the antenna and interference.',
    },
  },
  LORAWAN_HEX_MALFORMED: {
    what: {
      vi: '{name} phải gồm đúng {digits} chữ số thập lục phân.',
      en: '{name} must be exactly {digits} hexadecimal digits.',
    },
    next: {
      vi: 'Chép lại từ nhãn hoặc phần mềm của thiết bị.',
      en: "Copy it again from the device's label or its tool.",
    },
  },
  LORAWAN_KEY_FILE: {
    what: {
      vi: 'Tệp khóa {file} của {device}: {reason}.',
      en: 'Key file {file} of {device}: {reason}.',
    },
    next: {
      vi: 'Tệp chứa 32 chữ số thập lục phân và chỉ chủ sở hữu đọc được (chmod 600).',
      en: 'The file holds 32 hexadecimal digits and only its owner may read it (chmod 600).',
    },
  },
  LORAWAN_FRAME_MALFORMED: {
    what: { vi: 'Khung LoRaWAN sai: {reason}.', en: 'The LoRaWAN frame is malformed: {reason}.' },
    next: {
      vi: 'Thường là thiết bị của mạng khác; không cần làm gì nếu ít.',
      en: "Usually another network's device; nothing to do when rare.",
    },
  },
  LORAWAN_BAD_MIC: {
    what: {
      vi: 'Khung của {device} có mã toàn vẹn sai.',
      en: 'A frame of {device} fails its integrity check.',
    },
    next: {
      vi: 'Khóa khai báo khác khóa trong thiết bị, hoặc ai đó giả mạo; kiểm tra khóa rồi cho thiết bị nhập mạng lại.',
      en: 'The declared key differs from the device, or someone forges; check the key, then let it join again.',
    },
  },
  LORAWAN_UNKNOWN_DEVADDR: {
    what: { vi: 'Không thiết bị nào có DevAddr {devAddr}.', en: 'No device here has DevAddr {devAddr}.' },
    next: {
      vi: 'Thường là thiết bị của mạng khác; thiết bị của ta thì cho nhập mạng lại.',
      en: "Usually another network's device; let it join again if it is ours.",
    },
  },
  LORAWAN_UNKNOWN_DEVICE: {
    what: {
      vi: 'Thiết bị {devEui} xin nhập mạng nhưng chưa khai báo.',
      en: 'The device {devEui} asks to join but is not declared.',
    },
    next: {
      vi: 'Khai báo nó trong cấu hình nếu nó là của trạm này.',
      en: 'Declare it in the configuration if it belongs to this station.',
    },
  },
  LORAWAN_DEVNONCE_REUSED: {
    what: {
      vi: '{device} xin nhập mạng với DevNonce {devNonce} đã dùng.',
      en: '{device} asks to join with DevNonce {devNonce}, which it has used before.',
    },
    next: {
      vi: 'Bị phát lại, hoặc thiết bị mất bộ đếm; khởi động lại thiết bị, nếu vẫn vậy hãy đổi khóa.',
      en: 'A replay, or the device lost its counter; restart it, and if that does not help give it a new key.',
    },
  },
  LORAWAN_REPLAY: {
    what: {
      vi: '{device} gửi lại khung cũ {fCnt} (chờ {next}).',
      en: '{device} repeats the old frame {fCnt} (expected {next}).',
    },
    next: {
      vi: 'Bị phát lại, hoặc thiết bị ABP vừa khởi động lại; dùng OTAA.',
      en: 'A replay, or an ABP device that restarted; use OTAA.',
    },
  },
  LORAWAN_FCNT_GAP: {
    what: {
      vi: 'Bộ đếm của {device} nhảy từ {next} lên {fCnt}.',
      en: 'The counter of {device} jumps from {next} to {fCnt}.',
    },
    next: { vi: 'Cho thiết bị nhập mạng lại.', en: 'Let the device join again.' },
  },
  LORAWAN_MAC_UNKNOWN: {
    what: {
      vi: '{device} gửi lệnh MAC lạ {command}.',
      en: '{device} sent the unknown MAC command {command}.',
    },
    next: {
      vi: 'Số liệu vẫn được nhận; kiểm tra phiên bản LoRaWAN của thiết bị.',
      en: "Its data is still taken; check the device's LoRaWAN version.",
    },
  },
  LORAWAN_NOT_JOINED: {
    what: { vi: '{device} chưa nhập mạng.', en: '{device} has not joined yet.' },
    next: {
      vi: 'Bật thiết bị, kiểm tra khóa và sóng; lệnh mới nhất được giữ chờ.',
      en: 'Switch it on, check its key and its link; the newest request is kept waiting.',
    },
  },
  LORAWAN_NO_GATEWAY: {
    what: {
      vi: 'Không gateway nào sẵn sàng phát cho {device}.',
      en: 'No gateway is ready to transmit to {device}.',
    },
    next: {
      vi: 'Kiểm tra nguồn và mạng của gateway; lệnh được thử lại.',
      en: "Check the gateway's power and network; the request is tried again.",
    },
  },
  LORAWAN_UNCONFIRMED: {
    what: {
      vi: '{device} không xác nhận sau {tries} lần gửi.',
      en: '{device} did not confirm after {tries} tries.',
    },
    next: {
      vi: 'Kiểm tra nguồn và sóng của thiết bị.',
      en: "Check the device's power and its radio link.",
    },
  },
  LORAWAN_DOWNLINK_TOO_LONG: {
    what: {
      vi: 'Lệnh cho {device} dài {bytes} byte, tốc độ này chỉ chở {limit}.',
      en: 'The downlink to {device} has {bytes} bytes, this data rate carries {limit}.',
    },
    next: {
      vi: 'Chọn tốc độ RX2 cao hơn hoặc lệnh ngắn hơn.',
      en: 'Choose a higher RX2 data rate or a shorter command.',
    },
  },
  LORAWAN_MULTICAST_MEMBER: {
    what: {
      vi: 'Nhóm multicast "{group}" kể {device}, nhưng đó không phải thiết bị lớp C của nút này.',
      en: 'The multicast group "{group}" names {device}, which is no class C device of this node.',
    },
    next: {
      vi: 'Sửa danh sách thiết bị của nhóm, hoặc đặt lớp C cho thiết bị.',
      en: "Mend the group's list of devices, or set the device to class C.",
    },
  },
  LORAWAN_MULTICAST_TWICE: {
    what: {
      vi: 'Nhóm multicast "{group}" trùng tên hoặc địa chỉ {devAddr} với "{other}".',
      en: 'The multicast group "{group}" has the name or the address {devAddr} of "{other}".',
    },
    next: {
      vi: 'Cho mỗi nhóm một tên và một địa chỉ riêng.',
      en: 'Give every group a name and an address of its own.',
    },
  },
  LORAWAN_DUTY_CYCLE: {
    what: {
      vi: 'Gateway {gateway} đã phát hết thời lượng cho phép trong giờ.',
      en: "The gateway {gateway} has used this hour's allowed transmit time.",
    },
    next: {
      vi: 'Lệnh thường phải chờ; lệnh khẩn vẫn đi trong phần dự trữ.',
      en: 'Normal requests wait; urgent ones still go from the reserve.',
    },
  },
  LORAWAN_QUEUE_FULL: {
    what: {
      vi: 'Hàng chờ phát của gateway {gateway} đã đầy ({limit}); lệnh ít khẩn nhất bị bỏ.',
      en: 'The transmit queue of the gateway {gateway} is full ({limit}); the least urgent frame is dropped.',
    },
    next: {
      vi: 'Lệnh đó được gửi lại; nếu kéo dài hãy thêm gateway hoặc giảm số lệnh.',
      en: 'It is tried again; if this goes on, add a gateway or send fewer requests.',
    },
  },
  LORAWAN_OVERLOADED: {
    what: {
      vi: 'Quá {limit} gói mỗi giây vào cổng gateway; phần thừa bị bỏ.',
      en: 'More than {limit} packets a second reach the gateway port; the rest are dropped.',
    },
    next: {
      vi: 'Tìm nguồn gửi rác và chặn ở tường lửa.',
      en: 'Find who floods the port and block it in the firewall.',
    },
  },
  CHIRPSTACK_INVALID: {
    what: {
      vi: 'Bản tin ChirpStack sai ở "{key}": {reason}.',
      en: 'The ChirpStack message is wrong at "{key}": {reason}.',
    },
    next: {
      vi: 'Đặt MQTT integration của ChirpStack v4 ở dạng JSON.',
      en: "Set ChirpStack v4's MQTT integration to JSON.",
    },
  },
  CHIRPSTACK_OFFLINE: {
    what: {
      vi: 'Không gửi được lệnh tới {device} qua ChirpStack.',
      en: 'The request to {device} did not reach ChirpStack.',
    },
    next: {
      vi: 'Kiểm tra máy chủ MQTT của ChirpStack.',
      en: "Check ChirpStack's MQTT broker.",
    },
  },
} as const
