import { expect, test } from 'vitest'
import { receivedIn } from '../../../edge/relay/modem.ts'
import type { RelayStatus } from '../../../edge/relay/sender.ts'
import { modemVitals } from '../../../edge/vitals/modem.ts'

/** The signal of a LoRa modem, from its own words to a point. */

const STATUS: RelayStatus = {
  state: 'speaking',
  modem: 'joined',
  signal: { rssi_dBm: -97, snr_dB: -4 },
  untold: 0,
  sent: 12,
  airtime_ms: 370,
  answeredAt: undefined,
}

test('what a modem says of a reception holds how it heard it', () => {
  expect(receivedIn('RX_1:-97:-4:UNICAST:77:0a1b')?.signal).toEqual({ rssi_dBm: -97, snr_dB: -4 })
})

test('its state, signal and frames are told', () => {
  expect(modemVitals(() => STATUS).read()).toEqual({
    modem_state: 2,
    modem_rssi: -97,
    modem_snr: -4,
    modem_sent: 12,
  })
})

test('one that has heard nothing yet has no signal, not one of 0', () => {
  expect(modemVitals(() => ({ ...STATUS, signal: undefined })).read()).not.toHaveProperty('modem_rssi')
})

test('a node without a modem tells nothing of one', () => {
  expect(modemVitals(() => undefined).read()).toEqual({})
})
