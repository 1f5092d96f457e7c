import type { Cancel, Clock, Mono } from '../../core/clock.ts'
import { type Fault, fault } from '../../core/errors.ts'
import { airtime_ms } from '../../core/lorawan/airtime.ts'
import { REGIONS, type RegionName } from '../../core/lorawan/as923.ts'
import type { Random } from '../../core/random.ts'
import { unpackAck } from '../../core/relay/ack-frame.ts'
import { packAlarm } from '../../core/relay/alarm-frame.ts'
import { type RelayDictionary, relayDictionary } from '../../core/relay/dictionary.ts'
import { RELAY_FPORT } from '../../core/relay/frame-kinds.ts'
import { createSeal, RELAY_EPOCH_BYTES, relayEpoch, type SealedKind } from '../../core/relay/seal.ts'
import { packState } from '../../core/relay/state-frame.ts'
import { createAirtimeBudget } from '../drivers/lorawan/airtime-budget.ts'
import type { Outbox } from '../outbox/outbox.ts'
import type { RelayMemory } from './memory.ts'
import type { Modem, ModemSignal, ModemState } from './modem.ts'
import { worthTelling } from './pending.ts'
import { type Present, radioState } from './present.ts'

/** Tells alarms by radio while the hub is out of reach, until it has acknowledged them. */
export interface RelaySender {
  start(): void
  /** Lets the line to the modem go. Idempotent. */
  stop(): Promise<void>
  /** The way to the hub may have opened or closed. */
  reachChanged(): void
  /** The hub has been told of these stations by network: short codes stand for them from now on. */
  described(stations: readonly unknown[]): void
  status(): RelayStatus
}

export interface RelayStatus {
  /** `resting` while the network is there; `waiting` until it has been gone for long enough. */
  readonly state: 'resting' | 'waiting' | 'speaking'
  readonly modem: ModemState
  /** How the modem heard the network last. */
  readonly signal: ModemSignal | undefined
  /** Alarms that the hub has acknowledged by neither way. */
  readonly untold: number
  readonly sent: number
  /** Milliseconds on the air in the last hour. */
  readonly airtime_ms: number
  /** UTC of the hub's last word by radio. */
  readonly answeredAt: number | undefined
}

export interface RelaySenderOptions {
  /** Dates alarms. */
  readonly clock: Clock
  /** Real time: pauses and airtime. */
  readonly wall: Clock
  readonly random: Random
  readonly modem: Modem
  readonly memory: RelayMemory
  readonly outbox: Pick<Outbox, 'alarms' | 'epoch' | 'lanes' | 'onChange'>
  readonly present: Present
  /** Documents of the stations of now: what codes stand for where it is not known what the hub was told last. */
  documents(): readonly unknown[]
  /** Whether the hub answers by network now. */
  reachable(): boolean
  readonly edge: string
  readonly key: Uint8Array
  readonly config: {
    readonly region: RegionName
    readonly dataRate: number
    readonly after_s: number
    readonly state_min: number
    readonly dutyCycle_percent: number
  }
  readonly refused: (problem: Fault) => void
}

/** Rows looked at: the newest. Of more alarms than these the oldest are told by network alone. */
const ALARMS_MAX = 256
/** Both receive windows, and the neighbour's answer. */
const GAP_MS = 6_000
/** After the modem has refused. */
const REFUSED_MS = 10_000
const RETRY_MIN_MS = 20_000
const RETRY_MAX_MS = 900_000
/** Without anything else to wait for. */
const LOOK_MS = 30_000
/** The budget of an hour is spent; it comes back minute by minute. */
const BUDGET_MS = 60_000
const SETTLE_MS = 100
/** While a connection is there and the hub has not answered it yet. */
const ANSWER_MS = 2_000
/** So many frames without a word of the hub: the network may have forgotten this modem, or the hub this database. */
const UNANSWERED_MAX = 8
const URGENT_RESERVE_PERCENT = 50
/** From here on a summary fits. */
const STATE_DATA_RATE = 3
/** A LoRaWAN frame's bytes around its payload. */
const FRAME_OVERHEAD = 13
/** A request to join goes at the slowest rate that a dwell time allows. */
const JOIN_DATA_RATE = 2
const JOIN_BYTES = 23
const UNTELLABLE_NOTED_MAX = 100
const SEQ_SPAN = 65_536

interface Telling {
  readonly sealed: Uint8Array
  readonly urgent: boolean
  /** It has left; its next turn comes after a pause. */
  left(): void
}

