/** Lines to modems, and alarms that are told by radio over a neighbour. */
export const relayErrors = {
  STREAM_UNAVAILABLE: {
    what: {
      vi: 'Không mở được đường nối {where}: {reason}.',
      en: 'The line {where} cannot be opened: {reason}.',
    },
    next: {
      vi: 'Kiểm tra dây, nguồn và tên cổng (nên dùng /dev/serial/by-id/…); nút tự thử lại.',
      en: 'Check cable, power and the port’s name (best /dev/serial/by-id/…); the node tries again by itself.',
    },
  },
  STREAM_LOST: {
    what: { vi: 'Mất đường nối {where}: {reason}.', en: 'The line {where} was lost: {reason}.' },
    next: {
      vi: 'Cắm lại thiết bị; nút tự nối lại.',
      en: 'Plug the device in again; the node reconnects by itself.',
    },
  },
  STREAM_CLOSED: {
    what: { vi: 'Đường nối {where} đang đóng.', en: 'The line {where} is closed.' },
    next: { vi: 'Nút tự mở lại.', en: 'The node opens it again by itself.' },
  },
  STREAM_OVERFLOW: {
    what: {
      vi: 'Đường nối {where} không nhận kịp: hơn {limit} byte đang chờ.',
      en: 'The line {where} does not keep up: more than {limit} bytes wait.',
    },
    next: { vi: 'Kiểm tra tốc độ cổng và thiết bị.', en: 'Check the port’s speed and the device.' },
  },
  MODEM_SILENT: {
    what: {
      vi: 'Modem LoRa không trả lời lệnh {command}.',
      en: 'The LoRa modem does not answer {command}.',
    },
    next: {
      vi: 'Kiểm tra nguồn modem và tốc độ cổng (RUI3: 115200); nút tự thử lại.',
      en: 'Check the modem’s power and the port’s speed (RUI3: 115200); the node tries again by itself.',
    },
  },
  MODEM_REFUSED: {
    what: {
      vi: 'Modem LoRa từ chối lệnh {command}: {answer}.',
      en: 'The LoRa modem refuses {command}: {answer}.',
    },
    next: {
      vi: 'Nếu lặp lại, kiểm tra phiên bản phần mềm của modem (RUI3) và mục relay trong edge.yaml.',
      en: 'If it recurs, check the modem’s firmware (RUI3) and the relay section of edge.yaml.',
    },
  },
  MODEM_NOT_JOINED: {
    what: {
      vi: 'Modem LoRa chưa vào được mạng của nút láng giềng.',
      en: 'The LoRa modem has not joined the neighbour’s network.',
    },
    next: {
      vi: 'Kiểm tra khóa và mục lorawan.relays ở nút láng giềng, và anten.',
      en: 'Check the keys and lorawan.relays at the neighbouring node, and the antenna.',
    },
  },
  RELAY_KEY_MALFORMED: {
    what: {
      vi: 'Khóa trong {file} không phải 64 chữ số thập lục phân.',
      en: 'The key in {file} is not 64 hexadecimal digits.',
    },
    next: {
      vi: 'Tạo lại bằng "tram key EDGE --relay" và chép cho cả nút lẫn trung tâm.',
      en: 'Make it anew with "tram key EDGE --relay" and give it to both node and hub.',
    },
  },
  RELAY_FRAME_MALFORMED: {
    what: {
      vi: 'Khung vô tuyến chuyển tiếp sai ở {what}.',
      en: 'The relayed radio frame is wrong at {what}.',
    },
    next: {
      vi: 'Kiểm tra phiên bản phần mềm của nút và trung tâm.',
      en: 'Check the software versions of node and hub.',
    },
  },
  RELAY_SEAL_BROKEN: {
    what: {
      vi: 'Khung vô tuyến mang tên nút {edge} không mở được bằng khóa của nút đó.',
      en: 'A radio frame in the name of {edge} does not open with that node’s key.',
    },
    next: {
      vi: 'Kiểm tra khóa relay ở nút và ở trung tâm; nếu nhiều, có kẻ đang giả mạo.',
      en: 'Check the relay key at node and hub; if there are many, somebody is forging.',
    },
  },
  RELAY_UNKNOWN_EDGE: {
    what: {
      vi: 'Nút {from} chuyển tiếp cho "{edge}", nút này không có khóa relay ở trung tâm.',
      en: 'Node {from} relays for "{edge}", which has no relay key at the hub.',
    },
    next: {
      vi: 'Thêm relayKeyFile cho nút đó trong hub.yaml, hoặc bỏ nó khỏi lorawan.relays.',
      en: 'Add relayKeyFile for it in hub.yaml, or take it out of lorawan.relays.',
    },
  },
  RELAY_NOT_NEIGHBOUR: {
    what: {
      vi: 'Trung tâm gửi cho "{edge}", nút này không chuyển tiếp cho nút đó.',
      en: 'The hub sends to "{edge}", for which this node does not relay.',
    },
    next: {
      vi: 'Thêm modem của nút đó vào lorawan.relays trong edge.yaml.',
      en: 'Add that node’s modem to lorawan.relays in edge.yaml.',
    },
  },
  RELAY_TOO_MANY_FAILURES: {
    what: {
      vi: 'Quá nhiều khung giả mang tên nút {edge}; tạm không thử mở.',
      en: 'Too many false frames in the name of {edge}; none is tried for a while.',
    },
    next: {
      vi: 'Kiểm tra khóa relay; tìm nguồn phát lạ gần nút láng giềng.',
      en: 'Check the relay key; look for a strange transmitter near the neighbouring node.',
    },
  },
  RELAY_STATION_UNKNOWN: {
    what: {
      vi: 'Nút {edge} báo qua vô tuyến về trạm thứ {index} mà trung tâm chưa biết.',
      en: 'Node {edge} tells by radio of its station number {index}, which the hub does not know.',
    },
    next: {
      vi: 'Nút cần nối được với trung tâm ít nhất một lần để kể về các trạm của nó.',
      en: 'The node has to reach the hub at least once, to tell of its stations.',
    },
  },
  RELAY_REPLAYED: {
    what: {
      vi: 'Bản tóm tắt cũ của nút {edge} được chuyển tiếp lại.',
      en: 'An old summary of node {edge} was relayed again.',
    },
    next: {
      vi: 'Bình thường nếu thỉnh thoảng; nếu nhiều, kiểm tra nút láng giềng.',
      en: 'Normal now and then; if there are many, check the neighbouring node.',
    },
  },
  RELAY_UNTELLABLE: {
    what: {
      vi: 'Báo động {alarm} không có mã ngắn, không báo qua vô tuyến được.',
      en: 'The alarm {alarm} has no short code and cannot be told by radio.',
    },
    next: {
      vi: 'Nó vẫn đến trung tâm qua mạng; trạm mới cần nối mạng một lần.',
      en: 'It still reaches the hub by network; a new station has to be online once.',
    },
  },
  RELAY_QUEUE_FULL: {
    what: {
      vi: 'Hàng chờ chuyển tiếp đầy ({limit}); khung cũ nhất bị bỏ.',
      en: 'The queue of relayed frames is full ({limit}); the oldest was dropped.',
    },
    next: {
      vi: 'Nút láng giềng sẽ phát lại; kiểm tra đường lên trung tâm.',
      en: 'The neighbour sends it again; check the way to the hub.',
    },
  },
} as const
