import type { Clock, Mono } from '../../../core/clock.ts'
import { type Fault, fault } from '../../../core/errors.ts'
import {
  encodeFromServer,
  type FromGateway,
  type GatewayStat,
  type Transmit,
  type TxOutcome,
} from '../../../core/lorawan/semtech-udp.ts'
import type { Address, Datagram } from '../../../core/ports/datagram.ts'
import type { HealthReport } from '../driver.ts'
import { createAirPlan } from './air-plan.ts'
import { createAirtimeBudget } from './airtime-budget.ts'
import type { LorawanConfig } from './config.ts'
import type { Reception } from './session.ts'
import { createTransmitter, type Outgoing, type Transmitter } from './transmitter.ts'

/** A forwarder asks for downlinks every 5 to 10 s; after three silent ones it is taken as gone. */
const ALIVE_MS = 35_000
/** Transmissions whose TX_ACK is awaited; the oldest is forgotten beyond this. */
const AWAITED_MAX = 64

export interface Gateways {
  isKnown(gateway: string): boolean
  /** Answers what the protocol wants answered, and keeps the gateway's state. */
  notice(packet: FromGateway, from: Address): void
  /** Gateways that can transmit now: those that heard the device best first, then any other. */
  ready(receptions: readonly Reception[]): readonly string[]
  transmitter(gateway: string): Transmitter | undefined
  health(): readonly HealthReport[]
}

interface Gateway {
  readonly eui: string
  readonly transmitter: Transmitter
  readonly used_ms: (now: Mono) => number
  readonly awaited: Map<number, Outgoing>
  address: Address | undefined
  pulledAt: Mono | undefined
  heardAt: Mono | undefined
  frames: number
  failures: number
  stat: GatewayStat
}

export interface GatewaysParts {
  readonly config: LorawanConfig
  readonly clock: Clock
  readonly socket: () => Datagram | undefined
  readonly refused: (problem: Fault) => void
  /** A gateway can transmit that could not a moment ago. */
  readonly appeared: () => void
  /** First token, so that a restart does not repeat the last ones. */
  readonly token: number
}

/** The gateways of the site: where they are, whether they are there, and their antennas. */
export function createGateways(parts: GatewaysParts): Gateways {
  const { config, clock, socket, refused, appeared } = parts
  let token = parts.token & 0xffff
  const gateways = new Map<string, Gateway>()
  const plan = createAirPlan()

  const emit = (gateway: Gateway, transmit: Transmit, frame: Outgoing): boolean => {
    if (gateway.address === undefined || !alive(gateway)) return false
    token = (token + 1) & 0xffff
    const [oldest] = gateway.awaited.keys()
    if (gateway.awaited.size >= AWAITED_MAX && oldest !== undefined) gateway.awaited.delete(oldest)
    gateway.awaited.set(token, frame)
    socket()?.send(encodeFromServer({ kind: 'pull-resp', token, transmit }), gateway.address)
    return true
  }
  const alive = (gateway: Gateway) =>
    gateway.address !== undefined &&
    gateway.pulledAt !== undefined &&
    clock.monotonic() - gateway.pulledAt <= ALIVE_MS

  const acknowledged = (gateway: Gateway, answered: number, outcome: TxOutcome) => {
    const frame = gateway.awaited.get(answered)
    gateway.awaited.delete(answered)
    if (outcome === 'NONE' || outcome === '') return
    gateway.failures++
    refused(fault('GATEWAY_TX_FAILED', { gateway: gateway.eui, reason: outcome }))
    frame?.failed(outcome)
  }

  for (const { eui } of config.gateways) {
    const budget = createAirtimeBudget(config.dutyCycle)
    const gateway: Gateway = {
      eui: eui.toLowerCase(),
      transmitter: createTransmitter({
        antenna: eui.toLowerCase(),
        clock,
        plan,
        budget,
        emit: (transmit, frame) => emit(gateway, transmit, frame),
        overflowed: (limit) => refused(fault('LORAWAN_QUEUE_FULL', { gateway: gateway.eui, limit })),
        exhausted: () => refused(fault('LORAWAN_DUTY_CYCLE', { gateway: eui.toLowerCase() })),
      }),
      used_ms: budget.used_ms,
      awaited: new Map(),
      address: undefined,
      pulledAt: undefined,
      heardAt: undefined,
      frames: 0,
      failures: 0,
      stat: {},
    }
    gateways.set(gateway.eui, gateway)
  }

  return {
    isKnown: (gateway) => gateways.has(gateway),
    notice(packet, from) {
      const gateway = gateways.get(packet.gateway)
      if (gateway === undefined) return
      gateway.heardAt = clock.monotonic()
      switch (packet.kind) {
        case 'pull-data': {
          const wasAlive = alive(gateway)
          gateway.address = from
          gateway.pulledAt = gateway.heardAt
          socket()?.send(encodeFromServer({ kind: 'pull-ack', token: packet.token }), from)
          if (!wasAlive) appeared()
          return
        }
        case 'push-data':
          gateway.frames += packet.received.length
          if (packet.stat !== undefined) gateway.stat = packet.stat
          return socket()?.send(encodeFromServer({ kind: 'push-ack', token: packet.token }), from)
        case 'tx-ack':
          return acknowledged(gateway, packet.token, packet.outcome)
      }
    },
    ready(receptions) {
      const heard = receptions.map((reception) => reception.gateway)
      const order = [...new Set([...heard, ...gateways.keys()])]
      return order.filter((eui) => {
        const gateway = gateways.get(eui)
        return gateway !== undefined && alive(gateway)
      })
    },
    transmitter: (eui) => gateways.get(eui)?.transmitter,
    health: () =>
      [...gateways.values()].map((gateway) => healthOf(gateway, clock.monotonic(), alive(gateway))),
  }
}

function healthOf(gateway: Gateway, now: Mono, alive: boolean): HealthReport {
  const { rxnb, rxok, txnb, ackr } = gateway.stat
  const told = { rxnb, rxok, txnb, ackr_percent: ackr }
  const values: Record<string, number> = {
    alive: alive ? 1 : 0,
    frames: gateway.frames,
    tx_failed: gateway.failures,
    airtime_ms_in_hour: Math.round(gateway.used_ms(now)),
  }
  for (const [name, value] of Object.entries(told)) if (value !== undefined) values[name] = value
  if (gateway.heardAt !== undefined) values.silent_s = Math.round((now - gateway.heardAt) / 1000)
  return { source: `gateway-${gateway.eui}`, values }
}
