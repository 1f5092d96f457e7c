import { defineDevice } from '../define.ts'
import { currentLoop, halfToFourAndAHalf, positioned, switched, throttled } from '../pieces/boards.ts'
import { total } from '../pieces/counters.ts'
import { acidity, pipePressure, soilMoisture, waterConductivity, waterFlow } from '../pieces/farm.ts'
import { onOff, state } from '../pieces/states.ts'

/** A Hall flow meter of DN40 (YF-DN40): 0.5 Hz at 1 L/min. */
const PULSES_PER_L = 30
const METER_MOST_HZ = 100
const METER_PIN = 2

const floatAt = (vi: string, en: string, reached: { readonly vi: string; readonly en: string }) =>
  state({ vi, en }, { 0: { vi: 'Chưa tới', en: 'Not reached' }, 1: reached })

/** The greenhouse's own board: an Arduino Mega 2560 with StandardFirmata. docs/drivers/firmata.md has its wiring. */
export default defineDevice({
  model: 'tram-greenhouse-mega',
  kind: 'board',
  label: { vi: 'Bo nhà kính Trạm (Arduino Mega)', en: 'Trạm greenhouse board (Arduino Mega)' },
  telemetry: {
    float_low: floatAt('Phao thấp', 'Low float', { vi: 'Có nước', en: 'Wet' }),
    float_high: floatAt('Phao cao', 'High float', { vi: 'Đầy', en: 'Full' }),
    volume: total('L', { vi: 'Nước đã bơm', en: 'Water pumped' }, { max: 4_294_967_295, resolution: 0.1 }),
    flow: waterFlow(200),
    pressure: pipePressure(),
    ec: waterConductivity(),
    ph: acidity(),
    moisture: soilMoisture(),
    button: onOff({ vi: 'Nút trên tủ', en: 'Button on the cabinet' }),
  },
  outputs: {
    pump: switched({ vi: 'Máy bơm', en: 'Pump' }),
    dose_a: switched({ vi: 'Bơm phân A', en: 'Dosing pump A' }),
    dose_b: switched({ vi: 'Bơm phân B', en: 'Dosing pump B' }),
    dose_acid: switched({ vi: 'Bơm axit', en: 'Acid pump' }),
    mister: switched({ vi: 'Phun sương', en: 'Mister' }),
    fan1: switched({ vi: 'Quạt 1', en: 'Fan 1' }),
    fan2: throttled({ vi: 'Quạt 2 (chỉnh tốc độ)', en: 'Fan 2 (variable)' }),
    shade: positioned({ vi: 'Lưới cắt nắng', en: 'Shade' }),
    lamp: switched({ vi: 'Đèn cây', en: 'Grow lamps' }),
    spare: switched({ vi: 'Rơ-le dự phòng', en: 'Spare relay' }),
  },
  via: {
    firmata: {
      sample_ms: 100,
      tell_s: 1,
      heartbeat: { pin: 13, every_ms: 1_000 },
      read: {
        // Both break to the side that stops water: a cut wire reads as a dry tank, or as a full one.
        float_low: { kind: 'digital', pin: 32, pullUp: true, inverted: true },
        float_high: { kind: 'digital', pin: 33, pullUp: true },
        volume: { kind: 'pulses', pin: METER_PIN, perUnit: PULSES_PER_L, most_Hz: METER_MOST_HZ },
        flow: { kind: 'pulse-rate', pin: METER_PIN, perUnit: PULSES_PER_L, over_s: 3 },
        pressure: halfToFourAndAHalf(0, 0, 1_000),
        ec: currentLoop(1, 0, 20),
        ph: currentLoop(2, 0, 14),
        moisture: currentLoop(3, 0, 100),
        button: { kind: 'digital', pin: 34, pullUp: true, inverted: true },
      },
      write: {
        pump: { kind: 'digital', pin: 22 },
        dose_a: { kind: 'digital', pin: 23 },
        dose_b: { kind: 'digital', pin: 24 },
        dose_acid: { kind: 'digital', pin: 25 },
        mister: { kind: 'digital', pin: 26 },
        fan1: { kind: 'digital', pin: 27 },
        lamp: { kind: 'digital', pin: 28 },
        spare: { kind: 'digital', pin: 29 },
        fan2: { kind: 'pwm', pin: 9 },
        shade: { kind: 'servo', pin: 44, from_deg: 0, to_deg: 180 },
      },
    },
  },
  examples: [
    {
      via: 'firmata',
      pins: { d32: 0, d33: 0, p2: 300, f2: 16, a0: 512, a1: 400, a2: 560 },
      error: 'PAYLOAD_TRUNCATED',
    },
    {
      via: 'firmata',
      pins: { d32: 0, d33: 0, d34: 1, p2: 315, f2: 16, a0: 307, a1: 252, a2: 540, a3: 400 },
      telemetry: {
        ...{ float_low: 1, float_high: 0, button: 0, volume: 10.5, flow: 32 },
        ...{ pressure: 250.12 },
        ec: 1.9981,
        ph: 6.9972,
        moisture: 30.541,
      },
    },
    // Wires that are cut: a dry tank, a full one, and probes that say nothing.
    {
      via: 'firmata',
      pins: { d32: 1, d33: 1, d34: 1, p2: 0, f2: 0, a0: 0, a1: 0, a2: 0, a3: 1_023 },
      telemetry: { float_low: 0, float_high: 1, button: 0, volume: 0, flow: 0 },
      failed: { pressure: 'probe', ec: 'probe', ph: 'probe', moisture: 'probe' },
    },
    {
      via: 'firmata',
      requests: [
        { output: 'pump', value: 1 },
        { output: 'fan2', value: 50 },
        { output: 'shade', value: 25 },
      ],
      pins: { d22: 1, d9: 128, d44: 45 },
    },
  ],
  source:
    'Pin map of this project. StandardFirmata 2.5 and its Boards.h: 70 pins, analog ones from 54; meter: data sheet of the YF-DN40; 4 to 20 mA: NAMUR NE 43',
})
