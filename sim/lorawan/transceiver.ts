import type { Region } from '../../core/lorawan/as923.ts'
import type { Air, DeviceRadio, HeardFrame, OnAir } from '../radio/air.ts'
import type { Position } from '../radio/link.ts'
import { createReceiveWindows, sameModulation } from './receive-windows.ts'

/** One end device's radio: sends, then opens its two windows; in class C it also listens on RX2 all the time. */
export interface Transceiver {
  on(): void
  off(): void
  isOn(): boolean
  send(uplink: UplinkOnAir): OnAir
  /** When the windows of all that was sent will have closed; later while a downlink is just coming in. */
  settledAt_ms(): number
  /** A frame was an answer: the other window of its uplink stays shut. */
  spend(frame: OnAir): void
  /** No window of what was sent so far opens any more. */
  forget(): void
}

export interface ReceiveOn {
  readonly frequency_Hz: number
  readonly dataRate: number
}

export interface UplinkOnAir extends ReceiveOn {
  readonly power_dBm: number
  readonly phy: Uint8Array
  /** From the end of the uplink to RX1; RX2 opens a second later. */
  readonly rx1Delay_s: number
  readonly rx1: ReceiveOn
  readonly rx2: ReceiveOn
}

export interface TransceiverOptions {
  readonly air: Air
  readonly position: Position
  readonly region: Region
  /** What to listen on between windows; undefined in class A and before the join. */
  always(): ReceiveOn | undefined
  heard(frame: HeardFrame): void
}

export function createTransceiver(options: TransceiverOptions): Transceiver {
  const { air, position, region } = options
  let radio: DeviceRadio | undefined
  let windows = createReceiveWindows()

  const modulationOf = (dataRate: number) => {
    const modulation = region.dataRates[dataRate]
    if (modulation === undefined || modulation === null) {
      throw new RangeError(`data rate ${dataRate} is not LoRa`)
    }
    return modulation
  }
  const tuned = ({ frequency_Hz, dataRate }: ReceiveOn) => ({
    frequency_Hz,
    modulation: modulationOf(dataRate),
  })
  const listening = (frame: OnAir): boolean => {
    if (windows.catches(frame)) return true
    const always = options.always()
    if (always === undefined || frame.frequency_Hz !== always.frequency_Hz) return false
    return sameModulation(frame.modulation, modulationOf(always.dataRate))
  }

  return {
    on() {
      radio ??= air.device(position, { listening, heard: options.heard })
    },
    off() {
      radio?.leave()
      radio = undefined
      windows = createReceiveWindows()
    },
    isOn: () => radio !== undefined,
    send({ power_dBm, phy, rx1Delay_s, rx1, rx2, ...on }) {
      if (radio === undefined) throw new TypeError('the radio is off')
      const sent = radio.transmit({ ...tuned(on), power_dBm, phy })
      const rx1_ms = sent.end_ms + rx1Delay_s * 1_000
      windows.plan([
        { open_ms: rx1_ms, ...tuned(rx1) },
        { open_ms: rx1_ms + 1_000, ...tuned(rx2) },
      ])
      return sent
    },
    settledAt_ms: () => Math.max(windows.closed_ms(), (radio?.receivingUntil_ms() ?? -1) + 1),
    spend: (frame) => windows.spend(frame),
    forget() {
      windows = createReceiveWindows()
    },
  }
}