interface Turn {
  tries: number
  dueAt: number
}

export function createRelaySender(options: RelaySenderOptions): RelaySender {
  const { clock, wall, random, modem, memory, outbox, config, refused } = options
  const budget = createAirtimeBudget({
    percent: config.dutyCycle_percent,
    urgentReserve_percent: URGENT_RESERVE_PERCENT,
  })
  const modulation = REGIONS[config.region].dataRates[config.dataRate]
  const joinModulation = REGIONS[config.region].dataRates[JOIN_DATA_RATE]
  if (!modulation || !joinModulation) throw new RangeError(`data rate ${config.dataRate} is not LoRa`)
  const join_ms = airtime_ms({ ...joinModulation, bytes: JOIN_BYTES })
  /** Repetitions so far, by what is told: an alarm's number, `announce`, `state`. */
  const turns = new Map<number | 'announce' | 'state', Turn>()
  const noted = new Set<string>()
  const cancels: Cancel[] = []
  let goneSince: Mono | undefined
  let freeAt = 0
  let busy = false
  let stopped = true
  let sent = 0
  let unanswered = 0
  /** The hub has not answered for so long that it may not know this database: told of it by network, then put back. */
  let doubted = false
  let answeredAt: number | undefined
  let firstStation = 0
  let nextAlarm: number | undefined
  let cancelStep: Cancel = () => {}

  const now = () => wall.monotonic()
  const arm = (delayMs: number) => {
    cancelStep()
    if (!stopped) cancelStep = wall.after(Math.max(0, delayMs), step)
  }
  const dictionary = (): RelayDictionary => memory.dictionary() ?? relayDictionary(options.documents())
  const sealed = (kind: SealedKind, epoch: string, plain: Uint8Array) =>
    createSeal({ key: options.key, edge: options.edge, kind, epoch }).seal(plain)
  const due = (what: number | 'announce' | 'state') => (turns.get(what)?.dueAt ?? 0) <= now()
  const again = (what: number | 'announce') => {
    const tries = (turns.get(what)?.tries ?? 0) + 1
    const pause = Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** (tries - 1))
    turns.set(what, { tries, dueAt: now() + pause * (0.75 + random.next() / 2) })
  }
  const untold = () => {
    const epoch = outbox.epoch()
    const acknowledged = epoch === memory.knownEpoch() ? memory.acknowledged() : new Set<number>()
    return worthTelling(outbox.alarms(ALARMS_MAX), dictionary(), acknowledged, clock.now())
  }

  const announcement = (epoch: string): Telling => ({
    sealed: createSeal({ key: options.key, edge: options.edge, kind: 'announce' }).seal(
      Uint8Array.from(Buffer.from(relayEpoch(epoch), 'hex')).subarray(0, RELAY_EPOCH_BYTES),
    ),
    urgent: true,
    left: () => again('announce'),
  })
  const alarm = (epoch: string): Telling | undefined => {
    const { tellable, untellable } = untold()
    const waiting = new Set<number | string>(['announce', 'state', ...tellable.map(({ seq }) => seq)])
    for (const what of turns.keys()) if (!waiting.has(what)) turns.delete(what)
    for (const name of untellable) {
      if (noted.has(name) || noted.size >= UNTELLABLE_NOTED_MAX) continue
      noted.add(name)
      refused(fault('RELAY_UNTELLABLE', { alarm: name }))
    }
    const next = tellable.find(({ seq }) => due(seq))
    if (next === undefined) return undefined
    return {
      sealed: sealed('alarm', epoch, packAlarm(next.radio)),
      urgent: true,
      left: () => again(next.seq),
    }
  }
  const summary = (epoch: string): Telling | undefined => {
    if (config.state_min === 0 || config.dataRate < STATE_DATA_RATE || !due('state')) return undefined
    const serial = outbox.lanes().find(({ lane }) => lane === 'state')?.next ?? 0
    const state = radioState(options.present, dictionary(), {
      serial,
      clock: clock.quality(),
      from: firstStation,
    })
    const { plain, told } = packState(state)
    return {
      sealed: sealed('state', epoch, plain),
      urgent: false,
      left() {
        firstStation += told
        turns.set('state', { tries: 0, dueAt: now() + config.state_min * 60_000 })
      },
    }
  }
  /** An epoch that the hub does not know comes first: it could open nothing else. */
  const choose = (epoch: string): Telling | undefined => {
    if ((doubted || epoch !== memory.knownEpoch()) && due('announce')) return announcement(epoch)
    return alarm(epoch) ?? summary(epoch)
  }
  const nextDue = () => {
    const ahead = [...turns.values()].map(({ dueAt }) => dueAt - now()).filter((left) => left > 0)
    return Math.min(LOOK_MS, ...ahead)
  }

  const left = (telling: Telling, length_ms: number) => {
    sent++
    budget.spend(length_ms, now())
    telling.left()
    freeAt = now() + GAP_MS
    // A summary asks for no answer.
    if (!telling.urgent || ++unanswered < UNANSWERED_MAX) return
    unanswered = 0
    doubted = true
    modem.rejoin()
  }
  const transmit = async (telling: Telling, length_ms: number) => {
    busy = true
    const result = await modem.send(RELAY_FPORT, telling.sealed)
    busy = false
    if (stopped) return
    if (!result.ok) refused(result.error)
    // A modem that does not say so may have sent it all the same.
    if (result.ok || result.error.code === 'MODEM_SILENT') left(telling, length_ms)
    else freeAt = now() + REFUSED_MS
    step()
  }
  const speak = () => {
    const epoch = outbox.epoch()
    if (busy) return
    if (epoch === undefined || modem.state() !== 'joined') return arm(LOOK_MS)
    if (now() < freeAt) return arm(freeAt - now())
    const telling = choose(epoch)
    if (telling === undefined) return arm(nextDue())
    const length_ms = airtime_ms({ ...modulation, bytes: telling.sealed.length + FRAME_OVERHEAD })
    if (!budget.allows(length_ms, telling.urgent, now())) return arm(Math.min(BUDGET_MS, nextDue()))
    void transmit(telling, length_ms)
  }
  const rest = () => {
    cancelStep()
    goneSince = undefined
    unanswered = 0
    doubted = false
    turns.clear()
    const epoch = outbox.epoch()
    if (epoch !== undefined) memory.know(epoch)
  }
  const step = () => {
    if (stopped) return
    if (options.reachable()) return rest()
    goneSince ??= now()
    const left_ms = config.after_s * 1000 - (now() - goneSince)
    if (left_ms > 0) return arm(Math.min(left_ms, ANSWER_MS))
    speak()
  }

  /** Readings are committed many times a second; alarms seldom. */
  const lookForAlarms = () => {
    const next = outbox.lanes().find(({ lane }) => lane === 'alarm')?.next
    if (next === nextAlarm) return
    nextAlarm = next
    step()
  }
  const hear = (fPort: number, bytes: Uint8Array) => {
    const epoch = outbox.epoch()
    if (fPort !== RELAY_FPORT || epoch === undefined) return
    const plain = createSeal({ key: options.key, edge: options.edge, kind: 'ack', epoch }).open(bytes)
    if (plain === undefined) return refused(fault('RELAY_SEAL_BROKEN', { edge: options.edge }))
    const acknowledged = unpackAck(plain)
    if (!acknowledged.ok) return refused(acknowledged.error)
    const low = new Set(acknowledged.value)
    memory.know(epoch)
    memory.acknowledge(
      outbox
        .alarms(ALARMS_MAX)
        .map(({ seq }) => seq)
        .filter((seq) => low.has(seq % SEQ_SPAN)),
    )
    unanswered = 0
    doubted = false
    answeredAt = clock.now()
    step()
  }

  return {
    start() {
      stopped = false
      cancels.push(
        modem.onReceived(hear),
        modem.onState(step),
        modem.onJoining(() => budget.spend(join_ms, now())),
        outbox.onChange(lookForAlarms),
      )
      modem.start()
      step()
    },
    async stop() {
      stopped = true
      cancelStep()
      for (const cancel of cancels.splice(0)) cancel()
      await modem.stop()
    },
    // A little later: who knows whether the hub answers may hear of it in the same turn, after this.
    reachChanged: () => arm(SETTLE_MS),
    described: memory.told,
    status: () => ({
      state:
        goneSince === undefined
          ? 'resting'
          : now() - goneSince < config.after_s * 1000
            ? 'waiting'
            : 'speaking',
      modem: modem.state(),
      signal: modem.signal(),
      untold: goneSince === undefined ? 0 : untold().tellable.length,
      sent,
      airtime_ms: Math.round(budget.used_ms(now())),
      answeredAt,
    }),
  }
}
