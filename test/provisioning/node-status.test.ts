import { describe, expect, test } from 'vitest'
import type { NodeStatus } from '../../edge/node-control.ts'
import { duration } from '../../provisioning/duration.ts'
import { shortRanges } from '../../provisioning/lane-table.ts'
import { nodeStatusText } from '../../provisioning/node-status.ts'

/** What a technician reads: how the node is, what became of every row, and how long there is room. */

const AT = Date.UTC(2026, 10, 21, 6)
const HOUR_MS = 3_600_000

const STATUS: NodeStatus = {
  site: 'quang-tri',
  edge: 'dong-ha',
  software: 'tram 0.1.0',
  at: AT,
  clock: 'holdover',
  known: { source: 'hub', at: AT - 61 * 24 * HOUR_MS },
  bounds: { earliest: AT - 1_000, latest: AT + 1_000 },
  uptime_s: 12_000,
  memory_MB: 104,
  hub: { url: 'mqtts://hub.example:8883', state: 'offline', ready: false },
  health: {
    boots: 7,
    boots_day: 2,
    disk_free: 20_000,
    'supply/ac/online': 0,
    'supply/BAT0/capacity': 87,
    'supply/BAT0/voltage': 12.61,
    'supply/BAT0/charging': -1,
  },
  ledger: {
    epoch: '0123456789abcdef',
    fault: undefined,
    lanes: [
      {
        lane: 'alarm',
        produced: 3,
        stored: 1,
        acknowledged: 2,
        lost: {},
        oldestAt: AT - 5 * HOUR_MS,
        storedRanges: [{ first: 2, last: 2 }],
        lostRanges: [],
      },
      {
        lane: 'live',
        produced: 1_000_000,
        stored: 400_000,
        acknowledged: 90_000,
        lost: { thinned: 500_000, dropped: 10_000 },
        storedRanges: [{ first: 600_000, last: 999_999 }],
        lostRanges: [
          { first: 90_000, last: 99_999, reason: 'dropped' },
          { first: 100_000, last: 599_999, reason: 'thinned' },
        ],
      },
    ],
    former: { frames: 0, rows: 0 },
    queued: { alarms: 0, readings: 4 },
    oldestAt: AT - 61 * 24 * HOUR_MS,
    bytes: { used: 230_000_000, limit: 512_000_000 },
    rowsPerSecond: 0.2,
    hoursLeft: 36.5,
    hoursUntilDropped: 9_600,
  },
  lastHeard: {},
  outputs: [],
  stations: [],
  streets: [],
  greenhouses: [],
  holds: [],
  commands: [],
  refusals: [],
}

const lines = (status: NodeStatus) => nodeStatusText(status).split('\n')
/** With what continues it below. */
const lineOf = (status: NodeStatus, name: string) =>
  nodeStatusText(status)
    .replaceAll(/\n {10,}/g, ' · ')
    .split('\n')
    .find((line) => line.includes(name)) ?? ''

