import { dragino } from '../codecs/dragino.ts'
import { type Field, sequence, skipped, value } from '../codecs/fields.ts'
import { measured, outOfOrder } from '../codecs/findings.ts'
import { i16be, u16be } from '../codecs/number-formats.ts'
import { defineDevice } from '../define.ts'
import { length, temperature, voltage } from '../pieces/measures.ts'

const model = 'dragino-ldds75'

const telemetry = {
  distance: length('m', { min: 0, max: 10 }),
  temperature: temperature({
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

/** It cannot measure nearer than this; newer firmware says 20 mm instead, older firmware whatever it thought it heard. */
const NEAREST_MM = 280

/** 0 when no ultrasonic head answers. A near echo must never pass for high water. */
const distance: Field = {
  size: 2,
  channels: ['distance'],
  read(view, at, findings) {
    const millimetres = u16be.read(view, at)
    if (millimetres === 0) outOfOrder(findings, 'distance', 'sensor-fault')
    else if (millimetres < NEAREST_MM) outOfOrder(findings, 'distance', 'blind-zone')
    else measured(findings, 'distance', millimetres / 1000)
  },
}

/** The last byte says whether an ultrasonic head was found at all. */
const headFlag: Field = {
  size: 1,
  channels: ['distance'],
  read(view, at, findings) {
    if ((view.getUint8(at) & 1) === 0) outOfOrder(findings, 'distance', 'sensor-fault')
  },
}

/** 0x7FFF is what the wire of an absent probe reads as. */
const probe = value('temperature', i16be, { per: 10, instead: { 32767: 'absent' } })

export default defineDevice({
  model,
  kind: 'water-level',
  label: { vi: 'Cảm biến khoảng cách siêu âm LDDS75', en: 'Ultrasonic distance sensor LDDS75' },
  telemetry,
  outputs: {},
  via: {
    lorawan: dragino({
      model,
      telemetry,
      class: 'A',
      size: 8,
      layouts: [sequence(batteryVoltage, distance, skipped(1), probe, headFlag)],
    }),
  },
  examples: [
    { via: 'lorawan', bytes: '0B450B05000105', error: 'PAYLOAD_TRUNCATED' },
    {
      via: 'lorawan',
      bytes: '0B450B0500010501',
      telemetry: { voltage: 2.885, distance: 2.821, temperature: 26.1 },
    },
    {
      via: 'lorawan',
      bytes: '8B490B0501FF3F01',
      telemetry: { voltage: 2.889, distance: 2.821, temperature: -19.3 },
    },
    {
      via: 'lorawan',
      bytes: '0B45000000010500',
      telemetry: { voltage: 2.885, temperature: 26.1 },
      failed: { distance: 'sensor-fault' },
    },
    {
      via: 'lorawan',
      bytes: '0B45001400010501',
      telemetry: { voltage: 2.885, temperature: 26.1 },
      failed: { distance: 'blind-zone' },
    },
    {
      via: 'lorawan',
      bytes: '0B45011700010501',
      telemetry: { voltage: 2.885, temperature: 26.1 },
      failed: { distance: 'blind-zone' },
    },
    {
      via: 'lorawan',
      bytes: '0B45011800010501',
      telemetry: { voltage: 2.885, distance: 0.28, temperature: 26.1 },
    },
    {
      via: 'lorawan',
      bytes: '0B450B05007FFF01',
      telemetry: { voltage: 2.885, distance: 2.821 },
      failed: { temperature: 'absent' },
    },
    { via: 'lorawan', bytes: '0B', error: 'PAYLOAD_TRUNCATED' },
    { via: 'lorawan', bytes: '0B450B05', error: 'PAYLOAD_TRUNCATED' },
    { via: 'lorawan', bytes: '0B450B050001050100', error: 'PAYLOAD_UNKNOWN_FIELD' },
    { via: 'lorawan', bytes: '0B45271100010501', error: 'PAYLOAD_OUT_OF_RANGE' },
    { via: 'lorawan', bytes: '0B450B0500010501', fPort: 85, error: 'PAYLOAD_WRONG_PORT' },
  ],
  source:
    'Dragino LDDS75 user manual, uplink payload; github.com/dragino/dragino-end-node-decoder, DDS75-LB (the same frame on port 2)',
})
