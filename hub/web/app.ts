import { type Clock, every } from '../../core/clock.ts'
import type { Random } from '../../core/random.ts'
import type { Answer } from '../../page/ask.ts'
import { h, setText } from '../../page/element.ts'
import { createLeaving } from '../../page/leaving.ts'
import { createFeed, type LinkState } from '../../page/live/feed.ts'
import { createServerTime } from '../../page/live/server-time.ts'
import {
  loadPreferences,
  nextTheme,
  type Preferences,
  type Shelf,
  savePreferences,
} from '../../page/preferences.ts'
import { mainWithSkip } from '../../page/skip-link.ts'
import { createBell } from '../../page/sound.ts'
import { createTheme } from '../../page/theme.ts'
import type { AlertView } from '../api/schema.ts'
import type { Account } from './account.ts'
import type { Api } from './api.ts'
import type { Context, Scene, View } from './context.ts'
import {
  activeAlerts,
  emptyModel,
  type Model,
  needsAcknowledging,
  newlyAlarming,
  withEdges,
  withEvent,
  withOverview,
} from './live/model.ts'
import { streamEvent } from './live/stream-event.ts'
import { createLostNote } from './parts/lost-note.ts'
import { createTopBar } from './parts/top-bar.ts'
import { type Route, routeOf } from './route.ts'
import { createFarmPage } from './views/farm-page.ts'
import { createLightingPage } from './views/lighting-page.ts'
import { createNodePage } from './views/node.ts'
import { createNodes } from './views/nodes.ts'
import { createOverview } from './views/overview.ts'
import { createSignIn } from './views/sign-in.ts'
import { createStationPage } from './views/station.ts'
import { createVoice } from './wording.ts'

export interface AppOptions {
  readonly clock: Clock
  readonly random: Random
  readonly api: Api
  readonly place: HTMLElement
  readonly shelf: Shelf
}

const TICK_MS = 1_000
/** Changes within this time are drawn together. */
const DRAW_MS = 30
/** From this level on a new alarm interrupts a screen reader. */
const ASSERTIVE_FROM_LEVEL = 2

