import type { Page, Route } from 'playwright-core'
import { beforeEach, describe, expect, test } from 'vitest'
import { alert, command, conflict, NOON, overview } from './city.ts'
import { farm, HOUSE } from './farm.ts'
import type { MockHub } from './mock-hub.ts'
import { browserMissing, inBrowser, titleOf } from './page-in-browser.ts'
import { EVENING, STREET, street } from './street.ts'

/** Answers that come late, or after newer ones, and news of a time in which the page was cut off. */

const STATION = '#/station/dong-ha'
const GREENHOUSE = `#/farms/${HOUSE.edge}/${HOUSE.farm}`
/** October of the hub, whatever the month of the browser's own clock. */
const MONTH = Date.UTC(2026, 9, 1) - 7 * 3_600_000

describe.skipIf(browserMissing)(titleOf('what comes late'), () => {
  const world = inBrowser()
  let hub: MockHub
  let page: Page

  beforeEach(() => {
    ;({ hub, page } = world.now())
    hub.farms = [farm()]
  })

  /** Holds back answers as the hub gave them, until it is told to let go; `asked` once there is one. */
  const held = async (path: string, most = 1) => {
    let letGo = () => {}
    const free = new Promise<void>((resolve) => {
      letGo = resolve
    })
    const kept: Route[] = []
    await page.route(path, async (route) => {
      if (route.request().method() !== 'GET' || kept.length === most) return route.continue()
      kept.push(route)
      const response = await route.fetch()
      await free
      await route.fulfill({ response })
    })
    return { letGo, asked: () => expect.poll(() => kept.length).toBeGreaterThan(0) }
  }
  /** Two turns of the page's own drawing: what an answer changes has been drawn by then. */
  const drawn = () => page.evaluate('new Promise((go) => setTimeout(go, 100))')
  const away = async () => {
    hub.cut()
    await page.locator('.link-lost').waitFor()
  }
  const back = async () => {
    hub.restore()
    await page.locator('.link-live').waitFor()
  }

  test('sentences of refused codes are written into nodes that stand there already', async () => {
    const errors = await held('**/api/v1/errors')
    await world.open('#/nodes')
    await page.locator('.node').first().waitFor()
    errors.letGo()
    await page.locator('.refused-why', { hasText: 'mã toàn vẹn sai' }).first().waitFor()
  })

  test('a clash is named by the document that comes after it', async () => {
    const lost = [{ path: ['programs', 'sang', 'on'], kept: true, lost: false }]
    hub.conflicts = [conflict({ edge: HOUSE.edge, of: hub.farmDocument.id, lost })]
    const document = await held('**/api/v1/documents?*')
    await world.open(`${GREENHOUSE}/programs`)
    const line = page.locator('.conflict li')
    await line.getByText('sang').waitFor()
    document.letGo()
    await line.getByText('Tưới sáng').waitFor()
  })

  test('a command that was just given is not lost to the list that was asked for before', async () => {
    const list = await held('**/api/v1/edges/dong-ha-edge/commands?*')
    await world.open(STATION)
    await list.asked()
    await page.getByRole('button', { name: 'Thử còi' }).click()
    await page.getByRole('dialog').getByLabel('Lý do').fill('thử')
    await page.getByRole('dialog').getByRole('button', { name: 'Gửi lệnh' }).click()
    await page.locator('.command').waitFor()
    const answered = page.waitForResponse('**/commands?*')
    list.letGo()
    await answered
    await drawn()
    expect(await page.locator('.command').count()).toBe(1)
  })

  test('a list of commands that was asked for before does not take back what the stream told since', async () => {
    hub.commands = [command()]
    const list = await held('**/api/v1/edges/dong-ha-edge/commands?*')
    await world.open(STATION)
    await list.asked()
    hub.send({ event: 'command', data: command({ state: 'done' }) })
    const shown = page.locator('.command .status')
    await shown.getByText('xong').waitFor()
    const answered = page.waitForResponse('**/commands?*')
    list.letGo()
    await answered
    await drawn()
    expect(await shown.allTextContents()).toEqual(['xong'])
  })

  test('what became of a command while the page was cut off is shown when it is back', async () => {
    hub.commands = [command()]
    await world.open(STATION)
    await page.locator('.command .status').getByText('đã gửi, chờ nút').waitFor()
    await away()
    hub.commands = [command({ state: 'done' })]
    await back()
    await page.locator('.command .status').getByText('xong').waitFor()
  }, 40_000)

  test('an edit of elsewhere while the page was cut off is shown when it is back', async () => {
    await world.open(STATION)
    const level = page.getByLabel('Báo động 2')
    await expect.poll(() => level.inputValue()).toBe('3.5')
    await away()
    const levels = [{ level: 2, stage_m: 3.7 }]
    hub.document = { ...hub.document, rev: '4-ff', content: { ...hub.document.content, levels } }
    await back()
    await expect.poll(() => level.inputValue()).toBe('3.7')
  }, 40_000)

  test('to undo an edit shows what was edited elsewhere meanwhile', async () => {
    await world.open(STATION)
    const level = page.getByLabel('Báo động 2')
    await level.fill('3.4')
    const levels = [{ level: 2, stage_m: 3.7 }]
    hub.document = { ...hub.document, rev: '4-ff', content: { ...hub.document.content, levels } }
    await page.getByRole('button', { name: 'Bỏ sửa', exact: true }).click()
    await expect.poll(() => level.inputValue()).toBe('3.7')
  })

  test.each([
    ['levels', STATION, 'Báo động 2', '3.4', '3.5'],
    ['a plan', `#/lights/${STREET.edge}/${STREET.street}/plan`, 'Mức sáng của bước 2 (%)', '65', '50'],
    ['a greenhouse', `${GREENHOUSE}/programs`, 'Tên chương trình', 'Tưới sớm', 'Tưới trễ'],
  ])(
    '%s: nothing can be changed while it is saved, and so nothing is lost',
    async (_name, hash, label, first, then) => {
      hub.streets = [street()]
      const puts: Route[] = []
      await page.route('**/api/v1/documents/**', (route) => {
        if (route.request().method() !== 'PUT') return route.continue()
        puts.push(route)
      })
      await world.open(hash)
      if (hash.endsWith('programs')) await page.getByRole('button', { name: 'Sửa Tưới sáng' }).click()
      const field = page.getByLabel(label, { exact: true }).first()
      await field.fill(first)
      await page.getByRole('button', { name: 'Lưu', exact: true }).click()
      await expect.poll(() => puts.length).toBe(1)
      await field.focus()
      await page.keyboard.press('Control+A')
      await page.keyboard.type(then)
      expect(await field.inputValue()).toBe(first)
      await puts[0]?.continue()
      await page.getByText('Đã lưu').first().waitFor()
      expect(await page.locator('[inert]').count()).toBe(0)
    },
  )

  test('a document that was asked for before does not take the place of a newer one', async () => {
    hub.world = overview({ now: EVENING })
    hub.streets = [street()]
    const older = await held('**/api/v1/documents/**')
    await world.open(`#/lights/${STREET.edge}/${STREET.street}/plan`)
    await older.asked()
    const level = page.getByLabel('Mức sáng của bước 2 (%)').first()
    const profile = { id: 'thuong', name: { vi: 'Thường', en: 'Usual' } }
    const at = { clock: '21:00' }
    const profiles = [
      {
        ...profile,
        steps: [
          { at, level: 100 },
          { at, level: 65 },
        ],
      },
    ]
    const { content } = hub.streetDocument
    hub.streetDocument = { ...hub.streetDocument, rev: '9-ff', content: { ...content, profiles } }
    hub.send({ event: 'document', data: { edge: STREET.edge, id: hub.streetDocument.id } })
    await expect.poll(() => level.inputValue()).toBe('65')
    const answered = page.waitForResponse('**/documents/**')
    older.letGo()
    await answered
    await drawn()
    expect(await level.inputValue()).toBe('65')
  })

  test.each([
    ['of all greenhouses', '#/farms'],
    ['of one greenhouse', `${GREENHOUSE}/use`],
  ])('the use %s is that of the hub’s own month, though its time comes last', async (_name, hash) => {
    hub.world = overview({ now: NOON })
    const picture = await held('**/api/v1/overview')
    const answered = page.waitForResponse('**/api/v1/farms**')
    await page.goto(hub.url + hash)
    await answered
    await drawn()
    picture.letGo()
    await page.locator('.use-table').waitFor()
    const href = await page.getByRole('link', { name: 'Tải CSV' }).getAttribute('href')
    expect(href).toContain(`by=day&from=${MONTH}&`)
  })

  test('who looks is asked for again where that could not be answered', async () => {
    let asked = 0
    await page.route('**/api/v1/me', (route) => (asked++ === 0 ? route.abort() : route.continue()))
    await world.open(GREENHOUSE)
    await away()
    await back()
    await page.getByRole('button', { name: 'Dừng tất cả' }).waitFor()
  }, 40_000)

  test('an answer that was under way does not take back for long that somebody has taken an alarm', async () => {
    hub.world = overview({ now: NOON, alerts: [alert({ id: '7' })] })
    await world.open(`${GREENHOUSE}/alarms`)
    const late = await held(`**/api/v1/farms/${HOUSE.edge}/${HOUSE.farm}`)
    hub.send({ event: 'farm', data: { edge: HOUSE.edge, farm: HOUSE.farm } })
    await late.asked()
    await page.getByRole('button', { name: 'Tôi nhận việc này' }).click()
    await page.getByText(/lan nhận lúc/).waitFor()
    const answered = page.waitForResponse('**/farms/**')
    late.letGo()
    await answered
    // Asked for anew at once, not only when the page next would by itself.
    await page.getByText(/lan nhận lúc/).waitFor({ timeout: 7_000 })
  })
})
