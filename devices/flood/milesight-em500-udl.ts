import { skipped, value } from '../codecs/fields.ts'
import { milesight } from '../codecs/milesight.ts'
import { u8, u16le } from '../codecs/number-formats.ts'
import { defineDevice } from '../define.ts'
import { battery, length } from '../pieces/measures.ts'

const model = 'milesight-em500-udl'

const telemetry = {
  distance: length('m', { min: 0, max: 10 }),
  battery: battery(),
}

export default defineDevice({
  model,
  kind: 'water-level',
  label: { vi: 'Cảm biến mực nước siêu âm EM500-UDL', en: 'Ultrasonic level sensor EM500-UDL' },
  telemetry,
  outputs: {},
  via: {
    lorawan: milesight({
      model,
      telemetry,
      class: 'A',
      fields: {
        '0175': value('battery', u8),
        '0382': value('distance', u16le, { per: 1000 }),
        '20CE': skipped(6), // stored history: it is not the present
      },
    }),
  },
  examples: [
    { via: 'lorawan', bytes: '03', error: 'PAYLOAD_TRUNCATED' },
    { via: 'lorawan', bytes: '01755C03821E00', telemetry: { battery: 92, distance: 0.03 } },
    { via: 'lorawan', bytes: '0382E803', telemetry: { distance: 1 } },
    { via: 'lorawan', bytes: '20CE9E7446631E0003824006', telemetry: { distance: 1.6 } },
    { via: 'lorawan', bytes: '01755C03821E', error: 'PAYLOAD_TRUNCATED' },
    { via: 'lorawan', bytes: '01755C0382', error: 'PAYLOAD_TRUNCATED' },
    // Its own alarm for a sudden change: published without a unit for the value, so refused rather than guessed.
    { via: 'lorawan', bytes: '83E91E0014000201755C', error: 'PAYLOAD_UNKNOWN_FIELD' },
    { via: 'lorawan', bytes: '04824408', error: 'PAYLOAD_UNKNOWN_FIELD' },
    { via: 'lorawan', bytes: '03821127', error: 'PAYLOAD_OUT_OF_RANGE' },
    { via: 'lorawan', bytes: '01755C03821E00', fPort: 1, error: 'PAYLOAD_WRONG_PORT' },
  ],
  source: 'github.com/Milesight-IoT/SensorDecoders, em-series/em500-udl (fields and example)',
})
