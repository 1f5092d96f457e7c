import { expect, test } from 'vitest'
import type { GreenhouseView, ZoneView } from '../../core/greenhouse-view.ts'
import { greenhouseLines } from '../../provisioning/greenhouse-status.ts'

const AT = Date.UTC(2026, 2, 1, 1)
const ZONE: ZoneView = {
  ...{ id: 'k1', name: { vi: 'Dưa lưới', en: 'Melons' }, moisture: 24.5, soilTemperature_C: null },
  ...{ ec_uScm: null, ph: null, lost: false, crop: null, deficit_mm: null, readily_mm: null, valve: 'open' },
  running: {
    ...{ why: { vi: 'Tí tưới tay', en: 'by hand, Tí' }, who: 'Tí', program: null, phase: 'plain' },
    ...{ since: AT, left_s: 240, litres: 20, of: { minutes: 5 }, recipe: null },
  },
  ...{ waiting: null, next: { program: 'sang', at: AT + 7_200_000, why: { vi: 'đến giờ', en: 'due' } } },
  ...{ today_L: 120, week_L: 700, season_L: 9_000, daily_L: 500, flow: { usual_Lmin: 20, last_Lmin: 19 } },
  problems: [],
}
const HOUSE: GreenhouseView = {
  ...{ id: 'nha-kinh', name: { vi: 'Nhà kính', en: 'Greenhouse' }, at: AT, timeZone: 'Asia/Ho_Chi_Minh' },
  ...{ paused: null, pump: 'on', tank: { percent: 12, litres: 600, low: true }, flow_Lmin: 19.4 },
  pressure_kPa: null,
  climate: {
    ...{ temperature_C: 31.2, humidity: 60, vpd_kPa: 1.8, co2_ppm: null, light_lx: null, par: null },
    devices: [],
  },
  ...{ et0_mm: 5.24, zones: [ZONE], fertiliser: [], journal: [] },
  problems: [
    {
      ...{ alarm: 'a1', rule: 'interlock-dry-run', level: 4, since: AT, latched: true },
      text: { vi: 'Bơm chạy khô', en: 'The pump ran dry' },
      next: { vi: 'Xem bồn', en: 'Look at the tank' },
      output: { device: 'gh-board', output: 'pump' },
    },
  ],
}
const text = (house: GreenhouseView) =>
  greenhouseLines([house], (name, said) => `${name}: ${said}`).join('\n')

test('what runs is told with its time left and whose it is', () => {
  expect(text(HOUSE)).toMatch(
    /khu\/zone k1: van\/valve mở\/open · 24.5 % · TƯỚI\/WATERING còn\/left 4 min.*Tí/,
  )
})

test('what waits for a pump that rests, or for water to soak in, says for how long still', () => {
  const why = { vi: 'Chương trình Sáng', en: 'Program Sáng' }
  const zone = (until: number | null): ZoneView => ({
    ...{ ...ZONE, running: null },
    waiting: { why, for: 'interlock', until },
  })
  const said = 'chờ/waits: Chương trình Sáng/Program Sáng'
  expect(text({ ...HOUSE, zones: [zone(AT + 720_000)] })).toContain(`${said}, còn/for 12 min`)
  expect(text({ ...HOUSE, zones: [zone(null)] })).toContain(`${said} ·`)
})

test('a latched problem says how it is freed', () => {
  expect(text(HOUSE)).toContain('tram reset gh-board pump')
})

test('a low tank and a stop of everything stand out', () => {
  expect(text({ ...HOUSE, paused: { since: AT, who: 'Bà Năm' } })).toMatch(
    /ĐÃ DỪNG TẤT CẢ.*\(Bà Năm\).*CẠN\/LOW/,
  )
})

test('what is not measured is left out', () => {
  const bare = { ...HOUSE, tank: null, pump: null, flow_Lmin: null, et0_mm: null, problems: [] }
  expect(text(bare)).not.toMatch(/null|NaN|bồn|bơm tắt|ET0/)
})
