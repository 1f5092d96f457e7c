import type { EnergyView, FaultView, LampView, OrderView, StreetView } from '../../hub/api/lighting-schema.ts'
import type { DocumentView } from '../../hub/api/schema.ts'
import { NOON } from './city.ts'

/** A lighting street as the hub would tell it, for tests of the page: 60 lamps on three feeders, at night. */

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** 21:30 at the site, on the evening of `NOON`. */
export const EVENING = NOON + 9 * HOUR + 27 * MINUTE
export const STREET = { edge: 'hung-vuong-edge', street: 'hung-vuong' } as const

export function lamp(n: number, change: Partial<LampView> = {}): LampView {
  const pole = `HV-${String(n).padStart(2, '0')}`
  return {
    id: `lamp-${n}`,
    pole,
    device: `hv-lamp-${n}`,
    feeder: `feeder-${1 + Math.floor((n - 1) / 20)}`,
    lat: 16.8165 + n * 0.00012 + (n % 2) * 0.00004,
    lon: 107.093 + n * 0.00027,
    level: 70,
    wanted: 70,
    power: 82,
    energy: 181_200 + n,
    heardAt: EVENING - MINUTE,
    faults: [],
    held: null,
    ...change,
  }
}

const hold = { command: 'c-held', who: 'lan', level: 100, until: EVENING + 2 * HOUR }
const LAMPS = Array.from({ length: 60 }, (_, index) => lamp(index + 1))
  .with(6, lamp(7, { faults: ['lamp-failure'], level: 70, power: 3 }))
  .with(22, lamp(23, { faults: ['gear-silent'], level: null, power: null, heardAt: EVENING - 3 * HOUR }))
  .map((one, index) =>
    index >= 40 && index < 48 ? { ...one, level: 100, wanted: 100, power: 118, held: hold } : one,
  )
  .with(30, lamp(31, { level: 0, wanted: 0, power: 0 }))

export function street(change: Partial<StreetView> = {}): StreetView {
  const name = (vi: string, en: string) => ({ vi, en })
  return {
    ...{ edge: STREET.edge, id: STREET.street, online: true, lastSeen: EVENING - 20_000 },
    name: name('Đường Hùng Vương', 'Hùng Vương street'),
    location: { lat: 16.82, lon: 107.1 },
    timeZone: 'Asia/Ho_Chi_Minh',
    lamps: LAMPS,
    feeders: [1, 2, 3].map((n) => ({
      id: `feeder-${n}`,
      name: name(`Lộ ${n}`, `Feeder ${n}`),
      power: 1_640,
      closed: true,
      faults: [],
    })),
    groups: [
      {
        id: 'cho',
        name: name('Trước chợ', 'At the market'),
        lamps: LAMPS.slice(10, 18).map(({ id }) => id),
      },
    ],
    profileTonight: {
      id: 'thuong',
      name: name('Thường ngày', 'Every day'),
      exception: null,
      from: NOON - 3 * MINUTE,
      to: NOON - 3 * MINUTE + 24 * HOUR,
      sunset: NOON + 5.4 * HOUR,
      sunrise: NOON + 17.6 * HOUR,
      steps: [
        { at: NOON + 5.2 * HOUR, level: 100 },
        { at: NOON + 8.95 * HOUR, level: 70 },
        { at: NOON + 11 * HOUR, level: 50 },
        { at: NOON + 16.95 * HOUR, level: 100 },
        { at: NOON + 17.8 * HOUR, level: 0 },
      ],
    },
    floor: 40,
    raised: 0,
    faults: [],
    totals: { lamps: 60, lit: 57, faulty: 1, silent: 1, power: 4_920 },
    ...change,
  }
}

export function lightOrder(change: Partial<OrderView> = {}): OrderView {
  return {
    ...STREET,
    command: 'c-held',
    class: 'momentary',
    target: { lamps: LAMPS.slice(40, 48).map(({ id }) => id) },
    who: 'lan',
    why: 'hội chợ',
    at: EVENING - 10 * MINUTE,
    state: 'accepted',
    asked: 100,
    level: 100,
    until: EVENING + 2 * HOUR,
    lamps: 8,
    confirmed: 6,
    retrying: 2,
    undoable: true,
    problem: null,
    ...change,
  }
}

