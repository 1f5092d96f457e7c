import { defineDevice, type Output } from '../define.ts'
import { motorSpeed } from '../pieces/farm.ts'
import { measure } from '../pieces/measures.ts'
import { state } from '../pieces/states.ts'

/** 64000 is 100 %. */
const PERCENT = { scale: 100 / 64_000 } as const
const SET_VALUE = 0xd001
const SPEED = 0xd010
const STATUS = 0xd011

/**
 * Of the fan's own fail-safe function (D15C, D15E), which handover sets: without a node it goes on as the handover said,
 * since air that stands still kills a crop sooner than a fan that runs.
 */
const FAIL_SAFE_S = 60

const label = { vi: 'Tốc độ quạt', en: 'Fan speed' }
const broken = { 0: { vi: 'Bình thường', en: 'Working' }, 1: { vi: 'Hỏng', en: 'Broken' } }

const speed: Output = {
  label,
  ...{ min: 0, max: 100, safe: 0, powerUp: 0, deadManS: FAIL_SAFE_S },
  ...{ readBack: 'speed', readBackWithin: 0.5 },
}

export default defineDevice({
  model: 'ebmpapst-ec-fan',
  kind: 'fan',
  label: { vi: 'Quạt EC ebm-papst (tốc độ thay đổi)', en: 'EC fan ebm-papst (variable speed)' },
  telemetry: {
    speed: measure('%', { label, min: 0, max: 100, resolution: 0.1, report: { deadBand: 1 } }),
    turning: motorSpeed(),
    blocked: state({ vi: 'Kẹt cánh quạt', en: 'Blocked' }, broken),
    hot: state({ vi: 'Động cơ quá nóng', en: 'Motor too hot' }, broken),
    broken: state({ vi: 'Quạt', en: 'Fan' }, broken),
  },
  outputs: { speed },
  via: {
    modbus: {
      poll_s: 10,
      read: {
        speed: { table: 'holding', address: SET_VALUE, ...PERCENT },
        turning: { table: 'input', address: SPEED, ...PERCENT },
        blocked: { table: 'input', address: STATUS, bit: 7 },
        hot: { table: 'input', address: STATUS, bit: 5 },
        broken: { table: 'input', address: STATUS, bit: 4 },
      },
      write: { speed: { table: 'holding', address: SET_VALUE, ...PERCENT } },
    },
  },
  examples: [
    { via: 'modbus', image: { holding: { [SET_VALUE]: 32_000 } }, error: 'PAYLOAD_TRUNCATED' },
    {
      via: 'modbus',
      image: { holding: { [SET_VALUE]: 32_000 }, input: { [SPEED]: 31_360, [STATUS]: 0 } },
      telemetry: { speed: 50, turning: 49, blocked: 0, hot: 0, broken: 0 },
    },
    {
      via: 'modbus',
      image: { holding: { [SET_VALUE]: 64_000 }, input: { [SPEED]: 0, [STATUS]: 0b1001_0000 } },
      telemetry: { speed: 100, turning: 0, blocked: 1, hot: 0, broken: 1 },
    },
    {
      via: 'modbus',
      image: { holding: { [SET_VALUE]: 0xffff }, input: { [SPEED]: 0, [STATUS]: 0 } },
      error: 'PAYLOAD_OUT_OF_RANGE',
    },
    {
      via: 'modbus',
      requests: [{ output: 'speed', value: 75 }],
      image: { holding: { [SET_VALUE]: 48_000 } },
    },
  ],
  source:
    'ebm-papst MODBUS parameter specification (ACE V1.00 and V6.3): holding register D001 set value, input registers D010 actual speed (limited to FF00) and D011 motor status; fail-safe D15C to D15E; values composed from it',
})
