import type { Page } from 'playwright-core'
import { beforeEach, describe, expect, test } from 'vitest'
import { alert, command, conflict, edges, floodedOverview, NOON, overview, station } from './city.ts'
import type { MockHub } from './mock-hub.ts'
import { browserMissing, FAINT_TEXTS, inBrowser, SMALL_TARGETS, titleOf } from './page-in-browser.ts'

describe.skipIf(browserMissing)(titleOf('the page in a browser'), () => {
  const world = inBrowser()
  const { open } = world
  let hub: MockHub
  let page: Page
  let troubles: readonly string[]

  beforeEach(() => {
    ;({ hub, page, troubles } = world.now())
  })

  const headline = () => page.locator('.headline-title')

  test('a crossing of BĐ2 shows within 2 s of the event, in card, headline, alarm list, map and title', async () => {
    await open()
    const siren = station().outputs.map((output) => ({ ...output, on: true }))
    hub.send({ event: 'station', data: station({ level: 2, stage_m: 3.36, outputs: siren }) })
    hub.send({ event: 'alert', data: alert() })
    await Promise.all([
      page.locator('.card.grade-2 .chip').getByText('Báo động 2').waitFor({ timeout: 2_000 }),
      headline().getByText('Đông Hà: trên BĐ2').waitFor({ timeout: 2_000 }),
      page.locator('.alarm-active .alarm-text').getByText('trên BĐ2').waitFor({ timeout: 2_000 }),
      page.locator('.pin.grade-2').waitFor({ timeout: 2_000 }),
      page.locator('.card .output-state').getByText('ĐANG KÊU').waitFor({ timeout: 2_000 }),
      expect.poll(() => page.title(), { timeout: 2_000 }).toMatch(/^\(1\)/),
    ])
    expect(troubles).toEqual([])
  })

  test('a new alarm of level 2 is announced to a screen reader, assertively', async () => {
    await open()
    hub.send({ event: 'alert', data: alert() })
    await page
      .locator('[aria-live=assertive]')
      .getByText('trên BĐ2')
      .waitFor({ state: 'attached', timeout: 2_000 })
  })

  test('arriving alarms move nothing else on the page', async () => {
    await open()
    const before = await page.locator('.card').first().boundingBox()
    const map = await page.locator('.map').boundingBox()
    for (let n = 0; n < 12; n++)
      hub.send({ event: 'alert', data: alert({ id: String(n), raisedAt: NOON + n }) })
    await page.locator('.alarm').nth(11).waitFor({ state: 'attached' })
    expect([
      await page.locator('.card').first().boundingBox(),
      await page.locator('.map').boundingBox(),
    ]).toEqual([before, map])
  })

  test('a lost hub is shown with the age of the figures, and its return too', async () => {
    await open()
    hub.cut()
    await headline().getByText('Mất kết nối trung tâm — số liệu cũ từ 12:03').waitFor({ timeout: 6_000 })
    hub.restore()
    await headline().getByText('Bình thường').waitFor({ timeout: 15_000 })
  }, 40_000)

  test('the language changes at a press and is remembered', async () => {
    await open()
    await page.getByRole('button', { name: 'English' }).click()
    await headline().getByText('All well').waitFor()
    await page.reload()
    await headline().getByText('All well').waitFor()
    expect(await page.locator('html').getAttribute('lang')).toBe('en')
    await page.getByRole('button', { name: 'Tiếng Việt' }).click()
    await headline().getByText('Bình thường').waitFor()
  })

  test('a station can be reached with the keyboard alone, from its card', async () => {
    await open()
    await page.locator('.card-link').first().focus()
    await page.keyboard.press('Enter')
    await page.locator('.station-title h1').getByText('Đông Hà').waitFor()
    await page.locator('.chart-stage canvas').waitFor()
    expect(troubles).toEqual([])
  })

  test('the marks on the map are reached by Tab and opened by Enter', async () => {
    await open()
    await page.locator('.leaflet-control-zoom-out').focus()
    let reached = ''
    for (let step = 0; step < 8 && !reached.startsWith('Mở trạm'); step++) {
      await page.keyboard.press('Shift+Tab')
      reached = String(await page.evaluate('document.activeElement.getAttribute("aria-label") ?? ""'))
    }
    await page.keyboard.press('Enter')
    await page.locator('.station-title h1').waitFor()
  })

  test('an alarm is acknowledged at a press', async () => {
    await open('#/', floodedOverview())
    const acknowledged = page.locator('.alarm-meta').getByText('lan đã xác nhận lúc')
    await expect.poll(() => acknowledged.count()).toBe(1)
    await page.getByRole('button', { name: 'Xác nhận: Mực nước 3,36 m' }).click()
    await expect.poll(() => acknowledged.count()).toBe(2)
    expect(hub.acknowledged).toEqual(['dong-ha/level/7'])
  })

  test('the page of a station tells whether its data is complete, with ranges and gaps', async () => {
    await open('#/station/dong-ha', floodedOverview())
    await page.locator('.ledger-verdict').getByText('Đang nhận bù: còn 4.210 dòng').waitFor()
    await page.locator('.has-gaps').getByText('12.000–12.209: đang chờ nút gửi').waitFor()
    await page.getByText('trong đó 1.500 đã xóa theo hạn lưu').waitFor()
    hub.send({ event: 'station', data: station({ complete: true, behind: 0 }) })
    await page.locator('.ledger-verdict').getByText('Đủ dữ liệu').waitFor({ timeout: 2_000 })
  })

  test('a hub with accounts asks for a sign-in, tells a wrong password, and lets the right one in', async () => {
    hub.password = 'sông Hiếu'
    await page.goto(hub.url)
    await page.getByLabel('Tên').fill('lan')
    await page.getByLabel('Mật khẩu').fill('sai')
    await page.getByRole('button', { name: 'Đăng nhập' }).click()
    await page.getByText('không đúng').waitFor()
    await page.getByLabel('Mật khẩu').fill('sông Hiếu')
    await page.getByRole('button', { name: 'Đăng nhập' }).click()
    await headline().getByText('Bình thường').waitFor()
    await page.getByRole('button', { name: 'Đăng xuất' }).waitFor()
  })

  test('markup in a name stays text', async () => {
    const name = { vi: '<img src=x onerror=alert(1)>', en: '<b>x</b>' }
    await open('#/', overview({ stations: [station({ name })] }))
    await page.locator('.card-link').getByText('<img src=x').waitFor()
    expect(await page.locator('.card img, .pin img').count()).toBe(0)
  })

  describe.each([
    ['overview', '#/'],
    ['station', '#/station/dong-ha'],
    ['nodes', '#/nodes'],
    ['node', '#/node/dong-ha-edge'],
  ])('the %s page', (_name, hash) => {
    test('does not scroll sideways on a phone 360 px wide', async () => {
      await page.setViewportSize({ width: 360, height: 800 })
      await open(hash, floodedOverview())
      if (hash.includes('station')) await page.locator('.chart-stage canvas').waitFor()
      const wide = await page.evaluate('document.documentElement.scrollWidth')
      expect(wide).toBe(360)
    })
    test('gives every finger 44 px', async () => {
      await page.setViewportSize({ width: 360, height: 800 })
      await open(hash, floodedOverview())
      expect(await page.evaluate(SMALL_TARGETS)).toEqual([])
    })
    test.each(['light', 'dark'] as const)('has text of contrast 4.5 or more in %s', async (colorScheme) => {
      await page.emulateMedia({ colorScheme })
      await open(hash, floodedOverview())
      expect(await page.evaluate(FAINT_TEXTS)).toEqual([])
    })
  })

  test('a siren is sounded only after a reason was given, and its outcome is told', async () => {
    await open('#/station/dong-ha', floodedOverview())
    await page.getByRole('button', { name: 'Hú còi khẩn cấp' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Gửi lệnh' }).click()
    await dialog.getByText('Ghi lý do trước khi gửi.').waitFor()
    expect(hub.commands).toEqual([])
    await dialog.getByLabel('Lý do').fill('sơ tán thôn 3')
    await dialog.getByLabel('Trong bao lâu').selectOption('180')
    await dialog.getByRole('button', { name: 'Gửi lệnh' }).click()
    await dialog.waitFor({ state: 'detached' })
    const [given] = hub.commands
    expect(given).toMatchObject({
      class: 'emergency',
      why: 'sơ tán thôn 3',
      action: { type: 'drive', for_s: 180 },
    })
    await page.locator('.command', { hasText: 'đã gửi, chờ nút' }).first().waitFor()
    hub.send({ event: 'command', data: { ...command(given), state: 'done' } })
    await page.locator('.command', { hasText: 'xong' }).first().waitFor()
    expect(troubles).toEqual([])
  })

  test('a command that the node refused says why', async () => {
    await open('#/station/dong-ha', floodedOverview())
    const problem = {
      code: 'COMMAND_EXPIRED',
      what: { vi: 'Lệnh đến nút khi đã quá hạn 40 giây.', en: 'The command was 40 s past its expiry.' },
      next: { vi: 'Gửi lệnh mới.', en: 'Send a new one.' },
    }
    hub.send({ event: 'command', data: command({ state: 'expired', problem }) })
    await page.locator('.command', { hasText: 'quá hạn 40 giây' }).waitFor()
  })

  test('a threshold is edited over the revision that was shown', async () => {
    await open('#/station/dong-ha')
    await page.getByLabel('Báo động 2').fill('3.4')
    await page.getByRole('button', { name: 'Lưu' }).click()
    await page.getByText('Đã lưu.').waitFor()
    expect(hub.document.content).toMatchObject({
      id: 'dong-ha',
      levels: [{ stage_m: 2.5 }, { level: 2, stage_m: 3.4 }, { stage_m: 4 }],
      clear: { below_m: 0.1, hold_min: 30 },
    })
  })

  test('a threshold that was edited elsewhere meanwhile is not overwritten', async () => {
    await open('#/station/dong-ha')
    await page.getByLabel('Báo động 2').fill('3.4')
    hub.document = { ...hub.document, rev: '4-ff' }
    await page.getByRole('button', { name: 'Lưu' }).click()
    await page.getByText('đã được sửa ở nơi khác').waitFor()
    expect(hub.document.content).toMatchObject({ levels: [{}, { stage_m: 3.5 }, {}] })
    expect(await page.getByLabel('Báo động 2').inputValue()).toBe('3.4')
  })

  test('a threshold that was edited and not saved is not lost by leaving the page without a question', async () => {
    await open('#/station/dong-ha')
    await page.getByLabel('Báo động 2').fill('3.4')
    await page.getByRole('link', { name: 'Nút', exact: true }).click()
    await page.getByRole('button', { name: 'Ở lại' }).click()
    expect(await page.getByLabel('Báo động 2').inputValue()).toBe('3.4')
    await page.waitForURL('**/#/station/dong-ha')
    await page.getByRole('link', { name: 'Nút', exact: true }).click()
    await page.getByRole('button', { name: 'Bỏ sửa đổi' }).click()
    await page.waitForURL('**/#/nodes')
  })

  test('an edit that lost is listed with what is in force, and restored with one press', async () => {
    hub.conflicts = [conflict()]
    await open('#/station/dong-ha')
    await page.locator('.conflict', { hasText: 'Báo động 2: đang dùng 3,30, bỏ 3,80' }).waitFor()
    await page.getByRole('button', { name: 'Khôi phục' }).click()
    await page.locator('.conflict').waitFor({ state: 'detached' })
    expect(hub.changes).toEqual(['POST /conflicts/dong-ha-edge/conflict:flood-station:dong-ha:2-cd/restore'])
  })

  test('the page of a node tells its lanes, its clock, and how long its disk will do', async () => {
    await open('#/node/dong-ha-edge')
    await page.locator('.facts', { hasText: 'mạng (NTP)' }).waitFor()
    await page.locator('.facts', { hasText: '1.440,0' }).waitFor()
    await page.locator('.ledger-table thead').first().waitFor({ state: 'attached' })
    const heads = await page.locator('.ledger-table thead th').allTextContents()
    expect(heads).toEqual(expect.arrayContaining(['Nút đã ghi', 'Đã có', 'Đã xác nhận', 'Rút gọn', 'Bỏ']))
  })

  test('a node in quarantine says so until a person clears it', async () => {
    const quarantine = { since: NOON - 600_000, reason: 'rows', text: { vi: 'Hai nút.', en: 'Two nodes.' } }
    hub.edges = edges().map((edge) => ({ ...edge, quarantine }))
    await open('#/node/dong-ha-edge')
    await page.getByRole('button', { name: 'bỏ cách ly' }).click()
    await expect.poll(() => hub.changes).toEqual(['POST /edges/dong-ha-edge/quarantine/clear'])
    for (const data of hub.edges) hub.send({ event: 'edge', data })
    await page.locator('.quarantine').waitFor({ state: 'hidden' })
  })

  test('a refused code stands with the sentence that explains it', async () => {
    await open('#/nodes')
    await page.locator('.refused-why', { hasText: 'mã toàn vẹn sai' }).first().waitFor()
  })

  test('every page loads without an error on the console, under the policy of the hub', async () => {
    await open('#/', floodedOverview())
    await open('#/nodes')
    await open('#/node/dong-ha-edge')
    await open('#/station/dong-ha')
    await page.locator('.chart-rain canvas').waitFor()
    expect(troubles).toEqual([])
  })
})
