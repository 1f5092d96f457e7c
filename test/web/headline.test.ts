import { describe, expect, test } from 'vitest'
import type { Overview } from '../../hub/api/schema.ts'
import { headlineOf, type Situation } from '../../hub/web/headline.ts'
import { emptyModel, withOverview } from '../../hub/web/live/model.ts'
import { createVoice } from '../../hub/web/wording.ts'
import { alert, floodedOverview, NOON, overview, reservoir, station } from './city.ts'

const vi = createVoice('vi')
const plain = (text: string) => text.replaceAll('\u00a0', ' ')
const of = (told: Overview, change: Partial<Situation> = {}) =>
  headlineOf({ model: withOverview(emptyModel, told), link: 'live', heardAt: NOON, now: NOON, ...change }, vi)

describe('the headline says whether all is well, what is wrong and what to do', () => {
  test('below every level it says so and names the station that is closest', () => {
    const told = of(overview())
    expect([told.tone, told.title, plain(told.detail), told.next]).toEqual([
      'calm',
      'Bình thường — mọi trạm dưới báo động',
      '3 trạm đang báo về. Cao nhất: Khe Mây 0,31 m, dưới BĐ1 0,29 m.',
      'Không cần làm gì.',
    ])
  })
  test('in a flood it leads with the highest level and asks for the acknowledgement', () => {
    const told = of(floodedOverview())
    expect([told.tone, told.grade, plain(told.title), told.next]).toEqual([
      'alarm',
      2,
      'Đông Hà: trên BĐ2 0,36 m',
      'Xác nhận 1 cảnh báo, làm theo quy trình BĐ2.',
    ])
  })
  test('once acknowledged it asks for the procedure alone', () => {
    const told = of(
      overview({
        stations: [station({ level: 2, stage_m: 3.1 })],
        alerts: [alert({ acknowledgedAt: NOON, acknowledgedBy: 'lan' })],
      }),
    )
    expect(told.next).toBe('Đã xác nhận. Tiếp tục theo quy trình BĐ2.')
  })
  test('water just under a level still in force does not read as "below"', () => {
    expect(of(overview({ stations: [station({ level: 2, stage_m: 2.95 })] })).title).toBe(
      'Đông Hà: Báo động 2',
    )
  })
  test('a station out of contact is told when no water is at a level', () => {
    const told = of(
      overview({ stations: [station(), reservoir({ online: false, lastSeen: NOON - 3_600_000 })] }),
    )
    expect([told.tone, told.title]).toEqual(['attention', 'Hồ Trung Chỉ: mất liên lạc từ 11:03'])
  })
  test('a sensor that gives nothing is told although its node is in contact', () => {
    expect(of(overview({ stations: [station({ stage_m: null, flag: 9 })] })).title).toBe(
      'Đông Hà: không đo được mực nước',
    )
  })
  test('a station that has only just begun is waited for, not mourned', () => {
    expect(
      of(overview({ stations: [station({ stage_m: null, at: null, flag: null, level: null })] })).title,
    ).toBe('Đông Hà: chờ số đo đầu tiên')
  })
  test('a notice is told when nothing worse is true', () => {
    const told = of(
      overview({ alerts: [alert({ level: 0, text: { vi: 'Chưa thử còi', en: 'Siren not proven' } })] }),
    )
    expect([told.tone, told.title, told.detail]).toEqual([
      'attention',
      'Đông Hà: có lưu ý cần xem',
      'Chưa thử còi',
    ])
  })
  test('a lost hub goes before everything, with the age of the figures', () => {
    const told = of(floodedOverview(), { link: 'lost', heardAt: NOON })
    expect([told.tone, told.title]).toEqual(['lost', 'Mất kết nối trung tâm — số liệu cũ từ 12:03'])
  })
  test('a hub without stations is not "all well"', () => {
    expect(of(overview({ stations: [] })).tone).toBe('waiting')
  })
})
