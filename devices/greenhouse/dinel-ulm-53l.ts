import { defineDevice, type ModbusField } from '../define.ts'
import { tankLevel } from '../pieces/farm.ts'
import { length, temperature } from '../pieces/measures.ts'
import { state } from '../pieces/states.ts'

const register = (address: number, rest: Partial<ModbusField> = {}): ModbusField => ({
  ...{ table: 'holding', address },
  ...rest,
})

const STATUS = 104
const heard = 1

export default defineDevice({
  model: 'dinel-ulm-53l',
  kind: 'tank',
  label: { vi: 'Đo mực nước bồn bằng siêu âm ULM-53L', en: 'Ultrasonic tank level meter ULM-53L' },
  telemetry: {
    level: tankLevel(),
    depth: length('m', { label: { vi: 'Độ sâu nước', en: 'Depth of water' }, min: 0, max: 20 }),
    distance: length('m', { min: 0, max: 25 }),
    temperature: temperature({ label: { vi: 'Nhiệt độ trong bồn', en: 'Temperature in the tank' } }),
    echo: state(
      { vi: 'Tiếng vọng', en: 'Echo' },
      { 0: { vi: 'Không nghe được', en: 'Not heard' }, 1: { vi: 'Nghe được', en: 'Heard' } },
    ),
  },
  outputs: {},
  via: {
    modbus: {
      poll_s: 10,
      read: {
        distance: register(100, { scale: 0.001 }),
        depth: register(101, { scale: 0.001 }),
        level: register(102),
        temperature: register(103, { type: 's16' }),
        echo: register(STATUS, { bit: 0 }),
      },
    },
  },
  examples: [
    { via: 'modbus', image: { holding: { 100: 600, 101: 1_400, 102: 70 } }, error: 'PAYLOAD_TRUNCATED' },
    {
      via: 'modbus',
      image: { holding: { 100: 600, 101: 1_400, 102: 70, 103: 27, 104: heard } },
      telemetry: { distance: 0.6, depth: 1.4, level: 70, temperature: 27, echo: 1 },
    },
    {
      via: 'modbus',
      image: { holding: { 100: 2_000, 101: 0, 102: 0, 103: 0xfffe, 104: 4 } },
      telemetry: { distance: 2, depth: 0, level: 0, temperature: -2, echo: 0 },
    },
    {
      via: 'modbus',
      image: { holding: { 100: 600, 101: 1_400, 102: 0xffff, 103: 27, 104: heard } },
      error: 'PAYLOAD_OUT_OF_RANGE',
    },
  ],
  source:
    'Dinel ULM-53L Modbus RTU commands: 100 distance, 101 level, 102 percentage between the set low and high level, 103 temperature, 104 status; values composed from it',
})
