import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { build } from 'vite'
import { afterAll, afterEach, beforeAll, beforeEach, vi } from 'vitest'
import type { Overview } from '../../hub/api/schema.ts'
import { overview } from './city.ts'
import { type MockHub, startMockHub } from './mock-hub.ts'

const CHROMIUM = '/usr/bin/chromium'
export const browserMissing = !existsSync(CHROMIUM)
export const titleOf = (what: string): string =>
  browserMissing ? `${what} (skipped: ${CHROMIUM} is not installed)` : what

const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/**
 * Beside other tests a page may take many times as long as alone. A wait ends before its test does, so that it is told
 * what was waited for in vain.
 */
const WAIT_MS = 15_000
const TEST_MS = 4 * WAIT_MS

interface Now {
  readonly hub: MockHub
  readonly page: Page
  /** Errors of the page and on its console. */
  readonly troubles: string[]
}

/** A page built once for a file of tests, and a browser of their own to open it in. */
export function builtPage(configFile: string) {
  let folder = ''
  let browser: Browser | undefined
  vi.setConfig({ testTimeout: TEST_MS, expect: { poll: { timeout: WAIT_MS } } })
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tram-web-'))
    await build({ configFile, logLevel: 'warn', build: { outDir: folder, emptyOutDir: true } })
    browser = await chromium.launch({ executablePath: CHROMIUM, args: QUIET })
  })
  afterAll(async () => {
    await browser?.close()
    await rm(folder, { recursive: true, force: true })
  })
  return {
    folder: () => folder,
    /** A new tab that knows nothing of the others, their clocks included, and the errors of its page and on its console. */
    async tab(): Promise<{ readonly page: Page; readonly troubles: string[] }> {
      if (browser === undefined) throw new Error('the browser has not started')
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' })
      page.setDefaultTimeout(WAIT_MS)
      const troubles: string[] = []
      page.on('pageerror', (error) => troubles.push(error.message))
      page.on('console', (message) => {
        if (message.type() === 'error') troubles.push(message.text())
      })
      return { page, troubles }
    },
  }
}

/** The hub's page before a mock hub in a real browser: one build for a file of tests, one hub and one tab for each. */
export function inBrowser() {
  const built = builtPage('hub/web/vite.config.ts')
  let now: Now | undefined
  const current = (): Now => {
    if (now === undefined) throw new Error('only within a test')
    return now
  }

  beforeEach(async () => {
    const hub = await startMockHub(built.folder(), overview())
    now = { hub, ...(await built.tab()) }
  })
  afterEach(async () => {
    await now?.page.close()
    await now?.hub.close()
    now = undefined
  })
  return {
    now: current,
    async open(hash = '#/', world?: Overview) {
      const { hub, page } = current()
      if (world !== undefined) hub.world = world
      await page.goto(hub.url + hash)
      await page.locator('.link-live').waitFor()
    },
  }
}

/** Runs in the page: presses whose hit area is smaller than so many px either way; a card's link counts with its whole card, a box with its label. */
export const smallTargets = (
  least: number,
): string => `[...document.querySelectorAll('a, button, input, select, summary, [role=button]')].flatMap((target) => {
  if (target.checkVisibility() === false || target.classList.contains('skip')) return []
  const area = target.classList.contains('card-link') ? target.closest('.card') : (target.closest('label') ?? target)
  const { width, height } = area.getBoundingClientRect()
  return width >= ${least - 0.5} && height >= ${least - 0.5} ? [] : [target.className + ' ' + target.textContent + ' ' + width + 'x' + height]
})`

/**
 * Runs in the page: visible texts whose contrast with the ground behind them (WCAG 2.2, 1.4.3) is below `least`.
 * The ground is the nearest opaque background upwards; the map's names lie on its drawing and are judged on land.
 */
export const faintTexts = (least: number): string => `(() => {
  const channels = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number)
  const luminance = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    return 0.2126 * x + 0.7152 * y + 0.0722 * z
  }
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = channels(getComputedStyle(at).backgroundColor)
      if (color.length === 3 || color[3] === 1) return color
    }
    return [255, 255, 255]
  }
  const faint = new Set()
  for (const element of document.querySelectorAll('body *')) {
    if (element.closest('svg, canvas, .visually-hidden, .skip') || !element.checkVisibility({ visibilityProperty: true })) continue
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== '')
    if (!own) continue
    const [a, b] = [luminance(channels(getComputedStyle(element).color)), luminance(ground(element))]
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
    if (ratio < ${least}) faint.add(element.className + ': ' + ratio.toFixed(2) + ' ' + element.textContent.slice(0, 30))
  }
  return [...faint]
})()`

export const SMALL_TARGETS = smallTargets(44)
export const FAINT_TEXTS = faintTexts(4.5)
