/** Databases on disk. */
export const storeErrors = {
  STORE_FULL: {
    what: { vi: 'Hết chỗ cho cơ sở dữ liệu {file}.', en: 'There is no room left for the database {file}.' },
    next: {
      vi: 'Nút vẫn quyết định và báo động; hãy dọn hoặc thay thẻ nhớ.',
      en: 'The node goes on deciding and alarming; free or replace the disk.',
    },
  },
  STORE_CORRUPT: {
    what: { vi: 'Cơ sở dữ liệu {file} bị hỏng: {reason}.', en: 'The database {file} is damaged: {reason}.' },
    next: {
      vi: 'Bản hỏng được giữ lại bên cạnh, dữ liệu đọc được đã cứu; hãy thay thẻ nhớ.',
      en: 'The damaged file is kept beside it and what is readable was saved; replace the disk.',
    },
  },
  STORE_FORMAT: {
    what: {
      vi: 'Cơ sở dữ liệu của hub có định dạng {found}, phần mềm này dùng {known}.',
      en: "The hub's database has format {found}; this software uses {known}.",
    },
    next: {
      vi: 'Dùng lại phiên bản cũ, hoặc đổi tên tệp để bắt đầu cơ sở dữ liệu mới.',
      en: 'Run the version that made it, or rename the file to begin a new database.',
    },
  },
  STORE_UNWRITABLE: {
    what: {
      vi: 'Không ghi được cơ sở dữ liệu {file}: {reason}.',
      en: 'The database {file} cannot be written: {reason}.',
    },
    next: {
      vi: 'Nút vẫn quyết định và báo động từ bộ nhớ; kiểm tra quyền và thẻ nhớ.',
      en: 'The node goes on deciding and alarming from memory; check permissions and the disk.',
    },
  },
  READING_UNSTORABLE: {
    what: {
      vi: 'Giá trị {value} của {device}/{channel} không lưu được: {reason}.',
      en: 'The value {value} of {device}/{channel} cannot be stored: {reason}.',
    },
    next: {
      vi: 'Kiểm tra cảm biến và khai báo của kênh đo.',
      en: "Check the sensor and the channel's definition.",
    },
  },
  ALARM_QUEUE_FULL: {
    what: {
      vi: 'Bộ nhớ đã giữ {limit} cảnh báo chưa ghi được xuống đĩa.',
      en: 'Memory already holds {limit} alarms that could not be written to disk.',
    },
    next: {
      vi: 'Nút vẫn báo động tại chỗ; hãy thay thẻ nhớ ngay.',
      en: 'The node still alarms on site; replace the disk now.',
    },
  },
  STORE_ROLLED_BACK: {
    what: {
      vi: 'Trung tâm giữ những dòng khác của luồng {lane} từ số {at}: đĩa đã mất dữ liệu từng ghi, hoặc có bản sao của nút.',
      en: 'From number {at} of the {lane} lane the hub holds other rows: the disk lost what it had confirmed, or the node has a copy.',
    },
    next: {
      vi: 'Dữ liệu chưa gửi tiếp tục dưới mã kho mới; kiểm tra thẻ nhớ, và xem có hai nút trùng danh tính không.',
      en: 'Unsent rows go on under a new epoch; check the disk, and whether two nodes share one identity.',
    },
  },
} as const
