import { type Cancel, type Clock, every } from '../core/clock.ts'
import type { Log } from '../core/log.ts'
import { airtime_ms } from '../core/lorawan/airtime.ts'
import {
  encodeFromGateway,
  type FromGateway,
  parseFromServer,
  type Transmit,
} from '../core/lorawan/semtech-udp.ts'
import type { Address, Datagram, DatagramNetwork } from '../core/ports/datagram.ts'
import { integer, type Random } from '../core/random.ts'
import type { Air, GatewayRadio, HeardFrame } from './radio/air.ts'
import type { Position } from './radio/link.ts'
import { createTransmitQueue, type Planned, type Refusal } from './radio/transmit-queue.ts'

/**
 * A virtual gateway: a concentrator in the air and the Semtech UDP packet forwarder (protocol 2) towards a server.
 * As the reference forwarder does, it keeps one socket for what it hears and another for what it is to send, so that
 * a server must answer where PULL_DATA came from; it acknowledges nothing twice and repeats nothing.
 */
export interface PacketForwarder {
  readonly eui: string
  /** Takes power: a new concentrator clock, new sockets. Rejects with a FaultError when no socket can be had. */
  start(): Promise<void>
  /** Loses power. Idempotent. */
  stop(): Promise<void>
  running(): boolean
  counts(): ForwarderCounts
}

export interface ForwarderCounts {
  readonly heard: number
  readonly sent: number
  readonly refused: Readonly<Record<string, number>>
  readonly pushAcked: number
  readonly pullAcked: number
  readonly malformed: number
}

export interface PacketForwarderOptions {
  /** 16 lower-case hexadecimal digits. */
  readonly eui: string
  readonly server: Address
  readonly network: DatagramNetwork
  /** The radio's clock. */
  readonly clock: Clock
  readonly random: Random
  readonly air: Air
  readonly position: Position
  readonly log: Log
  /** The address that the gateway's own sockets are bound to; loopback by default. */
  readonly bind?: string
  /** What the concentrator's counter reads at power-up, µs; random by default, as it is for a server. */
  readonly counterAtStart_us?: number
}

const KEEP_ALIVE_MS = 5_000
const STAT_MS = 30_000
const COUNTER_SPAN = 2 ** 32
/** What this gateway's transmitter can be tuned to, and its strongest entry in the power table. */
const TX_FREQUENCIES_HZ = { min: 915_000_000, max: 928_000_000 }
const TX_POWER_dBm = { min: 0, max: 27 }

type TxError = Refusal | 'TX_FREQ' | 'TX_POWER'

export function createPacketForwarder(options: PacketForwarderOptions): PacketForwarder {
  const { eui, log } = options
  const counts = {
    heard: 0,
    sent: 0,
    pushAcked: 0,
    pullAcked: 0,
    malformed: 0,
    refused: {} as Record<string, number>,
  }
  let powered: Powered | undefined

  return {
    eui,
    async start() {
      if (powered !== undefined) return
      const local = { host: options.bind ?? '127.0.0.1', port: 0 }
      const up = await options.network.bind(local)
      const down = await options.network.bind(local)
      powered = power(options, up, down, counts)
      log.info('gateway up', { gateway: eui, server: `${options.server.host}:${options.server.port}` })
    },
    async stop() {
      const was = powered
      powered = undefined
      if (was === undefined) return
      await was.off()
      log.info('gateway down', { gateway: eui })
    },
    running: () => powered !== undefined,
    counts: () => ({ ...counts, refused: { ...counts.refused } }),
  }
}

interface Powered {
  off(): Promise<void>
}

type Counting = { -readonly [K in keyof ForwarderCounts]: ForwarderCounts[K] } & {
  refused: Record<string, number>
}

