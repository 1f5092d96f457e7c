import { defineDevice } from '../define.ts'
import { photonFlux } from '../pieces/farm.ts'

export default defineDevice({
  model: 'apogee-sq-422x',
  kind: 'climate',
  label: { vi: 'Cảm biến ánh sáng quang hợp SQ-422X (PAR)', en: 'Photosynthetic light sensor SQ-422X (PAR)' },
  telemetry: { par: photonFlux() },
  outputs: {},
  via: { modbus: { poll_s: 10, read: { par: { table: 'holding', address: 0, type: 'f32' } } } },
  examples: [
    { via: 'modbus', image: { holding: { 0: 0x447a } }, error: 'PAYLOAD_TRUNCATED' },
    { via: 'modbus', image: { holding: { 0: 0x447a, 1: 0 } }, telemetry: { par: 1_000 } },
    { via: 'modbus', image: { holding: { 0: 0x4248, 1: 0 } }, telemetry: { par: 50 } },
    // The words the wrong way round, and no number.
    { via: 'modbus', image: { holding: { 0: 0, 1: 0x447a } }, error: 'PAYLOAD_OUT_OF_RANGE' },
    { via: 'modbus', image: { holding: { 0: 0x7fc0, 1: 0 } }, error: 'PAYLOAD_OUT_OF_RANGE' },
  ],
  source:
    'Apogee Instruments SQ-422X owner’s manual, Modbus interface: float register 0 and 1, calibrated output in µmol m⁻² s⁻¹, function 03, big-endian; values composed from it',
})
