/** Configuration files, ids and the command line. */
export const configErrors = {
  ID_MALFORMED: {
    what: {
      vi: 'Mã {kind} "{text}" không hợp lệ.',
      en: 'The {kind} id "{text}" is not valid.',
    },
    next: {
      vi: 'Chỉ dùng chữ thường, số và dấu gạch nối, dài 1 đến 40 ký tự.',
      en: 'Use only lower-case letters, digits and hyphens, 1 to 40 long.',
    },
  },
  CONFIG_UNREADABLE: {
    what: {
      vi: 'Không đọc được tệp cấu hình {file}: {reason}.',
      en: 'The configuration file {file} cannot be read: {reason}.',
    },
    next: { vi: 'Kiểm tra đường dẫn và quyền đọc.', en: 'Check the path and its permissions.' },
  },
  CONFIG_SYNTAX: {
    what: {
      vi: '{file} dòng {line}: YAML sai cú pháp: {reason}.',
      en: '{file} line {line}: not valid YAML: {reason}.',
    },
    next: {
      vi: 'Sửa dòng đó; hay gặp nhất là thụt lề sai.',
      en: 'Mend that line; wrong indentation is the usual cause.',
    },
  },
  CONFIG_INVALID: {
    what: {
      vi: '{file} dòng {line}: khóa "{key}" {reason}.',
      en: '{file} line {line}: key "{key}" {reason}.',
    },
    next: { vi: '{hint}', en: '{hint}' },
  },
  PORT_UNAVAILABLE: {
    what: {
      vi: 'Không mở được cổng {port} trên {host}: {reason}.',
      en: 'Port {port} on {host} cannot be opened: {reason}.',
    },
    next: {
      vi: 'Chương trình khác đang dùng cổng này, hoặc địa chỉ không thuộc máy này.',
      en: "Another program holds that port, or the address is not this machine's.",
    },
  },
} as const
