/** Streets: their controller, their document, and what is asked of their lamps. */
export const lightingErrors = {
  LIGHTING_STATE_UNREADABLE: {
    what: {
      vi: 'Trạng thái đã lưu của tuyến đèn không đọc được ở {path}: {reason}.',
      en: 'The saved state of the lighting street cannot be read at {path}: {reason}.',
    },
    next: {
      vi: 'Tuyến bắt đầu lại theo lịch, lệnh giữ đã mất; kiểm tra thẻ nhớ nếu lặp lại.',
      en: 'The street starts afresh by its calendar, holds are lost; check the disk if this happens again.',
    },
  },
  LIGHT_TARGET_UNKNOWN: {
    what: {
      vi: 'Tuyến {street} không có {kind} "{name}".',
      en: 'Street {street} has no {kind} "{name}".',
    },
    next: {
      vi: 'Tải lại trang rồi chọn lại; tuyến có thể vừa được sửa.',
      en: 'Load the page again and choose anew; the street may have been edited.',
    },
  },
  LIGHT_ORDERS_FULL: {
    what: {
      vi: 'Tuyến {street} đang có {orders} lệnh giữ đèn, không nhận thêm.',
      en: 'Street {street} has {orders} orders in force and takes no more.',
    },
    next: {
      vi: 'Thả những lệnh không còn cần rồi gửi lại; lệnh khẩn cấp vẫn còn chỗ riêng.',
      en: 'Release those that are not needed any more, then send it again; some room is kept for emergencies.',
    },
  },
  STREET_PLACE_IMPOSSIBLE: {
    what: {
      vi: 'Tuyến {street}: tọa độ {lat}, {lon} không có thật.',
      en: 'Street {street}: no place has the coordinates {lat}, {lon}.',
    },
    next: {
      vi: 'Ghi vĩ độ trước (lat), kinh độ sau (lon), đơn vị độ.',
      en: 'Give latitude (lat) and longitude (lon) in degrees.',
    },
  },
  STREET_TIME_ZONE_UNKNOWN: {
    what: {
      vi: 'Tuyến {street}: không có múi giờ "{timeZone}".',
      en: 'Street {street}: there is no time zone "{timeZone}".',
    },
    next: { vi: 'Dùng tên IANA, ví dụ Asia/Ho_Chi_Minh.', en: 'Use an IANA name such as Asia/Ho_Chi_Minh.' },
  },
  STREET_TIME_ZONE_FAR: {
    what: {
      vi: 'Tuyến {street}: ở {lat}, {lon} mặt trời lên cao nhất lúc khoảng {hour} giờ theo {timeZone}; tọa độ và múi giờ không khớp.',
      en: "Street {street}: at {lat}, {lon} the sun stands highest at about {hour} o'clock in {timeZone}; place and time zone do not fit.",
    },
    next: {
      vi: 'Xem lại tọa độ (có bị đảo không) và múi giờ.',
      en: 'Check the coordinates (are they swapped?) and the time zone.',
    },
  },
  STREET_NAME_REPEATED: {
    what: {
      vi: 'Tuyến {street}: "{name}" có hai lần trong {list}.',
      en: 'Street {street}: "{name}" stands twice in {list}.',
    },
    next: {
      vi: 'Mỗi mục một mã riêng; bỏ hoặc đổi tên mục trùng.',
      en: 'Give each its own id; remove or rename one of the two.',
    },
  },
  STREET_FEEDER_UNKNOWN: {
    what: {
      vi: 'Tuyến {street}: đèn {lamp} thuộc lộ "{feeder}" không có trong danh sách.',
      en: 'Street {street}: lamp {lamp} hangs on feeder "{feeder}", which is not listed.',
    },
    next: { vi: 'Thêm lộ vào feeders hoặc sửa đèn.', en: 'Add the feeder to feeders, or correct the lamp.' },
  },
  STREET_LUMINAIRE_UNKNOWN: {
    what: {
      vi: 'Tuyến {street}: đèn {lamp} là loại "{luminaire}" không có trong danh sách.',
      en: 'Street {street}: lamp {lamp} is of type "{luminaire}", which is not listed.',
    },
    next: {
      vi: 'Thêm loại đèn vào luminaires hoặc sửa đèn.',
      en: 'Add the type to luminaires, or correct the lamp.',
    },
  },
  STREET_GROUP_LAMP_UNKNOWN: {
    what: {
      vi: 'Tuyến {street}: nhóm {group} gọi đèn "{lamp}" không có trong tuyến.',
      en: 'Street {street}: group {group} names lamp "{lamp}", which the street does not have.',
    },
    next: {
      vi: 'Bỏ đèn đó khỏi nhóm hoặc thêm đèn vào tuyến.',
      en: 'Take it out of the group, or add the lamp.',
    },
  },
  STREET_PROFILE_UNKNOWN: {
    what: {
      vi: 'Tuyến {street}: {where} dùng kịch bản "{profile}" không có.',
      en: 'Street {street}: {where} uses profile "{profile}", which there is not.',
    },
    next: {
      vi: 'Viết kịch bản đó trong profiles hoặc chọn kịch bản khác.',
      en: 'Write that profile under profiles, or choose another.',
    },
  },
  STREET_OUTPUT_SHARED: {
    what: {
      vi: 'Tuyến {street}: {one} và {other} cùng nằm trên một đầu ra {device}/{output}.',
      en: 'Street {street}: {one} and {other} are both on output {device}/{output}.',
    },
    next: {
      vi: 'Mỗi đèn và mỗi công-tắc-tơ một đầu ra riêng.',
      en: 'Give every lamp and contactor an output of its own.',
    },
  },
  STREET_OUTPUT_TAKEN: {
    what: {
      vi: 'Tuyến {street}: đầu ra "{output}" của {device} đã thuộc tuyến {other} của cùng nút.',
      en: 'Street {street}: output "{output}" of {device} is one of street {other} of the same node.',
    },
    next: {
      vi: 'Bỏ đầu ra đó khỏi một trong hai tuyến; bản này được xét lại mỗi khi tuyến khác đổi và khi nút khởi động.',
      en: 'Take it off one of the two; this edition is tried again whenever another street changes, and at each start.',
    },
  },
  STREET_OUTPUT_UNKNOWN: {
    what: {
      vi: 'Tuyến {street}: thiết bị "{device}" không có đầu ra "{output}" ở nút này.',
      en: 'Street {street}: no device "{device}" with an output "{output}" is on this node.',
    },
    next: {
      vi: 'Kiểm tra danh sách thiết bị của nút và tên đầu ra.',
      en: "Check the node's devices and the outputs of that model.",
    },
  },
  STREET_CHANNEL_UNKNOWN: {
    what: {
      vi: 'Tuyến {street}: thiết bị "{device}" không có kênh "{channel}" ở nút này.',
      en: 'Street {street}: no device "{device}" with a channel "{channel}" is on this node.',
    },
    next: {
      vi: 'Kiểm tra danh sách thiết bị của nút và tên kênh.',
      en: "Check the node's devices and the channels of that model.",
    },
  },
  STREET_DATE_IMPOSSIBLE: {
    what: {
      vi: 'Tuyến {street}: ngày lễ {exception} ghi ngày {date} không có thật.',
      en: 'Street {street}: exception {exception} names {date}, which is no date.',
    },
    next: { vi: 'Sửa ngày theo dạng năm-tháng-ngày.', en: 'Correct it as year-month-day.' },
  },
  STREET_DATES_REVERSED: {
    what: {
      vi: 'Tuyến {street}: ngày lễ {exception} kết thúc {to} trước khi bắt đầu {from}.',
      en: 'Street {street}: exception {exception} ends on {to} before it begins on {from}.',
    },
    next: {
      vi: 'Đổi chỗ hai ngày; chỉ ngày lễ hằng năm mới được qua năm mới.',
      en: 'Swap the two dates; only a yearly one may go over New Year.',
    },
  },
  STREET_EXCEPTIONS_OVERLAP: {
    what: {
      vi: 'Tuyến {street}: ngày lễ {one} và {other} cùng có ngày {date}, không biết theo bên nào.',
      en: 'Street {street}: exceptions {one} and {other} both cover {date}; nobody could say which counts.',
    },
    next: {
      vi: 'Rút ngắn một bên để mỗi ngày chỉ thuộc một ngày lễ.',
      en: 'Shorten one, so that each date belongs to one of them.',
    },
  },
  STREET_PROFILE_ENDLESS: {
    what: {
      vi: 'Tuyến {street}: kịch bản {profile} không có điểm tắt, đèn sẽ sáng cả ngày.',
      en: 'Street {street}: profile {profile} has no end, its lamps would burn all day.',
    },
    next: {
      vi: 'Thêm bước cuối với mức 0, ví dụ lúc mặt trời mọc.',
      en: 'Add a last step with level 0, at sunrise for instance.',
    },
  },
  STREET_STEPS_REVERSED: {
    what: {
      vi: 'Tuyến {street}: trong kịch bản {profile}, bước {step} đứng sau {before} nhưng đến trước (đêm tính từ trưa đến trưa).',
      en: 'Street {street}: in profile {profile}, step {step} stands after {before} but comes before it (a night goes from noon to noon).',
    },
    next: { vi: 'Xếp các bước theo thứ tự trong đêm.', en: 'Put the steps in the order of the night.' },
  },
  STREET_STEPS_CROSS: {
    what: {
      vi: 'Tuyến {street}: vào đêm {date} (tháng-ngày), bước thứ {step} của kịch bản {profile} bắt đầu trước bước liền trước nó.',
      en: 'Street {street}: in the night of {date} (month-day), step {step} of profile {profile} begins before the one before it.',
    },
    next: {
      vi: 'Dời giờ của bước, hoặc đặt kịch bản riêng cho mùa đó bằng ngày lễ hằng năm.',
      en: 'Move the step, or give that season a profile of its own by a yearly exception.',
    },
  },
  STREET_PHOTOCELL_ORDER: {
    what: {
      vi: 'Tuyến {street}: ngưỡng sáng {light_lx} lx của cảm biến phải cao hơn ngưỡng tối {dark_lx} lx.',
      en: "Street {street}: the photocell's light limit {light_lx} lx must be above its dark limit {dark_lx} lx.",
    },
    next: { vi: 'Thường dùng tối 30 lx, sáng 80 lx.', en: 'The usual choice is 30 lx and 80 lx.' },
  },
  STREET_FAULT_SHARES: {
    what: {
      vi: 'Tuyến {street}: faults.failed = {failed} phải nhỏ hơn faults.low = {low}.',
      en: 'Street {street}: faults.failed = {failed} must be below faults.low = {low}.',
    },
    next: { vi: 'Thường dùng 0.15 và 0.8.', en: 'The usual choice is 0.15 and 0.8.' },
  },
  STREET_STANDBY_TOO_HIGH: {
    what: {
      vi: 'Tuyến {street}: loại đèn {luminaire} có công suất chờ {standby_W} W không nhỏ hơn định mức {rated_W} W.',
      en: 'Street {street}: luminaire {luminaire} stands by at {standby_W} W, not below its rated {rated_W} W.',
    },
    next: { vi: 'Ghi lại theo nhãn của nhà sản xuất.', en: 'Give both as the maker states them.' },
  },
  STREET_CLASS_UNMET: {
    what: {
      vi: 'Tuyến {street}: đèn {luminaire} cho {lumen_lx} lx, cấp {class} cần {needed_lx} lx.',
      en: 'Street {street}: luminaire {luminaire} gives {lumen_lx} lx where class {class} needs {needed_lx} lx.',
    },
    next: {
      vi: 'Đèn sẽ luôn sáng hết mức; xem lại thiết kế, khoảng cách cột hoặc cấp chiếu sáng.',
      en: 'Its lamps will always give full light; look at the design, the spacing or the class again.',
    },
  },
  STREET_MIDWAY_DARK: {
    what: {
      vi: 'Tuyến {street}: giữa hai cột, đèn {luminaire} chỉ còn {midway_lx} lx, cấp {class} cần ít nhất {least_lx} lx (phương pháp điểm).',
      en: 'Street {street}: midway between poles luminaire {luminaire} leaves {midway_lx} lx where class {class} allows no less than {least_lx} lx (point method).',
    },
    next: {
      vi: 'Xem đường cong phân bố cường độ của đèn; phép tính này chỉ để đối chiếu.',
      en: "Look at the luminaire's intensity curve; this is a check, not a design.",
    },
  },
} as const
