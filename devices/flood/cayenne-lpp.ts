import type { Text } from '../../core/text.ts'
import type { UnitCode } from '../../core/units.ts'
import { cayenneLpp } from '../codecs/cayenne-lpp.ts'
import { type Field, sequence, value } from '../codecs/fields.ts'
import { i16be, i24be, type NumberFormat, u8, u16be, u32be } from '../codecs/number-formats.ts'
import { type Channel, defineDevice } from '../define.ts'
import { measure } from '../pieces/measures.ts'
import { onOff } from '../pieces/states.ts'

const model = 'cayenne-lpp'

/** Sensors of makers number their channels from 0 or 1, seldom above a dozen. */
const CHANNEL_MAX = 31
const numbers = Array.from({ length: CHANNEL_MAX + 1 }, (_, number) => number)

interface Part {
  /** Our channel is `{name}_{LPP channel}`. */
  readonly name: string
  readonly format: NumberFormat
  readonly per: number
  readonly channel: Channel
}

function part(
  name: string,
  label: Text,
  unit: UnitCode,
  format: NumberFormat,
  per: number,
  [min, max]: readonly [number, number],
): Part {
  return { name, format, per, channel: measure(unit, { label, min, max, resolution: 1 / per }) }
}

function binary(name: string, label: Text): readonly Part[] {
  return [{ name, format: u8, per: 1, channel: onOff(label) }]
}

function axes(name: string, label: Text, unit: UnitCode, per: number, limit: number): readonly Part[] {
  return ['x', 'y', 'z'].map((axis) =>
    part(`${name}_${axis}`, { vi: `${label.vi} ${axis}`, en: `${label.en} ${axis}` }, unit, i16be, per, [
      -limit,
      limit,
    ]),
  )
}

const types: ReadonlyMap<number, readonly Part[]> = new Map([
  [0x00, binary('input', { vi: 'Ngõ vào số', en: 'Digital input' })],
  [0x01, binary('output', { vi: 'Ngõ ra số', en: 'Digital output' })],
  [
    0x02,
    [part('analog', { vi: 'Ngõ vào tương tự', en: 'Analog input' }, '1', i16be, 100, [-327.68, 327.67])],
  ],
  [
    0x03,
    [part('analog_out', { vi: 'Ngõ ra tương tự', en: 'Analog output' }, '1', i16be, 100, [-327.68, 327.67])],
  ],
  [0x65, [part('illuminance', { vi: 'Độ rọi', en: 'Illuminance' }, 'lx', u16be, 1, [0, 65_535])]],
  [0x66, binary('presence', { vi: 'Có người', en: 'Presence' })],
  [0x67, [part('temperature', { vi: 'Nhiệt độ', en: 'Temperature' }, 'Cel', i16be, 10, [-100, 200])]],
  [0x68, [part('humidity', { vi: 'Độ ẩm không khí', en: 'Air humidity' }, '%', u8, 2, [0, 100])]],
  [0x71, axes('acceleration', { vi: 'Gia tốc', en: 'Acceleration' }, '[g]', 1000, 32.768)],
  [0x73, [part('pressure', { vi: 'Khí áp', en: 'Air pressure' }, 'hPa', u16be, 10, [0, 1200])]],
  [0x74, [part('voltage', { vi: 'Điện áp', en: 'Voltage' }, 'V', u16be, 100, [0, 655.35])]],
  [0x75, [part('current', { vi: 'Dòng điện', en: 'Current' }, 'A', u16be, 1000, [0, 65.535])]],
  [0x76, [part('frequency', { vi: 'Tần số', en: 'Frequency' }, 'Hz', u32be, 1, [0, 4_294_967_295])]],
  [0x78, [part('percentage', { vi: 'Tỷ lệ', en: 'Percentage' }, '%', u8, 1, [0, 100])]],
  [0x79, [part('altitude', { vi: 'Cao độ', en: 'Altitude' }, 'm', i16be, 1, [-500, 9000])]],
  [0x80, [part('power', { vi: 'Công suất', en: 'Power' }, 'W', u16be, 1, [0, 65_535])]],
  [0x82, [part('distance', { vi: 'Khoảng cách', en: 'Distance' }, 'm', u32be, 1000, [0, 1000])]],
  [0x83, [part('energy', { vi: 'Điện năng', en: 'Energy' }, 'kWh', u32be, 1000, [0, 4_294_967.295])]],
  [0x84, [part('direction', { vi: 'Hướng', en: 'Direction' }, 'deg', u16be, 1, [0, 360])]],
  [0x86, axes('rotation', { vi: 'Tốc độ quay', en: 'Rotation' }, 'deg/s', 100, 327.68)],
  [
    0x88,
    [
      part('latitude', { vi: 'Vĩ độ', en: 'Latitude' }, 'deg', i24be, 10_000, [-90, 90]),
      part('longitude', { vi: 'Kinh độ', en: 'Longitude' }, 'deg', i24be, 10_000, [-180, 180]),
      part('gps_altitude', { vi: 'Cao độ GPS', en: 'GPS altitude' }, 'm', i24be, 100, [-500, 9000]),
    ],
  ],
  [0x8e, binary('switch', { vi: 'Công tắc', en: 'Switch' })],
])

