import type { Page } from 'playwright-core'
import { afterEach, beforeEach } from 'vitest'
import { routeOf } from '../../../edge/panel/web/route.ts'
import { builtPage } from '../page-in-browser.ts'
import { type MockPanel, startMockPanel } from './mock-panel.ts'

export const PHONE = { width: 360, height: 800 }
export const WALL = { width: 1280, height: 800 }

/** Further than this machine can be late. */
const LEAP_MS = 60_000

interface Now {
  readonly panel: MockPanel
  readonly page: Page
  readonly troubles: string[]
}

/** The panel's page before a mock node in a real browser: one build for a file of tests, one node and one tab for each. */
export function panelInBrowser() {
  const built = builtPage('edge/panel/web/vite.config.ts')
  let now: Now | undefined
  const current = (): Now => {
    if (now === undefined) throw new Error('only within a test')
    return now
  }
  beforeEach(async () => {
    now = { panel: await startMockPanel(built.folder()), ...(await built.tab()) }
  })
  afterEach(async () => {
    await now?.page.close()
    await now?.panel.close()
    now = undefined
  })
  return {
    now: current,
    folder: built.folder,
    notice: () => current().page.locator('.notice-words'),
    press: (name: string) => current().page.getByRole('button', { name, exact: true }).click(),
    /** The sheet that was opened takes presses: in its first moment it takes none. */
    sheet: () => current().page.locator('.sheet-body:not([inert])').waitFor(),
    /** Opens a page, and waits until the node has been heard and that page stands there. */
    async open(hash = '#/', size = PHONE) {
      const { panel, page } = current()
      await page.setViewportSize(size)
      await page.goto(panel.url + hash)
      await page.locator(`main.page-${routeOf(hash).page}`).waitFor()
      await page.locator('.bar-time').waitFor()
      await page.locator('.lazy > .quiet').waitFor({ state: 'detached' })
    },
    /**
     * From here on time passes on the page by `page.clock.runFor` alone, and nothing is over because this machine was
     * slow. The clock must have been installed before the page was opened.
     */
    async holdTime() {
      const { page } = current()
      await page.clock.pauseAt(Number(await page.evaluate('Date.now()')) + LEAP_MS)
    },
  }
}
