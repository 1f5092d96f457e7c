import { fault } from '../../core/errors.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { type Channel, type Decoded, defineDevice } from '../define.ts'
import { length, measure, temperature } from '../pieces/measures.ts'

const model = 'geolux-lx-80'

const telemetry = {
  distance: length('m', { min: 0, max: 15 }),
  /** By the gauge's own filter, as it was set up with its maker's tool. */
  distance_mean: length('m', {
    label: { vi: 'Khoảng cách trung bình', en: 'Mean distance' },
    min: 0,
    max: 15,
  }),
  temperature: temperature({ min: -40, max: 100 }),
  signal: measure('dB', {
    label: { vi: 'Tỉ số tín hiệu trên nhiễu', en: 'Signal to noise ratio' },
    min: -100,
    max: 200,
    resolution: 0.1,
  }),
}

/** What stands in a level sentence, in its order; a null is passed over: levels against a datum that the gauge was given. */
const FIELDS: readonly (keyof typeof telemetry | null)[] = [
  'distance',
  'distance_mean',
  'temperature',
  null,
  null,
  'signal',
  null,
]
/** Firmware up to 2.3.2 ends with the signal; later ones have one number more. */
const FIELDS_MIN = 6
const SENTENCE = 'LVX'
const NUMBER = /^[+-]?\d{1,7}(?:\.\d{1,4})?$/
const MM_A_METRE = 1000

function decode(frame: Uint8Array): Result<Decoded> {
  const parts = String.fromCharCode(...frame).split(',')
  const [sentence = '', ...fields] = parts.map((part) => part.trim())
  if (sentence !== SENTENCE) return unknownField(sentence, 0)
  if (fields.length < FIELDS_MIN) return err(fault('PAYLOAD_TRUNCATED', { model, at: frame.length }))
  if (fields.length > FIELDS.length) return unknownField(fields[FIELDS.length] ?? '', FIELDS.length + 1)
  const found: Record<string, number> = {}
  for (const [index, text] of fields.entries()) {
    if (!NUMBER.test(text)) return unknownField(text, index + 1)
    const name = FIELDS[index]
    if (name === null || name === undefined) continue
    const value = telemetry[name].unit === 'm' ? Number(text) / MM_A_METRE : Number(text)
    const outside = rangeFault(name, telemetry[name], value)
    if (!outside.ok) return outside
    found[name] = value
  }
  return ok({ telemetry: found })
}

function unknownField(field: string, at: number) {
  return err(fault('PAYLOAD_UNKNOWN_FIELD', { model, field: field.slice(0, 20), at }))
}

function rangeFault(channel: string, { min, max }: Channel, value: number): Result<void> {
  if (value >= min && value <= max) return ok(undefined)
  return err(fault('PAYLOAD_OUT_OF_RANGE', { model, channel, value, min, max }))
}

export default defineDevice({
  model,
  kind: 'water-level',
  label: { vi: 'Cảm biến mực nước radar LX-80 (RS-232)', en: 'Radar level sensor LX-80 (RS-232)' },
  telemetry,
  outputs: {},
  via: {
    serial: {
      framing: { kind: 'line', start: '24', end: '0D0A', max: 80, checksum: 'nmea-if-told' },
      decode,
    },
  },
  examples: [
    // $LVX,3220
    { via: 'serial', bytes: '244C56582C333232300D0A', error: 'PAYLOAD_TRUNCATED' },
    // $LVX,3220,3218,31.5,980,982,42.3
    {
      via: 'serial',
      bytes: '244C56582C333232302C333231382C33312E352C3938302C3938322C34322E330D0A',
      telemetry: { distance: 3.22, distance_mean: 3.218, temperature: 31.5, signal: 42.3 },
    },
    // $LVX,3220,3218,31.5,980,982,42.3,17, newer firmware
    {
      via: 'serial',
      bytes: '244C56582C333232302C333231382C33312E352C3938302C3938322C34322E332C31370D0A',
      telemetry: { distance: 3.22, distance_mean: 3.218, temperature: 31.5, signal: 42.3 },
    },
    // $LVX,3220,3218,-1.5,980,982,42*4A
    {
      via: 'serial',
      bytes: '244C56582C333232302C333231382C2D312E352C3938302C3938322C34322A34410D0A',
      telemetry: { distance: 3.22, distance_mean: 3.218, temperature: -1.5, signal: 42 },
    },
    // The same with another check sum.
    {
      via: 'serial',
      bytes: '244C56582C333232302C333231382C2D312E352C3938302C3938322C34322A33300D0A',
      error: 'PAYLOAD_TRUNCATED',
    },
    // $LVX,99220,…
    {
      via: 'serial',
      bytes: '244C56582C39393232302C333231382C33312E352C3938302C3938322C34320D0A',
      error: 'PAYLOAD_OUT_OF_RANGE',
    },
    // $RDANG,1
    { via: 'serial', bytes: '245244414E472C310D0A', error: 'PAYLOAD_UNKNOWN_FIELD' },
    // $LVX,E013,…
    {
      via: 'serial',
      bytes: '244C56582C453031332C333231382C33312E352C3938302C3938322C34320D0A',
      error: 'PAYLOAD_UNKNOWN_FIELD',
    },
    { via: 'serial', bytes: '244C56582C33', error: 'PAYLOAD_TRUNCATED' },
  ],
  // The manual says that sentences end with a check sum and shows this one without: it is checked where there is one.
  source:
    'Geolux LX-80 user manual, 6.1 (RS-232, 115200 8-N-1, $LVX in millimetres); FTS 700-SDI-RADAR-LX-80 manual, 7.2.1 (newer firmware); sentences composed from them',
})
