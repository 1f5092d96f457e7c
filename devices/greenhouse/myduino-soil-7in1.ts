import { defineDevice, type ModbusField } from '../define.ts'
import { acidity, nutrient, soilConductivity, soilMoisture } from '../pieces/farm.ts'
import { temperature } from '../pieces/measures.ts'

const register = (address: number, rest: Partial<ModbusField> = {}): ModbusField => ({
  ...{ table: 'holding', address },
  ...rest,
})

export default defineDevice({
  model: 'myduino-soil-7in1',
  kind: 'soil',
  label: {
    vi: 'Đầu đo đất 7 trong 1 (ẩm, nhiệt, EC, pH, N, P, K; RS485)',
    en: 'Seven-in-one soil probe (moisture, temperature, EC, pH, N, P, K; RS485)',
  },
  telemetry: {
    moisture: soilMoisture(),
    temperature: temperature({ label: { vi: 'Nhiệt độ đất', en: 'Soil temperature' }, max: 80 }),
    conductivity: soilConductivity(20_000),
    ph: acidity({ vi: 'Độ pH của đất', en: 'pH of the soil' }),
    nitrogen: nutrient({ vi: 'Đạm (N)', en: 'Nitrogen (N)' }),
    phosphorus: nutrient({ vi: 'Lân (P)', en: 'Phosphorus (P)' }),
    potassium: nutrient({ vi: 'Kali (K)', en: 'Potassium (K)' }),
  },
  outputs: {},
  via: {
    modbus: {
      poll_s: 30,
      read: {
        moisture: register(0, { scale: 0.1 }),
        temperature: register(1, { type: 's16', scale: 0.1 }),
        conductivity: register(2),
        ph: register(3, { scale: 0.1 }),
        nitrogen: register(4),
        phosphorus: register(5),
        potassium: register(6),
      },
    },
  },
  examples: [
    { via: 'modbus', image: { holding: { 0: 0x01ef, 1: 0x0144, 2: 4 } }, error: 'PAYLOAD_TRUNCATED' },
    {
      via: 'modbus',
      image: { holding: { 0: 0x0262, 1: 0x0167, 2: 6, 3: 0x37, 4: 0, 5: 0, 6: 0 } },
      telemetry: {
        ...{ moisture: 61, temperature: 35.9, conductivity: 6, ph: 5.5 },
        ...{ nitrogen: 0, phosphorus: 0, potassium: 0 },
      },
    },
    {
      via: 'modbus',
      image: { holding: { 0: 0x01ef, 1: 0x0144, 2: 4, 3: 0x41, 4: 32, 5: 41, 6: 108 } },
      telemetry: {
        ...{ moisture: 49.5, temperature: 32.4, conductivity: 4, ph: 6.5 },
        ...{ nitrogen: 32, phosphorus: 41, potassium: 108 },
      },
    },
    // A probe that has come off its transmitter.
    {
      via: 'modbus',
      image: { holding: { 0: 0xffff, 1: 0xffff, 2: 0xffff, 3: 0xffff, 4: 0, 5: 0, 6: 0 } },
      error: 'PAYLOAD_OUT_OF_RANGE',
    },
  ],
  source:
    'github.com/myduino/Industrial-Soil-Sensor-RS485: registers 0 to 6 by function 03, 4800 baud; examples of 49.5 %, 32.4 °C, 4 µS/cm and of 0262 0167 0006 0037',
})
