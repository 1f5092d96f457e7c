/** What no owner of an output can override, and the equipment that it protects. */
export const interlockErrors = {
  INTERLOCK_NOT_LATCHED: {
    what: {
      vi: 'Đầu ra {device}/{output} không bị khóa chờ người kiểm tra.',
      en: 'The output {device}/{output} is not latched.',
    },
    next: {
      vi: 'Không cần mở lại; xem vì sao nó chưa chạy bằng "tram status".',
      en: 'There is nothing to reset; see why it does not run with "tram status".',
    },
  },
  EQUIPMENT_OUTPUT_UNKNOWN: {
    what: {
      vi: 'equipment, {kind} ở {of}: nút này không có đầu ra "{place}".',
      en: 'equipment, {kind} on {of}: this node has no output "{place}".',
    },
    next: {
      vi: 'Kiểm tra mã thiết bị trong edge.yaml và tên đầu ra bằng "tram devices KIỂU".',
      en: 'Check the device id in edge.yaml, and the names of its outputs with "tram devices MODEL".',
    },
  },
  EQUIPMENT_POINT_UNKNOWN: {
    what: {
      vi: 'equipment, {kind} ở {of}: nút này không đo "{point}", nên sẽ không bao giờ cho chạy.',
      en: 'equipment, {kind} on {of}: this node does not measure "{point}", and would never let it run.',
    },
    next: {
      vi: 'Kiểm tra mã thiết bị trong edge.yaml và tên kênh bằng "tram devices KIỂU".',
      en: 'Check the device id in edge.yaml, and the names of its channels with "tram devices MODEL".',
    },
  },
  EQUIPMENT_TWICE: {
    what: {
      vi: 'equipment: đầu ra "{place}" được khai hai lần.',
      en: 'equipment: the output "{place}" has two entries.',
    },
    next: {
      vi: 'Mỗi đầu ra chỉ nối một thiết bị; xem lại dây ở tủ rồi xóa một mục.',
      en: 'One output drives one piece of equipment: look at the wiring and remove one of the two.',
    },
  },
  EQUIPMENT_VALVE_MISSING: {
    what: {
      vi: 'equipment, {kind} ở {of}: van "{place}" chưa có mục zone-valve, nên có thể mở mãi.',
      en: 'equipment, {kind} on {of}: the valve "{place}" has no zone-valve entry, and could stay open for ever.',
    },
    next: {
      vi: 'Thêm mục kind: zone-valve cho van đó.',
      en: 'Add an entry of kind: zone-valve for that valve.',
    },
  },
  EQUIPMENT_ITSELF: {
    what: {
      vi: 'equipment, {kind} ở {of}: "{place}" là chính nó, không thể chờ chính mình.',
      en: 'equipment, {kind} on {of}: "{place}" is the same output, which cannot wait for itself.',
    },
    next: { vi: 'Sửa valves hoặc never_with.', en: 'Correct valves or never_with.' },
  },
  EQUIPMENT_LIMITS: {
    what: {
      vi: 'equipment, {kind} ở {of}: {what}.',
      en: 'equipment, {kind} on {of}: {what}.',
    },
    next: { vi: 'Sửa các giới hạn đó trong edge.yaml.', en: 'Correct these limits in edge.yaml.' },
  },
} as const
