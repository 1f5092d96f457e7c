import { value } from '../codecs/fields.ts'
import { milesight } from '../codecs/milesight.ts'
import { i16le, u8, u16le } from '../codecs/number-formats.ts'
import { defineDevice } from '../define.ts'
import { battery, length, temperature } from '../pieces/measures.ts'
import { tilt } from '../pieces/states.ts'

const model = 'milesight-em400-udl'

const telemetry = {
  distance: length('m', { min: 0, max: 10 }),
  temperature: temperature(),
  position: tilt(),
  battery: battery(),
}

export default defineDevice({
  model,
  kind: 'water-level',
  label: { vi: 'Cảm biến mực nước siêu âm EM400-UDL', en: 'Ultrasonic level sensor EM400-UDL' },
  telemetry,
  outputs: {},
  via: {
    lorawan: milesight({
      model,
      telemetry,
      class: 'A',
      fields: {
        '0175': value('battery', u8),
        '0367': value('temperature', i16le, { per: 10 }),
        '0482': value('distance', u16le, { per: 1000 }),
        '0500': value('position', u8),
        // With the sensor's own threshold alarm behind the value. The node decides itself what is an alarm.
        '8367': value('temperature', i16le, { per: 10, trailing: 1 }),
        '8482': value('distance', u16le, { per: 1000, trailing: 1 }),
      },
    }),
  },
  examples: [
    { via: 'lorawan', bytes: '01755C0367010104824408', fPort: 2, error: 'PAYLOAD_WRONG_PORT' },
    {
      via: 'lorawan',
      bytes: '01755C0367010104824408050001',
      telemetry: { battery: 92, temperature: 25.7, distance: 2.116, position: 1 },
    },
    { via: 'lorawan', bytes: '8367E800018482410601', telemetry: { temperature: 23.2, distance: 1.601 } },
    { via: 'lorawan', bytes: 'FF0BFFFF0101FF166713B49564660011FF090310FF0A0101FF0F00', telemetry: {} },
    { via: 'lorawan', bytes: '01', error: 'PAYLOAD_TRUNCATED' },
    { via: 'lorawan', bytes: '01755C048244', error: 'PAYLOAD_TRUNCATED' },
    { via: 'lorawan', bytes: '01755C84824106', error: 'PAYLOAD_TRUNCATED' },
    { via: 'lorawan', bytes: '01755C0382440804', error: 'PAYLOAD_UNKNOWN_FIELD' },
    { via: 'lorawan', bytes: '0482FFFF', error: 'PAYLOAD_OUT_OF_RANGE' },
    { via: 'lorawan', bytes: '050007', error: 'PAYLOAD_OUT_OF_RANGE' },
    { via: 'lorawan', bytes: '017565', error: 'PAYLOAD_OUT_OF_RANGE' },
  ],
  source: 'github.com/Milesight-IoT/SensorDecoders, em-series/em400-udl (fields and examples)',
})
