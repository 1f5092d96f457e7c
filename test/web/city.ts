import type {
  AlertView,
  CommandView,
  ConflictView,
  DocumentView,
  EdgeView,
  LedgerView,
  Overview,
  SeriesView,
  StationView,
} from '../../hub/api/schema.ts'

/** A small city as the hub would tell it, for tests of the page: three stations, one node each. */

export const NOON = Date.UTC(2026, 9, 20, 5, 3, 0)
const MINUTE = 60_000

export function station(change: Partial<StationView> = {}): StationView {
  return {
    id: 'dong-ha',
    edge: 'dong-ha-edge',
    name: { vi: 'Đông Hà', en: 'Đông Hà' },
    water: { type: 'river', name: { vi: 'Sông Hiếu', en: 'Hiếu river' } },
    location: { lat: 16.8235, lon: 107.0985 },
    timeZone: 'Asia/Ho_Chi_Minh',
    levels: [
      { level: 1, stage_m: 2 },
      { level: 2, stage_m: 3 },
      { level: 3, stage_m: 4 },
    ],
    stage_m: 1.64,
    at: NOON - MINUTE,
    flag: 1,
    rise_m_per_h: 0.12,
    rain_mm: { hour: 12.4, day24: 86.2, since19: 60.1 },
    level: 0,
    outputs: [output('siren'), output('beacon')],
    silencedUntil: null,
    online: true,
    lastSeen: NOON - 20_000,
    complete: true,
    behind: 0,
    ...change,
  }
}

export function output(
  means: 'siren' | 'beacon',
  change: Partial<StationView['outputs'][number]> = {},
): StationView['outputs'][number] {
  return {
    device: `dh-${means}`,
    output: 'relay_1',
    place: means === 'siren' ? 'outdoor' : 'indoor',
    means,
    on: false,
    reason: { vi: 'Dưới mọi mức báo động', en: 'Below every alarm level' },
    at: NOON - MINUTE,
    ...change,
  }
}

export const stream = (change: Partial<StationView> = {}): StationView =>
  station({
    id: 'suoi-khe-may',
    edge: 'khe-may-edge',
    name: { vi: 'Khe Mây', en: 'Khe Mây' },
    water: { type: 'stream', name: { vi: 'Suối Khe Mây', en: 'Khe Mây stream' } },
    location: { lat: 16.8035, lon: 107.079 },
    levels: [
      { level: 1, stage_m: 0.6 },
      { level: 2, stage_m: 1 },
      { level: 3, stage_m: 1.5 },
    ],
    stage_m: 0.31,
    rise_m_per_h: -0.04,
    rain_mm: { hour: 8.2, day24: 74.6, since19: 51 },
    outputs: [output('siren', { device: 'km-siren' })],
    ...change,
  })

export const reservoir = (change: Partial<StationView> = {}): StationView =>
  station({
    id: 'ho-trung-chi',
    edge: 'trung-chi-edge',
    name: { vi: 'Hồ Trung Chỉ', en: 'Trung Chỉ reservoir' },
    water: { type: 'reservoir', name: { vi: 'Hồ chứa Trung Chỉ', en: 'Trung Chỉ reservoir' } },
    location: { lat: 16.7945, lon: 107.0625 },
    levels: [
      { level: 1, stage_m: 23 },
      { level: 2, stage_m: 23.8 },
      { level: 3, stage_m: 24.5 },
    ],
    stage_m: 22.47,
    rise_m_per_h: 0.01,
    rain_mm: { hour: null, day24: 71, since19: null },
    outputs: [
      output('siren', { device: 'tc-siren' }),
      output('beacon', { device: 'tc-beacon', on: null, reason: null, at: null }),
    ],
    ...change,
  })

export function alert(change: Partial<AlertView> = {}): AlertView {
  return {
    id: 'dong-ha/level/7',
    edge: 'dong-ha-edge',
    station: 'dong-ha',
    rule: 'level',
    level: 2,
    peak: 2,
    state: 'active',
    raisedAt: NOON - 4 * MINUTE,
    changedAt: NOON - 4 * MINUTE,
    clearedAt: null,
    silenced: false,
    text: {
      vi: 'Mực nước 3,36 m, trên BĐ2 0,36 m',
      en: 'Stage 3.36 m, 0.36 m above BĐ2',
    },
    value: 3.36,
    unit: 'm',
    acknowledgedBy: null,
    acknowledgedAt: null,
    ...change,
  }
}

