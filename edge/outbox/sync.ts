import type { Cancel, Clock, ClockQuality, Mono, NodeClock, Utc } from '../../core/clock.ts'
import { type Fault, fault } from '../../core/errors.ts'
import type { EdgeId, SiteId } from '../../core/ids.ts'
import type { Log } from '../../core/log.ts'
import type { Broker } from '../../core/ports/broker.ts'
import { encodeCbor } from '../../core/wire/cbor.ts'
import { decodeAck, decodeWant } from '../../core/wire/decoders.ts'
import type { Alive, Describe, Hello, Series } from '../../core/wire/messages.ts'
import { edgeTopics, LANES, type Lane } from '../../core/wire/topics.ts'
import { flights } from './flights.ts'
import { formerSending } from './former-sending.ts'
import type { Range } from './ledger.ts'
import { nextFrame } from './next-frame.ts'
import type { Outbox, SeriesEntry } from './outbox.ts'

export interface SyncOptions {
  readonly outbox: Outbox
  readonly broker: Broker
  /** The site's time, as the hub is told it. */
  readonly clock: NodeClock
  /** Real time, for pauses; the same as `clock` outside demonstrations. */
  readonly wall?: Clock
  readonly log: Log
  readonly site: SiteId
  readonly edge: EdgeId
  /** Frames under way per lane. */
  readonly window?: number
  /** Share of the live lane's window that history may use. */
  readonly historyShare?: number
  readonly hello: () => Pick<Hello, 'software' | 'boot'>
  readonly describe: () => Omit<Describe, 'v' | 'epoch'>
  /** The broker has taken this for the hub. */
  readonly onDescribed?: (told: Describe) => void
  /** Told of every message that was refused. */
  readonly refused: (problem: Fault) => void
  /** The hub answered with its time to what was asked at `asked`; by now as much more has passed as lies between. */
  readonly onHubTime?: (utc: Utc, asked: Mono) => void
}

export interface Sync {
  start(): void
  /** What `describe` returns has changed. */
  describeAgain(): void
  /** Asks the hub for the time, where there is a connection. */
  askTime(): void
  status(): SyncStatus
  /** Says goodbye where there is a connection. Idempotent. */
  stop(): Promise<void>
}

export interface SyncStatus {
  /** The hub has told for every lane what it holds. */
  readonly ready: boolean
  readonly inFlight: Readonly<Record<Lane, number>>
}

const WINDOW = 8
const HISTORY_SHARE = 0.5
/** What is overdue is looked at again after this at the earliest. */
const OVERDUE_MS = 100
const HELLO_AGAIN_MS = 5_000
const RESEND_MS = 10_000
/** When live readings are this late, the hub is told the present state first. */
const BEHIND_MS = 10_000
/** Snapshots that nobody fetched, beyond which no more are made. */
const STATE_FRAMES_MAX = 64
const SERIES_PER_MESSAGE = 1_000
/** Frames owed to the hub's requests. */
const ANSWERS_MAX = 256
/** A frame that left so recently is not sent again for being asked for. */
const ASKED_AGAIN_MS = 1_000

/** What holds from one connection (or database) to the next. */
interface Session {
  readonly epoch: string
  readonly ready: Set<Lane>
  helloAt: number
  /** What the hub was told of the clock. */
  quality: ClockQuality
  /** Entries of the dictionary that the hub was told. */
  announced: number
  /** Live rows below this number are history: sent behind what comes in now. */
  boundary: number
}

/**
 * Tells the hub what the outbox holds: alarms, then the state of now, then live readings with history behind them.
 * Frames are under way until the hub has committed them; they are sent again, byte by byte the same, until it has.
 */
