import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openPhoneLine, type PhoneLine } from '../../../bench/panel/phone-line.ts'
import { type Disk, disk } from '../../edge/node.ts'
import { housePanel } from '../../edge/panel/house-panel.ts'
import { MEMBER_PIN, OWNER_PIN } from '../../edge/panel/panel-world.ts'
import { browserMissing, builtPage, titleOf } from '../page-in-browser.ts'
import { PHONE } from './panel-in-browser.ts'

const BEAT_MS = 50
const FIRST_LOAD_BYTES = 150_000

/** The page before a node's own panel: controller, documents and accounts as they are, and a UC511 that obeys. */
describe.skipIf(browserMissing)(titleOf('the panel of a node'), () => {
  const built = builtPage('edge/panel/web/vite.config.ts')
  let home: Disk
  let house: Awaited<ReturnType<typeof housePanel>>
  let line: PhoneLine
  let page: Page
  let troubles: readonly string[]
  let stopTime: () => Promise<void>

  beforeEach(async () => {
    home = disk()
    house = await housePanel(home, built.folder())
    stopTime = passTime(house.site.clock)
    line = await openPhoneLine(await house.panel.listen())
    ;({ page, troubles } = await built.tab())
    await page.setViewportSize(PHONE)
    await page.goto(`http://127.0.0.1:${line.port}/`)
  })
  afterEach(async () => {
    await page.close()
    await stopTime()
    await line.close()
    await house.panel.close()
    await home.remove()
  })

  const press = (name: string) => page.getByRole('button', { name, exact: true }).click()
  const enter = async (name: string, pin: string) => {
    await press(name)
    for (const digit of pin) await press(digit)
    await press('Vào')
    await page.locator('.zone-card').first().waitFor()
  }
  const notice = () => page.locator('.notice-words')
  const card = (id: string) => page.locator(`[data-zone=${id}]`)

  test('a zone is watered from the phone, and stopped by the red button', async () => {
    await enter('Tí', MEMBER_PIN)
    const name = (await card('k1').locator('.zone-name').innerText()).trim()
    await press(`Tưới ${name}`)
    await page.locator('.sheet-body:not([inert])').waitFor()
    await press('Tưới 10 phút')
    await page.locator('.sheet-progress').getByText('Đang mở van…').waitFor()
    house.obey('k1', 1)
    await notice().getByText('đang tưới').waitFor()
    await card('k1').getByText('Tí tưới tay').waitFor()
    await press('Dừng tất cả nước ngay')
    await page.locator('.band').getByText('Đã dừng tất cả nước').waitFor()
    await page.locator('.band').getByText('Tí dừng lúc').waitFor()
    await expect.poll(() => house.site.drivesOf('valve1').at(-1)?.value).toBe(0)
    await press('Cho chạy lại')
    await page.locator('.paused-strip').waitFor({ state: 'hidden' })
    expect(troubles).toEqual([])
  })

  test('somebody who has never been here is shown the zones for at most 150 kB over the air, all that is kept for later included', async () => {
    await enter('Bà Năm', OWNER_PIN)
    await page.evaluate('navigator.serviceWorker.ready.then(() => true)')
    const kept = await page.evaluate(
      'caches.keys().then(([name]) => caches.open(name)).then((c) => c.keys())',
    )
    expect(kept).toHaveLength((await shellOf(built.folder())).length)
    expect(line.arrived()).toBeGreaterThan(50_000)
    expect(line.arrived()).toBeLessThan(FIRST_LOAD_BYTES)
    expect(troubles).toEqual([])
  })

  test('an owner writes a program, and the node checks and keeps it', async () => {
    await enter('Bà Năm', OWNER_PIN)
    await page.getByRole('link', { name: 'Chương trình' }).click()
    await page.getByRole('link', { name: 'Sửa Tưới sáng' }).click()
    await page.locator('.plan-run').first().waitFor()
    await page.getByLabel('Mỗi khu tưới').fill('7,5')
    await page.locator('.plan-run').getByText('8 phút').first().waitFor()
    await press('Lưu')
    await notice().getByText('Đã lưu').waitFor()
    await page.getByText('7,5 phút mỗi khu').waitFor()
    const kept = await house.call('GET', '/api/greenhouses/nha-kinh/document', { cookie: house.owner })
    expect(kept.body.body.programs[0].amount).toEqual({ minutes: 7.5 })
    expect(troubles).toEqual([])
  })

  test('a program that cannot be is refused at the field, in words, and nothing is kept of it', async () => {
    await enter('Bà Năm', OWNER_PIN)
    await page.goto(`${page.url().split('#')[0]}#/program/sang`)
    await page.getByLabel('Mỗi khu tưới').fill('120')
    await page.locator('.field-trouble:visible').first().waitFor()
    await press('Lưu')
    await page.locator('.edit-bar > .trouble').filter({ hasText: /\S/ }).waitFor()
    const kept = await house.call('GET', '/api/greenhouses/nha-kinh/document', { cookie: house.owner })
    expect(kept.body.body.programs[0].amount).toEqual({ minutes: 10 })
  })
})

/** What the service worker of a build keeps: its own pieces, and the page, its icons and its manifest. */
async function shellOf(folder: string): Promise<readonly string[]> {
  const pieces = await readdir(join(folder, 'assets'))
  return [
    './',
    'icon.svg',
    'icon-192.png',
    'manifest.webmanifest',
    ...pieces.filter((name) => !name.endsWith('.gz')),
  ]
}

/** Lets a fake clock pass as the real one does, one beat after the other. */
function passTime(clock: { advance(ms: number): Promise<void> }): () => Promise<void> {
  let passing = true
  const beats = (async () => {
    while (passing) {
      await new Promise((resolve) => setTimeout(resolve, BEAT_MS))
      await clock.advance(BEAT_MS)
    }
  })()
  return () => {
    passing = false
    return beats
  }
}
