/** Greenhouses: their document, their controller, and what is asked of their water. */
export const greenhouseErrors = {
  GREENHOUSE_STATE_UNREADABLE: {
    what: {
      vi: 'Trạng thái đã lưu của nhà kính không đọc được ở {path}: {reason}.',
      en: 'The saved state of the greenhouse cannot be read at {path}: {reason}.',
    },
    next: {
      vi: 'Nhà kính bắt đầu lại theo chương trình, sổ tưới đã mất; kiểm tra thẻ nhớ nếu lặp lại.',
      en: 'The greenhouse starts afresh by its programs, its journal is lost; check the disk if this happens again.',
    },
  },
  GREENHOUSE_VALUE_WRONG: {
    what: {
      vi: '{house}: {where_words} {reason}.',
      en: '{house}: {where_words} {reason}.',
    },
    next: { vi: 'Sửa giá trị đó; chưa có gì được lưu.', en: 'Correct that value; nothing has been saved.' },
  },
  GREENHOUSE_TIME_IMPOSSIBLE: {
    what: {
      vi: '{house}: không có giờ "{time}" ({where_words}).',
      en: '{house}: there is no time "{time}" ({where_words}).',
    },
    next: {
      vi: 'Ghi giờ từ 00:00 đến 23:59, đủ hai chữ số, ví dụ 06:30.',
      en: 'Write a time from 00:00 to 23:59 with two digits each, such as 06:30.',
    },
  },
  GREENHOUSE_DATE_IMPOSSIBLE: {
    what: {
      vi: '{house}: không có ngày {date} ({where_words}).',
      en: '{house}: there is no date {date} ({where_words}).',
    },
    next: {
      vi: 'Ghi năm-tháng-ngày của một ngày có thật, ví dụ 2026-02-28.',
      en: 'Write year-month-day of a day that exists, such as 2026-02-28.',
    },
  },
  GREENHOUSE_ZONE_WITHOUT_VALVE: {
    what: {
      vi: '{house}: khu "{zone}" chưa có van.',
      en: '{house}: zone "{zone}" has no valve.',
    },
    next: {
      vi: 'Chọn thiết bị và đầu ra của van cho khu này, hoặc bỏ khu.',
      en: 'Choose the device and output of its valve, or remove the zone.',
    },
  },
  GREENHOUSE_PLACE_IMPOSSIBLE: {
    what: {
      vi: '{house}: tọa độ {lat}, {lon} không có thật.',
      en: '{house}: no place has the coordinates {lat}, {lon}.',
    },
    next: {
      vi: 'Ghi vĩ độ trước (lat), kinh độ sau (lon), đơn vị độ.',
      en: 'Give latitude (lat) and longitude (lon) in degrees.',
    },
  },
  GREENHOUSE_TIME_ZONE_UNKNOWN: {
    what: {
      vi: '{house}: không có múi giờ "{timeZone}".',
      en: '{house}: there is no time zone "{timeZone}".',
    },
    next: { vi: 'Dùng tên IANA, ví dụ Asia/Ho_Chi_Minh.', en: 'Use an IANA name such as Asia/Ho_Chi_Minh.' },
  },
  GREENHOUSE_NAME_REPEATED: {
    what: {
      vi: '{house}: "{name}" có hai lần trong {list}.',
      en: '{house}: "{name}" stands twice in {list}.',
    },
    next: {
      vi: 'Mỗi mục một mã riêng; bỏ hoặc đổi tên mục trùng.',
      en: 'Give each its own id; remove or rename one of the two.',
    },
  },
  GREENHOUSE_OUTPUT_SHARED: {
    what: {
      vi: '{house}: {one} và {other} cùng dùng đầu ra {device}/{output}.',
      en: '{house}: {one} and {other} both use the output {device}/{output}.',
    },
    next: {
      vi: 'Mỗi van, bơm, quạt một đầu ra riêng; xem lại dây ở tủ rồi sửa một trong hai.',
      en: 'Each valve, pump and fan needs an output of its own; check the wiring and correct one of the two.',
    },
  },
  GREENHOUSE_POINT_UNKNOWN: {
    what: {
      vi: '{house}: thiết bị "{device}" không có ở nút này hoặc không đo "{channel}".',
      en: '{house}: this node has no device "{device}", or it does not measure "{channel}".',
    },
    next: {
      vi: 'Xem các thiết bị và kênh của nút bằng "tram status", rồi sửa tên.',
      en: 'See the devices and channels of the node with "tram status", and correct the name.',
    },
  },
  GREENHOUSE_OUTPUT_UNKNOWN: {
    what: {
      vi: '{house}: thiết bị "{device}" không có ở nút này hoặc không có đầu ra "{output}".',
      en: '{house}: this node has no device "{device}", or it has no output "{output}".',
    },
    next: {
      vi: 'Xem các thiết bị và đầu ra của nút bằng "tram status", rồi sửa tên.',
      en: 'See the devices and outputs of the node with "tram status", and correct the name.',
    },
  },
  GREENHOUSE_VALUE_UNFIT: {
    what: {
      vi: '{house}, {what_words}: bật ở mức {value} không hợp với đầu ra "{output}" của "{device}" (từ {min} đến {max}).',
      en: '{house}, {what_words}: {value} when it is on does not suit output "{output}" of "{device}" (from {min} to {max}).',
    },
    next: {
      vi: 'Rơ-le bật ở 1; máy theo phần trăm ghi mức đầy là 100, bơm thì chọn "variable".',
      en: 'A relay is on at 1; of a machine in percent the full value is 100, of a pump give "variable".',
    },
  },
  GREENHOUSE_LIMITS_REVERSED: {
    what: {
      vi: '{house}, {what_words}: mức dưới {low} phải nhỏ hơn mức trên {high}.',
      en: '{house}, {what_words}: the lower limit {low} must be below the upper limit {high}.',
    },
    next: {
      vi: 'Đổi lại hai mức; để cách nhau một khoảng cho thiết bị khỏi đóng mở liên tục.',
      en: 'Correct the two limits, with some distance between them so that nothing switches to and fro.',
    },
  },
  GREENHOUSE_HOURS_EMPTY: {
    what: {
      vi: '{house}, {what_words}: từ {from} đến {to} là khoảng trống.',
      en: '{house}, {what_words}: from {from} to {to} is no time at all.',
    },
    next: {
      vi: 'Ghi giờ bắt đầu và giờ kết thúc khác nhau; cả ngày thì ghi 00:00 đến 23:59.',
      en: 'Give two different times; for the whole day write 00:00 to 23:59.',
    },
  },
  GREENHOUSE_SENSOR_MISSING: {
    what: {
      vi: '{house}: {what_words} cần {needs_words} mà chưa khai.',
      en: '{house}: {what_words} needs {needs_words}, which is not given.',
    },
    next: { vi: 'Khai cảm biến đó, hoặc tắt mục này.', en: 'Name that sensor, or switch this off.' },
  },
  GREENHOUSE_ZONE_TOO_THIRSTY: {
    what: {
      vi: '{house}: khu "{zone}" cần {flow} L/phút, nguồn nước chỉ cấp {gives} L/phút.',
      en: '{house}: zone "{zone}" takes {flow} L/min, but the water gives only {gives} L/min.',
    },
    next: {
      vi: 'Chia khu thành hai van, hoặc ghi đúng lưu lượng đo được của khu và của bơm.',
      en: 'Split the zone over two valves, or give the flows of zone and pump as they were measured.',
    },
  },
  GREENHOUSE_ZONE_UNKNOWN: {
    what: {
      vi: '{house}: không có khu "{zone}" ({where_words}).',
      en: '{house}: there is no zone "{zone}" ({where_words}).',
    },
    next: {
      vi: 'Chọn lại khu; khu có thể vừa được bỏ hoặc đổi mã.',
      en: 'Choose the zone anew; it may have been removed or renamed.',
    },
  },
  GREENHOUSE_RECIPE_UNKNOWN: {
    what: {
      vi: '{house}: không có công thức "{recipe}" ({where_words}).',
      en: '{house}: there is no recipe "{recipe}" ({where_words}).',
    },
    next: {
      vi: 'Chọn lại công thức, hoặc để tưới nước thường.',
      en: 'Choose the recipe anew, or water without one.',
    },
  },
  GREENHOUSE_PROGRAM_UNKNOWN: {
    what: {
      vi: '{house}: không có chương trình "{program}".',
      en: '{house}: there is no program "{program}".',
    },
    next: {
      vi: 'Tải lại trang rồi chọn lại; chương trình có thể vừa được bỏ.',
      en: 'Load the page again and choose anew; the program may have been removed.',
    },
  },
  GREENHOUSE_CHANNEL_UNKNOWN: {
    what: {
      vi: '{house}: công thức "{recipe}" dùng bồn phân "{channel}" không có trong danh sách.',
      en: '{house}: recipe "{recipe}" uses the fertiliser channel "{channel}", which is not listed.',
    },
    next: {
      vi: 'Thêm bồn và bơm châm đó, hoặc sửa công thức.',
      en: 'Add that tank and its dosing pump, or correct the recipe.',
    },
  },
  GREENHOUSE_RECIPE_EMPTY: {
    what: {
      vi: '{house}: công thức "{recipe}" không châm gì.',
      en: '{house}: recipe "{recipe}" doses nothing.',
    },
    next: {
      vi: 'Thêm ít nhất một loại phân, hoặc bỏ công thức.',
      en: 'Add at least one dose, or remove the recipe.',
    },
  },
  GREENHOUSE_ACID_WITH_BASE: {
    what: {
      vi: '{house}: công thức "{recipe}" châm cả axit và kiềm; chúng sôi và bắn khi gặp nhau.',
      en: '{house}: recipe "{recipe}" doses both acid and base, which boil and spit when they meet.',
    },
    next: { vi: 'Chỉ giữ một trong hai trong công thức.', en: 'Keep only one of the two in the recipe.' },
  },
  GREENHOUSE_PH_WITHOUT_STOCK: {
    what: {
      vi: '{house}: công thức "{recipe}" muốn chỉnh pH nhưng không có bồn axit hay kiềm nào.',
      en: '{house}: recipe "{recipe}" is to correct pH, but there is no acid or base channel.',
    },
    next: {
      vi: 'Khai bồn axit hoặc kiềm, hoặc bỏ pH khỏi công thức.',
      en: 'Add an acid or base channel, or leave pH out of the recipe.',
    },
  },
  GREENHOUSE_FEED_TOO_SHORT: {
    what: {
      vi: '{house}: chương trình "{program}" tưới khu "{zone}" {minutes} phút mỗi lượt, mà công thức "{recipe}" cần {needs} phút nước trước, châm và rửa sau.',
      en: '{house}: program "{program}" waters zone "{zone}" for {minutes} min a turn, but recipe "{recipe}" needs {needs} min for water before, dosing, and rinsing after.',
    },
    next: {
      vi: 'Tưới lâu hơn mỗi lượt, hoặc rút ngắn nước trước và sau của công thức.',
      en: "Water longer each turn, or shorten the recipe's water before and after.",
    },
  },
  GREENHOUSE_DOSE_TOO_FAST: {
    what: {
      vi: '{house}: công thức "{recipe}" ở khu "{zone}" cần bơm châm chạy {share} % thời gian; nhiều nhất là 100 %, đã tính lúc rửa giữa hai loại.',
      en: '{house}: recipe "{recipe}" in zone "{zone}" needs its dosing pumps {share} % of the time; 100 % is all there is, rinsing between two stocks included.',
    },
    next: {
      vi: 'Pha phân đậm hơn và giảm liều, hoặc dùng bơm châm mạnh hơn.',
      en: 'Mix stronger stock and lower the doses, or use a stronger dosing pump.',
    },
  },
  GREENHOUSE_DOSE_OVER_CEILING: {
    what: {
      vi: '{house}: một lần tưới khu "{zone}" của chương trình "{program}" cần {needs} mL "{channel}", mức ngày chỉ {daily} mL.',
      en: '{house}: one run of program "{program}" in zone "{zone}" needs {needs} mL of "{channel}", its daily ceiling is {daily} mL.',
    },
    next: {
      vi: 'Giảm liều hoặc lượng nước; chỉ nâng mức ngày khi chắc chắn là đúng.',
      en: 'Lower the dose or the water; raise the ceiling only if you are sure that it is right.',
    },
  },
  GREENHOUSE_SOIL_LIMITS: {
    what: {
      vi: '{house}: khu "{zone}" có điểm héo {wilting} % không thấp hơn sức giữ ẩm {fieldCapacity} %.',
      en: '{house}: zone "{zone}" has its wilting point {wilting} % not below its field capacity {fieldCapacity} %.',
    },
    next: {
      vi: 'Xem lại loại đất: đất thịt thường héo ở 15 %, giữ ẩm ở 32 %.',
      en: 'Check the soil: loam usually wilts at 15 % and holds 32 %.',
    },
  },
  GREENHOUSE_PROBE_MISSING: {
    what: {
      vi: '{house}: chương trình "{program}" tưới theo độ ẩm, mà khu "{zone}" không có đầu đo ẩm.',
      en: '{house}: program "{program}" waters by moisture, but zone "{zone}" has no moisture probe.',
    },
    next: {
      vi: 'Khai đầu đo cho khu, hoặc tưới khu này theo giờ.',
      en: 'Name a probe for the zone, or water it by the clock.',
    },
  },
  GREENHOUSE_CROP_MISSING: {
    what: {
      vi: '{house}: chương trình "{program}" tưới theo lượng nước thiếu, mà khu "{zone}" chưa khai cây trồng.',
      en: '{house}: program "{program}" waters by what is missing, but zone "{zone}" has no crop.',
    },
    next: {
      vi: 'Khai cây, ngày trồng và các giai đoạn của khu, hoặc chọn cách tưới khác.',
      en: 'Give the crop of the zone with its planting day and stages, or choose another amount.',
    },
  },
  GREENHOUSE_RUN_TOO_LONG: {
    what: {
      vi: '{house}: chương trình "{program}" tưới khu "{zone}" {minutes} phút, khu chỉ cho tối đa {longest} phút một lần.',
      en: '{house}: program "{program}" waters zone "{zone}" for {minutes} min, the zone allows {longest} min at most.',
    },
    next: {
      vi: 'Tưới ít hơn, chia thành nhiều giờ, hoặc nâng mức của khu.',
      en: "Water less, spread it over more times, or raise the zone's limit.",
    },
  },
  GREENHOUSE_OVER_DAILY: {
    what: {
      vi: '{house}: có ngày các chương trình tưới khu "{zone}" đến {litres} L, mức ngày của khu là {daily} L.',
      en: '{house}: on some days programs give zone "{zone}" {litres} L, its daily ceiling is {daily} L.',
    },
    next: {
      vi: 'Giảm lượng hoặc số lần tưới, hoặc nâng mức ngày của khu.',
      en: "Lower the amounts or the number of times, or raise the zone's daily ceiling.",
    },
  },
  GREENHOUSE_PROGRAM_OVERLAPS: {
    what: {
      vi: '{house}: chương trình "{program}" cần {minutes} phút, mà lần {one} và lần {other} chỉ cách nhau {gap} phút.',
      en: '{house}: program "{program}" takes {minutes} min, but its starts at {one} and {other} are only {gap} min apart.',
    },
    next: {
      vi: 'Để các giờ cách xa nhau hơn, hoặc tưới ít hơn mỗi lần.',
      en: 'Set its times further apart, or water less each time.',
    },
  },
  GREENHOUSE_DAY_TOO_SHORT: {
    what: {
      vi: '{house}: có ngày các chương trình tưới đến {hours} giờ sau nửa đêm; bơm không kịp trong một ngày.',
      en: '{house}: on some days programs water until {hours} h after midnight: more than the pump can do in a day.',
    },
    next: {
      vi: 'Giảm lượng tưới, rút ngắn lúc nghỉ ngấm, hoặc dùng bơm mạnh hơn để tưới nhiều khu một lúc.',
      en: 'Water less, shorten the soaking pauses, or use a stronger pump so that zones run side by side.',
    },
  },
  GREENHOUSE_UNGUARDED: {
    what: {
      vi: '{house}: {what} ({device}/{output}) chưa được khai ở mục equipment của nút, nên không có khóa an toàn.',
      en: '{house}: {what} ({device}/{output}) has no entry under equipment of the node, so no interlock guards it.',
    },
    next: {
      vi: 'Khai thiết bị đó ở mục equipment trong edge.yaml (docs/interlocks.md), rồi khởi động lại nút.',
      en: 'Say what hangs there under equipment in edge.yaml (docs/interlocks.md), and restart the node.',
    },
  },
  GREENHOUSE_STOCKS_MEET: {
    what: {
      vi: '{house}: không khóa an toàn nào ngăn bơm châm {one} ({one_at}) và {other} ({other_at}) chạy cùng lúc.',
      en: '{house}: no interlock keeps the dosing pumps of {one} ({one_at}) and {other} ({other_at}) from running together.',
    },
    next: {
      vi: 'Thêm {other_at} vào never_with của {one_at} ở mục equipment trong edge.yaml (docs/interlocks.md), rồi khởi động lại nút.',
      en: 'Add {other_at} to never_with of {one_at} under equipment in edge.yaml (docs/interlocks.md), and restart the node.',
    },
  },
  GREENHOUSE_FLUSH_SHORT: {
    what: {
      vi: '{house}: xả nước {flush_s} giây giữa hai loại phân, nhưng khóa an toàn của {pump} đòi {least_s} giây, nên loại thứ hai sẽ không bao giờ được châm.',
      en: '{house}: {flush_s} s of water between two stocks, but the interlocks of {pump} ask for {least_s} s, so the second would never be dosed.',
    },
    next: {
      vi: 'Đặt flush_s của phân bón từ {least_s} giây trở lên, hoặc giảm flush_s ở mục equipment trong edge.yaml.',
      en: "Set the fertiliser's flush_s to {least_s} s or more, or shorten flush_s under equipment in edge.yaml.",
    },
  },
  GREENHOUSE_VALVE_UNWIRED: {
    what: {
      vi: '{house}: van {valve} của khu "{zone}" không có trong valves của bơm {pump}, nên bơm sẽ không bao giờ chạy cho khu này.',
      en: '{house}: the valve {valve} of zone "{zone}" is not among the valves of the pump {pump}, so the pump would never run for it.',
    },
    next: {
      vi: 'Thêm {valve} vào valves của {pump} ở mục equipment trong edge.yaml (docs/interlocks.md), rồi khởi động lại nút; hoặc sửa van của khu.',
      en: 'Add {valve} to the valves of {pump} under equipment in edge.yaml (docs/interlocks.md), and restart the node; or correct the zone.',
    },
  },
  GREENHOUSE_ZONE_HAD_ENOUGH: {
    what: {
      vi: '{house}: khu "{zone}" đã tưới {litres} L hôm nay, đủ mức cao nhất của ngày ({daily} L).',
      en: '{house}: zone "{zone}" has had {litres} L today, the most that a day allows ({daily} L).',
    },
    next: {
      vi: 'Xem có rò không; nếu cây thật sự cần, nâng mức ngày của khu rồi tưới lại.',
      en: 'Look for a leak; if the crop really needs it, raise the daily ceiling and water again.',
    },
  },
  GREENHOUSE_PAUSED: {
    what: {
      vi: '{house}: mọi việc tưới đang dừng vì {who} đã bấm dừng tất cả.',
      en: '{house}: all water is stopped, by {who}.',
    },
    next: { vi: 'Bấm "Cho chạy lại" rồi tưới.', en: 'Press "Run again", then water.' },
  },
  GREENHOUSE_PUMP_HELD: {
    what: {
      vi: '{house}: bơm đang bị khóa an toàn giữ: {reason}',
      en: '{house}: an interlock holds the pump: {reason}',
    },
    next: {
      vi: 'Xem tận nơi, sửa xong bấm "Đã kiểm tra, mở lại", rồi tưới.',
      en: 'See to it, press "Checked, release", then water.',
    },
  },
  GREENHOUSE_QUEUE_FULL: {
    what: {
      vi: '{house}: đã có {max} lượt tưới đang chờ.',
      en: '{house}: {max} runs are waiting already.',
    },
    next: {
      vi: 'Chờ bớt lượt, hoặc dừng những lượt không cần.',
      en: 'Wait for some to end, or stop those that are not needed.',
    },
  },
} as const
