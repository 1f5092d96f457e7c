import type { Page } from 'playwright-core'
import { beforeEach, describe, expect, test } from 'vitest'
import type { StreetView } from '../../hub/api/lighting-schema.ts'
import { overview } from './city.ts'
import type { MockHub } from './mock-hub.ts'
import { browserMissing, FAINT_TEXTS, inBrowser, SMALL_TARGETS, titleOf } from './page-in-browser.ts'
import { EVENING, lamp, lightFault, lightOrder, STREET, street } from './street.ts'

const HERE = `#/lights/${STREET.edge}/${STREET.street}`

describe.skipIf(browserMissing)(titleOf('the lighting page in a browser'), () => {
  const world = inBrowser()
  let hub: MockHub
  let page: Page
  let troubles: readonly string[]

  beforeEach(() => {
    ;({ hub, page, troubles } = world.now())
    hub.world = overview({ now: EVENING })
    hub.streets = [street()]
    hub.lightOrders = [lightOrder()]
    hub.lightFaults = [lightFault()]
  })
  const open = async (part = '') => {
    await world.open(`${HERE}${part}`)
    await page.locator('.street-title h1').getByText('Đường Hùng Vương').waitFor()
  }
  /** The bar comes with the account that may order, and takes room: what is measured is measured after it. */
  const openToOrder = async () => {
    await open()
    await bar().getByText('Chọn đèn để đặt mức sáng').waitFor()
  }
  const told = (change: Partial<StreetView>) => {
    hub.streets = [street(change)]
    hub.send({ event: 'street', data: { edge: STREET.edge, street: STREET.street } })
  }
  const bar = () => page.locator('.light-bar')
  const reason = (words: string) => bar().getByLabel('Lý do').fill(words)
  const chip = (name: string) => page.locator('.chooser').getByRole('button', { name })

  describe('where to find it', () => {
    test('the top bar leads to it where there are streets', async () => {
      await world.open('#/')
      await page.getByRole('link', { name: 'Đèn' }).click()
      await page.getByRole('link', { name: 'Đường Hùng Vương' }).click()
      await page.locator('.lamp-map').waitFor()
      expect(troubles).toEqual([])
    })

    test('the top bar does not speak of it where there are none', async () => {
      hub.streets = []
      await world.open('#/')
      await page.getByRole('link', { name: 'Nút', exact: true }).waitFor()
      expect(await page.getByRole('link', { name: 'Đèn' }).count()).toBe(0)
    })

    test('a work order’s link opens the street with its lamp selected', async () => {
      await open('?lamp=lamp-7')
      await bar().getByText('Đã chọn 1 đèn').waitFor()
      await bar().locator('.lamp-facts').getByText('Đèn hỏng').waitFor()
    })

    test('a street that is not there says so', async () => {
      await world.open('#/lights/nowhere/none')
      await page.getByText('Không có tuyến này.').waitFor()
    })
  })

  describe('the lamps', () => {
    test('a fault, a silence and a hold each have a shape of their own on the map', async () => {
      await open()
      await page.locator('.lamp-pin .lamp-faulty').waitFor()
      expect(await page.locator('.lamp-pin .lamp-faulty').count()).toBe(1)
      expect(await page.locator('.lamp-pin .lamp-silent').count()).toBe(1)
      expect(await page.locator('.lamp-pin .lamp-frame').count()).toBe(8)
      expect(await page.locator('.lamp-pin .lamp-off').count()).toBe(1)
    })

    test('a press near a lamp selects it, a second one lets it go', async () => {
      await openToOrder()
      const box = await page.locator('.lamp-pin').first().boundingBox()
      if (box === null) throw new Error('the first lamp is on the map')
      const press = () => page.mouse.click(box.x + box.width / 2 - 6, box.y + box.height / 2 + 4)
      await press()
      await bar().getByText('HV-01').waitFor()
      await press()
      await bar().getByText('Chọn đèn để đặt mức sáng').waitFor()
    })

    test('a rectangle drawn over the map selects what lies inside', async () => {
      await openToOrder()
      await chip('Khoanh vùng').click()
      const box = await page.locator('.lamp-map').boundingBox()
      if (box === null) throw new Error('the map is shown')
      await page.mouse.move(box.x + 2, box.y + 2)
      await page.mouse.down()
      await page.mouse.move(box.x + box.width - 2, box.y + box.height - 2, { steps: 4 })
      await page.mouse.up()
      await bar().getByText('Đã chọn cả tuyến: 60 đèn').waitFor()
      expect(await chip('Khoanh vùng').getAttribute('aria-pressed')).toBe('false')
    })

    test('the list filters the faulty and selects by keyboard', async () => {
      await open()
      await page.getByRole('button', { name: 'Danh sách' }).click()
      await page.getByRole('button', { name: 'Sự cố (1)' }).click()
      expect(await page.locator('.lamp-table tbody tr').count()).toBe(1)
      await page.getByLabel('Chọn cột HV-07').focus()
      await page.keyboard.press('Space')
      await bar().getByText('Đã chọn 1 đèn').waitFor()
    })

    test('news of the street redraws the lamp and keeps what is selected and typed', async () => {
      await open()
      await chip('Trước chợ').click()
      await reason('dân báo tối')
      told({ lamps: street().lamps.with(0, lamp(1, { faults: ['lamp-failure'] })) })
      await expect.poll(() => page.locator('.lamp-pin .lamp-faulty').count()).toBe(2)
      await bar().getByText('Đã chọn Trước chợ: 8 đèn').waitFor()
      expect(await bar().getByLabel('Lý do').inputValue()).toBe('dân báo tối')
    })

    test('a node out of contact says from when its figures are', async () => {
      hub.streets = [street({ online: false, lastSeen: EVENING - 3_600_000 })]
      await open()
      await page.locator('.street-title').getByText('số cũ nghe lúc 20:30').waitFor()
      await page.locator('.map-old').waitFor()
      await bar().getByText('lệnh chờ gửi').waitFor()
    })

    test('a dead feeder is told above the numbers', async () => {
      const feeders = street().feeders.map((one, index) =>
        index === 1 ? { ...one, faults: ['feeder-power-lost'] } : one,
      )
      hub.streets = [street({ feeders })]
      await open()
      await page.locator('.street-title').getByText('Lộ 2: Lộ mất điện').waitFor()
    })
  })

  describe('an order', () => {
    test('for a group goes out by its name, for its time, with its reason', async () => {
      await open()
      await chip('Trước chợ').click()
      await bar().getByRole('button', { name: '50 %', exact: true }).click()
      await bar().getByLabel('Trong bao lâu').selectOption('h2')
      await reason('chợ đêm')
      await bar().getByRole('button', { name: 'Đặt 50 %' }).click()
      await expect.poll(() => hub.commands.length).toBe(1)
      expect(hub.commands[0]).toMatchObject({
        edge: STREET.edge,
        class: 'momentary',
        why: 'chợ đêm',
        action: { type: 'light', station: STREET.street, target: { group: 'cho' }, level: 50, for_s: 7_200 },
      })
    })

    test('without a reason is not sent', async () => {
      await open()
      await chip('Trước chợ').click()
      await bar().getByRole('button', { name: 'Đặt 70 %' }).click()
      await bar().getByText('Ghi lý do trước khi gửi.').waitFor()
      expect(hub.commands).toEqual([])
    })

    test('to put the whole street out asks first, and Enter alone means no', async () => {
      await open()
      await chip('Cả tuyến').click()
      await bar().getByRole('button', { name: 'Tắt', exact: true }).click()
      await reason('sửa cáp')
      await bar().getByRole('button', { name: 'Tắt đèn' }).click()
      await page.getByRole('dialog').getByText('Tắt cả tuyến (60 đèn) trong 30 phút?').waitFor()
      await page.keyboard.press('Enter')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
      expect(hub.commands).toEqual([])
      await bar().getByRole('button', { name: 'Tắt đèn' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Tắt đèn' }).click()
      await expect.poll(() => hub.commands.length).toBe(1)
      expect(hub.commands[0]).toMatchObject({ action: { target: { all: true }, level: 0, for_s: 1_800 } })
    })

    test('tells how many lamps have confirmed, and is undone by its id', async () => {
      await open()
      const row = page.locator('.light-orders .light-order-row')
      await row.getByText('6/8 đã nhận · 2 đang thử lại').waitFor()
      hub.lightOrders = [lightOrder({ confirmed: 8, retrying: 0 })]
      told({})
      await row.getByText('8/8 đã nhận').waitFor()
      await row.getByRole('button', { name: 'Hoàn tác' }).click()
      await expect.poll(() => hub.commands.length).toBe(1)
      expect(hub.commands[0]).toMatchObject({
        class: 'setting',
        action: { type: 'light-release', command: 'c-held' },
      })
    })

    test('that has ended has no undo', async () => {
      hub.lightOrders = [lightOrder({ state: 'done', undoable: false, confirmed: 8, retrying: 0 })]
      await openToOrder()
      await page.locator('.light-orders').getByText('8/8 đã nhận').waitFor()
      expect(await page.getByRole('button', { name: 'Hoàn tác' }).count()).toBe(0)
    })

    test('is under the thumb of a phone: the bar lies at the foot and opens over the page', async () => {
      await page.setViewportSize({ width: 360, height: 800 })
      await openToOrder()
      const folded = await bar().boundingBox()
      expect((folded?.y ?? 0) + (folded?.height ?? 0)).toBeCloseTo(800, 0)
      await bar().getByRole('button', { name: 'Đặt mức…' }).click()
      const send = await bar().getByRole('button', { name: 'Đặt 70 %' }).boundingBox()
      expect(send?.y ?? 0).toBeGreaterThan(500)
    })

    test.each([
      ['that may only look', { name: 'an', role: 'viewer' }],
      ['of the flood watch', { name: 'an', role: 'operator', verticals: ['flood'] }],
    ])('cannot be given by an account %s', async (_name, account) => {
      hub.account = account
      await open()
      await page.getByText('Tài khoản này chỉ được xem.').waitFor()
      await bar().waitFor({ state: 'hidden' })
      expect(await page.getByRole('button', { name: 'Hoàn tác' }).count()).toBe(0)
    })
  })

  describe('the plan', () => {
    test('is edited as one document: a step, a weekday and a group', async () => {
      await open('/plan')
      await page.getByLabel('Mức sáng của bước 2 (%)').first().fill('60')
      await page.getByLabel('Thứ Sáu').selectOption('le')
      await page.getByLabel('Tên nhóm').fill('Chợ Đông Hà')
      await page.getByRole('button', { name: 'Lưu' }).click()
      await page.getByText('Đã lưu.').waitFor()
      expect(hub.changes).toEqual([`PUT /documents/${STREET.edge}/lighting-street:${STREET.street}`])
      expect(hub.streetDocument.content).toMatchObject({
        road: { width_m: 14 },
        profiles: [{ id: 'thuong', steps: [{}, { level: 60 }, {}, {}, {}] }, { id: 'le' }],
        calendar: { usual: 'thuong', week: { fri: 'le', sat: 'le' } },
        groups: [{ id: 'cho', name: { vi: 'Chợ Đông Hà', en: 'At the market' } }],
      })
    })

    test('draws the night again as a step is typed', async () => {
      await open('/plan')
      const chart = page.locator('.plan-item .night-drawing').first()
      await expect.poll(() => chart.getAttribute('aria-label')).toContain('21:00 70 %')
      await page.getByLabel('Mức sáng của bước 2 (%)').first().fill('35')
      await expect.poll(() => chart.getAttribute('aria-label')).toContain('21:00 35 %')
    })

    test('takes a new step and a new special day, and focuses what was added', async () => {
      await open('/plan')
      await page.getByRole('button', { name: 'Thêm bước' }).first().click()
      expect(await page.evaluate('document.activeElement.id')).toBe('profile-thuong-4-level')
      await page.getByRole('button', { name: 'Thêm ngày riêng' }).click()
      expect(await page.evaluate('document.activeElement.id')).toBe('day-day-2-name')
      expect(await page.locator('.plan-exception').count()).toBe(2)
    })

    test('shows the hub’s objection beside what it is about, and keeps what was typed', async () => {
      hub.refusal = {
        code: 'STREET_PROFILE_ENDLESS',
        what: { vi: 'Kịch bản không tắt đèn.', en: 'The profile does not end.' },
        next: { vi: 'Thêm bước 0 %.', en: 'Add a step of 0 %.' },
      }
      await open('/plan')
      await page.getByLabel('Mức sáng của bước 5 (%)').fill('20')
      await page.getByRole('button', { name: 'Lưu' }).click()
      await page.locator('.plan-profiles [role=alert]').getByText('Thêm bước 0 %.').waitFor()
      expect(await page.getByLabel('Mức sáng của bước 5 (%)').inputValue()).toBe('20')
    })

    test('that was edited elsewhere meanwhile is not overwritten, and can be loaded anew', async () => {
      await open('/plan')
      await page.getByLabel('Mức sáng của bước 2 (%)').first().fill('60')
      hub.streetDocument = { ...hub.streetDocument, rev: '9-ff' }
      hub.send({ event: 'document', data: { edge: STREET.edge, id: hub.streetDocument.id } })
      await page.getByText('vừa được sửa ở nơi khác').waitFor()
      expect(await page.getByLabel('Mức sáng của bước 2 (%)').first().inputValue()).toBe('60')
      await page.getByRole('button', { name: 'tải bản mới' }).click()
      await expect.poll(() => page.getByLabel('Mức sáng của bước 2 (%)').first().inputValue()).toBe('70')
    })

    test('is not lost by a look at another part of the page', async () => {
      await open('/plan')
      await page.getByLabel('Mức sáng của bước 2 (%)').first().fill('60')
      await page.getByRole('link', { name: 'Sự cố' }).click()
      await page.getByRole('link', { name: 'Lịch' }).click()
      expect(await page.getByLabel('Mức sáng của bước 2 (%)').first().inputValue()).toBe('60')
      expect(page.url()).toContain('/plan')
    })

    test('that is not saved is asked about before another page is opened, and stays for a no', async () => {
      await open('/plan')
      const level = page.getByLabel('Mức sáng của bước 2 (%)').first()
      const away = page.getByRole('link', { name: 'Nút', exact: true })
      await level.fill('60')
      await away.click()
      await page.getByRole('dialog').getByText('Bỏ các sửa đổi?').waitFor()
      await page.keyboard.press('Enter')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
      await expect.poll(() => page.url()).toContain('/plan')
      expect(await level.inputValue()).toBe('60')
      await away.click()
      await page.getByRole('button', { name: 'Bỏ sửa đổi' }).click()
      await page.locator('.page-nodes').waitFor()
      expect([page.url(), hub.changes]).toEqual([expect.stringContaining('#/nodes'), []])
    })

    test('that is not saved is asked about before the page is drawn in another language', async () => {
      await open('/plan')
      const level = page.getByLabel('Mức sáng của bước 2 (%)').first()
      await level.fill('60')
      await page.getByRole('button', { name: 'English' }).click()
      await page.getByRole('button', { name: 'Ở lại' }).click()
      expect([await level.inputValue(), await page.locator('html').getAttribute('lang')]).toEqual([
        '60',
        'vi',
      ])
    })

    test('that is as it was is left without a question', async () => {
      await open('/plan')
      await page.getByLabel('Mức sáng của bước 2 (%)').first().fill('60')
      await page.getByRole('button', { name: 'Bỏ sửa', exact: true }).click()
      await page.getByRole('link', { name: 'Nút', exact: true }).click()
      await page.locator('.page-nodes').waitFor()
    })

    test('cannot be changed by an account that may only look', async () => {
      hub.account = { name: 'an', role: 'viewer' }
      await open('/plan')
      await page.getByText('chỉ được xem lịch').waitFor()
      expect(await page.getByLabel('Mức sáng của bước 2 (%)').first().isDisabled()).toBe(true)
    })
  })

  describe('reports', () => {
    test('energy has a bar and a row for each day, its formula, and a file', async () => {
      await open('/energy')
      await page.locator('.energy-table tbody tr').nth(19).waitFor()
      await expect.poll(() => page.locator('.bars-drawing g').count()).toBe(20)
      await page.getByText('Tiết kiệm = điện năng nếu').waitFor()
      const href = await page.getByRole('link', { name: 'Tải CSV' }).getAttribute('href')
      expect(href).toContain('energy.csv?edge=hung-vuong-edge&street=hung-vuong&from=')
    })

    test('energy of one feeder is a third of it here', async () => {
      await open('/energy')
      await page.getByLabel('Phạm vi').selectOption('feeder-2')
      await page.locator('.energy-table tbody tr').first().getByText('14,4 kWh').waitFor()
    })

    test('a fault is a work order that somebody takes', async () => {
      await open('/faults')
      const row = page.locator('.fault-table tbody tr')
      await row.getByText('không sáng: 3 W thay vì 82 W').waitFor()
      expect(await row.getByRole('link', { name: 'Chỉ đường' }).getAttribute('href')).toBe(
        'geo:16.8173,107.0949',
      )
      await row.getByRole('button', { name: 'Nhận việc' }).click()
      await expect.poll(() => hub.acknowledged).toEqual(['hung-vuong/lamp-failure/1'])
    })

    test('work orders are printed black on white, without the page around them', async () => {
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
      await page.goto(`${hub.url}${HERE}/faults`)
      await page.locator('.fault-table').getByText('HV-07', { exact: true }).waitFor()
      await page.locator('.crew-line').waitFor()
      await page.locator('.bar').waitFor({ state: 'hidden' })
      const ink = await page.evaluate("getComputedStyle(document.querySelector('.fault-table b')).color")
      expect(ink).toBe('rgb(0, 0, 0)')
    })
  })

  describe.each([
    ['streets', '#/lights'],
    ['lamps', HERE],
    ['plan', `${HERE}/plan`],
    ['energy', `${HERE}/energy`],
    ['faults', `${HERE}/faults`],
  ])('the page of %s', (_name, hash) => {
    const ready = async () => {
      await world.open(hash)
      await page.locator('.street-title h1, .street-card').first().waitFor()
      await expect.poll(() => page.getByText('Đang tải…').filter({ visible: true }).count()).toBe(0)
    }
    test('does not scroll sideways on a phone 360 px wide', async () => {
      await page.setViewportSize({ width: 360, height: 800 })
      await ready()
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360)
    })
    test('gives every finger 44 px', async () => {
      await page.setViewportSize({ width: 360, height: 800 })
      await ready()
      expect(await page.evaluate(SMALL_TARGETS)).toEqual([])
    })
    test.each(['light', 'dark'] as const)('has text of contrast 4.5 or more in %s', async (colorScheme) => {
      await page.emulateMedia({ colorScheme })
      await ready()
      expect(await page.evaluate(FAINT_TEXTS)).toEqual([])
      expect(troubles).toEqual([])
    })
  })
})
