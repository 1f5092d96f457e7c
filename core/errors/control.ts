/** Controllers, the documents that steer them, and the records they are tried on. */
export const controlErrors = {
  FLOOD_STATE_UNREADABLE: {
    what: {
      vi: 'Trạng thái đã lưu của trạm lũ không đọc được ở {path}: {reason}.',
      en: 'The saved state of the flood station cannot be read at {path}: {reason}.',
    },
    next: {
      vi: 'Trạm bắt đầu lại từ trạng thái mới; kiểm tra thẻ nhớ nếu lặp lại.',
      en: 'The station starts afresh; check the disk if this happens again.',
    },
  },
  STATION_LEVELS_NOT_RISING: {
    what: {
      vi: 'Trạm {station}: BĐ{level} ({stage_m} m) phải cao hơn BĐ{below} ({below_m} m) và mỗi mức chỉ khai một lần.',
      en: 'Station {station}: BĐ{level} ({stage_m} m) must be above BĐ{below} ({below_m} m), each level given once.',
    },
    next: {
      vi: 'Khai các mức theo thứ tự tăng dần: BĐ1, BĐ2, BĐ3.',
      en: 'List the levels in rising order: BĐ1, BĐ2, BĐ3.',
    },
  },
  STATION_LEVEL_OUT_OF_RANGE: {
    what: {
      vi: 'Trạm {station}: BĐ{level} ({stage_m} m) nằm ngoài khoảng tin được {min} đến {max} m, nên không bao giờ báo.',
      en: 'Station {station}: BĐ{level} ({stage_m} m) lies outside the believed range {min} to {max} m and could never alarm.',
    },
    next: {
      vi: 'Mở rộng level.range_m hoặc sửa mức báo động.',
      en: 'Widen level.range_m or correct the level.',
    },
  },
  STATION_RANGE_EMPTY: {
    what: {
      vi: 'Trạm {station}: level.range_m từ {min} đến {max} m là khoảng rỗng.',
      en: 'Station {station}: level.range_m from {min} to {max} m is empty.',
    },
    next: { vi: 'Ghi giá trị thấp trước, cao sau.', en: 'Give the lower bound first.' },
  },
  STATION_RAISE_IMPOSSIBLE: {
    what: {
      vi: 'Trạm {station}: raise.need = {need} lớn hơn raise.of = {of}, hoặc of quá {max}.',
      en: 'Station {station}: raise.need = {need} exceeds raise.of = {of}, or of exceeds {max}.',
    },
    next: { vi: 'Thường dùng need 2, of 3.', en: 'The usual choice is need 2, of 3.' },
  },
  STATION_PATTERN_TOO_FAST: {
    what: {
      vi: 'Trạm {station}, báo động {level}: các kiểu kêu bật tắt {per_min} lần mỗi phút, đường vô tuyến chịu tối đa {max}.',
      en: 'Station {station}, level {level}: its patterns switch {per_min} times a minute; the radio carries {max} at most.',
    },
    next: {
      vi: 'Tăng on_s và off_s, hoặc đặt off_s = 0 để kêu liên tục.',
      en: 'Make on_s and off_s longer, or set off_s = 0 to sound without pause.',
    },
  },
  STATION_CLEAR_TOO_TIGHT: {
    what: {
      vi: 'Trạm {station}: clear.below_m = 0 và hold_min = 0 sẽ làm báo động nhấp nháy quanh mức.',
      en: 'Station {station}: clear.below_m = 0 with hold_min = 0 makes the alarm chatter around a level.',
    },
    next: {
      vi: 'Đặt below_m từ 0.05 và hold_min từ 30.',
      en: 'Use below_m of 0.05 or more and hold_min of 30 or more.',
    },
  },
  STATION_SILENT_TOO_SHORT: {
    what: {
      vi: 'Trạm {station}: silent_s = {silent_s} không dài hơn chu kỳ báo every_s = {every_s}.',
      en: 'Station {station}: silent_s = {silent_s} is not longer than the report period every_s = {every_s}.',
    },
    next: {
      vi: 'Đặt silent_s ít nhất gấp ba every_s.',
      en: 'Make silent_s at least three times every_s.',
    },
  },
  STATION_SPIKE_ORDER: {
    what: {
      vi: 'Trạm {station}: spike.suspect_m = {suspect_m} phải lớn hơn 0 và không quá fail_m = {fail_m}.',
      en: 'Station {station}: spike.suspect_m = {suspect_m} must be above 0 and at most fail_m = {fail_m}.',
    },
    next: { vi: 'Sửa hai ngưỡng spike.', en: 'Correct the two spike limits.' },
  },
  STATION_TIME_ZONE_UNKNOWN: {
    what: {
      vi: 'Trạm {station}: không biết múi giờ "{timeZone}".',
      en: 'Station {station}: the time zone "{timeZone}" is not known.',
    },
    next: {
      vi: 'Dùng tên IANA, ví dụ Asia/Ho_Chi_Minh.',
      en: 'Use an IANA name, such as Asia/Ho_Chi_Minh.',
    },
  },
  STATION_OUTPUT_UNKNOWN: {
    what: {
      vi: 'Trạm {station}: thiết bị "{device}" không có đầu ra "{output}".',
      en: 'Station {station}: device "{device}" has no output "{output}".',
    },
    next: {
      vi: 'Kiểm tra danh sách thiết bị và tên đầu ra của kiểu thiết bị đó.',
      en: "Check the device list and the outputs of that device's model.",
    },
  },
  STATION_OUTPUT_REPEATED: {
    what: {
      vi: 'Trạm {station}: đầu ra "{output}" của "{device}" được khai hai lần.',
      en: 'Station {station}: output "{output}" of "{device}" is listed twice.',
    },
    next: { vi: 'Xóa một dòng trong alarms.', en: 'Remove one of the entries in alarms.' },
  },
  STATION_CHANNEL_UNKNOWN: {
    what: {
      vi: 'Trạm {station}: thiết bị "{device}" không có kênh "{channel}".',
      en: 'Station {station}: device "{device}" has no channel "{channel}".',
    },
    next: {
      vi: 'Kiểm tra danh sách thiết bị và tên kênh của kiểu thiết bị đó.',
      en: "Check the device list and the channels of that device's model.",
    },
  },
  STATION_PLACE_IMPOSSIBLE: {
    what: {
      vi: 'Trạm {station}: vị trí {lat}, {lon} không có trên Trái Đất.',
      en: 'Station {station}: the position {lat}, {lon} is not on Earth.',
    },
    next: {
      vi: 'Ghi vĩ độ (lat) rồi kinh độ (lon), tính bằng độ.',
      en: 'Give latitude (lat) and longitude (lon) in degrees.',
    },
  },
  STATION_RAIN_LIMIT_REPEATED: {
    what: {
      vi: 'Trạm {station}: ngưỡng mưa {over} {mm} mm được khai hai lần.',
      en: 'Station {station}: the rain limit {over} {mm} mm is listed twice.',
    },
    next: { vi: 'Xóa một dòng trong rain.limits.', en: 'Remove one of the entries in rain.limits.' },
  },
  OUTPUT_CLAIM_INVALID: {
    what: {
      vi: 'Yêu cầu giá trị {value} cho đầu ra nằm ngoài {min} đến {max}, hoặc không có hạn.',
      en: 'A claim of value {value} lies outside {min} to {max}, or has no end.',
    },
    next: { vi: 'Sửa giá trị hoặc thời hạn.', en: 'Correct the value or its duration.' },
  },
  HOLD_ENDED: {
    what: {
      vi: 'Vừa có lệnh dừng {device}/{output}, nên không giữ đầu ra này bằng tay.',
      en: 'The output {device}/{output} has been stopped just now, so it is not held.',
    },
    next: { vi: 'Giữ lại lần nữa nếu vẫn cần.', en: 'Hold it once more if it is still needed.' },
  },
  HOLD_TOO_LONG: {
    what: {
      vi: 'Đầu ra {device}/{output} chỉ được giữ mở tối đa {most_min} phút: khóa an toàn không cho chạy lâu hơn.',
      en: 'The output {device}/{output} is held running for at most {most_min} minutes: an interlock allows no longer run.',
    },
    next: {
      vi: 'Chọn thời gian ngắn hơn; cần nữa thì giữ lại khi hết giờ.',
      en: 'Choose a shorter time; hold it again afterwards if need be.',
    },
  },
  OUTPUT_VALUE_BETWEEN: {
    what: {
      vi: 'Đầu ra này chỉ có hai trạng thái: nhận {min} hoặc {max}, không nhận {value}.',
      en: 'This output has two states: it takes {min} or {max}, not {value}.',
    },
    next: { vi: 'Chọn một trong hai giá trị đó.', en: 'Choose one of these two.' },
  },
  OUTPUT_CLAIMS_FULL: {
    what: {
      vi: 'Đã có {max} bên cùng điều khiển đầu ra này, không bên nào thấp hơn "{owner}".',
      en: 'Already {max} owners claim this output, none ranking below "{owner}".',
    },
    next: { vi: 'Chờ một bên thả ra hoặc hết hạn.', en: 'Wait until one releases it or expires.' },
  },
  RECORD_UNREADABLE: {
    what: {
      vi: 'Không đọc được tệp {file}: {reason}.',
      en: 'The file {file} cannot be read: {reason}.',
    },
    next: { vi: 'Kiểm tra đường dẫn và quyền đọc.', en: 'Check the path and its permissions.' },
  },
  RECORD_EMPTY: {
    what: { vi: 'Chuỗi số liệu không có dòng nào.', en: 'The record holds no rows.' },
    next: {
      vi: 'Cần một dòng tiêu đề có time_utc, stage_m và ít nhất một dòng số liệu.',
      en: 'It needs a heading with time_utc, stage_m and at least one row.',
    },
  },
  RECORD_COLUMN_MISSING: {
    what: {
      vi: 'Chuỗi số liệu thiếu cột "{column}"; tiêu đề là: {heading}.',
      en: 'The record lacks the column "{column}"; its heading is: {heading}.',
    },
    next: {
      vi: 'Đổi tên cột thành time_utc và stage_m.',
      en: 'Name the columns time_utc and stage_m.',
    },
  },
  RECORD_ROW_INVALID: {
    what: {
      vi: 'Dòng {line}: không đọc được {column} = "{text}".',
      en: 'Line {line}: {column} = "{text}" cannot be read.',
    },
    next: {
      vi: 'Sửa hoặc xóa dòng đó. Thời gian dạng 2026-10-01T05:00Z, mực nước là số mét với dấu chấm.',
      en: 'Mend or remove that line. Times look like 2026-10-01T05:00Z; stages are metres with a decimal point.',
    },
  },
  RECORD_CSV_BROKEN: {
    what: {
      vi: 'Dòng {line} không phải CSV: dấu nháy không đóng, hoặc quá {max} ô.',
      en: 'Line {line} is not CSV: a quotation is left open, or there are more than {max} cells.',
    },
    next: { vi: 'Sửa dòng đó.', en: 'Mend that line.' },
  },
  RECORD_TIME_NOT_RISING: {
    what: {
      vi: 'Dòng {line}: thời gian {time} không sau dòng trước ({previous}).',
      en: 'Line {line}: the time {time} does not follow the one before ({previous}).',
    },
    next: {
      vi: 'Sắp xếp theo thời gian và bỏ các dòng trùng.',
      en: 'Sort by time and remove repeated rows.',
    },
  },
  RECORD_TOO_LARGE: {
    what: {
      vi: 'Chuỗi số liệu quá lớn: quá {max} {unit}.',
      en: 'The record is too large: more than {max} {unit}.',
    },
    next: { vi: 'Chia thành nhiều tệp.', en: 'Split it into several files.' },
  },
  TRIAL_OPTION_INVALID: {
    what: {
      vi: 'Tùy chọn {option} = "{text}" không hợp lệ.',
      en: 'Option {option} = "{text}" is not valid.',
    },
    next: { vi: '{hint}', en: '{hint}' },
  },
  STATION_RETIRED: {
    what: {
      vi: 'Trạm {station} còn trong kho tài liệu nhưng không tệp nào khai nữa, nên không hoạt động.',
      en: 'Station {station} is still among the documents, but no file declares it any more: it is not at work.',
    },
    next: {
      vi: 'Nếu vẫn cần, thêm lại tệp của trạm vào stations (đèn: streets) trong edge.yaml rồi khởi động lại.',
      en: 'If it is still wanted, put its file back under stations (streets for lighting) in edge.yaml and start again.',
    },
  },
  DESCRIPTION_TOO_LARGE: {
    what: {
      vi: 'Nút có nhiều hơn một bản tin chứa được: hub không biết các trạm {stations} và {devices} thiết bị.',
      en: 'The node has more than one message holds: the hub is not told of the stations {stations} and {devices} devices.',
    },
    next: {
      vi: 'Nút vẫn vận hành tất cả; chia bớt tuyến đèn và thiết bị sang nút khác.',
      en: 'The node runs them all the same; move some streets and devices to another node.',
    },
  },
  STATION_ID_TAKEN: {
    what: {
      vi: 'Mã "{station}" đã thuộc một {kind} của nút này.',
      en: 'The id "{station}" belongs to a {kind} of this node already.',
    },
    next: { vi: 'Đặt mã khác cho tài liệu mới.', en: 'Give the new document another id.' },
  },
  STATION_UNKNOWN: {
    what: { vi: 'Nút này không có trạm "{station}".', en: 'This node has no station "{station}".' },
    next: { vi: 'Các trạm ở đây: {known}.', en: 'The stations here are: {known}.' },
  },
  NOTHING_TO_SILENCE: {
    what: {
      vi: 'Trạm {station} không có báo động mực nước nào để tắt tiếng.',
      en: 'The station {station} has no level alarm to silence.',
    },
    next: {
      vi: 'Không cần làm gì; nếu còi vẫn kêu, nút sẽ tự ra lệnh im lại trong vài phút.',
      en: 'Nothing is needed; if a siren sounds all the same, the node tells it to rest again within minutes.',
    },
  },
} as const
