/** DALI lines, their gateways and the control gears on them. */
export const daliErrors = {
  DALI_GATEWAY_SILENT: {
    what: {
      vi: 'Bộ chuyển DALI ở {where} không trả lời.',
      en: 'The DALI gateway at {where} does not answer.',
    },
    next: {
      vi: 'Kiểm tra nguồn và dây của bộ chuyển, tốc độ cổng hoặc địa chỉ của nó; nút tự hỏi lại.',
      en: 'Check its power and wires, the speed of the port or its address; the node asks again by itself.',
    },
  },
  DALI_GATEWAY_REFUSED: {
    what: {
      vi: 'Bộ chuyển DALI ở {where} từ chối: {reason}.',
      en: 'The DALI gateway at {where} refuses: {reason}.',
    },
    next: {
      vi: 'Kiểm tra kiểu bộ chuyển (model) và phiên bản của nó.',
      en: "Check the gateway's declared model and its version.",
    },
  },
  DALI_LINE_UNPOWERED: {
    what: {
      vi: 'Đường DALI ở {where} không có điện hoặc bị chập.',
      en: 'The DALI line at {where} has no power, or is shorted.',
    },
    next: {
      vi: 'Kiểm tra bộ nguồn DALI và hai dây DALI; đo khoảng 16 V giữa hai dây.',
      en: 'Check the DALI power supply and the two DALI wires; some 16 V should stand between them.',
    },
  },
  DALI_GEAR_SILENT: {
    what: {
      vi: 'Bộ nguồn đèn {device} (địa chỉ DALI {address}) không trả lời.',
      en: 'The control gear {device} (DALI address {address}) does not answer.',
    },
    next: {
      vi: 'Kiểm tra nguồn và dây DALI của đèn đó, và địa chỉ của nó; mức sáng được gửi lại khi nó trở lại.',
      en: "Check that lamp's power and DALI wires, and its address; its level is told again when it returns.",
    },
  },
  DALI_COLLISION: {
    what: {
      vi: 'Ở địa chỉ DALI {address} ({device}) có nhiều thiết bị trả lời cùng lúc, hoặc đường bị nhiễu.',
      en: 'Several gears answer at DALI address {address} ({device}), or the line is noisy.',
    },
    next: {
      vi: 'Đặt lại địa chỉ: mỗi đèn một địa chỉ; nếu địa chỉ đúng, kiểm tra dây.',
      en: 'Give each gear an address of its own; if they have, check the wires.',
    },
  },
  DALI_UNCONFIRMED: {
    what: {
      vi: 'Đèn {device} được đặt bậc {wanted} nhưng đang ở bậc {actual} (thang DALI 0–254).',
      en: 'The lamp {device} was set to step {wanted} but stands at {actual} (DALI steps 0 to 254).',
    },
    next: {
      vi: 'Kiểm tra mức nhỏ nhất/lớn nhất đặt trong bộ nguồn đèn và thiết bị điều khiển khác trên đường.',
      en: "Check the gear's own least and greatest level, and other controllers on the line.",
    },
  },
  DALI_SETTING_REFUSED: {
    what: {
      vi: 'Bộ nguồn đèn {device} không nhận cài đặt {setting}: muốn {wanted}, đọc lại {actual}.',
      en: 'The control gear {device} does not take the setting {setting}: wanted {wanted}, reads {actual}.',
    },
    next: {
      vi: 'Kiểm tra bộ nguồn đèn có đúng kiểu không; đèn vẫn được điều khiển.',
      en: 'Check that the gear is of the declared model; the lamp is driven all the same.',
    },
  },
  DALI_ADDRESS_TWICE: {
    what: {
      vi: 'Hai đèn cùng địa chỉ {address} trên đường DALI "{line}".',
      en: 'Two gears have the address {address} on the DALI line "{line}".',
    },
    next: { vi: 'Sửa mục dali trong edge.yaml.', en: 'Correct the dali section of edge.yaml.' },
  },
  DALI_MEMBER_UNKNOWN: {
    what: {
      vi: '{what} của đường DALI "{line}" nhắc đến "{device}", không có trên đường đó.',
      en: '{what} of the DALI line "{line}" names "{device}", which is not on that line.',
    },
    next: { vi: 'Sửa mục dali trong edge.yaml.', en: 'Correct the dali section of edge.yaml.' },
  },
  DALI_LISTED_TWICE: {
    what: {
      vi: 'Đường DALI "{line}" liệt kê {what} hai lần.',
      en: 'The DALI line "{line}" lists {what} twice.',
    },
    next: { vi: 'Sửa mục dali trong edge.yaml.', en: 'Correct the dali section of edge.yaml.' },
  },
} as const
