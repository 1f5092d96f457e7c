import { defineDevice } from '../define.ts'
import { gearFailure, lampFailure, lampLevel, lightLevel } from '../pieces/lighting.ts'

export default defineDevice({
  model: 'dali-luminaire',
  kind: 'luminaire',
  label: { vi: 'Đèn DALI', en: 'DALI luminaire' },
  telemetry: { level: lightLevel(), lamp_failure: lampFailure(), gear_failure: gearFailure() },
  outputs: { level: lampLevel() },
  via: { dali: { curve: 'logarithmic', poll_s: 30 } },
  examples: [
    { via: 'dali', percent: 100.5, error: 'PAYLOAD_OUT_OF_RANGE' },
    { via: 'dali', percent: 0, arc: 0 },
    { via: 'dali', percent: 0.1, arc: 1 },
    { via: 'dali', percent: 0.991, arc: 85 },
    { via: 'dali', percent: 3.035, arc: 126 },
    { via: 'dali', percent: 10, arc: 170 },
    { via: 'dali', percent: 20, arc: 195 },
    { via: 'dali', percent: 30, arc: 210 },
    { via: 'dali', percent: 50, arc: 229 },
    { via: 'dali', percent: 70, arc: 241 },
    { via: 'dali', percent: 80, arc: 246 },
    { via: 'dali', percent: 90, arc: 250 },
    { via: 'dali', percent: 100, arc: 254 },
    { via: 'dali', percent: -0.1, error: 'PAYLOAD_OUT_OF_RANGE' },
  ],
  source: 'IEC 62386-102 (commands, status, 9.3 standard dimming curve)',
})
