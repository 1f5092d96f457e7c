import { type Field, sequence, skipped, value } from '../codecs/fields.ts'
import { outOfOrder } from '../codecs/findings.ts'
import { milesight } from '../codecs/milesight.ts'
import { i16le, u8, u16le } from '../codecs/number-formats.ts'
import { defineDevice } from '../define.ts'
import { battery, length, measure, temperature, voltage } from '../pieces/measures.ts'
import { tilt } from '../pieces/states.ts'

const model = 'milesight-em410-rdl'

const telemetry = {
  distance: length('m', { min: 0, max: 20 }),
  temperature: temperature(),
  position: tilt(),
  signal: measure('dB[mW]', {
    label: { vi: 'Cường độ tín hiệu radar', en: 'Radar signal strength' },
    min: -160,
    max: 100,
    resolution: 0.01,
  }),
  battery: battery(),
  voltage: voltage({ label: { vi: 'Điện áp pin', en: 'Battery voltage' }, max: 20 }),
}

/** What stands in place of a distance when there is none, as signed numbers: 0xFFFD, 0xFFFE, 0xFFFF. */
const instead = { [-3]: 'no-target', [-2]: 'disabled', [-1]: 'sensor-fault' }
const distance = value('distance', i16le, { per: 1000, instead })

/** A distance with the reason why it is told: 0 blind zone left, 1 in the blind zone, 2 no target, 3 sensor fault. */
const exception: Field = {
  size: 3,
  channels: ['distance'],
  read(view, at, findings) {
    distance.read(view, at, findings)
    const why = view.getUint8(at + 2)
    if (findings.failed.has('distance') || why === 0) return
    if (why === 1) outOfOrder(findings, 'distance', 'blind-zone')
    else if (why === 2) outOfOrder(findings, 'distance', 'no-target')
    else outOfOrder(findings, 'distance', 'sensor-fault')
  },
}

export default defineDevice({
  model,
  kind: 'water-level',
  label: { vi: 'Cảm biến mực nước radar EM410-RDL', en: 'Radar level sensor EM410-RDL' },
  telemetry,
  outputs: {},
  via: {
    lorawan: milesight({
      model,
      telemetry,
      class: 'A',
      fields: {
        '0175': value('battery', u8),
        '01B9': value('voltage', u16le, { per: 1000 }),
        '0367': value('temperature', i16le, { per: 10 }),
        '0482': distance,
        '0500': value('position', u8),
        '06C7': value('signal', i16le, { per: 100 }),
        '8482': sequence(distance, skipped(1)), // its own threshold alarm
        '9482': sequence(distance, skipped(3)), // its own alarm for a sudden change: change, kind
        B482: exception,
        FE8E: skipped(3), // report interval, as set by us
        FF8E: skipped(3),
      },
    }),
  },
  examples: [
    { via: 'lorawan', bytes: 'B482FDFF', error: 'PAYLOAD_TRUNCATED' },
    { via: 'lorawan', bytes: 'B482FDFF02', telemetry: {}, failed: { distance: 'no-target' } },
    {
      via: 'lorawan',
      bytes: '0175640482FEFF',
      telemetry: { battery: 100 },
      failed: { distance: 'disabled' },
    },
    { via: 'lorawan', bytes: 'B482FFFF03', telemetry: {}, failed: { distance: 'sensor-fault' } },
    { via: 'lorawan', bytes: 'B482D20401', telemetry: {}, failed: { distance: 'blind-zone' } },
    { via: 'lorawan', bytes: 'B482D20400', telemetry: { distance: 1.234 } },
    {
      via: 'lorawan',
      bytes: '0175640367010104824408050000',
      telemetry: { battery: 100, temperature: 25.7, distance: 2.116, position: 0 },
    },
    { via: 'lorawan', bytes: '8482440801', telemetry: { distance: 2.116 } },
    { via: 'lorawan', bytes: '94824408640002', telemetry: { distance: 2.116 } },
    { via: 'lorawan', bytes: '0482FCFF', error: 'PAYLOAD_OUT_OF_RANGE' },
    { via: 'lorawan', bytes: '0482214E', error: 'PAYLOAD_OUT_OF_RANGE' },
    { via: 'lorawan', bytes: '07BA0A0044084408', error: 'PAYLOAD_UNKNOWN_FIELD' },
    { via: 'lorawan', bytes: '017564', fPort: 86, error: 'PAYLOAD_WRONG_PORT' },
  ],
  // Stored history (20CE, 07BA) is refused: the two public descriptions of its length disagree.
  source:
    'github.com/Milesight-IoT/SensorDecoders, em-series/em410-rdl (fields); frames composed from its table',
})
