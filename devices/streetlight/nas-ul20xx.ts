import { nasLamp } from '../codecs/nas-lamp.ts'
import { defineDevice } from '../define.ts'
import {
  burningHours,
  gearFailure,
  illuminance,
  lampEnergy,
  lampFailure,
  lampLevel,
  lightLevel,
  powerFactor,
} from '../pieces/lighting.ts'
import { power, temperature, voltage } from '../pieces/measures.ts'
import { digitalInput } from '../pieces/states.ts'

const model = 'nas-ul20xx'

const telemetry = {
  level: lightLevel(),
  power: power(),
  energy: lampEnergy(),
  power_factor: powerFactor(),
  voltage: voltage({ resolution: 1, report: { deadBand: 2 } }),
  hours: burningHours(),
  driver_hours: { ...burningHours(), label: { vi: 'Giờ chạy của bộ nguồn', en: 'Driver hours' } },
  lamp_failure: lampFailure(),
  gear_failure: gearFailure(),
  illuminance: illuminance(),
  input1: digitalInput(1),
  temperature: temperature({ min: -128, max: 127, resolution: 1, report: { deadBand: 2 } }),
}

export default defineDevice({
  model,
  kind: 'luminaire',
  label: { vi: 'Bộ điều khiển đèn UL20xx (LoRaWAN)', en: 'Luminaire controller UL20xx (LoRaWAN)' },
  telemetry,
  outputs: { level: lampLevel() },
  via: { lorawan: nasLamp({ model, telemetry }) },
  examples: [
    { via: 'lorawan', fPort: 26, bytes: '00FF80D0EF2F', error: 'PAYLOAD_TRUNCATED' },
    {
      via: 'lorawan',
      fPort: 26,
      bytes: '00 FF 80 D0EF2F01 12 FF 47940300 2A00 F94A0300 2700 5D E5 C072D902 D0EF2F01',
      telemetry: {
        energy: 234567,
        power: 42,
        power_factor: 0.93,
        voltage: 229,
        hours: 5533,
        driver_hours: 13279,
      },
    },
    {
      via: 'lorawan',
      fPort: 23,
      bytes: '01 F37F205E 8244 32 09 16 20 07 01 D2 02 9455 04 01 FE 50 19 00 12 50 19 00',
      telemetry: {
        temperature: 22,
        illuminance: 299.9,
        input1: 1,
        level: 25,
        gear_failure: 1,
        lamp_failure: 0,
      },
    },
    {
      via: 'lorawan',
      fPort: 23,
      bytes: '01 F37F205E 82C4 32 09 16 20 09 01 D2 02 9455 04 01 2100 FE 51 19 00 12 3F 19 00',
      telemetry: {
        temperature: 22,
        illuminance: 299.9,
        input1: 1,
        level: 25,
        gear_failure: 1,
        lamp_failure: 0,
      },
    },
    {
      via: 'lorawan',
      fPort: 23,
      bytes: '00 F37F205E 92 32 09 16 00 FE 71 19 00 12 81 19 00',
      telemetry: { temperature: 22, level: 25, gear_failure: 1, lamp_failure: 0 },
    },
    {
      via: 'lorawan',
      fPort: 23,
      bytes: '00F6E5853800340718000EF5FFFF',
      telemetry: { temperature: 24, level: 0, gear_failure: 0 },
    },
    {
      via: 'lorawan',
      fPort: 24,
      bytes: 'DFD41D5E004B041502AE05050AFF32030306FF00',
      telemetry: { temperature: 21, level: 50, gear_failure: 0 },
    },
    {
      via: 'lorawan',
      fPort: 25,
      bytes: 'ff830100000004000000000012cf1e000000000000000000000070de060011000000',
      telemetry: { energy: 1, power: 4, hours: 0, driver_hours: 125 },
    },
    { via: 'lorawan', fPort: 60, bytes: '01FE64', telemetry: { level: 100 } },
    { via: 'lorawan', fPort: 60, bytes: '09FE6405', telemetry: { level: 100 } },
    { via: 'lorawan', fPort: 61, bytes: '804106000000', telemetry: { input1: 1 } },
    { via: 'lorawan', fPort: 61, bytes: '81200079', telemetry: {} },
    { via: 'lorawan', fPort: 61, bytes: '83200202', telemetry: { gear_failure: 0, lamp_failure: 1 } },
    {
      via: 'lorawan',
      fPort: 61,
      bytes: '84025900e50056',
      telemetry: { power: 89, voltage: 229, power_factor: 0.86 },
    },
    { via: 'lorawan', fPort: 99, bytes: '000D008350010101F37F205E000CFE0104', telemetry: {} },
    { via: 'lorawan', fPort: 99, bytes: '13320a', telemetry: {} },
    { via: 'lorawan', fPort: 50, bytes: '0758020000', telemetry: {} },
    { via: 'lorawan', fPort: 60, bytes: '01FE65', error: 'PAYLOAD_OUT_OF_RANGE' },
    { via: 'lorawan', fPort: 60, bytes: '01FE', error: 'PAYLOAD_TRUNCATED' },
    { via: 'lorawan', fPort: 61, bytes: '8A00', error: 'PAYLOAD_UNKNOWN_FIELD' },
    { via: 'lorawan', fPort: 23, bytes: '02F37F205E', error: 'PAYLOAD_UNKNOWN_FIELD' },
    { via: 'lorawan', fPort: 85, bytes: '01FE64', error: 'PAYLOAD_WRONG_PORT' },
    {
      via: 'lorawan',
      requests: [{ output: 'level', value: 100 }],
      downlinks: [{ fPort: 60, bytes: '01FE64' }],
    },
    {
      via: 'lorawan',
      requests: [{ output: 'level', value: 62.4 }],
      downlinks: [{ fPort: 60, bytes: '01FE3E' }],
    },
    {
      via: 'lorawan',
      requests: [{ output: 'level', value: 0 }],
      downlinks: [{ fPort: 60, bytes: '01FE00' }],
    },
  ],
  source:
    'docs.nasys.no/en/lcu/payloads (layouts); github.com/nasys/nas-codecs, test/ul20xx_1_0_x and ul20xx_1_1_x (frames); frames that are refused were cut or altered from them',
})
