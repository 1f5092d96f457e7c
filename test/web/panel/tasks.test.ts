import { setTimeout as pause } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { beforeEach, describe, expect, test } from 'vitest'
import type { PanelConflict } from '../../../edge/panel/api-types.ts'
import { browserMissing, titleOf } from '../page-in-browser.ts'
import { MORNING, session, state } from './greenhouse.ts'
import type { MockPanel } from './mock-panel.ts'
import { PHONE, panelInBrowser, WALL } from './panel-in-browser.ts'

const AT_FIELD = {
  code: 'PROGRAM_OVERLAPS',
  at: '/programs/0/start/times/1',
  what: { vi: 'Lúc 06:05 còn đang tưới từ 06:00.', en: 'At 06:05 it still waters from 06:00.' },
  next: { vi: 'Dời ra sau 06:35.', en: 'Move it after 06:35.' },
}

const CLASH: PanelConflict = {
  ...{ id: 'conflict:greenhouse:nha-kinh:3-ab', of: 'greenhouse:nha-kinh', at: MORNING, by: 'Hoa' },
  ...{ side: 'hub', lost: [{ path: ['programs', 'sang', 'amount'], lost: { minutes: 20 } }] },
}

describe.skipIf(browserMissing)(titleOf('what a farmer does beside watering'), () => {
  const world = panelInBrowser()
  const { open, notice, press, sheet } = world
  let panel: MockPanel
  let page: Page

  beforeEach(() => {
    ;({ panel, page } = world.now())
  })

  const saved = () => panel.changes.find((change) => change.startsWith('PUT'))

  describe.each([
    ['a phone', PHONE],
    ['a wall', WALL],
  ])('on %s', (_name, size) => {
    test('a program is changed, shown for the next 24 h, and saved with all else as it was', async () => {
      const plan = [{ program: 'sang', zone: 'k1', at: MORNING + 3_600_000, minutes: 20, litres: 160 }]
      panel.check = { problems: [], warnings: [], plan }
      await open('#/program/sang', size)
      await page.locator('.plan-run').getByText('Dưa lưới · Tưới sáng').waitFor()
      await page.getByLabel('Mỗi khu tưới').fill('20')
      await page.getByLabel('Giờ thứ 2: giờ').selectOption('16')
      await press('Rau ăn lá')
      await press('Lưu')
      await notice().getByText('Đã lưu').waitFor()
      const body = JSON.parse(saved()?.replace(/^PUT \S+ /, '') ?? '')
      const [first] = panel.document.programs
      expect(body.rev).toBe('1')
      expect(body.body).toEqual({
        ...panel.document,
        programs: [
          {
            ...first,
            zones: ['k1', 'k2', 'k3'],
            start: { by: 'clock', times: ['06:00', '16:00'] },
            amount: { minutes: 20 },
          },
          ...panel.document.programs.slice(1),
        ],
      })
    })

    test('an output is held by hand for a time, and given back', async () => {
      await open('#/climate', size)
      const fan = page.locator('.device').filter({ hasText: 'Quạt đầu hồi' })
      await fan.locator('summary').click()
      await fan.getByRole('button', { name: '1 giờ' }).click()
      await fan.getByRole('button', { name: 'Tắt' }).click()
      await notice().getByText('Quạt đầu hồi: Tắt').waitFor()
      expect(panel.changes).toEqual(['POST /outputs/gh-board/fan1/hold {"value":0,"for_s":3600}'])
      const held = { value: 0, who: 'Lan', until: MORNING + 3_600_000 }
      const outputs = panel.state.outputs.map((one) => (one.output === 'fan1' ? { ...one, held } : one))
      panel.state = { ...panel.state, outputs }
      panel.tell({})
      await fan.getByText('Lan giữ đến 11:15').waitFor()
      await fan.getByRole('button', { name: 'Trả về tự động' }).click()
      await expect.poll(() => panel.changes.at(-1)).toBe('DELETE /outputs/gh-board/fan1/hold {}')
    })

    test('a new program begins with something sensible and is added at the end', async () => {
      await open('#/programs', size)
      await page.getByRole('link', { name: 'Thêm chương trình' }).click()
      await page.getByLabel('Tên chương trình').fill('Tưới đêm')
      await press('Theo nước cây dùng (ET0)')
      await press('Lưu')
      await notice().getByText('Đã lưu').waitFor()
      const body = JSON.parse(saved()?.replace(/^PUT \S+ /, '') ?? '')
      expect(body.body.programs.at(-1)).toEqual({
        ...{ id: expect.stringMatching(/^program-[0-9a-f]{8}$/), name: 'Tưới đêm', on: true, zones: ['k1'] },
        ...{ start: { by: 'balance', at: '05:30' }, amount: { minutes: 10 } },
      })
    })

    test('a program is deleted only after a second look', async () => {
      await open('#/program/et', size)
      await press('Xóa')
      await sheet()
      await page.locator('.sheet .primary').click()
      await notice().getByText('Đã lưu').waitFor()
      const body = JSON.parse(saved()?.replace(/^PUT \S+ /, '') ?? '')
      expect(body.body.programs.map(({ id }: { readonly id: string }) => id)).toEqual(['sang', 'am'])
    })

    test('a recipe is changed by channel, and what is not dosed is left out', async () => {
      await open('#/recipe/npk', size)
      await page.getByLabel('Axit').fill('0,3')
      await page.getByLabel('Phân B').fill('0')
      await press('Lưu')
      await notice().getByText('Đã lưu').waitFor()
      const body = JSON.parse(saved()?.replace(/^PUT \S+ /, '') ?? '')
      expect(body.body.recipes[0].doses).toEqual([
        { channel: 'a', mL_per_L: 2 },
        { channel: 'acid', mL_per_L: 0.3 },
      ])
    })

    test('a new recipe begins with every feed alike, and neither acid nor a complaint', async () => {
      await open('#/recipes', size)
      await page.getByRole('link', { name: 'Thêm công thức' }).click()
      await press('Lưu')
      await notice().getByText('Đã lưu').waitFor()
      const body = JSON.parse(saved()?.replace(/^PUT \S+ /, '') ?? '')
      expect(body.body.recipes.at(-1)).toEqual({
        ...{ id: expect.stringMatching(/^recipe-[0-9a-f]{8}$/), name: 'Công thức mới' },
        ...{ before_min: 2, after_min: 3 },
        doses: [
          { channel: 'a', mL_per_L: 1 },
          { channel: 'b', mL_per_L: 1 },
        ],
      })
    })

    test('a dose out of limits is not saved as if it had not been given, and is brought before the eyes', async () => {
      await open('#/recipe/nhe', size)
      await page.getByLabel('Tên công thức').fill('Cây lớn')
      await page.getByLabel('Phân B').fill('5000')
      await page.getByLabel('Axit').fill('101')
      await press('Lưu')
      await page.getByText('Hãy sửa chỗ tô đỏ trước.').waitFor()
      expect(saved()).toBeUndefined()
      const wrong = page.getByLabel('Phân B')
      expect(await page.locator(':focus').getAttribute('id')).toBe(await wrong.getAttribute('id'))
      const [field, bar] = [await wrong.boundingBox(), await page.locator('.edit-bar').boundingBox()]
      expect((field?.y ?? 0) + (field?.height ?? 0)).toBeLessThanOrEqual(bar?.y ?? 0)
    })

    test('limits of the climate are changed one by one', async () => {
      await open('#/climate/settings', size)
      await page.getByLabel('Bắt đầu khi VPD trên').fill('1,4')
      await page.getByLabel('Chỉ trong giờ').uncheck()
      await page.getByLabel('Chạy khi nóng hơn').first().fill('31')
      await press('Lưu')
      await notice().getByText('Đã lưu').waitFor()
      const { climate } = JSON.parse(saved()?.replace(/^PUT \S+ /, '') ?? '').body
      const { hours: _, ...mist } = panel.document.climate.misting ?? {}
      expect(climate.misting).toEqual({ ...mist, above_kPa: 1.4 })
      expect(climate.fans).toEqual([
        { ...panel.document.climate.fans[0], above_C: 31 },
        panel.document.climate.fans[1],
      ])
    })

    test('the next watering of a program is left out at a press and a second look', async () => {
      await open('#/programs', size)
      await press('Bỏ lần tới của Tưới sáng')
      await sheet()
      await page.locator('.sheet .primary').click()
      await notice().getByText('Sẽ bỏ lần tới của Tưới sáng.').waitFor()
      expect(panel.changes).toEqual(['POST /greenhouses/nha-kinh/skip {"program":"sang"}'])
    })

    test('an owner adds family with a PIN of their own', async () => {
      await open('#/accounts', size)
      await press('Thêm người')
      await sheet()
      await page.getByLabel('Tên').fill('Cô Tư')
      await page.getByLabel('Mã PIN mới (4–12 số)').fill('7351')
      await page.getByLabel('Nhập lại mã PIN').fill('7351')
      await press('Lưu')
      await notice().getByText('Đã thêm Cô Tư.').waitFor()
      expect(panel.changes).toEqual(['POST /accounts {"name":"Cô Tư","role":"member","pin":"7351"}'])
    })

    test('an edit that was not taken is brought back at a press', async () => {
      panel.conflicts = [CLASH]
      await open('#/edits', size)
      await page.getByText('Chương trình › Tưới sáng › bao nhiêu').waitFor()
      await press('Dùng lại bản này')
      await notice().getByText('Đã dùng lại.').waitFor()
      await page.getByText('Không có sửa đổi nào bị chạm nhau.').waitFor()
    })

    test('charts draw each figure and say it in words', async () => {
      await open('#/zone/k1', size)
      await page.locator('.chart canvas').nth(2).waitFor()
      await page.locator('.chart-words').getByText('gần nhất').first().waitFor()
      expect(await page.locator('.chart').count()).toBe(3)
    })

    test('water and feed used are counted by day, week, month and season', async () => {
      await open('#/use', size)
      await page.getByText('Cả nhà kính').waitFor()
      const first = page.locator('.use-table td').first()
      const told = [await first.innerText()]
      for (const by of ['Tuần', 'Tháng', 'Vụ']) {
        await press(by)
        await expect.poll(() => first.innerText()).not.toBe(told.at(-1))
        told.push(await first.innerText())
      }
      expect(told).toEqual(told.map(() => expect.stringMatching(/\d\sL$/)))
    })
  })

  test('a clash is told by the names of the document, however late that comes', async () => {
    panel.conflicts = [CLASH]
    await page.route('**/document', async (route) => {
      await page.getByText('Đang tải').first().waitFor()
      await pause(300)
      await route.continue()
    })
    await open('#/edits')
    await page.getByText('Chương trình › Tưới sáng › bao nhiêu').waitFor()
  })

  test('charts go on by themselves, and one that could not be loaded is asked for again', async () => {
    await page.clock.install()
    let cut = true
    await page.route('**/api/history?*', (route) => (cut ? route.abort() : route.continue()))
    await open('#/history', WALL)
    await page.getByText('Chưa tải được biểu đồ').first().waitFor()
    cut = false
    await page.clock.runFor(61_000)
    await page.locator('.chart-words', { hasText: 'gần nhất' }).first().waitFor()
  })

  test('a problem stands at the field that it is about, in words', async () => {
    panel.check = { problems: [AT_FIELD], warnings: [], plan: [] }
    await open('#/program/sang')
    const field = page.locator('.field').filter({ hasText: 'Giờ thứ 2' })
    await field.getByText('Lúc 06:05 còn đang tưới từ 06:00. Dời ra sau 06:35.').waitFor()
    expect(await page.locator('.field-trouble:visible').count()).toBe(1)
  })

  test('many problems at one field leave the field in sight: two are told, the others counted', async () => {
    const problems = [1, 2, 3, 4].map((zone) => ({
      ...{ ...AT_FIELD, at: `/programs/0/amount/${zone}` },
      what: { vi: `Khu ${zone} quá lâu.`, en: `Zone ${zone} is too long.` },
    }))
    panel.check = { problems, warnings: [], plan: [] }
    await open('#/program/sang')
    const field = page.locator('.field').filter({ hasText: 'Tưới bao nhiêu' })
    await field.getByText('Khu 2 quá lâu. Dời ra sau 06:35. Và 2 lỗi nữa ở đây.').waitFor()
    expect(await field.getByText('Khu 3').count()).toBe(0)
  })

  test('a time that is added is none that is there', async () => {
    await open('#/program/sang')
    await press('Thêm giờ')
    await press('Thêm giờ')
    const hours = [1, 2, 3, 4].map((count) => page.getByLabel(`Giờ thứ ${count}: giờ`).inputValue())
    expect(await Promise.all(hours)).toEqual(['06', '17', '12', '08'])
  })

  test('a problem that is about no field of this page is told above it', async () => {
    panel.check = { problems: [{ ...AT_FIELD, at: '/zones/3/valve' }], warnings: [], plan: [] }
    await open('#/program/sang')
    await page.locator('.edit-problems').getByText('Dời ra sau 06:35.').waitFor()
  })

  test('a problem of all programs together is told above them, and the bar says that it must be mended', async () => {
    panel.check = { problems: [{ ...AT_FIELD, at: '/programs' }], warnings: [], plan: [] }
    await open('#/program/sang')
    await page.locator('.edit-problems').getByText('Dời ra sau 06:35.').waitFor()
    expect(await page.locator('.field-trouble:visible').count()).toBe(0)
    await page.getByLabel('Mỗi khu tưới').fill('20')
    await page.locator('.edit-bar').getByText('Có chỗ phải sửa trước khi lưu.').waitFor()
  })

  test('what may be saved and will surprise is told beside the plan, and is saved', async () => {
    const what = {
      vi: 'Một lần chạy cần 900 L, bồn chứa 500 L.',
      en: 'One start takes 900 L, the tank holds 500 L.',
    }
    const doubt = {
      code: 'GREENHOUSE_OVER_TANK',
      what,
      next: { vi: 'Chia ra.', en: 'Spread it.' },
      at: '/programs/0',
    }
    panel.check = { problems: [], warnings: [doubt], plan: [] }
    await open('#/program/sang')
    const doubts = page.locator('.doubts')
    await doubts.getByText('Lưu được, nhưng nên xem lại').waitFor()
    await doubts.getByText('Một lần chạy cần 900 L, bồn chứa 500 L.').waitFor()
    await page.getByLabel('Mỗi khu tưới').fill('20')
    await press('Lưu')
    await notice().getByText('Đã lưu').waitFor()
    expect(saved()).toBeDefined()
  })

  test('a complaint about a dose stands at its channel, though others have left the list before it', async () => {
    await open('#/recipe/npk')
    const what = { vi: 'Quá nhiều.', en: 'Too much.' }
    panel.check = {
      problems: [{ code: 'DOSE', at: '/recipes/0/doses/0', what, next: what }],
      warnings: [],
      plan: [],
    }
    await page.getByLabel('Phân A').fill('0')
    const field = page.locator('.field').filter({ has: page.getByLabel('Phân B') })
    await field.getByText('Quá nhiều.').waitFor()
    expect(await page.getByText('Quá nhiều.').count()).toBe(1)
  })

  test('what the node refuses is said beside the key that was pressed, and shown where it is wrong', async () => {
    const problem = { ...AT_FIELD, at: '/climate/misting/above_kPa' }
    await open('#/climate/settings')
    await page.getByLabel('Ngày dài (kể cả nắng)').fill('12')
    panel.refusal = { status: 422, problem }
    panel.check = { problems: [problem], warnings: [], plan: [] }
    await press('Lưu')
    await page.locator('.edit-bar').getByText('Hãy sửa chỗ tô đỏ trước.').waitFor()
    const field = page.getByLabel('Bắt đầu khi VPD trên')
    await expect.poll(() => field.and(page.locator(':focus')).count()).toBe(1)
    const [box, bar] = [await field.boundingBox(), await page.locator('.edit-bar').boundingBox()]
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(bar?.y ?? 0)
  })

  test('what is no number is told at once, and nothing is sent', async () => {
    await open('#/program/sang')
    await page.getByLabel('Mỗi khu tưới').fill('mười')
    await page.getByText('Hãy nhập một con số').waitFor()
    await page.getByLabel('Tên chương trình').fill('Tưới sớm')
    await press('Lưu')
    await page.getByText('Hãy sửa chỗ tô đỏ trước.').waitFor()
    expect(panel.changes).toEqual([])
  })

  test('a document that was edited elsewhere takes the edit in at a second press', async () => {
    const what = { vi: 'Đã đổi.', en: 'Changed.' }
    panel.refusal = { status: 409, problem: { code: 'DOCUMENT_CHANGED', what, next: what } }
    await open('#/program/sang')
    await page.getByLabel('Mỗi khu tưới').fill('20')
    panel.rev = 7
    panel.document = { ...panel.document, programs: panel.document.programs.slice(0, 2) }
    await press('Lưu')
    await page.getByText('Nơi khác vừa sửa.').waitFor()
    await press('Lưu')
    await notice().getByText('Đã lưu').waitFor()
    const body = JSON.parse(panel.changes.at(-1)?.replace(/^PUT \S+ /, '') ?? '')
    expect([body.rev, body.body.programs.length, body.body.programs[0].amount]).toEqual([
      '7',
      2,
      { minutes: 20 },
    ])
  })

  test('edits are not lost by a slip of the thumb', async () => {
    await open('#/program/sang')
    await page.getByLabel('Mỗi khu tưới').fill('20')
    await page.getByRole('link', { name: 'Nhà kính' }).click()
    await page.getByText('Bạn đã sửa mà chưa lưu.').waitFor()
    await sheet()
    await page.locator('.sheet .wide').last().click()
    expect(await page.getByLabel('Mỗi khu tưới').inputValue()).toBe('20')
    await expect.poll(() => page.url()).toContain('#/program/sang')
  })

  test('edits are not lost by pulling the page down', async () => {
    await open('#/program/sang')
    await page.getByLabel('Mỗi khu tưới').fill('20')
    const asked = page.waitForEvent('dialog')
    const pulled = page.evaluate('location.reload()')
    const dialog = await asked
    expect(dialog.type()).toBe('beforeunload')
    await dialog.dismiss()
    await pulled
    expect(await page.getByLabel('Mỗi khu tưới').inputValue()).toBe('20')
  })

  test('a recipe that a program feeds with is not deleted', async () => {
    await open('#/recipe/npk')
    await press('Xóa')
    await notice().getByText('Chương trình “Tưới sáng” đang dùng').waitFor()
    expect(panel.changes).toEqual([])
  })

  test('who is family looks at programs and waters, but edits nothing', async () => {
    panel.session = session('member')
    await open('#/program/sang')
    await page.getByText('Chỉ chủ vườn được sửa.').waitFor()
    expect(await page.locator('.editor :enabled').count()).toBe(0)
    await open('#/more')
    expect(await page.getByRole('link', { name: 'Người dùng' }).count()).toBe(0)
    await open('#/accounts')
    expect(await page.getByRole('button', { name: 'Thêm người' }).count()).toBe(0)
  })

  describe('on a phone that lies about open', () => {
    const again = {
      ...{ code: 'PIN_AGAIN', what: { vi: 'Việc này cần mã PIN.', en: 'This needs your PIN.' } },
      next: { vi: 'Nhập mã PIN.', en: 'Give your PIN.' },
    }
    const removeGrandfather = async () => {
      await open('#/accounts')
      panel.refusal = { status: 403, problem: again }
      await press('Xóa Ông Ba')
      await sheet()
      await page.locator('.sheet .primary').first().click()
      await page.getByText('nên cần mã PIN của chính bạn').waitFor()
      await sheet()
    }

    test('what is sensitive asks for the PIN and then is done', async () => {
      await removeGrandfather()
      for (const digit of '2469') await press(digit)
      await press('Vào')
      await page.getByText('Sai mã PIN.').waitFor()
      for (const digit of panel.pin) await press(digit)
      await press('Vào')
      await notice().getByText('Ông Ba').waitFor()
      expect(panel.accounts.map(({ id }) => id)).toEqual(['lan'])
    })

    test('what is sensitive is not done where nobody gives the PIN, and says why', async () => {
      await removeGrandfather()
      await page.locator('.sheet').getByRole('button', { name: 'Thôi' }).last().click()
      await notice().getByText('Việc này cần mã PIN.').waitFor()
      expect(panel.accounts.length).toBe(2)
    })
  })

  test('language and theme are chosen and remembered', async () => {
    await open('#/settings')
    await press('English')
    await page.getByRole('heading', { name: 'Settings' }).waitFor()
    await press('Dark')
    await page.reload()
    await page.getByRole('heading', { name: 'Settings' }).waitFor()
    expect(await page.locator('html').getAttribute('data-theme')).toBe('dark')
  })

  test('a house without tank, dosing or climate shows no empty rows', async () => {
    panel.state = state({
      ...{ tank: null, pump: null, fertiliser: [], flow_Lmin: null, pressure_kPa: null, et0_mm: null },
      climate: {
        ...{ temperature_C: null, humidity: null, vpd_kPa: null, co2_ppm: null, light_lx: null, par: null },
        devices: [],
      },
    })
    await open('#/climate')
    await page.getByText('Chưa có thiết bị khí hậu nào.').waitFor()
    await open('#/water')
    await page.getByText('Nhà kính này không đo bồn nước.').waitFor()
    await open('#/')
    expect(await page.locator('.air-fact').count()).toBe(0)
  })
})
