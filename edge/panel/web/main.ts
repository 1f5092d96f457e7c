import '../../../page/style/tokens.css'
import '../../../page/style/base.css'
import './style/tokens.css'
import './style/frame.css'
import './style/page-parts.css'
import './style/home.css'
import './style/zone-card.css'
import './style/sheet.css'
import './style/sign-in.css'
import type { Clock, Mono } from '../../../core/clock.ts'
import type { Random } from '../../../core/random.ts'
import { createApi } from './api.ts'
import { createApp } from './app.ts'

/** The browser's own clock and randomness: the only place of the page that reads them. */
const clock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now() as Mono,
  quality: () => 'holdover',
  after(delayMs, work) {
    const timer = setTimeout(work, delayMs)
    return () => clearTimeout(timer)
  },
}
const random: Random = {
  next: () => Math.random(),
  bytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
}

const place = document.getElementById('page')
if (place === null) throw new Error('index.html has no #page')
createApp({ clock, random, openApi: createApi, place, shelf: localStorage })

// Only over HTTPS or on the node itself; without it the page works just as well while the node is in reach.
if ('serviceWorker' in navigator) navigator.serviceWorker.register('./sw.js').catch(() => {})
