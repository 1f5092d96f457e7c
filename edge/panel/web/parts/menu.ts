import { h, setAttributes, setText } from '../../../../page/element.ts'
import { hrefOf, type Page, type Route } from '../route.ts'
import type { Scene, Voice } from '../scene.ts'
import { icon } from './icons.ts'

/** On a phone these stand beside the stop button; the others are found under "more", and on a wide screen in the rail. */
const ALWAYS: readonly Page[] = ['home', 'programs', 'alarms', 'more']
const RAIL: readonly Page[] = [
  'home',
  'programs',
  'recipes',
  'climate',
  'water',
  'history',
  'use',
  'alarms',
  'more',
]

/** Which entry a page belongs to. */
function entryOf({ page }: Route): Page {
  switch (page) {
    case 'zone':
      return 'home'
    case 'program':
      return 'programs'
    case 'recipe':
      return 'recipes'
    case 'climate-settings':
      return 'climate'
    case 'accounts':
    case 'edits':
    case 'settings':
      return 'more'
    default:
      return page
  }
}

/** The pages, and the stop button amid them: at the foot of a phone, at the left of a wide screen. */
export function createMenu({ say }: Voice, route: Route, stop: HTMLElement) {
  const here = entryOf(route)
  const count = h('span', { class: 'menu-count', hidden: true })
  const link = (page: Page) =>
    h(
      'a',
      {
        href: hrefOf(page),
        class: `menu-link menu-${page} ${ALWAYS.includes(page) ? '' : 'menu-wide'}`,
        'aria-current': isHere(page, here) ? 'page' : undefined,
      },
      icon(page),
      h('span', {}, say(page)),
      page === 'alarms' ? count : undefined,
    )
  return {
    element: h('nav', { class: 'menu', 'aria-label': say('pages') }, ...RAIL.map(link), stop),
    update({ house }: Scene) {
      const open = house?.problems.length ?? 0
      setAttributes(count, { hidden: open === 0, 'aria-label': say('alarmsOpen', { count: open }) })
      setText(count, String(open))
    },
  }
}

/** On a phone whatever has no entry of its own is under "more": style shows which of the two is meant. */
function isHere(page: Page, here: Page): boolean {
  return page === here || (page === 'more' && !ALWAYS.includes(here))
}
