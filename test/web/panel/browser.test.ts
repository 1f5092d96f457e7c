import type { Page } from 'playwright-core'
import { beforeEach, describe, expect, test } from 'vitest'
import { browserMissing, titleOf } from '../page-in-browser.ts'
import { DRY_RUN, MORNING, session, state, TANK_LOW, zone } from './greenhouse.ts'
import type { MockPanel } from './mock-panel.ts'
import { PHONE, panelInBrowser, WALL } from './panel-in-browser.ts'

describe.skipIf(browserMissing)(titleOf('the panel in a browser'), () => {
  const world = panelInBrowser()
  const { open, holdTime, notice, press } = world
  let panel: MockPanel
  let page: Page
  let troubles: readonly string[]

  beforeEach(() => {
    ;({ panel, page, troubles } = world.now())
  })

  const card = (id: string) => page.locator(`[data-zone=${id}]`)
  /** The sheet takes no press in its first moment. */
  const openSheet = async (zoneName: string) => {
    await press(`Tưới ${zoneName}`)
    await page.locator('.sheet-body:not([inert])').waitFor()
  }

  describe.each([
    ['a phone', PHONE],
    ['a wall', WALL],
  ])('on %s', (_name, size) => {
    test('a zone is watered by one press, and the sheet stands until the valve is open', async () => {
      panel.valve_ms = undefined
      await open('#/', size)
      await openSheet('Dưa lưới')
      await page.getByRole('button', { name: '15 phút' }).click()
      await press('Tưới 15 phút')
      await page.locator('.sheet-progress').getByText('Đang mở van…').waitFor()
      panel.openValve('k1')
      await notice().getByText('Dưa lưới đang tưới.').waitFor()
      expect(panel.changes).toEqual([
        'POST /greenhouses/nha-kinh/water {"zone":"k1","amount":{"minutes":15}}',
      ])
      await card('k1').getByText('Đang tưới').waitFor()
    })

    test('litres with a recipe are asked for as they were chosen', async () => {
      await open('#/', size)
      await openSheet('Ớt')
      await press('Theo lít')
      await page.getByRole('button', { name: '100 lít', exact: true }).click()
      await press('Thêm')
      await press('Nuôi trái')
      await press('Tưới 110 lít')
      await expect
        .poll(() => panel.changes)
        .toEqual(['POST /greenhouses/nha-kinh/water {"zone":"k4","amount":{"litres":110},"recipe":"npk"}'])
    })

    test('everything stops at one tap, from any page, and goes on at another place', async () => {
      await page.clock.install()
      await open('#/history', size)
      await holdTime()
      await press('Dừng tất cả nước ngay')
      await notice().getByText('Đã dừng tất cả nước.').waitFor()
      expect(panel.changes).toEqual(['POST /greenhouses/nha-kinh/stop {}'])
      await page.locator('.resume').waitFor()
      const [stop, resume, told] = await Promise.all([
        page.locator('.stop').boundingBox(),
        page.locator('.resume').boundingBox(),
        page.locator('.notice').boundingBox(),
      ])
      expect([overlap(stop, resume), overlap(told, resume), overlap(told, stop)]).toEqual([
        false,
        false,
        false,
      ])
      expect(await page.locator('.resume').isDisabled()).toBe(true)
      await page.clock.runFor(1_500)
      await press('Cho chạy lại')
      await notice().getByText('Chương trình đã chạy lại.').waitFor()
      expect(panel.changes.at(-1)).toBe('POST /greenhouses/nha-kinh/resume {}')
    })

    test('a sheet does not cover the stop: pressed there it closes the sheet and stops all', async () => {
      await open('#/', size)
      await openSheet('Dưa lưới')
      await page.locator('.sheet').getByRole('button', { name: 'Dừng tất cả nước ngay' }).click()
      await notice().getByText('Đã dừng tất cả nước.').waitFor()
      expect(panel.changes).toEqual(['POST /greenhouses/nha-kinh/stop {}'])
      expect(await page.locator('.sheet').count()).toBe(0)
    })

    test('the stop button lies within the screen on every page', async () => {
      for (const hash of [
        '#/',
        '#/programs',
        '#/program/sang',
        '#/climate',
        '#/alarms',
        '#/zone/k1',
        '#/use',
      ]) {
        await open(hash, size)
        // The frame is drawn anew once the node is heard.
        await expect
          .poll(async () => {
            const box = await page.locator('.stop').boundingBox()
            return [hash, box !== null && box.y >= 0 && box.y + box.height <= size.height]
          })
          .toEqual([hash, true])
      }
    })

    test('one zone is stopped alone', async () => {
      await open('#/', size)
      await press('Dừng tưới Cà chua')
      await notice().getByText('Đã dừng tưới Cà chua.').waitFor()
      expect(panel.changes).toEqual(['POST /greenhouses/nha-kinh/stop {"zone":"k2"}'])
    })

    test('a latched lock is freed only after a second look', async () => {
      panel.state = state({ problems: [DRY_RUN, TANK_LOW] })
      await open('#/alarms', size)
      await page.getByText('Xem bồn, van hút và lưới lọc, rồi mở lại.').waitFor()
      await press('Đã kiểm tra, mở lại')
      await page.locator('.sheet-body:not([inert])').waitFor()
      expect(panel.changes).toEqual([])
      await page.locator('.sheet .primary').click()
      await notice().getByText('Đã mở khóa.').waitFor()
      expect(panel.changes).toEqual(['POST /outputs/gh-board/pump/reset {}'])
    })

    test('the right PIN opens the greenhouse', async () => {
      panel.session = session(null)
      await page.setViewportSize(size)
      await page.goto(panel.url)
      await press('Lan')
      await page.keyboard.type('2468')
      await page.keyboard.press('Enter')
      await page.locator('.band').getByText('Đang tưới: Cà chua').waitFor()
    })

    test('the first owner is made with the code of the node', async () => {
      panel.session = { ...session(null), accounts: [], setup: true }
      await page.setViewportSize(size)
      await page.goto(panel.url)
      await page.getByLabel('Mã của tủ').fill('ABCD-1234')
      await page.getByLabel('Tên của bạn').fill('Lan')
      await page.getByLabel('Mã PIN mới (6–12 số)').fill('246813')
      await page.getByLabel('Nhập lại mã PIN').fill('246814')
      await press('Bắt đầu')
      await page.getByText('Hai lần nhập PIN không giống nhau.').waitFor()
      await page.getByLabel('Nhập lại mã PIN').fill('246813')
      await press('Bắt đầu')
      await page.locator('.band').waitFor()
    })
  })

  test('a second tap in the same place neither waters nor stops what was just begun', async () => {
    await page.clock.install()
    await open()
    await holdTime()
    await card('k1').locator('.zone-press').dblclick()
    await page.clock.runFor(400)
    await page.locator('.sheet-body:not([inert])').waitFor()
    expect(panel.changes).toEqual([])
  })

  test('a button that has just become its opposite rests, is seen to, and keeps the focus', async () => {
    panel.valve_ms = 10
    await page.clock.install()
    await open()
    await openSheet('Dưa lưới')
    await holdTime()
    await press('Tưới 10 phút')
    await page.locator('.sheet-progress').getByText('Đang mở van…').waitFor()
    await card('k1').getByText('Đang tưới').waitFor()
    await page.clock.runFor(300)
    await page.locator('.sheet').waitFor({ state: 'detached' })
    const swapped = page.getByRole('button', { name: 'Dừng tưới Dưa lưới' })
    await swapped.and(page.locator('[aria-disabled=true]')).waitFor()
    await swapped.focus()
    await swapped.click({ force: true })
    expect(panel.changes.filter((change) => change.includes('/stop'))).toEqual([])
    await page.clock.runFor(1_000)
    expect(await swapped.and(page.locator(':focus')).count()).toBe(1)
    await swapped.click()
    await expect.poll(() => panel.changes.at(-1)).toContain('/stop')
  })

  test('a refusal is told as the node words it, and nothing else is claimed', async () => {
    const what = { vi: 'Khu đã tưới đủ 600 lít hôm nay.', en: 'The zone has had its 600 litres today.' }
    const next = { vi: 'Nâng giới hạn hoặc chờ đến mai.', en: 'Raise the limit or wait for tomorrow.' }
    panel.refusal = { status: 422, problem: { code: 'WATER_DAILY', what, next } }
    await open()
    await openSheet('Dưa lưới')
    await press('Tưới 10 phút')
    await page.locator('.sheet .trouble').getByText('Nâng giới hạn hoặc chờ đến mai.').waitFor()
    await page.getByRole('button', { name: 'Tưới 10 phút' }).waitFor()
  })

  test('a valve that never answers is told as that', async () => {
    panel.valve_ms = undefined
    await page.clock.install()
    await open()
    await press('Tưới Dưa lưới')
    await page.clock.runFor(1_000)
    await press('Tưới 10 phút')
    await page.locator('.sheet-progress').getByText('Đang mở van…').waitFor()
    await page.clock.runFor(50_000)
    await notice().getByText('van chưa báo mở').waitFor()
  })

  test('a stop that cannot reach the node says so, and what to do by hand', async () => {
    await open()
    panel.cut()
    await press('Dừng tất cả nước ngay')
    await page.getByRole('alert').getByText('Tắt bơm bằng công tắc tại tủ.').waitFor()
  })

  test('a greenhouse that is out of reach is stopped at another try, though a second one refuses', async () => {
    const [house] = panel.state.greenhouses
    if (house === undefined) throw new Error('no greenhouse')
    panel.state = { ...panel.state, greenhouses: [{ ...house, id: 'nha-hai' }, house] }
    await page.clock.install()
    await open()
    await holdTime()
    const what = { vi: 'Nhà này không có ở đây.', en: 'No such house.' }
    const json = { code: 'STATION_UNKNOWN', what, next: what }
    await page.route('**/nha-hai/stop', (route) => route.fulfill({ status: 404, json }))
    let tries = 0
    await page.route('**/nha-kinh/stop', (route) => {
      tries += 1
      return tries < 3 ? route.abort() : route.continue()
    })
    await press('Dừng tất cả nước ngay')
    await page.getByRole('alert').getByText('Tắt bơm bằng công tắc tại tủ.').waitFor()
    await page.clock.resume()
    await notice().getByText('Nhà này không có ở đây.').waitFor()
    expect(panel.changes).toEqual(['POST /greenhouses/nha-kinh/stop {}'])
  })

  test('a stop that nobody answers is not waited for: it says so, and is sent again', async () => {
    await open()
    let tries = 0
    await page.route('**/stop', () => {
      tries += 1
    })
    await press('Dừng tất cả nước ngay')
    await page.getByRole('alert').getByText('Tắt bơm bằng công tắc tại tủ.').waitFor()
    await expect.poll(() => tries).toBeGreaterThan(1)
  })

  test('water that is asked again because the answer was lost is the same order; another amount is another', async () => {
    await open()
    await page.route('**/water', async (route) => {
      await route.fetch()
      await route.abort()
    })
    await openSheet('Dưa lưới')
    await press('Tưới 10 phút')
    await page.locator('.sheet .trouble').getByText('Kiểm tra Wi-Fi').waitFor()
    await press('Tưới 10 phút')
    await expect.poll(() => panel.orders.length).toBe(2)
    await page.locator('.sheet .trouble').getByText('Kiểm tra Wi-Fi').waitFor()
    await page.getByRole('button', { name: '15 phút', exact: true }).click()
    await press('Tưới 15 phút')
    await expect.poll(() => panel.orders.length).toBe(3)
    await page.locator('.sheet .trouble').getByText('Kiểm tra Wi-Fi').waitFor()
    const [first, again, other] = panel.orders
    expect(again).toBe(first)
    expect(other).not.toBe(first)
  })

  test('a node out of reach is told with the age of the figures, and its return too', async () => {
    await open()
    panel.cut()
    await page.locator('.band').getByText('Mất kết nối với tủ điều khiển').waitFor()
    await page.locator('.band-detail').getByText('Số liệu dưới đây là của 10:15').waitFor()
    panel.restore()
    await page.locator('.band').getByText('Đang tưới: Cà chua').waitFor()
  })

  test('the page opens without the node, from what the phone keeps, and shows the figures as old', async () => {
    await open()
    await page.evaluate('navigator.serviceWorker.ready.then(() => caches.keys())')
    await expect.poll(() => page.evaluate('caches.match("./").then((kept) => kept !== undefined)')).toBe(true)
    await page.reload()
    await page.locator('.band').getByText('Đang tưới: Cà chua').waitFor()
    panel.cut()
    await page.reload()
    await page.locator('.band').getByText('Mất kết nối với tủ điều khiển').waitFor()
    await page.locator('.band-detail').getByText('của 10:15').waitFor()
    await page.locator('.frame-stale').waitFor()
    await page.goto(`${panel.url}#/programs`)
    await page.locator('h2').getByText('Chương trình').waitFor()
    panel.restore()
    await page.goto(`${panel.url}#/`)
    await page.locator('.band').getByText('Đang tưới: Cà chua').waitFor()
  })

  test('no internet is a small sign and changes nothing else', async () => {
    await open()
    const before = await card('k1').innerText()
    panel.tell({}, { hub: 'cut', since: MORNING - 3_600_000 })
    await page.locator('.sign').getByText('Mất mạng').first().waitFor()
    expect(await card('k1').innerText()).toBe(before)
    await press('Dừng tưới Cà chua')
    await notice().getByText('Đã dừng tưới Cà chua.').waitFor()
  })

  test('times are the node’s, however wrong the phone’s clock is', async () => {
    await page.clock.setFixedTime(new Date('2019-01-01T00:00:00Z'))
    await open()
    await page.locator('.bar-time').getByText('10:15').waitFor()
    await card('k1').getByText('Tiếp theo: 12:00').waitFor()
  })

  test('a new alarm is said to a screen reader at once', async () => {
    await open()
    panel.tell({ problems: [DRY_RUN] })
    await page.locator('[aria-live=assertive]').getByText('Bơm chạy khô').waitFor({ state: 'attached' })
  })

  test('a PIN is pressed on large keys; a wrong one tells the tries that are left, and the lock counts down', async () => {
    panel.session = session(null)
    await page.clock.install()
    await page.setViewportSize(PHONE)
    await page.goto(panel.url)
    await press('Ông Ba')
    await holdTime()
    const enter = async (pin: string) => {
      for (const digit of pin) await press(digit)
      await press('Vào')
    }
    await enter('1111')
    await page.getByText('Còn thử được 4 lần.').waitFor()
    for (let tries = 0; tries < 4; tries++) await enter('1111')
    await page.getByText('Thử lại sau 60 giây.').waitFor()
    expect(await page.getByRole('button', { name: '1', exact: true }).isDisabled()).toBe(true)
    await page.clock.runFor(1_000)
    await page.getByText('Thử lại sau 59 giây.').waitFor()
  })

  test('the keys of a PIN stay under the finger when it was wrong', async () => {
    panel.session = session(null)
    await page.setViewportSize(PHONE)
    await page.goto(panel.url)
    await press('Ông Ba')
    const one = page.getByRole('button', { name: '1', exact: true })
    const before = await one.boundingBox()
    for (let digit = 0; digit < 4; digit++) await one.click()
    await press('Vào')
    await page.getByText('Còn thử được 4 lần.').waitFor()
    expect(await one.boundingBox()).toEqual(before)
  })

  test('a session that has ended leads to the door, and what was known is not kept', async () => {
    await open()
    panel.session = session(null)
    await page.reload()
    await page.getByText('Ai đang dùng?').waitFor()
    expect(await page.evaluate('localStorage.getItem("tram.panel.last.1") || ""')).toBe('')
  })

  test('markup in a name stays text', async () => {
    panel.state = state({ zones: [zone({ name: { vi: '<img src=x onerror=alert(1)>', en: 'x' } })] })
    await open()
    await page.getByRole('link', { name: '<img src=x' }).waitFor()
    expect(await page.locator('main img').count()).toBe(0)
  })

  test('no page tells the console of an error, under the policy of the node', async () => {
    const pages = [
      '',
      'programs',
      'recipes',
      'climate',
      'water',
      'history',
      'alarms',
      'use',
      'accounts',
      'edits',
    ]
    for (const name of [
      ...pages,
      'settings',
      'more',
      'zone/k1',
      'program/sang',
      'recipe/npk',
      'climate/settings',
    ]) {
      await open(`#/${name}`)
    }
    expect(troubles).toEqual([])
  })
})

interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

function overlap(a: Box | null, b: Box | null): boolean {
  if (a === null || b === null) throw new Error('nothing is there to overlap')
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
}
