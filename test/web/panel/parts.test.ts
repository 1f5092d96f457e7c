import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { handTime } from '../../../edge/panel/web/hand-time.ts'
import { historyBand } from '../../../edge/panel/web/live/history-band.ts'
import { keepState, readKept } from '../../../edge/panel/web/live/kept-state.ts'
import { stateEvent } from '../../../edge/panel/web/live/panel-event.ts'
import { stepFrom } from '../../../edge/panel/web/step.ts'
import { createFormat } from '../../../page/format.ts'
import { clashWords } from '../../../page/greenhouse/clash-words.ts'
import { freshId, newProgram } from '../../../page/greenhouse/new-things.ts'
import { decimalsOf, readNumber, writtenNumber } from '../../../page/greenhouse/numbers.ts'
import { programSummary } from '../../../page/greenhouse/program-words.ts'
import { createEditorVoice } from '../../../page/greenhouse/words.ts'
import { document, MORNING, state } from './greenhouse.ts'

describe('a number as a farmer types it', () => {
  test.each([
    ['12', 12],
    ['1,5', 1.5],
    ['1.5', 1.5],
    [' 7 ', 7],
    ['.5', 0.5],
    ['-3', -3],
  ])('%j is read', (text, value) => {
    expect(readNumber(text)).toBe(value)
  })

  test.each(['', 'mười', '-', '1,2,3', '1e9', '25:00', '１２', 'Infinity', '0x10'])('%j is none', (text) => {
    expect(readNumber(text)).toBeUndefined()
  })

  test('what is written is read back the same', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000_000 }), fc.boolean(), (tenThousandths, comma) => {
        const value = tenThousandths / 10_000
        expect(readNumber(writtenNumber(value, comma))).toBe(value)
      }),
    )
  })
})

test('a limit is told with as many decimals as it has', () => {
  expect([12, 0.5, 0.05].map(decimalsOf)).toEqual([0, 1, 2])
})

describe('the stepper', () => {
  test('goes down the way that it came up', () => {
    const up = [1]
    const next = (value: number) => Math.floor(value / stepFrom(value, true) + 1) * stepFrom(value, true)
    const back = (value: number) => Math.ceil(value / stepFrom(value, false) - 1) * stepFrom(value, false)
    while ((up.at(-1) ?? 0) < 2_000) up.push(next(up.at(-1) ?? 0))
    const down = [up.at(-1) ?? 0]
    while ((down.at(-1) ?? 0) > 1) down.push(back(down.at(-1) ?? 0))
    expect(down.toReversed()).toEqual(up)
    expect(up.length).toBeLessThan(80)
  })
})

test('what an interlock lets run for two minutes is held on for those, and off for as long as is wished', () => {
  expect(handTime(1_800, 1, { longest_s: 120 })).toBe(120)
  expect(handTime(1_800, 0, { longest_s: 120 })).toBe(1_800)
  expect(handTime(1_800, 60, { longest_s: null })).toBe(1_800)
})

describe('a chart', () => {
  test('draws no line over a silence', () => {
    const hour = 3_600_000
    const rows = [0, 1, 2, 6, 7].map((at) => [at * hour, 1, 2, 3] as const)
    const band = historyBand({ unit: '%', step: 60_000, rows }, 1)
    expect(band.mean).toEqual([2, 2, 2, null, 2, 2])
    expect(band.at).toEqual([0, 3_600, 7_200, 14_400, 21_600, 25_200])
  })

  test('shows a figure in the unit that people use', () => {
    const band = historyBand({ unit: 'uS/cm', step: 1, rows: [[0, 900, 1_000, 1_100]] }, 0.001)
    expect([band.min[0], band.mean[0], band.max[0]]).toEqual([0.9, 1, 1.1])
  })
})

