import { type Region, rx1DataRate } from '../../core/lorawan/as923.ts'
import { buildJoinRequest, deriveSessionKeys, parseJoinAccept } from '../../core/lorawan/phy.ts'
import type { Random } from '../../core/random.ts'
import { createRadioPlan } from './radio-plan.ts'
import { createSession, type Session } from './session.ts'

/** What survives a change of battery. A DevNonce is never used twice. */
export interface NonceStore {
  next(devEui: string): number
}

export interface JoinIdentity {
  /** 16 lower-case hexadecimal digits each. */
  readonly devEui: string
  readonly joinEui: string
  readonly appKey: Uint8Array
}

/** Over-the-air activation: requests, their pauses, and the session that an answer opens. No radio and no timers. */
export interface Joining {
  request(): JoinRequestToSend
  /** How long to wait after an unanswered request. */
  pause_ms(): number
  /** The session, when this answers the last request; undefined for another device's answer, or a forged one. */
  open(phy: Uint8Array): Session | undefined
  requests(): number
}

export interface JoinRequestToSend {
  readonly phy: Uint8Array
  readonly dataRate: number
  readonly rx1DataRate: number
}

/** Joins are tried at these data rates in turn: fast first, for there are gateways nearby. */
const DATA_RATES = [5, 4, 3, 2] as const
const PAUSE_MS = 4_000
const PAUSE_MAX_MS = 60_000

export function createJoining(
  identity: JoinIdentity,
  parts: {
    readonly region: Region
    readonly random: Random
    readonly nonces: NonceStore
    /** Set on the device: it joins and speaks at this one. */
    readonly fixedDataRate?: number
    battery(): number
  },
): Joining {
  const { appKey } = identity
  const { region, random, nonces, battery } = parts
  let pending: { readonly devNonce: number; readonly dataRate: number } | undefined
  /** Since the last success. */
  let attempts = 0
  let requests = 0

  return {
    request() {
      const dataRate = parts.fixedDataRate ?? DATA_RATES[attempts % DATA_RATES.length] ?? DATA_RATES[0]
      const devNonce = nonces.next(identity.devEui)
      pending = { devNonce, dataRate }
      attempts++
      requests++
      const phy = buildJoinRequest({ ...identity, devNonce }, appKey)
      return { phy, dataRate, rx1DataRate: rx1DataRate(region, dataRate, 0) }
    },
    pause_ms() {
      pending = undefined
      const pause = Math.min(PAUSE_MAX_MS, PAUSE_MS * 2 ** Math.max(0, attempts - 2))
      return pause * (0.5 + random.next())
    },
    open(phy) {
      if (pending === undefined) return undefined
      const accept = parseJoinAccept(phy, appKey)
      if (!accept.ok) return undefined
      const { devNonce, dataRate } = pending
      pending = undefined
      attempts = 0
      return createSession({
        devAddr: accept.value.devAddr,
        keys: deriveSessionKeys(appKey, { ...accept.value, devNonce }),
        plan: createRadioPlan(region, dataRate, accept.value),
        battery,
      })
    },
    requests: () => requests,
  }
}
