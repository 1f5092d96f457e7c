import { defineDevice, type ModbusField } from '../define.ts'
import { powerFactor } from '../pieces/lighting.ts'
import { activeEnergy, activePower, mainsCurrent, mainsFrequency, mainsVoltage } from '../pieces/power.ts'

/** Every quantity is a float in two input registers; energies are told in kWh. */
const float = (address: number): ModbusField => ({ table: 'input', address, type: 'f32' })
const kilo = (address: number): ModbusField => ({ ...float(address), scale: 1_000 })

/** The manual’s own example, 43 66 33 34 for 230.2 V: to the last bit it is a little more. */
const VOLTS = [0x4366, 0x3334] as const
const night = {
  ...{ 0: VOLTS[0], 1: VOLTS[1], 2: VOLTS[0], 3: VOLTS[1], 4: VOLTS[0], 5: VOLTS[1] },
  // 13.5, 0 and 2 A
  ...{ 6: 0x4158, 7: 0, 8: 0, 9: 0, 10: 0x4000, 11: 0 },
  // 3000, 0 and 450 W
  ...{ 12: 0x453b, 13: 0x8000, 14: 0, 15: 0, 16: 0x43e1, 17: 0 },
  // 3450 W; power factor 0.5; 50 Hz; 1234.5 kWh
  ...{ 52: 0x4557, 53: 0xa000, 62: 0x3f00, 63: 0, 70: 0x4248, 71: 0, 72: 0x449a, 73: 0x5000 },
  // 1000, 0 and 234.5 kWh
  ...{ 346: 0x447a, 347: 0, 348: 0, 349: 0, 350: 0x436a, 351: 0x8000 },
} as const

export default defineDevice({
  model: 'eastron-sdm630',
  kind: 'meter',
  label: { vi: 'Công tơ ba pha SDM630-Modbus', en: 'Three-phase meter SDM630-Modbus' },
  telemetry: {
    voltage_l1: mainsVoltage(1),
    voltage_l2: mainsVoltage(2),
    voltage_l3: mainsVoltage(3),
    current_l1: mainsCurrent(1),
    current_l2: mainsCurrent(2),
    current_l3: mainsCurrent(3),
    power_l1: activePower(1),
    power_l2: activePower(2),
    power_l3: activePower(3),
    power: activePower(),
    power_factor: { ...powerFactor(), min: -1 },
    frequency: mainsFrequency(),
    energy: activeEnergy(),
    energy_l1: activeEnergy(1),
    energy_l2: activeEnergy(2),
    energy_l3: activeEnergy(3),
  },
  outputs: {},
  via: {
    modbus: {
      poll_s: 10,
      longestRead: 80,
      read: {
        voltage_l1: float(0),
        voltage_l2: float(2),
        voltage_l3: float(4),
        current_l1: float(6),
        current_l2: float(8),
        current_l3: float(10),
        power_l1: float(12),
        power_l2: float(14),
        power_l3: float(16),
        power: float(52),
        power_factor: float(62),
        frequency: float(70),
        energy: kilo(72),
        energy_l1: kilo(346),
        energy_l2: kilo(348),
        energy_l3: kilo(350),
      },
    },
  },
  examples: [
    { via: 'modbus', image: { input: { 0: VOLTS[0], 1: VOLTS[1] } }, error: 'PAYLOAD_TRUNCATED' },
    {
      via: 'modbus',
      image: { input: night },
      telemetry: {
        voltage_l1: 230.20001,
        voltage_l2: 230.20001,
        voltage_l3: 230.20001,
        current_l1: 13.5,
        current_l2: 0,
        current_l3: 2,
        power_l1: 3_000,
        power_l2: 0,
        power_l3: 450,
        power: 3_450,
        power_factor: 0.5,
        frequency: 50,
        energy: 1_234_500,
        energy_l1: 1_000_000,
        energy_l2: 0,
        energy_l3: 234_500,
      },
    },
    // Words the wrong way round: 230 V read as something that no mains has.
    { via: 'modbus', image: { input: { ...night, 0: 0, 1: VOLTS[0] } }, error: 'PAYLOAD_OUT_OF_RANGE' },
    // Not a number.
    { via: 'modbus', image: { input: { ...night, 70: 0x7fc0, 71: 0 } }, error: 'PAYLOAD_OUT_OF_RANGE' },
  ],
  source:
    'Eastron SDM630-Modbus, Modbus protocol implementation V1.5: input registers 30001 to 30352, example of 230.2 V; longest read of 40 parameters. Registers of phases’ energy: 30347 to 30351',
})
