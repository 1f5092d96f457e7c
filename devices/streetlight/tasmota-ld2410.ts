import { ON_OFF, tasmota } from '../codecs/tasmota.ts'
import { defineDevice } from '../define.ts'
import { motion } from '../pieces/lighting.ts'
import { length } from '../pieces/measures.ts'

const model = 'tasmota-ld2410'

const telemetry = {
  motion: motion(),
  distance: length('m', { min: 0, max: 20, resolution: 0.01, report: { deadBand: 0.2, silenceS: 900 } }),
}

export default defineDevice({
  model,
  kind: 'motion',
  label: { vi: 'Ra-đa phát hiện người LD2410 (Tasmota, MQTT)', en: 'Presence radar LD2410 (Tasmota, MQTT)' },
  telemetry,
  outputs: {},
  via: {
    mqtt: tasmota({
      model,
      telemetry,
      silence_s: 900,
      topics: {
        'tele/SENSOR': [
          // Centimetres; the pin OUT of the module, wired as Switch1, says whether anybody is there.
          { channel: 'distance', path: ['LD2410', 'Distance', 0], scale: 0.01 },
          { channel: 'motion', path: ['Switch1'], words: ON_OFF },
        ],
        'stat/RESULT': [{ channel: 'motion', path: ['Switch1', 'Action'], words: ON_OFF }],
      },
    }),
  },
  examples: [
    { via: 'mqtt', topic: 'tele/SENSOR', payload: '{"LD2410":{"Dist', error: 'PAYLOAD_TRUNCATED' },
    {
      via: 'mqtt',
      topic: 'tele/SENSOR',
      payload: '{"Time":"2024-11-09T12:52:46","LD2410":{"Distance":[200.0,181.0,144.0],"Energy":[13,100]}}',
      telemetry: { distance: 2 },
    },
    {
      via: 'mqtt',
      topic: 'tele/SENSOR',
      payload:
        '{"Time":"2024-11-09T12:52:46","Switch1":"ON","LD2410":{"Distance":[200.0,181.0,144.0],"Energy":[13,100]}}',
      telemetry: { distance: 2, motion: 1 },
    },
    { via: 'mqtt', topic: 'stat/RESULT', payload: '{"Switch1":{"Action":"OFF"}}', telemetry: { motion: 0 } },
    {
      via: 'mqtt',
      topic: 'tele/SENSOR',
      payload: '{"LD2410":{"Distance":[65535.0,0.0,0.0]}}',
      error: 'PAYLOAD_OUT_OF_RANGE',
    },
    {
      via: 'mqtt',
      topic: 'tele/SENSOR',
      payload: '{"LD2410":{"Distance":["far"]}}',
      error: 'PAYLOAD_OUT_OF_RANGE',
    },
  ],
  source:
    'tasmota.github.io/docs/HLK-LD2410 (frame), tasmota.github.io/docs/Buttons-and-Switches (SetOption114); other frames composed from them',
})
