import { dragino } from '../codecs/dragino.ts'
import { type Field, sequence, value } from '../codecs/fields.ts'
import { measured, outOfOrder } from '../codecs/findings.ts'
import { i16be, u16be } from '../codecs/number-formats.ts'
import { defineDevice } from '../define.ts'
import { soilConductivity, soilMoisture } from '../pieces/farm.ts'
import { temperature, voltage } from '../pieces/measures.ts'

const model = 'dragino-lse01'

const telemetry = {
  moisture: soilMoisture(),
  temperature: temperature({ label: { vi: 'Nhiệt độ đất', en: 'Soil temperature' }, max: 85 }),
  conductivity: soilConductivity(65_535),
  outer_temperature: temperature({
    label: { vi: 'Nhiệt độ đầu dò rời', en: 'Temperature of the outer probe' },
    min: -55,
  }),
  voltage: voltage({ label: { vi: 'Điện áp pin', en: 'Battery voltage' }, max: 16.383 }),
}

/** The upper two bits belong to the interrupt. */
const batteryVoltage: Field = {
  size: 2,
  channels: ['voltage'],
  read: (view, at, findings) => measured(findings, 'voltage', (u16be.read(view, at) & 0x3fff) / 1000),
}

/** What the wire of an absent probe reads as, by firmware. */
const outerProbe = value('outer_temperature', i16be, {
  per: 10,
  instead: { 3276: 'absent', 32767: 'absent' },
})

const PROBE_FOUND = 0x10

/**
 * Without its probe the sensor tells zeros: soil that is as dry as can be must not be watered for that. (Bit 7 stands for
 * raw values in newer firmware once `AT+MOD=1` is set, and means nothing in older: the sensor is left in mode 0.)
 */
const flags: Field = {
  size: 1,
  channels: ['moisture', 'temperature', 'conductivity'],
  read(view, at, findings) {
    if ((view.getUint8(at) & PROBE_FOUND) !== 0) return
    for (const channel of ['moisture', 'temperature', 'conductivity'])
      outOfOrder(findings, channel, 'sensor-fault')
  },
}

export default defineDevice({
  model,
  kind: 'soil',
  label: { vi: 'Đầu đo đất LSE01 (ẩm, nhiệt, EC)', en: 'Soil probe LSE01 (moisture, temperature, EC)' },
  telemetry,
  outputs: {},
  via: {
    lorawan: dragino({
      model,
      telemetry,
      class: 'A',
      size: 11,
      layouts: [
        sequence(
          batteryVoltage,
          outerProbe,
          value('moisture', u16be, { per: 100 }),
          value('temperature', i16be, { per: 100 }),
          value('conductivity', u16be),
          flags,
        ),
      ],
    }),
  },
  examples: [
    { via: 'lorawan', bytes: 'CE2900F107A5099B6E28', error: 'PAYLOAD_TRUNCATED' },
    {
      via: 'lorawan',
      bytes: 'CE2900F107A5099B6E2890',
      telemetry: {
        ...{ voltage: 3.625, outer_temperature: 24.1, moisture: 19.57 },
        ...{ temperature: 24.59, conductivity: 28_200 },
      },
    },
    {
      via: 'lorawan',
      bytes: '0E297FFF07A5FF7E00C810',
      telemetry: { voltage: 3.625, moisture: 19.57, temperature: -1.3, conductivity: 200 },
      failed: { outer_temperature: 'absent' },
    },
    {
      via: 'lorawan',
      bytes: '0E290CCC00000000000000',
      telemetry: { voltage: 3.625 },
      failed: {
        conductivity: 'sensor-fault',
        moisture: 'sensor-fault',
        outer_temperature: 'absent',
        temperature: 'sensor-fault',
      },
    },
    { via: 'lorawan', bytes: 'CE2900F1FFFF099B6E2890', error: 'PAYLOAD_OUT_OF_RANGE' },
    { via: 'lorawan', bytes: 'CE2900F107A5099B6E289000', error: 'PAYLOAD_UNKNOWN_FIELD' },
    { via: 'lorawan', bytes: 'CE2900F107A5099B6E2890', fPort: 85, error: 'PAYLOAD_WRONG_PORT' },
  ],
  source:
    'Dragino LSE01 user manual, 2.3 uplink payload; github.com/TheThingsNetwork/lorawan-devices, vendor/dragino/lse01 and lse01-121',
})
