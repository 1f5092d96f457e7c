import { defineDevice, type ModbusField, type Output } from '../define.ts'
import { total } from '../pieces/counters.ts'
import { measure } from '../pieces/measures.ts'
import { onOff } from '../pieces/states.ts'

const START_STOP = 1_200
const CAPACITY = 1_018
const DOSED = 1_034

/** The order of bytes stands in register 63 (AABBCCDD): this definition is for a pump that is left as it comes. */
const float = (address: number): ModbusField => ({ table: 'holding', address, type: 'f32' })

/** Its own cyclic timeout (register 61), which handover sets, stops it when its node is silent. */
const TIMEOUT_S = 10

const run = { vi: 'Bơm định lượng', en: 'Dosing pump' }
const runOutput: Output = {
  label: run,
  ...{ min: 0, max: 1, safe: 0, powerUp: 0, deadManS: TIMEOUT_S },
  ...{ readBack: 'run', readBackWithin: 0 },
}

export default defineDevice({
  model: 'prominent-gamma-x',
  kind: 'pump',
  label: { vi: 'Bơm định lượng gamma/X', en: 'Dosing pump gamma/X' },
  telemetry: {
    run: onOff(run),
    rate: measure('L/h', {
      label: { vi: 'Lưu lượng châm', en: 'Dosing rate' },
      ...{ min: 0, max: 100, resolution: 0.001 },
      report: { deadBand: 0.01 },
    }),
    dosed: total('L', { vi: 'Lượng đã châm', en: 'Volume dosed' }, { max: 1e9, resolution: 0.001 }),
  },
  outputs: { run: runOutput },
  via: {
    modbus: {
      poll_s: 2,
      read: {
        run: { table: 'holding', address: START_STOP, bit: 0 },
        rate: float(CAPACITY),
        dosed: float(DOSED),
      },
      write: { run: { table: 'holding', address: START_STOP } },
    },
  },
  examples: [
    {
      via: 'modbus',
      image: { holding: { [START_STOP]: 1, [CAPACITY]: 0x4020 } },
      error: 'PAYLOAD_TRUNCATED',
    },
    {
      via: 'modbus',
      image: {
        holding: {
          ...{ [START_STOP]: 1, [CAPACITY]: 0x4020, [CAPACITY + 1]: 0 },
          ...{ [DOSED]: 0x42f7, [DOSED + 1]: 0 },
        },
      },
      telemetry: { run: 1, rate: 2.5, dosed: 123.5 },
    },
    // Its bytes in another order.
    {
      via: 'modbus',
      image: {
        holding: {
          ...{ [START_STOP]: 1, [CAPACITY]: 0, [CAPACITY + 1]: 0x4020 },
          ...{ [DOSED]: 0x42f7, [DOSED + 1]: 0 },
        },
      },
      error: 'PAYLOAD_OUT_OF_RANGE',
    },
    {
      via: 'modbus',
      requests: [{ output: 'run', value: 1 }],
      image: { holding: { [START_STOP]: 1 } },
    },
  ],
  source:
    'ProMinent gamma/X, supplementary operating instructions for Modbus RTU: holding registers 1200 start/stop, 1018 actual capacity, 1034 total metering quantity, 61 timeout, 63 order of bytes; functions 03 and 06; values composed from it',
})