const telemetry: Readonly<Record<string, Channel>> = Object.fromEntries(
  [...types.values()].flatMap((parts) =>
    parts.flatMap(({ name, channel }) => numbers.map((number) => [`${name}_${number}`, channel] as const)),
  ),
)

function fieldOf(parts: readonly Part[]): (channel: number) => Field {
  return (number) =>
    sequence(...parts.map(({ name, format, per }) => value(`${name}_${number}`, format, { per })))
}

export default defineDevice({
  model,
  kind: 'generic',
  label: { vi: 'Thiết bị gửi Cayenne LPP', en: 'Any device that speaks Cayenne LPP' },
  telemetry,
  outputs: {},
  via: {
    lorawan: cayenneLpp({
      model,
      telemetry,
      class: 'A',
      fPort: 1,
      channelMax: CHANNEL_MAX,
      types: new Map([...types].map(([type, parts]) => [type, fieldOf(parts)])),
    }),
  },
  examples: [
    { via: 'lorawan', bytes: '0367011005', error: 'PAYLOAD_TRUNCATED' },
    { via: 'lorawan', bytes: '03670110056700FF', telemetry: { temperature_3: 27.2, temperature_5: 25.5 } },
    { via: 'lorawan', bytes: '036829', telemetry: { humidity_3: 20.5 } },
    { via: 'lorawan', bytes: '0373041F', telemetry: { pressure_3: 105.5 } },
    {
      via: 'lorawan',
      bytes: '018806765FF2960A0003E8',
      telemetry: { latitude_1: 42.3519, longitude_1: -87.9094, gps_altitude_1: 10 },
    },
    {
      via: 'lorawan',
      bytes: '067104D2FB2E0000',
      telemetry: { acceleration_x_6: 1.234, acceleration_y_6: -1.234, acceleration_z_6: 0 },
    },
    { via: 'lorawan', bytes: '028200000844', telemetry: { distance_2: 2.116 } },
    { via: 'lorawan', bytes: '03', error: 'PAYLOAD_TRUNCATED' },
    { via: 'lorawan', bytes: '018806765FF2960A0003', error: 'PAYLOAD_TRUNCATED' },
    { via: 'lorawan', bytes: '02820844', error: 'PAYLOAD_TRUNCATED' },
    { via: 'lorawan', bytes: '20670110', error: 'PAYLOAD_UNKNOWN_FIELD' },
    { via: 'lorawan', bytes: '03FF0110', error: 'PAYLOAD_UNKNOWN_FIELD' },
    { via: 'lorawan', bytes: '0368C9', error: 'PAYLOAD_OUT_OF_RANGE' },
    { via: 'lorawan', bytes: '03670110', fPort: 85, error: 'PAYLOAD_WRONG_PORT' },
  ],
  source:
    'Cayenne LPP 1.2 (myDevices): types, units and examples; types 74 to 86 and 8E as in the ElectronicCats CayenneLPP library',
})
