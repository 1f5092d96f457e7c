import type { Clock, Mono } from '../../../core/clock.ts'
import { type Fault, fault } from '../../../core/errors.ts'
import { payloadMax, type Region, rx1DataRate } from '../../../core/lorawan/as923.ts'
import type { MacUp } from '../../../core/lorawan/mac-commands.ts'
import { buildDownlink } from '../../../core/lorawan/phy.ts'
import { ADR_HISTORY } from './adr.ts'
import type { Deliveries, WaitingFrame } from './deliveries.ts'
import type { Gateways } from './gateways.ts'
import type { HeardFrame, Mac } from './mac.ts'
import { type Heard, SAME_FRAME_MS } from './reception-window.ts'
import type { DeviceLink, Session } from './session.ts'
import type { SessionStore } from './session-store.ts'
import { type Outgoing, PRIORITY, type Priority } from './transmitter.ts'

/** A device's receive windows after an uplink: RX2 opens a second after RX1. */
export interface Windows {
  readonly rx1Delay_s: number
  readonly rx1: { readonly frequency_Hz: number; readonly dataRate: number }
  readonly rx2: { readonly frequency_Hz: number; readonly dataRate: number }
}

export interface AnswerTo {
  readonly link: DeviceLink
  readonly session: Session
  readonly heard: Heard
  readonly frequency_Hz: number
  readonly frame: HeardFrame
  readonly commands: readonly MacUp[]
  /** The uplink was confirmed: say that it arrived. */
  readonly ack: boolean
  /** Something must be sent, if only an empty frame. */
  readonly must: boolean
}

export interface Answers {
  /** Decides, once all gateways' copies are in, whether and over which gateway the device is answered. */
  plan(answer: AnswerTo): void
  /** Sends a built frame in the first window that is free; undefined when none is, else the end of the frame. */
  send(heard: Heard, windows: Windows, phy: Uint8Array, priority: Priority): Mono | undefined
}

export interface AnswersParts {
  readonly clock: Clock
  readonly region: Region
  readonly gateways: Gateways
  readonly sessions: SessionStore
  readonly deliveries: Pick<Deliveries, 'waiting'>
  readonly mac: Mac
  readonly refused: (problem: Fault, link?: DeviceLink) => void
}

/**
 * What we merely want of devices (battery, rate, settings) is asked this seldom where nothing else has to be sent:
 * an antenna that speaks does not hear, and a siren's downlink would have to wait for it.
 */
const UNPROMPTED_EVERY_MS = 60_000
const FRAME_OVERHEAD = 13
const TMST_SPAN = 2 ** 32

/** Downlinks in the windows that a device opens after it has spoken. */
export function createAnswers(parts: AnswersParts): Answers {
  const { clock, region, gateways, sessions, deliveries, mac, refused } = parts

  let unpromptedAt = Number.NEGATIVE_INFINITY

  /** Tries RX1 and RX2 of every gateway that heard the uplink; a forwarder's refusal moves on to the next window. */
  const send = (
    heard: Heard,
    windows: Windows,
    phy: Uint8Array,
    priority: Priority,
    from = 0,
  ): Mono | undefined => {
    const ready = new Set(gateways.ready(heard.receptions))
    const receptions = heard.receptions.filter((reception) => ready.has(reception.gateway))
    const choices = [0, 1].flatMap((second) => receptions.map((reception) => ({ second, reception })))
    for (let index = from; index < choices.length; index++) {
      const choice = choices[index]
      if (choice === undefined) return undefined
      const { second, reception } = choice
      const window = second === 0 ? windows.rx1 : windows.rx2
      const modulation = region.dataRates[window.dataRate]
      if (!modulation || phy.length - FRAME_OVERHEAD > payloadMax(region, window.dataRate, 'down')) continue
      const delay_ms = (windows.rx1Delay_s + second) * 1000
      let end: Mono | undefined
      const frame: Outgoing = {
        priority,
        frequency_Hz: window.frequency_Hz,
        modulation,
        power_dBm: region.eirpMax_dBm,
        bytes: phy.length,
        build: () => phy,
        sent: (endsAt) => {
          end = endsAt
        },
        failed: () => void send(heard, windows, phy, priority, index + 1),
      }
      const tmst_us = (reception.tmst_us + delay_ms * 1000) % TMST_SPAN
      const startsAt = (reception.heardAt + delay_ms) as Mono
      if (gateways.transmitter(reception.gateway)?.at(frame, { tmst_us, startsAt })) return end
    }
    return undefined
  }

  const compose = (answer: AnswerTo) => {
    const { link, session, heard, ack, must } = answer
    const { radio } = session
    const windows: Windows = {
      rx1Delay_s: radio.rx1Delay_s,
      rx1: {
        frequency_Hz: answer.frequency_Hz,
        dataRate: rx1DataRate(region, answer.frame.dataRate, radio.rx1Offset),
      },
      rx2: { frequency_Hz: radio.rx2Frequency_Hz, dataRate: radio.rx2DataRate },
    }
    const snr_dB = heard.receptions[0]?.snr_dB ?? answer.frame.snr_dB
    const frame = { ...answer.frame, snr_dB, gateways: heard.receptions.length }
    rememberSnr(link, snr_dB)
    const room = Math.max(
      payloadMax(region, windows.rx1.dataRate, 'down'),
      payloadMax(region, windows.rx2.dataRate, 'down'),
    )
    const waiting = carried(deliveries.waiting(link), room)
    const prompted = ack || must || waiting !== undefined || answer.commands.some(isQuestion)
    const now = clock.monotonic()
    const mayAsk = prompted || now - unpromptedAt >= UNPROMPTED_EVERY_MS
    const spoken = mac.speak(link, session, answer.commands, frame, mayAsk)
    if (!prompted && spoken.length > 0) unpromptedAt = now
    const fOpts = spoken.length + (waiting?.bytes.length ?? 0) <= room ? spoken : new Uint8Array(0)
    if (!ack && !must && waiting === undefined && fOpts.length === 0) return
    if (gateways.ready(heard.receptions).length === 0) {
      return refused(fault('LORAWAN_NO_GATEWAY', { device: link.id }), link)
    }
    const phy = buildDownlink(
      {
        confirmed: waiting?.confirmed ?? false,
        devAddr: session.devAddr,
        fCnt: sessions.nextDown(link, session),
        adr: link.adr,
        ack,
        fOpts,
        ...(waiting === undefined ? {} : { fPort: waiting.fPort, payload: waiting.bytes }),
      },
      session.keys,
    )
    const endsAt = send(heard, windows, phy, waiting?.urgent ? PRIORITY.urgent : PRIORITY.answer)
    if (endsAt === undefined) return
    link.answerEndsAt = endsAt
    waiting?.left()
  }

  return {
    plan(answer) {
      clock.after(SAME_FRAME_MS, () => compose(answer))
    },
    send,
  }
}

function isQuestion(command: MacUp): boolean {
  return command.type === 'LinkCheckReq' || command.type === 'DeviceTimeReq'
}

function rememberSnr(link: DeviceLink, snr_dB: number): void {
  link.snrHistory.push(snr_dB)
  if (link.snrHistory.length > ADR_HISTORY) link.snrHistory.shift()
}

/** A frame that no window can carry is refused with its code instead of waiting for ever. */
function carried(waiting: WaitingFrame | undefined, room: number): WaitingFrame | undefined {
  if (waiting === undefined || waiting.bytes.length <= room) return waiting
  waiting.tooLong(room)
  return undefined
}
