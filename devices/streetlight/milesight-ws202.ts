import { skipped, value } from '../codecs/fields.ts'
import { milesight } from '../codecs/milesight.ts'
import { u8 } from '../codecs/number-formats.ts'
import { defineDevice } from '../define.ts'
import { daylight, motion } from '../pieces/lighting.ts'
import { battery } from '../pieces/measures.ts'

const model = 'milesight-ws202'

const telemetry = { motion: motion(), daylight: daylight(), battery: battery() }

export default defineDevice({
  model,
  kind: 'motion',
  label: { vi: 'Cảm biến chuyển động và ánh sáng WS202', en: 'Motion and light sensor WS202' },
  telemetry,
  outputs: {},
  via: {
    lorawan: milesight({
      model,
      telemetry,
      class: 'A',
      fields: {
        '0175': value('battery', u8),
        '0300': value('motion', u8),
        '0400': value('daylight', u8),
        FF08: skipped(6), // serial number
      },
    }),
  },
  examples: [
    { via: 'lorawan', bytes: '0300', error: 'PAYLOAD_TRUNCATED' },
    { via: 'lorawan', bytes: '030001', telemetry: { motion: 1 } },
    { via: 'lorawan', bytes: '040000', telemetry: { daylight: 0 } },
    { via: 'lorawan', bytes: '017510030001040000', telemetry: { battery: 16, motion: 1, daylight: 0 } },
    { via: 'lorawan', bytes: '030002', error: 'PAYLOAD_OUT_OF_RANGE' },
    { via: 'lorawan', bytes: '050001', error: 'PAYLOAD_UNKNOWN_FIELD' },
    { via: 'lorawan', bytes: '030001', fPort: 2, error: 'PAYLOAD_WRONG_PORT' },
  ],
  source:
    'github.com/Milesight-IoT/SensorDecoders, ws-series/ws202 (fields, example); github.com/TheThingsNetwork/lorawan-devices, vendor/milesight-iot/ws202 (examples)',
})
