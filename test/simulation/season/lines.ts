import type { Cancel, Clock } from '../../../core/clock.ts'
import { type Broker, type BrokerState, topicMatches } from '../../../core/ports/broker.ts'
import type { Random } from '../../../core/random.ts'
import { mortally } from './power-cut.ts'

/** What a line does to each message, decided one by one. Shares are 0 to 1. */
export interface Weather {
  readonly loss: number
  readonly duplication: number
  /** Each message is late by up to this much more than `LATENCY_MS`, so that later ones overtake it. */
  readonly jitterMs: number
  /** How often a message comes again in all, where a line has got into the habit. */
  readonly copies: number
}

export const FAIR: Weather = { loss: 0, duplication: 0, jitterMs: 0, copies: 1 }
export const LATENCY_MS = 20
/** A client that hears nothing from its broker for so long gives the connection up. */
const KEEPALIVE_MS = 90_000
/** A session that another client took over is tried again after about so long. */
const TAKEN_OVER_MS = 60_000

/** What the weather did, message by message. */
export interface LineCounts {
  lost: number
  delayed: number
  duplicated: number
  reordered: number
}

export interface Will {
  readonly topic: string
  readonly payload: Uint8Array
}

/** A seat at the broker, as one process has it; the world's handles to its line beside it. */
export interface Seat extends Broker {
  readonly name: string
  setWeather(weather: Weather): void
  /** Nothing ails the line. */
  fair(): boolean
  /** Both ends know at once. */
  cut(): void
  restore(): void
  /** Messages vanish both ways while this end still says that it is on line; it notices after a keepalive. */
  halfOpen(): void
  /** The process is gone; the broker notices after `afterMs`. */
  vanish(afterMs: number): void
}

export interface Lines {
  readonly counts: Readonly<LineCounts>
  /** A new client. Another one of the same `client` is thrown off line by it, and the other way round. */
  seat(options: {
    readonly name: string
    readonly client: string
    readonly will?: Will
    /** Whether the broker lets it in, asked at every connection. */
    readonly admit?: () => boolean
    /** The process that sits here ended in what it was told. */
    readonly died: () => void
  }): Seat
  /** Every connection breaks, retained messages are gone, and nobody gets in for so long. */
  restart(forMs: number): void
  /** Told of every client that came or went, as the broker knows it. */
  onPresence(handler: (client: string, connected: boolean) => void): void
  up(): boolean
}

interface Member {
  readonly name: string
  readonly client: string
  readonly will: Will | undefined
  readonly admit: () => boolean
  readonly died: () => void
  readonly exact: Map<string, Set<Handler>>
  readonly patterns: Set<{ readonly filter: string; readonly handler: Handler }>
  readonly watchers: Set<(state: BrokerState) => void>
  weather: Weather
  state: BrokerState
  /** The cable is whole; a client whose cable is whole comes back by itself. */
  wired: boolean
  halfOpen: boolean
  closed: boolean
  /** Counts connections: what was sent in one does not arrive in another. */
  connection: number
  lastDue: number
  retry: Cancel | undefined
}

type Handler = (topic: string, payload: Uint8Array) => void

