import { expect, test } from 'vitest'
import { shapeLookup } from '../../edge/point-shapes.ts'
import { DEVICES } from './node.ts'

/** Units and steps in which points are stored, whoever tells them. */
const shape = shapeLookup(DEVICES)

test.each([
  ['a measurement, by its definition', 'dh-level', 'distance', 'm', 0.001],
  ['a relay that is read back', 'dh-siren', 'relay1', '1', 1],
  ['the link to a device', 'dh-level', 'link_rssi', 'dB[mW]', 1],
  ['the signal-to-noise ratio of a link', 'dh-level', 'link_snr', 'dB', 0.1],
  ["the node's own memory", 'node', 'memory', 'MBy', 0.1],
  ['a count of refusals', 'node', 'refused/LORAWAN_BAD_MIC', '1', 1],
  ['the stage of a station', 'dong-ha', 'stage', 'm', 0.001],
  ['the rain of a station that was added as a document', 'added-later', 'rain_1h', 'mm', 0.1],
  ["a gateway's number that nobody described", 'gateway-aa555a0000000001', 'rxok', '1', 0.001],
  ['a name that every object has', 'dh-level', 'constructor', '1', 0.001],
])('%s', (_what, device, channel, unit, resolution) => {
  expect(shape(device, channel)).toEqual({ unit, resolution })
})
