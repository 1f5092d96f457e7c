import { sequence, skipped, value } from '../codecs/fields.ts'
import { milesight } from '../codecs/milesight.ts'
import { f32le, i16le, u8, u32le } from '../codecs/number-formats.ts'
import { defineDevice } from '../define.ts'
import { bucketTips, rainTotal } from '../pieces/counters.ts'
import { battery, humidity, temperature } from '../pieces/measures.ts'
import { digitalInput } from '../pieces/states.ts'

const model = 'milesight-em300-di'

const telemetry = {
  tips: bucketTips(),
  rain: rainTotal(10_000_000),
  input1: digitalInput(1),
  temperature: temperature(),
  humidity: humidity(),
  battery: battery(),
}

/** Units per pulse as two 16-bit numbers that we do not need, then the total that the device has reckoned. */
const convertedTotal = sequence(skipped(4), value('rain', f32le))

export default defineDevice({
  model,
  kind: 'rain',
  label: {
    vi: 'Bộ đếm xung EM300-DI cho vũ lượng kế gàu lật',
    en: 'Pulse counter EM300-DI for a tipping-bucket gauge',
  },
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
        '0468': value('humidity', u8, { per: 2 }),
        '0500': value('input1', u8),
        '05C8': value('tips', u32le),
        // Firmware 1.3 and later counts in units of its own: set 0.2 mm a pulse, and the total is rain.
        '05E1': convertedTotal,
        '8500': value('input1', u8, { trailing: 1 }),
        '85E1': sequence(convertedTotal, skipped(1)),
        '20CE': skipped(13), // stored history: it is not the present
        '21CE': skipped(18),
      },
    }),
  },
  examples: [
    { via: 'lorawan', bytes: '05C8050000', error: 'PAYLOAD_TRUNCATED' },
    {
      via: 'lorawan',
      bytes: '01755C0367340104686505C805000000',
      telemetry: { battery: 92, temperature: 30.8, humidity: 50.5, tips: 5 },
    },
    {
      via: 'lorawan',
      bytes: '01755C0367340104686520CE9E74466310015D020000010000',
      telemetry: { battery: 92, temperature: 30.8, humidity: 50.5 },
    },
    { via: 'lorawan', bytes: '05C8FFFFFFFF', telemetry: { tips: 4294967295 } },
    { via: 'lorawan', bytes: '05E102000A0000004841', telemetry: { rain: 12.5 } },
    { via: 'lorawan', bytes: '85E102000A000000484103', telemetry: { rain: 12.5 } },
    { via: 'lorawan', bytes: '85000101', telemetry: { input1: 1 } },
    { via: 'lorawan', bytes: '05E102000A000000C07F', error: 'PAYLOAD_OUT_OF_RANGE' },
    { via: 'lorawan', bytes: '05E102000A00000048C1', error: 'PAYLOAD_OUT_OF_RANGE' },
    { via: 'lorawan', bytes: '05E102000A00', error: 'PAYLOAD_TRUNCATED' },
    { via: 'lorawan', bytes: '06C805000000', error: 'PAYLOAD_UNKNOWN_FIELD' },
    { via: 'lorawan', bytes: '05C805000000', fPort: 2, error: 'PAYLOAD_WRONG_PORT' },
  ],
  source:
    'github.com/Milesight-IoT/SensorDecoders, em-series/em300-di (fields and history example); other frames composed from its table',
})