export function overview(change: Partial<Overview> = {}): Overview {
  return {
    now: NOON,
    speed: 1,
    demo: false,
    tileUrl: null,
    stations: [station(), stream(), reservoir()],
    alerts: [],
    ...change,
  }
}

/** The same city in a flood: one station above BĐ2 with its siren on, one out of contact, history still filling in. */
export function floodedOverview(): Overview {
  const why = { vi: 'Báo động 2: hú 20 giây, nghỉ 10 giây', en: 'Alarm level 2: 20 s on, 10 s off' }
  return overview({
    speed: 60,
    demo: true,
    stations: [
      station({
        stage_m: 3.36,
        level: 2,
        rise_m_per_h: 0.34,
        outputs: [output('siren', { on: true, reason: why }), output('beacon', { on: true, reason: why })],
        complete: false,
        behind: 4210,
      }),
      stream({
        stage_m: 0.72,
        level: 1,
        rise_m_per_h: 0.08,
        outputs: [output('siren', { device: 'km-siren', on: true, reason: why })],
      }),
      reservoir({ online: false, lastSeen: NOON - 55 * MINUTE, at: NOON - 56 * MINUTE }),
    ],
    alerts: [
      alert(),
      alert({
        id: 'suoi-khe-may/level/3',
        edge: 'khe-may-edge',
        station: 'suoi-khe-may',
        level: 1,
        peak: 2,
        raisedAt: NOON - 65 * MINUTE,
        text: { vi: 'Mực nước 0,72 m, trên BĐ1 0,12 m', en: 'Stage 0.72 m, 0.12 m above BĐ1' },
        acknowledgedBy: 'lan',
        acknowledgedAt: NOON - 60 * MINUTE,
      }),
      alert({
        id: 'ho-trung-chi/proof/1',
        edge: 'trung-chi-edge',
        station: 'ho-trung-chi',
        rule: 'proof',
        level: 0,
        peak: 0,
        raisedAt: NOON - 190 * MINUTE,
        text: {
          vi: 'Chưa thử được đèn chớp trong nhà 24 giờ qua',
          en: 'The indoor beacon has not been proven for 24 h',
        },
        value: null,
        unit: null,
      }),
      alert({
        id: 'dong-ha/rise/2',
        rule: 'rise',
        level: 1,
        state: 'cleared',
        raisedAt: NOON - 400 * MINUTE,
        clearedAt: NOON - 310 * MINUTE,
        text: { vi: 'Nước lên 0,52 m/h', en: 'Rising 0.52 m/h' },
      }),
    ],
  })
}

export function edges(): EdgeView[] {
  const names = [
    ['dong-ha-edge', 'Nút cầu Đông Hà', 'Đông Hà bridge node'],
    ['khe-may-edge', 'Nút Khe Mây', 'Khe Mây node'],
    ['trung-chi-edge', 'Nút hồ Trung Chỉ', 'Trung Chỉ node'],
  ] as const
  return names.map(([edge, vi, en], index) => ({
    edge,
    name: { vi, en },
    online: index < 2,
    lastSeen: NOON - 20_000,
    software: '0.1.0',
    clock: index === 0 ? 'synced' : 'holdover',
    clockKnown: { source: 'ntp', at: NOON - 3_600_000 },
    complete: index > 0,
    behind: index > 0 ? 0 : 4210,
    thinned: 0,
    dropped: 0,
    hoursLeft: 1_440,
    oldestUnsent_s: index > 0 ? 3 : 2_100,
    quarantine: null,
    devices: [
      {
        id: 'dh-level',
        model: 'milesight-em500-udl',
        label: { vi: 'Cảm biến mực nước siêu âm', en: 'Ultrasonic level sensor' },
      },
      {
        id: 'dh-siren',
        model: 'dragino-lt-22222-l',
        label: { vi: 'Bộ rơ-le hai ngõ ra', en: 'Two-relay controller' },
      },
    ],
    refused: index === 0 ? { LORAWAN_BAD_MIC: 12, PAYLOAD_TRUNCATED: 3 } : {},
    health: { memory: 96.4, disk_free: 80_650, uptime: 262_000, 'outbox/rows_waiting': 4210 },
  }))
}

