import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { browserMissing, titleOf } from '../page-in-browser.ts'
import { DRY_RUN, document, MORNING, state, TANK_LOW, zones } from './greenhouse.ts'
import type { MockPanel } from './mock-panel.ts'
import { PHONE, panelInBrowser, WALL } from './panel-in-browser.ts'

/** What the docs show of the panel. To take them anew: `TRAM_PICTURES=1 npx vitest run test/web/panel/pictures`. */
const FOLDER = join(import.meta.dirname, '../../../docs/images')
const TAKE = process.env.TRAM_PICTURES === '1'
const ALL_KB_MAX = 700
const GAP = 12

interface Shot {
  readonly hash: string
  readonly prepare?: (panel: MockPanel) => void
  readonly act?: (page: Page) => Promise<void>
}

const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first().click()
const sheet = (page: Page) => page.locator('.sheet-body:not([inert])').waitFor()
const [sang] = document().programs
const clash = { ...sang, start: { by: 'clock', times: ['05:30'] }, amount: { minutes: 12 } }

const SHEETS = {
  water: [
    { hash: '#/' },
    {
      hash: '#/',
      act: async (page) => {
        await press(page, 'Tưới Dưa lưới')
        await sheet(page)
      },
    },
    {
      hash: '#/',
      act: async (page) => {
        await press(page, 'Dừng tất cả nước ngay')
        await page.getByRole('button', { name: 'Cho chạy lại' }).waitFor()
      },
    },
    {
      hash: '#/alarms',
      prepare: (panel) => {
        panel.state = state({ problems: [DRY_RUN, TANK_LOW], pump: 'held', zones: zones().slice(0, 1) })
      },
      act: async (page) => {
        await press(page, 'Đã kiểm tra, mở lại')
        await sheet(page)
      },
    },
  ],
  edit: [
    {
      hash: '#/program/sang',
      prepare: (panel) => {
        const plan = { program: 'sang', minutes: 15, litres: 120 }
        panel.check = {
          ...{ problems: [], warnings: [] },
          plan: [
            { ...plan, zone: 'k1', at: MORNING + 24_300_000 },
            { ...plan, zone: 'k2', at: MORNING + 25_200_000 },
          ],
        }
      },
    },
    {
      hash: '#/recipe/npk',
      act: async (page) => {
        await page.getByLabel('Tên công thức').fill('Nuôi trái lớn')
        await page.getByLabel('Phân A').fill('250')
      },
    },
    { hash: '#/climate/settings' },
    {
      hash: '#/edits',
      prepare: (panel) => {
        const lost = [{ path: ['programs', 'sang'], kept: sang, lost: clash }]
        const whose = { at: MORNING - 5_400_000, by: 'Lan', side: 'edge' } as const
        panel.conflicts = [{ id: 'conflict', of: 'greenhouse:nha-kinh', ...whose, lost }]
      },
    },
  ],
  look: [
    {
      hash: '#/climate',
      act: async (page) => {
        await page.locator('.device summary').first().click()
      },
    },
    { hash: '#/history' },
    { hash: '#/use' },
    { hash: '#/accounts' },
  ],
} as const satisfies Record<string, readonly Shot[]>

const SCREENS = {
  phone: { size: PHONE, across: 4, width: 300 },
  wall: { size: WALL, across: 2, width: 640 },
} as const

const NAMES = [
  ...Object.keys(SHEETS).flatMap((tasks) => [`panel-phone-${tasks}.webp`, `panel-wall-${tasks}.webp`]),
  'panel-dark-water.webp',
]

if (TAKE) {
  describe.skipIf(browserMissing)(titleOf('pictures for the docs'), () => {
    const world = panelInBrowser()

    test.each(NAMES)('%s', async (name) => {
      const [, screen = '', tasks = ''] = /^panel-(\w+)-(\w+)\.webp$/.exec(name) ?? []
      const shots: readonly Shot[] = Object.entries(SHEETS).find(([key]) => key === tasks)?.[1] ?? []
      const { size, across, width } = screen === 'wall' ? SCREENS.wall : SCREENS.phone
      const { panel, page } = world.now()
      await page.emulateMedia({ colorScheme: screen === 'dark' ? 'dark' : 'light' })
      const taken: string[] = []
      for (const { hash, prepare, act } of shots) {
        panel.state = state({ problems: [TANK_LOW] })
        prepare?.(panel)
        await page.goto('about:blank')
        await world.open(hash, size)
        await act?.(page)
        await page.waitForTimeout(1_500)
        taken.push((await page.screenshot()).toString('base64'))
      }
      await page.goto('about:blank')
      const height = Math.round((width * size.height) / size.width)
      const drawn = await page.evaluate(SIDE_BY_SIDE(taken, { across, width, height }))
      await writeFile(join(FOLDER, name), Buffer.from(String(drawn).replace(/^.*,/, ''), 'base64'))
      expect(taken).toHaveLength(4)
    })
  })
}

test('the docs show every task on a phone and on a wall, and weigh little', async () => {
  const words = await readFile(join(FOLDER, '../panel.md'), 'utf8')
  expect(NAMES.filter((name) => !words.includes(`images/${name}`))).toEqual([])
  const sizes = await Promise.all(NAMES.map(async (name) => (await stat(join(FOLDER, name))).size))
  expect(Math.min(...sizes)).toBeGreaterThan(10_000)
  expect(sizes.reduce((sum, size) => sum + size, 0) / 1_000).toBeLessThan(ALL_KB_MAX)
})

/** Runs in a page: pictures in rows on one ground, as a WebP. */
const SIDE_BY_SIDE = (
  pictures: readonly string[],
  { across, width, height }: { readonly across: number; readonly width: number; readonly height: number },
): string => `(async () => {
  const pictures = ${JSON.stringify(pictures)}
  const canvas = document.createElement('canvas')
  canvas.width = ${across * (width + GAP) + GAP}
  canvas.height = Math.ceil(pictures.length / ${across}) * ${height + GAP} + ${GAP}
  const pen = canvas.getContext('2d')
  pen.imageSmoothingQuality = 'high'
  pen.fillStyle = '#5b6b73'
  pen.fillRect(0, 0, canvas.width, canvas.height)
  for (const [index, picture] of pictures.entries()) {
    const image = new Image()
    image.src = 'data:image/png;base64,' + picture
    await image.decode()
    const [x, y] = [index % ${across}, Math.floor(index / ${across})]
    pen.drawImage(image, ${GAP} + x * ${width + GAP}, ${GAP} + y * ${height + GAP}, ${width}, ${height})
  }
  return canvas.toDataURL('image/webp', 0.82)
})()`
