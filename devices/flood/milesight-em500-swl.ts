import { skipped, value } from '../codecs/fields.ts'
import { milesight } from '../codecs/milesight.ts'
import { u8, u16le } from '../codecs/number-formats.ts'
import { defineDevice } from '../define.ts'
import { battery, length } from '../pieces/measures.ts'

const model = 'milesight-em500-swl'

const telemetry = {
  depth: length('m', {
    label: { vi: 'Độ sâu nước trên đầu đo', en: 'Depth of water over the probe' },
    min: 0,
    max: 20,
    resolution: 0.01,
    report: { deadBand: 0.01 },
  }),
  battery: battery(),
}

export default defineDevice({
  model,
  kind: 'water-level',
  label: { vi: 'Đầu đo mực nước thả chìm EM500-SWL', en: 'Submersible level probe EM500-SWL' },
  telemetry,
  outputs: {},
  via: {
    lorawan: milesight({
      model,
      telemetry,
      class: 'A',
      fields: {
        '0175': value('battery', u8),
        // Centimetres, unlike the distance of its sister models.
        '0377': value('depth', u16le, {
          per: 100,
          instead: { 65535: 'sensor-fault', 65533: 'out-of-range' },
        }),
        '20CE': skipped(6), // stored history: it is not the present
        FF1B: skipped(5), // the probe's own range
      },
    }),
  },
  examples: [
    { via: 'lorawan', bytes: '0175640377', error: 'PAYLOAD_TRUNCATED' },
    { via: 'lorawan', bytes: '01756403770200', telemetry: { battery: 100, depth: 0.02 } },
    { via: 'lorawan', bytes: '0377FFFF', telemetry: {}, failed: { depth: 'sensor-fault' } },
    {
      via: 'lorawan',
      bytes: '0175640377FDFF',
      telemetry: { battery: 100 },
      failed: { depth: 'out-of-range' },
    },
    { via: 'lorawan', bytes: '017564037702', error: 'PAYLOAD_TRUNCATED' },
    { via: 'lorawan', bytes: '0377D107', error: 'PAYLOAD_OUT_OF_RANGE' },
    { via: 'lorawan', bytes: '03820200', error: 'PAYLOAD_UNKNOWN_FIELD' },
    { via: 'lorawan', bytes: '01756403770200', fPort: 2, error: 'PAYLOAD_WRONG_PORT' },
  ],
  source: 'github.com/Milesight-IoT/SensorDecoders, em-series/em500-swl (fields and example)',
})
