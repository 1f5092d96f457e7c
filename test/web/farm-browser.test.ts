import type { Page } from 'playwright-core'
import { beforeEach, describe, expect, test } from 'vitest'
import type { FarmView } from '../../hub/api/farm-schema.ts'
import { alert, NOON, overview } from './city.ts'
import { farm, farmProblem, farmZone, HOUSE, neighbour } from './farm.ts'
import type { MockHub } from './mock-hub.ts'
import { browserMissing, FAINT_TEXTS, inBrowser, SMALL_TARGETS, titleOf } from './page-in-browser.ts'

/** An agronomist looks at greenhouses, waters, edits programs and compares, in a real browser. */

const HERE = `#/farms/${HOUSE.edge}/${HOUSE.farm}`

describe.skipIf(browserMissing)(titleOf('the farm page in a browser'), () => {
  const world = inBrowser()
  let hub: MockHub
  let page: Page
  let troubles: readonly string[]

  beforeEach(() => {
    ;({ hub, page, troubles } = world.now())
    hub.world = overview({ now: NOON })
    hub.farms = [farm(), neighbour()]
  })
  const open = async (part = '') => {
    await world.open(`${HERE}${part === '' ? '' : `/${part}`}`)
    await page.locator('.farm-title h1').getByText('Nhà kính Gio An').waitFor()
  }
  const told = (change: Partial<FarmView>) => {
    hub.farms = [farm(change), neighbour()]
    hub.send({ event: 'farm', data: { edge: HOUSE.edge, farm: HOUSE.farm } })
  }
  const zone = (name: string) => page.locator('.zone-card').filter({ hasText: name })

  describe('where to find it', () => {
    test('the top bar leads to it where there are greenhouses', async () => {
      await world.open('#/')
      await page.getByRole('link', { name: 'Nông trại' }).click()
      await page.getByRole('link', { name: 'Nhà kính Gio An' }).click()
      await zone('Dưa lưới').waitFor()
      expect(troubles).toEqual([])
    })

    test('the top bar does not speak of it where there are none', async () => {
      hub.farms = []
      await world.open('#/')
      await page.getByRole('link', { name: 'Nút', exact: true }).waitFor()
      expect(await page.getByRole('link', { name: 'Nông trại' }).count()).toBe(0)
    })

    test('a greenhouse that is not there says so', async () => {
      await world.open('#/farms/nowhere/none')
      await page.getByText('Không có nhà kính này.').waitFor()
    })
  })

  describe('at a glance', () => {
    test('a card says what is wrong and what runs before it says anything else', async () => {
      await world.open('#/farms')
      const [first, second] = [page.locator('.farm-card').nth(0), page.locator('.farm-card').nth(1)]
      await first.locator('.status').getByText('1 việc cần xử lý · Đang tưới Dưa lưới').waitFor()
      await second.locator('.status').getByText('Bình thường, không tưới').waitFor()
    })

    test('a greenhouse whose node is silent says since when, not that all is well', async () => {
      hub.farms = [farm({ online: false, lastSeen: NOON - 3_600_000, problems: [] })]
      await world.open('#/farms')
      await page.locator('.farm-card .status').getByText('Nút mất liên lạc từ 11:03').waitFor()
    })

    test('a zone whose probe is lost shows no figure', async () => {
      await open()
      await zone('Ớt').getByText('mất cảm biến').waitFor()
      await zone('Rau ăn lá').getByText('19 %, khô').waitFor()
    })

    test('a change at the node is on the page without a press', async () => {
      await open()
      told({ zones: [farmZone('k1'), farmZone('k2', { left_s: 120 }), farmZone('k3'), farmZone('k4')] })
      await zone('Cà chua').getByText('Đang tưới, còn 2 phút').waitFor()
    })
  })

  describe('water', () => {
    test('by minutes with a recipe is a momentary command, and what becomes of it is told', async () => {
      await open()
      await zone('Cà chua').getByRole('button', { name: 'Tưới Cà chua' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByRole('textbox', { name: 'Bao nhiêu' }).fill('7,5')
      await dialog.getByLabel('Bón kèm').selectOption('Nuôi trái')
      await dialog.getByRole('button', { name: 'Gửi lệnh tưới' }).click()
      await page.locator('.commands').getByText('Tưới Cà chua, 7,5 phút, bón Nuôi trái').waitFor()
      expect(hub.commands[0]).toMatchObject({
        ...{ edge: HOUSE.edge, class: 'momentary', why: 'Tưới thêm' },
        action: {
          ...{ type: 'water', station: HOUSE.farm, zone: 'k2' },
          ...{ amount: { minutes: 7.5 }, recipe: 'nuoi-trai' },
        },
      })
      const [given] = hub.commands
      if (given !== undefined) hub.send({ event: 'command', data: { ...given, state: 'done' } })
      await page.locator('.commands .status-good').waitFor()
    })

    test('beyond what the zone takes in one run is not sent, and the limit is named', async () => {
      await open()
      await zone('Cà chua').getByRole('button', { name: 'Tưới Cà chua' }).click()
      await page.getByRole('textbox', { name: 'Bao nhiêu' }).fill('90')
      await page.getByRole('button', { name: 'Gửi lệnh tưới' }).click()
      await page.getByRole('dialog').getByText('Nhập số từ 0,5 đến 40 phút.').waitFor()
      expect(hub.commands).toEqual([])
    })

    test('is stopped everywhere with one press, and let go on with another', async () => {
      await open()
      await page.getByRole('button', { name: 'Dừng tất cả' }).click()
      await page.getByText('Đã gửi lệnh: Dừng tất cả').waitFor()
      expect(hub.commands[0]?.action).toEqual({ type: 'water-stop', station: HOUSE.farm })
      told({ paused: true })
      await page.getByRole('button', { name: 'Cho chạy lại' }).click()
      await page.getByText('Đã gửi lệnh: Cho chạy lại').waitFor()
      expect(hub.commands[0]?.action).toEqual({ type: 'water-resume', station: HOUSE.farm })
    })

    test('is not offered to an account of lighting alone', async () => {
      hub.account = { name: 'den', role: 'operator', verticals: ['lighting'] }
      await open()
      await page.getByText('Tài khoản này chỉ xem được nông trại.').first().waitFor()
      expect(await page.getByRole('button', { name: /Tưới|Dừng/ }).count()).toBe(0)
    })
  })

  describe('programs', () => {
    const edit = async () => {
      await open('programs')
      await page.getByRole('button', { name: 'Sửa Tưới sáng' }).click()
      return page.locator('.farm-thing-open')
    }

    test('are told as sentences, with what they water in the next day', async () => {
      await open('programs')
      await page.getByText('Khi ẩm đất dưới 24 %, đến 30 %, từ 06:00 đến 17:00').waitFor()
      await page.locator('.plan-run').first().getByText('Dưa lưới · Tưới sáng').waitFor()
      expect(troubles).toEqual([])
    })

    test('are called by their new name in the plan too', async () => {
      const form = await edit()
      await form.getByLabel('Tên chương trình').fill('Tưới sớm')
      await page.locator('.plan-run').first().getByText('Dưa lưới · Tưới sớm').waitFor()
    })

    test('are edited with the panel’s own editor and saved as one edit of the document', async () => {
      const form = await edit()
      await form.getByLabel('Mỗi khu tưới').fill('8')
      await page.locator('.plan-run').first().getByText('8 phút').waitFor()
      await page.getByRole('button', { name: 'Lưu' }).click()
      await page.getByText('Đã lưu. Nút nhận khi có liên lạc.').waitFor()
      expect(hub.changes).toEqual([`PUT /documents/${HOUSE.edge}/greenhouse:${HOUSE.farm}`])
      expect(hub.farmDocument.content).toMatchObject({
        programs: [{ id: 'sang', amount: { minutes: 8 } }, { id: 'rau' }],
      })
    })

    test('that may be saved and will surprise say so beside their plan', async () => {
      const form = await edit()
      await form.getByLabel('Tên chương trình').fill('Tưới sớm')
      await page.getByRole('button', { name: 'Thêm giờ' }).click()
      await form.getByLabel('Mỗi khu tưới').fill('32')
      await page.locator('.doubts').getByText('Lưu được, nhưng nên xem lại').waitFor()
      expect(await page.locator('.doubts li').count()).toBeGreaterThan(0)
    })

    test('that contradict themselves say so at the field before they are saved', async () => {
      const form = await edit()
      await form.getByLabel('Mỗi khu tưới').fill('55')
      await form.locator('.field-trouble:visible').first().waitFor()
    })

    test('that somebody else edits meanwhile stay as they are typed, and the page says so', async () => {
      const form = await edit()
      await form.getByLabel('Mỗi khu tưới').fill('9')
      hub.farmDocument = { ...hub.farmDocument, rev: '4-other' }
      hub.send({ event: 'document', data: { edge: HOUSE.edge, id: hub.farmDocument.id } })
      await page.getByText('Nơi khác vừa sửa nhà kính này.').waitFor()
      expect(await form.getByLabel('Mỗi khu tưới').inputValue()).toBe('9')
      await page.getByRole('button', { name: 'Tải lại' }).click()
      await page.getByText('12 phút mỗi khu').waitFor()
    })

    test('are not lost by leaving the page without a question', async () => {
      const form = await edit()
      await form.getByLabel('Mỗi khu tưới').fill('9')
      await page.getByRole('link', { name: 'Về danh sách nhà kính' }).click()
      await page.getByRole('button', { name: 'Ở lại' }).click()
      expect(await form.getByLabel('Mỗi khu tưới').inputValue()).toBe('9')
    })

    test('keep a recipe that they still use', async () => {
      await open('programs')
      await page.getByRole('button', { name: 'Xóa Nuôi trái' }).click()
      await page.getByText('Còn dùng trong chương trình Tưới sáng.').waitFor()
    })
  })

  describe('use', () => {
    test('compares greenhouses, and their zones, by what a square metre gets', async () => {
      await world.open('#/farms')
      await page.getByRole('button', { name: 'Giữa các khu' }).click()
      await page.getByRole('button', { name: 'mm (L/m²)' }).click()
      const row = page.locator('.use-table tr').filter({ hasText: 'Vườn ươm Cam Lộ: u1' })
      await row.locator('.use-measured').getByText('mm').waitFor()
      expect(await page.locator('.use-table tbody tr').count()).toBe(6)
    })

    test('shows one zone over time when its name is pressed', async () => {
      await open('use')
      await page.getByRole('button', { name: 'Xem Ớt theo thời gian' }).click()
      await page.locator('.use-caption').getByText('Ớt:').waitFor()
    })

    test('is a file for spreadsheets of the same time', async () => {
      await open('use')
      await page.getByRole('button', { name: 'Tháng' }).click()
      const href = await page.getByRole('link', { name: 'Tải CSV' }).getAttribute('href')
      expect(href).toMatch(/farms\/use\.csv\?by=month&from=\d+&to=\d+&edge=gh-01&farm=nha-kinh&lang=vi/)
    })
  })

  describe('alarms', () => {
    test('say what to do, and who has taken them', async () => {
      hub.world = overview({ now: NOON, alerts: [alert({ id: '7' })] })
      await open('alarms')
      await page.getByText('Việc cần làm: Súc rửa lọc và cuối ống').waitFor()
      await page.getByRole('button', { name: 'Tôi nhận việc này' }).click()
      await page.getByText(/lan nhận lúc/).waitFor()
    })

    const latched = farmProblem({ rule: 'interlock-dry-run', level: 3, device: 'gh-board', zone: null })

    test('of a latched interlock name what is held back, and free just that', async () => {
      hub.farms = [farm({ problems: [{ ...latched, output: 'dose_a' }] })]
      await open('alarms')
      await page.getByText('Đang bị giữ: Bơm châm "Bồn A" (gh-board · dose_a)').waitFor()
      expect(await page.getByLabel('Mở lại thiết bị nào').isVisible()).toBe(false)
      await page.getByRole('button', { name: 'Đã kiểm tra, mở lại' }).click()
      await page.getByText('Đã gửi lệnh: Mở lại Bơm châm "Bồn A"').waitFor()
    })

    test('of an older node, which names its board alone, let choose what was looked at', async () => {
      hub.farms = [farm({ problems: [latched] })]
      await open('alarms')
      await page.getByLabel('Mở lại thiết bị nào').waitFor()
      await page.getByRole('button', { name: 'Đã kiểm tra, mở lại' }).click()
      await page.getByText('Đã gửi lệnh: Mở lại Bơm nước').waitFor()
      expect(hub.commands[0]?.action).toEqual({
        ...{ type: 'interlock-reset', device: 'gh-board', output: 'pump' },
      })
    })
  })

  describe.each([
    [390, 844],
    [1280, 800],
    [1920, 1080],
  ])('at %i × %i', (width, height) => {
    test.each(['', 'programs', 'use', 'alarms'])(
      'the part %j fits, can be pressed with a thumb and read, by day and by night',
      async (part) => {
        await page.setViewportSize({ width, height })
        await open(part)
        expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(
          0,
        )
        expect(await page.evaluate(SMALL_TARGETS)).toEqual([])
        expect(await page.evaluate(FAINT_TEXTS)).toEqual([])
        await page.emulateMedia({ colorScheme: 'dark' })
        expect(await page.evaluate(FAINT_TEXTS)).toEqual([])
        expect(troubles).toEqual([])
      },
    )
  })

  test('speaks English throughout', async () => {
    await open()
    await page.getByRole('button', { name: /English/ }).click()
    await page.getByRole('button', { name: 'Stop all' }).waitFor()
    for (const part of ['Programs', 'Water and feed', 'Alarms']) {
      await page.getByRole('link', { name: part }).click()
      await expect.poll(() => page.getByText('Loading…').filter({ visible: true }).count()).toBe(0)
      const main = await page.locator('main').innerText()
      expect(main).not.toMatch(/\b(Tưới thêm|Lưu|Khu|nước|phút)\b/)
    }
  })
})
