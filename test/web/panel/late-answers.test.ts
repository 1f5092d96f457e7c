import type { Page, Route } from 'playwright-core'
import { beforeEach, describe, expect, test } from 'vitest'
import { browserMissing, titleOf } from '../page-in-browser.ts'
import { MORNING, state } from './greenhouse.ts'
import type { MockPanel } from './mock-panel.ts'
import { panelInBrowser } from './panel-in-browser.ts'

/** A weak Wi-Fi: what a page asks for comes after the next press, after another answer, or at another try. */
describe.skipIf(browserMissing)(titleOf('answers that come late'), () => {
  const world = panelInBrowser()
  const { open, holdTime, notice, press, sheet } = world
  let panel: MockPanel
  let page: Page

  beforeEach(() => {
    ;({ panel, page } = world.now())
  })

  /** Counts what is asked at an address, and holds it, or those times of it, until it is let go. */
  const held = async (address: string, isHeld: (count: number) => boolean = () => true) => {
    let letGo = () => {}
    const gone = new Promise<void>((resolve) => {
      letGo = resolve
    })
    let count = 0
    await page.route(address, async (route: Route) => {
      count++
      if (isHeld(count)) await gone
      await route.continue()
    })
    return { letGo, count: () => count }
  }
  /** The next answer from an address has come, and whatever is drawn by it. */
  const drawnBy = async (address: string, letGo: () => void) => {
    const late = page.waitForResponse(address)
    letGo()
    await (await late).finished()
    await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)))')
  }

  test('feed can be chosen in a sheet that was opened before the document came', async () => {
    const document = await held('**/document')
    await open()
    await press('Tưới Ớt')
    await sheet()
    await page.getByRole('button', { name: '15 phút', exact: true }).click()
    await page.locator('.sheet').getByText('Đang tải…').waitFor()
    document.letGo()
    await press('Nuôi trái')
    await press('Tưới 15 phút')
    await expect
      .poll(() => panel.changes)
      .toEqual(['POST /greenhouses/nha-kinh/water {"zone":"k4","amount":{"minutes":15},"recipe":"npk"}'])
  })

  test('a refusal that comes once the sheet has been closed is told all the same', async () => {
    const what = { vi: 'Khu đã tưới đủ hôm nay.', en: 'The zone has had enough today.' }
    panel.refusal = { status: 422, problem: { code: 'WATER_DAILY', what, next: what } }
    await open()
    await press('Tưới Dưa lưới')
    await sheet()
    const water = await held('**/water')
    await press('Tưới 10 phút')
    await expect.poll(water.count).toBe(1)
    await page.locator('.sheet-close').click()
    await page.locator('.sheet').waitFor({ state: 'detached' })
    water.letGo()
    await notice().getByText('Khu đã tưới đủ hôm nay.').waitFor()
  })

  test('a document that is read again and says the same draws nothing anew under a finger', async () => {
    const again = await held('**/document', (count) => count > 1)
    await open('#/programs')
    await page.locator('.thing').first().waitFor()
    await page.evaluate('document.querySelector(".thing").setAttribute("data-before", "")')
    await expect.poll(again.count).toBe(2)
    await drawnBy('**/document', again.letGo)
    expect(await page.locator('.thing[data-before]').count()).toBe(1)
  })

  test('a document that could not be read is asked for again, and charts are drawn by it', async () => {
    await page.clock.install()
    let cut = true
    await page.route('**/document', (route) => (cut ? route.abort() : route.continue()))
    await open('#/history')
    cut = false
    // What is heard meanwhile is no reason to ask for everything anew.
    await expect
      .poll(async () => {
        await page.clock.runFor(1_000)
        panel.tell({})
        return page.locator('.chart').count()
      })
      .toBeGreaterThan(0)
  })

  test('what the node refuses is shown where it is wrong, though a change had not been checked yet', async () => {
    const what = { vi: 'Quá cao.', en: 'Too high.' }
    const problem = { code: 'CLIMATE', at: '/climate/misting/above_kPa', what, next: what }
    await page.clock.install()
    await open('#/climate/settings')
    await page.getByLabel('Ngày dài (kể cả nắng)').waitFor()
    await holdTime()
    const checks = await held('**/document/check')
    await page.getByLabel('Ngày dài (kể cả nắng)').fill('12')
    panel.refusal = { status: 422, problem }
    panel.check = { problems: [problem], warnings: [], plan: [] }
    await press('Lưu')
    await expect.poll(checks.count).toBe(1)
    await page.clock.runFor(500)
    checks.letGo()
    await page.locator('.edit-bar').getByText('Hãy sửa chỗ tô đỏ trước.').waitFor()
  })

  test('who has left a page while it was being saved is not called back to where it leads', async () => {
    await open('#/program/sang')
    await page.getByLabel('Mỗi khu tưới').fill('20')
    const saving = await held('**/document')
    await press('Lưu')
    await expect.poll(saving.count).toBe(1)
    await page.getByRole('link', { name: 'Nhà kính' }).click()
    await sheet()
    await page.locator('.sheet .primary').click()
    await page.locator('main.page-home').waitFor()
    saving.letGo()
    await notice().getByText('Đã lưu').waitFor()
    expect(new URL(page.url()).hash).toBe('#/')
  })

  test('nothing can be changed while it is being saved, for it would be lost', async () => {
    await open('#/program/sang')
    await page.getByLabel('Mỗi khu tưới').fill('20')
    const saving = await held('**/document')
    await press('Lưu')
    await expect.poll(saving.count).toBe(1)
    await page.locator('.edit-body[inert]').waitFor()
    saving.letGo()
    await notice().getByText('Đã lưu').waitFor()
  })

  test('figures of one period do not stand under another that could not be loaded', async () => {
    await open('#/use')
    await page.locator('.use-body .use-table').first().waitFor()
    await page.route('**/use?by=week*', (route) => route.abort())
    await press('Tuần')
    await page.locator('[role=status]').getByText('Kiểm tra Wi-Fi').waitFor()
    expect(await page.locator('.use-body .use-table').count()).toBe(0)
  })

  test('a device whose output is heard of later is held by the steps that it has', async () => {
    panel.state = { ...panel.state, outputs: [] }
    await open('#/climate')
    const fan = page.locator('.device').filter({ hasText: 'Quạt đối lưu' })
    await fan.locator('summary').waitFor()
    panel.state = { ...panel.state, outputs: state().outputs }
    panel.tell({})
    await fan.locator('summary').click()
    await fan.getByRole('button', { name: '50 %' }).click()
    await expect
      .poll(() => panel.changes)
      .toEqual(['POST /outputs/gh-board/fan2/hold {"value":50,"for_s":1800}'])
  })

  test('a clash that comes while the page is looked at is listed', async () => {
    await open('#/edits')
    await page.getByText('Không có sửa đổi nào bị chạm nhau.').waitFor()
    const lost = [{ path: ['programs', 'sang', 'amount'], lost: { minutes: 20 } }]
    panel.conflicts = [
      { id: 'conflict', of: 'greenhouse:nha-kinh', at: MORNING, by: 'Hoa', side: 'hub', lost },
    ]
    panel.tell({}, { edits: { waiting: 0, conflicts: 1 } })
    await page.getByText('Chương trình › Tưới sáng › bao nhiêu').waitFor()
  })

  test('the whole journal is asked for again when it could not be loaded', async () => {
    const [house] = panel.state.greenhouses
    panel.journal = house?.journal ?? []
    panel.state = state({ journal: [] })
    await page.clock.install()
    let cut = true
    await page.route('**/journal', (route) => (cut ? route.abort() : route.continue()))
    await open('#/zone/k1')
    await page.locator('.journal').getByText('Chưa tưới lần nào').waitFor()
    await holdTime()
    cut = false
    await expect
      .poll(async () => {
        await page.clock.runFor(1_000)
        return page.locator('.journal').innerText()
      })
      .toContain('Lan tưới tay')
  })

  test('a list that was asked for before somebody was added does not hide them', async () => {
    const first = await held('**/accounts', (count) => count === 1)
    await open('#/accounts')
    await expect.poll(first.count).toBe(1)
    await press('Thêm người')
    await sheet()
    await page.getByLabel('Tên').fill('Cô Tư')
    await page.getByLabel('Mã PIN mới (4–12 số)').fill('7351')
    await page.getByLabel('Nhập lại mã PIN').fill('7351')
    await press('Lưu')
    const added = page.locator('.person').filter({ hasText: 'Cô Tư' })
    await added.waitFor()
    panel.accounts = panel.accounts.slice(0, 2)
    await drawnBy('**/accounts', first.letGo)
    expect(await added.count()).toBe(1)
  })
})
