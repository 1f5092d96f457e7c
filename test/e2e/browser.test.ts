import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ledgerOf } from './ledgers.ts'
import { endAll, type Folder, start, temporaryFolder } from './product.ts'
import {
  createTransmitter,
  distance,
  type Gateway,
  openGateway,
  operateSiren,
  type Transmitter,
} from './radio.ts'
import { DATUM_M, type Site, STATION, writeSite } from './site.ts'
import { until } from './until.ts'

const CHROMIUM = '/usr/bin/chromium'
const missing = !existsSync(CHROMIUM)
const ALONE = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
/** From the radio packet to the page. */
const SHOWN_MS = 2_000

const title = missing ? `from packet to page (skipped: ${CHROMIUM} is missing)` : 'from packet to page'
describe.skipIf(missing)(title, () => {
  let folder: Folder
  let site: Site
  let gateway: Gateway
  let level: Transmitter
  let browser: BrowserContext
  let page: Page
  const troubles: string[] = []

  beforeAll(async () => {
    folder = temporaryFolder()
    site = await writeSite(join(folder.path, 'site'))
    gateway = await openGateway(site.udp)
    operateSiren(gateway, createTransmitter(site.siren))
    level = createTransmitter(site.level)
    const processes = [start('hub', '--config', site.hubFile), start('edge', '--config', site.edgeFile)]
    await Promise.all(processes.map((running) => running.ready()))
    for (const stage_m of [1.2, 1.3]) water(stage_m)
    await until('the hub knows the node', 15_000, async () => (await ledgerOf(site.url))?.complete)
    browser = await chromium.launchPersistentContext(join(folder.path, 'profile'), {
      executablePath: CHROMIUM,
      args: ALONE,
      viewport: { width: 1280, height: 800 },
    })
    page = await browser.newPage()
    page.on('pageerror', (error) => troubles.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error') troubles.push(`${message.text()} ${message.location().url}`)
    })
    await page.goto(site.url)
    await page.locator('.link-live').waitFor({ timeout: 10_000 })
    await page.locator('.card .stage').getByText('1,3').waitFor({ timeout: 10_000 })
  }, 180_000)
  afterAll(async () => {
    await browser?.close()
    await endAll()
    await gateway.close()
    folder.remove()
  })

  const water = (stage_m: number) =>
    gateway.hear(level.uplink(distance(Math.round((DATUM_M - stage_m) * 1_000))))

  test('a packet that completes the crossing of BĐ2 shows within 2 s: card, headline, alarm and map', async () => {
    const first = water(3.05)
    await until('the node has the first sample over BĐ2', 15_000, () => gateway.acknowledged.has(first))
    expect(await page.locator('.card.grade-2').count()).toBe(0)
    const sentAt = performance.now()
    water(3.15)
    const patience = { timeout: SHOWN_MS }
    await Promise.all([
      page.locator('.card.grade-2 .chip').getByText('Báo động 2').waitFor(patience),
      page.locator('.headline-title').getByText('Cầu Thử: trên BĐ2').waitFor(patience),
      page.locator('.alarm-active .alarm-text').getByText('BĐ2').waitFor(patience),
      page.locator('.pin.grade-2').waitFor(patience),
    ])
    expect(performance.now() - sentAt).toBeLessThan(SHOWN_MS)
  })

  test('the siren that answers is shown sounding', async () => {
    await page.locator('.card .output-state').getByText('ĐANG KÊU').waitFor({ timeout: 15_000 })
  })

  test('the page of the station says that its data is complete', async () => {
    await page.goto(`${site.url}/#/station/${STATION}`)
    await page.locator('.ledger-verdict').getByText('Đủ dữ liệu').waitFor({ timeout: 10_000 })
    await page.locator('.chart-summary').getByText('cao nhất').waitFor({ timeout: 10_000 })
  })

  test('the page met no error on the way', () => {
    expect(troubles).toEqual([])
  })
})
