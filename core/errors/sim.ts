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
  SIM_DEVICE_UNKNOWN: {
    what: {
      vi: 'Thành phố ảo không có "{device}", hoặc nó không hỏng kiểu "{fault}" được.',
      en: 'The virtual city has no "{device}", or it cannot fail as "{fault}".',
    },
    next: {
      vi: 'Xem thiết bị trong ảnh chụp; các kiểu hỏng: {faults}.',
      en: 'See the devices in the snapshot; faults are {faults}.',
    },
  },
} as const
