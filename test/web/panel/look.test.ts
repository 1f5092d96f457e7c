import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Page } from 'playwright-core'
import { beforeEach, describe, expect, test } from 'vitest'
import { browserMissing, faintTexts, smallTargets, titleOf } from '../page-in-browser.ts'
import { DRY_RUN, session, state, TANK_LOW } from './greenhouse.ts'
import type { MockPanel } from './mock-panel.ts'
import { PHONE, panelInBrowser, WALL } from './panel-in-browser.ts'

/** Read in the sun, pressed with wet thumbs, heard instead of seen, loaded over a weak Wi-Fi. */
describe.skipIf(browserMissing)(titleOf('how the panel looks'), () => {
  const world = panelInBrowser()
  const { open } = world
  let panel: MockPanel
  let page: Page

  beforeEach(() => {
    ;({ panel, page } = world.now())
    panel.state = state({ problems: [DRY_RUN, TANK_LOW] }, { hub: 'cut', since: null, clock: 'unknown' })
    panel.check = {
      problems: [
        {
          ...{ code: 'PROGRAM_WINDOW', at: '/programs/0/amount/minutes' },
          what: { vi: 'Tưới quá lâu.', en: 'Too long.' },
          next: { vi: 'Bớt phút.', en: 'Fewer minutes.' },
        },
      ],
      ...{ warnings: [], plan: [] },
    }
  })

  const wear = async (theme: string, language: string) => {
    const kept = JSON.stringify({ theme, language, sound: false })
    await page.addInitScript(`localStorage.setItem('tram.preferences', ${JSON.stringify(kept)})`)
  }

  /** And what stands there once everything has come that the page asks for. */
  const PAGES = [
    ['home', '#/', '.zone-card'],
    ['zone', '#/zone/k2', '.chart'],
    ['programs', '#/programs', '.thing'],
    ['program', '#/program/sang', '.field-trouble:visible'],
    ['recipes', '#/recipes', '.thing'],
    ['recipe', '#/recipe/npk', '.edit-problems li'],
    ['climate', '#/climate', '.device'],
    ['climate settings', '#/climate/settings', '.edit-problems li'],
    ['tank', '#/water', '.facts'],
    ['charts', '#/history', '.chart'],
    ['alarms', '#/alarms', '.alarm-card'],
    ['use', '#/use', '.use-table'],
    ['people', '#/accounts', '.person'],
    ['edits', '#/edits', '.edit-list .panel'],
    ['settings', '#/settings', '.setting .facts'],
    ['more', '#/more', '.more-link'],
  ] as const

  describe.each(PAGES)('the page of %s', (_name, hash, sign) => {
    test.each([
      ['light', 'vi', PHONE],
      ['dark', 'en', PHONE],
      ['light', 'en', WALL],
      ['dark', 'vi', WALL],
    ] as const)('is legible and has large keys: %s, %s, %o', async (theme, language, size) => {
      await wear(theme, language)
      await open(hash, size)
      await page.locator(sign).first().waitFor()
      await expect.poll(() => page.getByText(/^(Đang tải|Loading)…$/).count()).toBe(0)
      expect(await page.evaluate(faintTexts(7))).toEqual([])
      expect(await page.evaluate(smallTargets(48))).toEqual([])
      expect(await page.evaluate(UNNAMED)).toEqual([])
      expect(await page.evaluate(TINY)).toEqual([])
      const wide = await page.evaluate('document.documentElement.scrollWidth')
      expect(Number(wide)).toBeLessThanOrEqual(size.width)
    })
  })

  test.each([
    ['light', PHONE],
    ['dark', WALL],
  ] as const)('the sheet for watering is legible and has large keys: %s', async (theme, size) => {
    await wear(theme, 'vi')
    await open('#/', size)
    await page.locator('[data-zone=k1] .zone-press').click()
    await page.locator('.sheet-body:not([inert])').waitFor()
    expect(await page.evaluate(faintTexts(7))).toEqual([])
    expect(await page.evaluate(smallTargets(48))).toEqual([])
    expect(await page.evaluate(UNNAMED)).toEqual([])
  })

  test.each(['light', 'dark'])('the door is legible and has large keys: %s', async (theme) => {
    panel.session = session(null)
    await wear(theme, 'vi')
    await page.setViewportSize(PHONE)
    await page.goto(panel.url)
    await page.getByRole('button', { name: 'Lan' }).click()
    await page.locator('.pin-keys').waitFor()
    expect(await page.evaluate(faintTexts(7))).toEqual([])
    expect(await page.evaluate(smallTargets(48))).toEqual([])
    expect(await page.evaluate(UNNAMED)).toEqual([])
  })

  test('what a home needs at first is at most 45 kB over the air, and all that there is at most 150', async () => {
    // What the page asks for itself; its service worker fetches in its own time what it keeps.
    const asked = ['/manifest.webmanifest']
    page.on('request', (request) => void asked.push(new URL(request.url()).pathname))
    await open()
    const files = asked.filter((path) => !path.startsWith('/api/'))
    expect(files).toContain('/')
    const first = await weigh(world.folder(), files)
    expect(first).toBeLessThan(45_000)
    const all = await weigh(world.folder(), ['/', ...(await scripts(world.folder()))])
    expect(all).toBeLessThan(150_000)
  })

  test('what a phone needs to keep it as an app is there', async () => {
    await open()
    const manifest = JSON.parse(await readFile(join(world.folder(), 'manifest.webmanifest'), 'utf8'))
    expect(manifest).toMatchObject({ display: 'standalone', start_url: './', lang: 'vi' })
    const names: string[] = manifest.icons.map((icon: { readonly src: string }) => icon.src)
    const sizes = await Promise.all(
      names.map(async (name) => (await readFile(join(world.folder(), name))).length),
    )
    expect(sizes.every((size) => size > 300)).toBe(true)
    expect(names.length).toBeGreaterThan(3)
  })
})

/** Bytes as sent with gzip; pictures go as they are. */
async function weigh(folder: string, paths: readonly string[]): Promise<number> {
  const once = [...new Set(paths)]
  const sizes = await Promise.all(
    once.map(async (path) => {
      const bytes = await readFile(join(folder, path === '/' ? 'index.html' : path))
      return path.endsWith('.png') ? bytes.length : gzipSync(bytes).length
    }),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}

async function scripts(folder: string): Promise<readonly string[]> {
  const names = await readdir(join(folder, 'assets'))
  const kept = names.filter((name) => !name.endsWith('.gz'))
  return [...kept.map((name) => `/assets/${name}`), '/sw.js']
}

/** Runs in the page: what can be pressed or filled in and has no name that could be read out. */
const UNNAMED = `[...document.querySelectorAll('a, button, input, select, summary')].flatMap((control) => {
  if (control.checkVisibility() === false) return []
  const labels = [...(control.labels ?? [])].map((label) => label.textContent).join('')
  const name = control.getAttribute('aria-label') ?? (control.textContent.trim() || labels)
  return name.trim() === '' || name === '✕' ? [control.outerHTML.slice(0, 120)] : []
})`

/** Runs in the page: visible texts that are drawn smaller than 12 px, a drawing's own scale included. */
const TINY = `[...document.querySelectorAll('body *')].flatMap((element) => {
  const text = [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.textContent.trim()).join('')
  if (text === '' || !element.checkVisibility() || element.closest('.visually-hidden, option, script, style')) return []
  const scale = element instanceof SVGGraphicsElement ? element.getScreenCTM().a : 1
  const size = Number.parseFloat(getComputedStyle(element).fontSize) * scale
  return size < 12 ? [text + ' ' + size] : []
})`
