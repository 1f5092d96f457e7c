import { tasmota } from '../codecs/tasmota.ts'
import { defineDevice } from '../define.ts'
import { illuminance } from '../pieces/lighting.ts'

const model = 'tasmota-bh1750'

const telemetry = { illuminance: illuminance(65_535) }

export default defineDevice({
  model,
  kind: 'photocell',
  label: { vi: 'Cảm biến độ rọi BH1750 (Tasmota, MQTT)', en: 'Light sensor BH1750 (Tasmota, MQTT)' },
  telemetry,
  outputs: {},
  via: {
    mqtt: tasmota({
      model,
      telemetry,
      silence_s: 900,
      topics: { 'tele/SENSOR': [{ channel: 'illuminance', path: ['BH1750', 'Illuminance'] }] },
    }),
  },
  examples: [
    { via: 'mqtt', topic: 'tele/SENSOR', payload: '{"BH1750":{"Illumi', error: 'PAYLOAD_TRUNCATED' },
    {
      via: 'mqtt',
      topic: 'tele/SENSOR',
      payload: '{"Time":"2019-11-03T20:45:37","BH1750":{"Illuminance":79}}',
      telemetry: { illuminance: 79 },
    },
    { via: 'mqtt', topic: 'tele/SENSOR', payload: '{"Time":"2019-11-03T20:45:37"}', telemetry: {} },
    {
      via: 'mqtt',
      topic: 'tele/SENSOR',
      payload: '{"BH1750":{"Illuminance":-1}}',
      error: 'PAYLOAD_OUT_OF_RANGE',
    },
    {
      via: 'mqtt',
      topic: 'tele/SENSOR',
      payload: '{"BH1750":{"Illuminance":null}}',
      error: 'PAYLOAD_OUT_OF_RANGE',
    },
  ],
  source: 'tasmota.github.io/docs/BH1750 (frame, range); frames that are refused were altered from it',
})
