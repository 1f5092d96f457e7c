import { defineDevice } from '../define.ts'
import { carbonDioxide } from '../pieces/farm.ts'
import { humidity, temperature } from '../pieces/measures.ts'

export default defineDevice({
  model: 'sensecap-co2',
  kind: 'climate',
  label: {
    vi: 'Cảm biến CO₂, nhiệt độ, độ ẩm không khí SenseCAP (RS485)',
    en: 'CO₂, air temperature and humidity sensor SenseCAP (RS485)',
  },
  telemetry: {
    co2: carbonDioxide(10_000),
    temperature: temperature({ max: 85, resolution: 0.01 }),
    humidity: humidity({ resolution: 0.01, report: { deadBand: 0.5, silenceS: 900 } }),
  },
  outputs: {},
  via: {
    modbus: {
      poll_s: 10,
      read: {
        co2: { table: 'holding', address: 0 },
        temperature: { table: 'holding', address: 1, type: 's16', scale: 0.01 },
        humidity: { table: 'holding', address: 2, scale: 0.01 },
      },
    },
  },
  examples: [
    { via: 'modbus', image: { holding: { 0: 0x026c, 1: 0x0aee } }, error: 'PAYLOAD_TRUNCATED' },
    {
      via: 'modbus',
      image: { holding: { 0: 0x026c, 1: 0x0aee, 2: 0x1ab2 } },
      telemetry: { co2: 620, temperature: 27.98, humidity: 68.34 },
    },
    {
      via: 'modbus',
      image: { holding: { 0: 400, 1: 0xff05, 2: 10_000 } },
      telemetry: { co2: 400, temperature: -2.51, humidity: 100 },
    },
    // A sensor whose inside has died tells ones.
    { via: 'modbus', image: { holding: { 0: 0xffff, 1: 0xffff, 2: 0xffff } }, error: 'PAYLOAD_OUT_OF_RANGE' },
  ],
  source:
    'Seeed SenseCAP CO2, Temperature and Humidity Sensor (SKU 101991029): CO2 at 0x0000, temperature at 0x0001, humidity at 0x0002, slave 45, as used in blog.devmobile.co.nz "RS485 Temperature, Humidity & CO2 Sensor"; hundredths as in the SenseCAP ORCH S4 guide, whose example values are taken here',
})