export function ledger(edge: string): LedgerView {
  const behind = edge === 'dong-ha-edge'
  const lane = (name: string, produced: number) => ({
    lane: name,
    produced,
    expired: name === 'live' ? 1500 : 0,
    stored: behind ? produced - 210 : produced,
    ranges: (behind
      ? [
          [0, 11_999],
          [12_210, produced - 1],
        ]
      : [[0, produced - 1]]) as [number, number][],
    acknowledged: behind ? produced - 210 : produced,
    ...{ thinned: 0, dropped: 0, superseded: 0, lost: {}, undated: [] },
    gaps: behind
      ? [
          {
            first: 12_000,
            last: 12_209,
            reason: 'waiting',
            after: NOON - 3_600_000,
            before: NOON - 1_800_000,
          },
        ]
      : [],
    from: NOON - 86_400_000 * 3,
    to: NOON,
  })
  return {
    edge,
    complete: !behind,
    reasons: behind
      ? {
          waiting: {
            vi: 'Nút còn giữ các dòng này và sẽ gửi khi có đường truyền.',
            en: 'The node still holds these rows and sends them when there is a link.',
          },
        }
      : {},
    clock: { quality: 'synced', known: { source: 'ntp', at: NOON - 3_600_000 } },
    oldestUnsent_s: behind ? 2_100 : 3,
    epochs: [
      {
        epoch: '9f3c12aa77d0e4b1',
        current: true,
        lanes: [{ ...lane('alarm', 44), stored: 44, ranges: [[0, 43]], gaps: [] }, lane('live', 18_204)],
      },
    ],
  }
}

/** A smooth flood wave, in buckets. */
export function series(channel: string, from: number, to: number, buckets: number): SeriesView {
  const step = Math.max(60_000, Math.round((to - from) / buckets))
  const at = Array.from({ length: Math.floor((to - from) / step) }, (_, index) => from + index * step)
  const wave = (time: number) => Math.sin((time - NOON) / 14_000_000 + 1.2)
  const value = (time: number) =>
    channel === 'stage' ? 2.2 + 1.2 * wave(time) : Math.max(0, 14 * wave(time + 9_000_000))
  const mean = at.map(value)
  return {
    unit: channel === 'stage' ? 'm' : 'mm',
    step,
    at,
    min: mean.map((level) => level - 0.04),
    max: mean.map((level) => level + 0.04),
    mean,
  }
}

export function command(change: Partial<CommandView> = {}): CommandView {
  return {
    id: 'c-1',
    edge: 'dong-ha-edge',
    class: 'momentary',
    action: { type: 'self-test', station: 'dong-ha' },
    who: 'lan',
    why: 'thử',
    state: 'sent',
    issuedAt: NOON - 60_000,
    notBefore: NOON - 60_000,
    expires: NOON,
    sentAt: NOON - 60_000,
    sendings: 1,
    acceptedAt: null,
    endedAt: null,
    heardAt: null,
    cancelledBy: null,
    withheld: false,
    problem: null,
    ...change,
  }
}

export function stationDocument(): DocumentView {
  return {
    edge: 'dong-ha-edge',
    id: 'flood-station:dong-ha',
    kind: 'flood-station',
    rev: '3-ab',
    edit: { at: NOON - 7_200_000, by: 'lan', side: 'hub', clock: 'synced' },
    conflicted: false,
    content: {
      kind: 'flood-station',
      id: 'dong-ha',
      levels: [
        { level: 1, stage_m: 2.5 },
        { level: 2, stage_m: 3.5 },
        { level: 3, stage_m: 4 },
      ],
      clear: { below_m: 0.1, hold_min: 30 },
      silence: { longest_min: 60 },
    },
  }
}

export function conflict(change: Partial<ConflictView> = {}): ConflictView {
  return {
    id: 'dong-ha-edge/conflict:flood-station:dong-ha:2-cd',
    edge: 'dong-ha-edge',
    of: 'flood-station:dong-ha',
    at: NOON - 3_600_000,
    edit: { at: NOON - 5_400_000, by: 'minh', side: 'edge', clock: 'holdover' },
    lost: [{ path: ['levels', '2', 'stage_m'], kept: 3.3, lost: 3.8 }],
    reason: null,
    ...change,
  }
}
