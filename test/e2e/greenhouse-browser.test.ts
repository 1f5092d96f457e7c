import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { byHand, type GreenhouseCity, START_MS, startGreenhouseCity, type World } from './greenhouse-city.ts'
import { type Folder, temporaryFolder } from './product.ts'

/** The demonstration greenhouse in the hands of people: on a phone, on the wall, and at the hub, in a real browser. */

const CHROMIUM = '/usr/bin/chromium'
const missing = !existsSync(CHROMIUM)
const ALONE = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run']
const PHONE = { width: 360, height: 800 }
const WALL = { width: 1280, height: 800 }
const SPEED = 60
/** Noon on a day in March in Vietnam. */
const FROM = Date.UTC(2026, 2, 10, 5)
const SLOW_MS = 30_000
/** A valve is open, or shut, a second of radio after it was told; 20 with the repeats of a busy channel. */
const RADIO_MS = 20_000

const waters = (id: string) => (world: World) =>
  world.actuators.pump === 1 && world.zones.some((zone) => zone.id === id && zone.open && zone.flow_Lmin > 5)
const dry = ({ actuators, zones }: World) => actuators.pump === 0 && zones.every(({ open }) => !open)

const title = missing ? `a greenhouse by hand (skipped: ${CHROMIUM} is missing)` : 'a greenhouse by hand'
describe.skipIf(missing)(title, () => {
  let folder: Folder
  let city: GreenhouseCity
  let browser: BrowserContext
  let page: Page
  const troubles: string[] = []

  beforeAll(async () => {
    folder = temporaryFolder()
    city = await startGreenhouseCity({ speed: SPEED, from: FROM, house: byHand })
    await city.shown('the panel knows how all is', ({ zones }) =>
      zones.every(({ valve, lost }) => valve === 'shut' && !lost),
    )
    browser = await chromium.launchPersistentContext(join(folder.path, 'profile'), {
      executablePath: CHROMIUM,
      args: ALONE,
      reducedMotion: 'reduce',
    })
    page = await browser.newPage()
    page.setDefaultTimeout(SLOW_MS)
    page.on('pageerror', (error) => troubles.push(error.message))
  }, START_MS)
  afterAll(async () => {
    await browser?.close()
    await city?.end()
    folder?.remove()
  })

  const press = (name: string) => page.getByRole('button', { name, exact: true }).click()
  const notice = (words: string) => page.locator('.notice-words').getByText(words).waitFor()
  const card = (id: string) => page.locator(`[data-zone=${id}]`)

  describe.each([
    ['a phone', PHONE, 'Tưới sương sớm'],
    ['the wall', WALL, 'Tưới đêm'],
  ])('on %s', (_name, size, program) => {
    test('the PIN of the terminal opens the greenhouse', async () => {
      await browser.clearCookies()
      await page.setViewportSize(size)
      await page.goto(`${city.panel.url}/#/`)
      await page.reload()
      await press(city.panel.name)
      for (const digit of city.panel.pin) await press(digit)
      await page.locator('.pin-enter').click()
      await card('k1').getByText('Dưa lưới').waitFor()
      expect(await page.locator('.zone-list > *').count()).toBe(4)
    }, 90_000)

    test('the large button waters a zone: the page says so once its valve has', async () => {
      await press('Tưới Dưa lưới')
      await page.locator('.sheet-body:not([inert])').waitFor()
      await page.getByRole('button', { name: '30 phút' }).click()
      await press('Tưới 30 phút')
      await notice('Dưa lưới đang tưới.')
      await card('k1').getByText('Đang tưới').waitFor()
      await page.locator('.band').getByText('Đang tưới: Dưa lưới').waitFor()
      await city.truly('the zone takes water', waters('k1'))
    }, 90_000)

    test('the red button ends all water, and what lets it go on is another', async () => {
      await press('Dừng tất cả nước ngay')
      await notice('Đã dừng tất cả nước.')
      await city.truly('no water runs', dry, RADIO_MS)
      expect(await city.water('k1', { minutes: 5 })).toBe('GREENHOUSE_PAUSED')
      await press('Cho chạy lại')
      await notice('Chương trình đã chạy lại.')
      expect((await city.house()).paused).toBeNull()
    }, 90_000)

    test('a program is made, and the node has it', async () => {
      await page.goto(`${city.panel.url}/#/programs`)
      await page.getByRole('link', { name: 'Thêm chương trình' }).click()
      await page.getByLabel('Tên chương trình').fill(program)
      await page.getByLabel('Mỗi khu tưới').fill('7')
      await page.locator('.plan-run').getByText(program).first().waitFor()
      await press('Lưu')
      await notice('Đã lưu')
      const { programs } = (await city.document()).body
      expect(programs.at(-1)).toMatchObject({
        name: program,
        on: true,
        zones: ['k1'],
        amount: { minutes: 7 },
      })
    }, 90_000)
  })

  test('without the internet the panel shows a small sign, and waters', async () => {
    await page.setViewportSize(PHONE)
    await page.goto(`${city.panel.url}/#/`)
    city.cut()
    await page.locator('.sign').getByText('Mất mạng').first().waitFor()
    await press('Tưới Cà chua')
    await page.locator('.sheet-body:not([inert])').waitFor()
    await page.getByRole('button', { name: '30 phút' }).click()
    await press('Tưới 30 phút')
    await notice('Cà chua đang tưới.')
    await city.truly('the zone takes water', waters('k2'))
    await press('Dừng tưới Cà chua')
    await city.truly('no water runs', dry, RADIO_MS)
    city.join()
    await page.locator('.sign').getByText('Mất mạng').first().waitFor({ state: 'detached' })
  }, 120_000)

  test('the hub’s page shows the greenhouse, waters a zone by command, and tells when it is done', async () => {
    await page.setViewportSize(WALL)
    await page.goto(city.hub.url)
    await page.getByRole('link', { name: 'Nông trại' }).click()
    await page.getByRole('link', { name: 'Nhà kính Gio An (mẫu)' }).click()
    const zone = page.locator('.zone-card').filter({ hasText: 'Ớt' })
    await zone.getByRole('button', { name: 'Tưới Ớt' }).click()
    await page.getByRole('textbox', { name: 'Bao nhiêu' }).fill('15')
    await page.getByRole('button', { name: 'Gửi lệnh tưới' }).click()
    // Minutes are seconds here: so many that the page is seen telling of it while it lasts.
    await city.truly('the zone takes water', waters('k4'))
    await zone.getByText('Đang tưới').waitFor()
    // A quarter of an hour is as many seconds, and the radio's before and after.
    await page
      .locator('.commands .status-good')
      .first()
      .waitFor({ timeout: 2 * SLOW_MS })
    await city.truly('no water runs', dry, RADIO_MS)
    expect((await city.house()).journal[0]).toMatchObject({ zone: 'k4', end: { vi: 'đủ lượng' } })
  }, 120_000)

  test('the pages met no error on the way', () => {
    expect(troubles).toEqual([])
  })
})
