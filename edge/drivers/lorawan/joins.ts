import type { Clock } from '../../../core/clock.ts'
import { type Fault, fault } from '../../../core/errors.ts'
import { payloadMax, type Region } from '../../../core/lorawan/as923.ts'
import {
  buildJoinAccept,
  deriveSessionKeys,
  type JoinRequest,
  verifyJoinRequest,
} from '../../../core/lorawan/phy.ts'
import { integer, type Random } from '../../../core/random.ts'
import type { Answers } from './answers.ts'
import { type Heard, SAME_FRAME_MS } from './reception-window.ts'
import { type DeviceLink, devNonceUsed, newSession, type Session, useDevNonce } from './session.ts'
import type { SessionStore } from './session-store.ts'
import { PRIORITY } from './transmitter.ts'

export interface Joins {
  heard(
    request: JoinRequest,
    heard: Heard,
    uplink: { readonly frequency_Hz: number; readonly dataRate: number },
  ): void
}

export interface JoinsParts {
  readonly clock: Clock
  readonly random: Random
  /** What the device has on its own before the join-accept: its windows for it are these. */
  readonly base: Region
  readonly region: Region
  readonly netId: number
  readonly byDevEui: ReadonlyMap<string, DeviceLink>
  readonly sessions: SessionStore
  readonly answers: Answers
  readonly addressTaken: (devAddr: number) => boolean
  /** The link's pending session was replaced. */
  readonly pended: (link: DeviceLink, before: Session | undefined) => void
  readonly refused: (problem: Fault, link?: DeviceLink) => void
}

const NWK_ID_BITS = 7
const NWK_ADDR_MAX = 2 ** 25 - 1
const JOIN_NONCE_MAX = 2 ** 24 - 1
/** A join-accept with channels has 33 bytes, 20 more than an empty data frame. */
const CF_LIST_ROOM = 20
const ADDRESS_TRIES = 100

/** Over-the-air activation (LoRaWAN 1.0.x §6.2). */
export function createJoins(parts: JoinsParts): Joins {
  const { clock, random, base, region, netId, byDevEui, sessions, answers, addressTaken, pended, refused } =
    parts

  const freeAddress = (): number => {
    const prefix = (netId & (2 ** NWK_ID_BITS - 1)) * (NWK_ADDR_MAX + 1)
    let address = prefix + integer(random, 1, NWK_ADDR_MAX)
    for (let tries = 0; tries < ADDRESS_TRIES && addressTaken(address); tries++) {
      address = prefix + integer(random, 1, NWK_ADDR_MAX)
    }
    return address
  }

  return {
    heard(request, heard, uplink) {
      const { devEui, joinEui, devNonce } = request
      const link = byDevEui.get(devEui)
      const activation = link?.activation
      if (link === undefined || activation?.kind !== 'otaa' || activation.joinEui !== joinEui) {
        return refused(fault('LORAWAN_UNKNOWN_DEVICE', { devEui }))
      }
      if (!verifyJoinRequest(request, activation.appKey)) {
        return refused(fault('LORAWAN_BAD_MIC', { device: link.id }), link)
      }
      if (devNonceUsed(link.devNonces, devNonce)) {
        return refused(fault('LORAWAN_DEVNONCE_REUSED', { device: link.id, devNonce }), link)
      }
      useDevNonce(link.devNonces, devNonce)
      link.joinNonce = (link.joinNonce + 1) % JOIN_NONCE_MAX
      const { joinNonce } = link
      const radio = {
        rx1Delay_s: region.rx1Delay_s,
        rx1Offset: 0,
        rx2DataRate: region.rx2.dataRate,
        rx2Frequency_Hz: region.rx2.frequency_Hz,
        extraChannels_Hz: channelsThatFit(region, uplink.dataRate),
        dwell: undefined,
        txPower: 0,
      }
      // A join-accept names RX2's data rate and not its frequency: another frequency is told by a MAC command.
      if (region.rx2.frequency_Hz !== base.rx2.frequency_Hz) radio.rx2Frequency_Hz = base.rx2.frequency_Hz
      const keys = deriveSessionKeys(activation.appKey, { joinNonce, netId, devNonce })
      const before = link.pending
      link.pending = newSession(freeAddress(), keys, radio)
      pended(link, before)
      // On disk before it is on the air: a session that the device has and we forgot would be lost for good.
      sessions.saveJoin(link, devNonce)
      const phy = buildJoinAccept(
        {
          joinNonce,
          netId,
          devAddr: link.pending.devAddr,
          rx1Offset: 0,
          rx2DataRate: radio.rx2DataRate,
          rx1Delay_s: radio.rx1Delay_s,
          channels_Hz: radio.extraChannels_Hz,
        },
        activation.appKey,
      )
      const windows = { rx1Delay_s: base.joinDelay_s, rx1: uplink, rx2: base.rx2 }
      clock.after(SAME_FRAME_MS, () => {
        answers.send(heard, windows, phy, PRIORITY.answer)
      })
    },
  }
}

/** With a dwell time a join-accept with channels is too long for slow data rates; the device is told them later. */
function channelsThatFit(region: Region, rx1DataRate: number): readonly number[] {
  return payloadMax(region, rx1DataRate, 'down') >= CF_LIST_ROOM ? region.extraChannels_Hz : []
}
