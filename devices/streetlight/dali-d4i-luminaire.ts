import { defineDevice } from '../define.ts'
import {
  burningHours,
  gearFailure,
  lampEnergy,
  lampFailure,
  lampLevel,
  lightLevel,
} from '../pieces/lighting.ts'
import { power, voltage } from '../pieces/measures.ts'

/** An outdoor LED driver that keeps energy and diagnostics in its memory banks, as D4i asks. */
export default defineDevice({
  model: 'dali-d4i-luminaire',
  kind: 'luminaire',
  label: { vi: 'Đèn DALI D4i (đo điện)', en: 'DALI D4i luminaire (metering)' },
  telemetry: {
    level: lightLevel(),
    lamp_failure: lampFailure(),
    gear_failure: gearFailure(),
    power: power({ max: 2_000, resolution: 0.1 }),
    energy: lampEnergy(),
    voltage: voltage({ resolution: 0.1, report: { deadBand: 1 } }),
    hours: burningHours(),
  },
  outputs: { level: lampLevel() },
  via: {
    dali: {
      curve: 'logarithmic',
      poll_s: 30,
      memory: {
        power: { bank: 202, at: 0x0c, bytes: 4, tenfoldAt: 0x0b },
        energy: { bank: 202, at: 0x05, bytes: 6, tenfoldAt: 0x04 },
        voltage: { bank: 205, at: 0x0b, bytes: 2, scale: 0.1 },
        /** Seconds that the lamp was on. */
        hours: { bank: 206, at: 0x0e, bytes: 4, scale: 1 / 3600 },
      },
      memory_s: 300,
    },
  },
  examples: [
    { via: 'dali', percent: 100.5, error: 'PAYLOAD_OUT_OF_RANGE' },
    { via: 'dali', percent: 0, arc: 0 },
    { via: 'dali', percent: 10, arc: 170 },
    { via: 'dali', percent: 60, arc: 235 },
    { via: 'dali', percent: 100, arc: 254 },
  ],
  source:
    'IEC 62386-102; DiiA specifications part 252 (bank 202) and part 253 (banks 205 and 206), version 1.1, October 2019, as placed in github.com/sde1000/python-dali, dali/memory',
})
