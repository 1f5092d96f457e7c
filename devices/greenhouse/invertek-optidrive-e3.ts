import { defineDevice, type ModbusField, type ModbusWrite, type Output } from '../define.ts'
import { measure } from '../pieces/measures.ts'
import { onOff, state } from '../pieces/states.ts'

/** A manual's register 1 is address 0 on the line. */
const register = (number: number, rest: Partial<ModbusField> = {}): ModbusField => ({
  ...{ table: 'holding', address: number - 1 },
  ...rest,
})
const setting = (number: number, rest: Partial<ModbusWrite> = {}): ModbusWrite => ({
  ...{ table: 'holding', address: number - 1 },
  ...rest,
})

/** Register 1: bit 0 is the run command. */
const RUN = 0
/** Register 2 is told in tenths of a hertz: percent of 50 Hz. */
const PERCENT = { scale: 0.2 } as const

/**
 * With P-36 set to ramp to a stop when nothing is heard for 3 s, which handover asks for, the drive comes to rest by
 * itself soon after its node has ended. The node asks it each second.
 */
const WATCHDOG_S = 3

const run = { vi: 'Lệnh chạy', en: 'Run command' }
const speed = { vi: 'Tốc độ đặt', en: 'Set speed' }
const driven = { vi: 'Tốc độ', en: 'Speed' }

/** It starts and stops the drive as well: 0 is at rest. */
const speedOutput: Output = {
  label: driven,
  ...{ min: 0, max: 100, safe: 0, powerUp: 0, deadManS: WATCHDOG_S },
  ...{ readBack: 'speed', readBackWithin: 0.5 },
}

const status = { 0: 0, 1: 0x0100, 2: 0x0203 } as const

export default defineDevice({
  model: 'invertek-optidrive-e3',
  kind: 'pump',
  label: {
    vi: 'Biến tần Optidrive E3 (bơm hoặc quạt)',
    en: 'Variable-speed drive Optidrive E3 (pump or fan)',
  },
  telemetry: {
    run: onOff(run),
    speed: measure('%', { label: speed, min: 0, max: 100, resolution: 0.1, report: { deadBand: 1 } }),
    running: state(
      { vi: 'Động cơ', en: 'Motor' },
      { 0: { vi: 'Đứng yên', en: 'At rest' }, 1: { vi: 'Đang quay', en: 'Turning' } },
    ),
    tripped: state(
      { vi: 'Biến tần', en: 'Drive' },
      { 0: { vi: 'Bình thường', en: 'Working' }, 1: { vi: 'Ngắt vì lỗi', en: 'Tripped' } },
    ),
    frequency: measure('Hz', {
      label: { vi: 'Tần số ra', en: 'Output frequency' },
      ...{ min: 0, max: 500, resolution: 0.1 },
      report: { deadBand: 0.5 },
    }),
    current: measure('A', {
      label: { vi: 'Dòng động cơ', en: 'Motor current' },
      ...{ min: 0, max: 200, resolution: 0.1 },
    }),
  },
  outputs: { speed: speedOutput },
  via: {
    modbus: {
      poll_s: 1,
      read: {
        run: register(1, { bit: 0 }),
        speed: register(2, PERCENT),
        running: register(6, { bit: 8 }),
        tripped: register(6, { bit: 9 }),
        frequency: register(7, { scale: 0.1 }),
        current: register(8, { scale: 0.1 }),
      },
      write: { speed: setting(2, { ...PERCENT, starts: RUN }) },
      writesOne: true,
    },
  },
  examples: [
    { via: 'modbus', image: { holding: { 0: 1, 1: 500 } }, error: 'PAYLOAD_TRUNCATED' },
    {
      via: 'modbus',
      image: { holding: { 0: 1, 1: 400, 5: status[1], 6: 398, 7: 41 } },
      telemetry: { run: 1, speed: 80, running: 1, tripped: 0, frequency: 39.8, current: 4.1 },
    },
    {
      via: 'modbus',
      image: { holding: { 0: 0, 1: 0, 5: status[0], 6: 0, 7: 0 } },
      telemetry: { run: 0, speed: 0, running: 0, tripped: 0, frequency: 0, current: 0 },
    },
    {
      via: 'modbus',
      image: { holding: { 0: 1, 1: 500, 5: status[2], 6: 0, 7: 0 } },
      telemetry: { run: 1, speed: 100, running: 0, tripped: 1, frequency: 0, current: 0 },
    },
    {
      via: 'modbus',
      image: { holding: { 0: 1, 1: 600, 5: status[1], 6: 600, 7: 41 } },
      error: 'PAYLOAD_OUT_OF_RANGE',
    },
    {
      via: 'modbus',
      requests: [{ output: 'speed', value: 80 }],
      image: { holding: { 0: 1, 1: 400 } },
    },
    { via: 'modbus', requests: [{ output: 'speed', value: 0 }], image: { holding: { 0: 0, 1: 0 } } },
  ],
  source:
    'Invertek Optidrive ODE-3 user guide 8.4 (registers 1, 2, 6, 7, 8; functions 03 and 06) and P-36 of the advanced manual (watchdog); one less on the line, as its telegram chapter says; values composed from it',
})
