import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bandOf } from '../../../edge/panel/web/band.ts'
import { countdown, durationText } from '../../../edge/panel/web/duration.ts'
import { newsBetween } from '../../../edge/panel/web/live/news.ts'
import { routeOf, thingHref } from '../../../edge/panel/web/route.ts'
import type { Scene, Voice } from '../../../edge/panel/web/scene.ts'
import { onScale, soilBand, soilWord } from '../../../edge/panel/web/soil-band.ts'
import { createSay } from '../../../edge/panel/web/words.ts'
import { createFormat } from '../../../page/format.ts'
import { DRY_RUN, document, type house, MORNING, running, state, TANK_LOW, zone } from './greenhouse.ts'

const voice = (language: 'vi' | 'en' = 'vi'): Voice => ({
  language,
  say: createSay(language),
  format: createFormat(language),
})
const scene = (change: Parameters<typeof house>[0] = {}, more: Partial<Scene> = {}): Scene => {
  const shown = state(change)
  return { state: shown, house: shown.greenhouses[0], link: 'live', age: 0, now: MORNING, ...more }
}
const calm = { zones: [zone()] }

describe('the band says first what matters most', () => {
  test('a node out of reach stands above everything, with the age of what is shown', () => {
    const told = bandOf(scene({ problems: [DRY_RUN] }, { link: 'lost', age: 15 * 60_000 }), voice())
    expect(told.tone).toBe('lost')
    expect(told.detail).toBe('Số liệu dưới đây là của 10:15 (15 phút trước).')
  })

  test('a person’s stop stands above alarms', () => {
    const told = bandOf(scene({ paused: { since: MORNING, who: 'Lan' }, problems: [DRY_RUN] }), voice())
    expect(told.detail).toBe('Lan dừng lúc 10:15. Chương trình đang chờ.')
  })

  test('the gravest alarm is told with what to do, the others are counted', () => {
    const told = bandOf(scene({ problems: [TANK_LOW, DRY_RUN] }), voice('en'))
    expect(told).toMatchObject({
      tone: 'bad',
      title: 'The pump ran dry: it was switched off and locked.',
      next: 'and 1 more',
    })
  })

  test('an alarm of the first level is amber, not red', () => {
    expect(bandOf(scene({ problems: [TANK_LOW] }), voice()).tone).toBe('warn')
  })

  test('what runs is named with the time that is left, counted on since the node said it', () => {
    const zones = [zone({ running: running({ left_s: 90 }) })]
    const told = bandOf(scene({ zones }, { now: MORNING + 30_000 }), voice())
    expect(told).toMatchObject({ title: 'Đang tưới: Dưa lưới', detail: 'còn 1:00' })
  })

  test('a valve that opens or closes is told as such, with no time that is none', () => {
    const zones = (phase: 'opening' | 'closing') => [zone({ running: running({ phase, left_s: 0 }) })]
    const told = (phase: 'opening' | 'closing') => bandOf(scene({ zones: zones(phase) }), voice())
    expect(told('opening')).toMatchObject({ title: 'Đang mở van: Dưa lưới', detail: '' })
    expect(told('closing')).toMatchObject({ title: 'Đang đóng van: Dưa lưới', detail: '' })
  })

  const resting = {
    why: { vi: 'Bơm nước: nghỉ ít nhất 60 giây.', en: 'Water pump: at least 60 s of rest.' },
    ...{ for: 'interlock' as const, until: MORNING + 75_000 },
  }

  test('a pump that rests before it waters is told at once, with the time that is left', () => {
    const told = bandOf(scene({ pump: 'held', zones: [zone({ waiting: resting })] }), voice())
    expect(told).toMatchObject({
      ...{ tone: 'running', title: 'Sắp tưới: Dưa lưới' },
      detail: 'Bơm đang nghỉ, còn 1:15. Bơm nước: nghỉ ít nhất 60 giây.',
    })
  })

  test('a zone that waits for its turn is about to be watered, not forgotten', () => {
    const waiting = { why: { vi: 'Tưới sáng', en: 'Morning' }, for: 'turn' as const, until: null }
    expect(bandOf(scene({ zones: [zone({ waiting })] }), voice())).toMatchObject({
      ...{ title: 'Sắp tưới: Dưa lưới', detail: 'Chờ đến lượt. Tưới sáng' },
    })
  })

  test('when all is well it says what comes next', () => {
    expect(bandOf(scene(calm), voice()).detail).toBe('Tiếp theo 12:00: Dưa lưới – Tưới trưa theo giờ')
  })

  test('with nothing planned it does not invent a time', () => {
    expect(bandOf(scene({ zones: [zone({ next: null })] }), voice('en')).detail).toBe(
      'Nothing is due to be watered.',
    )
  })
})

