import { defineDevice } from '../define.ts'
import { illuminance } from '../pieces/lighting.ts'
import { humidity, pressure, temperature } from '../pieces/measures.ts'

export default defineDevice({
  model: 'sensecap-orch-s4',
  kind: 'photocell',
  label: {
    vi: 'Cảm biến ánh sáng và không khí SenseCAP ORCH S4',
    en: 'Light and air sensor SenseCAP ORCH S4',
  },
  telemetry: {
    illuminance: illuminance(),
    temperature: temperature({ max: 85 }),
    humidity: humidity(),
    pressure: pressure(),
  },
  outputs: {},
  via: {
    modbus: {
      poll_s: 15,
      read: {
        temperature: { table: 'holding', address: 0, type: 's16', scale: 0.01 },
        humidity: { table: 'holding', address: 1, type: 'u16', scale: 0.01 },
        pressure: { table: 'holding', address: 2, type: 'u32', scale: 0.01 }, // Pa
        illuminance: { table: 'holding', address: 4, type: 'u32', scale: 0.001 },
      },
    },
  },
  examples: [
    { via: 'modbus', image: { holding: { 0: 0x0aee, 1: 0x1ab2, 2: 1 } }, error: 'PAYLOAD_TRUNCATED' },
    {
      via: 'modbus',
      image: { holding: { 0: 0x0aee, 1: 0x1ab2, 2: 0x0001, 3: 0x87d5, 4: 0x0005, 5: 0xfa00 } },
      telemetry: { temperature: 27.98, humidity: 68.34, pressure: 1003.09, illuminance: 391.68 },
    },
    {
      via: 'modbus',
      image: { holding: { 0: 0xff05, 1: 0x1ab2, 2: 0x0001, 3: 0x87d5, 4: 0, 5: 0 } },
      telemetry: { temperature: -2.51, humidity: 68.34, pressure: 1003.09, illuminance: 0 },
    },
    // Words of the illuminance the wrong way round.
    {
      via: 'modbus',
      image: { holding: { 0: 0x0aee, 1: 0x1ab2, 2: 0x0001, 3: 0x87d5, 4: 0xfa00, 5: 0x0005 } },
      error: 'PAYLOAD_OUT_OF_RANGE',
    },
  ],
  source:
    'Seeed SenseCAP ORCH S4 user guide V1.0, 4.3 (registers and example values 0AEE, FF05, 1AB2, 000187D5, 0005FA00)',
})
