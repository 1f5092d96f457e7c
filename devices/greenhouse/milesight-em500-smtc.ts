import { skipped, value } from '../codecs/fields.ts'
import { milesight } from '../codecs/milesight.ts'
import { i16le, u8, u16le } from '../codecs/number-formats.ts'
import { defineDevice } from '../define.ts'
import { soilConductivity, soilMoisture } from '../pieces/farm.ts'
import { battery, temperature } from '../pieces/measures.ts'

const model = 'milesight-em500-smtc'

const telemetry = {
  moisture: soilMoisture(),
  temperature: temperature({ label: { vi: 'Nhiệt độ đất', en: 'Soil temperature' }, max: 80 }),
  conductivity: soilConductivity(65_535),
  battery: battery(),
}

const BROKEN = { 65535: 'sensor-fault', 65533: 'out-of-range' }

export default defineDevice({
  model,
  kind: 'soil',
  label: {
    vi: 'Đầu đo đất EM500-SMTC (ẩm, nhiệt, EC)',
    en: 'Soil probe EM500-SMTC (moisture, temperature, EC)',
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
        // Older firmware tells moisture in halves of a percent, newer in hundredths. (The edition for probes at three
        // depths tells tenths under the same tag, and mS/cm: it is another device.)
        '0468': value('moisture', u8, { per: 2 }),
        '04CA': value('moisture', u16le, { per: 100, instead: BROKEN }),
        '057F': value('conductivity', u16le, { instead: BROKEN }),
        '83D7': value('temperature', i16le, { per: 10, trailing: 3 }),
        '20CE': skipped(22), // stored history: it is not the present
      },
    }),
  },
  examples: [
    { via: 'lorawan', bytes: '01756403671901046873057FF0', error: 'PAYLOAD_TRUNCATED' },
    {
      via: 'lorawan',
      bytes: '01756403671901046873057FF000',
      telemetry: { battery: 100, temperature: 28.1, moisture: 57.5, conductivity: 240 },
    },
    {
      via: 'lorawan',
      bytes: '0175640367190104CA7300057FF000',
      telemetry: { battery: 100, temperature: 28.1, moisture: 1.15, conductivity: 240 },
    },
    { via: 'lorawan', bytes: '83D719010A0001', telemetry: { temperature: 28.1 } },
    { via: 'lorawan', bytes: '0468C9', error: 'PAYLOAD_OUT_OF_RANGE' },
    { via: 'lorawan', bytes: '04CAFFFF', telemetry: {}, failed: { moisture: 'sensor-fault' } },
    { via: 'lorawan', bytes: '04CAF02A', error: 'PAYLOAD_OUT_OF_RANGE' },
    { via: 'lorawan', bytes: '0467C9', error: 'PAYLOAD_UNKNOWN_FIELD' },
    { via: 'lorawan', bytes: '046873', fPort: 2, error: 'PAYLOAD_WRONG_PORT' },
  ],
  source: 'github.com/Milesight-IoT/SensorDecoders, em-series/em500-smtc (fields and example)',
})