describe('times', () => {
  test.each([
    [462, '7:42'],
    [0, '0:00'],
    [-3, '0:00'],
    [59.2, '1:00'],
    [3_909, '1:05:09'],
  ])('%d s left is %s', (seconds, text) => {
    expect(countdown(seconds)).toBe(text)
  })

  test.each([
    [40_000, '40 giây'],
    [15 * 60_000, '15 phút'],
    [185 * 60_000, '3 giờ 5 phút'],
    [4 * 86_400_000, '4 ngày'],
  ])('%d ms is %s', (ms, text) => {
    expect(durationText(ms, voice())).toBe(text)
  })
})

describe('soil', () => {
  test('is dry below the part that may be used up, and wet above field capacity', () => {
    const band = soilBand(document(), 'k1')
    expect([band.from, band.to]).toEqual([32 - 17 * 0.4, 32])
    expect([24, 27, 33].map((moisture) => soilWord(moisture, band))).toEqual([
      'soilDry',
      'soilGood',
      'soilWet',
    ])
  })

  test('is judged as it is shown: what rounds to the edge is within', () => {
    const band = soilBand(document(), 'k1')
    expect(soilWord(24.6, band)).toBe('soilGood')
    expect(soilWord(32.4, band)).toBe('soilGood')
  })

  test('whatever a probe says lies on the scale', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (moisture) => {
        const at = onScale(moisture, soilBand(undefined, 'k1'))
        expect(at >= 0 && at <= 1).toBe(true)
      }),
    )
  })
})

describe('what is said aloud', () => {
  const news = (after: Parameters<typeof house>[0], before: Parameters<typeof house>[0] = calm) =>
    newsBetween(state(before), state(after), voice())

  test('a new alarm at once, with what to do', () => {
    expect(news({ ...calm, problems: [DRY_RUN] }).urgent).toEqual([
      'Bơm chạy khô: đã tự ngắt và khóa lại. Xem bồn, van hút và lưới lọc, rồi mở lại.',
    ])
  })

  test('an alarm that stands is not said again', () => {
    const standing = { ...calm, problems: [DRY_RUN] }
    expect(news(standing, standing).urgent).toEqual([])
  })

  test('a valve that has opened, and not the order alone', () => {
    expect(news({ zones: [zone({ running: running({ phase: 'opening' }) })] }).calm).toEqual([])
    expect(news({ zones: [zone({ running: running() })] }).calm).toEqual(['Dưa lưới đang tưới.'])
  })

  test('nothing when the page has just been opened', () => {
    expect(newsBetween(undefined, state({ problems: [DRY_RUN] }), voice())).toEqual({ urgent: [], calm: [] })
  })
})

describe('addresses', () => {
  test('of a thing survive whatever its id holds', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (id) => {
        fc.pre(isWellFormed(id))
        expect(routeOf(thingHref('zone', id))).toEqual({ page: 'zone', id })
      }),
    )
  })

  test('that mean nothing lead home', () => {
    for (const hash of ['', '#/', '#/zone', '#/zone/', '#/nowhere', '#/%E0%A4%A', '#__proto__']) {
      expect(routeOf(hash)).toEqual({ page: 'home' })
    }
  })
})

/** A lone surrogate cannot be part of an address. */
function isWellFormed(text: string): boolean {
  try {
    encodeURIComponent(text)
    return true
  } catch {
    return false
  }
}
