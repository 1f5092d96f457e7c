import { ON_OFF, tasmota } from '../codecs/tasmota.ts'
import { defineDevice } from '../define.ts'
import { motion } from '../pieces/lighting.ts'

const model = 'tasmota-pir'

const telemetry = { motion: motion() }

export default defineDevice({
  model,
  kind: 'motion',
  label: { vi: 'Cảm biến chuyển động PIR (Tasmota, MQTT)', en: 'PIR motion sensor (Tasmota, MQTT)' },
  telemetry,
  outputs: {},
  via: {
    mqtt: tasmota({
      model,
      telemetry,
      // Told every TelePeriod of 300 s, and at once on change with SetOption114 1.
      silence_s: 900,
      topics: {
        'tele/SENSOR': [{ channel: 'motion', path: ['Switch1'], words: ON_OFF }],
        'stat/RESULT': [{ channel: 'motion', path: ['Switch1', 'Action'], words: ON_OFF }],
      },
    }),
  },
  examples: [
    { via: 'mqtt', topic: 'tele/SENSOR', payload: '{"Time":"2018.02.15 01:00', error: 'PAYLOAD_TRUNCATED' },
    {
      via: 'mqtt',
      topic: 'tele/SENSOR',
      payload: '{"Time":"2018.02.15 01:00:50","Switch1":"OFF"}',
      telemetry: { motion: 0 },
    },
    {
      via: 'mqtt',
      topic: 'stat/RESULT',
      payload: '{"Switch1":{"Action":"ON"}}',
      telemetry: { motion: 1 },
    },
    { via: 'mqtt', topic: 'stat/RESULT', payload: '{"TelePeriod":300}', telemetry: {} },
    { via: 'mqtt', topic: 'tele/SENSOR', payload: '{"Switch1":"TOGGLE"}', error: 'PAYLOAD_OUT_OF_RANGE' },
    { via: 'mqtt', topic: 'tele/SENSOR', payload: '["Switch1"]', error: 'PAYLOAD_TRUNCATED' },
    { via: 'mqtt', topic: 'tele/OTHER', payload: '{}', error: 'PAYLOAD_UNKNOWN_FIELD' },
  ],
  source:
    'tasmota.github.io/docs/JSON-Status-Responses (StatusSNS, Switch1), tasmota.github.io/docs/Buttons-and-Switches (SetOption114)',
})
