import type { Cancel, Clock } from '../../core/clock.ts'
import type { Random } from '../../core/random.ts'
import { reconnectDelayMs } from './reconnect.ts'
import { createSseParser, type ServerEvent } from './sse.ts'

export type LinkState = 'connecting' | 'live' | 'lost' | 'signed-out'

/** Opens the event stream; the body comes in pieces of text. */
export type OpenStream = (
  signal: AbortSignal,
) => Promise<
  | { readonly ok: true; readonly pieces: AsyncIterable<string> }
  | { readonly ok: false; readonly status: number }
>

export interface FeedOptions<E> {
  readonly clock: Clock
  readonly random: Random
  readonly open: OpenStream
  /** Loads the whole picture; called after the stream is open, so that nothing falls between the two. */
  readonly load: (signal: AbortSignal) => Promise<'loaded' | 'refused' | 'failed'>
  /** Anything at all came from the server, a heartbeat included. */
  readonly onHeard: () => void
  /** Undefined for events that this page does not know. */
  readonly read: (raw: ServerEvent) => E | undefined
  readonly onEvent: (event: E) => void
  readonly onState: (state: LinkState) => void
}

/** A short break is mended without a word. */
export const GRACE_MS = 1_500
/** The server sends a comment every 15 s. With nothing heard for longer it is asked: a half-open connection says nothing. */
export const SILENCE_MS = 20_000
const ANSWER_MS = 8_000
/** Events kept while the whole picture is on its way; beyond that it is asked for again. */
const HELD_MAX = 5_000

const ENDED = { done: true, value: undefined } as const

/** Keeps a page joined to its server's stream for as long as it is open. */
export function createFeed<E>(options: FeedOptions<E>): { start(): void; stop(): void } {
  const { clock, random, onState } = options
  let state: LinkState = 'connecting'
  let attempt = 0
  let running = false
  let abort = new AbortController()
  let cancelRetry: Cancel = () => {}
  let cancelGrace: Cancel | undefined

  const become = (next: LinkState) => {
    cancelGrace?.()
    cancelGrace = undefined
    if (next === state) return
    state = next
    onState(next)
  }
  const lose = (controller: AbortController) => {
    if (controller !== abort || controller.signal.aborted) return
    controller.abort()
    if (!running) return
    if (state === 'live') cancelGrace ??= clock.after(GRACE_MS, () => become('lost'))
    else if (state === 'connecting') become('lost')
    cancelRetry = clock.after(reconnectDelayMs(attempt++, random), () => void join())
  }
  const signOut = (controller: AbortController) => {
    controller.abort()
    running = false
    become('signed-out')
  }

  async function join(): Promise<void> {
    const controller = new AbortController()
    abort = controller
    const { signal } = controller
    const cancelTimeout = clock.after(ANSWER_MS, () => lose(controller))
    const opened = await options.open(signal).catch(() => ({ ok: false, status: 0 }) as const)
    if (signal.aborted) return
    if (!opened.ok) {
      cancelTimeout()
      return opened.status === 401 ? signOut(controller) : lose(controller)
    }
    const heard = watchSilence(controller)
    const reading = readEvents(opened.pieces, controller, heard)
    const outcome = await options.load(signal)
    cancelTimeout()
    if (signal.aborted) return
    if (outcome === 'refused') return signOut(controller)
    if (outcome === 'failed') return lose(controller)
    attempt = 0
    reading.release()
    become('live')
    // A mistake in drawing must not leave a page that looks live and stands still: it joins again, and says so.
    await reading.ended.finally(() => lose(controller))
  }

  function watchSilence(controller: AbortController): () => void {
    let cancel: Cancel = () => {}
    controller.signal.addEventListener('abort', () => cancel())
    const ask = async () => {
      const cancelTimeout = clock.after(ANSWER_MS, () => lose(controller))
      const outcome = await options.load(controller.signal)
      cancelTimeout()
      if (controller.signal.aborted) return
      if (outcome === 'loaded') heard()
      else if (outcome === 'refused') signOut(controller)
      else lose(controller)
    }
    const heard = () => {
      cancel()
      if (!controller.signal.aborted) cancel = clock.after(SILENCE_MS, () => void ask())
    }
    heard()
    return heard
  }

  /** Holds events back until `release`, then passes them on as they come. */
  function readEvents(pieces: AsyncIterable<string>, controller: AbortController, heard: () => void) {
    const held: E[] = []
    let open = false
    const parser = createSseParser()
    const take = (raw: ServerEvent) => {
      const event = options.read(raw)
      if (event === undefined) return
      if (open) options.onEvent(event)
      else if (held.push(event) > HELD_MAX) lose(controller)
    }
    const read = async () => {
      const iterator = pieces[Symbol.asyncIterator]()
      for (;;) {
        // A broken stream ends as a closed one does: the caller joins again.
        const next = await iterator.next().catch(() => ENDED)
        if (next.done === true || controller.signal.aborted) return
        heard()
        options.onHeard()
        for (const raw of parser.push(next.value)) take(raw)
      }
    }
    return {
      ended: read(),
      release() {
        open = true
        for (const event of held.splice(0)) options.onEvent(event)
      },
    }
  }

  return {
    start() {
      if (running) return
      running = true
      attempt = 0
      become('connecting')
      void join()
    },
    stop() {
      running = false
      cancelRetry()
      cancelGrace?.()
      abort.abort()
    },
  }
}