describe('what is kept for a page that opens without the node', () => {
  const shelf = () => {
    const kept = new Map<string, string>()
    return {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
    }
  }
  const person = { account: 'lan', name: 'Lan', role: 'member' } as const

  test('comes back with the time at which it was kept', () => {
    const place = shelf()
    keepState(place, { state: state(), person, keptAt: MORNING })
    expect(readKept(place)?.keptAt).toBe(MORNING)
  })

  test('is gone once it is taken away', () => {
    const place = shelf()
    keepState(place, { state: state(), person, keptAt: MORNING })
    keepState(place, undefined)
    expect(readKept(place)).toBeUndefined()
  })

  test('is nothing when it is not what was kept', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(readKept({ getItem: () => text, setItem: () => {} })).toBeUndefined()
      }),
      { numRuns: 2_000 },
    )
  })

  test('a full or forbidden shelf breaks nothing', () => {
    const forbidden = {
      getItem: () => {
        throw new Error('no')
      },
      setItem: () => {
        throw new Error('no')
      },
    }
    expect(() => keepState(forbidden, undefined)).not.toThrow()
    expect(readKept(forbidden)).toBeUndefined()
  })
})

test('an event that is no state is left alone', () => {
  for (const raw of [
    { event: 'ping', data: '{"at":1}' },
    { event: 'state', data: '{' },
    { event: 'state', data: 'null' },
    { event: 'later', data: '{}' },
  ]) {
    expect(stateEvent(raw)).toBeUndefined()
  }
})

describe('a program as a sentence', () => {
  const lines = (index: number, language: 'vi' | 'en' = 'vi') => {
    const program = document().programs[index]
    if (program === undefined) throw new Error('the fixture has three programs')
    return programSummary(program, document(), createEditorVoice(language, createFormat(language)))
  }

  test('by the clock, in turns, with feed, and left out in rain', () => {
    expect(lines(0)).toEqual([
      'Lúc 06:00, 17:00, mỗi ngày',
      'Dưa lưới, Cà chua: 15 phút mỗi khu',
      'Bón kèm: Nuôi trái',
      'Chia đợt 5 phút, nghỉ 10 phút',
      'Bỏ qua khi mưa từ 5 mm',
    ])
  })

  test('by soil moisture', () => {
    expect(lines(1, 'en')[0]).toBe('Below 24 % soil moisture, until 30 %, from 06:00 to 18:00')
  })

  test('by what the crop uses', () => {
    expect(lines(2)).toEqual(['Theo nước cây dùng, xem lúc 05:30', 'Ớt: đủ phần thiếu, tối đa 40 phút'])
  })

  test('a new one gets an id that nothing else has', () => {
    const drawn = [1, 1, 2].map((last) => new Uint8Array([0, 0, 0, last]))
    const random = { next: () => 0, bytes: () => drawn.shift() ?? new Uint8Array(4) }
    const first = freshId('program', [], random)
    expect([first, freshId('program', [{ id: first }], random)]).toEqual([
      'program-00000001',
      'program-00000002',
    ])
  })

  test('two that are added at both ends of a cut line are two', () => {
    const random = (seed: number) => ({ next: () => 0, bytes: () => new Uint8Array([seed, 0, 0, 0]) })
    expect(newProgram(document(), 'Sáng', random(1)).id).not.toBe(newProgram(document(), 'Tối', random(2)).id)
  })
})

describe('an edit that clashed', () => {
  const voice = { language: 'vi', format: createFormat('vi') } as const

  const told = (path: readonly string[], kept: unknown, lost: unknown) =>
    clashWords({ path, kept, lost }, document(), voice)

  test('is named by what people call it, and told in words', () => {
    expect(told(['programs', 'sang', 'amount'], { minutes: 7.5 }, { litres: 80 })).toEqual({
      field: 'Chương trình › Tưới sáng › bao nhiêu',
      ...{ kept: 'phút 7,5', lost: 'lít 80' },
    })
  })

  test('of a whole program tells only in what the two differ, and no id', () => {
    const [program] = document().programs
    const lost = { ...program, start: { by: 'clock', times: ['05:00'] }, zones: ['k3'], recipe: 'nhe' }
    expect(told(['programs', 'sang'], program, lost)).toEqual({
      field: 'Chương trình › Tưới sáng',
      kept: 'Khu Dưa lưới, Cà chua, bón kèm Nuôi trái, khi nào lúc 06:00, 17:00',
      lost: 'Khu Rau ăn lá, bón kèm Cây con, khi nào lúc 05:00',
    })
  })

  test('with one side that took it away says that there is nothing', () => {
    expect(told(['recipes', 'npk'], undefined, { id: 'npk', name: 'Nuôi trái' })).toMatchObject({
      ...{ kept: 'không có', lost: 'tên Nuôi trái' },
    })
  })
})