export function createSync(options: SyncOptions): Sync {
  const { outbox, broker, clock, log, refused } = options
  const wall = options.wall ?? clock
  const window = options.window ?? WINDOW
  const historyWindow = Math.max(1, Math.floor(window * (options.historyShare ?? HISTORY_SHARE)))
  const topics = edgeTopics(options.site, options.edge)
  const underWay = flights()
  const formerly = formerSending(window, RESEND_MS)
  let answers: { readonly lane: Lane; readonly frame: Range | Uint8Array }[] = []
  let session: Session | undefined
  /** When this process last asked the hub for the time; an answer to anybody else's question is none. */
  let asked: Mono | undefined
  let lingering: number | undefined
  let cancels: Cancel[] = []
  let pumpTimer: Cancel | undefined
  let lingerTimer: Cancel | undefined
  /** For what no event will ask for. None while nothing waits: a node that is alone has nothing to look at. */
  let dueTimer: Cancel | undefined

  const publish = (topic: string, message: unknown, retain = false) => {
    void broker.publish(topic, encodeCbor(message), { retain })
  }
  const sayAlive = (epoch: string, alive: boolean) => {
    const message: Alive = { v: 1, alive, epoch, boot: options.hello().boot }
    return broker.publish(topics.alive, encodeCbor(message), { retain: true })
  }
  const formerEpochs = () => [...new Set(outbox.former.frames().map(({ epoch }) => epoch))]
  const sayHello = (current: Session) => {
    current.helloAt = wall.monotonic()
    current.quality = clock.quality()
    const former = formerEpochs()
    const lanes = outbox.lanes().map((lane) => ({ ...lane }))
    const known = clock.known()
    asked = Math.floor(clock.monotonic()) as Mono
    const message: Hello = {
      ...options.hello(),
      v: 1,
      epoch: current.epoch,
      at: clock.now(),
      clock: current.quality,
      lanes,
      series: outbox.series().length,
      ask: asked,
      ...(known === undefined ? {} : { known: { ...known } }),
      ...(former.length > 0 ? { former } : {}),
    }
    publish(topics.hello, message, true)
  }
  const describe = (current: Session) => {
    const message: Describe = { ...options.describe(), v: 1, epoch: current.epoch }
    void broker.publish(topics.describe, encodeCbor(message), { retain: true }).then((taken) => {
      if (taken) options.onDescribed?.(message)
    })
  }
  const publishSeries = (epoch: string, all: readonly SeriesEntry[], from: number) => {
    for (let start = from; start < all.length; start += SERIES_PER_MESSAGE) {
      const entries = all.slice(start, start + SERIES_PER_MESSAGE)
      const message: Series = { v: 1, epoch, from: start, entries }
      publish(topics.series, message)
    }
  }
  const announce = (current: Session, from: number) => {
    const all = outbox.series()
    publishSeries(current.epoch, all, from)
    current.announced = Math.max(current.announced, all.length)
  }

  /** A new connection or a new database: start from what the hub says it holds. */
  const begin = () => {
    const epoch = outbox.epoch()
    underWay.clear()
    formerly.clear()
    answers = []
    lingering = undefined
    session = undefined
    for (const cancel of [lingerTimer, dueTimer]) cancel?.()
    if (epoch === undefined || broker.state() === 'offline') return
    session = { epoch, ready: new Set(), helloAt: 0, quality: 'unknown', announced: 0, boundary: 0 }
    void sayAlive(epoch, true)
    sayHello(session)
    describe(session)
    wake()
  }

  const laneReady = (current: Session, lane: Lane) => {
    if (current.ready.has(lane)) return
    if (current.ready.size === 0) {
      for (const epoch of formerEpochs()) publishSeries(epoch, outbox.former.series(epoch), 0)
      announce(current, 0)
    }
    current.ready.add(lane)
    if (lane === 'live') current.boundary = nextLive()
    if (current.ready.size === LANES.length) {
      log.info('sync ready', { behind: outbox.ledger().lanes.reduce((sum, { stored }) => sum + stored, 0) })
      snapshot()
    }
  }
  const nextLive = () => outbox.lanes().find(({ lane }) => lane === 'live')?.next ?? 0
  const snapshot = () => {
    if (outbox.frames('state').length < STATE_FRAMES_MAX) outbox.snapshot()
  }

  const onAck = (bytes: Uint8Array) => {
    const ack = decodeAck(bytes)
    if (!ack.ok) return refused(ack.error)
    const { epoch, lane, upTo, whole } = ack.value
    const own = outbox.epoch()
    if (asked !== undefined && ack.value.asked === asked && epoch === own) {
      const question = asked
      asked = undefined
      options.onHubTime?.(ack.value.at, question)
    }
    if (own === undefined) return
    const frames = (ack.value.frames ?? []).map(([first, last, crc]) => ({ first, last, crc }))
    if (formerEpochs().includes(epoch)) {
      outbox.former.release(epoch, lane, frames)
      return wake()
    }
    if (epoch !== own) return refused(fault('SYNC_OTHER_EPOCH', { epoch, own }))
    if (frames.length > 0) outbox.release(lane, frames)
    if (whole) noteForeign(lane, Math.max(upTo, ...ack.value.ranges.map(([, last]) => last + 1)))
    underWay.keep(lane, outbox.frames(lane))
    if (whole && session?.epoch === epoch) laneReady(session, lane)
    wake()
  }

  /** Numbers that were never given here: what is sent under them will be compared, and the hub tell where it differs. */
  const noteForeign = (lane: Lane, end: number) => {
    const next = outbox.lanes().find((own) => own.lane === lane)?.next ?? 0
    if (end > next) refused(fault('SYNC_UNKNOWN_ROWS', { lane, count: end - next }))
  }

  const onWant = (bytes: Uint8Array) => {
    const want = decodeWant(bytes)
    if (!want.ok) return refused(want.error)
    const { epoch, series, rows, fork } = want.value
    const own = outbox.epoch()
    if (own === undefined || session === undefined) return
    // Its frames are sent until they are acknowledged, asked for or not.
    if (formerEpochs().includes(epoch)) {
      if (fork !== undefined) outbox.former.fork(epoch, fork.lane, fork.at, fork.frame)
      return publishSeries(epoch, outbox.former.series(epoch), series?.from ?? Number.POSITIVE_INFINITY)
    }
    if (epoch !== own) return refused(fault('SYNC_OTHER_EPOCH', { epoch, own }))
    if (fork !== undefined) outbox.fork(fork.lane, fork.at, fork.frame)
    // A new database begins a session of its own.
    if (session?.epoch !== epoch) return
    if (series !== undefined) announce(session, series.from)
    for (const [first, last] of rows?.ranges ?? []) if (rows) owe(rows.lane, { first, last })
    if (answers.length > ANSWERS_MAX) {
      answers = answers.slice(0, ANSWERS_MAX)
      refused(fault('SYNC_TOO_MANY_REQUESTS', { limit: ANSWERS_MAX }))
    }
    wake()
  }
  /** What is held comes as its frozen frame, what was released as a frame that says so; the rest comes anyway. */
  const owe = (lane: Lane, { first, last }: Range) => {
    const recent = wall.monotonic() - ASKED_AGAIN_MS
    const justSent = new Set(
      underWay.of(lane).flatMap((flight) => (flight.sentAt > recent ? [flight.first] : [])),
    )
    for (const frame of outbox.frames(lane)) {
      const asked = frame.last >= first && frame.first <= last && !justSent.has(frame.first)
      const owed = answers.some(({ frame: other }) => other === frame)
      if (asked && !owed) answers.push({ lane, frame })
    }
    for (const frame of outbox.account(lane, { first, last })) answers.push({ lane, frame })
  }

  const wake = () => {
    if (session === undefined) return
    pumpTimer ??= wall.after(0, () => {
      pumpTimer = undefined
      pump()
    })
  }
  /** One frame a turn, so that sending never holds up control. */
  const pump = () => {
    if (session === undefined) return
    if (outbox.series().length > session.announced && session.ready.size > 0) {
      announce(session, session.announced)
    }
    const answer = answers.shift()
    if (answer !== undefined) {
      if (answer.frame instanceof Uint8Array) void broker.publish(topics.up(answer.lane), answer.frame)
      else send(answer.lane, answer.frame)
      return wake()
    }
    const { ready, boundary } = session
    const now = wall.monotonic()
    if (sendFormer(ready, now)) return wake()
    const choice = nextFrame({ outbox, underWay, ready, boundary, window, historyWindow, now, lingering })
    lingering = choice.lingering
    if (choice.frame !== undefined) {
      send(choice.frame.lane, choice.frame.range)
      wake()
    } else if (choice.wakeIn !== undefined) {
      lingerTimer?.()
      lingerTimer = wall.after(choice.wakeIn, wake)
    }
    // Reading the disk may have ended it.
    if (session !== undefined) armDue(session)
  }
  const armDue = (current: Session) => {
    dueTimer?.()
    const due = dueAt(current)
    if (due < Number.POSITIVE_INFINITY) {
      dueTimer = wall.after(Math.max(OVERDUE_MS, due - wall.monotonic()), lookAfter)
    }
  }
  const dueAt = ({ ready, helloAt, boundary }: Session): number => {
    const all = ready.size === LANES.length
    const hello = all ? [] : [helloAt + HELLO_AGAIN_MS]
    const again = LANES.flatMap((lane) => underWay.of(lane).map(({ sentAt }) => sentAt + RESEND_MS))
    const late = underWay.of('live').filter(({ first }) => all && first >= boundary)
    const since = [
      ...late.map((flight) => flight.since),
      ...(all && lingering !== undefined ? [lingering] : []),
    ]
    const behind = since.map((start) => start + BEHIND_MS)
    return Math.min(formerly.dueAt(), ...hello, ...again, ...behind)
  }
  const send = (lane: Lane, frame: Range) => {
    const bytes = outbox.bytes(lane, frame.first)
    if (bytes === undefined) return
    underWay.sent(lane, frame, wall.monotonic())
    void broker.publish(topics.up(lane), bytes)
  }

  /** Before all else: it is the oldest, and a few frames once after a damage. */
  const sendFormer = (ready: ReadonlySet<Lane>, now: number): boolean => {
    const frame = formerly.next(outbox.former.frames(), ready, now)
    const bytes = frame && outbox.former.bytes(frame.id)
    if (frame === undefined || bytes === undefined) return false
    formerly.sent(frame, now)
    void broker.publish(topics.up(frame.lane), bytes)
    return true
  }

  const lookAfter = () => {
    if (session === undefined) return
    const now = wall.monotonic()
    if (session.ready.size < LANES.length && now - session.helloAt >= HELLO_AGAIN_MS) sayHello(session)
    for (const lane of LANES) {
      for (const flight of underWay.of(lane)) if (now - flight.sentAt >= RESEND_MS) send(lane, flight)
    }
    catchUp(session, now)
    wake()
  }
  /** The hub takes live readings too slowly: make them history, and tell it the state of now. */
  const catchUp = (current: Session, now: number) => {
    if (current.ready.size < LANES.length) return
    const late = underWay
      .of('live')
      .some(({ first, since }) => first >= current.boundary && now - since >= BEHIND_MS)
    if (!late && (lingering === undefined || now - lingering < BEHIND_MS)) return
    current.boundary = nextLive()
    lingering = undefined
    if (outbox.frames('state').length === 0) snapshot()
  }

  return {
    start() {
      cancels = [
        broker.subscribe(topics.ack, (_topic, bytes) => onAck(bytes)),
        broker.subscribe(topics.want, (_topic, bytes) => onWant(bytes)),
        broker.onState(begin),
        clock.onLearnt(() => {
          if (session !== undefined && session.quality !== clock.quality()) sayHello(session)
        }),
        outbox.onChange(() => {
          if (session?.epoch !== outbox.epoch()) begin()
          wake()
        }),
      ]
      begin()
    },
    describeAgain() {
      if (session !== undefined) describe(session)
    },
    askTime() {
      if (session !== undefined) sayHello(session)
    },
    status: () => ({
      ready: session?.ready.size === LANES.length,
      inFlight: {
        alarm: underWay.of('alarm').length,
        state: underWay.of('state').length,
        live: underWay.of('live').length,
      },
    }),
    async stop() {
      for (const cancel of [...cancels, pumpTimer, lingerTimer, dueTimer]) cancel?.()
      cancels = []
      const last = session
      session = undefined
      if (last !== undefined) await sayAlive(last.epoch, false)
    },
  }
}
