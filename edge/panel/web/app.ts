import { type Clock, every } from '../../../core/clock.ts'
import type { Random } from '../../../core/random.ts'
import { h, setText } from '../../../page/element.ts'
import { createFormat } from '../../../page/format.ts'
import { createLeaving } from '../../../page/leaving.ts'
import { createFeed, type LinkState } from '../../../page/live/feed.ts'
import { reconnectDelayMs } from '../../../page/live/reconnect.ts'
import { createServerTime } from '../../../page/live/server-time.ts'
import { loadPreferences, type Preferences, type Shelf, savePreferences } from '../../../page/preferences.ts'
import { mainWithSkip } from '../../../page/skip-link.ts'
import { createBell } from '../../../page/sound.ts'
import { createTheme } from '../../../page/theme.ts'
import type { PanelState, SessionView } from '../api-types.ts'
import type { Api } from './api.ts'
import type { Context, View } from './context.ts'
import { createDocuments } from './live/documents.ts'
import { keepState, readKept } from './live/kept-state.ts'
import { newsBetween } from './live/news.ts'
import { stateEvent } from './live/panel-event.ts'
import { createMenu } from './parts/menu.ts'
import { createNotice } from './parts/notice.ts'
import { askPin } from './parts/pin-sheet.ts'
import { createStop } from './parts/stop.ts'
import { createTopBar } from './parts/top-bar.ts'
import { routeOf } from './route.ts'
import type { Person, Scene, Voice } from './scene.ts'
import { viewOf } from './view-of.ts'
import { createSignIn } from './views/sign-in.ts'
import { createSay } from './words.ts'

export interface AppOptions {
  readonly clock: Clock
  readonly random: Random
  /** The node's interface; `prove` is called where it wants the PIN once more. */
  readonly openApi: (prove: () => Promise<boolean>) => Api
  readonly place: HTMLElement
  readonly shelf: Shelf
}

const TICK_MS = 1_000
/** The last state is kept for a page that opens without the node: not more often than this. */
const KEEP_MS = 10_000
/** A document that could not be read is asked for again. */
const DOCUMENT_AGAIN_MS = 10_000
/** After so long unseen a phone may have slept: the stream is opened anew rather than believed. */
const ASLEEP_MS = 5_000

