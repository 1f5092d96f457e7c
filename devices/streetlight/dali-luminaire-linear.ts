import { defineDevice } from '../define.ts'
import { gearFailure, lampFailure, lampLevel, lightLevel } from '../pieces/lighting.ts'

/** LED gear that can be set to the linear curve: finer steps near full light, where streets are dimmed. */
export default defineDevice({
  model: 'dali-luminaire-linear',
  kind: 'luminaire',
  label: { vi: 'Đèn DALI (đường cong tuyến tính)', en: 'DALI luminaire (linear curve)' },
  telemetry: { level: lightLevel(), lamp_failure: lampFailure(), gear_failure: gearFailure() },
  outputs: { level: lampLevel() },
  via: { dali: { curve: 'linear', poll_s: 30 } },
  examples: [
    { via: 'dali', percent: Number.NaN, error: 'PAYLOAD_OUT_OF_RANGE' },
    { via: 'dali', percent: 0, arc: 0 },
    { via: 'dali', percent: 0.1, arc: 1 },
    { via: 'dali', percent: 10, arc: 25 },
    { via: 'dali', percent: 50, arc: 127 },
    { via: 'dali', percent: 70, arc: 178 },
    { via: 'dali', percent: 100, arc: 254 },
    { via: 'dali', percent: 101, error: 'PAYLOAD_OUT_OF_RANGE' },
  ],
  source: 'IEC 62386-207 (LED modules: device type 6, linear dimming curve)',
})