/** Joins the hub's stream, the model and the view of the moment. One direction: event → model → view. */
export function createApp({ clock, random, api, place, shelf }: AppOptions): void {
  const time = createServerTime(clock)
  const bell = createBell(clock)
  const showTheme = createTheme(document.documentElement)
  const polite = h('div', { class: 'visually-hidden', 'aria-live': 'polite' })
  const assertive = h('div', { class: 'visually-hidden', 'aria-live': 'assertive' })
  const frame = h('div', { class: 'frame' })
  const lost = createLostNote()
  place.replaceChildren(frame, lost.element, polite, assertive)

  let preferences = loadPreferences(shelf)
  let model: Model = emptyModel
  let link: LinkState = 'connecting'
  let heardAt: number | null = null
  let account: Account | undefined
  let hasStreets = false
  let hasFarms = false
  let bar: ReturnType<typeof createTopBar> | undefined
  let view: View | undefined
  let drawing = false

  const scene = (): Scene => ({ model, link, heardAt, now: time.now(), speed: time.speed(), account })
  const draw = () => {
    drawing = false
    const now = scene()
    const maySignOut = account !== undefined && link !== 'signed-out' && !model.demo
    hasStreets ||= Object.keys(model.streets).length > 0
    hasFarms ||= Object.keys(model.farms).length > 0
    bar?.update(now, { maySignOut, hasStreets, hasFarms })
    view?.update(now)
    lost.update(now, createVoice(preferences.language))
    frame.classList.toggle('frame-stale', link === 'lost')
    const count = activeAlerts(model).length
    document.title = `${count > 0 ? `(${count}) ` : ''}${view?.title ?? ''} · Trạm`
    bell.remind(preferences.sound && model.alerts.some(needsAcknowledging))
  }
  const drawSoon = () => {
    if (drawing) return
    drawing = true
    clock.after(DRAW_MS, draw)
  }
  const learn = (next: Model) => {
    const fresh = newlyAlarming(model, next)
    model = next
    heardAt = time.now()
    if (fresh.length > 0) announce(fresh)
    drawSoon()
  }
  const announce = (alerts: readonly AlertView[]) => {
    const { language } = preferences
    const text = alerts.map((alert) => alert.text[language]).join('. ')
    const urgent = alerts.some((alert) => alert.level >= ASSERTIVE_FROM_LEVEL)
    setText(urgent ? assertive : polite, text)
    if (preferences.sound) bell.ring(urgent ? 2 : 1)
  }

  const feed = createFeed({
    clock,
    random,
    open: api.openStream,
    async load(signal) {
      if (account === undefined) void askWho()
      const [overview, edges] = await Promise.all([api.overview(signal), api.edges()])
      if (!overview.ok) return overview.refusal.status === 401 ? 'refused' : 'failed'
      time.set(overview.value.now, overview.value.speed)
      const next = withOverview(model, overview.value)
      learn(edges.ok ? withEdges(next, edges.value) : next)
      if (!hasStreets) void lookForStreets()
      if (!hasFarms) void lookForFarms()
      return 'loaded'
    },
    onHeard() {
      heardAt = time.now()
    },
    read: streamEvent,
    onEvent: (event) => learn(withEvent(model, event)),
    onState(next) {
      link = next
      if (next === 'signed-out') mount()
      else drawSoon()
    },
  })

  const askWho = async () => {
    const me = await api.me()
    if (me.ok) account = me.value
    drawSoon()
  }

  /** Once there is a street, the stream tells of it: all of them are not asked for again. */
  const lookForStreets = async () => {
    const streets = await api.streets()
    hasStreets ||= streets.ok && streets.value.length > 0
    drawSoon()
  }

  const lookForFarms = async () => {
    const farms = await api.farms()
    hasFarms ||= farms.ok && farms.value.length > 0
    drawSoon()
  }

  function context(): Context {
    const voice = createVoice(preferences.language)
    return {
      voice,
      api,
      clock,
      random,
      time,
      async acknowledge(alert) {
        const answer: Answer<AlertView> = await api.acknowledge(alert)
        if (!answer.ok) {
          if (answer.refusal.status === 401) feedEnded()
          return answer.refusal.reason[preferences.language]
        }
        if (isAlert(answer.value)) learn(withEvent(model, { event: 'alert', data: answer.value }))
        return undefined
      },
    }
  }
  const feedEnded = () => {
    feed.stop()
    link = 'signed-out'
    mount()
  }

  /** Builds the page for the present language, route and sign-in; the model stays. */
  function mount(): void {
    const { language } = preferences
    const root = document.documentElement
    root.lang = language
    showTheme(preferences.theme)
    view?.close?.()
    const route = routeOf(location.hash)
    const own = context()
    view = link === 'signed-out' ? createSignIn(own.voice, api, enter) : viewOf(route, own)
    bar = createTopBar(
      own.voice,
      {
        switchLanguage: () => void leaving(() => prefer({ language: language === 'vi' ? 'en' : 'vi' })),
        nextTheme: () => void leaving(() => prefer({ theme: nextTheme(preferences.theme) })),
        toggleSound() {
          if (!preferences.sound) void bell.allow()
          void leaving(() => prefer({ sound: !preferences.sound }))
        },
        signOut: () => void leaving(() => void api.signOut().then(feedEnded)),
      },
      { theme: preferences.theme, sound: preferences.sound, route: route.page },
    )
    const { main, skip } = mainWithSkip(route.page, view.element, own.voice.say('skipToContent'))
    frame.replaceChildren(skip, bar.element, main)
    draw()
  }
  const enter = () => {
    link = 'connecting'
    account = undefined
    mount()
    feed.start()
  }
  const leaving = createLeaving(() => view?.leave?.())
  const prefer = (change: Partial<Preferences>) => {
    const switches = frame.querySelectorAll('.switch')
    const pressed = [...switches].indexOf(document.activeElement ?? frame)
    preferences = { ...preferences, ...change }
    savePreferences(shelf, preferences)
    mount()
    const again = frame.querySelectorAll('.switch')[pressed]
    if (again instanceof HTMLElement) again.focus()
  }

  addEventListener('hashchange', ({ oldURL }) => {
    const go = () => {
      mount()
      scrollTo(0, 0)
      frame.querySelector('main')?.focus({ preventScroll: true })
    }
    void leaving(go, () => history.replaceState(null, '', oldURL))
  })
  // Sound that was left on can only begin after the first press on this page.
  addEventListener('pointerdown', () => void (preferences.sound && bell.allow()), { once: true })
  every(clock, TICK_MS, draw)
  enter()
}

function viewOf(route: Route, context: Context): View {
  switch (route.page) {
    case 'overview':
      return createOverview(context)
    case 'station':
      return createStationPage(context, route.station)
    case 'nodes':
      return createNodes(context)
    case 'node':
      return createNodePage(context, route.edge)
    case 'lights':
    case 'street':
      return createLightingPage(context, route)
    case 'farms':
    case 'farm':
      return createFarmPage(context, route)
  }
}

/** Some hubs answer an acknowledgement with the alert, others tell it over the stream alone. */
function isAlert(value: unknown): value is AlertView {
  return (
    typeof value === 'object' && value !== null && 'id' in value && 'state' in value && 'raisedAt' in value
  )
}