/** One run from power-up to power loss. */
function power(options: PacketForwarderOptions, up: Datagram, down: Datagram, counts: Counting): Powered {
  const { eui, clock, random, server } = options
  const queue = createTransmitQueue()
  const timers = new Set<Cancel>()
  const poweredAt_ms = clock.monotonic()
  const counterAtStart_us = options.counterAtStart_us ?? integer(random, 0, COUNTER_SPAN - 1)
  const since = { rxnb: 0, rxfw: 0, dwnb: 0, txnb: 0, pushes: 0, acks: 0 }

  const counter_us = (at_ms: number) =>
    (counterAtStart_us + Math.round((at_ms - poweredAt_ms) * 1_000)) % COUNTER_SPAN
  /** The moment nearest to now at which the counter reads this. */
  const moment_ms = (tmst_us: number, now_ms: number) => {
    const ahead = (tmst_us - counter_us(now_ms) + COUNTER_SPAN) % COUNTER_SPAN
    return now_ms + (ahead < COUNTER_SPAN / 2 ? ahead : ahead - COUNTER_SPAN) / 1_000
  }
  const token = () => integer(random, 0, 0xffff)
  const push = (body: Pick<Extract<FromGateway, { kind: 'push-data' }>, 'received' | 'stat'>) => {
    since.pushes++
    up.send(
      encodeFromGateway({ kind: 'push-data', token: token(), gateway: eui, skipped: 0, ...body }),
      server,
    )
  }
  const hear = (frame: HeardFrame) => {
    counts.heard++
    since.rxnb++
    since.rxfw++
    push({ received: [{ ...frame, tmst_us: counter_us(frame.end_ms) }] })
  }
  const radio: GatewayRadio = options.air.gateway(options.position, hear)

  const send = (planned: Planned, transmit: Transmit) => {
    const cancel = clock.after(Math.max(0, planned.start_ms - clock.monotonic()), () => {
      timers.delete(cancel)
      counts.sent++
      since.txnb++
      radio.transmit(transmit, planned.start_ms)
    })
    timers.add(cancel)
  }
  const accept = (transmit: Transmit): TxError | 'NONE' => {
    const { frequency_Hz, power_dBm } = transmit
    if (frequency_Hz < TX_FREQUENCIES_HZ.min || frequency_Hz > TX_FREQUENCIES_HZ.max) return 'TX_FREQ'
    if (power_dBm < TX_POWER_dBm.min || power_dBm > TX_POWER_dBm.max) return 'TX_POWER'
    const now_ms = clock.monotonic()
    const length_ms = airtime_ms({ ...transmit.modulation, bytes: transmit.phy.length, crc: false })
    const planned =
      transmit.when === 'now'
        ? queue.soon(length_ms, now_ms)
        : queue.at(moment_ms(transmit.when.tmst_us, now_ms), length_ms, now_ms)
    if (typeof planned === 'string') return planned
    send(planned, transmit)
    return 'NONE'
  }
  const onDown = (bytes: Uint8Array) => {
    const packet = parseFromServer(bytes)
    if (!packet.ok) return void counts.malformed++
    if (packet.value.kind === 'pull-ack') return void counts.pullAcked++
    if (packet.value.kind !== 'pull-resp') return
    since.dwnb++
    const outcome = accept(packet.value.transmit)
    if (outcome !== 'NONE') {
      counts.refused[outcome] = (counts.refused[outcome] ?? 0) + 1
      options.log.debug('downlink refused', { gateway: eui, outcome })
    }
    down.send(encodeFromGateway({ kind: 'tx-ack', token: packet.value.token, gateway: eui, outcome }), server)
  }
  const onUp = (bytes: Uint8Array) => {
    const packet = parseFromServer(bytes)
    if (!packet.ok) return void counts.malformed++
    if (packet.value.kind !== 'push-ack') return
    counts.pushAcked++
    since.acks++
  }
  const keepAlive = () =>
    down.send(encodeFromGateway({ kind: 'pull-data', token: token(), gateway: eui }), server)
  const stat = () => {
    const { rxnb, rxfw, dwnb, txnb, pushes, acks } = since
    Object.assign(since, { rxnb: 0, rxfw: 0, dwnb: 0, txnb: 0, pushes: 0, acks: 0 })
    const ackr = pushes === 0 ? 100 : Math.min(100, Math.round((1_000 * acks) / pushes) / 10)
    push({ received: [], stat: { rxnb, rxok: rxnb, rxfw, ackr, dwnb, txnb } })
  }

  up.onMessage(onUp)
  down.onMessage(onDown)
  timers.add(every(clock, KEEP_ALIVE_MS, keepAlive))
  timers.add(every(clock, STAT_MS, stat))
  keepAlive()
  stat()
  return {
    async off() {
      for (const cancel of timers) cancel()
      timers.clear()
      radio.leave()
      await Promise.all([up.close(), down.close()])
    },
  }
}