/** Joins the node's stream, the state and the view of the moment. One direction: event → state → view. */
export function createApp({ clock, random, openApi, place, shelf }: AppOptions): void {
  const time = createServerTime(clock)
  const bell = createBell(clock)
  const showTheme = createTheme(document.documentElement)
  const polite = h('div', { class: 'visually-hidden', 'aria-live': 'polite' })
  const assertive = h('div', { class: 'visually-hidden', 'aria-live': 'assertive' })
  const frame = h('div', { class: 'frame' })
  let preferences = loadPreferences(shelf)
  const voice = (): Voice => {
    const { language } = preferences
    return { language, say: createSay(language), format: createFormat(language) }
  }
  const notice = createNotice(clock, () => voice().say('close'))
  place.replaceChildren(frame, notice.element, polite, assertive)

  let state: PanelState | undefined
  let heardAt: number | undefined
  let keptAge = 0
  let keptLast = Number.NEGATIVE_INFINITY
  let link: LinkState = 'connecting'
  let chosen: string | undefined
  let session: SessionView | undefined
  let person: Person | undefined
  let parts: readonly { update(scene: Scene): void }[] = []
  let view: View | undefined
  let hash = location.hash
  let attempt = 0
  let proving: Promise<boolean> | undefined
  let stopAll = () => {}

  /** One question at a time, whatever waits for its answer. */
  const prove = () => {
    const name = person?.name ?? ''
    proving ??= askPin({ voice: voice(), clock, stopAll: () => stopAll() }, name, (pin) =>
      api.confirm({ pin }),
    ).finally(() => {
      proving = undefined
    })
    return proving
  }
  const api = openApi(prove)

  const scene = (): Scene => ({
    state,
    house: state?.greenhouses.find(({ id }) => id === chosen) ?? state?.greenhouses[0],
    link,
    age: state === undefined ? null : heardAt === undefined ? keptAge : clock.monotonic() - heardAt,
    now: time.now(),
  })
  const draw = () => {
    const now = scene()
    for (const part of parts) part.update(now)
    view?.update(now)
    frame.classList.toggle('frame-stale', link === 'lost')
    const open = now.house?.problems.length ?? 0
    document.title = `${open > 0 ? `(${open}) ` : ''}${view?.title ?? ''} · ${now.house?.name[preferences.language] ?? 'Trạm'}`
  }
  const learn = (next: PanelState) => {
    const { urgent, calm } = newsBetween(state, next, voice())
    if (urgent.length > 0) setText(assertive, urgent.join(' '))
    if (calm.length > 0) setText(polite, calm.join(' '))
    if (urgent.length > 0 && preferences.sound) bell.ring(2)
    const isFirst = state === undefined
    state = next
    heardAt = clock.monotonic()
    time.set(next.at, 1)
    if (heardAt - keptLast > KEEP_MS) {
      keptLast = heardAt
      keepState(shelf, person === undefined ? undefined : { state, person, keptAt: clock.now() })
    }
    if (isFirst) mount()
    else draw()
  }

  const feed = createFeed<PanelState>({
    ...{ clock, random, open: api.openStream, read: stateEvent, onEvent: learn },
    async load(signal) {
      const answer = await api.state(signal)
      if (!answer.ok) return answer.refusal.status === 401 ? 'refused' : 'failed'
      learn(answer.value)
      readDocuments()
      return 'loaded'
    },
    onHeard() {
      heardAt = clock.monotonic()
    },
    onState(next) {
      link = next
      if (next === 'signed-out') void ended()
      else draw()
    },
  })
  const documents = createDocuments(api, () => draw())
  const readDocuments = () => {
    for (const { id } of state?.greenhouses ?? []) {
      if (documents.known(id) === undefined) void documents.read(id)
    }
  }

  const ended = async () => {
    feed.stop()
    person = undefined
    forget()
    await begin()
  }
  /** Nobody is signed in: nobody sees what somebody saw. */
  const forget = () => {
    state = undefined
    heardAt = undefined
    keepState(shelf, undefined)
  }
  const entered = (next: SessionView) => {
    session = next
    person = next.signedIn ?? undefined
    link = 'connecting'
    if (person === undefined) forget()
    mount()
    if (person !== undefined) feed.start()
  }
  /** Who is there? Without an answer the page shows what it last knew, with its age, and asks again. */
  const begin = async (): Promise<void> => {
    const answer = await api.session()
    if (answer.ok) {
      attempt = 0
      return entered(answer.value)
    }
    link = 'lost'
    const kept = person === undefined ? readKept(shelf) : undefined
    if (kept !== undefined) {
      keptAge = Math.max(0, clock.now() - kept.keptAt)
      state = kept.state
      person = kept.person
      time.set(kept.state.at + keptAge, 1)
    }
    if (view === undefined || kept !== undefined) mount()
    else draw()
    clock.after(reconnectDelayMs(attempt++, random), () => void begin())
  }

  const context = (who: Person): Context => ({
    ...{ voice: voice(), api, clock, random, time, documents, person: who, preferences, prefer, scene },
    stopAll: () => stopAll(),
    notice: notice.show,
    goTo(next) {
      location.hash = next
    },
    signOut: () => void leaving(() => void api.signOut().then(ended)),
  })
  const prefer = (change: Partial<Preferences>) => {
    if (change.sound === true) void bell.allow()
    preferences = { ...preferences, ...change }
    savePreferences(shelf, preferences)
    mount()
  }

  /** Builds the page for the present language, route and person; the state stays. */
  function mount(): void {
    const root = document.documentElement
    root.lang = preferences.language
    showTheme(preferences.theme)
    view?.close?.()
    if (person === undefined) mountDoor()
    else mountPage(person)
    draw()
  }
  function mountPage(who: Person): void {
    const own = context(who)
    const route = routeOf(hash)
    // Whoever opens a page of its own directly sees it once it is known what there is.
    view = state === undefined && route.page !== 'home' ? createDoorless(own.voice) : viewOf(route, own)
    const bar = createTopBar(own.voice, (house) => {
      chosen = house
      mount()
    })
    const stop = createStop({ voice: own.voice, api, clock, scene, notice: notice.show })
    const menu = createMenu(own.voice, route, stop.button)
    parts = [bar, menu, stop]
    stopAll = stop.press
    const { main, skip } = mainWithSkip(route.page, view.element, own.voice.say('skipToContent'))
    frame.replaceChildren(skip, bar.element, main, stop.strip, menu.element)
  }
  /** Before anybody is known: the door, or, without an answer from the node, that it is out of reach. */
  function mountDoor(): void {
    const own = voice()
    parts = []
    view =
      session === undefined
        ? createDoorless(own)
        : createSignIn({
            ...{ voice: own, api, clock, session, done: entered },
            switchLanguage: () => prefer({ language: own.language === 'vi' ? 'en' : 'vi' }),
          })
    frame.replaceChildren(h('main', { id: 'content', class: 'page-door', tabindex: -1 }, view.element))
  }

  const leaving = createLeaving(() => view?.leave?.())
  addEventListener('hashchange', () => {
    if (location.hash === hash) return
    const go = () => {
      hash = location.hash
      mount()
      scrollTo(0, 0)
      frame.querySelector('main')?.focus({ preventScroll: true })
    }
    void leaving(go, () => history.replaceState(null, '', hash === '' ? '#/' : hash))
  })
  // Sound that was left on can only begin after the first press on this page.
  addEventListener('pointerdown', () => void (preferences.sound && bell.allow()), { once: true })
  let hiddenAt = clock.now()
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) hiddenAt = clock.now()
    else if (person !== undefined && Math.abs(clock.now() - hiddenAt) > ASLEEP_MS) {
      feed.stop()
      feed.start()
    }
  })
  every(clock, TICK_MS, draw)
  every(clock, DOCUMENT_AGAIN_MS, () => {
    if (link === 'live') readDocuments()
  })
  mount()
  void begin()
}

function createDoorless({ say }: Voice): View {
  const title = h('h1', {}, say('connecting'))
  const note = h('p', {})
  return {
    element: h('div', { class: 'sign-in-page' }, h('div', { class: 'sign-card panel' }, title, note)),
    title: say('home'),
    update({ link }) {
      setText(title, say(link === 'lost' ? 'lostTitle' : 'connecting'))
      setText(note, link === 'lost' ? say('lostNext') : '')
    },
  }
}
