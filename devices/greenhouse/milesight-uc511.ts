import { echo, sequence, skipped, value } from '../codecs/fields.ts'
import { milesight } from '../codecs/milesight.ts'
import { brokenSensor, VALVE_TASK_S, valveDownlinks } from '../codecs/milesight-valve.ts'
import { u8, u16le, u32le } from '../codecs/number-formats.ts'
import { defineDevice } from '../define.ts'
import { meterPulses, pipePressure, timedValve, valveState } from '../pieces/farm.ts'
import { battery } from '../pieces/measures.ts'
import { digitalInput } from '../pieces/states.ts'

const model = 'milesight-uc511'
const VALVES = 2

const telemetry = {
  valve1: valveState(1),
  valve2: valveState(2),
  pulses1: meterPulses(1),
  pulses2: meterPulses(2),
  input1: digitalInput(1),
  input2: digitalInput(2),
  pressure: pipePressure(),
  battery: battery(),
}

/** 255 is no state but the word that a task of its own has not been carried out. */
const valve = (channel: 'valve1' | 'valve2') => value(channel, u8, { instead: { 255: 'task-failed' } })
/** Which plan is at work, how the valve stands, how it was told to stand. */
const task = (channel: 'valve1' | 'valve2') => sequence(skipped(1), value(channel, u8), skipped(1))

export default defineDevice({
  model,
  kind: 'valve',
  label: { vi: 'Bộ điều khiển hai van tưới UC511', en: 'Controller of two valves UC511' },
  telemetry,
  outputs: { valve1: timedValve(1, VALVE_TASK_S), valve2: timedValve(2, VALVE_TASK_S) },
  via: {
    lorawan: milesight({
      model,
      telemetry,
      class: 'C',
      fields: {
        '0175': value('battery', u8),
        '0301': valve('valve1'),
        '0501': valve('valve2'),
        '04C8': value('pulses1', u32le),
        '06C8': value('pulses2', u32le),
        '0701': value('input1', u8),
        '0801': value('input2', u8),
        '097B': value('pressure', u16le),
        B97B: brokenSensor('pressure'),
        '0BF5': skipped(9), // its own pressure alarm: the node decides itself what is an alarm
        '0EAF': task('valve1'),
        '0FAF': task('valve2'),
        '20CE': skipped(9), // stored history: it is not the present
        '21CE': skipped(6),
        FF1D: echo(), // a valve task, as set by us
        FE1D: echo(),
        FF4E: skipped(2), // a counter cleared
        FE4E: skipped(2),
        FF92: skipped(5), // a counter set
        FE92: skipped(5),
      },
      encode: (requests) => valveDownlinks(model, VALVES, requests),
    }),
  },
  examples: [
    { via: 'lorawan', bytes: '01755C03010004C8050000', error: 'PAYLOAD_TRUNCATED' },
    {
      via: 'lorawan',
      bytes: '01755C03010004C805000000',
      telemetry: { battery: 92, valve1: 0, pulses1: 5 },
    },
    {
      via: 'lorawan',
      bytes: '03010104C81027000005010006C800000000097B0E01',
      telemetry: { valve1: 1, pulses1: 10_000, valve2: 0, pulses2: 0, pressure: 270 },
    },
    { via: 'lorawan', bytes: '0501FF', telemetry: {}, failed: { valve2: 'task-failed' } },
    { via: 'lorawan', bytes: 'B97B01', telemetry: {}, failed: { pressure: 'sensor-fault' } },
    { via: 'lorawan', bytes: '0EAF040100', telemetry: { valve1: 1 } },
    { via: 'lorawan', bytes: '030101FE1DA000580200', telemetry: { valve1: 1 } },
    { via: 'lorawan', bytes: '20CE3FA109641700000000', telemetry: {} },
    { via: 'lorawan', bytes: '030102', error: 'PAYLOAD_OUT_OF_RANGE' },
    { via: 'lorawan', bytes: '097B4106', error: 'PAYLOAD_OUT_OF_RANGE' },
    { via: 'lorawan', bytes: '0A0101', error: 'PAYLOAD_UNKNOWN_FIELD' },
    { via: 'lorawan', bytes: '030100', fPort: 2, error: 'PAYLOAD_WRONG_PORT' },
    {
      via: 'lorawan',
      requests: [{ output: 'valve1', value: 1, forS: 600 }],
      downlinks: [{ fPort: 85, bytes: 'FF1DA00058020000000000' }],
    },
    {
      via: 'lorawan',
      requests: [{ output: 'valve1', value: 0 }],
      downlinks: [{ fPort: 85, bytes: 'FF1D000000000000000000' }],
    },
    {
      via: 'lorawan',
      requests: [
        { output: 'valve2', value: 1, forS: 60 },
        { output: 'valve1', value: 0 },
      ],
      downlinks: [
        { fPort: 85, bytes: 'FF1D000000000000000000' },
        { fPort: 85, bytes: 'FF1DA1003C000000000000' },
      ],
    },
  ],
  // What the valves do in a power cut is the solenoids' affair: a latching one stays as it is, and its time goes on with
  // the device's battery.
  source:
    'github.com/Milesight-IoT/SensorDecoders, uc-series/uc511 (fields, example, meaning of the valve task and of its sequence number)',
})
