import { button, h, setAttributes, setText } from '../../../page/element.ts'
import type { LinkState } from '../../../page/live/feed.ts'
import type { Theme } from '../../../page/preferences.ts'
import type { Scene } from '../context.ts'
import { zoneOf } from '../headline.ts'
import type { Route } from '../route.ts'
import type { Voice } from '../wording.ts'
import type { WordKey } from '../words.ts'
import { brand } from './icons.ts'

export interface TopBarActions {
  switchLanguage(): void
  nextTheme(): void
  toggleSound(): void
  signOut(): void
}

export interface BarState {
  readonly theme: Theme
  readonly sound: boolean
  readonly route: Route['page']
}

interface BarShows {
  readonly maySignOut: boolean
  readonly hasStreets: boolean
  readonly hasFarms: boolean
}

const THEME_WORDS = { auto: 'themeAuto', light: 'themeLight', dark: 'themeDark' } as const satisfies Record<
  Theme,
  WordKey
>
const LINK_WORDS = {
  connecting: 'linkConnecting',
  live: 'linkLive',
  lost: 'linkLost',
  'signed-out': 'linkConnecting',
} as const satisfies Record<LinkState, WordKey>

/** Where am I, what time is it at the station, is this live, and the few switches. */
export function createTopBar(voice: Voice, actions: TopBarActions, state: BarState) {
  const { say } = voice
  const time = h('time', { class: 'clock-time' })
  const date = h('span', { class: 'clock-date' })
  const pace = h('span', { class: 'pace', hidden: true })
  const link = h('span', { class: 'link-words' })
  const light = h(
    'span',
    { class: 'link', role: 'status' },
    h('span', { class: 'link-dot', 'aria-hidden': 'true' }),
    link,
  )
  const leave = button(say('signOut'), actions.signOut, { class: 'switch', hidden: true })
  const lights = menuLink('#/lights', say('lights'), state.route === 'lights' || state.route === 'street')
  setAttributes(lights, { hidden: true })
  const farms = menuLink('#/farms', say('farms'), state.route === 'farms' || state.route === 'farm')
  setAttributes(farms, { hidden: true })
  const element = h(
    'header',
    { class: 'bar' },
    h(
      'a',
      { class: 'brand', href: '#/' },
      brand(),
      h('b', {}, say('product')),
      h('span', {}, say('tagline')),
    ),
    h(
      'nav',
      { class: 'menu', 'aria-label': say('mainMenu') },
      menuLink('#/', say('overview'), state.route === 'overview'),
      lights,
      farms,
      menuLink('#/nodes', say('nodes'), state.route === 'nodes'),
    ),
    h(
      'div',
      { class: 'bar-time' },
      h('div', { class: 'clock' }, time, date),
      h('div', { class: 'bar-state' }, light, pace),
    ),
    h(
      'div',
      { class: 'switches', role: 'group', 'aria-label': say('settings') },
      button(say(state.sound ? 'soundOn' : 'soundOff'), actions.toggleSound, {
        class: 'switch',
        'aria-pressed': String(state.sound),
      }),
      button(say(THEME_WORDS[state.theme]), actions.nextTheme, { class: 'switch' }),
      button(say('switchLanguage'), actions.switchLanguage, {
        class: 'switch',
        'aria-label': say('switchLanguageLabel'),
        lang: voice.language === 'vi' ? 'en' : 'vi',
      }),
      leave,
    ),
  )
  return {
    element,
    update({ model, link: linkState, now, speed }: Scene, { maySignOut, hasStreets, hasFarms }: BarShows) {
      setAttributes(leave, { hidden: !maySignOut })
      // Whoever stands on the page already, before the hub has answered, keeps the link.
      setAttributes(lights, { hidden: !hasStreets && !lights.hasAttribute('aria-current') })
      setAttributes(farms, { hidden: !hasFarms && !farms.hasAttribute('aria-current') })
      const told = voice.format.clock(now, zoneOf(model))
      setText(time, told.time)
      setText(date, told.date)
      setText(link, say(LINK_WORDS[linkState]))
      light.className = `link link-${linkState}`
      const simulated = model.demo || speed !== 1
      setAttributes(pace, { hidden: !simulated })
      const shownSpeed = voice.format.number(speed, Number.isInteger(speed) ? 0 : 1)
      setText(pace, speed === 1 ? say('demonstration') : say('simulated', { speed: shownSpeed }))
    },
  }
}

function menuLink(href: string, text: string, here: boolean): HTMLElement {
  return h('a', { href, class: 'menu-link', 'aria-current': here ? 'page' : undefined }, text)
}
