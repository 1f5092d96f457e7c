/** Documents on both sides, their replication and their conflicts. */
export const documentErrors = {
  DOCUMENT_KIND_UNKNOWN: {
    what: { vi: 'Không biết loại tài liệu của "{id}".', en: 'There is no kind of document for "{id}".' },
    next: { vi: 'Các loại được biết: {known}.', en: 'Known kinds: {known}.' },
  },
  DOCUMENT_TOO_LARGE: {
    what: {
      vi: 'Tài liệu {id} lớn hơn {max} byte hoặc lồng quá {depth} tầng.',
      en: 'The document {id} is larger than {max} bytes or nested deeper than {depth} levels.',
    },
    next: { vi: 'Chia tài liệu nhỏ lại.', en: 'Make the document smaller.' },
  },
  DOCUMENT_TOO_MANY: {
    what: { vi: 'Nút {edge} đã có {max} tài liệu.', en: 'The node {edge} already has {max} documents.' },
    next: { vi: 'Xóa những tài liệu không dùng nữa.', en: 'Delete documents that are no longer used.' },
  },
  DOCUMENT_UNKNOWN: {
    what: { vi: 'Không có tài liệu {id}.', en: 'There is no document {id}.' },
    next: { vi: 'Xem danh sách bằng "tram doc list".', en: 'See "tram doc list".' },
  },
  DOCUMENT_FOREIGN: {
    what: {
      vi: 'Nút {edge} đòi tài liệu không thuộc về nó: {id}.',
      en: 'The node {edge} asked for a document that is not its own: {id}.',
    },
    next: {
      vi: 'Kiểm tra cấu hình và khóa của nút.',
      en: "Check the node's configuration and key.",
    },
  },
  DOCUMENT_WITHHELD: {
    what: {
      vi: 'Nút {edge} đang bị cách ly, tài liệu của nó chưa được nhận và chưa được gửi đi.',
      en: 'The node {edge} is quarantined; its documents are neither taken nor given yet.',
    },
    next: {
      vi: 'Tìm xem có hai nút trùng danh tính không, rồi gỡ cách ly trên trang của hub.',
      en: "Find out whether two nodes share the identity, then clear the quarantine on the hub's page.",
    },
  },
  DOCUMENT_RESTORED_OWN: {
    what: {
      vi: 'Tài liệu {id} nhận từ trung tâm không dùng được ở đây, bản đang có hiệu lực được giữ lại.',
      en: "The hub's edit of {id} cannot be used here; the one in force was kept.",
    },
    next: {
      vi: 'Bản bị từ chối nằm trong "tram doc conflicts", kèm lý do.',
      en: 'What was refused stands in "tram doc conflicts" with the reason.',
    },
  },
  DOCUMENT_MERGE_INVALID: {
    what: {
      vi: 'Hai bản sửa của {id} gộp lại thì không dùng được; bản chặt hơn được giữ nguyên.',
      en: 'Two edits of {id} do not hold together when merged; the stricter one was kept whole.',
    },
    next: {
      vi: 'Xem "tram doc conflicts" và sửa lại tài liệu.',
      en: 'See "tram doc conflicts" and edit the document.',
    },
  },
  DOCUMENT_UNIT_INCOMPLETE: {
    what: {
      vi: 'Các tài liệu viết cùng nhau chưa đến đủ sau {minutes} phút; còn thiếu: {missing}.',
      en: 'Documents that belong together have not all arrived after {minutes} minutes; missing: {missing}.',
    },
    next: {
      vi: 'Bản cũ vẫn có hiệu lực; kiểm tra liên lạc với trung tâm hoặc ghi lại cả nhóm.',
      en: 'The former ones stay in force; check the link to the hub or write them all again.',
    },
  },
  DOCUMENTS_NOT_KEPT: {
    what: {
      vi: 'Đĩa không nhận tài liệu: nút chạy theo tệp cấu hình và không trao đổi tài liệu với trung tâm.',
      en: 'The disk takes no documents: the node works by its files and replicates nothing with the hub.',
    },
    next: {
      vi: 'Kiểm tra đĩa và quyền của thư mục dữ liệu, rồi khởi động lại nút.',
      en: 'Check the disk and the rights of the data folder, then restart the node.',
    },
  },
  DOCUMENT_SYNC_FAILED: {
    what: {
      vi: 'Không đồng bộ được tài liệu với trung tâm: {reason}.',
      en: 'Documents could not be replicated with the hub: {reason}.',
    },
    next: {
      vi: 'Nút tự thử lại; kiểm tra hub.documents và liên lạc nếu lặp lại.',
      en: 'The node tries again by itself; check hub.documents and the link if it recurs.',
    },
  },
  DOCUMENT_REFUSED_BY_HUB: {
    what: {
      vi: 'Trung tâm từ chối {count} tài liệu của nút này, ví dụ {id}: {reason}.',
      en: 'The hub refused {count} documents of this node, such as {id}: {reason}.',
    },
    next: {
      vi: 'Nút và trung tâm có thể khác phiên bản; nâng cấp trung tâm.',
      en: 'Node and hub may be of different versions; upgrade the hub.',
    },
  },
  CONFLICT_UNKNOWN: {
    what: { vi: 'Không có xung đột {id}.', en: 'There is no conflict {id}.' },
    next: {
      vi: 'Có thể đã được khôi phục hoặc bỏ qua; xem lại danh sách.',
      en: 'It may have been restored or dismissed; see the list again.',
    },
  },
  CONFLICTS_TOO_MANY: {
    what: {
      vi: 'Đã có {max} xung đột chưa xử lý; cái cũ nhất bị xóa: {id}.',
      en: 'There are already {max} open conflicts; the oldest was deleted: {id}.',
    },
    next: { vi: 'Khôi phục hoặc bỏ qua các xung đột cũ.', en: 'Restore or dismiss the old ones.' },
  },
} as const
