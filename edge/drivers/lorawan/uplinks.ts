import type { Clock } from '../../../core/clock.ts'
import { type Fault, fault } from '../../../core/errors.ts'
import { dataRateIndex, type Region } from '../../../core/lorawan/as923.ts'
import { earlierCounter, FCNT_GAP_MAX, fullCounter } from '../../../core/lorawan/frame-counter.ts'
import { devAddrText } from '../../../core/lorawan/keys.ts'
import { type MacUp, parseMacUp } from '../../../core/lorawan/mac-commands.ts'
import { type DataFrame, decryptData, verifyData } from '../../../core/lorawan/phy.ts'
import type { Received } from '../../../core/lorawan/semtech-udp.ts'
import type { DriverSink } from '../driver.ts'
import type { AddressBook, Owner } from './address-book.ts'
import type { Answers } from './answers.ts'
import type { Deliveries } from './deliveries.ts'
import type { Mac } from './mac.ts'
import type { Heard } from './reception-window.ts'
import type { Relays } from './relays.ts'
import type { DeviceLink, Session } from './session.ts'
import type { SessionStore } from './session-store.ts'

export interface Uplinks {
  /** Works on a data frame at its first copy: a siren must not wait for the other gateways. */
  heard(frame: DataFrame, heard: Heard, received: Received): void
}

export interface UplinksParts {
  /** Time stamps of readings. */
  readonly clock: Clock
  readonly region: Region
  readonly book: AddressBook
  readonly sessions: SessionStore
  readonly answers: Answers
  readonly deliveries: Deliveries
  readonly relays: Relays
  readonly mac: Mac
  readonly sink: DriverSink
}

/** A device repeats a confirmed frame up to eight times (LoRaWAN 1.0.x §19.1); more is somebody else's replay. */
const REPEATS_MAX = 8

export function createUplinks(parts: UplinksParts): Uplinks {
  const { clock, region, book, sessions, answers, deliveries, mac, sink, relays } = parts

  /** A device that uses its new session proves that it heard the join-accept: the old one ends. */
  const promote = (link: DeviceLink, session: Session) => {
    if (session !== link.pending) return
    if (link.active !== undefined) book.remove(link.active)
    link.active = session
    link.pending = undefined
    // It began anew, maybe after a power cut.
    link.shown = undefined
    link.snrHistory.length = 0
    link.mac.asked.clear()
  }

  const deliver = (link: DeviceLink, bytes: Uint8Array, fPort: number) => {
    if (link.relay) return relays.heard(link, bytes, fPort)
    const decoded = link.binding.decode(bytes, fPort)
    if (!decoded.ok) return sink.refused(decoded.error, link.id)
    const { telemetry, failed = {} } = decoded.value
    const time = { at: clock.now(), mono: clock.monotonic(), quality: clock.quality() }
    sink.telemetry({ device: link.id, time, telemetry, failed })
    deliveries.readBack(link, telemetry)
  }

  const commandsIn = (link: DeviceLink, bytes: Uint8Array): readonly MacUp[] => {
    if (bytes.length === 0) return []
    const { commands, stoppedAt } = parseMacUp(bytes)
    if (stoppedAt !== undefined) {
      sink.refused(fault('LORAWAN_MAC_UNKNOWN', { device: link.id, command: stoppedAt }), link.id)
    }
    return commands
  }

  return {
    heard(frame, heard, received) {
      const dataRate = dataRateIndex(region, received.modulation)
      if (dataRate === undefined) {
        return sink.refused(fault('LORAWAN_FRAME_MALFORMED', { reason: 'not a data rate of the region' }))
      }
      const found = findOwner(frame, book.owners(frame.devAddr))
      if (!found.ok) return sink.refused(found.problem, found.link?.id)
      const { link, session, fCnt } = found
      const repeated = fCnt < session.fCntUp
      link.repeats = repeated ? link.repeats + 1 : 0
      if (repeated && (!frame.confirmed || link.repeats > REPEATS_MAX)) {
        return sink.refused(replay(link, fCnt, session.fCntUp), link.id)
      }
      link.heard = heard
      let commands: readonly MacUp[] = []
      let must = frame.adrAckRequest
      if (!repeated) {
        session.fCntUp = fCnt + 1
        promote(link, session)
        const payload = decryptData(frame, session.keys, fCnt)
        const heardAt = heard.receptions[0]?.heardAt
        if (frame.fPort !== undefined && frame.fPort > 0) deliver(link, payload, frame.fPort)
        if (frame.ack && heardAt !== undefined) deliveries.acknowledged(link, heardAt)
        commands = commandsIn(link, frame.fPort === 0 ? payload : frame.fOpts)
        must = mac.heard(link, session, commands) || must
        sessions.touch(link)
        sink.health({ source: link.id, values: linkHealth(received, fCnt) })
        deliveries.reachable(link)
      }
      answers.plan({
        link,
        session,
        heard,
        frequency_Hz: received.frequency_Hz,
        frame: {
          dataRate,
          spreadingFactor: received.modulation.spreadingFactor,
          snr_dB: received.snr_dB,
          gateways: 1,
          adr: frame.adr,
          utc: clock.quality() === 'unknown' ? undefined : clock.now(),
        },
        commands,
        ack: frame.confirmed,
        must,
      })
    },
  }
}

type Found =
  | { readonly ok: true; readonly link: DeviceLink; readonly session: Session; readonly fCnt: number }
  | { readonly ok: false; readonly problem: Fault; readonly link?: DeviceLink }

/** Whose frame it is: the one session with this address whose key and counter fit. */
function findOwner(frame: DataFrame, owners: readonly Owner[]): Found {
  for (const { link, session } of owners) {
    const fCnt = fullCounter(session.fCntUp, frame.fCnt16)
    const near = fCnt - session.fCntUp <= FCNT_GAP_MAX
    if (near && verifyData(frame, session.keys.nwkSKey, fCnt)) return { ok: true, link, session, fCnt }
  }
  for (const { link, session } of owners) {
    const { fCntUp: next, keys } = session
    const old = earlierCounter(next, frame.fCnt16)
    if (old !== undefined && verifyData(frame, keys.nwkSKey, old)) {
      return { ok: false, problem: replay(link, old, next), link }
    }
    const far = fullCounter(next, frame.fCnt16)
    if (far - next > FCNT_GAP_MAX && verifyData(frame, keys.nwkSKey, far)) {
      return { ok: false, problem: fault('LORAWAN_FCNT_GAP', { device: link.id, fCnt: far, next }), link }
    }
  }
  const devAddr = devAddrText(frame.devAddr)
  const [only, ...others] = owners
  if (only === undefined) return { ok: false, problem: fault('LORAWAN_UNKNOWN_DEVADDR', { devAddr }) }
  if (others.length > 0) return { ok: false, problem: fault('LORAWAN_BAD_MIC', { device: devAddr }) }
  return { ok: false, problem: fault('LORAWAN_BAD_MIC', { device: only.link.id }), link: only.link }
}

function replay(link: DeviceLink, fCnt: number, next: number): Fault {
  return fault('LORAWAN_REPLAY', { device: link.id, fCnt, next })
}

function linkHealth(received: Received, fCnt: number): Readonly<Record<string, number>> {
  return {
    link_rssi: received.rssi_dBm,
    link_snr: received.snr_dB,
    link_sf: received.modulation.spreadingFactor,
    link_fcnt: fCnt,
  }
}
