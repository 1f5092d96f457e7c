/** What is allowed of a greenhouse's programs and will surprise all the same: told before it is saved, and saved as asked. */
export const greenhouseDoubtErrors = {
  GREENHOUSE_MOST_OF_DAY: {
    what: {
      vi: '{house}: có ngày các chương trình tưới {zone_words} hết {litres} L, gần hết mức ngày {daily} L.',
      en: '{house}: on some days programs give {zone_words} {litres} L of the {daily} L that it may have.',
    },
    next: {
      vi: 'Hôm đó chỉ tưới tay thêm được {left} L; nếu hay tưới tay, giảm chương trình hoặc nâng mức ngày của khu.',
      en: "By hand only {left} L are left on such a day: if you often water by hand, water less by program or raise the zone's ceiling.",
    },
  },
  GREENHOUSE_WINDOW_SHORT: {
    what: {
      vi: '{house}: {program_words} chỉ bắt đầu từ {from} đến {to} ({window} phút), mà một lần tưới cả lúc nghỉ ngấm kéo dài đến {minutes} phút.',
      en: '{house}: {program_words} may begin from {from} to {to} ({window} min), but one run with its pauses takes up to {minutes} min.',
    },
    next: {
      vi: 'Nước sẽ còn chạy sau {to}. Nới giờ, bớt nước mỗi lần, hoặc rút ngắn lúc nghỉ ngấm.',
      en: 'Water will go on after {to}. Widen the hours, water less each time, or shorten the pauses.',
    },
  },
  GREENHOUSE_WINDOW_CROWDED: {
    what: {
      vi: '{house}: {program_words} có thể phải chờ {others_words}, và tưới đến {until}, quá giờ {to}.',
      en: '{house}: {program_words} may have to wait for {others_words}, and water until {until}, past {to}.',
    },
    next: {
      vi: 'Dời giờ của một trong các chương trình đó, hoặc tưới ít hơn.',
      en: 'Move the hours of one of them, or water less.',
    },
  },
  GREENHOUSE_QUEUES_LATE: {
    what: {
      vi: '{house}: {program_words} lúc {one} có thể phải chờ {others_words}, và xong trễ {minutes} phút, vào {until}.',
      en: '{house}: {program_words} at {one} may have to wait for {others_words}, and end {minutes} min late, at {until}.',
    },
    next: {
      vi: 'Dời giờ cho chúng cách nhau, nếu cây cần nước đúng giờ đó.',
      en: 'Set their times further apart if the crop needs its water at that time.',
    },
  },
  GREENHOUSE_SENSOR_SILENT: {
    what: {
      vi: '{house}: {program_words} dựa vào cảm biến {sensor} ({what_words}), lúc này đang im lặng.',
      en: '{house}: {program_words} goes by the sensor {sensor} ({what_words}), which is silent at the moment.',
    },
    next: {
      vi: 'Xem pin, dây và sóng của cảm biến; đến khi có số đo lại, chương trình làm theo cách dự phòng.',
      en: 'Check its battery, cable and radio; until it measures again the program does what it does without.',
    },
  },
  GREENHOUSE_OVER_TANK: {
    what: {
      vi: '{house}: một lần chạy {program_words} cần {litres} L, mà bồn đầy chỉ chứa {holds} L.',
      en: '{house}: one start of {program_words} takes {litres} L, but a full tank holds {holds} L.',
    },
    next: {
      vi: 'Bồn phải được cấp thêm trong lúc tưới; nếu không, chia thành nhiều lần cách nhau.',
      en: 'The tank has to be filled meanwhile; otherwise spread it over several times.',
    },
  },
} as const
