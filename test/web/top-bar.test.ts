import type { Page } from 'playwright-core'
import { beforeEach, describe, expect, test } from 'vitest'
import { overview } from './city.ts'
import { farm } from './farm.ts'
import type { MockHub } from './mock-hub.ts'
import { browserMissing, inBrowser, SMALL_TARGETS, titleOf } from './page-in-browser.ts'
import { street } from './street.ts'

/** The top bar with all that it may show: streets, greenhouses, a simulated city, and a way out. */

/** Runs in the page: px by which the bar's parts have slipped below each other. */
const SLIPPED = `(() => {
  const parts = [...document.querySelector('.bar').children].map((part) => part.getBoundingClientRect())
  return Math.max(0, Math.max(...parts.map(({ top }) => top)) - Math.min(...parts.map(({ bottom }) => bottom)))
})()`
/** Runs in the page: px that are left between the menu and what stands at the far end. */
const LEFT_OVER = `document.querySelector('.bar-time').getBoundingClientRect().left
  - document.querySelector('.menu').getBoundingClientRect().right`
/** What a scrollbar takes of a page, and fonts that run a little wider than those of this machine. */
const ROOM_PX = 32

describe.skipIf(browserMissing)(titleOf('the top bar'), () => {
  const world = inBrowser()
  let hub: MockHub
  let page: Page

  beforeEach(() => {
    ;({ hub, page } = world.now())
    hub.world = overview({ speed: 60 })
    hub.streets = [street()]
    hub.farms = [farm()]
  })
  const open = async (width: number, language: string) => {
    const kept = JSON.stringify({ theme: 'auto', language, sound: false })
    await page.addInitScript(`localStorage.setItem('tram.preferences', ${JSON.stringify(kept)})`)
    await page.setViewportSize({ width, height: 800 })
    await world.open()
    for (const href of ['#/lights', '#/farms']) await page.locator(`.menu-link[href="${href}"]`).waitFor()
    await page.locator('.switch').nth(3).waitFor()
    await page.locator('.pace').waitFor()
  }

  describe.each([1280, 1024])('at %i px', (width) => {
    test.each(['vi', 'en'])('is one line with room to spare (%s)', async (language) => {
      await open(width, language)
      expect(await page.evaluate(SLIPPED)).toBe(0)
      expect(await page.evaluate(LEFT_OVER)).toBeGreaterThan(ROOM_PX)
    })
  })

  test.each(['vi', 'en'])('stays one line at 1024 px when the hub is lost (%s)', async (language) => {
    await open(1024, language)
    hub.cut()
    await page.locator('.link-lost').waitFor()
    expect(await page.evaluate(SLIPPED)).toBe(0)
    expect(await page.evaluate(LEFT_OVER)).toBeGreaterThan(ROOM_PX)
  })

  test.each(['vi', 'en'])('fits on a phone, and its presses under a thumb (%s)', async (language) => {
    await open(360, language)
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360)
    expect(await page.evaluate(SMALL_TARGETS)).toEqual([])
  })
})