describe('tram status', () => {
  test('says how well the node knows the time, who told it and when', () => {
    expect(lineOf(STATUS, 'đồng hồ')).toContain(
      'tự chạy/holdover · biết giờ từ/told by trung tâm/hub, 61 d 0 h trước/ago',
    )
  })

  test('says who holds which output by hand, how much longer, and why', () => {
    const hold = { device: 'dh-siren', output: 'relay1', value: 0, for_s: 3_600, why: 'thay còi' }
    const text = lineOf(
      { ...STATUS, holds: [{ ...hold, who: 'Minh', until: AT + 1_200_000, side: 'edge' }] },
      'dh-siren/relay1',
    )
    expect(text).toContain('0 · còn/for 20 min · Minh · thay còi')
  })

  test('sums a street up: what burns, what is wrong, tonight and what comes next', () => {
    const night = {
      date: '2026-11-21',
      profile: { vi: 'Đêm thường', en: 'Usual night' },
      next: { at: AT + 7_800_000, level: 60 },
    }
    const street = { id: 'le-duan', lamps: 60, lit: 58, faulty: 2, silent: 0, level: 99.6, power: 8_740 }
    const text = lineOf({ ...STATUS, streets: [{ ...street, night, holds: [] }] }, 'street le-duan')
    expect(text).toContain('sáng/lit 58/60 · 100 % · 8.7 kW · HỎNG/FAULTY 2 · đêm/night 2026-11-21')
    expect(text).toContain('Đêm thường/Usual night · kế tiếp/next 60 % sau/in 2 h 10 min')
    expect(text).not.toContain('silent')
  })

  test('says below a long name what has no room beside it', () => {
    const night = { date: '2026-11-21', profile: { vi: 'Đêm', en: 'Night' }, next: null }
    const street = { id: 'duong-hung-vuong-bac', lamps: 60, lit: 60, night, holds: [] }
    const station = { id: 'ho-chua-nuoc-khe-lau', level: 0, silenced: false, unproven: [] } as const
    const told = lines({ ...STATUS, streets: [street], stations: [station] })
    const below = (name: string) => told[told.indexOf(`  ${name}`) + 1]
    expect(below('tuyến đèn/street duong-hung-vuong-bac')).toMatch(/^ {27}sáng\/lit 60\/60/)
    expect(below('trạm/station ho-chua-nuoc-khe-lau')).toMatch(/^ {27}dưới\/below BĐ1/)
  })

  test('says what people ask of a street, and for how much longer', () => {
    const night = { date: '2026-11-21', profile: { vi: 'Đêm', en: 'Night' }, next: null }
    const order = { command: 'c1', who: 'Lan', why: 'lễ hội', lamps: 12, level: 40 }
    const holds = [
      { ...order, left_s: 1_500 },
      { ...order, level: 80 },
    ]
    const status = { ...STATUS, streets: [{ id: 'le-duan', lamps: 60, night, holds }] }
    const told = lines(status).filter((text) => text.includes('lệnh/order'))
    expect(told[0]).toContain('40 % × 12 · còn/for 25 min · Lan · lễ hội')
    expect(told[1]).toContain('80 % × 12 · đến khi thả/until released')
  })

  test('names what was refused, and whose it was where that is known', () => {
    const problem = { code: 'LORAWAN_NO_GATEWAY', details: { device: 'lamps' } } as const
    const told = lines({
      ...STATUS,
      refusals: ['', 'lora'].map((source) => ({ at: AT, source, problem, count: 2 })),
    })
    expect(told.at(-2)).toMatch(/^ {2}2× LORAWAN_NO_GATEWAY: /)
    expect(told.at(-1)).toMatch(/^ {2}2× lora LORAWAN_NO_GATEWAY: /)
  })

  test('lists no more devices than a person reads', () => {
    const lastHeard = Object.fromEntries(Array.from({ length: 400 }, (_, index) => [`lamp-${index}`, AT]))
    const told = lines({ ...STATUS, lastHeard })
    expect(told.filter((text) => text.includes('nghe/heard'))).toHaveLength(10)
    expect(told.join('\n')).toContain('còn 390')
  })

  test('says plainly that the time is not known', () => {
    const untold = { known: undefined, clock: 'unknown', bounds: { earliest: AT, latest: null } } as const
    expect(lineOf({ ...STATUS, ...untold }, 'đồng hồ')).toContain('CHƯA BIẾT GIỜ')
  })

  test('counts starts in all and of the last day', () => {
    expect(lineOf(STATUS, 'running')).toMatch(/3 h 20 min · lần khởi động\/starts 7 \(24 h: 2\)$/)
  })

  test('names each supply once, a dead one loudly', () => {
    expect(lineOf(STATUS, 'nguồn')).toMatch(/ac: MẤT ĐIỆN\/OFF · BAT0: 87 % 12\.61 V đang xả\/discharging$/)
  })

  test('says so where the board knows of no supply', () => {
    expect(lineOf({ ...STATUS, health: {} }, 'nguồn')).toContain('not told by the board')
  })

  test('names drivers that do not work, and only then', () => {
    const down = { ...STATUS, health: { drivers: 2, drivers_down: 1 } }
    expect(lineOf(down, 'drivers')).toContain('1/2 không làm việc')
    expect(lineOf(STATUS, 'drivers')).toBe('')
  })

  test('says when the documents were last alike with those of the hub', () => {
    const documents = { state: 'idle', since_s: 240, problem: undefined } as const
    expect(lineOf({ ...STATUS, documents }, 'tài liệu')).toContain('alike with the hub 4 min trước/ago')
    expect(lineOf({ ...STATUS, documents: { ...documents, since_s: null } }, 'tài liệu')).toContain('never')
  })

  test('tells of the radio path where the node has a modem, and only there', () => {
    const relay = {
      state: 'speaking',
      modem: 'joined',
      signal: { rssi_dBm: -97, snr_dB: -4 },
      untold: 3,
      sent: 9,
      airtime_ms: 0,
      answeredAt: undefined,
    } as const
    expect(lineOf({ ...STATUS, relay }, 'radio')).toMatch(/joined · -97 dBm · .*by radio · 3 cảnh báo chờ/)
    expect(lineOf(STATUS, 'vô tuyến')).toBe('')
  })

  test('continues a long line below itself, and fits a terminal of 90', () => {
    expect(lines(STATUS).filter((line) => line.length > 90)).toEqual([])
    expect(lines(STATUS).filter((line) => line.startsWith(' '.repeat(27)))).not.toEqual([])
  })

  test('has a row of counts for each lane', () => {
    expect(lineOf(STATUS, 'số đo/live').split(/ {2,}/)).toEqual([
      '',
      'số đo/live',
      '1 000 000',
      '400 000',
      '90 000',
      '500 000',
      '10 000',
    ])
  })

  test('aligns the counts under their heads', () => {
    const table = lines(STATUS).filter((line) => /^ {2}(luồng|lane|cảnh báo|số đo)/.test(line))
    expect(new Set(table.map((line) => line.length))).toEqual(new Set([79]))
  })

  test('says which numbers are held, thinned and dropped', () => {
    expect(lines(STATUS)).toEqual(
      expect.arrayContaining([
        '    đang giữ/stored: #600000–999999',
        '    đang giữ/stored: #2 · lâu nhất/oldest 5 h 0 min trước/ago',
        '    đã thưa bớt/thinned 500000: #100000–599999',
        '    đã bỏ/dropped 10000: #90000–99999',
      ]),
    )
  })

  test('says how old the oldest unsent row is and for how long there is room', () => {
    expect(lineOf(STATUS, 'oldest unsent')).toMatch(/ 61 d 0 h trước\/ago$/)
    expect(lineOf(STATUS, 'hours left')).toMatch(/ 36 h 30 min$/)
    expect(lineOf(STATUS, 'thinned until')).toMatch(/ 400 d 0 h$/)
  })
})

