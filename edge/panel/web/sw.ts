/**
 * Keeps the page itself at hand, so that it opens at once and also while the node is out of reach. What the node says is
 * never kept here: an answer of /api is either fresh or missing.
 */

interface Waiting {
  waitUntil(work: Promise<unknown>): void
}
interface Fetching extends Waiting {
  readonly request: Request
  respondWith(answer: Promise<Response>): void
}
declare function skipWaiting(): Promise<void>
declare const clients: { claim(): Promise<void> }

/** Filled in by the build: one name of a file beside this one after the other. */
const FILES = 'SHELL_OF_THIS_BUILD'.split(' ')
const CACHE = `tram-panel-${hashOf(FILES.join())}`
/** So long the node may take to give the page itself before the kept one is shown. */
const PATIENCE_MS = 2_500

addEventListener('install', (event) => {
  if (mayWait(event)) event.waitUntil(keep())
})
addEventListener('activate', (event) => {
  if (mayWait(event)) event.waitUntil(forgetFormer())
})
addEventListener('fetch', (event) => {
  if (!isFetching(event)) return
  const { request } = event
  const { origin, pathname } = new URL(request.url)
  if (request.method !== 'GET' || origin !== location.origin || pathname.includes('/api/')) return
  event.respondWith(request.mode === 'navigate' ? freshPage(request) : kept(request))
})

async function keep(): Promise<void> {
  const cache = await caches.open(CACHE)
  // Files of the build are named by what is in them: what the page has loaded already does not cross the air again.
  const fresh = (file: string): RequestCache => (file.startsWith('assets/') ? 'default' : 'reload')
  await cache.addAll(FILES.map((file) => new Request(file, { cache: fresh(file) })))
  await skipWaiting()
}

async function forgetFormer(): Promise<void> {
  const names = await caches.keys()
  await Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)))
  await clients.claim()
}

/** The page as the node has it now; the kept one where the node does not answer soon. */
async function freshPage(request: Request): Promise<Response> {
  const shell = await caches.match('./')
  if (shell === undefined) return fetch(request)
  const late = new Promise<Response>((resolve) => setTimeout(resolve, PATIENCE_MS, shell))
  return Promise.race([fetch(request).catch(() => shell), late])
}

/** Names carry a hash of what is in them: what is kept is what was asked for. */
async function kept(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? fetch(request)
}

function mayWait(event: Event): event is Event & Waiting {
  return 'waitUntil' in event
}
function isFetching(event: Event): event is Event & Fetching {
  return 'respondWith' in event && 'request' in event
}

/** FNV-1a: a name for this build's cache. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return (hash >>> 0).toString(36)
}
