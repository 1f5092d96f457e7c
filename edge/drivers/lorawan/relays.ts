import { type Fault, fault } from '../../../core/errors.ts'
import { payloadMax, type Region } from '../../../core/lorawan/as923.ts'
import { buildDownlink } from '../../../core/lorawan/phy.ts'
import { RELAY_FPORT, RELAY_FRAME_BYTES_MAX } from '../../../core/relay/frame-kinds.ts'
import { err, ok, type Result } from '../../../core/result.ts'
import type { DeviceDefinition } from '../../../devices/define.ts'
import type { DriverSink } from '../driver.ts'
import type { LorawanConfig, LorawanDeviceConfig } from './config.ts'
import type { WaitingFrame } from './deliveries.ts'
import type { Gateways } from './gateways.ts'
import type { DeviceLink } from './session.ts'
import type { SessionStore } from './session-store.ts'
import { PRIORITY } from './transmitter.ts'

/** Downlinks that wait for a neighbour; the oldest gives way: what it asked again is answered again. */
const WAITING_MAX = 4
const FRAME_OVERHEAD = 13
const MODEL = 'tram-relay'

/** What is said of a neighbour's modem: nothing. Its payloads are for the hub alone and are not read here. */
export const RELAY_DEVICE: DeviceDefinition = {
  model: MODEL,
  kind: 'generic',
  label: { vi: 'Modem của nút láng giềng', en: 'Modem of a neighbouring node' },
  telemetry: {},
  outputs: {},
  via: {
    lorawan: {
      class: 'C',
      fPort: RELAY_FPORT,
      decode: (bytes) =>
        bytes.length === 0 ? err(fault('PAYLOAD_TRUNCATED', { model: MODEL, at: 0 })) : ok({ telemetry: {} }),
    },
  },
  examples: [
    { via: 'lorawan', bytes: '', error: 'PAYLOAD_TRUNCATED' },
    { via: 'lorawan', bytes: '00', telemetry: {} },
  ],
  source: 'docs/relay-protocol.md',
}

type RelayConfig = NonNullable<LorawanConfig['relays']>[number]

/** A neighbour joins like any device; the neighbour's id is the device's. */
export function relayDeviceConfig(relay: RelayConfig): LorawanDeviceConfig {
  const { edge, class: deviceClass, ...otaa } = relay
  return { id: edge, model: RELAY_DEVICE.model, class: deviceClass, activation: { otaa } }
}

export interface Relays {
  /** A payload of a neighbour's modem. */
  heard(link: DeviceLink, bytes: Uint8Array, fPort: number): void
  /** Sends to a neighbour: at once in class C, on the next answer in class A. Not repeated: the neighbour asks again. */
  send(link: DeviceLink, bytes: Uint8Array): Result<void>
  /** What rides on the next answer. */
  waiting(link: DeviceLink): WaitingFrame | undefined
}

export function createRelays(parts: {
  readonly region: Region
  readonly gateways: Gateways
  readonly sessions: SessionStore
  readonly sink: DriverSink
  readonly refused: (problem: Fault, link: DeviceLink) => void
}): Relays {
  const { region, gateways, sessions, sink, refused } = parts
  const waiting = new Map<DeviceLink, Uint8Array[]>()

  /** Class C: on RX2, as soon as an antenna that reaches it is free. */
  const sendNow = (link: DeviceLink, payload: Uint8Array): Result<void> => {
    const session = link.active
    if (session === undefined) return err(fault('LORAWAN_NOT_JOINED', { device: link.id }))
    const [gateway] = gateways.ready(link.heard.receptions)
    const modulation = region.dataRates[session.radio.rx2DataRate]
    const antenna = gateway === undefined ? undefined : gateways.transmitter(gateway)
    if (antenna === undefined || !modulation) return err(fault('LORAWAN_NO_GATEWAY', { device: link.id }))
    antenna.soon({
      priority: PRIORITY.answer,
      frequency_Hz: session.radio.rx2Frequency_Hz,
      modulation,
      power_dBm: region.eirpMax_dBm,
      bytes: payload.length + FRAME_OVERHEAD,
      build: () =>
        buildDownlink(
          {
            confirmed: false,
            devAddr: session.devAddr,
            fCnt: sessions.nextDown(link, session),
            adr: link.adr,
            fPort: RELAY_FPORT,
            payload,
          },
          session.keys,
        ),
      sent: () => {},
      failed: () => refused(fault('LORAWAN_NO_GATEWAY', { device: link.id }), link),
    })
    return ok(undefined)
  }

  return {
    heard(link, bytes, fPort) {
      if (fPort !== RELAY_FPORT) {
        const details = { model: MODEL, port: fPort, expected: RELAY_FPORT }
        return sink.refused(fault('PAYLOAD_WRONG_PORT', details), link.id)
      }
      if (bytes.length === 0 || bytes.length > RELAY_FRAME_BYTES_MAX) {
        return sink.refused(fault('RELAY_FRAME_MALFORMED', { what: 'length' }), link.id)
      }
      sink.relayed?.({ from: link.id, bytes: Uint8Array.from(bytes) })
    },
    send(link, bytes) {
      const limit = payloadMax(region, link.active?.radio.rx2DataRate ?? region.rx2.dataRate, 'down')
      if (bytes.length > limit) {
        return err(fault('LORAWAN_DOWNLINK_TOO_LONG', { device: link.id, bytes: bytes.length, limit }))
      }
      if (link.class === 'C') return sendNow(link, bytes)
      waiting.set(link, [...(waiting.get(link) ?? []), bytes].slice(-WAITING_MAX))
      return ok(undefined)
    },
    waiting(link) {
      const queue = waiting.get(link)
      const bytes = queue?.[0]
      if (queue === undefined || bytes === undefined) return undefined
      const drop = () => void queue.shift()
      return { fPort: RELAY_FPORT, bytes, confirmed: false, urgent: false, left: drop, tooLong: drop }
    },
  }
}