test('many ranges are told by their ends', () => {
  const ranges = Array.from({ length: 50 }, (_, n) => ({ first: 10 * n, last: 10 * n + (n % 2) }))
  expect(shortRanges(ranges)).toBe('#0, #10–11, (+46), #480, #490–491')
})

test.each([
  [0, '0 s'],
  [119, '119 s'],
  [120, '2 min'],
  [3_599, '1 h 0 min'],
  [47 * 3600, '47 h 0 min'],
  [48 * 3600, '2 d 0 h'],
  [61.5 * 86_400, '61 d 12 h'],
  [36_500 * 86_400, '100 năm/years'],
])('%d seconds read %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text)
})

describe('of a node with more lamps than a person reads down', () => {
  const LAMPS = Array.from({ length: 60 }, (_, index) => `lamp-${index + 1}`)
  const reason = { vi: 'Theo lịch', en: 'By the profile' }
  const decision = { value: 60, winner: 'controller', owner: 'le-duan', reason } as const
  const text = nodeStatusText({
    ...STATUS,
    lastHeard: Object.fromEntries(LAMPS.map((lamp) => [lamp, AT - (lamp === 'lamp-57' ? HOUR_MS : 60_000)])),
    outputs: LAMPS.map((device) => ({
      ...{ device, output: 'level', decision, told: 60, held: null },
      confirmed: { value: device === 'lamp-58' ? 100 : 60, at: AT - 60_000 },
    })),
  })

  test('the one that has been silent for longest is shown, and how many are not', () => {
    expect(text).toMatch(/^ {2}lamp-57 .*1 h/m)
    expect(text.match(/… còn 50/g)).toHaveLength(2)
  })

  test('the one that does otherwise than it was told is shown', () => {
    expect(text).toContain('lamp-58/level')
  })
})

describe('of an output that an interlock keeps at rest', () => {
  const reason = { vi: 'Bơm chạy khô', en: 'The pump runs dry' }
  const decision = { value: 0, winner: 'default', owner: 'default', reason } as const
  const pump = { device: 'gh-board', output: 'pump', decision, told: 0, confirmed: null }
  const held = { name: 'dry-run', text: reason, since: AT - 300_000, until: null }

  test('a latched one is shown with its reason, and the command that frees it', () => {
    const text = nodeStatusText({ ...STATUS, outputs: [{ ...pump, held: { ...held, event: 'latched' } }] })
    expect(text).toContain('dry-run: Bơm chạy khô')
    expect(text).toContain('tram reset gh-board pump')
  })

  test('one that is only held back says that it goes on by itself', () => {
    const text = nodeStatusText({ ...STATUS, outputs: [{ ...pump, held: { ...held, event: 'stopped' } }] })
    expect(text).toContain('goes on by itself once this is over')
    expect(text).not.toContain('tram reset')
  })

  test('one that rests for a time that is known says until when, and how long that is still', () => {
    const rest = { name: 'minimum-rest', text: { vi: 'Bơm nghỉ', en: 'The pump rests' }, until: AT + 720_000 }
    const outputs = [{ ...pump, held: { ...held, ...rest, event: 'held' } as const }]
    const text = lineOf({ ...STATUS, outputs }, 'minimum-rest')
    expect(text).toContain('nghỉ đến/rests until 2026-11-21T06:12:00.000Z · còn/for 12 min')
    expect(text).not.toContain('once this is over')
  })

  test('one whose rest is over this moment has nothing left of it', () => {
    const outputs = [{ ...pump, held: { ...held, until: AT - 400, event: 'held' } as const }]
    expect(lineOf({ ...STATUS, outputs }, 'dry-run')).toContain('còn/for 0 s')
  })
})
