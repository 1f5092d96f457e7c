import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort } from './free-port.ts'
import { endAll, type Folder, type Running, start, temporaryFolder } from './product.ts'
import { until } from './until.ts'

const CHROMIUM = '/usr/bin/chromium'
const missing = !existsSync(CHROMIUM)
const ALONE = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run']
const READY_MS = 60_000
/** Twenty lamps of a Modbus line at the demonstration's speed. */
const CONFIRMED_MS = 60_000

const title = missing ? `a street from the page (skipped: ${CHROMIUM} is missing)` : 'a street from the page'
describe.skipIf(missing)(title, () => {
  let folder: Folder
  let city: Running
  let browser: BrowserContext
  let page: Page
  const troubles: string[] = []

  beforeAll(async () => {
    folder = temporaryFolder()
    const ports = ['--port', String(await freePort('tcp')), '--mqtt', String(await freePort('tcp'))]
    city = start('city', '--data', join(folder.path, 'city'), ...ports, '--minutes', '15')
    const url = await until(
      'the city says where its page is',
      READY_MS,
      () =>
        city.lines
          .map((line) => /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0])
          .find((found) => found !== undefined),
      () => city.errors,
    )
    const streets = `${url}/api/v1/lighting/streets`
    await until('the hub knows the street', READY_MS, async () => {
      const answer = await fetch(streets).catch(() => undefined)
      return answer?.ok === true && (await answer.text()).length > 2
    })
    browser = await chromium.launchPersistentContext(join(folder.path, 'profile'), {
      executablePath: CHROMIUM,
      args: ALONE,
      viewport: { width: 1280, height: 800 },
    })
    page = await browser.newPage()
    page.on('pageerror', (error) => troubles.push(error.message))
    await page.goto(url)
    await page.getByRole('link', { name: 'Đèn' }).click({ timeout: READY_MS })
    await page.locator('.street-link').click({ timeout: READY_MS })
    await page.locator('.lamp-pin').first().waitFor({ timeout: READY_MS })
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await city?.end('SIGTERM')
    await endAll()
    folder.remove()
  })

  test('an order for a feeder is confirmed lamp by lamp, by the lamps themselves', async () => {
    await page.locator('.chooser').getByRole('button', { name: 'Lộ 3' }).click()
    await page.getByRole('button', { name: '70 %', exact: true }).click()
    await page.getByLabel('Trong bao lâu').selectOption('h2')
    await page.getByLabel('Lý do').fill('thử lộ 3')
    await page.getByRole('button', { name: 'Đặt 70 %' }).click()
    const row = page.locator('.light-orders').getByText('20/20 đã nhận')
    await row.waitFor({ timeout: CONFIRMED_MS })
    await page.locator('.holds').getByText('20 đèn ở 70 %').waitFor({ timeout: 15_000 })
  }, 120_000)

  test('the undo of it gives the lamps back to the plan', async () => {
    await page.locator('.light-orders').getByRole('button', { name: 'Hoàn tác' }).first().click()
    await page.locator('.holds').getByText('Mọi đèn chạy theo lịch.').waitFor({ timeout: 30_000 })
  }, 60_000)

  test('an edit of the plan is taken by the hub, and shown as its own', async () => {
    await page.getByRole('link', { name: 'Lịch' }).click()
    const level = page.getByLabel('Mức sáng của bước 2 (%)').first()
    await level.fill('65')
    await page.getByRole('button', { name: 'Lưu' }).click()
    await page.getByText('Đã lưu.').waitFor()
    await page.reload()
    await expect.poll(() => level.inputValue(), { timeout: 15_000 }).toBe('65')
  }, 60_000)

  test('the page met no error on the way', () => {
    expect(troubles).toEqual([])
  })
})
