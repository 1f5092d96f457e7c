import { defineDevice, type ModbusField } from '../define.ts'
import { rainTotal } from '../pieces/counters.ts'
import { illuminance } from '../pieces/lighting.ts'
import { humidity, measure, pressure, temperature, windDirection, windSpeed } from '../pieces/measures.ts'

/** Every quantity is a thousandth in two input registers. */
const thousandths = (address: number, scale = 0.001): ModbusField => ({
  table: 'input',
  address,
  type: 's32',
  scale,
})

const calm = Object.fromEntries(Array.from({ length: 26 }, (_, address) => [address, 0]))

export default defineDevice({
  model: 'sensecap-s700',
  kind: 'weather',
  label: { vi: 'Trạm thời tiết SenseCAP ONE S700', en: 'Weather station SenseCAP ONE S700' },
  telemetry: {
    temperature: temperature({ max: 85 }),
    humidity: humidity(),
    pressure: pressure({ max: 1_250 }),
    illuminance: illuminance(),
    wind_direction: windDirection(),
    wind_speed: windSpeed(),
    rain: rainTotal(80_000),
    rain_intensity: measure('mm/h', {
      label: { vi: 'Cường độ mưa', en: 'Rain intensity' },
      min: 0,
      max: 1_000,
      resolution: 0.1,
    }),
  },
  outputs: {},
  via: {
    modbus: {
      poll_s: 15,
      read: {
        temperature: thousandths(0),
        humidity: thousandths(2),
        pressure: thousandths(4, 0.000_01), // Pa
        illuminance: thousandths(6),
        wind_direction: thousandths(12),
        wind_speed: thousandths(18),
        rain: thousandths(20),
        rain_intensity: thousandths(24),
      },
    },
  },
  examples: [
    { via: 'modbus', image: { input: { 0: 0, 1: 0x7080 } }, error: 'PAYLOAD_TRUNCATED' },
    {
      via: 'modbus',
      image: { input: { ...calm, 1: 0x7080, 3: 0x9510, 4: 0x0607, 5: 0x9440 } },
      telemetry: {
        ...{ temperature: 28.8, humidity: 38.16, pressure: 1011.6, illuminance: 0 },
        ...{ wind_direction: 0, wind_speed: 0, rain: 0, rain_intensity: 0 },
      },
    },
    {
      via: 'modbus',
      image: {
        input: { ...calm, 0: 0xffff, 1: 0xfc18, 4: 0x0607, 5: 0x9440, 12: 3, 13: 0xc8c0, 19: 0x0210 },
      },
      telemetry: {
        ...{ temperature: -1, humidity: 0, pressure: 1011.6, illuminance: 0 },
        ...{ wind_direction: 248, wind_speed: 0.528, rain: 0, rain_intensity: 0 },
      },
    },
    { via: 'modbus', image: { input: { ...calm, 0: 0x7fff, 1: 0xffff } }, error: 'PAYLOAD_OUT_OF_RANGE' },
  ],
  source:
    'Seeed SenseCAP ONE Compact Weather Sensor user guide v2.0, 4.1.2 (registers) and wiki (answers of S500 and S700: 28.8 °C, −1 °C, 248°)',
})
