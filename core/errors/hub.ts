/** The hub: its broker, ingest, interface and accounts. */
export const hubErrors = {
  HUB_BROKER_EXPOSED: {
    what: {
      vi: 'Cấu hình mở MQTT không mã hóa trên {host}.',
      en: 'The configuration opens MQTT without encryption on {host}.',
    },
    next: {
      vi: 'Thêm broker.tls, hoặc đặt broker.allowPlain: true nếu mạng này là mạng riêng.',
      en: 'Add broker.tls, or set broker.allowPlain: true if that network is private.',
    },
  },
  HUB_HTTP_EXPOSED: {
    what: {
      vi: 'Cấu hình mở trang web trên {host} mà không có tài khoản nào.',
      en: 'The configuration opens the page on {host} without any account.',
    },
    next: {
      vi: 'Thêm ít nhất một người dùng vào users, hoặc để http.host là 127.0.0.1.',
      en: 'Add at least one user to users, or leave http.host at 127.0.0.1.',
    },
  },
  HUB_CONFIG_DUPLICATE: {
    what: { vi: '{list} có "{name}" hai lần.', en: '{list} names "{name}" twice.' },
    next: { vi: 'Xóa một trong hai.', en: 'Remove one of the two.' },
  },
  HUB_HASH_MALFORMED: {
    what: {
      vi: 'Mã băm khóa của "{name}" không đúng dạng scrypt$N$r$p$salt$hash.',
      en: 'The key hash of "{name}" is not of the form scrypt$N$r$p$salt$hash.',
    },
    next: { vi: 'Tạo lại mã băm bằng lệnh tram.', en: 'Make it anew with the tram command.' },
  },
  HUB_TILE_URL: {
    what: { vi: 'tileUrl "{url}" không phải địa chỉ web.', en: 'tileUrl "{url}" is not a web address.' },
    next: {
      vi: 'Ví dụ: https://tiles.example/{z}/{x}/{y}.png.',
      en: 'For example: https://tiles.example/{z}/{x}/{y}.png.',
    },
  },
  BROKER_NOT_AUTHENTICATED: {
    what: { vi: 'Nút "{edge}" đưa khóa sai.', en: 'Edge "{edge}" gave a wrong key.' },
    next: { vi: 'Kiểm tra khóa trên nút và keyHash ở hub.', en: 'Check its key and the keyHash at the hub.' },
  },
  BROKER_TOO_MANY_FAILURES: {
    what: {
      vi: 'Quá nhiều lần đăng nhập sai từ {address}.',
      en: 'Too many failed attempts from {address}.',
    },
    next: {
      vi: 'Chờ một phút, rồi kiểm tra khóa của nút.',
      en: "Wait a minute, then check the edge's key.",
    },
  },
  BROKER_BUSY: {
    what: {
      vi: 'Hub đang kiểm tra quá nhiều khóa cùng lúc.',
      en: 'The hub is checking too many keys at once.',
    },
    next: { vi: 'Nút sẽ tự thử lại.', en: 'The edge tries again by itself.' },
  },
  BROKER_TOPIC_FORBIDDEN: {
    what: {
      vi: 'Nút "{edge}" không được dùng chủ đề {topic}.',
      en: 'Edge "{edge}" may not use the topic {topic}.',
    },
    next: {
      vi: 'Kiểm tra mã site và mã nút trong cấu hình.',
      en: 'Check site and edge id in its configuration.',
    },
  },
  BROKER_PACKET_TOO_LARGE: {
    what: { vi: 'Gói MQTT dài hơn {limit} byte.', en: 'An MQTT packet is longer than {limit} bytes.' },
    next: { vi: 'Kiểm tra phần mềm của bên gửi.', en: 'Check the software of the sender.' },
  },
  BROKER_TOO_MANY_CONNECTIONS: {
    what: { vi: 'Quá nhiều kết nối ({limit}).', en: 'Too many connections ({limit}).' },
    next: { vi: 'Kiểm tra xem ai đang kết nối.', en: 'Check who is connecting.' },
  },
  BROKER_PROTOCOL: {
    what: { vi: 'Kết nối MQTT bị cắt: {reason}.', en: 'An MQTT connection was cut: {reason}.' },
    next: { vi: 'Kiểm tra phần mềm và đường truyền của nút.', en: "Check the edge's software and link." },
  },
  INGEST_FOREIGN_TOPIC: {
    what: { vi: 'Chủ đề {topic} không thuộc hub này.', en: 'The topic {topic} is none of this hub.' },
    next: { vi: 'Kiểm tra mã site và danh sách nút.', en: 'Check the site id and the list of edges.' },
  },
  INGEST_QUEUE_FULL: {
    what: { vi: 'Hub nhận nhanh hơn ghi; tạm không nhận.', en: 'The hub receives faster than it can store.' },
    next: { vi: 'Nút sẽ tự gửi lại.', en: 'Edges send again by themselves.' },
  },
  INGEST_LANE_MISMATCH: {
    what: {
      vi: 'Khung của luồng {lane} đến trên chủ đề của {topic}.',
      en: 'A frame of lane {lane} came on the topic of {topic}.',
    },
    next: { vi: 'Kiểm tra phần mềm của nút.', en: "Check the edge's software." },
  },
  INGEST_SERIES_UNKNOWN: {
    what: {
      vi: 'Khung của "{edge}" dùng chuỗi {series} chưa khai báo.',
      en: 'A frame of "{edge}" uses series {series}, which was not told.',
    },
    next: { vi: 'Hub đã hỏi lại danh mục; nút sẽ gửi.', en: 'The hub has asked for the dictionary.' },
  },
  INGEST_SERIES_CONFLICT: {
    what: {
      vi: 'Nút "{edge}" đổi nghĩa chuỗi {series}.',
      en: 'Edge "{edge}" changes the meaning of series {series}.',
    },
    next: { vi: 'Có thể hai nút dùng chung một mã.', en: 'Two edges may be using one identity.' },
  },
  HUB_STORE_CORRUPT: {
    what: {
      vi: 'Cơ sở dữ liệu {file} của hub bị hỏng: {reason}. Hub không khởi động và không đụng vào tệp.',
      en: "The hub's database {file} is damaged: {reason}. The hub does not start, and leaves the file as it is.",
    },
    next: {
      vi: 'Khôi phục bản sao lưu, hoặc đổi tên tệp để bắt đầu mới; các nút giữ những gì hub chưa nhận.',
      en: 'Restore a backup, or rename the file to start anew; the nodes keep what the hub has not taken.',
    },
  },
  INGEST_ROWS_CHANGED: {
    what: {
      vi: 'Nút "{edge}" gửi dòng khác dưới các số {first} đến {last} của luồng {lane} mà hub đã giữ.',
      en: 'Edge "{edge}" sends other rows under numbers {first} to {last} of lane {lane}, which the hub holds.',
    },
    next: {
      vi: 'Hub không ghi đè, nút không xóa; có thể hai nút dùng chung một mã.',
      en: 'The hub overwrites nothing and the node deletes nothing; two nodes may be using one identity.',
    },
  },
  INGEST_DICTIONARY_CHANGED: {
    what: {
      vi: 'Khung từ số {first} của luồng {lane} do "{edge}" gửi dùng danh mục điểm đo khác với danh mục đã khai.',
      en: 'The frame from number {first} of lane {lane} of "{edge}" was cut by another dictionary than the one told.',
    },
    next: {
      vi: 'Hub không ghi gì; có thể hai nút dùng chung một mã.',
      en: 'The hub stores nothing of it; two nodes may be using one identity.',
    },
  },
  INGEST_STORE_RESERVED: {
    what: {
      vi: 'Đĩa của hub sắp đầy: chỗ còn lại dành cho cảnh báo, số đo của "{edge}" chưa được nhận.',
      en: 'The disk of the hub is nearly full: what is left is kept for alarms, readings of "{edge}" are not taken.',
    },
    next: {
      vi: 'Nút giữ lại và gửi lại. Tăng storeMegabytes, giảm thời gian lưu, hoặc dọn đĩa.',
      en: 'The node keeps them and sends again. Raise storeMegabytes, keep less long, or clear the disk.',
    },
  },
  INGEST_LIMIT: {
    what: {
      vi: 'Nút "{edge}" vượt quá {limit} {what}.',
      en: 'Edge "{edge}" exceeds {limit} {what}.',
    },
    next: { vi: 'Kiểm tra nút; liên hệ quản trị hub.', en: "Check the edge; ask the hub's administrator." },
  },
  INGEST_FAILED: {
    what: {
      vi: 'Không ghi được bản tin của "{edge}".',
      en: 'A message of "{edge}" could not be stored.',
    },
    next: { vi: 'Xem nhật ký của hub.', en: "See the hub's log." },
  },
  INGEST_CLONE_SUSPECTED: {
    what: {
      vi: 'Hai nút cùng dùng mã "{edge}" (epoch {epoch}).',
      en: 'Two edges use the identity "{edge}" (epoch {epoch}).',
    },
    next: {
      vi: 'Nút bị cách ly: tìm thẻ nhớ bị sao chép, cấp mã mới cho nó, rồi xác nhận trên hub.',
      en: 'It is in quarantine: find the copied disk, enrol that node anew, then clear it at the hub.',
    },
  },
  EDGE_NOT_QUARANTINED: {
    what: { vi: 'Nút "{edge}" không bị cách ly.', en: 'Edge "{edge}" is in no quarantine.' },
    next: {
      vi: 'Không cần làm gì; có thể người khác vừa xác nhận.',
      en: 'Nothing is to be done; somebody else may just have cleared it.',
    },
  },
  STATION_UNREADABLE: {
    what: {
      vi: 'Nút "{edge}" khai một trạm không đọc được.',
      en: 'Edge "{edge}" describes a station that cannot be read.',
    },
    next: { vi: 'Cập nhật hub hoặc nút.', en: 'Update hub or edge.' },
  },
  HTTP_NOT_FOUND: {
    what: { vi: 'Không có địa chỉ này.', en: 'There is nothing at this address.' },
    next: { vi: 'Tải lại trang; kiểm tra địa chỉ.', en: 'Load the page again; check the address.' },
  },
  HTTP_INVALID: {
    what: { vi: 'Yêu cầu không hợp lệ: {reason}.', en: 'The request is not valid: {reason}.' },
    next: { vi: 'Sửa giá trị đó rồi gửi lại.', en: 'Correct that value and send it again.' },
  },
  HTTP_LOGIN_REQUIRED: {
    what: { vi: 'Cần đăng nhập.', en: 'You are not signed in.' },
    next: { vi: 'Đăng nhập rồi thử lại.', en: 'Sign in and try again.' },
  },
  HTTP_LOGIN_FAILED: {
    what: { vi: 'Sai tên hoặc mật khẩu.', en: 'Wrong name or password.' },
    next: { vi: 'Thử lại hoặc hỏi quản trị viên.', en: 'Try again or ask the administrator.' },
  },
  HTTP_FORBIDDEN: {
    what: { vi: 'Tài khoản này không được làm việc đó.', en: 'This account may not do that.' },
    next: { vi: 'Hỏi quản trị viên.', en: 'Ask the administrator.' },
  },
  HTTP_VERTICAL_FORBIDDEN: {
    what: {
      vi: 'Tài khoản này phụ trách mảng khác, không được thao tác việc này.',
      en: 'This account is for another part of the city: it may not touch this.',
    },
    next: {
      vi: 'Nhờ người phụ trách mảng này; quản trị viên đặt quyền ở users, verticals.',
      en: 'Ask whoever is in charge of it; the administrator sets the right under users, verticals.',
    },
  },
  HTTP_ORIGIN_REFUSED: {
    what: { vi: 'Yêu cầu đến từ trang khác.', en: 'The request comes from another site.' },
    next: { vi: 'Mở trang bằng đúng địa chỉ của nó.', en: 'Open the page at its own address.' },
  },
  HTTP_TOO_MANY: {
    what: { vi: 'Quá nhiều yêu cầu.', en: 'Too many requests.' },
    next: { vi: 'Chờ một phút rồi thử lại.', en: 'Wait a minute and try again.' },
  },
  HTTP_FAILED: {
    what: { vi: 'Máy chủ gặp lỗi khi trả lời.', en: 'The server failed to answer.' },
    next: { vi: 'Thử lại; nếu lặp lại, xem nhật ký của máy.', en: 'Try again; if it recurs, see its log.' },
  },
} as const
