/** Virtual field equipment and recorded hydrographs. */
export const simErrors = {
  RECORD_INVALID: {
    what: {
      vi: 'Chuỗi số liệu {file} dòng {line}: {reason}.',
      en: 'The record {file}, line {line}: {reason}.',
    },
    next: {
      vi: 'Tệp CSV cần cột time_utc (tăng dần) và stage_m (mét).',
      en: 'The CSV file needs the columns time_utc (rising) and stage_m (metres).',
    },
  },
} as const