export function lightFault(change: Partial<FaultView> = {}): FaultView {
  return {
    ...STREET,
    alarm: 'hung-vuong/lamp-failure/1',
    streetName: { vi: 'Đường Hùng Vương', en: 'Hùng Vương street' },
    pole: 'HV-07',
    lamp: 'lamp-7',
    device: 'hv-lamp-7',
    feeder: null,
    rule: 'lamp-failure',
    text: {
      vi: 'Đèn ở cột HV-07, Đường Hùng Vương, không sáng: 3 W thay vì 82 W.',
      en: 'The lamp on pole HV-07, Hùng Vương street, does not burn: 3 W instead of 82 W.',
    },
    level: 2,
    since: EVENING - 26 * HOUR,
    until: null,
    times: 1,
    lat: 16.8173,
    lon: 107.0949,
    geo: 'geo:16.8173,107.0949',
    page: '#/lights/hung-vuong-edge/hung-vuong?lamp=lamp-7',
    state: 'active',
    acknowledgedBy: null,
    acknowledgedAt: null,
    ...change,
  }
}

/** Twenty days of one month, or the months so far: a quarter saved of 43,2 kWh a day. */
export function energy(from: number, by: 'day' | 'month'): EnergyView {
  const count = by === 'day' ? 20 : 10
  const days = by === 'day' ? 1 : 30
  const figures = (share: number, n: number) => {
    const baseline_kWh = 43.2 * days * share
    const saved_kWh = baseline_kWh * (0.22 + 0.01 * (n % 7))
    const energy_kWh = baseline_kWh - saved_kWh
    return { energy_kWh, baseline_kWh, saved_kWh, saved_percent: (saved_kWh / baseline_kWh) * 100 }
  }
  const rows = Array.from({ length: count }, (_, n) => ({
    from: from + n * days * 24 * HOUR,
    to: from + (n + 1) * days * 24 * HOUR,
    ...figures(1, n),
    feeders: street().feeders.map(({ id, name }) => ({ id, name, ...figures(1 / 3, n) })),
    complete: n < count - 1,
  }))
  return {
    formula: {
      vi: 'Tiết kiệm = điện năng nếu mọi đèn sáng hết công suất cả đêm − điện năng đã đo.',
      en: 'Saved = energy with every lamp at full power all night − energy measured.',
    },
    timeZone: 'Asia/Ho_Chi_Minh',
    rows,
    total: figures(count, 3),
    complete: false,
  }
}

export function streetDocument(): DocumentView {
  const name = (vi: string, en: string) => ({ vi, en })
  return {
    edge: STREET.edge,
    id: `lighting-street:${STREET.street}`,
    kind: 'lighting-street',
    rev: '2-aa',
    edit: { at: NOON - 2 * HOUR, by: 'lan', side: 'hub', clock: 'synced' },
    conflicted: false,
    content: {
      kind: 'lighting-street',
      id: STREET.street,
      road: { width_m: 14, class: 'M3' },
      profiles: [
        {
          id: 'thuong',
          name: name('Thường ngày', 'Every day'),
          steps: [
            { at: { sun: 'sunset', offset_min: -15 }, level: 100 },
            { at: { clock: '21:00' }, level: 70 },
            { at: { clock: '23:00' }, level: 50 },
            { at: { clock: '05:00' }, level: 100 },
            { at: { sun: 'sunrise', offset_min: 10 }, level: 0 },
          ],
        },
        {
          id: 'le',
          name: name('Ngày lễ', 'Holiday'),
          steps: [
            { at: { sun: 'sunset', offset_min: -15 }, level: 100 },
            { at: { sun: 'sunrise', offset_min: 10 }, level: 0 },
          ],
        },
      ],
      calendar: {
        usual: 'thuong',
        week: { sat: 'le' },
        exceptions: [
          {
            id: 'quoc-khanh',
            name: name('Quốc khánh', 'National day'),
            from: '2026-09-01',
            to: '2026-09-03',
            yearly: true,
            profile: 'le',
          },
        ],
      },
      groups: [{ id: 'cho', name: name('Trước chợ', 'At the market'), lamps: ['lamp-11', 'lamp-12'] }],
    },
  }
}
