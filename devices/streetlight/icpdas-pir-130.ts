import { defineDevice } from '../define.ts'
import { motion } from '../pieces/lighting.ts'

export default defineDevice({
  model: 'icpdas-pir-130',
  kind: 'motion',
  label: { vi: 'Cảm biến chuyển động PIR-130', en: 'Motion sensor PIR-130' },
  telemetry: { motion: motion() },
  outputs: {},
  // People pass by in a second or two; the sensor's own output holds a little longer.
  via: { modbus: { poll_s: 1, read: { motion: { table: 'discrete', address: 0 } } } },
  examples: [
    { via: 'modbus', image: {}, error: 'PAYLOAD_TRUNCATED' },
    { via: 'modbus', image: { discrete: { 0: 1 } }, telemetry: { motion: 1 } },
    { via: 'modbus', image: { discrete: { 0: 0 } }, telemetry: { motion: 0 } },
  ],
  source: 'ICP DAS PIR-130-AC/DC user manual 1.4.0, 3.1: 10001 is the relay output of the PIR, 1 active',
})
