/** Commands from the centre to a node: why one was not taken, not run, or not finished. */
export const commandErrors = {
  OUTPUT_UNKNOWN: {
    what: {
      vi: 'Nút này không có đầu ra "{output}" của thiết bị "{device}".',
      en: 'This node has no output "{output}" of a device "{device}".',
    },
    next: {
      vi: 'Xem danh sách thiết bị và đầu ra của nút.',
      en: "See the node's devices and their outputs.",
    },
  },
  COMMAND_UNREADABLE: {
    what: {
      vi: 'Nút không đọc được lệnh: {reason}.',
      en: 'The node cannot read the command: {reason}.',
    },
    next: {
      vi: 'Phần mềm của nút có thể cũ hơn hub; cập nhật nút.',
      en: "The node's software may be older than the hub's; update the node.",
    },
  },
  COMMAND_CLASS_WRONG: {
    what: {
      vi: 'Lệnh "{action}" không được gửi với loại "{class}".',
      en: 'The action "{action}" may not come as "{class}".',
    },
    next: {
      vi: 'drive: momentary hoặc emergency; hold, light-release: setting; light: cả ba; các lệnh khác: momentary.',
      en: 'drive: momentary or emergency; hold, light-release: setting; light: each of them; all others: momentary.',
    },
  },
  COMMAND_OVERRIDE_REFUSED: {
    what: {
      vi: 'Chỉ lệnh khẩn cấp mới được vượt lệnh giữ tại chỗ.',
      en: 'Only an emergency may override a manual hold.',
    },
    next: {
      vi: 'Gửi lại với loại emergency nếu thật sự khẩn cấp.',
      en: 'Send it again as an emergency, if it is one.',
    },
  },
  LIGHT_TIME_WRONG: {
    what: {
      vi: 'Lệnh đèn loại "{class}" sai về thời hạn: momentary và emergency phải có for_s, setting thì không.',
      en: 'The time of a light command of class "{class}" is wrong: momentary and emergency need for_s, a setting has none.',
    },
    next: {
      vi: 'Chọn thời hạn cho lệnh tạm, hoặc gửi setting để giữ đến khi thả.',
      en: 'Give a time to what is for a time; send a setting for what lasts until it is released.',
    },
  },
  LIGHT_RELEASE_UNCLEAR: {
    what: {
      vi: 'Lệnh thả đèn phải nêu hoặc một lệnh trước đó, hoặc các đèn; không thể cả hai hay không gì cả.',
      en: 'A release names either an earlier command or lamps, not both and not neither.',
    },
    next: { vi: 'Gửi lại với command hoặc target.', en: 'Send it again with command or target.' },
  },
  LIGHT_SUPERSEDED: {
    what: {
      vi: 'Đã có lệnh mới hơn cho tất cả các đèn này, hoặc lệnh này đã được hoàn tác.',
      en: 'Newer commands hold or have released all of these lamps, or this one was undone.',
    },
    next: { vi: 'Không cần làm gì.', en: 'Nothing is needed.' },
  },
  LIGHT_ENDED: {
    what: {
      vi: 'Lệnh bị thả hoặc bị thay khi mới {confirmed}/{lamps} đèn xác nhận.',
      en: 'It was released or replaced when {confirmed} of {lamps} lamps had confirmed.',
    },
    next: { vi: 'Không cần làm gì.', en: 'Nothing is needed.' },
  },
  LIGHT_UNCONFIRMED: {
    what: {
      vi: 'Hết thời gian mà chỉ {confirmed}/{lamps} đèn xác nhận mức sáng.',
      en: 'The time is over and {confirmed} of {lamps} lamps have confirmed the level.',
    },
    next: {
      vi: 'Nút vẫn tiếp tục ra lệnh cho các đèn còn lại; xem danh sách lỗi để biết cột nào.',
      en: 'The node goes on telling the others; the list of faults shows which poles they are.',
    },
  },
  WATER_ENDED_EARLY: {
    what: {
      vi: 'Khu "{zone}" chỉ tưới được {litres} L trong {minutes} phút: {reason}.',
      en: 'Zone "{zone}" was given {litres} L in {minutes} min: {reason}.',
    },
    next: {
      vi: 'Xem khu này trên bảng điều khiển; nếu vẫn cần, tưới lại phần còn thiếu.',
      en: 'Look at the zone on the panel; water what is missing if it is still wanted.',
    },
  },
  WATER_FORGOTTEN: {
    what: {
      vi: 'Nút không còn biết lượt tưới này của khu "{zone}" đã đến đâu.',
      en: 'The node does not know any more how far this run of zone "{zone}" came.',
    },
    next: {
      vi: 'Xem độ ẩm và lịch sử của khu trước khi tưới lại.',
      en: 'Look at its moisture and history before watering again.',
    },
  },
  COMMAND_EXPIRED: {
    what: {
      vi: 'Lệnh đến nút khi đã quá hạn {late_s} giây; nút không thực hiện.',
      en: 'The command was {late_s} s past its expiry when the node looked at it; it was not run.',
    },
    next: { vi: 'Nếu vẫn cần, gửi lệnh mới.', en: 'Send a new one if it is still wanted.' },
  },
  COMMAND_STOPPED: {
    what: {
      vi: '{who} đã dừng nước trước khi lệnh này được làm xong; nút không làm nữa.',
      en: '{who} stopped the water before this was done; the node does not run it any more.',
    },
    next: {
      vi: 'Hỏi người đã dừng. Nếu vẫn cần nước, cho chạy lại rồi gửi lệnh mới.',
      en: 'Ask who stopped it. If water is still wanted, let it run again and send a new command.',
    },
  },
  COMMAND_TIME_UNKNOWN: {
    what: {
      vi: 'Nút không biết chắc giờ nên không chứng minh được lệnh còn hạn; nút không thực hiện.',
      en: 'The node does not know the time well enough to prove that the command was still valid; it was not run.',
    },
    next: {
      vi: 'Chờ nút biết lại giờ (đồng hồ "synced") rồi gửi lệnh mới.',
      en: 'Wait until the node knows the time again (clock "synced"), then send a new one.',
    },
  },
  COMMAND_SUPERSEDED: {
    what: {
      vi: 'Đã có thiết lập mới hơn cho cùng đầu ra.',
      en: 'A newer setting of the same output is in force.',
    },
    next: { vi: 'Không cần làm gì.', en: 'Nothing is needed.' },
  },
  COMMAND_INTERLOCK: {
    what: {
      vi: 'Khóa an toàn {interlock} của {device}/{output} đang có hiệu lực.',
      en: 'The interlock {interlock} of {device}/{output} is in force.',
    },
    next: {
      vi: 'Chờ hết thời gian nghỉ rồi gửi lại. Không lệnh nào vượt được khóa an toàn.',
      en: 'Wait until it has rested, then send it again. No command overrides an interlock.',
    },
  },
  COMMAND_OUTRANKED: {
    what: {
      vi: '{device}/{output} đang do "{owner}" giữ ({rank}), có quyền cao hơn.',
      en: '{device}/{output} is held by "{owner}" ({rank}), which ranks higher.',
    },
    next: {
      vi: 'Nhờ người tại chỗ thả lệnh giữ; chỉ lệnh khẩn cấp có override mới vượt được.',
      en: 'Have the hold released at the site; only an emergency with override stands above it.',
    },
  },
  COMMAND_ALARM_SOUNDS: {
    what: {
      vi: 'Trạm "{station}" đang báo động bằng {device}/{output}; lệnh này sẽ làm tắt báo động.',
      en: 'The station "{station}" sounds its alarm on {device}/{output}, which this command would quiet.',
    },
    next: {
      vi: 'Muốn còi im, gửi lệnh tắt còi (silence) cho trạm.',
      en: 'To have its sirens quiet, silence the station.',
    },
  },
  COMMAND_DISPLACED: {
    what: {
      vi: '{device}/{output} bị "{owner}" ({rank}) giành trước khi thiết bị xác nhận.',
      en: '{device}/{output} was taken by "{owner}" ({rank}) before the device had confirmed.',
    },
    next: { vi: 'Xem ai đang điều khiển đầu ra.', en: 'See who drives the output.' },
  },
  COMMAND_NOT_DELIVERED: {
    what: {
      vi: 'Thiết bị {device} không nhận lệnh cho {output}: {reason}.',
      en: 'The device {device} did not take the request for {output}: {reason}.',
    },
    next: { vi: 'Kiểm tra sóng và nguồn của thiết bị.', en: "Check the device's radio link and power." },
  },
  COMMAND_UNCONFIRMED: {
    what: {
      vi: 'Hết thời gian của lệnh mà {device} chưa xác nhận {output}.',
      en: 'The time of the command is over and {device} has not confirmed {output}.',
    },
    next: {
      vi: 'Không rõ thiết bị có làm theo không; kiểm tra tại chỗ.',
      en: 'It is not known whether the device obeyed; check it on site.',
    },
  },
  COMMAND_INTERRUPTED: {
    what: {
      vi: 'Nút khởi động lại giữa chừng; lệnh không được thực hiện lại.',
      en: 'The node restarted in the middle of it; the command is not run again.',
    },
    next: {
      vi: 'Không rõ lệnh đã làm đến đâu; xem đầu ra rồi gửi lệnh mới nếu cần.',
      en: 'How far it came is not known; look at the output and send a new one if it is wanted.',
    },
  },
  COMMAND_FORGOTTEN: {
    what: {
      vi: 'Lệnh đã quá hạn và nút không còn nhớ lệnh này: có thể trước đây nút đã thực hiện.',
      en: 'The command has expired and the node does not remember it any more: it may have run before.',
    },
    next: {
      vi: 'Nút không thực hiện lại. Xem đầu ra và lịch sử của nó rồi gửi lệnh mới nếu cần.',
      en: 'It is not run again. Look at the output and its history, and send a new one if it is wanted.',
    },
  },
  COMMAND_STORE_FAILED: {
    what: {
      vi: 'Nút không ghi nhớ được lệnh trên đĩa nên không thể bảo đảm chỉ chạy một lần.',
      en: 'The node cannot write the command down, so it cannot promise to run it only once.',
    },
    next: {
      vi: 'Kiểm tra đĩa của nút. Lệnh khẩn cấp vẫn chạy.',
      en: "Check the node's disk. Emergencies still run.",
    },
  },
  COMMAND_WAITING_FULL: {
    what: {
      vi: 'Nút đã có {max} lệnh chờ đến giờ.',
      en: 'The node already has {max} commands waiting for their time.',
    },
    next: { vi: 'Gửi lại sau.', en: 'Send it again later.' },
  },
  COMMAND_LEDGER_FULL: {
    what: {
      vi: 'Nút đã nhớ {max} lệnh còn có thể đến lại.',
      en: 'The node already remembers {max} commands that could still come again.',
    },
    next: {
      vi: 'Chờ các lệnh cũ quá hạn; dùng thời hạn ngắn hơn.',
      en: 'Wait until older ones have expired; give shorter expiries.',
    },
  },
  COMMANDS_OPEN_MAX: {
    what: {
      vi: 'Nút "{edge}" đã có {max} lệnh chưa có kết quả.',
      en: 'The edge "{edge}" already has {max} commands without an outcome.',
    },
    next: { vi: 'Chờ kết quả hoặc hủy bớt.', en: 'Wait for outcomes, or cancel some.' },
  },
  COMMAND_CANCELLED: {
    what: {
      vi: 'Lệnh bị hủy ở hub trước khi được gửi đi.',
      en: 'The command was cancelled at the hub before it was ever sent.',
    },
    next: { vi: 'Không cần làm gì.', en: 'Nothing is needed.' },
  },
  COMMAND_CANNOT_CANCEL: {
    what: {
      vi: 'Lệnh {command} đã được gửi: không chứng minh được là nút chưa làm.',
      en: 'The command {command} was sent: it cannot be proven that the node has not run it.',
    },
    next: {
      vi: 'Hub sẽ không gửi lại; chờ nút báo kết quả, hoặc gửi lệnh ngược lại.',
      en: 'It is not sent again; wait for its outcome, or send the opposite command.',
    },
  },
  COMMAND_ENDED: {
    what: {
      vi: 'Lệnh {command} đã kết thúc: {outcome}.',
      en: 'The command {command} has already ended: {outcome}.',
    },
    next: { vi: 'Không cần hủy nữa.', en: 'There is nothing left to cancel.' },
  },
  COMMAND_NEVER_SENT: {
    what: {
      vi: 'Nút không liên lạc được cho đến khi lệnh quá hạn từ lâu; hub chưa hề gửi lệnh.',
      en: 'The node was out of reach until long after the expiry; the command was never sent.',
    },
    next: { vi: 'Nếu vẫn cần, gửi lệnh mới.', en: 'Send a new one if it is still wanted.' },
  },
  COMMAND_TIMES_WRONG: {
    what: {
      vi: 'Lệnh loại "{class}" có hạn tối đa {hours} giờ và bắt đầu trong vòng {days} ngày.',
      en: 'A "{class}" command may run for at most {hours} h and begin within {days} days.',
    },
    next: { vi: 'Sửa expires_s hoặc notBefore.', en: 'Correct expires_s or notBefore.' },
  },
  COMMAND_REASON_UNKNOWN: {
    what: {
      vi: 'Nút nêu một lý do mà hub này không biết.',
      en: 'The node gives a reason that this hub does not know.',
    },
    next: {
      vi: 'Phần mềm của nút mới hơn hub; cập nhật hub.',
      en: "The node's software is newer than the hub's; update the hub.",
    },
  },
  COMMAND_OUTCOME_UNKNOWN: {
    what: {
      vi: 'Nút "{edge}" báo kết quả của một lệnh mà hub không gửi: {command}.',
      en: 'The edge "{edge}" tells the outcome of a command that this hub did not send: {command}.',
    },
    next: {
      vi: 'Có thể hub được khôi phục từ bản sao cũ; xem nhật ký của nút.',
      en: "The hub may have been restored from an older copy; see the node's own record.",
    },
  },
} as const
