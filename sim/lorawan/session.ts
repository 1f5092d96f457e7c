import type { Utc } from '../../core/clock.ts'
import { FCNT_GAP_MAX, fullCounter } from '../../core/lorawan/frame-counter.ts'
import type { SessionKeys } from '../../core/lorawan/keys.ts'
import { encodeMacUp, type MacDown, type MacUp, parseMacDown } from '../../core/lorawan/mac-commands.ts'
import {
  buildUplink,
  type DataFrame,
  decryptData,
  parseDownlink,
  verifyData,
} from '../../core/lorawan/phy.ts'
import type { RadioPlan } from './radio-plan.ts'

/** One activation of a device: its keys, its counters and what it owes the network. No radio and no timers. */
export interface Session {
  readonly devAddr: number
  readonly plan: RadioPlan
  /** A new frame with everything owed that fits beside the payload. `payloadMax` is N of the data rate. */
  compose(uplink: Uplink, payloadMax: number): Uint8Array
  /** Undefined for what is not a fresh frame of this session: not ours, forged, or replayed. */
  read(phy: Uint8Array, snr_dB: number): Downlink | undefined
  /** Adds a question to the next uplink. */
  ask(question: Extract<MacUp, { type: 'LinkCheckReq' | 'DeviceTimeReq' }>): void
  /** Something is owed that should not wait for the next report. */
  owes(): boolean
  /** Uplinks since the network was last heard. */
  unheard(): number
  fCntUp(): number
}

export interface Uplink {
  readonly fPort?: number
  readonly bytes: Uint8Array
  readonly confirmed: boolean
}

export interface Downlink {
  readonly ack: boolean
  /** Absent without an application payload, and for one that was delivered before. */
  readonly payload?: { readonly fPort: number; readonly bytes: Uint8Array }
  /** The network's answer to DeviceTimeReq. */
  readonly time?: Utc
}

export interface SessionOptions {
  readonly devAddr: number
  readonly keys: SessionKeys
  readonly plan: RadioPlan
  /** DevStatusAns: 0 on external power, 1 (empty) to 254 (full). */
  battery(): number
}

const F_OPTS_MAX = 15
/** ADR_ACK_LIMIT: after this many unheard uplinks the device asks for a sign of life. */
export const ADR_ACK_LIMIT = 64
/** Answers that are repeated in every uplink until a downlink shows that they arrived (LoRaWAN 1.0.x §5). */
const STICKY: readonly MacUp['type'][] = [
  'RXParamSetupAns',
  'RXTimingSetupAns',
  'TxParamSetupAns',
  'DlChannelAns',
]

const GPS_EPOCH_MS = Date.UTC(1980, 0, 6)
/** GPS time runs ahead of UTC by the leap seconds since 1980; none has been added since 2017. */
const LEAP_SECONDS = 18

export function createSession(options: SessionOptions): Session {
  const { devAddr, keys, plan } = options
  let fCntUp = 0
  let fCntDown = 0
  let unheard = 0
  let ack = false
  let urgent = false
  let owed: MacUp[] = []

  const takeOwed = (room: number): Uint8Array => {
    const now: MacUp[] = []
    for (const command of owed) {
      if (encodeMacUp([...now, command]).length > Math.min(F_OPTS_MAX, room)) break
      now.push(command)
    }
    owed = owed.filter((command) => !now.includes(command) || STICKY.includes(command.type))
    return encodeMacUp(now)
  }
  const obey = (command: MacDown, snr_dB: number): Utc | undefined => {
    if (command.type === 'DeviceTimeAns') return utcOf(command)
    const margin_dB = Math.max(-32, Math.min(31, Math.round(snr_dB)))
    const answer: MacUp | undefined =
      command.type === 'DevStatusReq'
        ? { type: 'DevStatusAns', battery: options.battery(), margin_dB }
        : plan.obey(command)
    if (answer === undefined) return undefined
    owed.push(answer)
    urgent = urgent || STICKY.includes(answer.type)
    return undefined
  }
  /** Fresh, a repetition of the newest, or not ours. */
  const verdict = (frame: DataFrame): 'fresh' | 'repeated' | undefined => {
    if (frame.devAddr !== devAddr) return undefined
    const full = fullCounter(fCntDown, frame.fCnt16)
    if (full - fCntDown > FCNT_GAP_MAX || !verifyData(frame, keys.nwkSKey, full)) return undefined
    if (full < fCntDown) return 'repeated'
    fCntDown = full + 1
    return 'fresh'
  }

  return {
    devAddr,
    plan,
    compose(uplink, payloadMax) {
      const fOpts = takeOwed(payloadMax - uplink.bytes.length)
      const frame = {
        confirmed: uplink.confirmed,
        devAddr,
        fCnt: fCntUp,
        adr: true,
        adrAckRequest: unheard >= ADR_ACK_LIMIT,
        ack,
        fOpts,
        ...(uplink.fPort === undefined ? {} : { fPort: uplink.fPort, payload: uplink.bytes }),
      }
      fCntUp++
      unheard++
      ack = false
      urgent = false
      return buildUplink(frame, keys)
    },
    read(phy, snr_dB) {
      const parsed = parseDownlink(phy)
      if (!parsed.ok) return undefined
      const frame = parsed.value
      const kind = verdict(frame)
      if (kind === undefined) return undefined
      unheard = 0
      owed = owed.filter((command) => !STICKY.includes(command.type))
      ack = ack || frame.confirmed
      urgent = urgent || frame.confirmed || frame.pending
      if (kind === 'repeated') return { ack: frame.ack }
      const clear = decryptData(frame, keys, fCntDown - 1)
      const { commands } = parseMacDown(frame.fPort === 0 ? clear : frame.fOpts)
      const times = commands.map((command) => obey(command, snr_dB))
      const time = times.find((utc) => utc !== undefined)
      return {
        ack: frame.ack,
        ...(time === undefined ? {} : { time }),
        ...(frame.fPort === undefined || frame.fPort === 0
          ? {}
          : { payload: { fPort: frame.fPort, bytes: clear } }),
      }
    },
    ask: (question) => void owed.push(question),
    owes: () => urgent,
    unheard: () => unheard,
    fCntUp: () => fCntUp,
  }
}

function utcOf(answer: Extract<MacDown, { type: 'DeviceTimeAns' }>): Utc {
  return (
    GPS_EPOCH_MS + (answer.gps_s - LEAP_SECONDS) * 1_000 + Math.round((answer.fraction_256 / 256) * 1_000)
  )
}