/** A broker and the lines to it, on the world's clock: QoS 1 with retained messages over weather of any kind. */
export function createLines(world: Clock, random: Random): Lines {
  const members = new Set<Member>()
  const retained = new Map<string, Uint8Array>()
  const counts: LineCounts = { lost: 0, delayed: 0, duplicated: 0, reordered: 0 }
  let presence: (client: string, connected: boolean) => void = () => {}
  let running = true

  const hears = (member: Member, topic: string): boolean =>
    member.exact.has(topic) || [...member.patterns].some(({ filter }) => topicMatches(filter, topic))

  const handle = (member: Member, connection: number, topic: string, payload: Uint8Array) => {
    if (member.closed || member.state === 'offline' || member.halfOpen) return
    if (member.connection !== connection) return
    mortally(() => {
      for (const handler of [...(member.exact.get(topic) ?? [])]) handler(topic, payload)
      for (const { filter, handler } of [...member.patterns])
        if (topicMatches(filter, topic)) handler(topic, payload)
    }, member.died)
  }
  /** Carries one message over one line, whichever way: the weather of both directions is that of the line. */
  const carry = (member: Member, arrive: () => void) => {
    const { loss, duplication, jitterMs, copies } = member.weather
    if (loss > 0 && random.next() < loss) {
      counts.lost++
      return
    }
    const twice = duplication > 0 && random.next() < duplication ? 1 : 0
    for (let copy = 0; copy < copies + twice; copy++) {
      if (copy > 0) counts.duplicated++
      const late = jitterMs > 0 ? Math.floor(random.next() * jitterMs) : 0
      if (late > 1_000) counts.delayed++
      const due = world.monotonic() + LATENCY_MS + late
      if (due < member.lastDue) counts.reordered++
      member.lastDue = Math.max(member.lastDue, due)
      world.after(LATENCY_MS + late, arrive)
    }
  }
  const deliver = (member: Member, topic: string, payload: Uint8Array) => {
    const { connection } = member
    if (member.state === 'online' && hears(member, topic))
      carry(member, () => handle(member, connection, topic, payload))
  }
  const spread = (topic: string, payload: Uint8Array) => {
    for (const member of members) deliver(member, topic, payload)
  }
  const setState = (member: Member, state: BrokerState) => {
    if (member.closed || member.state === state) return
    member.state = state
    if (state === 'online') {
      member.connection++
      for (const [topic, payload] of retained) deliver(member, topic, payload)
    }
    mortally(() => {
      for (const watcher of [...member.watchers]) watcher(state)
    }, member.died)
  }
  const left = (member: Member) => {
    presence(member.client, false)
    if (member.will === undefined || !running) return
    retained.set(member.will.topic, member.will.payload)
    spread(member.will.topic, member.will.payload)
  }
  const disconnect = (member: Member) => {
    member.retry?.()
    if (member.state === 'offline') return
    member.halfOpen = false
    setState(member, 'offline')
    left(member)
  }
  const connect = (member: Member) => {
    if (!running || !member.wired || member.closed || member.state === 'online') return
    if (!member.admit()) return retryIn(member, TAKEN_OVER_MS)
    for (const other of members) {
      if (other === member || other.client !== member.client || other.state === 'offline') continue
      disconnect(other)
      retryIn(other, TAKEN_OVER_MS * (0.5 + random.next()))
    }
    presence(member.client, true)
    setState(member, 'online')
  }
  const retryIn = (member: Member, ms: number) => {
    member.retry?.()
    member.retry = world.after(ms, () => connect(member))
  }

  return {
    counts,
    up: () => running,
    onPresence(handler) {
      presence = handler
    },
    restart(forMs) {
      running = false
      retained.clear()
      for (const member of [...members]) disconnect(member)
      world.after(forMs, () => {
        running = true
        for (const member of [...members]) connect(member)
      })
    },
    seat({ name, client, will, admit = () => true, died }) {
      const member: Member = {
        ...{ name, client, will, admit, died, weather: FAIR, state: 'offline', wired: true, halfOpen: false },
        ...{ closed: false, connection: 0, lastDue: 0, retry: undefined },
        ...{ exact: new Map(), patterns: new Set(), watchers: new Set() },
      }
      members.add(member)
      retryIn(member, LATENCY_MS)
      return {
        name,
        state: () => member.state,
        onState(handler) {
          member.watchers.add(handler)
          return () => member.watchers.delete(handler)
        },
        publish(topic, payload, options) {
          if (member.state === 'offline' || member.closed) return Promise.resolve(false)
          const { connection } = member
          return new Promise((resolve) => {
            const giveUp = world.after(KEEPALIVE_MS, () => resolve(false))
            if (member.halfOpen) return
            carry(member, () => {
              if (!running || member.halfOpen || member.connection !== connection) return
              if (options?.retain === true) {
                if (payload.length === 0) retained.delete(topic)
                else retained.set(topic, payload)
              }
              spread(topic, payload)
              giveUp()
              resolve(member.state === 'online')
            })
          })
        },
        subscribe(filter, handler) {
          const cancel = listen(member, filter, handler)
          if (member.state === 'online')
            for (const [topic, payload] of retained)
              if (topicMatches(filter, topic)) deliver(member, topic, payload)
          return cancel
        },
        close() {
          member.retry?.()
          member.wired = false
          disconnect(member)
          member.closed = true
          members.delete(member)
          return Promise.resolve()
        },
        fair: () => member.state === 'online' && !member.halfOpen && member.weather === FAIR,
        setWeather(weather) {
          member.weather = weather
        },
        cut() {
          member.wired = false
          disconnect(member)
        },
        restore() {
          member.wired = true
          connect(member)
        },
        halfOpen() {
          if (member.state === 'offline') return
          member.halfOpen = true
          const { connection } = member
          world.after(KEEPALIVE_MS * (1 + random.next()), () => {
            if (!member.halfOpen || member.connection !== connection) return
            disconnect(member)
            retryIn(member, LATENCY_MS)
          })
        },
        vanish(afterMs) {
          member.retry?.()
          member.wired = false
          member.watchers.clear()
          member.exact.clear()
          member.patterns.clear()
          member.halfOpen = true
          world.after(afterMs, () => {
            const silent = member.state === 'online'
            member.closed = true
            member.state = 'offline'
            members.delete(member)
            if (silent) left(member)
          })
        },
      }
    },
  }
}

function listen(member: Member, filter: string, handler: Handler): Cancel {
  if (/[+#]/.test(filter)) {
    const entry = { filter, handler }
    member.patterns.add(entry)
    return () => member.patterns.delete(entry)
  }
  const handlers = member.exact.get(filter) ?? new Set()
  member.exact.set(filter, handlers)
  handlers.add(handler)
  return () => {
    handlers.delete(handler)
    if (handlers.size === 0) member.exact.delete(filter)
  }
}
