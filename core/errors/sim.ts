/** Virtual field equipment. */
export const simErrors = {
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
